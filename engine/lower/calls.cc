// Calls of the library, of delegates and of local functions: arguments go straight into the window that the callee sees.
#include <algorithm>

#include "engine/lower/lowering.h"

namespace portcullis::lowering {

using bound::ExpressionKind;

namespace {

/// What `prepare` functions get; warnings go to the argument.
class LoadPreparation final : public Preparation {
 public:
  LoadPreparation(LowerContext& context, std::span<const Span> places, const CallSite& site)
      : context_(context), places_(places), site_(site) {}
  Arena& arena() override { return context_.code.arena(); }
  const TypeTable& types() const override { return context_.types; }
  void keep(void* resource, void (*destroy)(void*)) override { context_.code.keep(resource, destroy); }
  std::uint32_t variable(std::string_view name) override {
    return context_.variables != nullptr ? context_.variables->number_of(name) : kNoVariable;
  }
  [[nodiscard]] const CallSite* site() const override { return &site_; }
  void warn(std::size_t argument, std::string_view message) override {
    Diagnostic diagnostic;
    diagnostic.code = 4900;
    diagnostic.severity = Severity::kWarning;
    diagnostic.span = places_[std::min(argument, places_.size() - 1)];
    diagnostic.message = message;
    diagnostic.label = "fails when it runs";
    context_.sink.add(std::move(diagnostic));
  }

 private:
  LowerContext& context_;
  std::span<const Span> places_;
  const CallSite& site_;
};

bool is_by_reference(const bound::Argument& argument) {
  return argument.mode == ParameterMode::kOut || argument.mode == ParameterMode::kRef;
}

/// A receiver that cannot be null needs no check.
bool may_be_null(const bound::Expression& receiver) {
  if (!receiver.type->is_reference() || receiver.type->is_value_type) return false;
  switch (receiver.kind) {
    case ExpressionKind::kContext:
    case ExpressionKind::kNew:
    case ExpressionKind::kConcat:
    case ExpressionKind::kInterpolation:
    case ExpressionKind::kArrayNew:
    case ExpressionKind::kArrayLiteral:
    case ExpressionKind::kReceiverPlaceholder:
    case ExpressionKind::kTypeOf:
      return false;
    case ExpressionKind::kConstant:
      return static_cast<const bound::Constant&>(receiver).value.object == nullptr && !receiver.type->is(Known::kDecimal);
    default:
      return true;
  }
}

constexpr std::uint32_t kLargestFoldedText = 4096;

}  // namespace

// ---- arguments ----------------------------------------------------------------------------------------------------------

void Lowering::lower_argument(const bound::Argument& argument, Register to, std::vector<AfterCall>* after) {
  if (!is_by_reference(argument)) return lower_to(*argument.value, to);
  if (argument.value == nullptr) {  // a discard
    const Register scratch = builder_.allocate();
    builder_.emit(Op::kAddress, to, scratch);
    return;
  }
  if (argument.value->kind == ExpressionKind::kLocal) {
    return address_of(*static_cast<bound::LocalReference*>(argument.value)->local, to);
  }
  if (argument.value->kind == ExpressionKind::kArrayElement) {
    auto& element = static_cast<bound::ArrayElement&>(*argument.value);
    const Register array = lower(*element.array);
    if (element.array->type->rank > 1) {
      builder_.emit(Op::kGridAddress, to, array, window_of(element.indices));
      return;
    }
    const Register index = lower(*element.indices[0]);
    builder_.at(argument.value->span);
    if (!is_packed_array(*element.array->type)) {
      builder_.emit(Op::kItemAddress, to, array, index);
      return;
    }
    const Register value = builder_.allocate();
    builder_.emit(element.array->type->element->is(Known::kByte) ? Op::kLoadByte : Op::kLoadSByte, value, array, index);
    builder_.emit(Op::kAddress, to, value);
    if (after != nullptr) after->push_back({array, index, value});
    return;
  }
  const Register value = lower(*argument.value);  // not a variable: the callee writes to a copy
  builder_.emit(Op::kAddress, to, value);
}

void Lowering::lower_arguments(std::span<const bound::Argument> arguments, std::span<const std::uint32_t> order, Register first,
                               std::vector<AfterCall>* after) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::size_t at = order.empty() ? i : order[i];
    lower_argument(arguments[at], static_cast<Register>(first + at), after);
  }
}

