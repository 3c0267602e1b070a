#include "policies/support/graphql_validate.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "base/text.h"

namespace portcullis {

GraphqlError* GraphqlErrors::next(Arena& arena) {
  if (size_ == kMost) return nullptr;
  if (items_ == nullptr) items_ = arena.array<GraphqlError>(kMost).data();
  return &items_[size_++];
}

void GraphqlErrors::add(Arena& arena, std::string_view message) {
  if (GraphqlError* error = next(arena)) error->message = arena.copy(message);
}

void GraphqlErrors::add(Arena& arena, std::string_view message, std::uint32_t offset) {
  GraphqlError* error = next(arena);
  if (error == nullptr) return;
  error->message = arena.copy(message);
  error->offset = offset;
  error->has_place = true;
}

void GraphqlErrors::add_path(Arena& arena, std::string_view message, std::string_view path) {
  GraphqlError* error = next(arena);
  if (error == nullptr) return;
  error->message = arena.copy(message);
  error->path = arena.copy(path);
}

GraphqlFragment* find_fragment(const GraphqlDocument& document, std::string_view name) {
  for (GraphqlFragment& fragment : document.fragments) {
    if (fragment.name == name) return &fragment;
  }
  return nullptr;
}

GraphqlOperation* choose_operation(Run& run, const GraphqlDocument& document, std::string_view name,
                                   GraphqlErrors& errors) {
  if (document.operations.empty()) return errors.add(run.arena, "The document holds no operation."), nullptr;
  if (name.empty()) {
    if (document.operations.size == 1) return document.operations.first;
    return errors.add(run.arena, "Must provide operation name if query contains multiple operations."), nullptr;
  }
  for (GraphqlOperation& operation : document.operations) {
    if (operation.name == name) return &operation;
  }
  return errors.add(run.arena, joined("Unknown operation named \"", name, "\".")), nullptr;
}

namespace {

using Selections = GraphqlList<GraphqlSelection>;

std::string text_of(const GraphqlTypeRef& type) {
  std::string text = type.item != nullptr ? joined("[", text_of(*type.item), "]") : std::string(type.name);
  if (type.is_non_null) text += '!';
  return text;
}

bool is_subtype(const GraphqlTypeRef& inner, const GraphqlTypeRef& outer) {
  if (outer.is_non_null && !inner.is_non_null) return false;
  if ((inner.item == nullptr) != (outer.item == nullptr)) return false;
  return inner.item == nullptr ? inner.name == outer.name : is_subtype(*inner.item, *outer.item);
}

bool overlap(const GraphqlType& a, const GraphqlType& b) {
  if (&a == &b) return true;
  return std::any_of(a.possible.begin(), a.possible.end(), [&](const GraphqlType* one) {
    return std::find(b.possible.begin(), b.possible.end(), one) != b.possible.end();
  });
}

class Validator {
 public:
  Validator(Run& run, const GraphqlSchema& schema, GraphqlDocument& document, GraphqlErrors& errors)
      : run_(run), schema_(schema), document_(document), errors_(errors), meta_(schema.find("__Root")) {}

  void validate(GraphqlOperation& chosen, const GraphqlLimits& limits) {
    check_names();
    if (document_.operations.size > 300 || document_.fragments.size > 300) return;
    if (!check_fragments()) return;  // circles: nothing can be expanded
    std::int32_t fields = 0;
    if (!measure(chosen.selections, 1, limits, fields)) return;
    for (GraphqlFragment& fragment : document_.fragments) {
      const GraphqlType* type = schema_.find(fragment.type_condition);
      check_directives(fragment.directives, "FRAGMENT_DEFINITION");
      if (type != nullptr && type->is_composite()) check_selections(fragment.selections, *type);
    }
    for (GraphqlOperation& operation : document_.operations) check_operation(operation);
    check_merging(chosen);
    for (GraphqlOperation& operation : document_.operations) mark_used(document_, operation);
    for (const GraphqlFragment& fragment : document_.fragments) {
      if (!fragment.is_used) bad(fragment.begin, joined("Fragment \"", fragment.name, "\" is never used."));
    }
  }

