// The one door of the C# grammar: text of a policy expression in, tree or diagnostics out. Nothing throws across it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/result.h"
#include "grammar/csharp/ast.h"

namespace portcullis {

struct ParseOptions {
  /// Nested parentheses, calls, blocks, branches and so on.
  std::uint32_t max_depth = 256;
  /// Operators in one left-associative chain (`a + b + ...`), or links in one member chain (`a.b().c()...`).
  std::uint32_t max_chain = 10'000;
  /// When set, receives how often a rule looked at a token; tests of linear time count with it.
  std::uint64_t* looks = nullptr;
};

/// The tree of what stands inside `@( )`. Spans count in `text`.
/// Lifetime: nodes and decoded texts are in `arena`; names may point into `text`, which must live as long as the tree.
/// Errors: reported to `sink`, and the result is empty. Cost: linear in the length of `text`.
Parsed<ast::Expression*> parse_expression(std::string_view text, Arena& arena, DiagnosticSink& sink,
                                          const ParseOptions& options = {});

/// The same for the statements inside `@{ }`. An empty text gives an empty block.
Parsed<ast::Block*> parse_block(std::string_view text, Arena& arena, DiagnosticSink& sink,
                                const ParseOptions& options = {});

}  // namespace portcullis
