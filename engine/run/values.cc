// What every value can do, by its type's operations: ToString, Equals, GetHashCode, CompareTo, GetEnumerator, casts.
#include <cstring>

#include "base/text.h"
#include "engine/run/run.h"
#include "engine/types/type_table.h"

namespace portcullis {

namespace {

/// A value as its operations want it: the run-time type, and the raw Slot of a box.
struct Subject {
  const Type* type;
  Slot self;
};

Subject subject_of(const Type& type, Slot value) {
  if (!type.is_reference()) return {&type, value};
  const Type* actual = value.object->type;
  if (!actual->is_reference()) return {actual, static_cast<const Box*>(value.object)->value};
  return {actual, value};
}

bool is_null(const Type& type, Slot value) { return type.is_reference() && value.object == nullptr; }

bool equal_texts(const String* a, const String* b) {
  return a->size == b->size && std::memcmp(a->data, b->data, a->size) == 0;
}

bool equal_raw(Storage storage, Slot a, Slot b) {
  switch (storage) {
    case Storage::kReference:
      return a.object == b.object;
    case Storage::kInteger:
      return a.integer == b.integer;
    case Storage::kDouble:
      return a.real == b.real || (a.real != a.real && b.real != b.real);
    case Storage::kFloat:
      return a.single == b.single || (a.single != a.single && b.single != b.single);
  }
  return false;
}

// Good enough to spread; .NET's own are not stable between processes either.
std::int32_t mix(std::uint64_t bits) {
  bits *= 0x9E3779B97F4A7C15;
  return static_cast<std::int32_t>(bits >> 32);
}

std::int32_t hash_text(std::string_view text) {
  std::uint64_t state = 0xCBF29CE484222325 ^ text.size();
  while (text.size() >= 8) {
    std::uint64_t part;
    std::memcpy(&part, text.data(), 8);
    state = (state ^ part) * 0x9E3779B97F4A7C15;
    state ^= state >> 29;
    text.remove_prefix(8);
  }
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return mix(state);
}

std::int32_t hash_raw(const Type& type, Slot value) {
  switch (type.storage) {
    case Storage::kReference:
      return mix(reinterpret_cast<std::uintptr_t>(value.object));
    case Storage::kInteger:
      return static_cast<std::int32_t>(value.integer ^ (value.integer >> 32));
    case Storage::kDouble:
      return value.real == 0 ? 0 : mix(static_cast<std::uint64_t>(value.integer));
    case Storage::kFloat:
      return value.single == 0 ? 0 : mix(static_cast<std::uint64_t>(Slot::of_real(static_cast<double>(value.single)).integer));
  }
  return 0;
}

String* default_text(Run& run, const Type& type) { return run.string(full_name(type)); }

Raised raise_not_comparable(Run& run) {
  return run.raise(Known::kInvalidOperationException, "Failed to compare two elements in the array.");
}

std::int32_t compare_raw(Storage storage, Slot a, Slot b) {
  if (storage == Storage::kInteger) return a.integer < b.integer ? -1 : a.integer > b.integer ? 1 : 0;
  const double left = storage == Storage::kDouble ? a.real : static_cast<double>(a.single);
  const double right = storage == Storage::kDouble ? b.real : static_cast<double>(b.single);
  if (left < right) return -1;
  if (left > right) return 1;
  if (left == right) return 0;
  // NaN comes before everything, and is equal to itself.
  return left != left ? (right != right ? 0 : -1) : 1;
}

bool is_same_or_underlying(const Type& boxed, const Type& to) {
  if (&boxed == &to) return true;
  const Type* a = boxed.kind == TypeKind::kEnum ? boxed.element : &boxed;
  const Type* b = to.kind == TypeKind::kEnum ? to.element : &to;
  return a == b && (a != &boxed || b != &to) && boxed.kind != to.kind;
}

}  // namespace

String* to_string(Run& run, const Type& type, Slot value) {
  if (is_null(type, value)) return nullptr;
  const Subject subject = subject_of(type, value);
  if (subject.type->is(Known::kString)) return static_cast<String*>(subject.self.object);
  const auto operation = find_operation(*subject.type, &TypeOperations::to_string);
  return operation != nullptr ? operation(run, *subject.type, subject.self) : default_text(run, *subject.type);
}

String* to_text(Run& run, const Type& type, Slot value) {
  String* text = to_string(run, type, value);
  return text != nullptr ? text : run.empty_string();
}

String* format(Run& run, const Type& type, Slot value, String* format) {
  if (is_null(type, value)) return run.empty_string();
  const Subject subject = subject_of(type, value);
  if (subject.type->is(Known::kString)) return static_cast<String*>(subject.self.object);
  const auto operation = find_operation(*subject.type, &TypeOperations::format);
  return operation != nullptr ? operation(run, *subject.type, subject.self, format) : to_text(run, type, value);
}

bool equals(Run& run, const Type& type, Slot a, Slot b) {
  if (type.is_reference()) {
    if (a.object == b.object) return true;
    if (a.object == nullptr || b.object == nullptr || a.object->type != b.object->type) return false;
  }
  const Subject left = subject_of(type, a);
  const Subject right = subject_of(type, b);
  if (left.type->is(Known::kString)) {
    return equal_texts(static_cast<const String*>(a.object), static_cast<const String*>(b.object));
  }
  const auto operation = find_operation(*left.type, &TypeOperations::equals);
  if (operation != nullptr) return operation(run, *left.type, left.self, right.self);
  return equal_raw(left.type->storage, left.self, right.self);
}

std::int32_t hash(Run& run, const Type& type, Slot value) {
  if (is_null(type, value)) return 0;
  const Subject subject = subject_of(type, value);
  if (subject.type->is(Known::kString)) return hash_text(static_cast<const String*>(subject.self.object)->view());
  const auto operation = find_operation(*subject.type, &TypeOperations::hash);
  return operation != nullptr ? operation(run, *subject.type, subject.self) : hash_raw(*subject.type, subject.self);
}

std::int32_t compare(Run& run, const Type& type, Slot a, Slot b) {
  if (is_null(type, a)) return is_null(type, b) ? 0 : -1;
  if (is_null(type, b)) return 1;
  const Subject left = subject_of(type, a);
  const Subject right = subject_of(type, b);
  const auto operation = find_operation(*left.type, &TypeOperations::compare);
  if (left.type != right.type) {
    if (operation == nullptr) return raise_not_comparable(run);
    return run.raise(Known::kArgumentException, joined("Object must be of type ", left.type->name, "."));
  }
  if (operation != nullptr) return operation(run, *left.type, left.self, right.self);
  if (!left.type->is_reference()) return compare_raw(left.type->storage, left.self, right.self);
  return raise_not_comparable(run);
}

Enumerator* enumerate(Run& run, Object* sequence, std::string_view parameter) {
  if (sequence == nullptr) {
    if (parameter.empty()) return run.raise_null_reference();
    return run.raise_null(parameter);
  }
  const auto operation = find_operation(*sequence->type, &TypeOperations::enumerate);
  if (operation == nullptr) return run.raise_cast(*sequence->type, run.type(Known::kIEnumerable));
  return operation(run, sequence);
}

void dispose(Run& run, Object* object) {
  if (object == nullptr) return;
  const auto operation = find_operation(*object->type, &TypeOperations::dispose);
  if (operation != nullptr) operation(run, object);
}

bool same_object(const Object* a, const Object* b) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr || a->type != b->type || !a->type->is(Known::kString)) return false;
  const auto* left = static_cast<const String*>(a);
  const auto* right = static_cast<const String*>(b);
  return left->is_interned && right->is_interned && equal_texts(left, right);
}

Slot unbox(Run& run, Object* object, const Type& to) {
  if (to.kind == TypeKind::kNullable) {
    // A boxed enum is no boxed int?, though it is a boxed int.
    if (object == nullptr || object->type == to.element) return Slot::of_object(object);
    return run.raise_cast(*object->type, to);
  }
  if (object == nullptr) {
    if (to.is_value_type) return run.raise_null_reference();
    return {};
  }
  if (to.is_value_type) {
    if (!is_same_or_underlying(*object->type, to)) return run.raise_cast(*object->type, to);
    return to.is_reference() ? Slot::of_object(object) : static_cast<const Box*>(object)->value;
  }
  if (object->type == &to || is_assignable(*object->type, to)) return Slot::of_object(object);
  return run.raise_cast(*object->type, to);
}

bool is_instance(const Object* object, const Type& type) {
  if (object == nullptr) return false;
  const Type& wanted = underlying(type);
  return object->type == &wanted || is_assignable(*object->type, wanted);
}

}  // namespace portcullis
