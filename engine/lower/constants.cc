// Constants: what the tree holds becomes objects in the Code's arena, which threads share and nobody writes.
#include "engine/dotnet/decimal.h"
#include "engine/lower/lowering.h"

namespace portcullis::lowering {

const bound::Constant* Lowering::as_constant(const bound::Expression* node) {
  if (node == nullptr || node->kind != bound::ExpressionKind::kConstant) return nullptr;
  return static_cast<const bound::Constant*>(node);
}

bool Lowering::small_constant(const bound::Expression& node, std::int32_t& value) {
  const bound::Constant* constant = as_constant(&node);
  if (constant == nullptr || constant->type->storage != Storage::kInteger) return false;
  value = static_cast<std::int32_t>(constant->value.integer);
  return value == constant->value.integer;
}

String* Lowering::literal(std::string_view text) {
  String* made = load_run_.view(arena().copy(text));
  made->is_interned = true;
  static_cast<void>(made->length_utf16());  // counted before threads see it
  return made;
}

Object* Lowering::constant_object(const bound::Constant& node) {
  if (node.type->is(Known::kDecimal)) return decimal::from_literal(arena(), *node.type, node.text);
  if (!node.type->is_reference()) return load_run_.box_raw(*node.type, node.value);
  if (node.type->is(Known::kString) && node.value.object != nullptr) {
    auto* text = static_cast<String*>(node.value.object);
    text->is_interned = true;
    static_cast<void>(text->length_utf16());
  }
  return node.value.object;
}

Object* Lowering::zero_object(const Type& type) {
  Object* zero = load_run_.zero(type).object;
  load_run_.pending = nullptr;
  return zero;
}

}  // namespace portcullis::lowering
