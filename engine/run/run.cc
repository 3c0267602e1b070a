// Exceptions, limits and the making of objects. What values can do (ToString, Equals, …) is in values.cc.
#include "engine/run/run.h"

#include <cstring>
#include <new>

#include "base/text.h"
#include "base/utf.h"
#include "engine/types/type_table.h"

namespace portcullis {

namespace {

constexpr std::uint64_t kLargestArray = 0x7FFFFFC7;  // .NET's Array.MaxLength

bool ends_with_high_surrogate(std::string_view text) {
  return text.size() >= 3 && text[text.size() - 3] == '\xED' && (static_cast<unsigned char>(text[text.size() - 2]) & 0xF0) == 0xA0;
}
bool starts_with_low_surrogate(std::string_view text) {
  return text.size() >= 3 && text[0] == '\xED' && (static_cast<unsigned char>(text[1]) & 0xF0) == 0xB0;
}

std::string limit_text(Limit limit, const Run& run) {
  switch (limit) {
    case Limit::kNone:
      break;
    case Limit::kSteps:
      return joined("the expression took more than the ", run.limits.steps, " steps it may take");
    case Limit::kMemory:
      return joined("the expression needs more than the ", run.arena.budget(), " bytes of memory it may use");
    case Limit::kDepth:
      return joined("calls are nested deeper than the ", run.limits.call_depth, " levels allowed");
    case Limit::kTime:
      return "the expression took longer than the time it may take";
    case Limit::kRegex:
      return joined("a regular expression took more than the ", run.limits.regex_match_limit, " match steps it may take");
    case Limit::kBody:
      return "a body is larger than the size allowed";
  }
  return "a limit was reached";
}

}  // namespace

Run::Run(Arena& arena_, const TypeTable& types_, Environment& environment_, Exchange* exchange_, const RunLimits& limits_)
    : arena(arena_), types(types_), environment(environment_), exchange(exchange_), limits(limits_) {
  if (exchange != nullptr) context = context_of(*exchange);
  start_expression();
}

// ---- limits ---------------------------------------------------------------------------------------------------------

bool Run::spend_slowly(std::uint64_t steps) {
  if (exceeded != Limit::kNone) return false;
  const std::uint64_t available = steps_left + steps_in_reserve_;
  if (available < steps || available == 0) {
    steps_left = 0;
    steps_in_reserve_ = 0;
    raise_limit(Limit::kSteps);
    return false;
  }
  const std::uint64_t rest = available - steps;
  steps_left = rest < kSlice ? rest : kSlice;
  steps_in_reserve_ = rest - steps_left;
  if (arena.exhausted()) {
    raise_limit(Limit::kMemory);
    return false;
  }
  if (!has_told_start_) {
    has_told_start_ = true;
    environment.expression_starts();
  }
  if (environment.out_of_time()) {
    raise_limit(Limit::kTime);
    return false;
  }
  return true;
}

Raised Run::raise_limit(Limit limit) {
  if (exceeded != Limit::kNone) return {};
  exceeded = limit;
  auto* exception = make<Exception>(Known::kException);
  exception->message = string(limit_text(limit, *this));
  pending = exception;
  return {};
}

// ---- exceptions -----------------------------------------------------------------------------------------------------

Raised Run::raise(Known type, std::string_view message) {
  if (pending != nullptr) return {};  // the first one wins; a limit above all
  auto* exception = make<Exception>(type);
  exception->message = string(message);
  pending = exception;
  return {};
}

Raised Run::raise_argument(Known type, std::string_view message, std::string_view parameter) {
  if (pending != nullptr) return {};
  if (parameter.empty()) return raise(type, message);
  raise(type, joined(message, " (Parameter '", parameter, "')"));
  pending->parameter = string(parameter);
  return {};
}

Raised Run::raise_null(std::string_view parameter) {
  return raise_argument(Known::kArgumentNullException, "Value cannot be null.", parameter);
}

Raised Run::raise_null_reference() {
  return raise(Known::kNullReferenceException, "Object reference not set to an instance of an object.");
}

Raised Run::raise_cast(const Type& from, const Type& to) {
  return raise(Known::kInvalidCastException,
               joined("Unable to cast object of type '", full_name(from), "' to type '", full_name(to), "'."));
}

Raised Run::rethrow(Exception* exception) {
  if (exceeded == Limit::kNone) pending = exception;
  return {};
}

// ---- making objects -------------------------------------------------------------------------------------------------

String* Run::view(std::string_view text) { return view(text, String::kNotCounted); }

String* Run::view(std::string_view text, std::uint32_t length_utf16) {
  auto* made = make<String>(Known::kString);
  made->data = text.data();
  made->size = static_cast<std::uint32_t>(text.size());
  made->counted_length_utf16 = length_utf16;
  if (length_utf16 == made->size) made->ascii_prefix = length_utf16;
  return made;
}

String* Run::string(std::string_view text) {
  if (text.empty()) return empty_string();
  return view(arena.copy(text));
}

String* Run::empty_string() {
  if (empty_string_ == nullptr) {
    empty_string_ = view("", 0);
    empty_string_->is_interned = true;
  }
  return empty_string_;
}

String* Run::concat(String* a, String* b) {
  if (b == nullptr || b->size == 0) return a != nullptr ? a : empty_string();
  if (a == nullptr || a->size == 0) return b;
  const std::uint64_t size = std::uint64_t{a->size} + b->size;
  const std::uint32_t counted = a->counted_length_utf16 == String::kNotCounted || b->counted_length_utf16 == String::kNotCounted
                                    ? String::kNotCounted
                                    : a->counted_length_utf16 + b->counted_length_utf16;
  if (ends_with_high_surrogate(a->view()) && starts_with_low_surrogate(b->view())) [[unlikely]] {
    const char32_t code = combine_surrogates(decode_utf8(a->view(), a->size - 3).code, decode_utf8(b->view(), 0).code);
    char* joined_text = this->text(size - 2);
    if (joined_text == nullptr) return {};
    std::memcpy(joined_text, a->data, a->size - 3);
    encode_utf8(joined_text + a->size - 3, code);
    std::memcpy(joined_text + a->size + 1, b->data + 3, b->size - 3);
    return view({joined_text, static_cast<std::size_t>(size - 2)}, counted);
  }
  if (size <= kLargestArray && b->size < arena.remaining() && arena.extend_text(a->data + a->size, b->size)) {
    std::memcpy(const_cast<char*>(a->data) + a->size, b->data, b->size);
    return view({a->data, static_cast<std::size_t>(size)}, counted);
  }
  char* text = this->text(size);
  if (text == nullptr) return {};
  std::memcpy(text, a->data, a->size);
  std::memcpy(text + a->size, b->data, b->size);
  return view({text, static_cast<std::size_t>(size)}, counted);
}

Box* Run::box_raw(const Type& type, Slot value) {
  auto* box = make<Box>(type);
  box->value = value;
  return box;
}

Array* Run::array(const Type& type, std::uint64_t length) {
  void* memory = length > kLargestArray ? nullptr : arena.try_allocate(sizeof(Slot) * length, alignof(Slot));
  if (memory == nullptr) return raise_limit(Limit::kMemory);
  auto* array = make<Array>(type);
  array->length = static_cast<std::uint32_t>(length);
  array->items = static_cast<Slot*>(memory);
  const bool has_zero_objects = type.element->is_value_type && type.element->is_reference();
  const Slot filler = has_zero_objects ? zero(*type.element) : Slot{};
  for (std::uint64_t i = 0; i < length; ++i) new (array->items + i) Slot{filler};
  return array;
}

ByteArray* Run::bytes(std::uint64_t length) { return bytes(types.byte_array(), length); }

ByteArray* Run::bytes(const Type& type, std::uint64_t length) {
  char* memory = length > kLargestArray ? nullptr : text(length);
  if (memory == nullptr) return raise_limit(Limit::kMemory);
  auto* array = make<ByteArray>(type);
  array->length = static_cast<std::uint32_t>(length);
  array->data = reinterpret_cast<std::uint8_t*>(memory);
  if (length > 0) std::memset(memory, 0, length);
  return array;
}

ByteArray* Run::bytes(std::string_view content) {
  ByteArray* array = bytes(content.size());
  if (array != nullptr && !content.empty()) std::memcpy(array->data, content.data(), content.size());
  return array;
}

char* Run::text(std::uint64_t size) {
  char* memory = size > kLargestArray ? nullptr : arena.try_text(size);
  if (memory == nullptr) return raise_limit(Limit::kMemory);
  return memory;
}

Record* Run::record(const Type& type, std::initializer_list<Slot> fields) {
  auto* record = make<Record>(type);
  record->count = static_cast<std::uint32_t>(fields.size());
  record->fields = arena.copy(std::span<const Slot>(fields.begin(), fields.size())).data();
  return record;
}

const Type& Run::type(Known which) const { return types.known(which); }

Slot Run::zero(const Type& type) {
  if (!type.is_reference() || !type.is_value_type || type.kind == TypeKind::kNullable) return {};
  const auto make_zero = find_operation(type, &TypeOperations::zero);
  return Slot::of_object(make_zero != nullptr ? make_zero(*this, type) : nullptr);
}

}  // namespace portcullis
