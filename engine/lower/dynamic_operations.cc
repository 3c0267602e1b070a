#include "engine/lower/dynamic_operations.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "engine/bind/overload.h"
#include "engine/lower/number_helpers.h"
#include "engine/run/array_operations.h"
#include "engine/run/run.h"
#include "engine/run/text_operations.h"
#include "engine/types/type_table.h"

namespace portcullis {

using bound::BinaryOperator;
using bound::DynamicOperation;
using bound::OperandKind;
using bound::UnaryOperator;

namespace {

/// Arguments at run time all have types: nobody asks about lambdas.
class NoLambdas final : public LambdaTyper {
 public:
  std::optional<std::size_t> parameter_count(const CallArgument&) override { return std::nullopt; }
  const Type* parameter_type(const CallArgument&, std::size_t) override { return nullptr; }
  const Type* result_type(const CallArgument&, std::span<const Type* const>) override { return nullptr; }
  bool converts(const CallArgument&, const Type&) override { return false; }
};

constexpr std::string_view kBinaryNames[] = {"op_Addition",   "op_Subtraction", "op_Multiply",    "op_Division",  "op_Modulus",
                                             "op_LeftShift",  "op_RightShift",  "op_BitwiseAnd",  "op_BitwiseOr", "op_ExclusiveOr",
                                             "op_Equality",   "op_Inequality",  "op_LessThan",    "op_LessThanOrEqual",
                                             "op_GreaterThan", "op_GreaterThanOrEqual"};
constexpr std::string_view kBinarySigns[] = {"+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^", "==", "!=", "<", "<=", ">", ">="};

bool is_comparison(BinaryOperator op) { return op >= BinaryOperator::kEqual; }
bool derives_from(const Type& type, Known wanted) {
  for (const Type* at = &type; at != nullptr; at = at->base) {
    if (at->is(wanted)) return true;
  }
  return false;
}

struct Promotion {
  OperandKind kind;
  Known type;
};

/// Binary numeric promotion of two types (unary: twice the same).
Promotion promote(const Type& a, const Type& b) {
  const auto either = [&](Known type) { return a.is(type) || b.is(type); };
  if (either(Known::kDecimal)) return {OperandKind::kDecimal, Known::kDecimal};
  if (either(Known::kDouble)) return {OperandKind::kDouble, Known::kDouble};
  if (either(Known::kSingle)) return {OperandKind::kFloat, Known::kSingle};
  if (either(Known::kUInt64)) return {OperandKind::kUInt64, Known::kUInt64};
  if (either(Known::kInt64)) return {OperandKind::kInt64, Known::kInt64};
  if (either(Known::kUInt32)) {
    const auto is_signed = [](const Type& type) { return type.is(Known::kSByte) || type.is(Known::kInt16) || type.is(Known::kInt32); };
    if (is_signed(a) || is_signed(b)) return {OperandKind::kInt64, Known::kInt64};
    return {OperandKind::kUInt32, Known::kUInt32};
  }
  return {OperandKind::kInt32, Known::kInt32};
}

class DynamicCall {
 public:
  DynamicCall(Run& run, const DynamicSite& site, const Slot* operands, std::uint32_t count)
      : run_(run), site_(site), operands_(operands), count_(count) {}

  Slot perform() {
    switch (site_.operation) {
      case DynamicOperation::kGetMember:
        return get_member();
      case DynamicOperation::kSetMember:
        return set_member();
      case DynamicOperation::kInvokeMember:
        return invoke_member();
      case DynamicOperation::kGetIndex:
        return index(false);
      case DynamicOperation::kSetIndex:
        return index(true);
      case DynamicOperation::kInvoke:
        return invoke();
      case DynamicOperation::kUnary:
        return unary();
      case DynamicOperation::kBinary:
        return binary();
      case DynamicOperation::kConvert:
        return convert();
    }
    return {};
  }

 private:
  Object* operand(std::size_t i) const { return operands_[i].object; }

  Raised fail(std::string_view message) { return run_.raise(Known::kRuntimeBinderException, message); }
  Raised fail_on_null() { return fail("Cannot perform runtime binding on a null reference"); }
  Raised fail_no_member(const Type& type, std::string_view name) {
    return fail(joined("'", csharp_name(type), "' does not contain a definition for '", name, "'"));
  }

