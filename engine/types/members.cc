// Members of types: rows are scanned for their names at a type's first use, and parsed when a name is first asked for.
// Constructed types substitute what their definition has.
#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "engine/types/table_state.h"

namespace portcullis {
namespace {

struct RowName {
  std::string_view name;
  std::uint32_t row;
};

constexpr std::uint32_t kNoRow = 0xFFFFFFFF;  // of a delegate's Invoke, which stands in the header

MemberGroup* find_group(MemberTable& table, std::string_view name) {
  const auto found = std::ranges::lower_bound(table.groups, name, {}, &MemberGroup::name);
  return found != table.groups.end() && found->name == name ? &*found : nullptr;
}

const Type& open_of(const Type& type) { return type.generic != nullptr ? *type.generic : type; }

}  // namespace

// ---- types in declarations -------------------------------------------------------------------------------------------------

const Type* TypeTable::State::resolve(std::string_view text, const Scope& scope) {
  // Suffixes bind from the right: `int?[]` is an array of nullables. Of several ranks the leftmost is the outermost, which
  // makes no difference for the one-dimensional arrays that the tables use.
  text = trim_spaces(text);
  if (text.ends_with('?')) {
    const Type* element = resolve(text.substr(0, text.size() - 1), scope);
    if (element == nullptr) return nullptr;
    return element->is_value_type || element->kind == TypeKind::kTypeParameter ? &nullable_of(*element) : element;
  }
  if (text.ends_with(']')) {
    const std::size_t open = text.rfind('[');
    PC_CHECK(open != std::string_view::npos, "an array type in a declaration has both brackets");
    const Type* element = resolve(text.substr(0, open), scope);
    const std::size_t commas = text.size() - open - 2;
    return element == nullptr ? nullptr : &array_of(*element, static_cast<std::uint8_t>(commas + 1));
  }
  if (text.starts_with('(')) return resolve_tuple(text.substr(1, text.size() - 2), scope);
  return resolve_simple(text, scope);
}

const Type* TypeTable::State::resolve_simple(std::string_view text, const Scope& scope) {
  const std::size_t open = text.find('<');
  if (open == std::string_view::npos) {
    for (const Type* parameter : scope.method_parameters) {
      if (parameter->name == text) return parameter;
    }
    for (const Type* parameter : scope.type_parameters) {
      if (parameter->name == text) return parameter;
    }
    if (const Type* keyword = find_keyword(text)) return keyword;
  }
  const Type* arguments[8];
  std::size_t count = 0;
  const std::string_view full = text.substr(0, open);
  if (open != std::string_view::npos) {
    std::string_view list = text.substr(open + 1, text.size() - open - 2);
    for (std::string_view item; next_item(list, item); ++count) {
      PC_CHECK(count < std::size(arguments), "a type in a declaration has at most eight type arguments");
      arguments[count] = resolve(item, scope);
      if (arguments[count] == nullptr) return nullptr;
    }
  }
  const std::size_t dot = full.rfind('.');
  const Node* node = dot == std::string_view::npos ? find_any(full, count, scope.namespace_name)
                                                   : find_in(full.substr(0, dot), full.substr(dot + 1), count);
  if (node == nullptr) {
    if (full == "dynamic") return &known_type(Known::kObject);
    return nullptr;
  }
  return count == 0 ? static_cast<const Type*>(node) : &construct(*node, std::span<const Type* const>(arguments, count));
}

const Type* TypeTable::State::resolve_tuple(std::string_view inside, const Scope& scope) {
  const Type* types[8];
  std::string_view item_names[8];
  std::size_t count = 0;
  for (std::string_view item; next_item(inside, item); ++count) {
    PC_CHECK(count < std::size(types), "a tuple in a declaration has at most eight elements");
    const std::size_t length = type_length(item);
    types[count] = resolve(item.substr(0, length), scope);
    item_names[count] = trim_spaces(item.substr(length));
    if (types[count] == nullptr) return nullptr;
  }
  return &record_of(TypeKind::kTuple, std::span<const Type* const>(types, count),
                    std::span<const std::string_view>(item_names, count));
}

bool TypeTable::State::read_parameters(std::string_view list, const Scope& scope, std::span<Parameter>* parameters) {
  const std::size_t count = count_items(list);
  const std::span<Parameter> made{static_cast<Parameter*>(arena.allocate(sizeof(Parameter) * count, alignof(Parameter))), count};
  std::size_t i = 0;
  for (std::string_view item; next_item(list, item); ++i) {
    const ParameterSyntax syntax = split_parameter(item);
    const Type* type = resolve(syntax.type, scope);
    if (type == nullptr) {
      problem("unknown type `" + std::string(syntax.type) + "`");
      return false;
    }
    new (&made[i]) Parameter{.name = syntax.name, .type = type, .mode = syntax.mode, .is_optional = syntax.is_optional,
                             .is_this = syntax.is_this, .default_text = syntax.default_text};
  }
  *parameters = made;
  return true;
}

bool TypeTable::State::read_constraints(std::string_view text, const Scope& scope, std::span<const Constraint>* constraints) {
  std::vector<Constraint> found;
  std::string_view parameter;
  for (std::string_view list; next_constraint(text, parameter, list);) {
    const Type* constrained = resolve(parameter, scope);
    for (std::string_view item; next_item(list, item);) {
      if (item == "new()" || item == "notnull") continue;
      Constraint constraint;
      constraint.is_class = item == "class";
      constraint.is_struct = item == "struct";
      const bool is_type = !constraint.is_class && !constraint.is_struct;
      if (is_type) constraint.type = resolve(item, scope);
      if (constrained == nullptr || (is_type && constraint.type == nullptr)) {
        problem("unknown type in a constraint `" + std::string(item) + "`");
        return false;
      }
      constraint.parameter_index = constrained->parameter_index;
      found.push_back(constraint);
    }
  }
  *constraints = arena.copy(std::span<const Constraint>(found));
  return true;
}

// ---- tables ----------------------------------------------------------------------------------------------------------------

MemberTable& TypeTable::State::members_of(Node& node) {
  if (node.members == nullptr) node.members = node.generic != nullptr ? scan_open(node) : scan_rows(node);
  return *node.members;
}

// A constructed type has the groups of its definition, with infos of its own.
MemberTable* TypeTable::State::scan_open(const Node& node) {
  const MemberTable& open = members_of(node_of(*node.generic));
  MemberTable* table = arena.make<MemberTable>();
  table->groups = arena.copy(std::span<const MemberGroup>(open.groups));
  for (MemberGroup& group : table->groups) group.is_ready = false;
  table->infos = arena.array<const MemberInfo*>(open.infos.size());
  table->rows = open.rows;
  return table;
}

MemberTable* TypeTable::State::scan_rows(const Node& node) {
  MemberTable* table = arena.make<MemberTable>();
  if (node.definition == nullptr || node.kind == TypeKind::kNullable) return table;
  std::vector<RowName> names_of_rows;
  if (node.kind == TypeKind::kDelegate) names_of_rows.push_back({"Invoke", kNoRow});
  const auto add = [&](std::string_view name) {
    names_of_rows.push_back({name, static_cast<std::uint32_t>(names_of_rows.size())});
  };
  if (node.kind == TypeKind::kEnum) {
    for (const EnumValue& value : node.definition->values) add(value.name);
  } else if (node.kind != TypeKind::kDelegate) {
    for (const Member& row : node.definition->members) add(split_member(row.declaration).name);
  }
  std::ranges::stable_sort(names_of_rows, {}, &RowName::name);

  const std::span<std::uint32_t> rows = arena.array<std::uint32_t>(names_of_rows.size());
  std::vector<MemberGroup> groups;
  for (std::uint32_t i = 0; i < names_of_rows.size(); ++i) {
    rows[i] = names_of_rows[i].row;
    if (groups.empty() || groups.back().name != names_of_rows[i].name) groups.push_back({names_of_rows[i].name, i, 0, false});
    ++groups.back().count;
  }
  table->groups = arena.copy(std::span<const MemberGroup>(groups));
  table->infos = arena.array<const MemberInfo*>(rows.size());
  table->rows = rows;
  return table;
}

// Makes the members of one group; rows that name an unknown type are left out (see `problems`).
void TypeTable::State::fill(Node& node, MemberGroup& group) {
  group.is_ready = true;
  MemberTable& table = *node.members;
  std::uint32_t made = 0;
  if (node.generic != nullptr) {
    Node& open = node_of(*node.generic);
    MemberGroup* open_group = find_group(members_of(open), group.name);
    if (!open_group->is_ready) fill(open, *open_group);
    for (; made < open_group->count; ++made) {
      table.infos[group.first + made] = substitute_member(*open.members->infos[open_group->first + made], node);
    }
  } else {
    for (std::uint32_t i = 0; i < group.count; ++i) {
      const std::uint32_t row = table.rows[group.first + i];
      const MemberInfo* info = row == kNoRow                        ? make_invoke(node)
                               : node.kind == TypeKind::kEnum ? make_enum_constant(node, node.definition->values[row])
                                                              : make_member(node, node.definition->members[row]);
      if (info != nullptr) table.infos[group.first + made++] = info;
    }
  }
  group.count = made;
}

const MemberInfo* TypeTable::State::make_member(const Node& node, const Member& row) {
  const MemberSyntax syntax = split_member(row.declaration);
  Scope scope{.namespace_name = node.namespace_name, .type_parameters = node.arguments, .method_parameters = {}};
  scope.method_parameters = make_type_parameters(syntax.type_parameters);
  for (const Type* parameter : scope.method_parameters) node_of(*parameter).is_method_parameter = true;
  const Type* type = syntax.kind == MemberKind::kConstructor ? &node : resolve(syntax.type, scope);
  std::span<Parameter> parameters;
  std::span<const Constraint> constraints;
  if (type == nullptr || !read_parameters(syntax.parameters, scope, &parameters) ||
      !read_constraints(syntax.constraints, scope, &constraints)) {
    problem("left out of " + std::string(node.name) + ": `" + std::string(row.declaration) + "`");
    return nullptr;
  }
  MemberInfo& info = *static_cast<MemberInfo*>(arena.allocate(sizeof(MemberInfo), alignof(MemberInfo)));
  return new (&info) MemberInfo{.kind = syntax.kind, .is_static = syntax.is_static, .is_extension = syntax.is_extension,
                                .is_constant = syntax.is_constant, .has_setter = syntax.has_setter, .name = syntax.name,
                                .declaring = &node, .type = type, .parameters = parameters,
                                .type_parameters = scope.method_parameters, .row = &row, .constraints = constraints};
}

const MemberInfo* TypeTable::State::make_enum_constant(const Node& node, const EnumValue& value) {
  Member* row = arena.make<Member>();
  row->declaration = value.name;
  row->constant = Slot::of(value.value);
  return arena.make<MemberInfo>(MemberInfo{.kind = MemberKind::kProperty, .is_static = true, .is_constant = true,
                                           .name = value.name, .declaring = &node, .type = &node, .parameters = {},
                                           .type_parameters = {}, .row = row});
}

const MemberInfo* TypeTable::State::make_invoke(const Node& node) {
  const Scope scope{.namespace_name = node.namespace_name, .type_parameters = node.arguments, .method_parameters = {}};
  const Type* type = resolve(node.syntax.result, scope);
  std::span<Parameter> parameters;
  if (type == nullptr || !read_parameters(node.syntax.parameters, scope, &parameters)) {
    problem("left out: Invoke of delegate " + std::string(node.name));
    return nullptr;
  }
  return arena.make<MemberInfo>(MemberInfo{.kind = MemberKind::kMethod, .name = "Invoke", .declaring = &node, .type = type,
                                           .parameters = parameters, .type_parameters = {}, .row = nullptr});
}

const MemberInfo* TypeTable::State::substitute_member(const MemberInfo& open, const Node& node) {
  MemberInfo* info = arena.make<MemberInfo>(open);
  info->declaring = &node;
  info->type = open.kind == MemberKind::kConstructor ? &node : &substitute(*open.type, node.arguments, {});
  const std::span<Parameter> parameters = arena.copy(open.parameters);
  for (Parameter& parameter : parameters) parameter.type = &substitute(*parameter.type, node.arguments, {});
  info->parameters = parameters;
  return info;
}

std::span<const MemberInfo* const> TypeTable::State::declared(Node& node, std::string_view name) {
  MemberTable& table = members_of(node);
  MemberGroup* group = find_group(table, name);
  if (group == nullptr) return {};
  if (!group->is_ready) fill(node, *group);
  return table.infos.subspan(group->first, group->count);
}

std::span<const MemberInfo* const> TypeTable::State::list(Node& node) {
  MemberTable& table = members_of(node);
  if (table.is_listed) return table.in_order;
  table.is_listed = true;
  std::vector<std::pair<std::uint32_t, const MemberInfo*>> rows;
  for (MemberGroup& group : table.groups) {
    if (!group.is_ready) fill(node, group);
    for (std::uint32_t i = group.first; i < group.first + group.count; ++i) rows.push_back({table.rows[i], table.infos[i]});
  }
  std::ranges::stable_sort(rows, {}, &std::pair<std::uint32_t, const MemberInfo*>::first);
  const std::span<const MemberInfo*> infos = arena.array<const MemberInfo*>(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) infos[i] = rows[i].second;
  table.in_order = infos;
  return table.in_order;
}

// ---- extension methods -----------------------------------------------------------------------------------------------------

void TypeTable::State::index_extensions() {
  extensions_indexed = true;
  for (const Type* type : definitions) {
    if (!type->is_static || type->definition == nullptr || type->kind != TypeKind::kClass) continue;
    for (const Member& row : type->definition->members) {
      const MemberSyntax syntax = split_member(row.declaration);
      if (!syntax.is_extension) continue;
      std::vector<Node*>& owners = extension_owners[syntax.name];
      if (owners.empty() || owners.back() != type) owners.push_back(&node_of(*type));
    }
  }
}

std::span<const MemberInfo* const> TypeTable::State::extensions(std::string_view name) {
  if (!extensions_indexed) index_extensions();
  const auto owners = extension_owners.find(name);
  if (owners == extension_owners.end()) return {};
  const auto cached = extension_cache.find(name);
  if (cached != extension_cache.end()) return cached->second;
  std::vector<const MemberInfo*> found;
  for (Node* owner : owners->second) {
    for (const MemberInfo* member : declared(*owner, name)) {
      if (member->is_extension) found.push_back(member);
    }
  }
  const std::span<const MemberInfo* const> kept = arena.copy(std::span<const MemberInfo* const>(found));
  extension_cache.emplace(owners->first, kept);
  return kept;
}

// ---- the public side ------------------------------------------------------------------------------------------------------

std::span<const MemberInfo* const> TypeTable::declared(const Type& type, std::string_view name) const {
  if (open_of(type).definition == nullptr) return {};
  const std::lock_guard lock(state_->mutex);
  return state_->declared(node_of(type), name);
}

std::span<const MemberInfo* const> TypeTable::declared(const Type& type) const {
  if (open_of(type).definition == nullptr) return {};
  const std::lock_guard lock(state_->mutex);
  return state_->list(node_of(type));
}

std::span<const MemberInfo* const> TypeTable::extensions(std::string_view name) const {
  const std::lock_guard lock(state_->mutex);
  return state_->extensions(name);
}

const MemberInfo* TypeTable::invoke_of(const Type& delegate) const {
  if (delegate.kind != TypeKind::kDelegate) return nullptr;
  const std::span<const MemberInfo* const> found = declared(delegate, "Invoke");
  return found.empty() ? nullptr : found[0];
}

std::vector<std::string> TypeTable::problems() const {
  const std::lock_guard lock(state_->mutex);
  for (const Type* type : state_->definitions) state_->list(node_of(*type));
  std::vector<std::string> all = state_->problems;
  for (const Type* type : state_->known) {
    const bool is_made_here = type->is(Known::kKeyValuePair2) || type->is(Known::kVoid);
    if (type->definition == nullptr && !is_made_here) all.push_back("no definition of " + full_name(*type));
  }
  return all;
}

}  // namespace portcullis
