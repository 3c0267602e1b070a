#include "engine/lower/number_helpers.h"

#include <cmath>
#include <limits>

#include "engine/dotnet/decimal.h"
#include "engine/run/helpers.h"
#include "engine/types/definition.h"

namespace portcullis {

using bound::BinaryOperator;
using bound::OperandKind;
using bound::UnaryOperator;

namespace {

template <typename T>
T read(Slot slot) {
  return from_slot<T>(slot);
}

// ---- arithmetic on integers -------------------------------------------------------------------------------------------

template <typename T, BinaryOperator kOp, bool kChecked>
Slot add_like(Run& run, Slot a, Slot b) {
  T result;
  bool overflows = false;
  if constexpr (kOp == BinaryOperator::kAdd) overflows = __builtin_add_overflow(read<T>(a), read<T>(b), &result);
  if constexpr (kOp == BinaryOperator::kSubtract) overflows = __builtin_sub_overflow(read<T>(a), read<T>(b), &result);
  if constexpr (kOp == BinaryOperator::kMultiply) overflows = __builtin_mul_overflow(read<T>(a), read<T>(b), &result);
  if (kChecked && overflows) return raise_overflow(run);
  return to_slot<T>(result);
}

template <typename T, BinaryOperator kOp>
Slot divide_like(Run& run, Slot a, Slot b) {
  const T left = read<T>(a);
  const T right = read<T>(b);
  if (right == 0) return raise_divide_by_zero(run);
  if constexpr (std::is_signed_v<T>) {
    if (right == -1 && left == std::numeric_limits<T>::min()) return raise_overflow(run);
  }
  return to_slot<T>(static_cast<T>(kOp == BinaryOperator::kDivide ? left / right : left % right));
}

template <typename T, BinaryOperator kOp>
Slot shift(Run&, Slot a, Slot b) {
  const auto count = static_cast<unsigned>(b.integer) & (sizeof(T) == 4 ? 31U : 63U);
  const T left = read<T>(a);
  if constexpr (kOp == BinaryOperator::kShiftLeft) {
    return to_slot<T>(static_cast<T>(static_cast<std::make_unsigned_t<T>>(left) << count));
  } else {
    return to_slot<T>(static_cast<T>(left >> count));
  }
}

template <typename T, BinaryOperator kOp>
Slot compare_with(Run&, Slot a, Slot b) {
  const T left = read<T>(a);
  const T right = read<T>(b);
  switch (kOp) {
    case BinaryOperator::kEqual:
      return to_slot(left == right);
    case BinaryOperator::kNotEqual:
      return to_slot(left != right);
    case BinaryOperator::kLess:
      return to_slot(left < right);
    case BinaryOperator::kLessEqual:
      return to_slot(left <= right);
    case BinaryOperator::kGreater:
      return to_slot(left > right);
    default:
      return to_slot(left >= right);
  }
}

template <typename T>
Helper2 comparison(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kEqual:
      return &compare_with<T, BinaryOperator::kEqual>;
    case BinaryOperator::kNotEqual:
      return &compare_with<T, BinaryOperator::kNotEqual>;
    case BinaryOperator::kLess:
      return &compare_with<T, BinaryOperator::kLess>;
    case BinaryOperator::kLessEqual:
      return &compare_with<T, BinaryOperator::kLessEqual>;
    case BinaryOperator::kGreater:
      return &compare_with<T, BinaryOperator::kGreater>;
    case BinaryOperator::kGreaterEqual:
      return &compare_with<T, BinaryOperator::kGreaterEqual>;
    default:
      return nullptr;
  }
}

template <typename T, BinaryOperator kOp>
Helper2 add_like_helper(bool is_checked) {
  return is_checked ? &add_like<T, kOp, true> : &add_like<T, kOp, false>;
}

Slot and_bits(Run&, Slot a, Slot b) { return Slot::of(a.integer & b.integer); }
Slot or_bits(Run&, Slot a, Slot b) { return Slot::of(a.integer | b.integer); }
Slot xor_bits(Run&, Slot a, Slot b) { return Slot::of(a.integer ^ b.integer); }

template <typename T>
Helper2 integer_helper(BinaryOperator op, bool is_checked) {
  switch (op) {
    case BinaryOperator::kAdd:
      return add_like_helper<T, BinaryOperator::kAdd>(is_checked);
    case BinaryOperator::kSubtract:
      return add_like_helper<T, BinaryOperator::kSubtract>(is_checked);
    case BinaryOperator::kMultiply:
      return add_like_helper<T, BinaryOperator::kMultiply>(is_checked);
    case BinaryOperator::kDivide:
      return &divide_like<T, BinaryOperator::kDivide>;
    case BinaryOperator::kRemainder:
      return &divide_like<T, BinaryOperator::kRemainder>;
    case BinaryOperator::kShiftLeft:
      return &shift<T, BinaryOperator::kShiftLeft>;
    case BinaryOperator::kShiftRight:
      return &shift<T, BinaryOperator::kShiftRight>;
    case BinaryOperator::kAnd:
      return &and_bits;
    case BinaryOperator::kOr:
      return &or_bits;
    case BinaryOperator::kXor:
      return &xor_bits;
    default:
      return comparison<T>(op);
  }
}

// ---- arithmetic on reals and decimals -----------------------------------------------------------------------------------

template <typename T, BinaryOperator kOp>
Slot real_operation(Run&, Slot a, Slot b) {
  const T left = read<T>(a);
  const T right = read<T>(b);
  switch (kOp) {
    case BinaryOperator::kAdd:
      return to_slot<T>(left + right);
    case BinaryOperator::kSubtract:
      return to_slot<T>(left - right);
    case BinaryOperator::kMultiply:
      return to_slot<T>(left * right);
    case BinaryOperator::kDivide:
      return to_slot<T>(left / right);
    default:
      return to_slot<T>(std::fmod(left, right));
  }
}

template <typename T>
Helper2 real_helper(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kAdd:
      return &real_operation<T, BinaryOperator::kAdd>;
    case BinaryOperator::kSubtract:
      return &real_operation<T, BinaryOperator::kSubtract>;
    case BinaryOperator::kMultiply:
      return &real_operation<T, BinaryOperator::kMultiply>;
    case BinaryOperator::kDivide:
      return &real_operation<T, BinaryOperator::kDivide>;
    case BinaryOperator::kRemainder:
      return &real_operation<T, BinaryOperator::kRemainder>;
    default:
      return comparison<T>(op);
  }
}

