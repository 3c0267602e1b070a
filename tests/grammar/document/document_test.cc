// What is read from good documents, however they are written.
#include "grammar/document/document.h"

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "tests/grammar/document/reading.h"

using namespace portcullis;
using namespace portcullis::testing;
using Form = Value::Form;

namespace {

/// The value of attribute `a` of the one element.
void check_attribute(std::string_view typed, Form form, std::string_view text) {
  const Reading reading = read_element("<x a=" + std::string(typed) + " b=\"1\"/>");
  INFO(typed << "\n" << reading.reports());
  REQUIRE(reading.is_clean());
  REQUIRE(first(reading).attributes.size() == 2);
  CHECK(first(reading).attributes[0].value.form == form);
  CHECK(first(reading).attributes[0].value.text.text == text);
  CHECK(first(reading).attributes[1].value.text.text == "1");
}

void check_text(std::string_view typed, Form form, std::string_view text) {
  const Reading reading = read_element("<x>" + std::string(typed) + "</x><y/>");
  INFO(typed << "\n" << reading.reports());
  REQUIRE(reading.is_clean());
  REQUIRE(reading.document->root().elements().size() == 2);
  REQUIRE(first(reading).text.has_value());
  CHECK(first(reading).text->form == form);
  CHECK(first(reading).text->text.text == text);
}

void check_same(const Element& a, const Element& b) {
  INFO("<" << a.name << ">");
  REQUIRE(a.name == b.name);
  REQUIRE(a.attributes.size() == b.attributes.size());
  for (std::size_t i = 0; i < a.attributes.size(); ++i) {
    CHECK(a.attributes[i].name == b.attributes[i].name);
    CHECK(a.attributes[i].value.form == b.attributes[i].value.form);
    CHECK(a.attributes[i].value.text.text == b.attributes[i].value.text.text);
  }
  REQUIRE(a.text.has_value() == b.text.has_value());
  if (a.text) {
    CHECK(a.text->form == b.text->form);
    CHECK(a.text->text.text == b.text->text.text);
  }
  REQUIRE(a.elements().size() == b.elements().size());
  for (std::size_t i = 0; i < a.elements().size(); ++i) check_same(a.elements()[i], b.elements()[i]);
}

}  // namespace

TEST_CASE("attributes hold literals or expressions", "[document]") {
  check_attribute(R"~("plain")~", Form::kLiteral, "plain");
  check_attribute(R"~('single "quoted"')~", Form::kLiteral, "single \"quoted\"");
  check_attribute(R"~("")~", Form::kLiteral, "");
  check_attribute(R"~("&lt;&gt;&amp;&quot;&apos;&#65;&#x20AC;")~", Form::kLiteral, "<>&\"'A\xE2\x82\xAC");
  check_attribute(R"~("@odata.type")~", Form::kLiteral, "@odata.type");
  check_attribute(R"~("@*")~", Form::kLiteral, "@*");
  check_attribute("\"a\r\nb\rc\"", Form::kLiteral, "a\nb\nc");
  check_attribute(R"~("@(1)")~", Form::kExpression, "1");
  check_attribute(R"~("@{return 1;}")~", Form::kBlock, "return 1;");
  check_attribute(R"~("@()")~", Form::kExpression, "");
  check_attribute("\" \n @(1)\t\"", Form::kExpression, "1");
  check_attribute("\"\xC2\xA0@(1)\xC2\xA0\"", Form::kExpression, "1");
  check_attribute(R"~("@(f("a")[")"])")~", Form::kExpression, R"~(f("a")[")"])~");
  check_attribute(R"~("@(a < b && c > d)")~", Form::kExpression, "a < b && c > d");
  check_attribute(R"~("@(a &lt; b &amp;&amp; f(&quot;x)&quot;))")~", Form::kExpression, R"~(a < b && f("x)"))~");
  check_attribute(R"~('@(f("q", 'x', "don't"))')~", Form::kExpression, R"~(f("q", 'x', "don't"))~");
  check_attribute(R"~('@(f(&#x27;x&#39;))')~", Form::kExpression, "f('x')");
  check_attribute("\"@{ // it's ) \"\r\n return 1; }\"", Form::kBlock, " // it's ) \"\n return 1; ");
  check_attribute(R"~("@(a &b; c)")~", Form::kExpression, "a &b; c");
  check_attribute(R"~("@(@"c:\" + $"{d["k"]}" + $@"{e:"")}")")~", Form::kExpression,
                  R"~(@"c:\" + $"{d["k"]}" + $@"{e:"")}")~");
}

