// System.Math. source: types.md#9.1
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "base/text.h"
#include "engine/dotnet/decimal.h"
#include "engine/dotnet/number_rows.h"
#include "engine/run/helpers.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kMathDefinition;

namespace {

constexpr std::uint8_t kSafe = kPure | kNoRaise;

// ---- absolute value, sign, order -------------------------------------------------------------------------------------------

template <typename T>
T absolute(Run& run, T value) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::fabs(value);
  } else {
    if (value == std::numeric_limits<T>::min()) {
      return run.raise(Known::kOverflowException, "Negating the minimum value of a twos complement number is invalid.");
    }
    return static_cast<T>(value < 0 ? -value : value);
  }
}
Decimal* absolute_decimal(Run& run, Decimal* value) { return decimal::make(run, decimal::magnitude(value), value->scale, false); }

template <typename T>
std::int32_t sign(Run& run, T value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(value)) {
      return run.raise(Known::kArithmeticException, "Function does not accept floating point Not-a-Number values.");
    }
  }
  return value < 0 ? -1 : value > 0 ? 1 : 0;
}
std::int32_t sign_of_decimal(Decimal* value) { return decimal::magnitude(value) == 0 ? 0 : value->is_negative ? -1 : 1; }

// NaN wins; +0 is above -0.
template <typename T>
T max(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(a)) return a;
    if (a == b) return std::signbit(a) ? b : a;
    return a > b ? a : b;
  } else {
    return a > b ? a : b;
  }
}
template <typename T>
T min(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(a)) return a;
    if (a == b) return std::signbit(a) ? a : b;
    return a < b ? a : b;
  } else {
    return a < b ? a : b;
  }
}
Decimal* max_decimal(Decimal* a, Decimal* b) { return decimal::compare(a, b) >= 0 ? a : b; }
Decimal* min_decimal(Decimal* a, Decimal* b) { return decimal::compare(a, b) < 0 ? a : b; }

Raised raise_min_above_max(Run& run, const String* min, const String* max) {
  if (min == nullptr || max == nullptr) return {};
  return run.raise(Known::kArgumentException, joined("'", min->view(), "' cannot be greater than ", max->view(), "."));
}
template <typename T>
String* text_of(Run& run, T value) {
  if constexpr (std::is_floating_point_v<T>) {
    return real_text(run, value);
  } else if constexpr (std::is_signed_v<T>) {
    return integer_text(run, std::int64_t{value});
  } else {
    return integer_text(run, std::uint64_t{value});
  }
}
template <typename T>
T clamp(Run& run, T value, T min, T max) {
  if (min > max) return raise_min_above_max(run, text_of(run, min), text_of(run, max));
  return value < min ? min : value > max ? max : value;
}
Decimal* clamp_decimal(Run& run, Decimal* value, Decimal* min, Decimal* max) {
  if (decimal::compare(min, max) > 0) return raise_min_above_max(run, decimal_text(run, min), decimal_text(run, max));
  return decimal::compare(value, min) < 0 ? min : decimal::compare(value, max) > 0 ? max : value;
}

// ---- rounding --------------------------------------------------------------------------------------------------------------

bool check_mode(Run& run, std::int32_t mode) {
  if (mode >= 0 && mode <= 4) return true;
  return run.raise_argument(Known::kArgumentException,
                            joined("The value '", mode, "' is not valid for this usage of the type MidpointRounding."), "mode");
}
double round_to(double value, std::int32_t mode) {
  switch (static_cast<decimal::Rounding>(mode)) {
    case decimal::Rounding::kToEven:
      return std::nearbyint(value);
    case decimal::Rounding::kAwayFromZero:
      return std::round(value);
    case decimal::Rounding::kToZero:
      return std::trunc(value);
    case decimal::Rounding::kToNegativeInfinity:
      return std::floor(value);
    case decimal::Rounding::kToPositiveInfinity:
      return std::ceil(value);
  }
  return value;
}
double round_digits_mode(Run& run, double value, std::int32_t digits, std::int32_t mode) {
  constexpr double kPowers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  if (digits < 0 || digits > 15) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Rounding digits must be between 0 and 15, inclusive.", "digits");
  }
  if (!check_mode(run, mode)) return 0;
  if (!(std::fabs(value) < 1e16)) return value;
  return round_to(value * kPowers[digits], mode) / kPowers[digits];
}
double round_digits(Run& run, double value, std::int32_t digits) { return round_digits_mode(run, value, digits, 0); }
double round_mode(Run& run, double value, std::int32_t mode) { return check_mode(run, mode) ? round_to(value, mode) : 0; }
double round_even(double value) { return std::nearbyint(value); }
double floor(double value) { return std::floor(value); }
double ceiling(double value) { return std::ceil(value); }
double truncate(double value) { return std::trunc(value); }