template <auto kFunction>
Slot decimal_operation(Run& run, Slot a, Slot b) {
  return Slot::of_object(kFunction(run, read<const Decimal*>(a), read<const Decimal*>(b)));
}

template <BinaryOperator kOp>
Slot decimal_comparison(Run& run, Slot a, Slot b) {
  const std::int64_t order = decimal::compare(read<const Decimal*>(a), read<const Decimal*>(b));
  return compare_with<std::int64_t, kOp>(run, Slot::of(order), Slot::of(0));
}

Helper2 decimal_helper(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kAdd:
      return &decimal_operation<&decimal::add>;
    case BinaryOperator::kSubtract:
      return &decimal_operation<&decimal::subtract>;
    case BinaryOperator::kMultiply:
      return &decimal_operation<&decimal::multiply>;
    case BinaryOperator::kDivide:
      return &decimal_operation<&decimal::divide>;
    case BinaryOperator::kRemainder:
      return &decimal_operation<&decimal::remainder>;
    case BinaryOperator::kEqual:
      return &decimal_comparison<BinaryOperator::kEqual>;
    case BinaryOperator::kNotEqual:
      return &decimal_comparison<BinaryOperator::kNotEqual>;
    case BinaryOperator::kLess:
      return &decimal_comparison<BinaryOperator::kLess>;
    case BinaryOperator::kLessEqual:
      return &decimal_comparison<BinaryOperator::kLessEqual>;
    case BinaryOperator::kGreater:
      return &decimal_comparison<BinaryOperator::kGreater>;
    case BinaryOperator::kGreaterEqual:
      return &decimal_comparison<BinaryOperator::kGreaterEqual>;
    default:
      return nullptr;
  }
}

Slot same_objects(Run&, Slot a, Slot b) { return to_slot(same_object(a.object, b.object)); }
Slot different_objects(Run&, Slot a, Slot b) { return to_slot(!same_object(a.object, b.object)); }
Slot equal_texts(Run& run, Slot a, Slot b) { return to_slot(equals(run, run.type(Known::kString), a, b)); }
Slot different_texts(Run& run, Slot a, Slot b) { return to_slot(!equals(run, run.type(Known::kString), a, b)); }

// ---- unary ------------------------------------------------------------------------------------------------------------

template <typename T, bool kChecked>
Slot negate(Run& run, Slot a) {
  return add_like<T, BinaryOperator::kSubtract, kChecked>(run, Slot{}, a);
}
Slot negate_float(Run&, Slot a) { return Slot::of_single(-a.single); }
Slot negate_double(Run&, Slot a) { return Slot::of_real(-a.real); }
Slot negate_decimal(Run& run, Slot a) { return Slot::of_object(decimal::negate(run, read<const Decimal*>(a))); }
template <typename T>
Slot complement(Run&, Slot a) {
  return to_slot<T>(static_cast<T>(~read<T>(a)));
}
Slot not_bool(Run&, Slot a) { return Slot::of(a.integer ^ 1); }

