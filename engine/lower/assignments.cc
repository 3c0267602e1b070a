// Assignments, compound ones, deconstruction.
#include "engine/lower/lowering.h"

namespace portcullis::lowering {

using bound::ExpressionKind;

namespace {

bool is_local(const bound::Expression& node) { return node.kind == ExpressionKind::kLocal; }
bound::Local& local_of(bound::Expression& node) { return *static_cast<bound::LocalReference&>(node).local; }

bool needs_store_check(const Type& element) {
  return element.is_reference() && !element.is_value_type && !element.is(Known::kString);
}

}  // namespace

void Lowering::lower_assign(bound::Assign& node, const Register* to) {
  if (is_local(*node.target)) {
    bound::Local& local = local_of(*node.target);
    if (to == nullptr) return assign(local, *node.value);
    if (is_cell(local)) {
      const Register value = lower(*node.value);
      store(local, value);
      if (value != *to) builder_.emit(Op::kMove, *to, value);
      return;
    }
    assign(local, *node.value);
    return load(local, *to);
  }
  if (node.target->kind == ExpressionKind::kArrayElement) {
    auto& element = static_cast<bound::ArrayElement&>(*node.target);
    bound::Expression* const value_only[] = {node.value};
    std::vector<bound::Expression*> later(element.indices.begin(), element.indices.end());
    later.push_back(node.value);
    const Register array = lower_before(*element.array, later);
    const bool is_grid = element.array->type->rank > 1;
    const Register index = is_grid ? window_of(element.indices) : lower_before(*element.indices[0], value_only);
    const Register value = lower(*node.value);
    builder_.at(node.span);
    const Type& type = *element.array->type;
    const Op op = is_grid                               ? Op::kStoreGrid
                  : is_packed_array(type)               ? Op::kStoreByte
                  : needs_store_check(*type.element) ? Op::kStoreItemChecked
                                                        : Op::kStoreItem;
    builder_.emit(op, array, index, value);
    if (to != nullptr && *to != value) builder_.emit(Op::kMove, *to, value);
    return;
  }
  const Register value = lower(*node.value);
  store_in(*node.target, value);
  if (to != nullptr && *to != value) builder_.emit(Op::kMove, *to, value);
}

// A field of a tuple: the variable gets a new tuple.
void Lowering::store_in(bound::Expression& target, Register value) {
  if (is_local(target)) return store(local_of(target), value);
  if (target.kind == ExpressionKind::kArrayElement) {
    auto& element = static_cast<bound::ArrayElement&>(target);
    const Register array = lower(*element.array);
    const bool is_grid = element.array->type->rank > 1;
    const Register index = is_grid ? window_of(element.indices) : lower(*element.indices[0]);
    builder_.emit(is_grid ? Op::kStoreGrid : Op::kStoreItem, array, index, value);
    return;
  }
  if (target.kind != ExpressionKind::kRecordField) return;
  auto& field = static_cast<bound::RecordField&>(target);
  const Register record = lower(*field.record);
  const Register changed = builder_.allocate();
  Instruction& instruction = builder_.emit(Op::kWithField, changed, record, value);
  instruction.integer = field.index;
  store_in(*field.record, changed);
}

void Lowering::lower_compound(bound::CompoundAssign& node, const Register* to) {
  if (lower_simple_compound(node, to)) return;
  for (bound::Assign* temporary : node.temporaries) {
    register_of(local_of(*temporary->target));
    lower_assign(*temporary, nullptr);
  }
  const Register old_value = register_of(*node.old_value);
  lower_to(*node.read, old_value);
  const Register new_value = register_of(*node.new_value);
  lower_to(*node.combine, new_value);
  effect(*node.write);
  if (to != nullptr) builder_.emit(Op::kMove, *to, node.yields_old ? old_value : new_value);
}

// `i++`, `sum += x` on a variable in a register: combined in place.
bool Lowering::lower_simple_compound(bound::CompoundAssign& node, const Register* to) {
  if (!node.temporaries.empty() || !is_local(*node.read) || is_cell(local_of(*node.read))) return false;
  bound::Local& local = local_of(*node.read);
  if (node.write->kind != ExpressionKind::kAssign || may_write(*node.combine, local)) return false;
  const Register target = register_of(local);
  Register old_value = target;
  if (to != nullptr && node.yields_old) {
    old_value = builder_.allocate();
    builder_.emit(Op::kMove, old_value, target);
  }
  node.old_value->index = std::uint32_t{old_value} + 1;
  lower_to(*node.combine, target);
  if (to != nullptr) {
    const Register value = node.yields_old ? old_value : target;
    if (value != *to) builder_.emit(Op::kMove, *to, value);
  }
  return true;
}

void Lowering::lower_deconstruct(bound::Deconstruct& node, const Register* to) {
  register_of(local_of(*node.source->target));
  lower_assign(*node.source, nullptr);
  for (bound::Expression* one : node.assignments) effect(*one);
  if (to != nullptr) load(local_of(*node.source->target), *to);
}

}  // namespace portcullis::lowering