  /// A value as its own type stores it.
  static Slot unboxed(Object* object) {
    if (object == nullptr || object->type->is_reference()) return Slot::of_object(object);
    return static_cast<const Box*>(object)->value;
  }
  Slot boxed(const Type& type, Slot value) {
    return type.kind == TypeKind::kVoid ? Slot{} : Slot::of_object(run_.box(type, value));
  }

  // ---- conversions ----

  bool to_type(Object* object, const Type& to, Slot& out, bool is_explicit) {
    if (object == nullptr) {
      out = {};
      return accepts_null(to);
    }
    const Type& from = *object->type;
    if (&from == &to || &from == &underlying(to)) {
      out = is_nullable(to) ? Slot::of_object(object) : unboxed(object);
      return true;
    }
    const Conversion conversion = classify_conversion(run_.types, from, to);
    if (!conversion || (!conversion.is_implicit && !is_explicit)) return false;
    switch (conversion.kind) {
      case ConversionKind::kNumeric:
      case ConversionKind::kConstant:
      case ConversionKind::kNullable: {
        const Type& number = underlying(to);
        const Helper1 helper = conversion_helper(from, number, false);
        if (helper == nullptr) return false;
        out = helper(run_, unboxed(object));
        if (is_nullable(to)) out = boxed(number, out);
        return true;
      }
      case ConversionKind::kUserDefined:
        return by_operator(object, *conversion.operator_, to, out);
      default:
        out = Slot::of_object(object);
        return to.is_reference();
    }
  }

  bool by_operator(Object* object, const MemberInfo& member, const Type& to, Slot& out) {
    Slot argument{};
    if (member.row == nullptr || !to_type(object, *member.parameters[0].type, argument, true)) return false;
    const CallSite site{.result = member.type, .declaring = member.declaring, .type_arguments = {}};
    out = member.row->native(run_, &argument, site);
    if (run_.failed() || member.type == &to) return true;
    return to_type(run_.box(*member.type, out), to, out, true);
  }

  // ---- calls ----

  std::vector<CallArgument> describe(std::size_t first, std::size_t last) const {
    std::vector<CallArgument> arguments(last - first);
    for (std::size_t i = first; i < last; ++i) {
      CallArgument& argument = arguments[i - first];
      if (operand(i) == nullptr) {
        argument.untyped = Untyped::kNull;
      } else {
        argument.type = operand(i)->type;
      }
    }
    return arguments;
  }

  Resolution resolve(const Type& type, std::string_view name, std::size_t first, std::size_t last) {
    const std::span<const MemberInfo* const> candidates = find_members(run_.types, run_.arena, type, name);
    CallContext context{run_.types, run_.arena, lambdas_};
    return resolve_call(context, candidates, describe(first, last));
  }

  /// Calls what was resolved; operands from `first` on are the arguments, `value` comes after them for setters.
  Slot call(const Resolution& resolution, Object* receiver, std::size_t first, bool is_setter) {
    const MemberInfo& member = *resolution.member;
    std::vector<Slot> arguments;
    if (!member.is_static) arguments.push_back(receiver_slot(receiver, member));
    const std::size_t last = is_setter ? count_ - 1 : count_;
    for (std::size_t i = 0; i < resolution.parameter_types.size(); ++i) {
      const Type& wanted = *resolution.parameter_types[i];
      Slot slot{};
      const bool is_params = resolution.is_expanded && i + 1 == resolution.parameter_types.size();
      if (is_params) {
        slot = pack(wanted, first + resolution.params_begin, last);
      } else if (resolution.argument_of[i] == Resolution::kOmitted) {
        return fail(joined("The optional parameter '", member.parameters[i].name, "' of '", member.name, "' must be given"));
      } else if (!to_type(operand(first + resolution.argument_of[i]), wanted, slot, false)) {
        return fail_no_member(*member.declaring, member.name);
      }
      if (run_.failed()) return {};
      arguments.push_back(slot);
    }
    const Native native = is_setter ? member.row->setter : member.row->native;
    if (native == nullptr) return fail(joined("'", member.name, "' cannot be assigned"));
    if (is_setter) {
      Slot value{};
      if (!to_type(operand(count_ - 1), *member.type, value, false)) return fail_conversion(operand(count_ - 1), *member.type);
      arguments.push_back(value);
    }
    const Type* result = resolution.result_type != nullptr ? resolution.result_type : member.type;
    const CallSite site{.result = result, .declaring = member.declaring, .type_arguments = resolution.type_arguments};
    arguments.push_back({});
    const Slot value = native(run_, arguments.data(), site);
    if (run_.failed()) return {};
    return is_setter ? operands_[count_ - 1] : boxed(*result, value);
  }