 private:
  void bad(std::uint32_t offset, std::string_view message) { errors_.add(run_.arena, message, offset); }
  /// Lists in which every item is compared with every other; nobody writes so many.
  bool is_too_long(std::uint32_t size, std::uint32_t offset) {
    constexpr std::uint32_t kMostItems = 300;
    if (size > kMostItems) bad(offset, joined("More than ", kMostItems, " items in one list."));
    return size > kMostItems;
  }

  // ---- names and fragments
  // ------------------------------------------------------------------------------------------------------

  void check_names() {
    if (is_too_long(document_.operations.size, 0) || is_too_long(document_.fragments.size, 0)) return;
    if (!document_.definitions.empty())
      bad(document_.definitions.first->begin, "The document holds definitions of types.");
    std::vector<std::string_view> names;
    for (const GraphqlOperation& operation : document_.operations) {
      if (operation.name.empty()) {
        if (document_.operations.size > 1)
          bad(operation.begin, "This anonymous operation must be the only defined operation.");
      } else if (std::find(names.begin(), names.end(), operation.name) != names.end()) {
        bad(operation.begin, joined("There can be only one operation named \"", operation.name, "\"."));
      }
      names.push_back(operation.name);
    }
    names.clear();
    for (const GraphqlFragment& fragment : document_.fragments) {
      if (std::find(names.begin(), names.end(), fragment.name) != names.end())
        bad(fragment.begin, joined("There can be only one fragment named \"", fragment.name, "\"."));
      names.push_back(fragment.name);
      check_condition(fragment.type_condition, fragment.begin,
                      joined("Fragment \"", fragment.name, "\" cannot condition on non composite type \""));
    }
  }

  const GraphqlType* check_condition(std::string_view name, std::uint32_t offset, std::string_view otherwise) {
    const GraphqlType* type = schema_.find(name);
    if (type == nullptr) {
      bad(offset, joined("Unknown type \"", name, "\"."));
    } else if (!type->is_composite()) {
      bad(offset, joined(otherwise, name, "\"."));
      type = nullptr;
    }
    return type;
  }

  /// False when fragments spread each other in a circle.
  bool check_fragments() {
    for (GraphqlFragment& fragment : document_.fragments) fragment.mark = 0;
    for (GraphqlFragment& fragment : document_.fragments) {
      if (!visit(fragment, 0)) return false;
    }
    return true;
  }

  bool visit(GraphqlFragment& fragment, std::uint32_t depth) {
    if (fragment.mark == 2) return true;
    if (fragment.mark == 1 || depth > kMostGraphqlNesting) {
      bad(fragment.begin, joined("Cannot spread fragment \"", fragment.name, "\" within itself."));
      return false;
    }
    fragment.mark = 1;
    if (!visit_spreads(fragment.selections, depth)) return false;
    fragment.mark = 2;
    return true;
  }

  bool visit_spreads(const Selections& selections, std::uint32_t depth) {
    for (const GraphqlSelection& selection : selections) {
      if (selection.kind != GraphqlSelection::Kind::kSpread) {
        if (!visit_spreads(selection.selections, depth)) return false;
        continue;
      }
      GraphqlFragment* fragment = find_fragment(document_, selection.name);
      if (fragment != nullptr && !visit(*fragment, depth + 1)) return false;
    }
    return true;
  }

  /// Depth and number of fields, fragments expanded; stops at the first limit. Root fields are level 1.
  bool measure(const Selections& selections, std::int32_t level, const GraphqlLimits& limits, std::int32_t& fields) {
    for (const GraphqlSelection& selection : selections) {
      if (!run_.spend(2)) return errors_.add(run_.arena, "The query takes too long to check."), false;
      if (selection.kind == GraphqlSelection::Kind::kSpread) {
        const GraphqlFragment* fragment = find_fragment(document_, selection.name);
        if (fragment != nullptr && !measure(fragment->selections, level, limits, fields)) return false;
        continue;
      }
      const bool is_field = selection.kind == GraphqlSelection::Kind::kField;
      if (is_field && level > limits.depth)
        return bad(selection.begin, joined("The query depth exceeds the limit of ", limits.depth, ".")), false;
      if (is_field && ++fields > limits.fields)
        return bad(selection.begin, joined("The number of query fields exceeds the limit of ", limits.fields, ".")),
               false;
      if (!measure(selection.selections, is_field ? level + 1 : level, limits, fields)) return false;
    }
    return true;
  }

