#include "policies/support/graphql_collect.h"

#include <algorithm>

#include "policies/support/graphql_validate.h"

namespace portcullis {

const SelectionSets* sets_inside(Arena& arena, const FieldGroup& group) {
  SelectionSets* first = nullptr;
  SelectionSets* last = nullptr;
  for (const FieldGroup::Entry* entry = group.first; entry != nullptr; entry = entry->next) {
    auto* set = arena.make<SelectionSets>(&entry->selection->selections, nullptr);
    if (last == nullptr) {
      first = set;
    } else {
      last->next = set;
    }
    last = set;
  }
  return first;
}

const FieldGroup* SelectionCollector::collect(const GraphqlType& type, const SelectionSets& sets) {
  Groups groups;
  for (const SelectionSets* at = &sets; at != nullptr; at = at->next) add(type, *at->set, groups);
  return groups.first;
}

void SelectionCollector::add(const GraphqlType& type, const GraphqlList<GraphqlSelection>& set, Groups& groups) {
  for (const GraphqlSelection& selection : set) {
    ++looked_at_;
    if (!is_included(selection)) continue;
    if (selection.kind == GraphqlSelection::Kind::kField) {
      add_field(selection, groups);
      continue;
    }
    const GraphqlFragment* fragment =
        selection.kind == GraphqlSelection::Kind::kSpread ? find_fragment(document_, selection.name) : nullptr;
    const bool is_inline = selection.kind == GraphqlSelection::Kind::kInline;
    if (!is_inline && fragment == nullptr) continue;
    if (!applies(type, is_inline ? selection.type_condition : fragment->type_condition)) continue;
    add(type, is_inline ? selection.selections : fragment->selections, groups);
  }
}

void SelectionCollector::add_field(const GraphqlSelection& field, Groups& groups) {
  FieldGroup* group = groups.first;
  while (group != nullptr && group->first->selection->key() != field.key()) {
    ++looked_at_;
    group = group->next;
  }
  auto* entry = run_.arena.make<FieldGroup::Entry>(&field, nullptr);
  if (group != nullptr) {
    group->last = group->last->next = entry;
    return;
  }
  group = run_.arena.make<FieldGroup>(entry, entry, nullptr);
  (groups.last == nullptr ? groups.first : groups.last->next) = group;
  groups.last = group;
}

bool SelectionCollector::applies(const GraphqlType& type, std::string_view condition) const {
  if (condition.empty() || condition == type.name) return true;
  const GraphqlType* wanted = schema_.find(condition);
  return wanted != nullptr &&
         std::find(wanted->possible.begin(), wanted->possible.end(), &type) != wanted->possible.end();
}

bool SelectionCollector::is_included(const GraphqlSelection& selection) const {
  for (const GraphqlDirective& directive : selection.directives) {
    const bool is_skip = directive.name == "skip";
    if (!is_skip && directive.name != "include") continue;
    for (const GraphqlArgument& argument : directive.arguments) {
      if (argument.name != "if") continue;
      bool value = argument.value->text == "true";
      if (argument.value->kind == GraphqlValueKind::kVariable) {
        const JValue* given = as_value(find(variables_, argument.value->text));
        value = given != nullptr && given->kind == JTokenType::kBoolean && given->value.integer != 0;
      }
      if (value == is_skip) return false;
    }
  }
  return true;
}

}  // namespace portcullis
