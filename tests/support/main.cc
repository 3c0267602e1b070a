// The entry point of every test executable: Catch2's own, and two options for ctest.
//
//   --ctest-list FILE PREFIX   writes ctest commands that add every test case of this executable; cases named `a/b/c` are one
//                              ctest test `a/b`, since a process for each of a thousand small files costs more than the files
//   --exact NAME               runs the one case with that name, whatever characters Catch2's filters give a meaning
//   --folder NAME              runs the cases whose names begin with NAME and a slash
#define CATCH_CONFIG_RUNNER
#include <cstdio>
#include <exception>
#include <set>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "tests/support/register.h"

namespace {

constexpr std::string_view kLabels[] = {"unit", "case",       "diagnostics", "corpus", "host",
                                        "slow", "fuzz-smoke", "lint",        "link"};

// A label for each tag that is one; a case without any is a unit test.
std::string labels_of(const Catch::TestCase& test) {
  std::string labels;
  for (const std::string_view label : kLabels) {
    for (const std::string& tag : test.lcaseTags) {
      if (tag == label) labels += (labels.empty() ? "" : ";") + tag;
    }
  }
  return labels.empty() ? "unit" : labels;
}

// A CMake bracket argument; test names hold no `]=]`.
std::string bracketed(std::string_view text) { return "[=[" + std::string(text) + "]=]"; }

// `a/b` for a case named `a/b/c`; empty for one that ctest knows by itself.
std::string folder_of(const std::string& name) {
  const std::size_t last = name.rfind('/');
  if (last == std::string::npos || name.find(' ') < last) return {};
  return name.find('/') < last ? name.substr(0, last) : std::string();
}

int list_for_ctest(Catch::Session& session, const char* executable, const char* path, const std::string& prefix) {
  std::FILE* file = std::fopen(path, "w");
  if (file == nullptr) {
    std::fprintf(stderr, "cannot write %s\n", path);
    return 2;
  }
  std::set<std::string> folders;
  for (const Catch::TestCase& test : Catch::getAllTestCasesSorted(session.config())) {
    if (test.isHidden()) continue;
    const std::string folder = folder_of(test.name);
    if (!folder.empty() && !folders.insert(folder).second) continue;
    const std::string& what = folder.empty() ? test.name : folder;
    const std::string name = bracketed(prefix + what);
    std::fprintf(file, "add_test(%s %s %s %s)\n", name.c_str(), bracketed(executable).c_str(),
                 folder.empty() ? "--exact" : "--folder", bracketed(what).c_str());
    std::fprintf(file, "set_tests_properties(%s PROPERTIES LABELS %s TIMEOUT 300 SKIP_RETURN_CODE 4)\n", name.c_str(),
                 bracketed(labels_of(test)).c_str());
  }
  return std::fclose(file) == 0 ? 0 : 2;
}

// Asked of the registry instead of through a filter: names of data files hold commas, brackets and stars.
int run_named(Catch::Session& session, std::string_view wanted, std::string_view wildcard) {
  std::string escaped;
  for (const char c : wanted) {
    if (c == '\\' || c == ',' || c == '[' || c == '"' || c == '~') escaped += '\\';
    escaped += c;
  }
  session.configData().testsOrTags = {escaped.append(wildcard)};
  session.configData().noThrow = false;
  session.configData().warnings = Catch::WarnAbout::NoTests;
  return session.run();
}

}  // namespace

int main(int argc, char** argv) {
  Catch::Session session;
  try {
    for (const auto& function : portcullis::test::AtStart::all()) function();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "cannot register the tests: %s\n", failure.what());
    return 2;
  }
  const std::string_view option = argc > 1 ? argv[1] : "";
  if (option == "--ctest-list" && argc == 4) return list_for_ctest(session, argv[0], argv[2], argv[3]);
  if (option == "--exact" && argc == 3) return run_named(session, argv[2], {});
  if (option == "--folder" && argc == 3) return run_named(session, argv[2], "/*");
  return session.run(argc, argv);
}
