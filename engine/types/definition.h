// How the .NET library is written down: one table of members in each type's file.
//
//     String* substring_from(Run& run, String* self, std::int32_t start_index) { … }
//     constexpr Member kMembers[] = {
//         property<&length>("int Length { get; }"),
//         method<&substring_from>("string Substring(int startIndex)"),
//     };
//     const TypeDefinition kStringDefinition{
//         .declaration = "sealed class System.String : IComparable, IEnumerable<char>", .members = kMembers, .operations = &kOperations};
//
// and one row `PC_TYPE(kStringDefinition)` in engine/dotnet/table.def (engine/exchange/table.def for the request's types).
// The declaration is C# as the reference prints it. Binder, `portcullis members` and docs/members.md read it; a consteval
// check refuses a row whose C++ function does not fit.
//
// C++ side of a row: an optional leading `Run&`, then the receiver (instance members), then one parameter for each C# one,
// then an optional trailing `const CallSite&`.
//
//   C#                              C++
//   bool, char, int, double, …      bool, char16_t, std::int32_t, double, …
//   string                          String*
//   byte[], sbyte[]                 ByteArray*
//   other arrays                    Array*
//   delegates                       Closure*
//   enums                           a C++ enum with the same values (or the integer type)
//   DateTime, TimeSpan              DateTime, TimeSpan (engine/dotnet/date_time.h, time_span.h), or std::int64_t
//   T (type parameters)             Slot; the type is in the CallSite
//   int?, other Nullable<T>         Object* (null, or a Box for what is not stored by reference)
//   out T, ref T                    Slot* (the variable's place)
//   everything else                 a pointer to the type's struct, or Object*
//
// A C++ parameter for a reference type may be null: C# authors pass null. The receiver never is, except in extension methods
// (`this T x` rows of static classes), where it may.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/arena.h"
#include "engine/run/object.h"
#include "engine/run/slot.h"
#include "engine/types/type.h"

namespace portcullis {

class Run;
class Preparation;
class TypeTable;

/// What the compiler knows about one call, for natives that need it. Lives in the Program.
struct CallSite {
  const Type* result = nullptr;                        // static type of the value, after substitution
  const Type* declaring = nullptr;                     // constructed type that has the member (List<int>)
  std::span<const Type* const> type_arguments;         // of a generic method
  const void* prepared = nullptr;                      // what the row's `prepare` made of constant arguments
};

using Native = Slot (*)(Run&, const Slot* arguments, const CallSite&);

/// A constant argument as `prepare` sees it; `type` is null when the argument is not constant.
struct ConstantArgument {
  const Type* type = nullptr;
  Slot value{};
};
/// Called once at load. Returns null when nothing can be prepared. `arguments` includes the receiver at 0 for instance members.
using Prepare = const void* (*)(Preparation&, std::span<const ConstantArgument> arguments);

/// Program-lifetime storage for what `prepare` makes, and its channel for mistakes (a regular expression that does not compile).
class Preparation {
 public:
  virtual ~Preparation() = default;
  virtual Arena& arena() = 0;
  virtual const TypeTable& types() const = 0;
  /// Calls `destroy(resource)` when the Program dies.
  virtual void keep(void* resource, void (*destroy)(void*)) = 0;
  static constexpr std::uint32_t kNoVariable = 0xFFFFFFFF;
  /// The program's number for a variable name, or kNoVariable for an expression without a program, so that `context.Variables["x"]` is an index.
  virtual std::uint32_t variable(std::string_view name) = 0;
  /// The call's types (not `prepared`), or null where nobody knows them.
  [[nodiscard]] virtual const CallSite* site() const { return nullptr; }
  /// A warning at the argument: the call will raise at run time.
  virtual void warn(std::size_t argument, std::string_view message) = 0;
};

enum MemberFlags : std::uint8_t {
  kNoFlags = 0,
  kPure = 1,     // same arguments, same result, no side effect, does not look at time, culture or context: may be folded
  kNoRaise = 2,  // never raises
  kHidden = 4,   // an extension beyond the documented allow-list, refused in strict mode
  kReadsRequestBody = 8,    // IRequest.Body: the pipeline buffers the body before it runs such an expression
  kReadsResponseBody = 16,  // IResponse.Body
};

struct Member {
  std::string_view declaration;
  Native native = nullptr;   // method, constructor, getter
  Native setter = nullptr;   // properties and indexers that can be set
  Prepare prepare = nullptr;
  std::uint8_t flags = kNoFlags;
  Slot constant{};           // `const` rows of raw types
  std::string_view constant_text{};

