// What tuples, anonymous objects, enums and arrays can do. Their types have no definition of their own.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

#include "base/text.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

namespace {

// ---- tuples and anonymous objects -------------------------------------------------------------------------------------

const Record& record_of(Slot slot) { return *static_cast<const Record*>(slot.object); }

/// `(1, a)`
String* tuple_to_string(Run& run, const Type& type, Slot self) {
  std::string text = "(";
  for (std::uint32_t i = 0; i < record_of(self).count && !run.failed(); ++i) {
    if (i > 0) text += ", ";
    String* part = to_text(run, *type.arguments[i], record_of(self).fields[i]);
    if (part != nullptr) text += part->view();
  }
  return run.string(text + ")");
}

/// `{ a = 1, b = x }`
String* anonymous_to_string(Run& run, const Type& type, Slot self) {
  if (record_of(self).count == 0) return run.string("{ }");
  std::string text = "{ ";
  for (std::uint32_t i = 0; i < record_of(self).count && !run.failed(); ++i) {
    if (i > 0) text += ", ";
    append(text, type.names[i], " = ");
    String* part = to_text(run, *type.arguments[i], record_of(self).fields[i]);
    if (part != nullptr) text += part->view();
  }
  return run.string(text + " }");
}

bool record_equals(Run& run, const Type& type, Slot self, Slot other) {
  for (std::uint32_t i = 0; i < record_of(self).count; ++i) {
    if (!equals(run, *type.arguments[i], record_of(self).fields[i], record_of(other).fields[i])) return false;
  }
  return true;
}

std::int32_t record_hash(Run& run, const Type& type, Slot self) {
  std::uint32_t state = 17;
  for (std::uint32_t i = 0; i < record_of(self).count; ++i) {
    state = state * 31 + static_cast<std::uint32_t>(hash(run, *type.arguments[i], record_of(self).fields[i]));
  }
  return static_cast<std::int32_t>(state);
}

std::int32_t tuple_compare(Run& run, const Type& type, Slot self, Slot other) {
  for (std::uint32_t i = 0; i < record_of(self).count && !run.failed(); ++i) {
    const std::int32_t order = compare(run, *type.arguments[i], record_of(self).fields[i], record_of(other).fields[i]);
    if (order != 0) return order;
  }
  return 0;
}

Object* tuple_zero(Run& run, const Type& type) {
  Record* record = run.record(type, {});
  record->count = static_cast<std::uint32_t>(type.arguments.size());
  record->fields = run.arena.array<Slot>(type.arguments.size()).data();
  for (std::size_t i = 0; i < type.arguments.size(); ++i) record->fields[i] = run.zero(*type.arguments[i]);
  return record;
}

constexpr TypeOperations kTupleOperations{.to_string = &tuple_to_string,
                                          .equals = &record_equals,
                                          .hash = &record_hash,
                                          .compare = &tuple_compare,
                                          .zero = &tuple_zero};
constexpr TypeOperations kAnonymousOperations{
    .to_string = &anonymous_to_string, .equals = &record_equals, .hash = &record_hash};

// ---- enums ------------------------------------------------------------------------------------------------------------

bool is_flags(const Type& type) { return type.definition != nullptr && type.definition->declaration.starts_with("[flags]"); }

bool is_unsigned(const Type& type) {
  return type.element != nullptr && (type.element->is(Known::kByte) || type.element->is(Known::kUInt16) ||
                                     type.element->is(Known::kUInt32) || type.element->is(Known::kUInt64));
}

std::string enum_number(const Type& type, std::int64_t value) {
  std::string text;
  if (is_unsigned(type)) {
    append(text, static_cast<std::uint64_t>(value));
  } else {
    append(text, value);
  }
  return text;
}

/// The names of a flag combination from the largest value down, printed from the smallest up; empty when bits are left over.
std::string flag_names(std::span<const EnumValue> values, std::int64_t value) {
  std::string text;
  std::uint64_t rest = static_cast<std::uint64_t>(value);
  for (auto it = values.rbegin(); it != values.rend() && rest != 0; ++it) {
    const auto bits = static_cast<std::uint64_t>(it->value);
    if (bits == 0 || (rest & bits) != bits) continue;
    rest &= ~bits;
    text = text.empty() ? std::string(it->name) : joined(it->name, ", ", text);
  }
  return rest == 0 ? text : std::string();
}

/// Large enums are searched by halves, as .NET does: that decides which of two names for one value is printed.
const EnumValue* enum_value(std::span<const EnumValue> values, std::int64_t value) {
  constexpr std::size_t kSearchedInOrder = 32;
  if (values.size() <= kSearchedInOrder) {
    const auto found = std::find_if(values.begin(), values.end(), [value](const EnumValue& known) { return known.value == value; });
    return found == values.end() ? nullptr : &*found;
  }
  std::size_t low = 0;
  for (std::size_t high = values.size(); low < high;) {
    const std::size_t middle = low + (high - 1 - low) / 2;
    if (values[middle].value == value) return &values[middle];
    (values[middle].value < value ? low : high) = values[middle].value < value ? middle + 1 : middle;
  }
  return nullptr;
}

std::string enum_text(const Run& run, const Type& type, std::int64_t value, bool as_flags) {
  const std::span<const EnumValue> values = run.types.enum_values(type);
  if (const EnumValue* known = enum_value(values, value)) return std::string(known->name);
  std::string text = as_flags ? flag_names(values, value) : std::string();
  return text.empty() ? enum_number(type, value) : text;
}

std::uint32_t enum_size(const Type& type) {
  if (type.element == nullptr) return 4;
  if (type.element->is(Known::kByte) || type.element->is(Known::kSByte)) return 1;
  if (type.element->is(Known::kInt16) || type.element->is(Known::kUInt16)) return 2;
  return type.element->is(Known::kInt64) || type.element->is(Known::kUInt64) ? 8 : 4;
}

String* enum_to_string(Run& run, const Type& type, Slot self) {
  return run.string(enum_text(run, type, self.integer, is_flags(type)));
}

String* enum_format(Run& run, const Type& type, Slot self, String* format) {
  const std::string_view how = format == nullptr ? "" : format->view();
  if (how.empty() || how == "G" || how == "g") return enum_to_string(run, type, self);
  if (how == "F" || how == "f") return run.string(enum_text(run, type, self.integer, true));
  if (how == "D" || how == "d") return run.string(enum_number(type, self.integer));
  if (how == "X" || how == "x") {
    const std::uint32_t digits = enum_size(type) * 2;
    std::string text;
    for (std::uint32_t i = digits; i-- > 0;) text += "0123456789ABCDEF"[(static_cast<std::uint64_t>(self.integer) >> (i * 4)) & 15];
    return run.string(text);
  }
  return run.raise(Known::kFormatException,
                   "Format string can be only \"G\", \"g\", \"X\", \"x\", \"F\", \"f\", \"D\" or \"d\".");
}

constexpr TypeOperations kEnumOperations{.to_string = &enum_to_string, .format = &enum_format};

// ---- arrays -----------------------------------------------------------------------------------------------------------

struct ArrayEnumerator : Enumerator {
  const Array* array;
  std::uint32_t at;
};
struct ByteArrayEnumerator : Enumerator {
  const ByteArray* array;
  std::uint32_t at;
  bool is_signed;
};

bool next_item(Run&, Enumerator* self) {
  auto* state = static_cast<ArrayEnumerator*>(self);
  if (state->at >= state->array->length) return false;
  state->current = state->array->items[state->at++];
  return true;
}

bool next_byte(Run&, Enumerator* self) {
  auto* state = static_cast<ByteArrayEnumerator*>(self);
  if (state->at >= state->array->length) return false;
  const std::uint8_t byte = state->array->data[state->at++];
  state->current = Slot::of(state->is_signed ? static_cast<std::int8_t>(byte) : byte);
  return true;
}

Enumerator* enumerate_array(Run& run, Object* self) {
  const Type& type = run.type(Known::kIEnumerator);
  if (is_packed_array(*self->type)) {
    auto* walk = run.make<ByteArrayEnumerator>(type);
    walk->next = &next_byte;
    walk->array = static_cast<const ByteArray*>(self);
    walk->is_signed = self->type->element->is(Known::kSByte);
    return walk;
  }
  auto* walk = run.make<ArrayEnumerator>(type);
  walk->next = &next_item;
  walk->array = static_cast<const Array*>(self);
  return walk;
}

std::int64_t count_array(Run&, Object* self) {
  return is_packed_array(*self->type) ? static_cast<const ByteArray*>(self)->length : static_cast<const Array*>(self)->length;
}

constexpr TypeOperations kArrayOperations{.enumerate = &enumerate_array, .count = &count_array};

}  // namespace

const TypeOperations* operations_by_kind(TypeKind kind) {
  switch (kind) {
    case TypeKind::kTuple:
      return &kTupleOperations;
    case TypeKind::kAnonymous:
      return &kAnonymousOperations;
    case TypeKind::kEnum:
      return &kEnumOperations;
    case TypeKind::kArray:
      return &kArrayOperations;
    case TypeKind::kClass:
    case TypeKind::kStruct:
    case TypeKind::kInterface:
    case TypeKind::kDelegate:
    case TypeKind::kNullable:
    case TypeKind::kTypeParameter:
    case TypeKind::kVoid:
    case TypeKind::kNull:
    case TypeKind::kDynamic:
    case TypeKind::kError:
      break;
  }
  return nullptr;
}

}  // namespace portcullis