  static Slot receiver_slot(Object* receiver, const MemberInfo& member) {
    return member.declaring->is_reference() ? Slot::of_object(receiver) : unboxed(receiver);
  }

  Slot pack(const Type& array, std::size_t first, std::size_t last) {
    std::vector<Slot> items(last - first);
    for (std::size_t i = first; i < last; ++i) {
      if (!to_type(operand(i), *array.element, items[i - first], false)) return fail_conversion(operand(i), *array.element);
    }
    return Slot::of_object(array_of(run_, array, items.data(), static_cast<std::uint32_t>(items.size())));
  }

  Raised fail_conversion(const Object* object, const Type& to) {
    if (object == nullptr) return fail(joined("Cannot convert null to '", csharp_name(to), "' because it is a non-nullable value type"));
    return fail(joined("Cannot implicitly convert type '", csharp_name(*object->type), "' to '", csharp_name(to), "'"));
  }

  // ---- members ----

  // On a JObject a member is a property of the JSON object; a missing one is null.
  const MemberInfo* json_indexer(const Type& type) {
    for (const MemberInfo* member : find_members(run_.types, run_.arena, type, "Item")) {
      if (member->parameters.size() == 1 && member->parameters[0].type->is(Known::kString)) return member;
    }
    return nullptr;
  }

  Slot get_member() {
    Object* receiver = operand(0);
    if (receiver == nullptr) return fail_on_null();
    const Type& type = *receiver->type;
    if (derives_from(type, Known::kJObject)) {
      if (const MemberInfo* indexer = json_indexer(type)) {
        const Slot arguments[] = {Slot::of_object(receiver), Slot::of_object(run_.string(site_.name))};
        const CallSite site{.result = indexer->type, .declaring = indexer->declaring, .type_arguments = {}};
        return indexer->row->native(run_, arguments, site);
      }
    }
    for (std::size_t i = 0; i < type.names.size(); ++i) {
      const bool is_item = type.kind == TypeKind::kTuple && site_.name == joined("Item", i + 1);
      if (type.names[i] == site_.name || is_item) return boxed(*type.arguments[i], static_cast<const Record*>(receiver)->fields[i]);
    }
    for (const MemberInfo* member : find_members(run_.types, run_.arena, type, site_.name)) {
      if (member->kind != MemberKind::kProperty || member->is_static || member->row == nullptr || member->row->native == nullptr) continue;
      const Slot argument = receiver_slot(receiver, *member);
      const CallSite site{.result = member->type, .declaring = member->declaring, .type_arguments = {}};
      const Slot value = member->row->native(run_, &argument, site);
      return run_.failed() ? Slot{} : boxed(*member->type, value);
    }
    if (type.kind == TypeKind::kArray && site_.name == "Length") return boxed(run_.type(Known::kInt32), Slot::of(length_of(receiver)));
    return fail_no_member(type, site_.name);
  }

  static std::int64_t length_of(const Object* array) {
    return is_packed_array(*array->type) ? static_cast<const ByteArray*>(array)->length : static_cast<const Array*>(array)->length;
  }

  Slot set_member() {
    Object* receiver = operand(0);
    if (receiver == nullptr) return fail_on_null();
    const Type& type = *receiver->type;
    const bool is_json = derives_from(type, Known::kJObject);
    const MemberInfo* member = is_json ? json_indexer(type) : nullptr;
    if (!is_json) {
      for (const MemberInfo* one : find_members(run_.types, run_.arena, type, site_.name)) {
        if (one->kind == MemberKind::kProperty && one->has_setter) member = one;
      }
    }
    if (member == nullptr || member->row == nullptr || member->row->setter == nullptr) return fail_no_member(type, site_.name);
    Slot value{};
    if (!to_type(operand(1), *member->type, value, false)) return fail_conversion(operand(1), *member->type);
    const Slot name = Slot::of_object(run_.string(site_.name));
    const Slot json_arguments[] = {Slot::of_object(receiver), name, value};
    const Slot arguments[] = {receiver_slot(receiver, *member), value};
    const CallSite site{.result = member->type, .declaring = member->declaring, .type_arguments = {}};
    member->row->setter(run_, is_json ? json_arguments : arguments, site);
    return operands_[1];
  }