// ---- conversions --------------------------------------------------------------------------------------------------------

template <typename T>
constexpr bool kIsReal = std::is_floating_point_v<T>;

template <typename From, typename To>
bool fits_in(From value) {
  if constexpr (kIsReal<From>) {
    const double truncated = std::trunc(static_cast<double>(value));
    const double above = std::ldexp(1.0, std::numeric_limits<To>::digits);  // one past the largest
    const double lowest = std::is_signed_v<To> ? -above : 0.0;
    return truncated >= lowest && truncated < above;
  } else {
    return std::in_range<std::conditional_t<std::is_same_v<To, char16_t>, std::uint16_t, To>>(
        static_cast<std::conditional_t<std::is_same_v<From, char16_t>, std::uint16_t, From>>(value));
  }
}

std::uint64_t real_to_uint64(double value) {
  if (value < 9223372036854775808.0) return static_cast<std::uint64_t>(to_int64(value));
  return static_cast<std::uint64_t>(to_int64(value - 9223372036854775808.0)) ^ 0x8000000000000000U;
}

template <typename From, typename To, bool kChecked>
Slot convert(Run& run, Slot slot) {
  const From value = read<From>(slot);
  if constexpr (kIsReal<To>) {
    return to_slot<To>(static_cast<To>(value));
  } else {
    if (kChecked && !fits_in<From, To>(value)) return raise_overflow(run);
    if constexpr (!kIsReal<From>) {
      return to_slot<To>(static_cast<To>(value));
    } else if constexpr (std::is_same_v<To, std::uint64_t>) {
      return to_slot<To>(real_to_uint64(static_cast<double>(value)));
    } else if constexpr (sizeof(To) == 8 || std::is_same_v<To, std::uint32_t>) {
      return to_slot<To>(static_cast<To>(to_int64(static_cast<double>(value))));
    } else {
      return to_slot<To>(static_cast<To>(to_int32(static_cast<double>(value))));
    }
  }
}

template <typename From>
Slot to_decimal(Run& run, Slot slot) {
  if constexpr (std::is_same_v<From, double>) return Slot::of_object(decimal::from_double(run, slot.real));
  if constexpr (std::is_same_v<From, float>) return Slot::of_object(decimal::from_float(run, slot.single));
  if constexpr (std::is_same_v<From, std::uint64_t>) return Slot::of_object(decimal::from_uint64(run, read<std::uint64_t>(slot)));
  return Slot::of_object(decimal::from_int64(run, slot.integer));
}

template <typename To>
constexpr Known kKnownOf = Known::kCount;
template <>
constexpr Known kKnownOf<std::int8_t> = Known::kSByte;
template <>
constexpr Known kKnownOf<std::uint8_t> = Known::kByte;
template <>
constexpr Known kKnownOf<std::int16_t> = Known::kInt16;
template <>
constexpr Known kKnownOf<std::uint16_t> = Known::kUInt16;
template <>
constexpr Known kKnownOf<char16_t> = Known::kChar;
template <>
constexpr Known kKnownOf<std::int32_t> = Known::kInt32;
template <>
constexpr Known kKnownOf<std::uint32_t> = Known::kUInt32;
template <>
constexpr Known kKnownOf<std::int64_t> = Known::kInt64;

template <typename To>
Slot from_decimal(Run& run, Slot slot) {
  const auto* value = read<const Decimal*>(slot);
  if constexpr (std::is_same_v<To, double>) {
    return Slot::of_real(decimal::to_double(value));
  } else if constexpr (std::is_same_v<To, float>) {
    return Slot::of_single(decimal::to_float(value));
  } else if constexpr (std::is_same_v<To, std::uint64_t>) {
    return to_slot(decimal::to_uint64(run, value));
  } else {
    return Slot::of(decimal::to_integer(run, value, kKnownOf<To>));
  }
}

template <typename From, typename To>
Helper1 pick(bool is_checked) {
  // Widening to a real, or within one kind of real, never fails.
  if constexpr (kIsReal<To>) return &convert<From, To, false>;
  return is_checked ? &convert<From, To, true> : &convert<From, To, false>;
}

template <typename From>
Helper1 pick_target(const Type& to, bool is_checked) {
  switch (to.known) {
    case Known::kSByte:
      return pick<From, std::int8_t>(is_checked);
    case Known::kByte:
      return pick<From, std::uint8_t>(is_checked);
    case Known::kInt16:
      return pick<From, std::int16_t>(is_checked);
    case Known::kUInt16:
      return pick<From, std::uint16_t>(is_checked);
    case Known::kChar:
      return pick<From, char16_t>(is_checked);
    case Known::kInt32:
      return pick<From, std::int32_t>(is_checked);
    case Known::kUInt32:
      return pick<From, std::uint32_t>(is_checked);
    case Known::kInt64:
      return pick<From, std::int64_t>(is_checked);
    case Known::kUInt64:
      return pick<From, std::uint64_t>(is_checked);
    case Known::kSingle:
      return pick<From, float>(is_checked);
    case Known::kDouble:
      return pick<From, double>(is_checked);
    case Known::kDecimal:
      return &to_decimal<From>;
    default:
      return nullptr;
  }
}

