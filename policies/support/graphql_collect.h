// CollectFields of the GraphQL specification: which fields of an object a request selects, merged by their keys.
#pragma once

#include <cstdint>

#include "engine/json/json.h"
#include "policies/support/graphql_document.h"
#include "policies/support/graphql_schema.h"

namespace portcullis {

/// The fields of one key, in the order of the request.
struct FieldGroup {
  struct Entry {
    const GraphqlSelection* selection = nullptr;
    Entry* next = nullptr;
  };
  Entry* first = nullptr;
  Entry* last = nullptr;
  FieldGroup* next = nullptr;
};

/// Selection sets that count as one.
struct SelectionSets {
  const GraphqlList<GraphqlSelection>* set = nullptr;
  const SelectionSets* next = nullptr;
};
/// The sets inside the fields of a group. Lifetime: the arena.
const SelectionSets* sets_inside(Arena& arena, const FieldGroup& group);

class SelectionCollector {
 public:
  SelectionCollector(Run& run, const GraphqlSchema& schema, const GraphqlDocument& document, const JObject& variables)
      : run_(run), schema_(schema), document_(document), variables_(variables) {}

  /// Null: none. The document is valid, so fragments do not include themselves.
  const FieldGroup* collect(const GraphqlType& type, const SelectionSets& sets);
  /// Selections so far, for a bound on the work.
  [[nodiscard]] std::uint64_t looked_at() const { return looked_at_; }

 private:
  struct Groups {
    FieldGroup* first = nullptr;
    FieldGroup* last = nullptr;
  };
  void add(const GraphqlType& type, const GraphqlList<GraphqlSelection>& set, Groups& groups);
  void add_field(const GraphqlSelection& field, Groups& groups);
  [[nodiscard]] bool is_included(const GraphqlSelection& selection) const;

  [[nodiscard]] bool applies(const GraphqlType& type, std::string_view condition) const;

  Run& run_;
  const GraphqlSchema& schema_;
  const GraphqlDocument& document_;
  const JObject& variables_;
  std::uint64_t looked_at_ = 0;
};

}  // namespace portcullis