  Slot invoke_member() {
    Object* receiver = operand(0);
    if (receiver == nullptr) return fail_on_null();
    const Resolution found = resolve(*receiver->type, site_.name, 1, count_);
    if (found) return call(found, receiver, 1, false);
    if (found.outcome == Outcome::kNoCandidates) return fail_no_member(*receiver->type, site_.name);
    return fail(joined("The best overloaded method match for '", csharp_name(*receiver->type), ".", site_.name, "' has some invalid arguments"));
  }

  Slot invoke() {
    auto* closure = static_cast<Closure*>(operand(0));
    if (closure == nullptr) return fail_on_null();
    const MemberInfo* signature = run_.types.invoke_of(*closure->type);
    if (signature == nullptr) return fail("Cannot invoke a non-delegate type");
    if (signature->parameters.size() != count_ - 1) {
      return fail(joined("Delegate '", csharp_name(*closure->type), "' does not take ", count_ - 1, " arguments"));
    }
    std::vector<Slot> arguments(count_ - 1);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const Type& wanted = *signature->parameters[i].type;
      if (!to_type(operand(i + 1), wanted, arguments[i], false)) return fail_conversion(operand(i + 1), wanted);
    }
    const Slot value = run_.invoke(closure, std::span<const Slot>(arguments));
    return run_.failed() ? Slot{} : boxed(*signature->type, value);
  }

  Slot index(bool is_setter) {
    Object* receiver = operand(0);
    if (receiver == nullptr) return fail_on_null();
    const Type& type = *receiver->type;
    const std::size_t last = is_setter ? count_ - 1 : count_;
    if (type.kind == TypeKind::kArray && type.rank == 1 && last == 2) return item(receiver, is_setter);
    const Resolution found = resolve(type, "Item", 1, last);
    if (!found) return fail(joined("Cannot apply indexing with [] to an expression of type '", csharp_name(type), "'"));
    return call(found, receiver, 1, is_setter);
  }

  Slot item(Object* array, bool is_setter) {
    Slot at{};
    if (!to_type(operand(1), run_.type(Known::kInt64), at, false)) return fail_conversion(operand(1), run_.type(Known::kInt32));
    if (at.integer < 0 || at.integer >= length_of(array)) return raise_index(run_);
    const Type& element = *array->type->element;
    const bool is_packed = is_packed_array(*array->type);
    if (!is_setter) {
      const Slot raw = !is_packed                   ? static_cast<const Array*>(array)->items[at.integer]
                       : element.is(Known::kByte) ? Slot::of(static_cast<const ByteArray*>(array)->data[at.integer])
                                                    : Slot::of(static_cast<std::int8_t>(static_cast<const ByteArray*>(array)->data[at.integer]));
      return boxed(element, raw);
    }
    Slot value{};
    if (!to_type(operand(2), element, value, false)) return fail_conversion(operand(2), element);
    if (is_packed) {
      static_cast<ByteArray*>(array)->data[at.integer] = static_cast<std::uint8_t>(value.integer);
    } else {
      static_cast<Array*>(array)->items[at.integer] = value;
    }
    return operands_[2];
  }

  // ---- operators ----

  /// A JValue counts as what it holds.
  Object* plain(Object* object) {
    if (object == nullptr || !object->type->is(Known::kJValue)) return object;
    for (const MemberInfo* member : find_members(run_.types, run_.arena, *object->type, "Value")) {
      if (member->kind != MemberKind::kProperty || member->row == nullptr) continue;
      const Slot receiver = Slot::of_object(object);
      const CallSite site{.result = member->type, .declaring = member->declaring, .type_arguments = {}};
      return member->row->native(run_, &receiver, site).object;
    }
    return object;
  }

  Slot result_of(const Type& type, Slot value) { return run_.failed() ? Slot{} : boxed(type, value); }

  Slot unary() {
    Object* object = plain(operand(0));
    if (object == nullptr) return fail_on_null();
    const Type& type = *object->type;
    const Type& boolean = run_.type(Known::kBoolean);
    if (site_.unary == UnaryOperator::kNot && &type == &boolean) return boxed(boolean, Slot::of(unboxed(object).integer ^ 1));
    if (site_.unary == UnaryOperator::kNot || !is_numeric(type)) return fail(joined("The operator cannot be applied to '", csharp_name(type), "'"));
    Promotion promotion = promote(type, type);
    if (site_.unary == UnaryOperator::kNegate && promotion.kind == OperandKind::kUInt32) promotion = {OperandKind::kInt64, Known::kInt64};
    const Helper1 helper = unary_helper(site_.unary, promotion.kind, false);
    Slot value{};
    if (helper == nullptr || !to_type(object, run_.type(promotion.type), value, false)) return fail("The operator cannot be applied");
    value = helper(run_, value);
    return result_of(run_.type(promotion.type), value);
  }

