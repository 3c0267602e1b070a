// A GraphQL request against a schema: the validation rules of the specification, section 5, with bounds on depth and
// size.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/run/run.h"
#include "policies/support/graphql_document.h"
#include "policies/support/graphql_schema.h"

namespace portcullis {

struct GraphqlError {
  std::string_view message;
  std::uint32_t offset = 0;  // in the document
  bool has_place = false;
  std::string_view path;  // of a removed field: `listUsers/salary`
};

/// The first few; in the request's arena.
class GraphqlErrors {
 public:
  static constexpr std::size_t kMost = 50;
  void add(Arena& arena, std::string_view message);
  void add(Arena& arena, std::string_view message, std::uint32_t offset);
  void add_path(Arena& arena, std::string_view message, std::string_view path);
  [[nodiscard]] std::span<const GraphqlError> all() const { return {items_, size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  GraphqlError* next(Arena& arena);
  GraphqlError* items_ = nullptr;
  std::size_t size_ = 0;
};

struct GraphqlLimits {
  std::int32_t depth = 6;
  std::int32_t fields = 250;
};

/// The operation of that name (empty: the only one), or null after adding an error.
GraphqlOperation* choose_operation(Run& run, const GraphqlDocument& document, std::string_view name,
                                   GraphqlErrors& errors);

/// Adds what is wrong. Fills in `parent` and `definition` of the fields, and what is used of fragments and variables.
void validate_graphql(Run& run, const GraphqlSchema& schema, GraphqlDocument& document, GraphqlOperation& chosen,
                      const GraphqlLimits& limits, GraphqlErrors& errors);

GraphqlFragment* find_fragment(const GraphqlDocument& document, std::string_view name);
/// What is used of fragments and variables by `operation`, after fields were removed.
void mark_used(GraphqlDocument& document, GraphqlOperation& operation);

}  // namespace portcullis