  [[nodiscard]] constexpr Member with(std::uint8_t more) const {
    Member copy = *this;
    copy.flags = static_cast<std::uint8_t>(copy.flags | more);
    return copy;
  }
  [[nodiscard]] constexpr Member prepared_by(Prepare how) const {
    Member copy = *this;
    copy.prepare = how;
    return copy;
  }
};

struct EnumValue {
  std::string_view name;
  std::int64_t value;
};

/// Static, one for each type; `declaration` is `[static|sealed|abstract] class|struct|interface|delegate|enum Full.Name<T> : Bases`.
/// Delegates: `delegate TResult System.Func<T, TResult>(T arg)`. Enums: `enum System.DayOfWeek : int`, `[flags] enum …`.
struct TypeDefinition {
  std::string_view declaration;
  std::span<const Member> members = {};
  const TypeOperations* operations = nullptr;
  std::span<const EnumValue> values = {};
  Storage storage = Storage::kReference;  // of structs; enums are always kInteger
};

// ---- slots to C++ and back -----------------------------------------------------------------------------------------------

template <typename T>
constexpr T from_slot(Slot slot) {
  if constexpr (std::is_same_v<T, Slot>) {
    return slot;
  } else if constexpr (std::is_same_v<T, Slot*>) {
    return slot.place;
  } else if constexpr (std::is_same_v<T, double>) {
    return slot.real;
  } else if constexpr (std::is_same_v<T, float>) {
    return slot.single;
  } else if constexpr (std::is_same_v<T, bool>) {
    return slot.integer != 0;
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    return static_cast<T>(slot.integer);
  } else if constexpr (std::is_pointer_v<T>) {
    return static_cast<T>(slot.object);
  } else {
    return T::from_slot(slot);
  }
}

template <typename T>
constexpr Slot to_slot(T value) {
  if constexpr (std::is_same_v<T, Slot>) {
    return value;
  } else if constexpr (std::is_same_v<T, double>) {
    return Slot::of_real(value);
  } else if constexpr (std::is_same_v<T, float>) {
    return Slot::of_single(value);
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    return Slot::of(static_cast<std::int64_t>(value));
  } else if constexpr (std::is_pointer_v<T>) {
    return Slot::of_object(value);
  } else {
    return value.to_slot();
  }
}

namespace definition_detail {

template <typename T>
struct Signature;

template <typename R, typename... P>
struct Signature<R (*)(P...)> {
  using Result = R;
  static constexpr bool kTakesRun = [] {
    if constexpr (sizeof...(P) == 0) {
      return false;
    } else {
      return std::is_same_v<std::tuple_element_t<0, std::tuple<P...>>, Run&>;
    }
  }();
  static constexpr bool kTakesSite = [] {
    if constexpr (sizeof...(P) == 0) {
      return false;
    } else {
      return std::is_same_v<std::tuple_element_t<sizeof...(P) - 1, std::tuple<P...>>, const CallSite&>;
    }
  }();
  static constexpr std::size_t kArguments = sizeof...(P) - (kTakesRun ? 1 : 0) - (kTakesSite ? 1 : 0);
  template <std::size_t I>
  using Argument = std::tuple_element_t<I + (kTakesRun ? 1 : 0), std::tuple<P...>>;
};

template <auto kFunction, std::size_t... I>
Slot call(Run& run, const Slot* arguments, const CallSite& site, std::index_sequence<I...>) {
  using S = Signature<decltype(kFunction)>;
  const auto invoke = [&]() {
    if constexpr (S::kTakesRun && S::kTakesSite) {
      return kFunction(run, from_slot<typename S::template Argument<I>>(arguments[I])..., site);
    } else if constexpr (S::kTakesRun) {
      return kFunction(run, from_slot<typename S::template Argument<I>>(arguments[I])...);
    } else if constexpr (S::kTakesSite) {
      return kFunction(from_slot<typename S::template Argument<I>>(arguments[I])..., site);
    } else {
      return kFunction(from_slot<typename S::template Argument<I>>(arguments[I])...);
    }
  };
  if constexpr (std::is_void_v<typename S::Result>) {
    invoke();
    return Slot{};
  } else {
    return to_slot<typename S::Result>(invoke());
  }
}

template <auto kFunction>
Slot adapt(Run& run, const Slot* arguments, const CallSite& site) {
  using S = Signature<decltype(kFunction)>;
  return call<kFunction>(run, arguments, site, std::make_index_sequence<S::kArguments>{});
}

/// Where the parameter list opens: the partner of the last ( or [, since a result may be a tuple or an array.
constexpr std::size_t list_start(std::string_view declaration, char open) {
  const char close = open == '(' ? ')' : ']';
  int depth = 0;
  for (std::size_t i = declaration.rfind(close); i != std::string_view::npos; --i) {
    if (declaration[i] == close) ++depth;
    if (declaration[i] == open && --depth == 0) return i;
    if (i == 0) break;
  }
  return std::string_view::npos;
}

/// Number of C# parameters between the last pair of ( ) or [ ] that is not inside < >.
constexpr std::size_t declared_parameters(std::string_view declaration, char open, char close) {
  const std::size_t first = list_start(declaration, open);
  const std::size_t last = declaration.rfind(close);
  if (first == std::string_view::npos || last == std::string_view::npos || last < first) throw "no parameter list";
  std::size_t count = 0;
  int depth = 0;
  bool any = false;
  for (std::size_t i = first + 1; i < last; ++i) {
    const char c = declaration[i];
    if (c == '<' || c == '(' || c == '[') ++depth;
    if (c == '>' || c == ')' || c == ']') --depth;
    if (c == ',' && depth == 0) ++count;
    if (c != ' ') any = true;
  }
  return any ? count + 1 : 0;
}

constexpr bool is_static_declaration(std::string_view declaration) { return declaration.starts_with("static "); }

template <auto kFunction>
constexpr void check_count(std::size_t declared, bool is_static) {
  if (Signature<decltype(kFunction)>::kArguments != declared + (is_static ? 0 : 1)) throw "C# and C++ parameter counts differ";
}

// The C++ type a C# keyword demands; any pointer or class will do for the rest.
template <typename T>
constexpr bool fits(std::string_view word) {
  if (word == "bool") return std::is_same_v<T, bool>;
  if (word == "char") return std::is_same_v<T, char16_t>;
  if (word == "sbyte") return std::is_same_v<T, std::int8_t>;
  if (word == "byte") return std::is_same_v<T, std::uint8_t>;
  if (word == "short") return std::is_same_v<T, std::int16_t>;
  if (word == "ushort") return std::is_same_v<T, std::uint16_t>;
  if (word == "int") return std::is_same_v<T, std::int32_t>;
  if (word == "uint") return std::is_same_v<T, std::uint32_t>;
  if (word == "long") return std::is_same_v<T, std::int64_t>;
  if (word == "ulong") return std::is_same_v<T, std::uint64_t>;
  if (word == "float") return std::is_same_v<T, float>;
  if (word == "double") return std::is_same_v<T, double>;
  if (word == "string") return std::is_same_v<T, String*>;
  if (word == "void") return std::is_void_v<T>;
  if (word == "byte[]") return std::is_same_v<T, ByteArray*>;
  return !std::is_same_v<T, void>;
}

constexpr std::string_view first_word(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  for (const std::string_view skip : {"static ", "params ", "this ", "implicit operator ", "explicit operator "}) {
    if (text.starts_with(skip)) return first_word(text.substr(skip.size()));
  }
  std::size_t end = 0;
  int depth = 0;
  while (end < text.size() && (depth > 0 || (text[end] != ' ' && text[end] != '('))) {
    if (text[end] == '<') ++depth;
    if (text[end] == '>') --depth;
    ++end;
  }
  return text.substr(0, end);
}

template <auto kFunction, std::size_t I>
constexpr void check_parameter(std::string_view declaration, char open, std::size_t offset) {
  std::size_t at = list_start(declaration, open) + 1;
  int depth = 0;
  for (std::size_t skip = I; skip > 0; ++at) {
    const char c = declaration[at];
    if (c == '<' || c == '(' || c == '[') ++depth;
    if (c == '>' || c == ')' || c == ']') --depth;
    if (c == ',' && depth == 0) --skip;
  }
  const std::string_view word = first_word(declaration.substr(at));
  using S = Signature<decltype(kFunction)>;
  if (word == "out" || word == "ref") return;
  if (offset == 0) {
    if (!fits<typename S::template Argument<I>>(word)) throw "C# and C++ parameter types differ";
  } else if constexpr (I + 1 < S::kArguments) {
    if (!fits<typename S::template Argument<I + 1>>(word)) throw "C# and C++ parameter types differ";
  }
}

template <auto kFunction, std::size_t... I>
constexpr void check_parameters([[maybe_unused]] std::string_view declaration, [[maybe_unused]] char open,
                                [[maybe_unused]] std::size_t offset, std::index_sequence<I...>) {
  (check_parameter<kFunction, I>(declaration, open, offset), ...);
}


template <auto kGet>
constexpr Member make_property(std::string_view declaration) {
  check_count<kGet>(0, is_static_declaration(declaration));
  return {.declaration = declaration, .native = &adapt<kGet>};
}

template <auto kGet>
constexpr Member make_indexer(std::string_view declaration) {
  check_count<kGet>(declared_parameters(declaration, '[', ']'), false);
  return {.declaration = declaration, .native = &adapt<kGet>};
}

}  // namespace definition_detail

/// `static string Join(string separator, params string[] value)`, `static bool operator ==(string a, string b)`,
/// `static implicit operator JToken(string value)`, `TResult[] ToArray<T>(this …)` in static classes (written with `static`).
template <auto kFunction>
consteval Member method(std::string_view declaration) {
  using S = definition_detail::Signature<decltype(kFunction)>;
  const bool is_static = definition_detail::is_static_declaration(declaration);
  const std::size_t count = definition_detail::declared_parameters(declaration, '(', ')');
  definition_detail::check_count<kFunction>(count, is_static);
  constexpr std::size_t kDeclaredIfStatic = S::kArguments;
  constexpr std::size_t kDeclaredIfInstance = S::kArguments == 0 ? 0 : S::kArguments - 1;
  if (is_static) {
    definition_detail::check_parameters<kFunction>(declaration, '(', 0, std::make_index_sequence<kDeclaredIfStatic>{});
  } else {
    definition_detail::check_parameters<kFunction>(declaration, '(', 1, std::make_index_sequence<kDeclaredIfInstance>{});
  }
  if (!definition_detail::fits<typename S::Result>(definition_detail::first_word(declaration))) throw "C# and C++ result types differ";
  return {.declaration = declaration, .native = &definition_detail::adapt<kFunction>};
}

/// `new String(char c, int count)`: the C++ function makes the object; the constructed type is `CallSite::result`.
template <auto kFunction>
consteval Member constructor(std::string_view declaration) {
  definition_detail::check_count<kFunction>(definition_detail::declared_parameters(declaration, '(', ')'), true);
  definition_detail::check_parameters<kFunction>(
      declaration, '(', 0, std::make_index_sequence<definition_detail::Signature<decltype(kFunction)>::kArguments>{});
  return {.declaration = declaration, .native = &definition_detail::adapt<kFunction>};
}

/// `int Length { get; }`, `static string Empty { get; }`.
template <auto kGet>
consteval Member property(std::string_view declaration) {
  return definition_detail::make_property<kGet>(declaration);
}

/// `JToken Value { get; set; }`; the setter's C++ function takes the value last and returns void.
template <auto kGet, auto kSet>
consteval Member property(std::string_view declaration) {
  Member member = definition_detail::make_property<kGet>(declaration);
  member.setter = &definition_detail::adapt<kSet>;
  return member;
}

/// `char this[int index] { get; }`
template <auto kGet>
consteval Member indexer(std::string_view declaration) {
  return definition_detail::make_indexer<kGet>(declaration);
}
template <auto kGet, auto kSet>
consteval Member indexer(std::string_view declaration) {
  Member member = definition_detail::make_indexer<kGet>(declaration);
  member.setter = &definition_detail::adapt<kSet>;
  return member;
}

/// `const int MaxValue`: folded by the binder.
consteval Member constant(std::string_view declaration, std::int64_t value) {
  return {.declaration = declaration, .constant = Slot::of(value)};
}
consteval Member constant(std::string_view declaration, std::uint64_t value) {
  return {.declaration = declaration, .constant = Slot::of(static_cast<std::int64_t>(value))};
}
consteval Member constant(std::string_view declaration, std::int32_t value) {
  return {.declaration = declaration, .constant = Slot::of(value)};
}
consteval Member constant(std::string_view declaration, double value) {
  return {.declaration = declaration, .constant = Slot::of_real(value)};
}
consteval Member constant(std::string_view declaration, float value) {
  return {.declaration = declaration, .constant = Slot::of_single(value)};
}
consteval Member constant(std::string_view declaration, std::string_view value) {
  return {.declaration = declaration, .constant_text = value};
}

/// Several tables of members as one.
template <std::size_t... kSizes>
constexpr auto together(const Member (&... parts)[kSizes]) {
  std::array<Member, (kSizes + ...)> all{};
  std::size_t at = 0;
  const auto copy = [&](const auto& part) {
    for (const Member& member : part) all[at++] = member;
  };
  (copy(parts), ...);
  return all;
}

}  // namespace portcullis