Decimal* round_decimal(Run& run, Decimal* d) { return decimal::round(run, d, 0, decimal::Rounding::kToEven); }
Decimal* round_decimal_places(Run& run, Decimal* d, std::int32_t places) { return decimal::round_checked(run, d, places, 0); }
Decimal* round_decimal_mode(Run& run, Decimal* d, std::int32_t mode) { return decimal::round_checked(run, d, 0, mode); }
Decimal* round_decimal_places_mode(Run& run, Decimal* d, std::int32_t places, std::int32_t mode) {
  return decimal::round_checked(run, d, places, mode);
}
Decimal* floor_decimal(Run& run, Decimal* d) { return decimal::round(run, d, 0, decimal::Rounding::kToNegativeInfinity); }
Decimal* ceiling_decimal(Run& run, Decimal* d) { return decimal::round(run, d, 0, decimal::Rounding::kToPositiveInfinity); }
Decimal* truncate_decimal(Run& run, Decimal* d) { return decimal::round(run, d, 0, decimal::Rounding::kToZero); }

// ---- functions of reals ------------------------------------------------------------------------------------------------------

double power(double x, double y) { return std::pow(x, y); }
double square_root(double d) { return std::sqrt(d); }
// One Newton step: some C libraries give 3.0000000000000004 for 27.
double cube_root(double d) {
  const double root = std::cbrt(d);
  if (root == 0 || !std::isfinite(root)) return root;
  const double better = root - (root * root * root - d) / (3 * root * root);
  return std::isfinite(better) ? better : root;
}
double exponential(double d) { return std::exp(d); }
double logarithm(double d) { return std::log(d); }
double logarithm_of_base(double a, double base) {
  if (std::isnan(a)) return a;
  if (std::isnan(base)) return base;
  if (base == 1) return std::numeric_limits<double>::quiet_NaN();
  if (a != 1 && (base == 0 || (std::isinf(base) && base > 0))) return std::numeric_limits<double>::quiet_NaN();
  return std::log(a) / std::log(base);
}
double logarithm_10(double d) { return std::log10(d); }
double logarithm_2(double d) { return std::log2(d); }
double sine(double a) { return std::sin(a); }
double cosine(double a) { return std::cos(a); }
double tangent(double a) { return std::tan(a); }
double arc_sine(double d) { return std::asin(d); }
double arc_cosine(double d) { return std::acos(d); }
double arc_tangent(double d) { return std::atan(d); }
double arc_tangent_2(double y, double x) { return std::atan2(y, x); }
double hyperbolic_sine(double a) { return std::sinh(a); }
double hyperbolic_cosine(double a) { return std::cosh(a); }
double hyperbolic_tangent(double a) { return std::tanh(a); }
double area_sine(double d) { return std::asinh(d); }
double area_cosine(double d) { return std::acosh(d); }
double area_tangent(double d) { return std::atanh(d); }
double ieee_remainder(double x, double y) { return std::remainder(x, y); }
double copy_sign(double x, double y) { return std::copysign(x, y); }
double fused_multiply_add(double x, double y, double z) { return std::fma(x, y, z); }
double scale_binary(double x, std::int32_t n) { return std::scalbn(x, n); }
std::int32_t binary_exponent(double x) {
  if (x == 0) return std::numeric_limits<std::int32_t>::min();
  if (!std::isfinite(x)) return std::numeric_limits<std::int32_t>::max();
  return std::ilogb(x);
}
double bit_increment(double x) {
  return std::isnan(x) ? x : std::nextafter(x, std::numeric_limits<double>::infinity());
}
double bit_decrement(double x) {
  return std::isnan(x) ? x : std::nextafter(x, -std::numeric_limits<double>::infinity());
}
double max_magnitude(double x, double y) {
  const double a = std::fabs(x);
  const double b = std::fabs(y);
  if (a > b || std::isnan(a)) return x;
  if (a == b) return std::signbit(x) ? y : x;
  return y;
}
double min_magnitude(double x, double y) {
  const double a = std::fabs(x);
  const double b = std::fabs(y);
  if (a < b || std::isnan(a)) return x;
  if (a == b) return std::signbit(x) ? x : y;
  return y;
}

