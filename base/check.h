// Invariants of our own. A broken one is our bug, never the author's: it aborts under test and is a caught
// InternalError in production.
#pragma once

#include <stdexcept>

#if defined(__clang__)
#define PC_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define PC_LIFETIMEBOUND
#endif

namespace portcullis {

/// Thrown by a failed PC_CHECK; caught at the three doors (compile, resume, C ABI), where that call alone fails.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void check_failed(const char* condition, const char* sentence, const char* file, int line);

}  // namespace portcullis

#define PC_CHECK(condition, sentence) \
  ((condition) ? static_cast<void>(0) : ::portcullis::check_failed(#condition, sentence, __FILE__, __LINE__))
