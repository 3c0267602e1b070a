// Test cases that are data: a test file registers one Catch2 case for each file (or line) it finds.
//
//   const test::AtStart cases([] {
//     for (const auto& path : files()) test::register_test("cases/" + name, "[case]", [path] { check_file(path); });
//   });
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace portcullis::test {

/// Adds a test case that can be run alone by its name. Call it from an `AtStart` function only.
/// `tags` are Catch2's ("[case]"). A tag named as a ctest label (unit, case, diagnostics, corpus, host, slow...) is
/// one.
inline void register_test(std::string_view name, std::string_view tags, std::function<void()> body) {
  class Invoker : public Catch::ITestInvoker {
   public:
    explicit Invoker(std::function<void()> body) : body_(std::move(body)) {}
    void invoke() const override { body_(); }

   private:
    std::function<void()> body_;
  };
  const std::string name_text(name);
  const std::string tags_text(tags);
  const Catch::AutoReg added(new Invoker(std::move(body)), Catch::SourceLineInfo("", 0), Catch::StringRef(),
                             Catch::NameAndTags(name_text, tags_text));
}

/// A function that main() calls before any test runs, when every static object is ready and an exception is reported.
class AtStart {
 public:
  explicit AtStart(std::function<void()> function) { all().push_back(std::move(function)); }
  static std::vector<std::function<void()>>& all() {
    static std::vector<std::function<void()>> functions;
    return functions;
  }
};

}  // namespace portcullis::test
