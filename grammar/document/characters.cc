// References: `&quot;`, `&#39;`, `&#x27;`.
#include "grammar/document/characters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace portcullis::xml {
namespace {

constexpr std::size_t kLongestReference = 32;

constexpr std::array<std::pair<std::string_view, char32_t>, 5> kEntities{
    {{"amp", U'&'}, {"lt", U'<'}, {"gt", U'>'}, {"quot", U'"'}, {"apos", U'\''}}};

/// The `Char` production of XML 1.0.
bool is_xml_character(std::uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
  return code < 0xD800 || (code > 0xDFFF && code != 0xFFFE && code != 0xFFFF && code <= 0x10FFFF);
}

Reference numeric(std::string_view digits, std::size_t length) {
  const bool hexadecimal = digits.starts_with('x');
  if (hexadecimal) digits.remove_prefix(1);
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  if (!whole || !is_xml_character(code)) return {Reference::Kind::kBadNumber, 0, length};
  return {Reference::Kind::kCharacter, static_cast<char32_t>(code), length};
}

}  // namespace

Reference read_reference(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at + 1, kLongestReference);
  std::size_t end = 0;
  if (rest.starts_with('#')) ++end;
  while (end < rest.size() && (is_ascii_letter(rest[end]) || is_ascii_digit(rest[end]))) ++end;
  if (end == 0 || end == rest.size() || rest[end] != ';') return {};
  const std::string_view name = rest.substr(0, end);
  if (name.starts_with('#')) return numeric(name.substr(1), end + 2);
  for (const auto& [entity, code] : kEntities) {
    if (entity == name) return {Reference::Kind::kCharacter, code, end + 2};
  }
  return {Reference::Kind::kUnknownEntity, 0, end + 2};
}

bool has_reference(std::string_view text) {
  for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
    if (read_reference(text, at).kind == Reference::Kind::kCharacter) return true;
  }
  return false;
}

}  // namespace portcullis::xml