  Slot binary() {
    Object* left = plain(operand(0));
    Object* right = plain(operand(1));
    const BinaryOperator op = site_.binary;
    const Type& boolean = run_.type(Known::kBoolean);
    const auto is = [](const Object* object, Known type) { return object != nullptr && object->type->is(type); };
    if (op == BinaryOperator::kAdd && (is(left, Known::kString) || is(right, Known::kString))) {
      const Type& object = run_.type(Known::kObject);
      String* a = to_text(run_, object, Slot::of_object(left));
      String* b = run_.failed() ? nullptr : to_text(run_, object, Slot::of_object(right));
      return run_.failed() ? Slot{} : Slot::of_object(run_.concat(a, b));
    }
    if (left == nullptr || right == nullptr) {
      if (op == BinaryOperator::kEqual) return boxed(boolean, Slot::of(left == right));
      if (op == BinaryOperator::kNotEqual) return boxed(boolean, Slot::of(left != right));
      return is_comparison(op) ? boxed(boolean, Slot::of(0)) : Slot{};
    }
    const Type& a = *left->type;
    const Type& b = *right->type;
    if (is_numeric(a) && is_numeric(b)) return numeric(left, right);
    if (&a == &b && (a.kind == TypeKind::kEnum || &a == &boolean)) {
      const Helper2 helper = binary_helper(op, OperandKind::kEnum, false);
      const Slot value = helper(run_, unboxed(left), unboxed(right));
      return result_of(is_comparison(op) ? boolean : a, value);
    }
    if (is(left, Known::kString) && is(right, Known::kString) && (op == BinaryOperator::kEqual || op == BinaryOperator::kNotEqual)) {
      const bool equal = equal_text(static_cast<String*>(left), static_cast<String*>(right));
      return boxed(boolean, Slot::of(equal == (op == BinaryOperator::kEqual)));
    }
    for (const Type* type : {&a, &b}) {
      const Resolution found = resolve(*type, kBinaryNames[static_cast<std::size_t>(op)], 0, 2);
      if (found) return call(found, nullptr, 0, false);
    }
    if (op == BinaryOperator::kEqual) return boxed(boolean, Slot::of(same_object(left, right)));
    if (op == BinaryOperator::kNotEqual) return boxed(boolean, Slot::of(!same_object(left, right)));
    return fail(joined("Operator '", kBinarySigns[static_cast<std::size_t>(op)], "' cannot be applied to operands of type '", csharp_name(a),
                       "' and '", csharp_name(b), "'"));
  }

  Slot numeric(Object* left, Object* right) {
    const BinaryOperator op = site_.binary;
    const bool is_shift = op == BinaryOperator::kShiftLeft || op == BinaryOperator::kShiftRight;
    const Promotion promotion = promote(*left->type, is_shift ? *left->type : *right->type);
    const Type& type = run_.type(promotion.type);
    const Helper2 helper = binary_helper(op, promotion.kind, false);
    Slot a{};
    Slot b{};
    const bool fits = helper != nullptr && to_type(left, type, a, true) && to_type(right, is_shift ? run_.type(Known::kInt32) : type, b, true);
    if (!fits) return fail(joined("Operator '", kBinarySigns[static_cast<std::size_t>(op)], "' cannot be applied to these operands"));
    if (run_.failed()) return {};
    const Slot value = helper(run_, a, b);
    return result_of(is_comparison(op) ? run_.type(Known::kBoolean) : type, value);
  }

  Slot convert() {
    Object* object = operand(0);
    Slot value{};
    const bool is_json = object != nullptr && derives_from(*object->type, Known::kJToken);
    if (to_type(object, *site_.target, value, is_json)) return value;
    return fail_conversion(object, *site_.target);
  }

  Run& run_;
  const DynamicSite& site_;
  const Slot* operands_;
  std::uint32_t count_;
  NoLambdas lambdas_;
};

}  // namespace

Slot perform_dynamic(Run& run, const DynamicSite& site, const Slot* operands, std::uint32_t count) {
  return DynamicCall(run, site, operands, count).perform();
}

}  // namespace portcullis