  // ---- operations
  // -----------------------------------------------------------------------------------------------------------------

  void check_operation(GraphqlOperation& operation) {
    constexpr std::string_view kWords[] = {"query", "mutation", "subscription"};
    constexpr std::string_view kLocations[] = {"QUERY", "MUTATION", "SUBSCRIPTION"};
    const auto kind = static_cast<std::size_t>(operation.kind);
    const GraphqlType* root = schema_.roots[kind];
    if (root == nullptr)
      return bad(operation.begin, joined("Schema is not configured to execute ", kWords[kind], " operation."));
    operation_ = &operation;
    check_variables(operation);
    check_directives(operation.directives, kLocations[kind]);
    check_selections(operation.selections, *root);
    for (GraphqlFragment& fragment : document_.fragments) fragment.mark = 0;
    check_uses(operation.selections);
    if (operation.kind == GraphqlOperationKind::kSubscription && operation.selections.size > 1)
      bad(operation.begin, "Subscription must select only one top level field.");
    for (const GraphqlVariable& variable : operation.variables) {
      if (!variable.is_used) bad(variable.begin, joined("Variable \"$", variable.name, "\" is never used."));
    }
    operation_ = nullptr;
  }

  void check_variables(const GraphqlOperation& operation) {
    if (is_too_long(operation.variables.size, operation.begin)) return;
    for (const GraphqlVariable& variable : operation.variables) {
      for (const GraphqlVariable& other : operation.variables) {
        if (&other == &variable) break;
        if (other.name == variable.name)
          bad(variable.begin, joined("There can be only one variable named \"$", variable.name, "\"."));
      }
      check_directives(variable.directives, "VARIABLE_DEFINITION");
      const GraphqlType* type = schema_.find(variable.type->base_name());
      if (type == nullptr) {
        bad(variable.begin, joined("Unknown type \"", variable.type->base_name(), "\"."));
      } else if (!type->is_input()) {
        bad(variable.begin,
            joined("Variable \"$", variable.name, "\" cannot be non-input type \"", text_of(*variable.type), "\"."));
      } else if (variable.fallback != nullptr) {
        check_value(*variable.fallback, *variable.type, *type, false);
      }
    }
  }

  /// Variables in everything that the operation reaches.
  void check_uses(const Selections& selections) {
    for (const GraphqlSelection& selection : selections) {
      use_arguments(selection.arguments, selection.definition == nullptr ? std::span<const GraphqlInput>()
                                                                         : selection.definition->arguments);
      use_directives(selection.directives);
      check_uses(selection.selections);
      if (selection.kind != GraphqlSelection::Kind::kSpread) continue;
      GraphqlFragment* fragment = find_fragment(document_, selection.name);
      if (fragment == nullptr || fragment->mark != 0) continue;
      fragment->mark = 1;
      use_directives(fragment->directives);
      check_uses(fragment->selections);
    }
  }

  void use_directives(const GraphqlList<GraphqlDirective>& directives) {
    for (const GraphqlDirective& directive : directives) {
      const GraphqlDirectiveType* type = schema_.find_directive(directive.name);
      use_arguments(directive.arguments, type == nullptr ? std::span<const GraphqlInput>() : type->arguments);
    }
  }

  void use_arguments(const GraphqlList<GraphqlArgument>& arguments, std::span<const GraphqlInput> defined) {
    for (const GraphqlArgument& argument : arguments) {
      const auto found = std::find_if(defined.begin(), defined.end(),
                                      [&](const GraphqlInput& input) { return input.name == argument.name; });
      const bool known = found != defined.end();
      use_value(*argument.value, known ? found->type : nullptr, known ? found->base : nullptr,
                known && found->fallback != nullptr);
    }
  }

  void use_value(const GraphqlValue& value, const GraphqlTypeRef* type, const GraphqlType* base, bool has_fallback) {
    if (value.kind == GraphqlValueKind::kVariable) return use_variable(value, type, has_fallback);
    const GraphqlTypeRef* item = value.kind == GraphqlValueKind::kList && type != nullptr ? type->item : nullptr;
    for (const GraphqlValue& part : value.items) {
      if (value.kind == GraphqlValueKind::kList) {
        use_value(part, item, base, false);
        continue;
      }
      const GraphqlInput* input = base == nullptr ? nullptr : find_input(base->inputs, part.name);
      use_value(part, input == nullptr ? nullptr : input->type, input == nullptr ? nullptr : input->base,
                input != nullptr && input->fallback != nullptr);
    }
  }

