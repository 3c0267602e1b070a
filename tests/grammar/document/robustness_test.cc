// Every place leads back, nothing crashes, and nothing takes longer than its size allows.
#include <cstdint>
#include <ctime>
#include <random>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "base/utf.h"
#include "tests/grammar/document/reading.h"

using namespace portcullis;
using namespace portcullis::testing;

namespace {

/// Each character of the value must come from the byte that stands there in the file, or from a reference or line end.
void check_places(const Document& document, const Value& value) {
  const std::string_view text = value.text.text;
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    const Span place = value.text.map.original({i, i + 1});
    const std::string_view typed = document.typed(place);
    REQUIRE(place.begin >= last);
    REQUIRE(place.size() >= 1);
    last = place.begin;
    if (typed.size() == 1 && typed != "\r") {
      if (typed[0] != text[i]) FAIL("offset " << i << " of " << text);
    } else if (typed.starts_with("\r")) {
      REQUIRE(text[i] == '\n');
    } else {
      REQUIRE(((typed.starts_with('&') && typed.ends_with(';')) || (typed.starts_with("{{") && typed.ends_with("}}"))));
    }
  }
  if (value.is_code()) {
    REQUIRE(document.typed(value.span).starts_with('@'));
    REQUIRE(value.span.begin < document.source()->text().size());
  }
}

void check_places(const Document& document, const Element& element) {
  for (const Attribute& attribute : element.attributes) {
    REQUIRE(document.typed(attribute.name_span) == attribute.name);
    check_places(document, attribute.value);
  }
  if (element.text) check_places(document, *element.text);
  REQUIRE(document.typed(element.name_span) == element.name);
  for (const Element& child : element.elements()) {
    REQUIRE(child.parent == &element);
    REQUIRE(child.span.begin >= element.inner.begin);
    REQUIRE(child.span.end <= element.inner.end);
    check_places(document, child);
  }
}

/// Of this process, so that a busy machine does not matter.
double processor_seconds(const std::string& text) {
  const std::clock_t begin = std::clock();
  const Reading reading = read(text);
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

}  // namespace

TEST_CASE("every character leads back to its bytes", "[document]") {
  for (const char* name : {"everything.raw.xml", "everything.escaped.xml"}) {
    const Reading reading = read(file(name));
    REQUIRE(reading.is_clean());
    check_places(*reading.document, reading.document->root());
  }
}

TEST_CASE("a document cut anywhere is reported and never crashes", "[document]") {
  for (const char* name : {"everything.raw.xml", "everything.escaped.xml"}) {
    std::string whole = file(name);
    whole.resize(whole.rfind("</policies>") + 11);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Reading reading = read(whole.substr(0, size));
      INFO(name << " cut at " << size);
      REQUIRE_FALSE(reading.document.has_value());
      REQUIRE(reading.diagnostics.has_errors());
      REQUIRE(reading.diagnostics.all().size() <= 2);
      REQUIRE_FALSE(reading.reports().empty());
    }
  }
}

TEST_CASE("random changes never crash, and good documents keep good places", "[document]") {
  std::mt19937 random(20'240'517);
  const std::string sources[] = {file("everything.raw.xml"), file("everything.escaped.xml")};
  static constexpr std::string_view kPieces[] = {
      "<",  ">",  "\"", "'",  "&",        "@(", "@{", ")",   "}",      "<!--", "-->", "<![CDATA[", "]]>", "{{a}}",
      "/>", "</", "=",  "\r", "\xC2\xA0", "//", "/*", "$\"", "&quot;", "\\",   "<?",  "\x80",      "{{",  "<set-body>"};
  const NamedValues values{{"a", "@(\"x"}};
  for (int round = 0; round < 3000; ++round) {
    std::string text = sources[random() % 2];
    for (std::uint32_t changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      const std::string_view piece = kPieces[random() % std::size(kPieces)];
      switch (random() % 3) {
        case 0:
          text.insert(at, piece);
          break;
        case 1:
          text.erase(at, 1 + random() % 8);
          break;
        default:
          text.replace(at, std::min<std::size_t>(piece.size(), text.size() - at), piece);
      }
    }
    const Reading reading = read(text, values);
    INFO(text);
    if (!reading.document.has_value()) REQUIRE(reading.diagnostics.has_errors());
    REQUIRE(reading.report(DocumentCode::kRefusedXml) == nullptr);
    if (reading.document.has_value()) check_places(*reading.document, reading.document->root());
    REQUIRE(reading.reports().size() < 200'000);
  }
}

TEST_CASE("big values and many mistakes take time in step with their size", "[document]") {
  constexpr std::size_t kMegabyte = 1 << 20;
  const auto repeated = [](std::string_view piece, std::size_t size) {
    std::string text;
    while (text.size() < size) text += piece;
    return text;
  };
  const auto in_fragment = [](const std::string& inside) { return "<fragment>" + inside + "</fragment>"; };
  const std::string documents[] = {
      in_fragment("<x a=\"" + repeated("abc ", kMegabyte) + "\"/>"),
      in_fragment("<x a=\"@(" + repeated("f(\"a\", 'b') && ", kMegabyte) + ")\"/>"),
      in_fragment("<x a=\"@(" + repeated("&quot;&lt;", kMegabyte) + ")\"/>"),
      in_fragment("<x a=\"@(" + repeated("(\"", kMegabyte) + "\"/>"),
      in_fragment("<x>@(" + repeated("a < \"b\" ", kMegabyte) + ")</x>"),
      in_fragment("<x>" + repeated("a @( b ", kMegabyte) + "</x>"),
      in_fragment("<x a=\"" + repeated("@(", kMegabyte) + "\"/>"),
      in_fragment(repeated("<x a=\"@(1\"/>", kMegabyte)),
      in_fragment(repeated("<x>a @( b</x>", kMegabyte)),
      in_fragment(repeated("<x a=\"b @( c\"/>", kMegabyte)),
      in_fragment(repeated("<x a=\"@($&quot;{{a}}&quot; + b)\"/>", kMegabyte)),
      in_fragment("<x a=\"@($&quot;" + repeated("{{a}}", kMegabyte) + "&quot; + b)\"/>"),
      in_fragment("<x a=\"" + repeated("{{", kMegabyte) + "\"/>"),
      in_fragment("<x>" + repeated("<!---->", kMegabyte) + "</x>"),
      in_fragment("<x>" + repeated("<![CDATA[]]>", kMegabyte) + "</x>"),
      in_fragment("<x " + repeated("a=\"\" ", kMegabyte) + "/>"),
      in_fragment(repeated("<x/>", kMegabyte)),
      in_fragment(repeated("</x>", kMegabyte)),
      in_fragment(repeated("<x a=\"@(b) c\"/>", kMegabyte)),
      in_fragment(repeated("<x a='@(b[\"d\"]) c'/>", kMegabyte)),
      repeated("<", kMegabyte),
      repeated("@(", kMegabyte),
      repeated("\"", kMegabyte),
  };
  for (const std::string& document : documents) {
    INFO(document.substr(0, 60));
    const double seconds = processor_seconds(document);
    CHECK(seconds < 3);  // takes a fraction of one; what is quadratic takes minutes
  }
}