TEST_CASE("element text holds literals or expressions", "[document]") {
  check_text("", Form::kLiteral, "");
  check_text("  ", Form::kLiteral, "  ");
  check_text("\r\n a &amp; b\r\n", Form::kLiteral, "\n a & b\n");
  check_text("@(a)", Form::kExpression, "a");
  check_text("\n  @{ return a; }\n", Form::kBlock, " return a; ");
  check_text("@(As<JObject>() < 1 && \"</x>\" != \"<y/>\")", Form::kExpression,
             "As<JObject>() < 1 && \"</x>\" != \"<y/>\"");
  check_text("@(a &lt; b &amp;&amp; &quot;(&quot; == c)", Form::kExpression, "a < b && \"(\" == c");
  check_text("<![CDATA[@(a[\"<\"])]]>", Form::kExpression, "a[\"<\"]");
  check_text(" \n<![CDATA[ @(a) ]]>\n", Form::kExpression, "a");
  check_text("<![CDATA[a &amp; <b>]]>", Form::kLiteral, "a &amp; <b>");
  check_text("a<!-- b -->c<![CDATA[d]]>e", Form::kLiteral, "acde");
  check_text("<!-- b -->@(a)<!-- c -->", Form::kExpression, "a");
  check_text("@(a)<!-- c -->\n", Form::kExpression, "a");
  check_text("<!---->", Form::kLiteral, "");
  check_text("someone@example.org", Form::kLiteral, "someone@example.org");
}

TEST_CASE("raw and escaped style read the same", "[document]") {
  const Reading raw = read(file("everything.raw.xml"));
  const Reading escaped = read(file("everything.escaped.xml"));
  INFO(raw.reports() << escaped.reports());
  REQUIRE(raw.is_clean());
  REQUIRE(escaped.is_clean());
  CHECK(raw.document->is_raw());
  CHECK_FALSE(escaped.document->is_raw());
  check_same(raw.document->root(), escaped.document->root());
}

TEST_CASE("the tree keeps order, parents, comments and places", "[document]") {
  const Reading reading = read(file("everything.raw.xml"));
  REQUIRE(reading.is_clean());
  const Document& document = *reading.document;
  CHECK(document.kind() == Document::Kind::kPolicies);
  CHECK(document.top().size() == 2);
  CHECK(document.top()[0].kind == Node::Kind::kComment);
  CHECK(document.typed(document.top()[0].span).starts_with("<!-- before the root;"));
  CHECK(document.typed(document.top()[0].span).ends_with("-->"));
  const Element& root = document.root();
  REQUIRE(root.elements().size() == 4);
  CHECK(root.elements()[1].name == "outbound");
  CHECK(root.elements()[2].self_closed);
  CHECK(document.typed(root.elements()[2].span) == "<backend />");
  CHECK(document.typed(root.elements()[3].span) == "<on-error></on-error>");
  CHECK(root.elements()[3].text->text.text.empty());
  const Element& inbound = root.elements()[0];
  CHECK_FALSE(inbound.text.has_value());
  CHECK(inbound.parent == &root);
  CHECK(inbound.children[1].kind == Node::Kind::kComment);
  CHECK(document.typed(inbound.name_span) == "inbound");
  CHECK(document.typed(inbound.start_tag) == "<inbound>");
  CHECK(document.typed(inbound.span).ends_with("</inbound>"));
  CHECK(document.typed(inbound.inner).starts_with("\n        <base />"));
  const Element& variable = inbound.elements()[1];
  CHECK(document.typed(variable.attributes[0].span) == "name=\"n\"");
  CHECK(document.typed(variable.attributes[0].value.span) == "n");
  CHECK(document.typed(variable.attributes[1].name_span) == "value");
  CHECK(document.typed(variable.attributes[1].value.span).starts_with("@(context"));
  CHECK(document.typed(variable.attributes[1].value.span).ends_with("< 3)"));
  CHECK(variable.find("value") == &variable.attributes[1]);
  CHECK(variable.find("Value") == nullptr);
}

TEST_CASE("marks, line ends and no-break spaces of real files are read over", "[document]") {
  std::string windows;
  for (const char c :
       file("everything.raw.xml").substr(std::string_view("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n").size())) {
    if (c == '\n') windows += '\r';
    windows += c;
  }
  const Reading changed = read("\xEF\xBB\xBF" + windows);
  INFO(changed.reports());
  REQUIRE(changed.is_clean());
  check_same(changed.document->root(), read(file("everything.raw.xml")).document->root());

  const Reading spaced = read(
      "\xC2\xA0<fragment\xC2\xA0>\xC2\xA0<x\xC2\xA0 a=\"1\"\xC2\xA0"
      "b\xC2\xA0=\xC2\xA0\"2\"\xC2\xA0/>\xC2\xA0</fragment\xC2\xA0>\xC2\xA0");
  INFO(spaced.reports());
  REQUIRE(spaced.is_clean());
  CHECK(first(spaced).attributes.size() == 2);
  CHECK(first(spaced).find("b")->value.text.text == "2");
  CHECK(spaced.document->root().children.size() == 1);
  CHECK(read("<fragment/>").is_clean());
  CHECK(read("\n<?xml version='1.0'?>\n<!-- a --><fragment a=\"b\"/>\n<!-- c -->\n").is_clean());
}

