// What is said about broken documents: which code, and what is underlined.
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/grammar/document/reading.h"

using namespace portcullis;
using namespace portcullis::testing;
using Code = DocumentCode;

namespace {

struct Expected {
  Code code;
  std::string underlined;
};

/// Exactly these reports, in this order.
void check(const std::string& typed, const std::vector<Expected>& expected) {
  const Reading reading = read(typed);
  INFO(typed << "\n" << reading.reports());
  REQUIRE(reading.diagnostics.all().size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Diagnostic& found = reading.diagnostics.all()[i];
    CHECK(found.code == static_cast<std::uint16_t>(expected[i].code));
    CHECK(found.source->text().substr(found.span.begin, found.span.size()) == expected[i].underlined);
  }
}

}  // namespace

TEST_CASE("bytes that are no text", "[document]") {
  check("<fragment a=\"\xC3\x28\"/>", {{Code::kNotUtf8, "\xC3"}});
  check("\xFF\xFE<\0", {{Code::kNotUtf8, "\xFF"}});
  check("<fragment>\xED\xA0\x80</fragment>", {{Code::kNotUtf8, "\xED"}});
  check(std::string("<fragment>a\0b</fragment>", 24), {{Code::kNulByte, std::string(1, '\0')}});
  check(
      "<fragment>a\x1b"
      "b\x01</fragment>",
      {{Code::kControlCharacter, "\x1b"}, {Code::kControlCharacter, "\x01"}});
}

TEST_CASE("wrong roots", "[document]") {
  check("", {{Code::kNoRoot, ""}});
  check("\xEF\xBB\xBF <!-- nothing -->", {{Code::kNoRoot, ""}});
  check("<set-variable name=\"a\"/>", {{Code::kWrongRoot, "set-variable"}});
  check("<Policies/>", {{Code::kWrongRoot, "Policies"}});
  CHECK(read("<policie/>").report(Code::kWrongRoot)->help == "did you mean `<policies>`?");
  check("<fragment/><fragment/>", {{Code::kSecondRoot, "<fragment"}});
  check("x<fragment/>", {{Code::kTextOutsideRoot, "x"}});
  check("<fragment/>\n > \n", {{Code::kTextOutsideRoot, ">"}});
  check("<fragment/><![CDATA[a]]>", {{Code::kTextOutsideRoot, "<![CDATA["}});
}

TEST_CASE("declarations that policies do not have", "[document]") {
  check("<!DOCTYPE x [<!ENTITY a \"b\">]><fragment/>", {{Code::kDoctype, "<!DOCTYPE"}});
  check("<fragment><?php echo ?></fragment>", {{Code::kProcessingInstruction, "<?php echo ?>"}});
  check("<fragment/><?xml version=\"1.0\"?>", {{Code::kProcessingInstruction, "<?xml version=\"1.0\"?>"}});
  check("<fragment><!ELEMENT a></fragment>", {{Code::kBareLessThan, "<!"}});
}

TEST_CASE("tags that do not fit", "[document]") {
  check("<policies><inbound><base /></policies>", {{Code::kUnclosedElement, "<inbound"}});
  check("<policies><inbound></inbuond></policies>", {{Code::kMismatchedEndTag, "</inbuond"}});
  check("<policies><inbound/></when></policies>", {{Code::kStrayEndTag, "</when"}});
  check("<fragment/></fragment>", {{Code::kStrayEndTag, "</fragment"}});
  check("<policies><inbound>", {{Code::kUnclosedElement, "<inbound"}});
  check("<policies><inbound", {{Code::kUnclosedTag, "<inbound"}});
  check("<policies><inbound></inbound</policies>", {{Code::kUnclosedTag, "</inbound"}});
  check("<policies><inbound <base/></inbound></policies>", {{Code::kUnclosedTag, "<inbound"}});
  check("<fragment><x>a < b</x></fragment>", {{Code::kBareLessThan, "<"}});
  check("<fragment><!-- a </fragment>", {{Code::kUnclosedComment, "<!--"}});
  check("<fragment><![CDATA[ a </fragment>", {{Code::kUnclosedCdata, "<![CDATA["}});
  check("<fragment><a></b></a><c><d></c><e></x></fragment>",
        {{Code::kStrayEndTag, "</b"}, {Code::kUnclosedElement, "<d"}, {Code::kStrayEndTag, "</x"}});
}