Helper1 pick_from_decimal(const Type& to) {
  switch (to.known) {
    case Known::kSByte:
      return &from_decimal<std::int8_t>;
    case Known::kByte:
      return &from_decimal<std::uint8_t>;
    case Known::kInt16:
      return &from_decimal<std::int16_t>;
    case Known::kUInt16:
      return &from_decimal<std::uint16_t>;
    case Known::kChar:
      return &from_decimal<char16_t>;
    case Known::kInt32:
      return &from_decimal<std::int32_t>;
    case Known::kUInt32:
      return &from_decimal<std::uint32_t>;
    case Known::kInt64:
      return &from_decimal<std::int64_t>;
    case Known::kUInt64:
      return &from_decimal<std::uint64_t>;
    case Known::kSingle:
      return &from_decimal<float>;
    case Known::kDouble:
      return &from_decimal<double>;
    default:
      return nullptr;
  }
}

const Type& number_type(const Type& type) { return type.kind == TypeKind::kEnum && type.element != nullptr ? *type.element : type; }

}  // namespace

Helper2 binary_helper(BinaryOperator op, OperandKind kind, bool is_checked) {
  switch (kind) {
    case OperandKind::kInt32:
      return integer_helper<std::int32_t>(op, is_checked);
    case OperandKind::kUInt32:
      return integer_helper<std::uint32_t>(op, is_checked);
    case OperandKind::kInt64:
    case OperandKind::kEnum:
    case OperandKind::kBool:
      return integer_helper<std::int64_t>(op, is_checked);
    case OperandKind::kUInt64:
      return integer_helper<std::uint64_t>(op, is_checked);
    case OperandKind::kFloat:
      return real_helper<float>(op);
    case OperandKind::kDouble:
      return real_helper<double>(op);
    case OperandKind::kDecimal:
      return decimal_helper(op);
    case OperandKind::kString:
      return op == BinaryOperator::kEqual ? &equal_texts : op == BinaryOperator::kNotEqual ? &different_texts : nullptr;
    case OperandKind::kReference:
      return op == BinaryOperator::kEqual ? &same_objects : op == BinaryOperator::kNotEqual ? &different_objects : nullptr;
  }
  return nullptr;
}

Helper1 unary_helper(UnaryOperator op, OperandKind kind, bool is_checked) {
  if (op == UnaryOperator::kNot) return &not_bool;
  if (op == UnaryOperator::kComplement) return kind == OperandKind::kUInt32 ? &complement<std::uint32_t> : &complement<std::int64_t>;
  switch (kind) {
    case OperandKind::kInt32:
      return is_checked ? &negate<std::int32_t, true> : &negate<std::int32_t, false>;
    case OperandKind::kInt64:
      return is_checked ? &negate<std::int64_t, true> : &negate<std::int64_t, false>;
    case OperandKind::kFloat:
      return &negate_float;
    case OperandKind::kDouble:
      return &negate_double;
    case OperandKind::kDecimal:
      return &negate_decimal;
    default:
      return nullptr;
  }
}

Helper1 conversion_helper(const Type& from_type, const Type& to_type, bool is_checked) {
  const Type& from = number_type(from_type);
  const Type& to = number_type(to_type);
  switch (from.known) {
    case Known::kSByte:
      return pick_target<std::int8_t>(to, is_checked);
    case Known::kByte:
      return pick_target<std::uint8_t>(to, is_checked);
    case Known::kInt16:
      return pick_target<std::int16_t>(to, is_checked);
    case Known::kUInt16:
      return pick_target<std::uint16_t>(to, is_checked);
    case Known::kChar:
      return pick_target<char16_t>(to, is_checked);
    case Known::kInt32:
      return pick_target<std::int32_t>(to, is_checked);
    case Known::kUInt32:
      return pick_target<std::uint32_t>(to, is_checked);
    case Known::kInt64:
      return pick_target<std::int64_t>(to, is_checked);
    case Known::kUInt64:
      return pick_target<std::uint64_t>(to, is_checked);
    case Known::kSingle:
      return pick_target<float>(to, is_checked);
    case Known::kDouble:
      return pick_target<double>(to, is_checked);
    case Known::kDecimal:
      return pick_from_decimal(to);
    default:
      return nullptr;
  }
}

}  // namespace portcullis
