// A loaded policy: the composed documents of one chain of scopes, ready to run. Immutable and shared by threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "engine/exchange/exchange.h"
#include "engine/policy/api_definition.h"
#include "engine/policy/flow.h"
#include "engine/policy/spec.h"

namespace portcullis {

class CompiledExpression;

/// One document of the chain.
struct ScopeDocument {
  Scope scope = Scope::kApi;
  std::shared_ptr<const SourceText> source;
};

/// The document that resolves one field of the API's GraphQL schema.
struct ResolverDocument {
  std::string type, field;
  std::shared_ptr<const SourceText> source;
};

/// The same, ready to run.
struct ResolverFlow {
  std::string_view type, field;
  std::span<const FlowOp> ops;
  std::uint32_t start = 0;  // in `ops`
};

/// Ids compare without case. source: routing.md#4
struct FragmentOrder {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
using Fragments = std::map<std::string, std::shared_ptr<const SourceText>, FragmentOrder>;

/// What loading needs. Everything is borrowed for the call, but `types` and `policies`, which outlive the Program.
struct LoadInput {
  /// At most one document a scope, any order. Without a global one the default stands in: `<forward-request/>` in backend.
  std::span<const ScopeDocument> documents;
  const Fragments* fragments = nullptr;       // never null
  const NamedValues* named_values = nullptr;  // never null
  const TypeTable* types = nullptr;
  std::span<const PolicySpec* const> policies;
  std::shared_ptr<const ApiDefinition> description = {};  // may be null
  std::string_view operation_id = {};
  std::optional<std::span<const std::string_view>> loggers = {};  // ids; nullopt: not known
  std::span<const ResolverDocument> resolvers = {};
  bool allow_nested_fragments = false;
  bool strict_members = false;  // refuse members beyond the documented allow-list
  bool keep_unknown_named_values = false;
};

struct Program {
  explicit Program(std::size_t arena_budget_bytes = std::size_t{1} << 30) : arena(arena_budget_bytes), variables(arena) {}

  Arena arena;
  const TypeTable* types = nullptr;
  std::span<const FlowOp> sections[kSectionCount];
  std::span<const ResolverFlow> resolvers;
  VariableNames variables;
  std::vector<std::shared_ptr<const SourceText>> sources;
  std::vector<std::shared_ptr<const CompiledExpression>> expressions;
  std::vector<std::shared_ptr<const void>> kept;  // what configurations point to
  std::shared_ptr<const ApiDefinition> description;
  const OperationDefinition* operation = nullptr;  // of all requests, when the loader knew it
  std::uint8_t needs[kSectionCount] = {};  // Needs bits over the section
};

/// Null when there are errors. Warnings do not stop it.
std::shared_ptr<const Program> load_program(const LoadInput& input, Diagnostics& diagnostics);

/// Checks one file by itself: a document with no scopes around it, a fragment, or a resolver. `input.documents` is not looked at.
void check_document(const LoadInput& input, std::shared_ptr<const SourceText> source, Diagnostics& diagnostics);

}  // namespace portcullis