// Members of object and Enum on values that are not stored by reference want an object.
void Lowering::lower_receiver(bound::Expression& receiver, const Type& declaring, Register to) {
  if (receiver.type->is_reference() || !declaring.is_reference()) return lower_to(receiver, to);
  const std::uint32_t mark = builder_.mark();
  builder_.emit_pointer(Op::kBox, to, lower(receiver), receiver.type);
  builder_.release(mark);
}

void Lowering::write_back(const std::vector<AfterCall>& after) {
  for (const AfterCall& one : after) builder_.emit(Op::kStoreByte, one.array, one.index, one.value);
}

// ---- members of the tables ------------------------------------------------------------------------------------------------

void Lowering::lower_call(bound::Call& node, Register to, bool wants_value) {
  if (node.lifted != nullptr) return lower_lifted_call(node, to);
  if (!node.is_setter && (lower_known_member(node, to) || fold_call(node, to))) return;
  const std::size_t receivers = node.receiver != nullptr ? 1 : 0;
  const std::size_t count = receivers + node.arguments.size();
  std::vector<AfterCall> after;
  Register window = 0;
  const bool needs_box = node.receiver != nullptr && !node.receiver->type->is_reference() && node.member->declaring->is_reference();
  if (count == 1 && !needs_box && (receivers == 1 || !is_by_reference(node.arguments[0]))) {
    // One operand: the callee looks at it where it is.
    window = lower(receivers == 1 ? *node.receiver : *node.arguments[0].value);
  } else {
    window = builder_.allocate(static_cast<std::uint32_t>(std::max<std::size_t>(count, 1)));
    if (node.receiver != nullptr) lower_receiver(*node.receiver, *node.member->declaring, window);
    lower_arguments(node.arguments, node.evaluation_order, static_cast<Register>(window + receivers), &after);
  }
  const CallTarget* target = target_of(node.member, node.native, node.type, node.type_arguments, node.arguments, node.receiver);
  const bool checks_null = node.receiver != nullptr && may_be_null(*node.receiver);
  const bool is_quiet = node.member->row != nullptr && (node.member->row->flags & kNoRaise) != 0 && !node.is_setter;
  const Op op = is_quiet ? (checks_null ? Op::kCallQuietlyOn : Op::kCallQuietly) : checks_null ? Op::kCallOn : Op::kCall;
  const bool has_no_value = node.is_setter || node.type->kind == TypeKind::kVoid;
  builder_.at(node.span);
  builder_.emit_pointer(op, has_no_value ? builder_.allocate() : to, window, target);
  write_back(after);
  if (node.is_setter && wants_value) builder_.emit(Op::kMove, to, static_cast<Register>(window + count - 1));
}

// Members that compiled code knows by heart.
bool Lowering::lower_known_member(bound::Call& node, Register to) {
  if (node.receiver == nullptr || !node.member->declaring->is(Known::kString)) return false;
  if (node.member->kind == MemberKind::kProperty && node.member->name == "Length") {
    if (as_constant(node.receiver) != nullptr) return false;
    const Register text = lower(*node.receiver);
    builder_.at(node.span);
    builder_.emit(Op::kTextLength, to, text);
    return true;
  }
  if (node.member->kind == MemberKind::kIndexer && node.arguments.size() == 1) {
    bound::Expression* const later[] = {node.arguments[0].value};
    const Register text = lower_before(*node.receiver, later);
    const Register index = lower(*node.arguments[0].value);
    builder_.at(node.span);
    builder_.emit(Op::kCharAt, to, text, index);
    return true;
  }
  return false;
}