// ---- integers ----------------------------------------------------------------------------------------------------------------

template <typename T>
bool divides(Run& run, T a, T b) {
  if (b == 0) return raise_divide_by_zero(run);
  if constexpr (std::is_signed_v<T>) {
    if (b == -1 && a == std::numeric_limits<T>::min()) return raise_overflow(run);
  }
  return true;
}
template <typename T>
T divide_with_rest(Run& run, T a, T b, Slot* result) {
  if (!divides(run, a, b)) return 0;
  *result = to_slot<T>(static_cast<T>(a % b));
  return static_cast<T>(a / b);
}
template <typename T>
Record* divide_to_pair(Run& run, T left, T right, const CallSite& site) {
  if (!divides(run, left, right)) return nullptr;
  return run.record(*site.result, {to_slot<T>(static_cast<T>(left / right)), to_slot<T>(static_cast<T>(left % right))});
}
std::int64_t big_multiply(std::int32_t a, std::int32_t b) { return std::int64_t{a} * b; }

template <typename T>
inline constexpr Member kOrderRows[] = {
    method<&max<T>>(kDeclared<T, "static $ Max($ val1, $ val2)">).with(kSafe),
    method<&min<T>>(kDeclared<T, "static $ Min($ val1, $ val2)">).with(kSafe),
    method<&clamp<T>>(kDeclared<T, "static $ Clamp($ value, $ min, $ max)">).with(kPure),
};
template <typename T>
inline constexpr Member kSignRows[] = {
    method<&absolute<T>>(kDeclared<T, "static $ Abs($ value)">).with(kPure),
    method<&sign<T>>(kDeclared<T, "static int Sign($ value)">).with(kPure),
};
template <typename T>
inline constexpr Member kPairRows[] = {
    method<&divide_to_pair<T>>(kDeclared<T, "static ($ Quotient, $ Remainder) DivRem($ left, $ right)">),
};

