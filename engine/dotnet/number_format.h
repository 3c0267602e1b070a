// Numbers as text: ToString, standard formats (`N2`, `X8`, …) and custom ones (`#,##0.00`). Invariant culture.
// source: types.md#5.3, types.md#6
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/dotnet/decimal.h"
#include "engine/dotnet/digits.h"
#include "engine/run/run.h"

namespace portcullis {

/// A format text taken apart.
struct NumberFormat {
  char letter = 'G';              // as written; 0 for a custom format
  std::int32_t precision = -1;    // -1: none given
  bool is_bad = false;            // too large a precision
  std::string_view custom{};
};
NumberFormat read_number_format(std::string_view text);
/// A null or empty `format` is `G`.
inline NumberFormat number_format_of(const String* format) {
  return format == nullptr ? NumberFormat{} : read_number_format(format->view());
}

/// `bits` is the type's width: negative numbers print as that many bits in hexadecimal and binary.
String* integer_text(Run& run, std::int64_t value);
String* integer_text(Run& run, std::uint64_t value);
String* format_integer(Run& run, std::int64_t value, unsigned bits, const NumberFormat& format);
String* format_integer(Run& run, std::uint64_t value, unsigned bits, const NumberFormat& format);
String* real_text(Run& run, double value);
String* real_text(Run& run, float value);
String* format_real(Run& run, double value, const NumberFormat& format);
String* format_real(Run& run, float value, const NumberFormat& format);
String* decimal_text(Run& run, const Decimal* value);
String* format_decimal(Run& run, const Decimal* value, const NumberFormat& format);

/// The layouts below, for types that bring their own digits (BigInteger). `format` is not G without precision, D, X, B or R.
String* format_digits(Run& run, Digits& digits, const NumberFormat& format);
/// number_format_custom.cc
String* format_custom(Run& run, Digits& digits, std::string_view format);

/// ASCII text, copied.
String* ascii_string(Run& run, std::string_view text);
Raised raise_bad_number_format(Run& run);

}  // namespace portcullis
