// The arithmetic of System.Decimal: 96-bit digits with a scale of 0 … 28, results rounded half to even where digits must go.
#include <cmath>
#include <string>

#include "engine/dotnet/decimal.h"
#include "engine/run/helpers.h"

namespace portcullis::decimal {

namespace {

constexpr std::int32_t kMaxScale = 28;
constexpr std::uint64_t kPowers[] = {1,
                                     10,
                                     100,
                                     1000,
                                     10000,
                                     100000,
                                     1000000,
                                     10000000,
                                     100000000,
                                     1000000000,
                                     10000000000,
                                     100000000000,
                                     1000000000000,
                                     10000000000000,
                                     100000000000000,
                                     1000000000000000,
                                     10000000000000000,
                                     100000000000000000,
                                     1000000000000000000,
                                     10000000000000000000U};

Raised raise_too_large(Run& run) {
  return run.raise(Known::kOverflowException, "Value was either too large or too small for a Decimal.");
}

/// 192 bits: a product of two magnitudes, or a magnitude scaled up by 10^28. Lowest limb first.
struct Wide {
  std::uint64_t limbs[3] = {0, 0, 0};

  static Wide of(Magnitude value) { return {{static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(value >> 64), 0}}; }
  [[nodiscard]] bool fits() const { return limbs[2] == 0 && limbs[1] <= 0xFFFFFFFF; }
  [[nodiscard]] Magnitude low() const { return (Magnitude{limbs[1]} << 64) | limbs[0]; }
  void multiply(std::uint64_t factor) {
    Magnitude carry = 0;
    for (std::uint64_t& limb : limbs) {
      carry += Magnitude{limb} * factor;
      limb = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
  }
  void scale_up(std::int32_t digits) {
    for (; digits > 19; digits -= 19) multiply(kPowers[19]);
    multiply(kPowers[digits]);
  }
  std::uint64_t divide(std::uint64_t divisor) {
    Magnitude rest = 0;
    for (int i = 2; i >= 0; --i) {
      rest = (rest << 64) | limbs[i];
      limbs[i] = static_cast<std::uint64_t>(rest / divisor);
      rest %= divisor;
    }
    return static_cast<std::uint64_t>(rest);
  }
  void add(const Wide& other) {
    Magnitude carry = 0;
    for (int i = 0; i < 3; ++i) {
      carry += Magnitude{limbs[i]} + other.limbs[i];
      limbs[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
  }
  void subtract(const Wide& other) {
    std::uint64_t borrow = 0;
    for (int i = 0; i < 3; ++i) {
      const Magnitude taken = Magnitude{other.limbs[i]} + borrow;
      borrow = limbs[i] < taken ? 1 : 0;
      limbs[i] = static_cast<std::uint64_t>(limbs[i] - taken);
    }
  }
  [[nodiscard]] int compare(const Wide& other) const {
    for (int i = 2; i >= 0; --i) {
      if (limbs[i] != other.limbs[i]) return limbs[i] < other.limbs[i] ? -1 : 1;
    }
    return 0;
  }
};

// Drops digits until value and scale fit a Decimal.
Decimal* reduce(Run& run, Wide value, std::int32_t scale, bool is_negative) {
  std::uint64_t last = 0;
  bool sticky = false;
  const auto drop = [&] {
    sticky = sticky || last != 0;
    last = value.divide(10);
    --scale;
  };
  while (!value.fits() || scale > kMaxScale) drop();
  Magnitude digits = value.low();
  if (last > 5 || (last == 5 && (sticky || (digits & 1) != 0))) ++digits;
  if (digits > kMaxMagnitude) {  // 2^96: one digit more has to go, and what is left of it rounds up
    digits = digits / 10 + 1;
    --scale;
  }
  if (scale < 0) return raise_too_large(run);
  return make(run, digits, scale, is_negative);
}

Decimal* add_signed(Run& run, const Decimal* a, const Decimal* b, bool b_is_negative) {
  const std::int32_t scale = a->scale > b->scale ? a->scale : b->scale;
  Wide left = Wide::of(magnitude(a));
  Wide right = Wide::of(magnitude(b));
  left.scale_up(scale - a->scale);
  right.scale_up(scale - b->scale);
  if (a->is_negative == b_is_negative) {
    left.add(right);
    return reduce(run, left, scale, a->is_negative);
  }
  const int order = left.compare(right);
  if (order >= 0) {
    left.subtract(right);
    return reduce(run, left, scale, a->is_negative && order != 0);
  }
  right.subtract(left);
  return reduce(run, right, scale, b_is_negative);
}

Wide product(Magnitude a, Magnitude b) {
  Wide low = Wide::of(a);
  low.multiply(static_cast<std::uint64_t>(b));
  Wide high = Wide::of(a);
  high.multiply(static_cast<std::uint64_t>(b >> 64));
  const Wide shifted{{0, high.limbs[0], high.limbs[1]}};
  low.add(shifted);
  return low;
}

}  // namespace

Decimal* make(Run& run, Magnitude magnitude, std::int32_t scale, bool is_negative) {
  auto* value = run.make<Decimal>(Known::kDecimal);
  value->low = static_cast<std::uint32_t>(magnitude);
  value->middle = static_cast<std::uint32_t>(magnitude >> 32);
  value->high = static_cast<std::uint32_t>(magnitude >> 64);
  value->scale = static_cast<std::uint8_t>(scale);
  value->is_negative = is_negative;
  return value;
}

Decimal* add(Run& run, const Decimal* a, const Decimal* b) { return add_signed(run, a, b, b->is_negative); }
Decimal* subtract(Run& run, const Decimal* a, const Decimal* b) { return add_signed(run, a, b, !b->is_negative); }

Decimal* multiply(Run& run, const Decimal* a, const Decimal* b) {
  const Magnitude left = magnitude(a);
  const Magnitude right = magnitude(b);
  const std::int32_t scale = a->scale + b->scale;
  const bool is_negative = a->is_negative != b->is_negative;
  const bool small = (left >> 32) == 0 && (right >> 32) == 0;
  // .NET gives a plain 0 where nothing can be left.
  if (!small && (left == 0 || right == 0)) return make(run, 0, 0, false);
  if (small && scale > kMaxScale + 19) return make(run, 0, 0, false);
  return reduce(run, product(left, right), scale, is_negative);
}

namespace {

// Takes back the zeros that the division added behind the point.
void drop_zeros(Magnitude& digits, std::int32_t& scale) {
  while (scale > 0 && digits % 10 == 0) {
    digits /= 10;
    --scale;
  }
}

}  // namespace

Decimal* divide(Run& run, const Decimal* a, const Decimal* b) {
  const Magnitude divisor = magnitude(b);
  if (divisor == 0) return raise_divide_by_zero(run);
  const bool is_negative = a->is_negative != b->is_negative;
  Magnitude quotient = magnitude(a) / divisor;
  Magnitude rest = magnitude(a) % divisor;
  std::int32_t scale = a->scale - b->scale;
  bool is_extended = false;
  while ((rest != 0 && scale < kMaxScale) || scale < 0) {
    const Magnitude more = quotient * 10 + rest * 10 / divisor;
    if (more > kMaxMagnitude) break;
    is_extended = is_extended || rest != 0;
    quotient = more;
    rest = rest * 10 % divisor;
    ++scale;
  }
  if (rest * 2 > divisor || (rest * 2 == divisor && (quotient & 1) != 0)) ++quotient;
  if (quotient > kMaxMagnitude) {
    quotient = quotient / 10 + 1;
    --scale;
  }
  if (scale < 0) return raise_too_large(run);
  if (is_extended) drop_zeros(quotient, scale);
  return make(run, quotient, scale, is_negative);
}

Decimal* remainder(Run& run, const Decimal* a, const Decimal* b) {
  const Magnitude left = magnitude(a);
  Magnitude right = magnitude(b);
  if (right == 0) return raise_divide_by_zero(run);
  const std::int32_t scale = a->scale > b->scale ? a->scale : b->scale;
  Wide scaled_left = Wide::of(left);
  Wide scaled_right = Wide::of(right);
  scaled_left.scale_up(scale - a->scale);
  scaled_right.scale_up(scale - b->scale);
  // A smaller dividend is the result as it is, its own scale included.
  if (scaled_left.compare(scaled_right) < 0) return make(run, left, a->scale, a->is_negative);
  right = scaled_right.low();  // not above the dividend; wider than 96 bits only where the dividend is
  Magnitude rest = 0;
  if (a->scale >= b->scale) {
    rest = left % right;
  } else {
    rest = left % right;
    for (std::int32_t i = a->scale; i < b->scale; ++i) rest = rest * 10 % right;
  }
  return make(run, rest, scale, a->is_negative);
}

Decimal* negate(Run& run, const Decimal* a) { return make(run, magnitude(a), a->scale, !a->is_negative); }

std::int32_t compare(const Decimal* a, const Decimal* b) {
  const Magnitude left = magnitude(a);
  const Magnitude right = magnitude(b);
  if (left == 0 || right == 0) {
    if (left == 0 && right == 0) return 0;
    return left == 0 ? (b->is_negative ? 1 : -1) : (a->is_negative ? -1 : 1);
  }
  if (a->is_negative != b->is_negative) return a->is_negative ? -1 : 1;
  Wide scaled_left = Wide::of(left);
  Wide scaled_right = Wide::of(right);
  if (a->scale < b->scale) scaled_left.scale_up(b->scale - a->scale);
  if (b->scale < a->scale) scaled_right.scale_up(a->scale - b->scale);
  const int order = scaled_left.compare(scaled_right);
  return a->is_negative ? -order : order;
}

Decimal* from_int64(Run& run, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return make(run, value < 0 ? std::uint64_t{0} - bits : bits, 0, value < 0);
}
Decimal* from_uint64(Run& run, std::uint64_t value) { return make(run, value, 0, false); }

namespace {

// As .NET: scales the value so that `precision` digits stand before the point, rounds half to even, and takes zeros away.
Decimal* from_real(Run& run, double value, std::int32_t precision) {
  int exponent = 0;
  const bool is_negative = std::signbit(value);
  double rest = std::fabs(value);
  if (!std::isfinite(value)) return raise_too_large(run);
  std::frexp(rest, &exponent);
  if (rest == 0 || exponent < -94) return make(run, 0, 0, false);
  if (exponent > 96) return raise_too_large(run);
  const double low = static_cast<double>(kPowers[precision - 1]);
  const double high = static_cast<double>(kPowers[precision]);
  std::int32_t power = precision - 1 - ((exponent * 19728) >> 16);
  if (power >= 0) {
    if (power > kMaxScale) power = kMaxScale;
    rest *= power > 19 ? static_cast<double>(kPowers[19]) * static_cast<double>(kPowers[power - 19]) : static_cast<double>(kPowers[power]);
  } else if (power != -1 || rest >= high) {
    rest /= static_cast<double>(kPowers[-power]);
  } else {
    power = 0;
  }
  if (rest < low && power < kMaxScale) {
    rest *= 10;
    ++power;
  }
  auto digits = static_cast<std::uint64_t>(rest);
  rest -= static_cast<double>(digits);
  if (rest > 0.5 || (rest == 0.5 && (digits & 1) != 0)) ++digits;
  if (digits == 0) return make(run, 0, 0, false);
  if (power < 0) return make(run, Magnitude{digits} * kPowers[-power], 0, is_negative);
  std::int32_t may_drop = power < precision - 1 ? power : precision - 1;
  while (may_drop > 0 && digits % 10 == 0) {
    digits /= 10;
    --power;
    --may_drop;
  }
  return make(run, digits, power, is_negative);
}

Magnitude whole(const Decimal* value) {
  Magnitude digits = magnitude(value);
  std::int32_t scale = value->scale;
  for (; scale > 19; scale -= 19) digits /= kPowers[19];
  return digits / kPowers[scale];
}

struct Range {
  Known type;
  std::int64_t min;
  std::int64_t max;
  std::string_view name;
};
constexpr Range kRanges[] = {
    {Known::kSByte, -128, 127, "a signed byte"},
    {Known::kByte, 0, 255, "an unsigned byte"},
    {Known::kInt16, -32768, 32767, "an Int16"},
    {Known::kUInt16, 0, 65535, "a UInt16"},
    {Known::kChar, 0, 65535, "a character"},
    {Known::kInt32, -2147483648LL, 2147483647, "an Int32"},
    {Known::kUInt32, 0, 4294967295, "a UInt32"},
};

Raised raise_too_large_for(Run& run, std::string_view name) {
  std::string message = "Value was either too large or too small for ";
  message.append(name).append(".");
  return run.raise(Known::kOverflowException, message);
}

}  // namespace

Decimal* from_double(Run& run, double value) { return from_real(run, value, 15); }
Decimal* from_float(Run& run, float value) { return from_real(run, static_cast<double>(value), 7); }

std::int64_t to_int64(Run& run, const Decimal* value) {
  const Magnitude digits = whole(value);
  const Magnitude limit = Magnitude{1} << 63;
  if (digits > limit || (digits == limit && !value->is_negative)) return raise_too_large_for(run, "an Int64");
  const auto bits = static_cast<std::uint64_t>(digits);
  return static_cast<std::int64_t>(value->is_negative ? std::uint64_t{0} - bits : bits);
}

std::uint64_t to_uint64(Run& run, const Decimal* value) {
  const Magnitude digits = whole(value);
  if (digits >> 64 != 0 || (value->is_negative && digits != 0)) return raise_too_large_for(run, "a UInt64");
  return static_cast<std::uint64_t>(digits);
}

std::int64_t to_integer(Run& run, const Decimal* value, Known type) {
  for (const Range& range : kRanges) {
    if (range.type != type) continue;
    const Magnitude digits = whole(value);
    if (digits >> 62 != 0) return raise_too_large_for(run, range.name);
    const auto plain = static_cast<std::int64_t>(digits);
    const std::int64_t result = value->is_negative ? -plain : plain;
    if (result < range.min || result > range.max) return raise_too_large_for(run, range.name);
    return result;
  }
  if (type == Known::kUInt64) return static_cast<std::int64_t>(to_uint64(run, value));
  return to_int64(run, value);
}

double to_double(const Decimal* value) {
  constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14,
                                     1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28};
  const std::uint64_t low = (std::uint64_t{value->middle} << 32) | value->low;
  const double digits = static_cast<double>(low) + static_cast<double>(value->high) * 18446744073709551616.0;
  const double result = digits / kPowersOfTen[value->scale];
  return value->is_negative ? -result : result;
}

float to_float(const Decimal* value) { return static_cast<float>(to_double(value)); }

Decimal* round(Run& run, const Decimal* value, std::int32_t places, Rounding rounding) {
  if (value->scale <= places) return make(run, magnitude(value), value->scale, value->is_negative);
  Magnitude divisor = 1;
  for (std::int32_t i = places; i < value->scale; ++i) divisor *= 10;
  Magnitude digits = magnitude(value) / divisor;
  const Magnitude rest = magnitude(value) % divisor;
  const bool is_half = rest * 2 == divisor;
  bool up = false;
  switch (rounding) {
    case Rounding::kToEven:
      up = rest * 2 > divisor || (is_half && (digits & 1) != 0);
      break;
    case Rounding::kAwayFromZero:
      up = rest * 2 >= divisor;
      break;
    case Rounding::kToZero:
      break;
    case Rounding::kToNegativeInfinity:
      up = rest != 0 && value->is_negative;
      break;
    case Rounding::kToPositiveInfinity:
      up = rest != 0 && !value->is_negative;
      break;
  }
  if (up) ++digits;
  return make(run, digits, places, value->is_negative);
}

Decimal* round_checked(Run& run, const Decimal* value, std::int32_t places, std::int32_t mode) {
  if (places < 0 || places > kMaxScale) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Decimal can only round to between 0 and 28 digits of precision.",
                              "decimals");
  }
  if (mode < 0 || mode > 4) {
    std::string message = "The value '";
    message.append(std::to_string(mode)).append("' is not valid for this usage of the type MidpointRounding.");
    return run.raise_argument(Known::kArgumentException, message, "mode");
  }
  return round(run, value, places, static_cast<Rounding>(mode));
}

}  // namespace portcullis::decimal
