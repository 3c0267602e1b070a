// Small text helpers without locales.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace portcullis {

/// Appends every part. Parts are string views, characters or integers.
inline void append_part(std::string& out, std::string_view part) { out.append(part); }
inline void append_part(std::string& out, const char* part) { out.append(part); }
inline void append_part(std::string& out, const std::string& part) { out.append(part); }
inline void append_part(std::string& out, char part) { out.push_back(part); }
template <typename Integer>
requires(std::is_integral_v<Integer> && !std::is_same_v<Integer, char> &&
         !std::is_same_v<Integer, bool>) void append_part(std::string& out, Integer part) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, part).ptr;
  out.append(digits, end);
}
template <typename... Parts>
void append(std::string& out, const Parts&... parts) {
  (append_part(out, parts), ...);
}
template <typename... Parts>
std::string joined(const Parts&... parts) {
  std::string out;
  append(out, parts...);
  return out;
}

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
std::string ascii_lower(std::string_view text);
bool equals_ignoring_ascii_case(const char* a, const char* b, std::size_t size);
/// Most names differ in size: no call then.
inline bool equals_ignoring_ascii_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && equals_ignoring_ascii_case(a.data(), b.data(), a.size());
}
constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
std::string_view trim_ascii(std::string_view text);
/// `%4A`: the octet as URLs write it.
void append_percent_octet(std::string& out, char octet);
/// Everything but RFC 3986's unreserved characters as octets.
void append_percent_encoded(std::string& out, std::string_view text);
/// True when no byte is above 0x7F. Reads eight bytes at a time.
bool is_ascii(std::string_view text);

}  // namespace portcullis