constexpr Member kOtherRows[] = {
    constant("const double PI", 3.141592653589793),
    constant("const double E", 2.718281828459045),
    constant("const double Tau", 6.283185307179586),
    method<&absolute_decimal>("static decimal Abs(decimal value)").with(kSafe),
    method<&sign_of_decimal>("static int Sign(decimal value)").with(kSafe),
    method<&max_decimal>("static decimal Max(decimal val1, decimal val2)").with(kSafe),
    method<&min_decimal>("static decimal Min(decimal val1, decimal val2)").with(kSafe),
    method<&clamp_decimal>("static decimal Clamp(decimal value, decimal min, decimal max)").with(kPure),
    method<&round_even>("static double Round(double a)").with(kSafe),
    method<&round_digits>("static double Round(double value, int digits)").with(kPure),
    method<&round_mode>("static double Round(double value, MidpointRounding mode)").with(kPure),
    method<&round_digits_mode>("static double Round(double value, int digits, MidpointRounding mode)").with(kPure),
    method<&round_decimal>("static decimal Round(decimal d)").with(kSafe),
    method<&round_decimal_places>("static decimal Round(decimal d, int decimals)").with(kPure),
    method<&round_decimal_mode>("static decimal Round(decimal d, MidpointRounding mode)").with(kPure),
    method<&round_decimal_places_mode>("static decimal Round(decimal d, int decimals, MidpointRounding mode)").with(kPure),
    method<&floor>("static double Floor(double d)").with(kSafe),
    method<&floor_decimal>("static decimal Floor(decimal d)").with(kSafe),
    method<&ceiling>("static double Ceiling(double a)").with(kSafe),
    method<&ceiling_decimal>("static decimal Ceiling(decimal d)").with(kSafe),
    method<&truncate>("static double Truncate(double d)").with(kSafe),
    method<&truncate_decimal>("static decimal Truncate(decimal d)").with(kSafe),
    method<&power>("static double Pow(double x, double y)").with(kSafe),
    method<&square_root>("static double Sqrt(double d)").with(kSafe),
    method<&cube_root>("static double Cbrt(double d)").with(kSafe),
    method<&exponential>("static double Exp(double d)").with(kSafe),
    method<&logarithm>("static double Log(double d)").with(kSafe),
    method<&logarithm_of_base>("static double Log(double a, double newBase)").with(kSafe),
    method<&logarithm_10>("static double Log10(double d)").with(kSafe),
    method<&logarithm_2>("static double Log2(double x)").with(kSafe),
    method<&sine>("static double Sin(double a)").with(kSafe),
    method<&cosine>("static double Cos(double d)").with(kSafe),
    method<&tangent>("static double Tan(double a)").with(kSafe),
    method<&arc_sine>("static double Asin(double d)").with(kSafe),
    method<&arc_cosine>("static double Acos(double d)").with(kSafe),
    method<&arc_tangent>("static double Atan(double d)").with(kSafe),
    method<&arc_tangent_2>("static double Atan2(double y, double x)").with(kSafe),
    method<&hyperbolic_sine>("static double Sinh(double value)").with(kSafe),
    method<&hyperbolic_cosine>("static double Cosh(double value)").with(kSafe),
    method<&hyperbolic_tangent>("static double Tanh(double value)").with(kSafe),
    method<&area_sine>("static double Asinh(double d)").with(kSafe),
    method<&area_cosine>("static double Acosh(double d)").with(kSafe),
    method<&area_tangent>("static double Atanh(double d)").with(kSafe),
    method<&ieee_remainder>("static double IEEERemainder(double x, double y)").with(kSafe),
    method<&copy_sign>("static double CopySign(double x, double y)").with(kSafe),
    method<&fused_multiply_add>("static double FusedMultiplyAdd(double x, double y, double z)").with(kSafe),
    method<&scale_binary>("static double ScaleB(double x, int n)").with(kSafe),
    method<&binary_exponent>("static int ILogB(double x)").with(kSafe),
    method<&bit_increment>("static double BitIncrement(double x)").with(kSafe),
    method<&bit_decrement>("static double BitDecrement(double x)").with(kSafe),
    method<&max_magnitude>("static double MaxMagnitude(double x, double y)").with(kSafe),
    method<&min_magnitude>("static double MinMagnitude(double x, double y)").with(kSafe),
    method<&divide_with_rest<std::int32_t>>("static int DivRem(int a, int b, out int result)"),
    method<&divide_with_rest<std::int64_t>>("static long DivRem(long a, long b, out long result)"),
    method<&big_multiply>("static long BigMul(int a, int b)").with(kSafe),
};

constexpr auto kMembers = together(
    kOtherRows, kOrderRows<std::int8_t>, kOrderRows<std::uint8_t>, kOrderRows<std::int16_t>, kOrderRows<std::uint16_t>,
    kOrderRows<std::int32_t>, kOrderRows<std::uint32_t>, kOrderRows<std::int64_t>, kOrderRows<std::uint64_t>, kOrderRows<float>,
    kOrderRows<double>, kSignRows<std::int8_t>, kSignRows<std::int16_t>, kSignRows<std::int32_t>, kSignRows<std::int64_t>,
    kSignRows<float>, kSignRows<double>, kPairRows<std::int8_t>, kPairRows<std::uint8_t>, kPairRows<std::int16_t>,
    kPairRows<std::uint16_t>, kPairRows<std::int32_t>, kPairRows<std::uint32_t>, kPairRows<std::int64_t>, kPairRows<std::uint64_t>);

}  // namespace

const TypeDefinition kMathDefinition{.declaration = "static class System.Math", .members = kMembers};

}  // namespace portcullis