  void use_variable(const GraphqlValue& value, const GraphqlTypeRef* wanted, bool has_fallback) {
    for (GraphqlVariable& variable : operation_->variables) {
      if (variable.name != value.text) continue;
      variable.is_used = true;
      if (wanted == nullptr || schema_.find(variable.type->base_name()) == nullptr) return;
      GraphqlTypeRef given = *variable.type;
      const bool has_own = variable.fallback != nullptr && variable.fallback->kind != GraphqlValueKind::kNull;
      if (has_own || has_fallback) given.is_non_null = true;
      if (!is_subtype(given, *wanted))
        bad(value.begin, joined("Variable \"$", variable.name, "\" of type \"", text_of(*variable.type),
                                "\" used in position expecting type \"", text_of(*wanted), "\"."));
      return;
    }
    bad(value.begin,
        joined("Variable \"$", value.text, "\" is not defined",
               operation_->name.empty() ? std::string(".") : joined(" by operation \"", operation_->name, "\".")));
  }

  // ---- selections
  // -----------------------------------------------------------------------------------------------------------------

  void check_selections(const Selections& selections, const GraphqlType& parent) {
    for (GraphqlSelection& selection : selections) {
      if (!run_.spend(8)) return;
      selection.parent = &parent;
      switch (selection.kind) {
        case GraphqlSelection::Kind::kField:
          check_field(selection, parent);
          break;
        case GraphqlSelection::Kind::kSpread:
          check_spread(selection, parent);
          break;
        case GraphqlSelection::Kind::kInline:
          check_inline(selection, parent);
          break;
      }
    }
  }

  const GraphqlField* definition_of(std::string_view name, const GraphqlType& parent) const {
    if (name == "__typename" || ((name == "__schema" || name == "__type") && &parent == schema_.roots[0]))
      return meta_->field(name);
    return parent.field(name);
  }

  void check_field(GraphqlSelection& field, const GraphqlType& parent) {
    check_directives(field.directives, "FIELD");
    field.definition = definition_of(field.name, parent);
    if (field.definition == nullptr)
      return bad(field.begin, joined("Cannot query field \"", field.name, "\" on type \"", parent.name, "\"."));
    check_arguments(field.arguments, field.definition->arguments, field.begin,
                    joined("\"", parent.name, ".", field.name, "\""), "Field", field.name);
    const GraphqlType& type = *field.definition->base;
    if (!type.is_composite() && field.has_selections)
      return bad(field.begin, joined("Field \"", field.name, "\" must not have a selection since type \"",
                                     text_of(*field.definition->type), "\" has no subfields."));
    if (type.is_composite() && !field.has_selections)
      return bad(field.begin, joined("Field \"", field.name, "\" of type \"", text_of(*field.definition->type),
                                     "\" must have a selection of subfields."));
    if (field.has_selections) check_selections(field.selections, type);
  }

  void check_spread(const GraphqlSelection& spread, const GraphqlType& parent) {
    check_directives(spread.directives, "FRAGMENT_SPREAD");
    const GraphqlFragment* fragment = find_fragment(document_, spread.name);
    if (fragment == nullptr) return bad(spread.begin, joined("Unknown fragment \"", spread.name, "\"."));
    const GraphqlType* type = schema_.find(fragment->type_condition);
    if (type != nullptr && type->is_composite() && !overlap(*type, parent))
      bad(spread.begin, joined("Fragment \"", spread.name, "\" cannot be spread here as objects of type \"",
                               parent.name, "\" can never be of type \"", type->name, "\"."));
  }

  void check_inline(const GraphqlSelection& inlined, const GraphqlType& parent) {
    check_directives(inlined.directives, "INLINE_FRAGMENT");
    if (inlined.type_condition.empty()) return check_selections(inlined.selections, parent);
    const GraphqlType* type =
        check_condition(inlined.type_condition, inlined.begin, "Fragment cannot condition on non composite type \"");
    if (type == nullptr) return;
    if (!overlap(*type, parent))
      bad(inlined.begin, joined("Fragment cannot be spread here as objects of type \"", parent.name,
                                "\" can never be of type \"", type->name, "\"."));
    check_selections(inlined.selections, *type);
  }