const CallTarget* Lowering::target_of(const MemberInfo* member, Native native, const Type* result,
                                      std::span<const Type* const> type_arguments, std::span<const bound::Argument> arguments,
                                      bound::Expression* receiver) {
  auto* target = arena().make<CallTarget>();
  if (member->row != nullptr) member_flags_ = static_cast<std::uint8_t>(member_flags_ | member->row->flags);
  target->native = native;
  target->member = member;
  target->site.result = result;
  target->site.declaring = member->declaring;
  target->site.type_arguments = arena().copy(type_arguments);
  if (member->row != nullptr && member->row->prepare != nullptr) target->site.prepared = prepare(*member, target->site, arguments, receiver);
  return target;
}

const void* Lowering::prepare(const MemberInfo& member, const CallSite& site, std::span<const bound::Argument> arguments,
                              bound::Expression* receiver) {
  std::vector<ConstantArgument> constants;
  std::vector<Span> places;
  const auto add = [&](const bound::Expression* value) {
    const bound::Constant* constant = as_constant(value);
    ConstantArgument& made = constants.emplace_back();
    places.push_back(value != nullptr ? value->span : Span{});
    if (constant == nullptr || constant->type->kind == TypeKind::kNull) return;
    made.type = constant->type;
    made.value = constant->type->is_reference() ? Slot::of_object(constant_object(*constant)) : constant->value;
  };
  if (receiver != nullptr) add(receiver);
  for (const bound::Argument& argument : arguments) add(argument.value);
  if (places.empty()) places.push_back(Span{});
  LoadPreparation preparation(context_, places, site);
  return member.row->prepare(preparation, constants);
}

