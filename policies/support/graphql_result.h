// The result of a GraphQL execution while it grows.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/json/json.h"
#include "policies/support/graphql_document.h"

namespace portcullis {

/// A place in the result: a field, or an item of a list.
struct ResultNode {
  enum class Kind : std::uint8_t { kNull, kToken, kObject, kList } kind = Kind::kNull;
  std::string_view key;                     // of a field
  std::uint32_t index = 0;                  // of an item
  const GraphqlTypeRef* type = nullptr;     // null: of the whole
  const GraphqlSelection* field = nullptr;  // where the request asks for it
  JToken* token = nullptr;                  // kToken
  ResultNode* parent = nullptr;
  ResultNode* first = nullptr;
  ResultNode* last = nullptr;
  ResultNode* next = nullptr;

  [[nodiscard]] bool is_item() const { return parent != nullptr && parent->kind == Kind::kList; }
};

/// An error at a node.
struct ResultError {
  std::string_view message;
  const ResultNode* node = nullptr;  // null: of the whole
  ResultError* next = nullptr;
};

/// The JSON of a node, or null for null. A null where none may be makes the parent null.
JToken* json_of_result(Run& run, const ResultNode& node);
/// `["users", 0, "name"]`
JArray* path_of_result(Run& run, const ResultNode& node);

}  // namespace portcullis
