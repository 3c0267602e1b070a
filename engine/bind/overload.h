// Which member a call means: C# 7.3 overload resolution. Pure questions to the type table; the binder owns syntax and messages.
//
// The binder collects candidates (`find_members`, `TypeTable::extensions`), describes the arguments it has bound, and answers
// questions about those that have no type yet (lambdas, method groups) through `LambdaTyper`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/source.h"
#include "engine/types/type_table.h"

namespace portcullis::ast {
struct Expression;
}
namespace portcullis::bound {
struct Expression;
}

namespace portcullis {

/// Why an argument has no type of its own.
enum class Untyped : std::uint8_t {
  kNone,         // it has one
  kNull,         // the literal null
  kDefault,      // the literal default
  kLambda,       // also anonymous methods
  kMethodGroup,
  kOutVariable,  // `out var n`, `out _`: fits any out parameter
  kOther,        // a tuple literal with untyped elements, throw expressions…: LambdaTyper::converts decides
};

struct CallArgument {
  Span span{};
  std::string_view name{};                      // of a named argument
  ParameterMode mode = ParameterMode::kValue;   // kValue, kOut, kRef or kIn, as written
  const Type* type = nullptr;                   // null when `untyped` is not kNone
  ConstantValue constant{};                     // of constant expressions: allows byte b = 5, enum e = 0
  Untyped untyped = Untyped::kNone;
  const ast::Expression* syntax = nullptr;      // these two are for the binder; nothing here looks inside
  bound::Expression* value = nullptr;
};

/// What the binder knows about arguments without a type. Calls repeat with the same arguments: cache.
class LambdaTyper {
 public:
  virtual ~LambdaTyper() = default;
  /// Number of parameters of a lambda; nullopt for `delegate { }` (any) and for method groups.
  virtual std::optional<std::size_t> parameter_count(const CallArgument& lambda) = 0;
  /// The declared type of a lambda's parameter; null when it is implicit.
  virtual const Type* parameter_type(const CallArgument& lambda, std::size_t index) = 0;
  /// The type a lambda's body (or the chosen overload of a method group) gives for parameters of these types: the void type when
  /// it gives no value; null when the body does not bind or has no type (`x => null`).
  virtual const Type* result_type(const CallArgument& argument, std::span<const Type* const> parameter_types) = 0;
  /// Whether the argument converts to `type` (delegates for lambdas and method groups). A lambda whose body has errors of
  /// its own for these parameter types does not convert, unless `parameter_types` are the author's only choice (binder's business).
  virtual bool converts(const CallArgument& argument, const Type& type) = 0;
};

struct CallContext {
  const TypeTable& types;
  Arena& arena;  // of the compilation: results live there
  LambdaTyper& lambdas;
};

enum class Outcome : std::uint8_t {
  kFound,
  kNoCandidates,         // the list was empty
  kWrongArgumentCount,   // no overload takes that many
  kUnknownName,          // a named argument that no candidate has; `argument` is its index
  kBadArgument,          // `argument` does not convert to `expected` of `member` (the closest candidate)
  kBadMode,              // `argument` lacks (or must not have) ref/out; `member` is the closest candidate
  kAmbiguous,            // between `member` and `other`
  kCannotInfer,          // type arguments of `member`
  kConstraint,           // the type argument number `argument` of `member` is not an `expected` (null: class or struct wanted)
  kTypeArgumentCount,    // explicit type arguments: no candidate has as many parameters
};

struct Resolution {
  Outcome outcome = Outcome::kNoCandidates;
  const MemberInfo* member = nullptr;            // as the table has it (method type parameters not replaced)
  const MemberInfo* other = nullptr;
  std::span<const Type* const> type_arguments;   // explicit or inferred, of a generic method
  /// Of each parameter, method type arguments replaced. A params array has its array type here, also when expanded.
  std::span<const Type* const> parameter_types;
  const Type* result_type = nullptr;             // of the call (constructors: the declaring type)
  bool is_expanded = false;                      // params in expanded form: arguments from `params_begin` on are its elements
  std::size_t params_begin = 0;
  /// For each parameter the index of its argument; kOmitted: its default; an expanded params parameter has kOmitted too.
  static constexpr std::uint32_t kOmitted = 0xFFFFFFFF;
  std::span<const std::uint32_t> argument_of;
  bool is_extension_call = false;                // arguments[0] is the receiver
  /// Failures: the argument in question and the type its parameter wants. After kCannotInfer, `parameter_types` holds what could be
  /// inferred (open parts stay type parameters): bind the lambdas whose parameters are known to find the author's mistake.
  std::size_t argument = 0;
  const Type* expected = nullptr;

  explicit operator bool() const { return outcome == Outcome::kFound; }
};

/// Best member among `candidates` for `arguments` (explicit `type_arguments` may be empty). Candidates of more derived types win
/// over those of their bases as soon as one is applicable.
Resolution resolve_call(CallContext& context, std::span<const MemberInfo* const> candidates,
                        std::span<const CallArgument> arguments, std::span<const Type* const> type_arguments = {});

/// The extension method named `name` that fits best; `arguments[0]` is the receiver, for which only identity, reference and boxing
/// conversions count.
Resolution resolve_extension(CallContext& context, std::string_view name, std::span<const CallArgument> arguments,
                             std::span<const Type* const> type_arguments = {});

/// Members named `name` of `type`, its base types and interfaces, most derived first; overridden and hidden ones are left out. Indexers:
/// "Item"; operators: "op_Addition"; constructors (".ctor") and conversions of the type alone. Interfaces have object's members last.
std::span<const MemberInfo* const> find_members(const TypeTable& types, Arena& arena, const Type& type, std::string_view name);

/// Which conversion of the argument is better: negative for `a`, positive for `b`, 0 for neither.
int better_conversion(CallContext& context, const CallArgument& argument, const Type& a, const Type& b);

/// `string Substring(int startIndex, int length)`, `TResult[] Map<TResult>(…)`: for "did you mean" and lists of choices.
void append_signature(std::string& out, const MemberInfo& member);

/// The failure in a sentence (one line, the author's text in backticks), or "" when found. `name` as the author wrote it.
std::string explain(const Resolution& resolution, std::string_view name, std::span<const MemberInfo* const> candidates,
                    std::span<const CallArgument> arguments);
/// The candidate a hint should show ("did you mean …"), or null.
const MemberInfo* closest(const Resolution& resolution, std::span<const MemberInfo* const> candidates);

}  // namespace portcullis
