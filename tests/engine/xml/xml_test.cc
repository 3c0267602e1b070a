#include <catch2/catch.hpp>

#include "engine/xml/xml.h"
#include "tests/engine/json/world.h"

namespace portcullis {
namespace {

using json_test::World;

std::string text_of(World& world, const XNode* node, bool indent) {
  if (node == nullptr) return "!! " + world.message();
  const String* text = write_xml(world.run, *node, {.indent = indent});
  return text == nullptr ? "!! " + world.message() : std::string(text->view());
}

std::string round(World& world, std::string_view text, bool indent = false) {
  return text_of(world, parse_xml(world.run, world.arena.copy(text), {.for_element = true}), indent);
}

}  // namespace

TEST_CASE("XML is read and written as LINQ to XML does") {
  World world;
  CHECK(round(world, "<a/>") == "<a />");
  CHECK(round(world, "<a></a>") == "<a></a>");
  CHECK(round(world, "<a> <b>1</b>\n <b>2</b> </a>") == "<a><b>1</b><b>2</b></a>");
  CHECK(round(world, "<a><b>1</b><c/></a>", true) == "<a>\n  <b>1</b>\n  <c />\n</a>");
  CHECK(round(world, "<a>x<b>1</b></a>", true) == "<a>x<b>1</b></a>");
  CHECK(round(world, "<a><b/>x<c/></a>", true) == "<a>\n  <b />x<c /></a>");
  CHECK(round(world, "<a x='1' y=\"a&quot;b&#10;c\"/>") == "<a x=\"1\" y=\"a&quot;b&#xA;c\" />");
  CHECK(round(world, "<a>&lt;&amp;&gt;&#65;&#x42;\"'</a>") == "<a>&lt;&amp;&gt;AB\"'</a>");
  CHECK(round(world, "<a><![CDATA[<x>]]></a>") == "<a><![CDATA[<x>]]></a>");
  CHECK(round(world, "<?xml version=\"1.0\"?><!--c--><a><?p d?></a>") == "<a><?p d?></a>");
  CHECK(round(world, "<a xmlns='u'><b xmlns=''/></a>") == "<a xmlns=\"u\"><b xmlns=\"\" /></a>");
  CHECK(round(world, "<p:a xmlns:p='u' p:x='1'><p:b/></p:a>") == "<p:a xmlns:p=\"u\" p:x=\"1\"><p:b /></p:a>");
  CHECK(round(world, "<a>1\r\n2</a>") == "<a>1\n2</a>");
  CHECK(round(world, "<!DOCTYPE a [<!ENTITY e \"x<b/>y\">]><a>&e;</a>") == "<a>x<b />y</a>");
}

TEST_CASE("mistakes in XML") {
  World world;
  CHECK(round(world, "") == "!! Root element is missing.");
  CHECK(round(world, "x") == "!! Data at the root level is invalid. Line 1, position 1.");
  CHECK(round(world, "<a></b>") == "!! The 'a' start tag on line 1 position 2 does not match the end tag of 'b'. Line 1, position 6.");
  CHECK(round(world, "<a/><b/>") == "!! There are multiple root elements. Line 1, position 6.");
  CHECK(round(world, "<a>&nbsp;</a>") == "!! Reference to undeclared entity 'nbsp'. Line 1, position 5.");
  CHECK(round(world, "<a>") == "!! Unexpected end of file has occurred. The following elements are not closed: a. Line 1, position 4.");
  CHECK(round(world, "<a x='1' x='2'/>") == "!! 'x' is a duplicate attribute name. Line 1, position 10.");
  CHECK(round(world, "<p:a/>") == "!! 'p' is an undeclared prefix. Line 1, position 2.");
  CHECK(round(world, "<a x=1/>") == "!! '1' is an unexpected token. The expected token is '\"' or '''. Line 1, position 6.");
  CHECK(round(world, "<1/>") == "!! Name cannot begin with the '1' character, hexadecimal value 0x31. Line 1, position 2.");
  CHECK(round(world, std::string(500, '<')).starts_with("!! Name cannot begin with the '<' character"));
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "<a>";
  CHECK(round(world, deep).starts_with("!! calls are nested deeper"));
}

TEST_CASE("entities cannot blow up") {
  World world;
  std::string bomb = "<!DOCTYPE a [<!ENTITY x0 \"lol\">";
  for (int i = 1; i < 12; ++i) {
    bomb += "<!ENTITY x" + std::to_string(i) + " \"";
    for (int k = 0; k < 10; ++k) bomb += "&x" + std::to_string(i - 1) + ";";
    bomb += "\">";
  }
  CHECK(round(world, bomb + "]><a>&x11;</a>").starts_with("!! The input document has exceeded a limit"));
  CHECK(round(world, "<!DOCTYPE a [<!ENTITY x \"&x;\">]><a>&x;</a>").starts_with("!! General entity 'x' references itself."));
  CHECK(round(world, "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>") == "<a></a>");
}

TEST_CASE("namespaces that nobody declared are declared where they are needed") {
  World world;
  XNamespace* space = make_xnamespace(world.run, "u");
  XElement* root = make_xelement(world.run, make_xname(world.run, space, "a"));
  append_xattribute(world.run, *root, make_xattribute(world.run, make_xname(world.run, make_xnamespace(world.run, {}), "x"), "1"));
  insert_xnode(world.run, *root, nullptr, make_xelement(world.run, make_xname(world.run, space, "b")));
  insert_xnode(world.run, *root, nullptr, make_xelement(world.run, make_xname(world.run, make_xnamespace(world.run, {}), "c")));
  CHECK(text_of(world, root, false) == "<a x=\"1\" xmlns=\"u\"><b /><c xmlns=\"\" /></a>");
  XElement* plain = make_xelement(world.run, make_xname(world.run, make_xnamespace(world.run, {}), "a"));
  append_xattribute(world.run, *plain, make_xattribute(world.run, make_xname(world.run, space, "x"), "1"));
  CHECK(text_of(world, plain, false) == "<a p1:x=\"1\" xmlns:p1=\"u\" />");
}

TEST_CASE("a node with a parent is cloned, texts join") {
  World world;
  auto* a = static_cast<XElement*>(parse_xml(world.run, "<a><b>1</b></a>", {.for_element = true}));
  CHECK(insert_xnode(world.run, *a, nullptr, a->first));
  CHECK(insert_xtext(world.run, *a, nullptr, "x"));
  CHECK(insert_xtext(world.run, *a, nullptr, "y"));
  CHECK(text_of(world, a, false) == "<a><b>1</b><b>1</b>xy</a>");
  CHECK(inner_text(world.run, *a)->view() == "11xy");
  CHECK(insert_xnode(world.run, *a, nullptr, a));
  CHECK(text_of(world, a, false) == "<a><b>1</b><b>1</b>xy<a><b>1</b><b>1</b>xy</a></a>");
}

}  // namespace portcullis
