// A shared library that is opened when one of its functions is called for the first time.
//
// libcurl, libpq and SQLite bring some thirty libraries of their own (TLS, LDAP, Kerberos), which take longer to load
// than most evaluations run, and only a live run or a SQL resolver needs them. The command therefore has functions of
// the same names (the other files here), which pass each call on. The linker then has no use for the libraries
// themselves
// (--as-needed). A function that is missing here costs nothing but the time: its library is linked again.
#pragma once

#include <cstdio>
#include <dlfcn.h>

namespace portcullis::cli {

class SharedLibrary {
 public:
  /// `soname` with the version of the interface that the headers describe; `package` is Debian's. Both are borrowed for
  /// ever.
  constexpr SharedLibrary(const char* soname, const char* package) : soname_(soname), package_(package) {}

  /// Null when the library or the function is not there; standard error then says so. Threads: any.
  void* find(const char* function) const {
    void* const library = dlopen(soname_, RTLD_NOW | RTLD_LOCAL);  // a count of uses goes up, when it is open already
    void* const found = library == nullptr ? nullptr : dlsym(library, function);
    if (found == nullptr)
      std::fprintf(stderr, "portcullis: %s cannot be used (%s); install the package %s\n", soname_, dlerror(),
                   package_);
    return found;
  }

 private:
  const char* soname_;
  const char* package_;
};

/// Calls the function of that name, or gives a `Result` of zero: to the callers of these libraries that is a failure.
template <typename Result, typename... Parameters, typename... Arguments>
Result call(void* function, Result (*)(Parameters...), Arguments... arguments) {
  if (function == nullptr) return Result();
  return reinterpret_cast<Result (*)(Parameters...)>(function)(arguments...);
}

}  // namespace portcullis::cli

/// The body of a function of `library` that passes its arguments on.
#define PC_PASS_ON(library, function, ...)              \
  static void* const found = (library).find(#function); \
  return portcullis::cli::call(found, &function __VA_OPT__(, ) __VA_ARGS__)
