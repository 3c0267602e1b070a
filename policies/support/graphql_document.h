// GraphQL documents (October 2021): text to tree and back. Requests and schema definitions share the parser; depth and
// memory are bounded. Not for what a document means (graphql_schema.h, graphql_validate.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/arena.h"

namespace portcullis {

/// Deeper nesting of selections, values or types is refused while parsing, before any recursion could hurt.
inline constexpr std::uint32_t kMostGraphqlNesting = 200;

/// Items of one kind in a row; they link themselves.
template <typename T>
struct GraphqlList {
  T* first = nullptr;
  T* last = nullptr;
  std::uint32_t size = 0;

  void add(T* item) {
    (last == nullptr ? first : last->next) = item;
    last = item;
    ++size;
  }
  [[nodiscard]] bool empty() const { return first == nullptr; }
  struct Iterator {
    T* at;
    T& operator*() const { return *at; }
    Iterator& operator++() { return at = at->next, *this; }
    bool operator!=(const Iterator& other) const { return at != other.at; }
  };
  [[nodiscard]] Iterator begin() const { return {first}; }
  [[nodiscard]] Iterator end() const { return {nullptr}; }
};

enum class GraphqlValueKind : std::uint8_t { kVariable, kInt, kFloat, kString, kBoolean, kNull, kEnum, kList, kObject };

struct GraphqlValue {
  GraphqlValueKind kind = GraphqlValueKind::kNull;
  std::string_view name;  // as a field of an object
  std::string_view
      text;  // name of a variable or enum value, digits, `true`; a string's text as it stands between its quotes
  std::uint32_t begin = 0, end = 0;  // in the source
  GraphqlList<GraphqlValue> items;
  GraphqlValue* next = nullptr;
};

struct GraphqlArgument {
  std::string_view name;
  GraphqlValue* value = nullptr;
  std::uint32_t begin = 0;
  GraphqlArgument* next = nullptr;
};

struct GraphqlDirective {
  std::string_view name;
  GraphqlList<GraphqlArgument> arguments;
  std::uint32_t begin = 0;
  GraphqlDirective* next = nullptr;
};

/// `[Name!]!`: non-null list of …
struct GraphqlTypeRef {
  std::string_view name;  // empty: a list
  const GraphqlTypeRef* item = nullptr;
  bool is_non_null = false;
  std::uint32_t begin = 0;

  [[nodiscard]] std::string_view base_name() const { return item == nullptr ? name : item->base_name(); }
};

struct GraphqlField;
struct GraphqlType;

struct GraphqlSelection {
  enum class Kind : std::uint8_t { kField, kSpread, kInline } kind = Kind::kField;
  std::string_view alias;
  std::string_view name;            // of the field or fragment
  std::string_view type_condition;  // of an inline fragment; may be empty
  GraphqlList<GraphqlArgument> arguments;
  GraphqlList<GraphqlDirective> directives;
  GraphqlList<GraphqlSelection> selections;
  bool has_selections = false;
  bool is_removed = false;  // by an authorisation rule
  std::uint32_t begin = 0;
  GraphqlSelection* next = nullptr;
  // filled in by validation
  const GraphqlType* parent = nullptr;
  const GraphqlField* definition = nullptr;

  [[nodiscard]] std::string_view key() const { return alias.empty() ? name : alias; }
};

struct GraphqlVariable {
  std::string_view name;
  const GraphqlTypeRef* type = nullptr;
  GraphqlValue* fallback = nullptr;
  GraphqlList<GraphqlDirective> directives;
  std::uint32_t begin = 0;
  bool is_used = false;
  GraphqlVariable* next = nullptr;
};

enum class GraphqlOperationKind : std::uint8_t { kQuery, kMutation, kSubscription };

struct GraphqlOperation {
  GraphqlOperationKind kind = GraphqlOperationKind::kQuery;
  std::string_view name;
  GraphqlList<GraphqlVariable> variables;
  GraphqlList<GraphqlDirective> directives;
  GraphqlList<GraphqlSelection> selections;
  std::uint32_t begin = 0;
  GraphqlOperation* next = nullptr;
};

struct GraphqlFragment {
  std::string_view name;
  std::string_view type_condition;
  GraphqlList<GraphqlDirective> directives;
  GraphqlList<GraphqlSelection> selections;
  std::uint32_t begin = 0;
  bool is_used = false;
  std::uint8_t mark = 0;  // of walks
  GraphqlFragment* next = nullptr;
};

/// A definition of a schema, or the extension of one.
struct GraphqlInputDefinition {
  std::string_view name;
  const GraphqlTypeRef* type = nullptr;
  GraphqlValue* fallback = nullptr;
  GraphqlInputDefinition* next = nullptr;
};
struct GraphqlFieldDefinition {
  std::string_view name;
  GraphqlList<GraphqlInputDefinition> arguments;
  const GraphqlTypeRef* type = nullptr;
  GraphqlFieldDefinition* next = nullptr;
};
struct GraphqlName {
  std::string_view text;
  std::uint32_t begin = 0;
  GraphqlName* next = nullptr;
};
struct GraphqlDefinition {
  enum class Kind : std::uint8_t {
    kSchema,
    kScalar,
    kObject,
    kInterface,
    kUnion,
    kEnum,
    kInput,
    kDirective
  } kind = Kind::kScalar;
  bool is_extension = false;
  bool is_repeatable = false;
  std::string_view name;
  std::uint32_t begin = 0;
  GraphqlList<GraphqlFieldDefinition> fields;  // objects, interfaces; of a schema: operation kind and type
  GraphqlList<GraphqlInputDefinition> inputs;  // of input types; arguments of directives
  GraphqlList<GraphqlName> names;              // interfaces, members, values, locations
  GraphqlDefinition* next = nullptr;
};

struct GraphqlDocument {
  GraphqlList<GraphqlOperation> operations;
  GraphqlList<GraphqlFragment> fragments;
  GraphqlList<GraphqlDefinition> definitions;
};

struct GraphqlMistake {
  std::string_view message;
  std::uint32_t offset = 0;
};

/// The tree in `arena`, with views into `text`; null with `mistake`.
GraphqlDocument* parse_graphql(Arena& arena, std::string_view text, GraphqlMistake& mistake);

/// The operation with what it uses, without what was removed. Strings are copied from `source`.
std::string print_graphql(const GraphqlDocument& document, const GraphqlOperation& operation, std::string_view source);

}  // namespace portcullis
