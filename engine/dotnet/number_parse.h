// Text as numbers: Parse and TryParse with NumberStyles. Invariant culture. source: types.md#5.2
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/dotnet/decimal.h"
#include "engine/run/run.h"

namespace portcullis {

/// NumberStyles
namespace number_styles {
constexpr std::int32_t kLeadingWhite = 1;
constexpr std::int32_t kTrailingWhite = 2;
constexpr std::int32_t kLeadingSign = 4;
constexpr std::int32_t kTrailingSign = 8;
constexpr std::int32_t kParentheses = 0x10;
constexpr std::int32_t kDecimalPoint = 0x20;
constexpr std::int32_t kThousands = 0x40;
constexpr std::int32_t kExponent = 0x80;
constexpr std::int32_t kCurrencySymbol = 0x100;
constexpr std::int32_t kHex = 0x200;
constexpr std::int32_t kBinary = 0x400;
constexpr std::int32_t kInteger = 7;
constexpr std::int32_t kFloat = kInteger | kDecimalPoint | kExponent;
constexpr std::int32_t kNumber = kInteger | kTrailingSign | kDecimalPoint | kThousands;
}  // namespace number_styles

enum class Parsed : std::uint8_t { kGood, kBadFormat, kOverflow };

/// False after raising ArgumentException: bits that do not exist or do not go together.
bool check_integer_style(Run& run, std::int32_t style);
bool check_real_style(Run& run, std::int32_t style);

/// `bits` is the type's width.
Parsed parse_integer(std::string_view text, std::int32_t style, unsigned bits, std::int64_t& value);
Parsed parse_integer(std::string_view text, std::int32_t style, unsigned bits, std::uint64_t& value);
Parsed parse_real(std::string_view text, std::int32_t style, double& value);
Parsed parse_real(std::string_view text, std::int32_t style, float& value);
/// Sets digits, scale and sign of `value`, which the caller provides.
Parsed parse_decimal(std::string_view text, std::int32_t style, Decimal& value);

/// `The input string 'x' was not in a correct format.`
Raised raise_bad_number(Run& run, std::string_view text);

}  // namespace portcullis
