// Constants and calculation with them at load. Decimals keep their text (bound::Constant::text); see decimal_constants.cc.
#include <cmath>
#include <charconv>
#include <limits>

#include "base/text.h"
#include "base/utf.h"
#include "engine/bind/binder.h"

namespace portcullis {

String* StringPool::intern(std::string_view text) {
  if (const auto found = seen_.find(text); found != seen_.end()) {
    String* object = nullptr;  // stands right before the characters: see below
    std::memcpy(&object, found->data() - sizeof(String*), sizeof(String*));
    return object;
  }
  auto* object = arena_.make<String>();
  char* bytes = static_cast<char*>(arena_.allocate(sizeof(String*) + text.size() + 1, alignof(String*)));
  std::memcpy(bytes, &object, sizeof(String*));
  if (!text.empty()) std::memcpy(bytes + sizeof(String*), text.data(), text.size());
  object->type = &types_.known(Known::kString);
  object->data = bytes + sizeof(String*);
  object->size = static_cast<std::uint32_t>(text.size());
  static_cast<void>(object->length_utf16());
  seen_.insert(object->view());
  return object;
}

namespace binding {

using bound::BinaryOperator;
using bound::Constant;
using bound::OperandKind;

namespace {

bool is_unsigned_long(const Type& type) { return type.is(Known::kUInt64) || (type.kind == TypeKind::kEnum && type.element->is(Known::kUInt64)); }

Int128 integer_of(const Constant& value) {
  return is_unsigned_long(*value.type) ? static_cast<Int128>(static_cast<std::uint64_t>(value.value.integer))
                                       : static_cast<Int128>(value.value.integer);
}

struct Range {
  Int128 min;
  Int128 max;
};

template <typename T>
constexpr Range range_of() {
  return {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
}

Range range_of(const Type& type) {
  const Type& at = type.kind == TypeKind::kEnum ? *type.element : type;
  switch (at.known) {
    case Known::kSByte: return range_of<std::int8_t>();
    case Known::kByte: return range_of<std::uint8_t>();
    case Known::kInt16: return range_of<std::int16_t>();
    case Known::kUInt16:
    case Known::kChar: return range_of<std::uint16_t>();
    case Known::kUInt32: return range_of<std::uint32_t>();
    case Known::kInt64: return range_of<std::int64_t>();
    case Known::kUInt64: return range_of<std::uint64_t>();
    default: return range_of<std::int32_t>();
  }
}

// Low bits, sign- or zero-extended as a Slot keeps them.
std::int64_t wrap(Int128 value, const Type& type) {
  const Type& at = type.kind == TypeKind::kEnum ? *type.element : type;
  switch (at.known) {
    case Known::kSByte: return static_cast<std::int8_t>(value);
    case Known::kByte: return static_cast<std::uint8_t>(value);
    case Known::kInt16: return static_cast<std::int16_t>(value);
    case Known::kUInt16:
    case Known::kChar: return static_cast<std::uint16_t>(value);
    case Known::kUInt32: return static_cast<std::uint32_t>(value);
    case Known::kInt64:
    case Known::kUInt64: return static_cast<std::int64_t>(value);
    default: return static_cast<std::int32_t>(value);
  }
}

bool is_integer_kind(OperandKind kind) {
  return kind == OperandKind::kInt32 || kind == OperandKind::kUInt32 || kind == OperandKind::kInt64 || kind == OperandKind::kUInt64;
}

template <typename T>
std::optional<bool> compare(BinaryOperator op, T left, T right) {
  switch (op) {
    case BinaryOperator::kEqual: return left == right;
    case BinaryOperator::kNotEqual: return left != right;
    case BinaryOperator::kLess: return left < right;
    case BinaryOperator::kLessEqual: return left <= right;
    case BinaryOperator::kGreater: return left > right;
    case BinaryOperator::kGreaterEqual: return left >= right;
    default: return std::nullopt;
  }
}

template <typename Real>
std::optional<Real> calculate(BinaryOperator op, Real left, Real right) {
  switch (op) {
    case BinaryOperator::kAdd: return left + right;
    case BinaryOperator::kSubtract: return left - right;
    case BinaryOperator::kMultiply: return left * right;
    case BinaryOperator::kDivide: return left / right;
    case BinaryOperator::kRemainder: return std::fmod(left, right);
    default: return std::nullopt;
  }
}

}  // namespace

Constant* Binder::constant(const Type& type, Slot value, Span span) {
  auto* made = node<Constant>(bound::ExpressionKind::kConstant, type, span);
  made->value = value;
  return made;
}

Constant* Binder::string_constant(std::string_view text, Span span) {
  return constant(known(Known::kString), Slot::of_object(context_.strings.intern(text)), span);
}

Constant* Binder::null_string(Span span) { return constant(known(Known::kString), Slot::of_object(nullptr), span); }

Constant* Binder::bool_constant(bool value, Span span) { return constant(known(Known::kBoolean), Slot::of(value ? 1 : 0), span); }

Constant* Binder::int_constant(std::int64_t value, Span span) { return constant(known(Known::kInt32), Slot::of(value), span); }

Constant* Binder::decimal_constant(std::string_view text, Span span) {
  Constant* made = constant(known(Known::kDecimal), Slot{}, span);
  made->text = context_.strings.arena().copy(text);
  return made;
}

Expression* Binder::checked_integer(Int128 value, OperandKind kind, const Type& type, Span span) {
  static_cast<void>(kind);
  const Range range = range_of(type);
  if ((value < range.min || value > range.max) && !is_unchecked_) {
    error(BindingError::kConstantOverflow, span, joined("this calculation overflows ", quoted(type)))
        .help = "use a larger type, or `unchecked(…)` to keep the low bits";
    return error_node(span);
  }
  return constant(type, Slot::of(wrap(value, type)), span);
}

Expression* Binder::fold_unary(bound::UnaryOperator op, OperandKind kind, const Type& type, const Constant& operand, Span span) {
  switch (op) {
    case bound::UnaryOperator::kNot: return bool_constant(operand.value.integer == 0, span);
    case bound::UnaryOperator::kComplement: return constant(type, Slot::of(wrap(~integer_of(operand), type)), span);
    case bound::UnaryOperator::kNegate: break;
  }
  // The compiler leaves NaN as it is.
  if (kind == OperandKind::kDouble) {
    const double value = operand.value.real;
    return constant(type, Slot::of_real(std::isnan(value) ? value : -value), span);
  }
  if (kind == OperandKind::kFloat) {
    const float value = operand.value.single;
    return constant(type, Slot::of_single(std::isnan(value) ? value : -value), span);
  }
  if (kind == OperandKind::kDecimal) {
    if (operand.text.starts_with('-')) return decimal_constant(operand.text.substr(1), span);
    return decimal_constant(joined("-", operand.text), span);
  }
  return checked_integer(-integer_of(operand), kind, type, span);
}

Expression* Binder::fold_binary(BinaryOperator op, OperandKind kind, const Type& type, const Constant& left, const Constant& right,
                                Span span, Span right_span) {
  if (kind == OperandKind::kDouble) {
    if (const auto answer = compare(op, left.value.real, right.value.real)) return bool_constant(*answer, span);
    if (const auto value = calculate(op, left.value.real, right.value.real)) return constant(type, Slot::of_real(*value), span);
    return nullptr;
  }
  if (kind == OperandKind::kFloat) {
    if (const auto answer = compare(op, left.value.single, right.value.single)) return bool_constant(*answer, span);
    if (const auto value = calculate(op, left.value.single, right.value.single)) return constant(type, Slot::of_single(*value), span);
    return nullptr;
  }
  if (kind == OperandKind::kDecimal) return fold_decimals(op, left, right, span, right_span);
  if (kind == OperandKind::kString) {
    const auto text = [](const Constant& value) { return static_cast<const String*>(value.value.object); };
    const String* a = text(left);
    const String* b = text(right);
    const bool equal = a == nullptr || b == nullptr ? a == b : a->view() == b->view();
    return bool_constant(op == BinaryOperator::kEqual ? equal : !equal, span);
  }
  if (kind != OperandKind::kBool && kind != OperandKind::kEnum && !is_integer_kind(kind)) return nullptr;
  const Int128 a = integer_of(left);
  const Int128 b = integer_of(right);
  if (const auto answer = compare(op, a, b)) return bool_constant(*answer, span);
  const Type& width = type;
  const bool is_wide = width.is(Known::kInt64) || width.is(Known::kUInt64);
  const int count = static_cast<int>(b & (is_wide ? 63 : 31));
  switch (op) {
    case BinaryOperator::kAnd: return constant(type, Slot::of(static_cast<std::int64_t>(a & b)), span);
    case BinaryOperator::kOr: return constant(type, Slot::of(static_cast<std::int64_t>(a | b)), span);
    case BinaryOperator::kXor: return constant(type, Slot::of(static_cast<std::int64_t>(a ^ b)), span);
    case BinaryOperator::kShiftLeft: return constant(type, Slot::of(wrap(a * (static_cast<Int128>(1) << count), type)), span);
    case BinaryOperator::kShiftRight: return constant(type, Slot::of(wrap(a >> count, type)), span);
    case BinaryOperator::kAdd: return checked_integer(a + b, kind, type, span);
    case BinaryOperator::kSubtract: return checked_integer(a - b, kind, type, span);
    case BinaryOperator::kMultiply: {
      Int128 product = 0;
      if (__builtin_mul_overflow(a, b, &product)) product = range_of(type).max + 1;
      return checked_integer(product, kind, type, span);
    }
    case BinaryOperator::kDivide:
    case BinaryOperator::kRemainder:
      if (b == 0) {
        error(BindingError::kDivisionByZero, right_span, "division by the constant zero");
        return error_node(span);
      }
      return checked_integer(op == BinaryOperator::kDivide ? a / b : a % b, kind, type, span);
    default: return nullptr;
  }
}

Expression* Binder::fold_conversion(const Constant& operand, const Type& to, bool is_explicit, Span span) {
  const Type& from = *operand.type;
  const bool to_integer = is_integral(to) || to.kind == TypeKind::kEnum;
  const bool from_integer = is_integral(from) || from.kind == TypeKind::kEnum;
  if (from.is(Known::kDecimal)) return fold_from_decimal(operand, to, span);
  if (to.is(Known::kDecimal)) {
    if (!from_integer) return fold_to_decimal(operand, span);
    std::string digits;
    if (is_unsigned_long(from)) {
      append(digits, static_cast<std::uint64_t>(operand.value.integer));
    } else {
      append(digits, operand.value.integer);
    }
    return decimal_constant(digits, span);
  }
  if (to_integer && from_integer) {
    const Int128 value = integer_of(operand);
    const Range range = range_of(to);
    if ((value < range.min || value > range.max) && !is_unchecked_) {
      error(BindingError::kConstantDoesNotFit, span, joined("the constant does not fit into ", quoted(to))).help =
          is_explicit ? "`unchecked(…)` around the cast keeps the low bits" : "";
      return error_node(span);
    }
    return constant(to, Slot::of(wrap(value, to)), span);
  }
  const bool from_float = from.is(Known::kSingle);
  if (!from_integer && !from_float && !from.is(Known::kDouble)) return nullptr;
  if (to.is(Known::kDouble) || to.is(Known::kSingle)) {
    if (to.is(Known::kSingle)) {
      const float single = from_float ? operand.value.single
                           : from_integer ? static_cast<float>(integer_of(operand))
                                          : static_cast<float>(operand.value.real);
      return constant(to, Slot::of_single(single), span);
    }
    const double real = from_float ? static_cast<double>(operand.value.single)
                        : from_integer ? static_cast<double>(integer_of(operand))
                                       : operand.value.real;
    return constant(to, Slot::of_real(real), span);
  }
  if (!to_integer) return nullptr;
  const double real = std::trunc(from_float ? static_cast<double>(operand.value.single) : operand.value.real);
  const Range range = range_of(to);
  if (!(real >= static_cast<double>(range.min) && real <= static_cast<double>(range.max)) || real >= 18446744073709551616.0) {
    if (is_unchecked_) return nullptr;
    error(BindingError::kConstantDoesNotFit, span, joined("the constant does not fit into ", quoted(to)));
    return error_node(span);
  }
  const Int128 whole = static_cast<Int128>(real);
  if (whole > range.max) return nullptr;
  return constant(to, Slot::of(wrap(whole, to)), span);
}

Expression* Binder::member_constant(const MemberInfo& member, Span span) {
  if (member.type->is(Known::kString)) return string_constant(member.row->constant_text, span);
  if (member.type->is(Known::kDecimal)) return decimal_constant(member.row->constant_text, span);
  return constant(*member.type, member.row->constant, span);
}

// The default of an optional parameter, from the text of its declaration.
Expression* Binder::parse_default(const Parameter& parameter, const Type& type, Span span) {
  const std::string_view text = trim_ascii(parameter.default_text);
  if (text.empty() || text == "null" || text.starts_with("default")) return default_value(type, span);
  const Type& plain = underlying(type);
  Expression* value = nullptr;
  if (text == "true" || text == "false") {
    value = bool_constant(text == "true", span);
  } else if (text.front() == '"') {
    value = string_constant(text.substr(1, text.size() - 2), span);
  } else if (text.front() == '\'') {
    value = constant(known(Known::kChar), Slot::of(static_cast<std::int64_t>(decode_utf8(text, 1).code)), span);
  } else if (plain.kind == TypeKind::kEnum) {
    const std::string_view name = text.substr(text.rfind('.') == std::string_view::npos ? 0 : text.rfind('.') + 1);
    for (const EnumValue& candidate : types_.enum_values(plain)) {
      if (candidate.name == name) value = constant(plain, Slot::of(candidate.value), span);
    }
  } else {
    std::int64_t whole = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (end.ec == std::errc{} && (end.ptr == text.data() + text.size() || ascii_lower(*end.ptr) == 'l')) {
      value = constant(whole >= INT32_MIN && whole <= INT32_MAX ? known(Known::kInt32) : known(Known::kInt64), Slot::of(whole), span);
    } else {
      double real = 0;
      if (std::from_chars(text.data(), text.data() + text.size(), real).ec == std::errc{}) {
        value = constant(known(Known::kDouble), Slot::of_real(real), span);
      }
    }
  }
  if (value == nullptr) return default_value(type, span);
  return convert(value, type, span);
}

}  // namespace binding
}  // namespace portcullis
