// With `strict_members` the types beyond the allow-list are refused wherever they are named; by default they are taken.
#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "engine/lower/compile.h"

namespace portcullis {
namespace {

std::string first_message(const std::string& text, bool strict) {
  static const TypeTable types(library_definitions());
  Diagnostics diagnostics(std::make_shared<SourceText>("policy.xml", text));
  ExpressionCompiler compiler(types, {.strict_allow_list = strict});
  static_cast<void>(compiler.compile(text, ExpressionForm::kExpression, {}, diagnostics));
  return diagnostics.all().empty() ? std::string() : diagnostics.all().front().message;
}

TEST_CASE("types beyond the allow-list are for callers that are not strict", "[bind]") {
  for (const std::string text :
       {"new Version(1, 2)", "Version.Parse(\"1.2\")", "HttpStatusCode.NotFound", "(HttpStatusCode)404",
        "System.Net.HttpStatusCode.OK", "new SortedSet<int>()", "new Lazy<int>(() => 1)", "new UriBuilder()",
        "typeof(XmlText)", "default(SortedDictionary<int, int>)", "(object)null as System.Xml.XmlElement"}) {
    INFO(text);
    CHECK(first_message(text, false).empty());
    CHECK(first_message(text, true).find("is not in the list of what policy expressions may use") != std::string::npos);
  }
}

TEST_CASE("what is on the allow-list stays when strict", "[bind]") {
  for (const std::string text :
       {"new Uri(\"http://h/\")", "XElement.Parse(\"<a/>\")", "DayOfWeek.Monday", "new List<int>()", "typeof(XText)"}) {
    INFO(text);
    CHECK(first_message(text, true).empty());
  }
}

}  // namespace
}  // namespace portcullis
