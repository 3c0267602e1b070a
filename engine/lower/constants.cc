// Constants: what the tree holds becomes objects in the Code's arena, which threads share and nobody writes.
#include <charconv>

#include "base/text.h"
#include "engine/dotnet/decimal.h"
#include "engine/lower/lowering.h"

namespace portcullis::lowering {

namespace {

void times_ten(std::uint64_t& low, std::uint64_t& high, std::uint64_t digit) {
  const std::uint64_t bottom = (low & 0xFFFFFFFF) * 10 + digit;
  const std::uint64_t middle = (low >> 32) * 10 + (bottom >> 32);
  low = (middle << 32) | (bottom & 0xFFFFFFFF);
  high = high * 10 + (middle >> 32);
}

// `-1.50`, `1e3`: digits and range were checked by the binder; the scale is the number of digits after the point, less the exponent.
Decimal* make_decimal(Arena& arena, const Type& type, std::string_view text) {
  auto* made = arena.make<Decimal>();
  made->type = &type;
  std::uint64_t low = 0;   // 64 + 32 bits
  std::uint64_t high = 0;
  bool after_point = false;
  int scale = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '-') made->is_negative = true;
    if (c == '.') after_point = true;
    if (c == 'e' || c == 'E') {
      int exponent = 0;
      const std::size_t digits = at + (at + 1 < text.size() && text[at + 1] == '+' ? 2 : 1);
      std::from_chars(text.data() + digits, text.data() + text.size(), exponent);
      scale -= exponent;
      break;
    }
    if (!is_ascii_digit(c)) continue;
    times_ten(low, high, static_cast<std::uint64_t>(c - '0'));
    if (after_point) ++scale;
  }
  for (; scale < 0; ++scale) times_ten(low, high, 0);
  made->scale = static_cast<decltype(made->scale)>(scale);
  made->low = static_cast<std::uint32_t>(low);
  made->middle = static_cast<std::uint32_t>(low >> 32);
  made->high = static_cast<std::uint32_t>(high);
  return made;
}

}  // namespace

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
  if (node.type->is(Known::kDecimal)) return make_decimal(arena(), *node.type, node.text);
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
