// Loops. The test stands at the bottom, so that each turn takes one jump.
#include "engine/lower/lowering.h"

namespace portcullis::lowering {

using bound::ExpressionKind;
using bound::StatementKind;

void Lowering::loop_body(bound::Statement& body, LabelId continue_label, LabelId break_label) {
  exits_.push_back({ExitScope::Kind::kLoop, break_label, continue_label, nullptr});
  statement(body);
  exits_.pop_back();
}

void Lowering::lower_while(bound::While& node) {
  const LabelId body = builder_.label();
  const LabelId test = builder_.label();
  const LabelId end = builder_.label();
  if (node.kind == StatementKind::kWhile) builder_.emit_jump(Op::kJump, test);
  builder_.place(body);
  loop_body(*node.body, test, end);
  builder_.place(test);
  branch(*node.condition, body, true);
  builder_.place(end);
}

void Lowering::lower_for(bound::For& node) {
  const LabelId body = builder_.label();
  const LabelId step = builder_.label();
  const LabelId test = builder_.label();
  const LabelId end = builder_.label();
  if (node.initialisers != nullptr) {
    open_locals(node.initialisers->locals);
    for (bound::Statement* one : node.initialisers->statements) statement(*one);
  }
  builder_.emit_jump(Op::kJump, test);
  builder_.place(body);
  loop_body(*node.body, step, end);
  builder_.place(step);
  for (bound::Expression* one : node.iterators) effect(*one);
  builder_.place(test);
  if (node.condition != nullptr) {
    branch(*node.condition, body, true);
  } else {
    builder_.emit_jump(Op::kJump, body);
  }
  builder_.place(end);
}

void Lowering::lower_walk(bound::ForEach& node, Op next, Register source) {
  const LabelId body = builder_.label();
  const LabelId test = builder_.label();
  const LabelId end = builder_.label();
  const Register current = register_of(*node.current);
  builder_.emit_jump(Op::kJump, test);
  builder_.place(body);
  if (is_cell(*node.current)) {
    builder_.emit(Op::kCellFrom, current, current);  // an element for each turn, for the closures made in it
  }
  loop_body(*node.body, test, end);
  builder_.place(test);
  builder_.at(node.span);
  builder_.emit_jump(next, body, current, source);
  builder_.place(end);
}

void Lowering::lower_for_each(bound::ForEach& node) {
  const Type& type = *node.sequence->type;
  const bool is_array = type.kind == TypeKind::kArray;
  const Register source = builder_.allocate(2);
  const auto state = static_cast<Register>(source + 1);
  register_of(*node.current);
  if (is_array || type.is(Known::kString)) {
    lower_to(*node.sequence, source);
    const Register length = builder_.allocate();  // null is no sequence
    builder_.at(node.sequence->span);
    const bool is_packed = is_array && is_packed_array(type);
    builder_.emit(is_packed ? Op::kBytesLength : is_array ? Op::kArrayLength : Op::kTextLength, length, source);
    builder_.emit_integer(Op::kLoad, state, 0, 0);
    const Op next = is_packed ? (type.element->is(Known::kByte) ? Op::kNextByte : Op::kNextSByte)
                    : is_array ? Op::kNextItem
                               : Op::kNextChar;
    return lower_walk(node, next, source);
  }
  // IEnumerable without a type argument gives objects, whatever the sequence holds.
  const bool gives_objects = node.element->is(Known::kObject) && types_.implemented(type, types_.known(Known::kIEnumerable1)) == nullptr;
  const std::uint32_t mark = builder_.mark();
  const bool is_enumerator = type.is(Known::kIEnumerator1);
  if (is_enumerator) {
    lower_to(*node.sequence, source);
  } else {
    const Register sequence = lower(*node.sequence);
    builder_.at(node.sequence->span);
    builder_.emit(gives_objects ? Op::kEnumerateObjects : Op::kEnumerate, source, sequence);
  }
  builder_.release(mark);
  const Op next = gives_objects && !is_enumerator ? Op::kNextObject : Op::kNext;
  if (!has_iterators_) return lower_walk(node, next, source);
  with_finally([&] { lower_walk(node, next, source); }, [&] { builder_.emit(Op::kDispose, source); });
}

}  // namespace portcullis::lowering
