// System.Numerics.BigInteger, as far as JSON and Parse need it: integers beyond long, as decimal digits. No arithmetic.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/run/run.h"

namespace portcullis {

struct BigInteger : Object {
  String* digits = nullptr;  // without sign and leading zeros; "0" for zero
  bool is_negative = false;
};

/// `text` is an optional `-` and decimal digits, borrowed.
BigInteger* make_big_integer(Run& run, std::string_view text);

}  // namespace portcullis
