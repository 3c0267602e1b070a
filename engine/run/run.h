// One evaluation in progress: its memory, its limits, the exception on its way, and how native code calls back into lambdas.
//
// Every native function of the library gets a `Run&`. It belongs to one Execution and one thread at a time.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "engine/run/object.h"
#include "portcullis/exchange.hpp"

namespace portcullis {

class TypeTable;
class Exchange;  // engine/exchange

/// Converts to any "no value" so that a native can write `return run.raise(...)`.
struct Raised {
  template <typename T>
  operator T() const {  // NOLINT(google-explicit-constructor)
    return T{};
  }
};

/// Which bound was crossed. A limit is not a .NET exception: no catch block sees it.
enum class Limit : std::uint8_t { kNone, kSteps, kMemory, kDepth, kTime, kRegex, kBody };

class Run {
 public:
  Run(Arena& arena, const TypeTable& types, Environment& environment, Exchange* exchange, const RunLimits& limits);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  Arena& arena;
  const TypeTable& types;
  Environment& environment;
  Exchange* exchange;  // null only for expressions evaluated without a context
  RunLimits limits;

  /// The exception on its way, or null. A native that raised returns at once; its result is ignored.
  Exception* pending = nullptr;
  Limit exceeded = Limit::kNone;  // set together with `pending` when a limit was crossed
  /// Of the current slice; the rest is in reserve. At the end of a slice, time and memory are looked at.
  std::uint64_t steps_left = 0;
  std::uint32_t depth = 0;
  /// What the name `context` means; null without an exchange.
  Object* context = nullptr;
  /// The evaluator's registers: a stack that all calls of this run share. `spare` is a segment used before and free now.
  struct RegisterStack {
    Slot* top = nullptr;
    Slot* end = nullptr;
    Slot* spare = nullptr;
    Slot* spare_end = nullptr;
  } registers;

  /// Where the last index into a text that is not ASCII led, so that a walk by index does not count from the start each time.
  struct TextCursor {
    const String* text = nullptr;
    std::uint32_t unit = 0;
    std::uint32_t offset = 0;
  } text_cursor;

  [[nodiscard]] std::uint64_t steps_used() const { return limits.steps - steps_in_reserve_ - steps_left; }
  /// A new expression of the same execution: its steps and its time start anew; memory does not.
  void start_expression() {
    steps_left = limits.steps < kSlice ? limits.steps : kSlice;
    steps_in_reserve_ = limits.steps - steps_left;
    exceeded = Limit::kNone;
    has_told_start_ = false;
  }
  /// Looks at time, memory and the step budget now; false when a limit was hit (it has been raised then).
  bool within_limits() { return spend_slowly(0); }

  // ---- exceptions -------------------------------------------------------------------------------------------------
  Raised raise(Known type, std::string_view message);
  /// ArgumentException and its children: appends ` (Parameter 'name')` as .NET 8 does.
  Raised raise_argument(Known type, std::string_view message, std::string_view parameter);
  Raised raise_null(std::string_view parameter);  // ArgumentNullException: Value cannot be null. (Parameter 'x')
  Raised raise_null_reference();
  Raised raise_cast(const Type& from, const Type& to);
  Raised raise_limit(Limit limit);
  Raised rethrow(Exception* exception);
  [[nodiscard]] bool failed() const { return pending != nullptr; }

  /// Counts work done inside a native (elements walked, bytes scanned). False when the limit is hit; it has been raised then.
  bool spend(std::uint64_t steps) {
    if (steps_left < steps) [[unlikely]] return spend_slowly(steps);
    steps_left -= steps;
    return true;
  }