  // ---- arguments and values
  // -------------------------------------------------------------------------------------------------------

  static const GraphqlInput* find_input(std::span<const GraphqlInput> inputs, std::string_view name) {
    for (const GraphqlInput& input : inputs) {
      if (input.name == name) return &input;
    }
    return nullptr;
  }

  void check_arguments(const GraphqlList<GraphqlArgument>& given, std::span<const GraphqlInput> defined,
                       std::uint32_t offset, std::string_view owner, std::string_view kind, std::string_view name) {
    if (is_too_long(given.size, offset)) return;
    for (const GraphqlArgument& argument : given) {
      for (const GraphqlArgument& other : given) {
        if (&other == &argument) break;
        if (other.name == argument.name)
          bad(argument.begin, joined("There can be only one argument named \"", argument.name, "\"."));
      }
      const GraphqlInput* input = find_input(defined, argument.name);
      if (input == nullptr) {
        bad(argument.begin, kind == "Field"
                                ? joined("Unknown argument \"", argument.name, "\" on field ", owner, ".")
                                : joined("Unknown argument \"", argument.name, "\" on directive ", owner, "."));
      } else {
        check_value(*argument.value, *input->type, *input->base, true);
      }
    }
    for (const GraphqlInput& input : defined) {
      if (!input.is_required()) continue;
      bool found = false;
      for (const GraphqlArgument& argument : given) found = found || argument.name == input.name;
      if (!found)
        bad(offset, joined(kind, " \"", kind == "Field" ? "" : "@", name, "\" argument \"", input.name, "\" of type \"",
                           text_of(*input.type), "\" is required, but it was not provided."));
    }
  }

  void check_directives(const GraphqlList<GraphqlDirective>& directives, std::string_view location) {
    if (!directives.empty() && is_too_long(directives.size, directives.first->begin)) return;
    for (const GraphqlDirective& directive : directives) {
      const GraphqlDirectiveType* type = schema_.find_directive(directive.name);
      if (type == nullptr) {
        bad(directive.begin, joined("Unknown directive \"@", directive.name, "\"."));
        continue;
      }
      if (std::find(type->locations.begin(), type->locations.end(), location) == type->locations.end())
        bad(directive.begin, joined("Directive \"@", directive.name, "\" may not be used on ", location, "."));
      for (const GraphqlDirective& other : directives) {
        if (&other == &directive) break;
        if (other.name == directive.name && !type->is_repeatable)
          bad(directive.begin,
              joined("The directive \"@", directive.name, "\" can only be used once at this location."));
      }
      check_arguments(directive.arguments, type->arguments, directive.begin, joined("\"@", directive.name, "\""),
                      "Directive", directive.name);
    }
  }

  // The text of a value, for messages.
  static std::string shown(const GraphqlValue& value) {
    if (value.kind == GraphqlValueKind::kString) return joined("\"", value.text.substr(0, 60), "\"");
    if (value.kind == GraphqlValueKind::kList) return "[…]";
    if (value.kind == GraphqlValueKind::kObject) return "{…}";
    return std::string(value.text.substr(0, 60));
  }

  void check_value(const GraphqlValue& value, const GraphqlTypeRef& type, const GraphqlType& base,
                   bool allows_variables) {
    if (value.kind == GraphqlValueKind::kVariable && allows_variables) return;  // check_uses looks at its type
    if (value.kind == GraphqlValueKind::kNull) {
      if (type.is_non_null) bad(value.begin, joined("Expected value of type \"", text_of(type), "\", found null."));
      return;
    }
    if (type.item != nullptr) {
      if (value.kind != GraphqlValueKind::kList)
        return check_value(value, *type.item, base, allows_variables);  // one stands for a list of one
      for (const GraphqlValue& item : value.items) check_value(item, *type.item, base, allows_variables);
      return;
    }
    if (base.kind == GraphqlTypeKind::kInput) return check_object(value, type, base, allows_variables);
    const bool fits = base.kind == GraphqlTypeKind::kEnum
                          ? value.kind == GraphqlValueKind::kEnum &&
                                std::find(base.values.begin(), base.values.end(), value.text) != base.values.end()
                          : fits_scalar(value, base.name);
    if (!fits) bad(value.begin, joined("Expected value of type \"", text_of(type), "\", found ", shown(value), "."));
  }