TEST_CASE("every kind of root", "[document]") {
  CHECK(read("<policies/>").document->kind() == Document::Kind::kPolicies);
  CHECK(read("<fragment fragment-id='x'></fragment>").document->kind() == Document::Kind::kFragment);
  for (const char* resolver : {"<http-data-source/>", "<sql-data-source/>", "<cosmosdb-data-source/>"}) {
    CHECK(read(resolver).document->kind() == Document::Kind::kResolver);
  }
}

TEST_CASE("markup in a set-body is text as written", "[document]") {
  const Reading soap =
      read_element("<set-body>\r\n<s:Envelope a=\"1\">&lt;{{v}}<b/> x</s:Envelope></set-body>", {{"v", "pasted"}});
  INFO(soap.reports());
  REQUIRE(soap.is_clean());
  CHECK(first(soap).text->as_written);
  CHECK(first(soap).text->text.text == "\n<s:Envelope a=\"1\">&lt;pasted<b/> x</s:Envelope>");
  CHECK(first(soap).children.empty());

  const Reading liquid = read_element(
      "<set-body template=\"Liquid\"><a b=\"@(1)\">@(x {{body.a}} {{context.b}} {{v}} {{other}} {% if a "
      "%}</a></set-body>",
      {{"v", "1"}, {"body.a", "2"}, {"context.b", "3"}});
  INFO(liquid.reports());
  REQUIRE(liquid.is_clean());
  CHECK(first(liquid).text->text.text == "<a b=\"@(1)\">@(x {{body.a}} {{context.b}} 1 {{other}} {% if a %}</a>");

  const Reading plain = read_element("<set-body template='liquid'>@(a) &amp; {{body}}<![CDATA[<]]></set-body>");
  REQUIRE(plain.is_clean());
  CHECK(first(plain).text->is_literal());
  CHECK(first(plain).text->text.text == "@(a) & {{body}}<");
}

TEST_CASE("text beside elements is a node", "[document]") {
  const Reading reading = read_element("<x> stray <y/><!-- c --></x>");
  REQUIRE(reading.is_clean());
  CHECK_FALSE(first(reading).text.has_value());
  REQUIRE(first(reading).children.size() == 3);
  CHECK(first(reading).children[0].kind == Node::Kind::kText);
  CHECK(reading.document->typed(first(reading).children[0].span) == " stray ");
}

TEST_CASE("a literal with an expression in it stays a literal, with a warning", "[document]") {
  for (const std::string typed :
       {R"~(<x a="Bearer @(b)"/>)~", R"~(<x a="Bearer @(b["c"])" d="e"/>)~", R"~(<x a="@(b) and @(c)"/>)~",
        R"~(<x a="@(b["c"]) and" d="e"/>)~", R"~(<x>Bearer @(b &lt; c)</x>)~", R"~(<x>Bearer @(b<c>() < 1)</x>)~",
        R"~(<x>@(b["<"]) and</x>)~", R"~(<x>@(b)<!-- c --> d</x>)~", R"~(<set-body><a>@(b)</a></set-body>)~"}) {
    const Reading reading = read_element(typed);
    INFO(typed << "\n" << reading.reports());
    REQUIRE(reading.document.has_value());
    CHECK(reading.report(DocumentCode::kMixedValue) != nullptr);
    CHECK(reading.diagnostics.all().size() == 1);
    CHECK_FALSE(reading.diagnostics.has_errors());
    CHECK(reading.underlined(DocumentCode::kMixedValue).starts_with("@(b"));
  }
  CHECK(first(read_element(R"~(<x a="Bearer @(b["c"])" d="e"/>)~")).attributes[0].value.text.text ==
        R"~(Bearer @(b["c"]))~");
  CHECK(first(read_element(R"~(<x>Bearer @(b<c>() < 1)!</x>)~")).text->text.text == "Bearer @(b<c>() < 1)!");
}

TEST_CASE("a file that mixes the styles of expressions gets a warning", "[document]") {
  const Reading mixed = read_element(R"~(<x a="@(b["c"] == "&quot;" &amp;&amp; d)"/>)~");
  REQUIRE(mixed.document.has_value());
  CHECK(first(mixed).attributes[0].value.text.text == "b[\"c\"] == \"\"\" && d");
  CHECK(mixed.underlined(DocumentCode::kMixedStyles) == "&quot;");
  CHECK_FALSE(mixed.diagnostics.has_errors());
  CHECK(read_element(R"(<x a='@(b["c"] &amp;&amp; d)'/>)").is_clean());
}

TEST_CASE("a document can be moved", "[document]") {
  Reading reading = read("<fragment><x a=\"@(1)\">b</x></fragment>");
  const Element* before = &first(reading);
  const Document moved = std::move(*reading.document);
  CHECK(&moved.root().elements()[0] == before);
  CHECK(before->attributes[0].value.text.text == "1");
  CHECK(before->parent == &moved.root());
}