  // ---- making objects ---------------------------------------------------------------------------------------------
  /// Borrows `text`: it must live as long as the arena, and be valid storage text.
  String* view(std::string_view text);
  String* view(std::string_view text, std::uint32_t length_utf16);
  /// Copies.
  String* string(std::string_view text);
  String* empty_string();
  String* concat(String* a, String* b);  // nulls count as empty; extends `a` in place where it can
  Box* box_raw(const Type& type, Slot value);
  /// Boxing conversion of a value of static type `type`: a no-op for what is stored by reference.
  Object* box(const Type& type, Slot value) { return type.is_reference() ? value.object : box_raw(type, value); }
  /// Checks the size against the arena's budget; raises and returns null when it does not fit. `type` is the array type.
  Array* array(const Type& type, std::uint64_t length);
  ByteArray* bytes(std::uint64_t length);
  ByteArray* bytes(const Type& type, std::uint64_t length);  // byte[] or sbyte[]
  ByteArray* bytes(std::string_view content);
  /// Text memory for author-controlled sizes: raises the memory limit and returns null when it does not fit.
  char* text(std::uint64_t size);
  Record* record(const Type& type, std::initializer_list<Slot> fields);
  const Type& type(Known which) const;
  template <typename T>
  T* make(Known which) {
    T* object = arena.make<T>();
    object->type = &type(which);
    return object;
  }
  template <typename T>
  T* make(const Type& type) {
    T* object = arena.make<T>();
    object->type = &type;
    return object;
  }
  Slot zero(const Type& type);  // default(T)

  // ---- calling back -----------------------------------------------------------------------------------------------
  /// Calls a delegate. Check `failed()` afterwards.
  Slot invoke(Closure* delegate, std::initializer_list<Slot> arguments) {
    return invoke(delegate, std::span<const Slot>(arguments.begin(), arguments.size()));
  }
  Slot invoke(Closure* delegate, std::span<const Slot> arguments);

 private:
  // Small enough that little memory and time slip through between two looks, large enough to cost nothing.
  static constexpr std::uint64_t kSlice = 2048;

  bool spend_slowly(std::uint64_t steps);

  std::uint64_t steps_in_reserve_ = 0;
  bool has_told_start_ = false;  // the environment hears of an expression at its first question
  String* empty_string_ = nullptr;
};

/// The object that `context` names (engine/exchange).
Object* context_of(Exchange& exchange);

// ---- what every value can do; `type` is the static type, dispatch is on the object for what is stored by reference -----
/// `ToString()`; null gives null. Never called on a null receiver by compiled code (that raises before).
String* to_string(Run& run, const Type& type, Slot value);
/// What string concatenation and interpolation want: null gives "".
String* to_text(Run& run, const Type& type, Slot value);
/// IFormattable.ToString(format), or ToString() for what is not formattable; null gives "".
String* format(Run& run, const Type& type, Slot value, String* format);
/// EqualityComparer<T>.Default
bool equals(Run& run, const Type& type, Slot a, Slot b);
std::int32_t hash(Run& run, const Type& type, Slot value);
/// Comparer<T>.Default; raises InvalidOperationException when the type has no order.
std::int32_t compare(Run& run, const Type& type, Slot a, Slot b);
/// GetEnumerator of anything that is IEnumerable; raises on null (`parameter` names the argument; empty: NullReference).
Enumerator* enumerate(Run& run, Object* sequence, std::string_view parameter);
void dispose(Run& run, Object* object);  // IDisposable.Dispose; nothing for null and for what has none
/// `object` identity as C# sees it: the same object, or two literals of the same text.
bool same_object(const Object* a, const Object* b);
/// The current element as `object`, for walks through the non-generic IEnumerable: `element` is what
/// `TypeTable::element_type` says of the sequence's run-time type.
inline Object* current_as_object(Run& run, const Type* element, const Enumerator* enumerator) {
  return element == nullptr ? enumerator->current.object : run.box(*element, enumerator->current);
}
/// byte[] and sbyte[] are `ByteArray`; every other array is an `Array`.
inline bool is_packed_array(const Type& array) {
  return array.rank == 1 && array.element != nullptr && (array.element->is(Known::kByte) || array.element->is(Known::kSByte));
}
/// What tuples, anonymous types, enums and arrays can do by their kind; null for other kinds.
const TypeOperations* operations_by_kind(TypeKind kind);

/// The operations entry that `type` has itself or inherits.
template <typename Entry>
Entry find_operation(const Type& type, Entry TypeOperations::*entry) {
  for (const Type* at = &type; at != nullptr; at = at->base) {
    if (at->operations != nullptr && at->operations->*entry != nullptr) return at->operations->*entry;
    const TypeOperations* by_kind = operations_by_kind(at->kind);
    if (by_kind != nullptr && by_kind->*entry != nullptr) return by_kind->*entry;
  }
  return nullptr;
}

/// Unboxing and reference casts at run time, as the static type `to` demands; raises InvalidCastException, NullReferenceException.
Slot unbox(Run& run, Object* object, const Type& to);
bool is_instance(const Object* object, const Type& type);  // false for null

}  // namespace portcullis