// A pure member of constants is called now, when its value can be shared: numbers and short texts.
bool Lowering::fold_call(bound::Call& node, Register to) {
  if (node.member->row == nullptr || (node.member->row->flags & kPure) == 0) return false;
  const Type& type = *node.type;
  if (type.is_reference() && !type.is(Known::kString)) return false;
  std::vector<Slot> slots;
  const auto add = [&](const bound::Expression* value) {
    const bound::Constant* constant = as_constant(value);
    if (constant == nullptr) return false;
    if (constant->type->kind == TypeKind::kNull) return false;
    slots.push_back(constant->type->is_reference() ? Slot::of_object(constant_object(*constant)) : constant->value);
    return true;
  };
  if (node.receiver != nullptr) {
    const bool needs_box = !node.receiver->type->is_reference() && node.member->declaring->is_reference();
    if (needs_box || !add(node.receiver) || (node.receiver->type->is_reference() && slots[0].object == nullptr)) return false;
  }
  for (const bound::Argument& argument : node.arguments) {
    if (argument.mode != ParameterMode::kValue && argument.mode != ParameterMode::kIn) return false;
    if (!add(argument.value)) return false;
  }
  Arena scratch(std::size_t{1} << 16);
  Run run(scratch, types_, environment_, nullptr, {.steps = 10'000, .call_depth = 1});
  const CallSite site{.result = node.type, .declaring = node.member->declaring, .type_arguments = node.type_arguments};
  slots.emplace_back();
  const Slot value = node.native(run, slots.data(), site);
  if (run.failed()) return false;
  if (!type.is_reference()) {
    builder_.emit_integer(Op::kLoad, to, 0, value.integer);
    return true;
  }
  const auto* text = static_cast<const String*>(value.object);
  if (text == nullptr || text->size > kLargestFoldedText) return false;
  String* kept = load_run_.view(arena().copy(text->view()), text->length_utf16());
  kept->is_interned = text->is_interned;
  builder_.emit_pointer(Op::kLoadObject, to, 0, kept);
  return true;
}

// A user-defined operator on nullables, called when none is null.
void Lowering::lower_lifted_call(bound::Call& node, Register to) {
  const auto count = static_cast<std::uint32_t>(node.arguments.size());
  const Register window = builder_.allocate(std::max(count, 1U));
  for (std::uint32_t i = 0; i < count; ++i) lower_to(*node.arguments[i].value, static_cast<Register>(window + i));
  const LabelId with_null = builder_.label();
  const LabelId end = builder_.label();
  for (std::uint32_t i = 0; i < count; ++i) {
    if (is_nullable(*node.arguments[i].value->type)) {
      builder_.emit_jump(Op::kJumpIfNull, with_null, static_cast<Register>(window + i));
    }
  }
  const Register values = builder_.allocate(std::max(count, 1U));
  for (std::uint32_t i = 0; i < count; ++i) {
    const Type& type = *node.arguments[i].value->type;
    const bool is_raw = is_nullable(type) && !underlying(type).is_reference();
    unwrap(is_raw, static_cast<Register>(window + i), static_cast<Register>(values + i));
  }
  const Type& result = *node.member->type;
  const CallTarget* target = target_of(node.member, node.native, &result, node.type_arguments, {}, nullptr);
  builder_.at(node.span);
  if (!node.lifted->result_is_bool && is_nullable(*node.type) && !result.is_reference()) {
    builder_.emit_pointer(Op::kCall, values, values, target);
    builder_.emit_pointer(Op::kBox, to, values, &result);
  } else {
    builder_.emit_pointer(Op::kCall, to, values, target);
  }
  builder_.emit_jump(Op::kJump, end);
  builder_.place(with_null);
  const auto second = static_cast<Register>(window + 1);
  if (node.lifted->result_is_bool && count == 2 && node.lifted->comparison == bound::BinaryOperator::kEqual) {
    builder_.emit(Op::kEqual, to, window, second);
  } else if (node.lifted->result_is_bool && count == 2 && node.lifted->comparison == bound::BinaryOperator::kNotEqual) {
    builder_.emit(Op::kNotEqual, to, window, second);
  } else {
    builder_.emit_integer(Op::kLoad, to, 0, 0);
  }
  builder_.place(end);
}

void Lowering::lower_new(bound::New& node, Register to) {
  if (node.member == nullptr) return lower_default(*node.type, to);
  std::vector<AfterCall> after;
  const Register window = builder_.allocate(static_cast<std::uint32_t>(std::max<std::size_t>(node.arguments.size(), 1)));
  lower_arguments(node.arguments, {}, window, &after);
  const CallTarget* target = target_of(node.member, node.member->row->native, node.type, {}, node.arguments, nullptr);
  builder_.at(node.span);
  builder_.emit_pointer(Op::kCall, to, window, target);
  write_back(after);
}

// ---- delegates and local functions ------------------------------------------------------------------------------------------

void Lowering::lower_delegate_call(bound::DelegateCall& node, Register to) {
  const auto count = static_cast<std::uint32_t>(node.arguments.size());
  const Register window = builder_.allocate(count + 1);
  lower_to(*node.target, window);
  std::vector<AfterCall> after;
  lower_arguments(node.arguments, {}, static_cast<Register>(window + 1), &after);
  builder_.at(node.span);
  const bool has_no_value = node.type->kind == TypeKind::kVoid;
  builder_.emit(Op::kCallDelegate, has_no_value ? window : to, window, static_cast<Register>(count));
  write_back(after);
}

void Lowering::lower_function_call(bound::LocalFunctionCall& node, Register to) {
  Function* function = function_of(*node.function);
  const auto count = static_cast<std::uint32_t>(node.arguments.size());
  const auto captured = static_cast<std::uint32_t>(node.function->captured.size());
  const Register window = builder_.allocate(std::max(count + captured, 1U));
  std::vector<AfterCall> after;
  lower_arguments(node.arguments, {}, window, &after);
  capture(*node.function, static_cast<Register>(window + count));
  builder_.at(node.span);
  const bool has_no_value = node.type->kind == TypeKind::kVoid;
  builder_.emit_pointer(Op::kCallFunction, has_no_value ? window : to, window, function);
  write_back(after);
}

}  // namespace portcullis::lowering