  static bool fits_scalar(const GraphqlValue& value, std::string_view name) {
    using Kind = GraphqlValueKind;
    if (name == "Int") {
      std::int32_t number = 0;
      return value.kind == Kind::kInt &&
             std::from_chars(value.text.data(), value.text.data() + value.text.size(), number).ec == std::errc{};
    }
    if (name == "Float") return value.kind == Kind::kInt || value.kind == Kind::kFloat;
    if (name == "String") return value.kind == Kind::kString;
    if (name == "Boolean") return value.kind == Kind::kBoolean;
    if (name == "ID") return value.kind == Kind::kString || value.kind == Kind::kInt;
    return true;  // a custom scalar says for itself
  }

  void check_object(const GraphqlValue& value, const GraphqlTypeRef& type, const GraphqlType& base,
                    bool allows_variables) {
    if (value.kind != GraphqlValueKind::kObject)
      return bad(value.begin, joined("Expected value of type \"", text_of(type), "\", found ", shown(value), "."));
    if (is_too_long(value.items.size, value.begin)) return;
    for (const GraphqlValue& field : value.items) {
      for (const GraphqlValue& other : value.items) {
        if (&other == &field) break;
        if (other.name == field.name)
          bad(field.begin, joined("There can be only one input field named \"", field.name, "\"."));
      }
      const GraphqlInput* input = find_input(base.inputs, field.name);
      if (input == nullptr) {
        bad(field.begin, joined("Field \"", field.name, "\" is not defined by type \"", base.name, "\"."));
      } else {
        check_value(field, *input->type, *input->base, allows_variables);
      }
    }
    for (const GraphqlInput& input : base.inputs) {
      if (!input.is_required()) continue;
      bool found = false;
      for (const GraphqlValue& field : value.items) found = found || field.name == input.name;
      if (!found)
        bad(value.begin, joined("Field \"", base.name, ".", input.name, "\" of required type \"", text_of(*input.type),
                                "\" was not provided."));
    }
  }

  // ---- fields that become one
  // ---------------------------------------------------------------------------------------------------

  /// Fields of one answer object by their response names; the query has at most a few hundred, so pairs are affordable.
  void collect(const Selections& selections, std::vector<const GraphqlSelection*>& fields) {
    for (const GraphqlSelection& selection : selections) {
      if (selection.kind == GraphqlSelection::Kind::kField) {
        fields.push_back(&selection);
      } else if (selection.kind == GraphqlSelection::Kind::kInline) {
        collect(selection.selections, fields);
      } else if (const GraphqlFragment* fragment = find_fragment(document_, selection.name)) {
        collect(fragment->selections, fields);
      }
    }
  }

  void check_merging(const GraphqlOperation& operation) {
    std::vector<const GraphqlSelection*> fields;
    collect(operation.selections, fields);
    check_merging(fields, 0);
  }

  void check_merging(const std::vector<const GraphqlSelection*>& fields, std::uint32_t depth) {
    if (depth > kMostGraphqlNesting) return;
    std::vector<bool> done(fields.size(), false);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (done[i]) continue;
      std::vector<const GraphqlSelection*> below;
      collect(fields[i]->selections, below);
      for (std::size_t j = i + 1; j < fields.size(); ++j) {
        if (fields[j]->key() != fields[i]->key()) continue;
        if (!run_.spend(8)) return;
        done[j] = true;
        if (!can_merge(*fields[i], *fields[j])) continue;
        collect(fields[j]->selections, below);
      }
      if (!below.empty()) check_merging(below, depth + 1);
    }
  }

  bool can_merge(const GraphqlSelection& a, const GraphqlSelection& b) {
    if (a.definition == nullptr || b.definition == nullptr) return false;
    const bool are_apart = a.parent != b.parent && a.parent->kind == GraphqlTypeKind::kObject &&
                           b.parent->kind == GraphqlTypeKind::kObject;
    std::string_view why;
    if (!are_apart && a.name != b.name) why = "they are different fields";
    if (why.empty() && !are_apart && !same_arguments(a.arguments, b.arguments)) why = "they have differing arguments";
    if (why.empty() && !same_shape(*a.definition, *b.definition)) why = "they return conflicting types";
    if (why.empty()) return true;
    bad(b.begin, joined("Fields \"", a.key(), "\" conflict because ", why,
                        ". Use different aliases on the fields to fetch both if this was intentional."));
    return false;
  }

