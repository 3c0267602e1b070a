// A GraphQL schema from its definition language: types, fields, arguments, directives. Immutable; lives in the
// description's arena.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "policies/support/graphql_document.h"

namespace portcullis {

enum class GraphqlTypeKind : std::uint8_t { kScalar, kObject, kInterface, kUnion, kEnum, kInput };

struct GraphqlType;

struct GraphqlInput {
  std::string_view name;
  const GraphqlTypeRef* type = nullptr;
  const GraphqlType* base = nullptr;  // of `type`, without lists
  const GraphqlValue* fallback = nullptr;
  [[nodiscard]] bool is_required() const { return type->is_non_null && fallback == nullptr; }
};

struct GraphqlField {
  std::string_view name;
  const GraphqlTypeRef* type = nullptr;
  const GraphqlType* base = nullptr;
  std::span<const GraphqlInput> arguments;
};

struct GraphqlType {
  GraphqlTypeKind kind = GraphqlTypeKind::kScalar;
  std::string_view name;
  std::span<const GraphqlField> fields;          // of objects and interfaces
  std::span<const GraphqlInput> inputs;          // of input types
  std::span<const std::string_view> values;      // of enums
  std::span<const GraphqlType* const> possible;  // object types it may be; of an object: itself

  [[nodiscard]] bool is_composite() const {
    return kind == GraphqlTypeKind::kObject || kind == GraphqlTypeKind::kInterface || kind == GraphqlTypeKind::kUnion;
  }
  [[nodiscard]] bool is_input() const {
    return kind == GraphqlTypeKind::kScalar || kind == GraphqlTypeKind::kEnum || kind == GraphqlTypeKind::kInput;
  }
  [[nodiscard]] const GraphqlField* field(std::string_view wanted) const;
};

struct GraphqlDirectiveType {
  std::string_view name;
  std::span<const GraphqlInput> arguments;
  std::span<const std::string_view> locations;
  bool is_repeatable = false;
};

struct GraphqlSchema {
  std::span<const GraphqlType> types;  // sorted by name
  std::span<const GraphqlDirectiveType> directives;
  const GraphqlType* roots[3] = {};  // by GraphqlOperationKind

  [[nodiscard]] const GraphqlType* find(std::string_view name) const;
  [[nodiscard]] const GraphqlDirectiveType* find_directive(std::string_view name) const;
  [[nodiscard]] bool is_root(const GraphqlType& type) const {
    return &type == roots[0] || &type == roots[1] || &type == roots[2];
  }
};

/// Null with `problem` and its place. `text` must live as long as the arena.
const GraphqlSchema* read_graphql_schema(Arena& arena, std::string_view text, std::string& problem,
                                         std::uint32_t& offset);

}  // namespace portcullis
