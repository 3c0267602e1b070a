// What the number types' files share: rows whose declarations differ only in the type's keyword, and how formats are prepared.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/dotnet/number_format.h"
#include "engine/types/definition.h"

namespace portcullis {

template <std::size_t kSize>
struct RowText {
  char data[kSize];
  consteval RowText(const char (&text)[kSize]) : data{} {  // NOLINT(google-explicit-constructor)
    for (std::size_t i = 0; i < kSize; ++i) data[i] = text[i];
  }
};

template <typename T>
inline constexpr std::string_view kKeyword = "";
template <>
inline constexpr std::string_view kKeyword<std::int8_t> = "sbyte";
template <>
inline constexpr std::string_view kKeyword<std::uint8_t> = "byte";
template <>
inline constexpr std::string_view kKeyword<std::int16_t> = "short";
template <>
inline constexpr std::string_view kKeyword<std::uint16_t> = "ushort";
template <>
inline constexpr std::string_view kKeyword<std::int32_t> = "int";
template <>
inline constexpr std::string_view kKeyword<std::uint32_t> = "uint";
template <>
inline constexpr std::string_view kKeyword<std::int64_t> = "long";
template <>
inline constexpr std::string_view kKeyword<std::uint64_t> = "ulong";
template <>
inline constexpr std::string_view kKeyword<float> = "float";
template <>
inline constexpr std::string_view kKeyword<double> = "double";
template <>
inline constexpr std::string_view kKeyword<bool> = "bool";
template <>
inline constexpr std::string_view kKeyword<char16_t> = "char";
template <>
inline constexpr std::string_view kKeyword<Decimal*> = "decimal";
template <>
inline constexpr std::string_view kKeyword<String*> = "string";
template <>
inline constexpr std::string_view kKeyword<Object*> = "object";

/// `pattern` with every `$` replaced by the keyword of T, every `@` by that of U, and every `#` by `name`.
template <typename T, RowText pattern, typename U = T, RowText name = "">
struct Declared {
  static constexpr std::size_t size() {
    std::size_t count = 0;
    for (const char c : pattern.data) {
      if (c == '\0') break;
      count += c == '$' ? kKeyword<T>.size() : c == '@' ? kKeyword<U>.size() : c == '#' ? sizeof name.data - 1 : 1;
    }
    return count;
  }
  static constexpr auto make() {
    std::array<char, size() + 1> text{};
    std::size_t at = 0;
    for (const char c : pattern.data) {
      if (c == '\0') break;
      if (c == '#') {
        for (std::size_t i = 0; i + 1 < sizeof name.data; ++i) text[at++] = name.data[i];
      } else if (c == '$' || c == '@') {
        for (const char letter : c == '$' ? kKeyword<T> : kKeyword<U>) text[at++] = letter;
      } else {
        text[at++] = c;
      }
    }
    return text;
  }
  static constexpr auto kText = make();
};
template <typename T, RowText pattern, typename U = T, RowText name = "">
inline constexpr std::string_view kDeclared{Declared<T, pattern, U, name>::kText.data(), Declared<T, pattern, U, name>::size()};

/// For `prepared_by` of `ToString(string format, …)`: the format taken apart at load.
const void* prepare_number_format(Preparation& preparation, std::span<const ConstantArgument> arguments);
inline NumberFormat format_at(const CallSite& site, const String* format) {
  return site.prepared != nullptr ? *static_cast<const NumberFormat*>(site.prepared) : number_format_of(format);
}

}  // namespace portcullis
