// The door of the binder: syntax tree in, typed tree or diagnostics out. Every question of C# is answered here, at load.
#pragma once

#include <cstdint>
#include <string_view>
#include <span>
#include <unordered_set>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/result.h"
#include "engine/bind/bound.h"
#include "engine/types/type_table.h"
#include "grammar/csharp/ast.h"

namespace portcullis {

enum class BindingError : std::uint16_t {
#define BINDING_DIAGNOSTIC(code, name, meaning) name = code,
#include "engine/bind/diagnostics.def"
#undef BINDING_DIAGNOSTIC
};

/// Equal string literals are one object, as C# interns them: `object == string` can tell. One for each Program.
class StringPool {
 public:
  StringPool(Arena& program, const TypeTable& types) : arena_(program), types_(types) {}
  /// Lifetime: the program arena. The length is counted.
  String* intern(std::string_view text);
  [[nodiscard]] Arena& arena() const { return arena_; }

 private:
  Arena& arena_;
  const TypeTable& types_;
  std::unordered_set<std::string_view> seen_;  // views into the String objects' text, which follows them
};

struct BindOptions {
  /// Refuse members beyond the documented allow-list (rows marked kHidden).
  bool strict_allow_list = false;
  /// Convert a result of the wrong type at run time: `ToString()` for string places, Convert.ToBoolean/ToInt32… for others.
  bool lenient_result = false;
  std::uint32_t max_depth = 1000;
  /// Nodes bound, speculative ones included.
  std::uint32_t max_work = 2'000'000;
};

struct BindContext {
  const TypeTable& types;
  Arena& arena;          // of the compilation: nodes
  StringPool& strings;   // of the program
  DiagnosticSink& sink;
  BindOptions options{};
};

/// Where the expression stands.
struct BindTarget {
  /// Null: any value; the function's result is then the natural type (object where there is none).
  const Type* result = nullptr;
  /// Types that will do as well, tried in order when the value does not convert to `result`.
  std::span<const Type* const> alternatives = {};
};

/// `Function::lambda->result` is the type that the value has in the end: the target, the alternative that fitted, or the natural type.
/// Errors: reported, and the result is empty. Warnings may be reported in any case.
Parsed<bound::Function*> bind(BindContext& context, const ast::Expression* expression, const BindTarget& target);
/// A block `@{ }`: every path returns or throws.
Parsed<bound::Function*> bind(BindContext& context, const ast::Block* block, const BindTarget& target);

}  // namespace portcullis
