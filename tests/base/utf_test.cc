// UTF-8 storage, UTF-16 counting, .NET's way with malformed bytes.
#include "base/utf.h"

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string replacements(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += kReplacement;
  return out;
}

TEST_CASE("every code point comes back from its encoding") {
  for (char32_t code = 0; code <= 0x10FFFF; code += code < 0x3000 ? 1 : 251) {
    std::string text;
    append_utf8(text, code);
    const Decoded decoded = decode_utf8(text, 0);
    REQUIRE(decoded.code == code);
    REQUIRE(decoded.length == text.size());
    REQUIRE(is_valid_utf8(text) == !is_surrogate(code));
    REQUIRE(utf16_length(text) == (code > 0xFFFF ? 2U : 1U));
  }
}

TEST_CASE("malformed bytes decode to one replacement and move on") {
  for (const std::string_view text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xFF", "\xC3", "\xC3(", "\xE2\x82", "\xE2\x82(", "\xF0\x9F\x98"}) {
    INFO(text);
    const Decoded decoded = decode_utf8(text, 0);
    CHECK(decoded.code == 0xFFFD);
    CHECK(decoded.length >= 1);
    CHECK(decoded.length <= text.size());
    CHECK_FALSE(is_valid_utf8(text));
  }
}

TEST_CASE("a replacement character that was typed is valid") { CHECK(is_valid_utf8("a\xEF\xBF\xBD")); }

TEST_CASE("one replacement for each maximal part of a sequence") {
  CHECK(sanitize_utf8("a\xE2\x82") == "a" + replacements(1));
  CHECK(sanitize_utf8("\xE2\x82z") == replacements(1) + "z");
  CHECK(sanitize_utf8("\xF0\x9F\x98") == replacements(1));
  CHECK(sanitize_utf8("\xF0\x80\x80\x80") == replacements(4));
  CHECK(sanitize_utf8("\xC0\xAF") == replacements(2));
  CHECK(sanitize_utf8("\xFF\xFE") == replacements(2));
  CHECK(sanitize_utf8("\xF4\x90\x80\x80") == replacements(4));
  CHECK(sanitize_utf8("abc \xC3\xA4") == "abc \xC3\xA4");
}

TEST_CASE("an encoded surrogate is three replacements, its beginning as many as it has bytes") {
  CHECK(sanitize_utf8("\xED\xA0\x80") == replacements(3));
  CHECK(sanitize_utf8("\xED\xA0") == replacements(2));
  CHECK(sanitize_utf8("\xED\xA0z") == replacements(2) + "z");
  CHECK(sanitize_utf8("\xED") == replacements(1));
  CHECK(sanitize_utf8("\xED\x9F") == replacements(1));
  CHECK(sanitize_utf8("\xED\x9F\xBF") == "\xED\x9F\xBF");
}

TEST_CASE("offsets of UTF-16 units") {
  const std::string_view text = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z";  // a ä € 😀 z: units 0 1 2 3-4 5
  bool in_pair = true;
  CHECK(utf16_length(text) == 6);
  CHECK(utf16_offset(text, 0, &in_pair) == 0);
  CHECK_FALSE(in_pair);
  CHECK(utf16_offset(text, 1, &in_pair) == 1);
  CHECK(utf16_offset(text, 2, &in_pair) == 3);
  CHECK(utf16_offset(text, 3, &in_pair) == 6);
  CHECK_FALSE(in_pair);
  CHECK(utf16_offset(text, 4, &in_pair) == 6);
  CHECK(in_pair);
  CHECK(utf16_offset(text, 5, &in_pair) == 10);
  CHECK_FALSE(in_pair);
  CHECK(utf16_offset(text, 6, &in_pair) == 11);
  CHECK(utf16_offset(text, 7, &in_pair) == 11);
}

TEST_CASE("a pair combines to its code point") {
  CHECK(combine_surrogates(0xD83D, 0xDE00) == 0x1F600);
  CHECK(combine_surrogates(0xD800, 0xDC00) == 0x10000);
  CHECK(combine_surrogates(0xDBFF, 0xDFFF) == 0x10FFFF);
}

}  // namespace
}  // namespace portcullis