  static bool same_shape(const GraphqlField& a, const GraphqlField& b) {
    if (text_of(*a.type) == text_of(*b.type)) return true;
    if (!a.base->is_composite() || !b.base->is_composite()) return false;
    const GraphqlTypeRef* left = a.type;
    const GraphqlTypeRef* right = b.type;
    while (left != nullptr && right != nullptr) {
      if (left->is_non_null != right->is_non_null || (left->item == nullptr) != (right->item == nullptr)) return false;
      left = left->item;
      right = right->item;
    }
    return true;
  }

  static bool same_value(const GraphqlValue& a, const GraphqlValue& b) {
    if (a.kind != b.kind || a.items.size != b.items.size) return false;
    if (a.items.empty())
      return a.kind == GraphqlValueKind::kList || a.kind == GraphqlValueKind::kObject || a.text == b.text;
    const GraphqlValue* right = b.items.first;
    for (const GraphqlValue& left : a.items) {
      const GraphqlValue* other = right;
      if (a.kind == GraphqlValueKind::kObject) {
        for (other = b.items.first; other != nullptr && other->name != left.name;) other = other->next;
      }
      if (other == nullptr || !same_value(left, *other)) return false;
      right = right->next;
    }
    return true;
  }

  static bool same_arguments(const GraphqlList<GraphqlArgument>& a, const GraphqlList<GraphqlArgument>& b) {
    if (a.size != b.size) return false;
    for (const GraphqlArgument& left : a) {
      bool found = false;
      for (const GraphqlArgument& right : b)
        found = found || (left.name == right.name && same_value(*left.value, *right.value));
      if (!found) return false;
    }
    return true;
  }

  Run& run_;
  const GraphqlSchema& schema_;
  GraphqlDocument& document_;
  GraphqlErrors& errors_;
  const GraphqlType* meta_;
  GraphqlOperation* operation_ = nullptr;
};

/// Walks what is left of a selection set.
class Marker {
 public:
  Marker(GraphqlDocument& document, GraphqlOperation& operation) : document_(document), operation_(operation) {}

  void walk(const Selections& selections) {
    for (const GraphqlSelection& selection : selections) {
      if (selection.is_removed) continue;
      for (const GraphqlArgument& argument : selection.arguments) use(*argument.value);
      directives(selection.directives);
      walk(selection.selections);
      if (selection.kind != GraphqlSelection::Kind::kSpread) continue;
      GraphqlFragment* fragment = find_fragment(document_, selection.name);
      if (fragment == nullptr || fragment->is_used) continue;
      fragment->is_used = true;
      directives(fragment->directives);
      walk(fragment->selections);
    }
  }
  void directives(const GraphqlList<GraphqlDirective>& all) {
    for (const GraphqlDirective& directive : all) {
      for (const GraphqlArgument& argument : directive.arguments) use(*argument.value);
    }
  }

 private:
  void use(const GraphqlValue& value) {
    for (GraphqlVariable& variable : operation_.variables)
      variable.is_used = variable.is_used || (value.kind == GraphqlValueKind::kVariable && variable.name == value.text);
    for (const GraphqlValue& item : value.items) use(item);
  }

  GraphqlDocument& document_;
  GraphqlOperation& operation_;
};

}  // namespace

void mark_used(GraphqlDocument& document, GraphqlOperation& operation) {
  Marker marker(document, operation);
  marker.directives(operation.directives);
  marker.walk(operation.selections);
}

void validate_graphql(Run& run, const GraphqlSchema& schema, GraphqlDocument& document, GraphqlOperation& chosen,
                      const GraphqlLimits& limits, GraphqlErrors& errors) {
  Validator(run, schema, document, errors).validate(chosen, limits);
  if (run.failed()) {
    run.pending = nullptr;
    if (errors.empty()) errors.add(run.arena, "The query takes too long to check.");
  }
}

}  // namespace portcullis
