// One evaluation in progress: its memory, its limits, the exception on its way, and how native code calls back into lambdas.
//
// Every native function of the library gets a `Run&`. It belongs to one Execution and one thread at a time.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "base/arena.h"
#include "engine/run/object.h"

namespace portcullis {

class TypeTable;
class Exchange;  // engine/exchange
struct Fault;

/// Converts to any "no value" so that a native can write `return run.raise(...)`.
struct Raised {
  template <typename T>
  operator T() const {  // NOLINT(google-explicit-constructor)
    return T{};
  }
};

/// Which bound was crossed. A limit is not a .NET exception: no catch block sees it.
enum class Limit : std::uint8_t { kNone, kSteps, kMemory, kDepth, kTime, kRegex, kBody };

/// Bounds of one evaluation, set by the embedder.
struct RunLimits {
  std::uint64_t steps = 50'000'000;         // instructions, plus one for each element a native walks
  std::uint32_t call_depth = 200;           // lambdas and local functions inside each other
  std::uint32_t regex_match_limit = 1'000'000;  // PCRE2 match limit
  std::uint32_t json_depth = 64;            // Newtonsoft 13's MaxDepth
};

/// Where time and randomness come from; the host gives them, nothing is read from the machine behind its back.
class Environment {
 public:
  virtual ~Environment() = default;
  /// .NET ticks (100 ns since 0001-01-01) of UTC now.
  virtual std::int64_t utc_now_ticks() = 0;
  virtual std::uint64_t random() = 0;
  /// True when the wall-clock budget of the running expression is used up. Asked every few thousand steps.
  virtual bool out_of_time() = 0;
};

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
  std::uint64_t steps_left;
  std::uint32_t depth = 0;

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
    if (steps_left < steps) [[unlikely]] return out_of_steps();
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
  Slot invoke(Closure* delegate, std::initializer_list<Slot> arguments);

 private:
  bool out_of_steps();
};

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
/// Unboxing and reference casts at run time, as the static type `to` demands; raises InvalidCastException, NullReferenceException.
Slot unbox(Run& run, Object* object, const Type& to);
bool is_instance(const Object* object, const Type& type);  // false for null

}  // namespace portcullis