TEST_CASE("attributes that are none", "[document]") {
  check("<fragment><x a></x></fragment>", {{Code::kAttributeWithoutValue, "a"}});
  check("<fragment><x a=1 b='>'/></fragment>", {{Code::kUnquotedValue, "a"}});
  check("<fragment><x a=@(1) /></fragment>", {{Code::kUnquotedValue, "a"}});
  check("<fragment><x a=\"1\"b=\"2\"/></fragment>", {{Code::kTextAfterValue, "b"}});
  check("<fragment><x a=\"say \"hi\"\"/></fragment>", {{Code::kTextAfterValue, "hi"}});
  check("<fragment><x a=\"1\" ; b=\"2\"/><y c/></fragment>",
        {{Code::kUnexpectedInTag, ";"}, {Code::kAttributeWithoutValue, "c"}});
  check("<fragment><x a=\"1\" \xC3\x97></x></fragment>", {{Code::kAttributeWithoutValue, "\xC3\x97"}});
  check("<fragment><x a=\"1\" b='' a=\"2\"/></fragment>", {{Code::kDuplicateAttribute, "a"}});
  check("<fragment><x a=\"1 < 2\"/></fragment>", {{Code::kLessThanInAttribute, "<"}});
  check("<fragment><x a=\"1 />\n <y b=\"2\"/></fragment>", {{Code::kUnclosedAttribute, "\""}});
  check("<fragment><x a=\"1>\n </x></fragment>", {{Code::kUnclosedAttribute, "\""}});
  std::string many = "<fragment";
  for (int i = 0; i < 40; ++i) many += " a" + std::to_string(i) + "=''";
  CHECK(read(many + "/>").is_clean());
  check(many + " a7='' a39=''/>", {{Code::kDuplicateAttribute, "a7"}, {Code::kDuplicateAttribute, "a39"}});
}

TEST_CASE("characters that want to be written otherwise", "[document]") {
  check("<fragment><x a=\"b&c\">d & e</x></fragment>", {{Code::kBareAmpersand, "&"}, {Code::kBareAmpersand, "&"}});
  check("<fragment><x a=\"&nbsp;\"/></fragment>", {{Code::kUnknownEntity, "&nbsp;"}});
  check("<fragment><x a=\"&#0;&#xD800;&#x110000;&#xFFFF;&#x;\"/></fragment>",
        {{Code::kBadCharacterReference, "&#0;"},
         {Code::kBadCharacterReference, "&#xD800;"},
         {Code::kBadCharacterReference, "&#x110000;"},
         {Code::kBadCharacterReference, "&#xFFFF;"},
         {Code::kBadCharacterReference, "&#x;"}});
  check("<fragment><set-body><a>b & c</a></set-body></fragment>", {{Code::kBareAmpersand, "&"}});
}

TEST_CASE("text where only elements stand", "[document]") {
  check("<policies> a <inbound/></policies>", {{Code::kTextBetweenElements, "a"}});
  check("<policies><inbound>@(1)<base/></inbound></policies>", {{Code::kTextBetweenElements, "@(1)"}});
  check("<fragment>\xC2\xA0<x/>b</fragment>", {{Code::kTextBetweenElements, "b"}});
}

TEST_CASE("expressions without end are found one by one", "[document]") {
  check("<fragment><x a=\"@(f(1)\" b=\"1\"/><x a=\"@(1)\"/></fragment>", {{Code::kUnclosedExpression, "@("}});
  check(
      "<fragment>\n<x a=\"@(f(\"b\")\" />\n<x>@{ if (a) { }</x>\n<y>@(\"a\")</y><z a=\"@(b[\"c\"\" d=\"\"/></fragment>",
      {{Code::kUnclosedExpression, "@("}, {Code::kUnclosedExpression, "@{"}, {Code::kUnclosedExpression, "@("}});
  check("<fragment><x a=\"@(f(1", {{Code::kUnclosedExpression, "@("}});
  check("<fragment><x>@(f(1", {{Code::kUnclosedExpression, "@("}});
  check("<fragment><x><![CDATA[@(f(1]]></x></fragment>", {{Code::kUnclosedExpression, "@("}});
  const Reading reading = read("<fragment><x a=\"@(f(1)\" b=\"2\"/></fragment>");
  REQUIRE(reading.document.has_value());
  CHECK(first(reading).attributes[0].value.form == Value::Form::kBroken);
  CHECK(first(reading).attributes[1].value.text.text == "2");
}

TEST_CASE("a report is a place, a reason and what to write", "[document]") {
  const Reading reading =
      read("<policies>\r\n  <inbound>\r\n    <x a=\"\xC3\xA4\" b />\r\n  </inbound>\r\n</policies>\r\n");
  REQUIRE(reading.diagnostics.all().size() == 1);
  CHECK(reading.reports() ==
        "error[PC1019]: the attribute `b` has no value\n"
        " --> policy.xml:3:14\n"
        "  |\n"
        "3 |     <x a=\"\xC3\xA4\" b />\n"
        "  |              ^\n"
        "  = help: write `b=\"...\"`\n");
}

TEST_CASE("limits", "[document]") {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<fragment>";
  const Reading reading = read(deep);
  REQUIRE(reading.diagnostics.all().size() == 1);
  CHECK(reading.report(Code::kTooDeep) != nullptr);
  const ReadOptions options{.max_depth = 20'000};
  for (int i = 0; i < 10'000; ++i) deep += "</fragment>";
  CHECK(read(deep, {}, options).is_clean());

  CHECK(read("<fragment/>", {}, {.max_bytes = 5}).report(Code::kTooLarge) != nullptr);
  std::string broken;
  for (int i = 0; i < 10'000; ++i) broken += "<x a>";
  CHECK(read(broken).diagnostics.all().size() <= 52);
}
