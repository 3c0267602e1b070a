// Interned types: reading the headers of the definitions, names, construction, substitution. Members are in members.cc.
#include "engine/types/type_table.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "engine/types/table_state.h"

namespace portcullis {

const TypeOperations* key_value_pair_operations();  // library.cc

namespace {

constexpr std::uint64_t kSeed = 0xCBF29CE484222325;

constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash ^= value;
  hash *= 0x9E3779B97F4A7C15;
  return hash ^ (hash >> 29);
}

constexpr std::uint64_t hash_text(std::string_view text) {
  std::uint64_t hash = kSeed;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash ^ (hash >> 32);
}

constexpr std::uint64_t hash_name(std::string_view name, std::size_t arity) { return mix(hash_text(name), arity); }

std::uint64_t hash_pointer(std::uint64_t hash, const void* pointer) {
  return mix(hash, reinterpret_cast<std::uintptr_t>(pointer) >> 4);
}

struct KnownName {
  std::string_view full_name;
  std::string_view namespace_name;
  std::string_view name;
  std::size_t arity = 0;
};

constexpr KnownName split_known(std::string_view full) {
  KnownName known;
  known.full_name = full;
  const std::size_t tick = full.find('`');
  const std::string_view plain = full.substr(0, tick);
  const std::size_t dot = plain.rfind('.');
  known.namespace_name = plain.substr(0, dot);
  known.name = plain.substr(dot + 1);
  if (tick != std::string_view::npos) known.arity = static_cast<std::size_t>(full[tick + 1] - '0');
  return known;
}

constexpr std::array kKnownNames = {
#define PC_KNOWN(enumerator, full_name) split_known(full_name),
#include "engine/types/known.def"
#undef PC_KNOWN
};

// Namespaces whose types policies name without the namespace. source: language.md#1.3
constexpr std::string_view kImported[] = {
    "System", "System.Collections.Generic", "System.Linq", "System.Text", "System.Text.RegularExpressions", "System.Xml.Linq",
    "Newtonsoft.Json", "Newtonsoft.Json.Linq", "System.Security.Cryptography", "System.Security.Cryptography.X509Certificates",
    "Microsoft.Azure.ApiManagement", "System.Net", "System.Globalization", "System.Collections", "System.Xml"};

struct Keyword {
  std::string_view word;
  Known known;
};
constexpr Keyword kKeywords[] = {
    {"bool", Known::kBoolean}, {"byte", Known::kByte}, {"char", Known::kChar}, {"decimal", Known::kDecimal},
    {"double", Known::kDouble}, {"float", Known::kSingle}, {"int", Known::kInt32}, {"long", Known::kInt64},
    {"object", Known::kObject}, {"sbyte", Known::kSByte}, {"short", Known::kInt16}, {"string", Known::kString},
    {"uint", Known::kUInt32}, {"ulong", Known::kUInt64}, {"ushort", Known::kUInt16}, {"void", Known::kVoid}};

// What a Known type is when the tables do not define it: enough for conversions and slots.
void shape_placeholder(Node& node, Known known) {
  const auto make_struct = [&](Storage storage) {
    node.kind = TypeKind::kStruct;
    node.storage = storage;
  };
  switch (known) {
    case Known::kVoid: node.kind = TypeKind::kVoid; return;
    case Known::kBoolean:
    case Known::kDateTime:
    case Known::kTimeSpan: return make_struct(Storage::kInteger);
    case Known::kSingle: return make_struct(Storage::kFloat);
    case Known::kDouble: return make_struct(Storage::kDouble);
    case Known::kDecimal:
    case Known::kBigInteger:
    case Known::kDateTimeOffset:
    case Known::kGuid:
    case Known::kNullable:
    case Known::kJEnumerable1:
    case Known::kKeyValuePair2: return make_struct(Storage::kReference);
    case Known::kDayOfWeek:
    case Known::kDateTimeKind:
    case Known::kStringComparison:
    case Known::kJTokenType:
      node.kind = TypeKind::kEnum;
      node.storage = Storage::kInteger;
      return;
    case Known::kMatchEvaluator: node.kind = TypeKind::kDelegate; return;
    case Known::kString: node.is_sealed = true; return;
    case Known::kEnumerable: node.is_static = true; return;
    default: break;
  }
  if (known >= Known::kChar && known <= Known::kUInt64) return make_struct(Storage::kInteger);
  const std::string_view name = node.name;
  const bool is_interface = name.size() > 1 && name[0] == 'I' && name[1] >= 'A' && name[1] <= 'Z' && known != Known::kIPAddress;
  if (is_interface) node.kind = TypeKind::kInterface;
}

bool is_value_kind(TypeKind kind) {
  return kind == TypeKind::kStruct || kind == TypeKind::kEnum || kind == TypeKind::kNullable || kind == TypeKind::kTuple;
}

constexpr std::string_view kPairNames[] = {"Key", "Value"};

}  // namespace

// ---- definitions --------------------------------------------------------------------------------------------------------

TypeTable::State::State(std::span<const TypeDefinition* const> all) {
  names.resize(1024);
  shapes.resize(1024);
  definitions.reserve(all.size() + kKnownNames.size());
  for (const TypeDefinition* definition : all) add_definition(*definition);
  for (std::size_t i = 0; i < kKnownNames.size(); ++i) {
    const KnownName& name = kKnownNames[i];
    Node* node = find_in(name.namespace_name, name.name, name.arity);
    if (node == nullptr) node = &add_placeholder(static_cast<Known>(i), name.namespace_name, name.name, name.arity);
    node->known = static_cast<Known>(i);
    known[i] = node;
  }
  Node& void_node = node_of(known_type(Known::kVoid));
  void_node.kind = TypeKind::kVoid;
  void_node.is_value_type = false;
  for (const Type* type : definitions) read_bases(node_of(*type));
}

void TypeTable::State::add_definition(const TypeDefinition& definition) {
  Node& node = *arena.make<Node>();
  node.syntax = split_type(definition.declaration);
  node.kind = node.syntax.kind;
  node.name = node.syntax.name;
  node.namespace_name = node.syntax.namespace_name;
  node.is_static = node.syntax.is_static;
  node.is_abstract = node.syntax.is_abstract;
  node.is_value_type = is_value_kind(node.kind);
  node.is_sealed = node.syntax.is_sealed || node.is_value_type || node.kind == TypeKind::kDelegate;
  if (node.kind == TypeKind::kStruct) node.storage = definition.storage;
  if (node.kind == TypeKind::kEnum) node.storage = Storage::kInteger;
  node.definition = &definition;
  node.operations = definition.operations;
  node.arguments = make_type_parameters(node.syntax.type_parameters);
  node.is_open = !node.arguments.empty();
  insert_name(node);
}

Node& TypeTable::State::add_placeholder(Known which, std::string_view namespace_name, std::string_view name, std::size_t arity) {
  static constexpr std::string_view kLists[] = {"", "T1", "T1, T2", "T1, T2, T3"};
  static constexpr std::string_view kCovariant[] = {"", "out T1", "out T1, out T2"};
  Node& node = *arena.make<Node>();
  node.name = name;
  node.namespace_name = namespace_name;
  shape_placeholder(node, which);
  node.is_value_type = is_value_kind(node.kind);
  if (node.is_value_type) node.is_sealed = true;
  const bool is_covariant = which == Known::kIEnumerable1 || which == Known::kIEnumerator1 || which == Known::kIGrouping2 ||
                            which == Known::kIReadOnlyList1 || which == Known::kIReadOnlyCollection1;
  node.arguments = make_type_parameters(is_covariant ? kCovariant[arity] : kLists[arity]);
  node.is_open = arity > 0;
  insert_name(node);
  return node;
}

void TypeTable::State::insert_name(Node& node) {
  node.hash = hash_name(node.name, node.arguments.size());
  Node*& bucket = names[node.hash & (names.size() - 1)];
  node.next = bucket;
  bucket = &node;
  definitions.push_back(&node);
  // Definitions of one namespace mostly follow each other, so look from the end.
  for (std::size_t i = namespaces.size(); i > 0; --i) {
    if (namespaces[i - 1] == node.namespace_name) return;
  }
  namespaces.push_back(node.namespace_name);
}

Node* TypeTable::State::find_in(std::string_view namespace_name, std::string_view name, std::size_t arity) {
  const std::uint64_t hash = hash_name(name, arity);
  for (Node* node = names[hash & (names.size() - 1)]; node != nullptr; node = node->next) {
    if (node->hash == hash && node->name == name && node->namespace_name == namespace_name) return node;
  }
  return nullptr;
}

// For the declarations of the tables: the neighbours of the declaring type win, then the imported namespaces in their order.
Node* TypeTable::State::find_any(std::string_view name, std::size_t arity, std::string_view near_namespace) {
  const std::uint64_t hash = hash_name(name, arity);
  Node* best = nullptr;
  std::size_t best_rank = SIZE_MAX;
  for (Node* node = names[hash & (names.size() - 1)]; node != nullptr; node = node->next) {
    if (node->hash != hash || node->name != name) continue;
    if (node->namespace_name == near_namespace) return node;
    const auto rank = static_cast<std::size_t>(std::ranges::find(kImported, node->namespace_name) - std::begin(kImported));
    if (rank < best_rank) best = node, best_rank = rank;
  }
  return best;
}

const Type* TypeTable::State::find_keyword(std::string_view word) {
  if (word.empty() || word[0] < 'a' || word[0] > 'z') return nullptr;
  for (const Keyword& keyword : kKeywords) {
    if (keyword.word == word) return &known_type(keyword.known);
  }
  return nullptr;
}

std::span<const Type* const> TypeTable::State::make_type_parameters(std::string_view list) {
  if (list.empty()) return {};
  const std::span<const Type*> parameters = arena.array<const Type*>(count_items(list));
  std::size_t i = 0;
  for (std::string_view item; next_item(list, item); ++i) {
    const TypeParameterSyntax syntax = split_type_parameter(item);
    Node& node = *arena.make<Node>();
    node.kind = TypeKind::kTypeParameter;
    node.name = syntax.name;
    node.variance = syntax.variance;
    node.parameter_index = static_cast<std::uint16_t>(i);
    node.is_open = true;
    parameters[i] = &node;
  }
  return parameters;
}

void TypeTable::State::read_bases(Node& node) {
  if (node.bases != Node::Bases::kUnread) return;
  node.bases = Node::Bases::kReading;
  switch (node.kind) {
    case TypeKind::kStruct: node.base = &known_type(Known::kValueType); break;
    case TypeKind::kEnum:
      node.base = &known_type(Known::kEnum);
      node.element = &known_type(Known::kInt32);
      break;
    case TypeKind::kDelegate: node.base = &known_type(Known::kDelegate); break;
    case TypeKind::kClass:
      if (node.known != Known::kObject) node.base = &known_type(Known::kObject);
      break;
    default: break;
  }
  const Type* interfaces[32];
  std::size_t count = 0;
  const Scope scope{.namespace_name = node.namespace_name, .type_parameters = node.arguments, .method_parameters = {}};
  std::string_view list = node.syntax.bases;
  for (std::string_view item; next_item(list, item);) {
    const Type* base = resolve(item, scope);
    if (base == nullptr) {
      problem("unknown base `" + std::string(item) + "` of " + std::string(node.name));
    } else if (node.kind == TypeKind::kEnum) {
      node.element = base;
    } else if (base->kind == TypeKind::kInterface) {
      PC_CHECK(count < std::size(interfaces), "a type implements fewer than 32 interfaces directly");
      interfaces[count++] = base;
    } else {
      node.base = base;
    }
  }
  if (count > 0) node.interfaces = arena.copy(std::span<const Type* const>(interfaces, count));
  if (node.base != nullptr) {
    read_bases(node_of(*node.base));
    if (node.operations == nullptr) node.operations = node.base->operations;
  }
  node.bases = Node::Bases::kRead;
}

// ---- interning ----------------------------------------------------------------------------------------------------------

Node* TypeTable::State::find_shape(std::uint64_t hash, const Type& shape) {
  for (Node* node = shapes[hash & (shapes.size() - 1)]; node != nullptr; node = node->next) {
    if (node->hash == hash && node->kind == shape.kind && node->generic == shape.generic && node->element == shape.element &&
        node->rank == shape.rank && std::ranges::equal(node->arguments, shape.arguments) &&
        std::ranges::equal(node->names, shape.names)) {
      return node;
    }
  }
  return nullptr;
}

void TypeTable::State::insert_shape(Node& node, std::uint64_t hash) {
  if (++shape_count > shapes.size() * 2) {
    std::vector<Node*> old(shapes.size() * 4);
    old.swap(shapes);
    for (Node* at : old) {
      while (at != nullptr) {
        Node* next = std::exchange(at->next, shapes[at->hash & (shapes.size() - 1)]);
        shapes[at->hash & (shapes.size() - 1)] = at;
        at = next;
      }
    }
  }
  node.hash = hash;
  Node*& bucket = shapes[hash & (shapes.size() - 1)];
  node.next = bucket;
  bucket = &node;
}

const Type& TypeTable::State::construct(const Type& generic, std::span<const Type* const> arguments) {
  if (generic.known == Known::kNullable) return nullable_of(*arguments[0]);
  PC_CHECK(generic.generic == nullptr && generic.arguments.size() == arguments.size(), "type arguments fit the generic type");
  if (std::ranges::equal(generic.arguments, arguments)) return generic;
  std::uint64_t hash = hash_pointer(kSeed, &generic);
  for (const Type* argument : arguments) hash = hash_pointer(hash, argument);
  Type shape = generic;
  shape.generic = &generic;
  shape.arguments = arguments;
  if (generic.known == Known::kKeyValuePair2) shape.names = kPairNames;
  if (Node* found = find_shape(hash, shape)) return *found;

  read_bases(node_of(generic));
  Node& node = *arena.make<Node>();
  static_cast<Type&>(node) = shape;
  node.bases = Node::Bases::kRead;
  node.arguments = arena.copy(arguments);
  node.is_open = std::ranges::any_of(arguments, [](const Type* type) { return type->is_open; });
  node.operations = generic.operations;
  if (generic.known == Known::kKeyValuePair2 && node.operations == nullptr) node.operations = key_value_pair_operations();
  node.interfaces = {};
  insert_shape(node, hash);  // before its bases, which may mention it
  if (generic.base != nullptr) node.base = &substitute(*generic.base, node.arguments, {});
  if (!generic.interfaces.empty()) {
    const std::span<const Type*> interfaces = arena.array<const Type*>(generic.interfaces.size());
    substitute_all(generic.interfaces, interfaces, node.arguments, {});
    node.interfaces = interfaces;
  }
  return node;
}

const Type& TypeTable::State::array_of(const Type& element, std::uint8_t rank) {
  const std::uint64_t hash = mix(hash_pointer(kSeed + 1, &element), rank);
  Type shape;
  shape.kind = TypeKind::kArray;
  shape.element = &element;
  shape.rank = rank;
  if (Node* found = find_shape(hash, shape)) return *found;
  Node& node = *arena.make<Node>();
  static_cast<Type&>(node) = shape;
  node.is_sealed = true;
  node.is_open = element.is_open;
  node.bases = Node::Bases::kRead;
  read_bases(node_of(known_type(Known::kArray)));
  node.base = &known_type(Known::kArray);
  node.operations = node.base->operations;
  insert_shape(node, hash);
  if (rank == 1) {
    const Type* argument[] = {&element};
    const Type* interfaces[] = {&construct(known_type(Known::kIList1), argument),
                                &construct(known_type(Known::kIReadOnlyList1), argument)};
    node.interfaces = arena.copy(std::span<const Type* const>(interfaces));
  }
  return node;
}

const Type& TypeTable::State::nullable_of(const Type& element) {
  const Type& generic = known_type(Known::kNullable);
  if (&element == generic.arguments[0]) return generic;
  const std::uint64_t hash = hash_pointer(kSeed + 2, &element);
  const Type* arguments[] = {&element};
  Type shape;
  shape.kind = TypeKind::kNullable;
  shape.generic = &generic;
  shape.element = &element;
  shape.arguments = arguments;
  if (Node* found = find_shape(hash, shape)) return *found;
  Node& node = *arena.make<Node>();
  static_cast<Type&>(node) = shape;
  node.arguments = arena.copy(std::span<const Type* const>(arguments));
  node.is_value_type = true;
  node.is_sealed = true;
  node.is_open = element.is_open;
  node.known = Known::kNullable;
  node.name = generic.name;
  node.namespace_name = generic.namespace_name;
  node.base = &known_type(Known::kValueType);
  node.definition = generic.definition;
  read_bases(node_of(generic));
  node.operations = generic.operations;
  node.bases = Node::Bases::kRead;
  insert_shape(node, hash);
  return node;
}

const Type& TypeTable::State::record_of(TypeKind kind, std::span<const Type* const> types,
                                        std::span<const std::string_view> member_names) {
  if (std::ranges::all_of(member_names, [](std::string_view name) { return name.empty(); })) member_names = {};
  std::uint64_t hash = mix(kSeed + 3, static_cast<std::uint64_t>(kind));
  for (const Type* type : types) hash = hash_pointer(hash, type);
  for (const std::string_view name : member_names) hash = mix(hash, hash_text(name));
  Type shape;
  shape.kind = kind;
  shape.arguments = types;
  shape.names = member_names;
  if (Node* found = find_shape(hash, shape)) return *found;
  Node& node = *arena.make<Node>();
  static_cast<Type&>(node) = shape;
  node.arguments = arena.copy(types);
  const std::span<std::string_view> copied = arena.array<std::string_view>(member_names.size());
  for (std::size_t i = 0; i < copied.size(); ++i) copied[i] = arena.copy(member_names[i]);
  node.names = copied;
  node.is_value_type = kind == TypeKind::kTuple;
  node.is_sealed = true;
  node.is_open = std::ranges::any_of(types, [](const Type* type) { return type->is_open; });
  node.name = kind == TypeKind::kTuple ? "ValueTuple" : "<>f__AnonymousType0";
  if (kind == TypeKind::kTuple) node.namespace_name = "System";
  node.base = &known_type(kind == TypeKind::kTuple ? Known::kValueType : Known::kObject);
  // No operations: the evaluator knows records by their kind.
  node.bases = Node::Bases::kRead;
  insert_shape(node, hash);
  return node;
}

bool TypeTable::State::substitute_all(std::span<const Type* const> from, std::span<const Type*> to,
                                      std::span<const Type* const> types, std::span<const Type* const> methods) {
  bool changed = false;
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[i] = &substitute(*from[i], types, methods);
    changed |= to[i] != from[i];
  }
  return changed;
}

const Type& TypeTable::State::substitute(const Type& type, std::span<const Type* const> types,
                                         std::span<const Type* const> methods) {
  if (!type.is_open) return type;
  switch (type.kind) {
    case TypeKind::kTypeParameter: {
      const std::span<const Type* const> from = type.is_method_parameter ? methods : types;
      const bool is_given = type.parameter_index < from.size() && from[type.parameter_index] != nullptr;
      return is_given ? *from[type.parameter_index] : type;
    }
    case TypeKind::kArray: return array_of(substitute(*type.element, types, methods), type.rank);
    case TypeKind::kNullable: {
      const Type& element = substitute(*type.element, types, methods);
      return element.is_value_type || element.is_open ? nullable_of(element) : element;
    }
    default: break;
  }
  const Type* small[8];
  std::vector<const Type*> large;
  std::span<const Type*> arguments(small, std::min(type.arguments.size(), std::size(small)));
  if (type.arguments.size() > std::size(small)) {
    large.resize(type.arguments.size());
    arguments = large;
  }
  if (!substitute_all(type.arguments, arguments, types, methods)) return type;
  if (type.kind == TypeKind::kTuple || type.kind == TypeKind::kAnonymous) return record_of(type.kind, arguments, type.names);
  return construct(type.generic != nullptr ? *type.generic : type, arguments);
}

// ---- the public side ------------------------------------------------------------------------------------------------------

TypeTable::TypeTable(std::span<const TypeDefinition* const> definitions) : state_(std::make_unique<State>(definitions)) {
  State& state = *state_;
  std::ranges::copy(state.known, known_);
  const auto special = [&](TypeKind kind, std::string_view name) {
    Node& node = *state.arena.make<Node>();
    node.kind = kind;
    node.name = name;
    node.bases = Node::Bases::kRead;
    return &node;
  };
  null_ = special(TypeKind::kNull, "null");
  error_ = special(TypeKind::kError, "error");
  dynamic_ = special(TypeKind::kDynamic, "dynamic");
  string_array_ = &state.array_of(known(Known::kString), 1);
  object_array_ = &state.array_of(known(Known::kObject), 1);
  byte_array_ = &state.array_of(known(Known::kByte), 1);
  char_array_ = &state.array_of(known(Known::kChar), 1);
  int_array_ = &state.array_of(known(Known::kInt32), 1);
}

TypeTable::~TypeTable() = default;

const Type& TypeTable::construct(const Type& generic, std::span<const Type* const> arguments) const {
  const std::lock_guard lock(state_->mutex);
  return state_->construct(generic, arguments);
}

const Type& TypeTable::construct(Known generic, std::initializer_list<const Type*> arguments) const {
  return construct(known(generic), std::span<const Type* const>(arguments.begin(), arguments.size()));
}

const Type& TypeTable::array_of(const Type& element, std::uint8_t rank) const {
  const std::lock_guard lock(state_->mutex);
  return state_->array_of(element, rank);
}

const Type& TypeTable::nullable_of(const Type& element) const {
  const std::lock_guard lock(state_->mutex);
  return state_->nullable_of(element);
}

const Type& TypeTable::tuple_of(std::span<const Type* const> elements, std::span<const std::string_view> names) const {
  const std::lock_guard lock(state_->mutex);
  return state_->record_of(TypeKind::kTuple, elements, names);
}

const Type& TypeTable::anonymous(std::span<const Type* const> members, std::span<const std::string_view> names) const {
  const std::lock_guard lock(state_->mutex);
  return state_->record_of(TypeKind::kAnonymous, members, names);
}

const Type& TypeTable::type_parameter(std::string_view name, std::uint16_t index) const {
  const std::lock_guard lock(state_->mutex);
  Node& node = *state_->arena.make<Node>();
  node.kind = TypeKind::kTypeParameter;
  node.name = state_->arena.copy(name);
  node.parameter_index = index;
  node.is_method_parameter = true;
  node.is_open = true;
  return node;
}

const Type* TypeTable::find(std::string_view name, std::size_t arity) const {
  // Definitions do not change after construction, so names need no lock.
  if (arity == 0) {
    if (const Type* type = state_->find_keyword(name)) return type;
  }
  for (const std::string_view imported : kImported) {
    if (const Node* node = state_->find_in(imported, name, arity)) return node;
  }
  return nullptr;
}

const Type* TypeTable::find_in(std::string_view namespace_name, std::string_view name, std::size_t arity) const {
  return state_->find_in(namespace_name, name, arity);
}

bool TypeTable::is_namespace(std::string_view full_name) const {
  return std::ranges::any_of(state_->namespaces, [&](std::string_view name) {
    return name.starts_with(full_name) && (name.size() == full_name.size() || name[full_name.size()] == '.');
  });
}

const Type& TypeTable::substitute(const Type& type, std::span<const Type* const> type_arguments,
                                  std::span<const Type* const> method_arguments) const {
  if (!type.is_open) return type;
  const std::lock_guard lock(state_->mutex);
  return state_->substitute(type, type_arguments, method_arguments);
}

std::span<const Type* const> TypeTable::all() const { return state_->definitions; }

std::span<const EnumValue> TypeTable::enum_values(const Type& type) const {
  return type.definition == nullptr ? std::span<const EnumValue>{} : type.definition->values;
}

// ---- relations --------------------------------------------------------------------------------------------------------

namespace {

// Adds what `type` implements of `generic`, itself and its interfaces only, not its bases.
void find_in_interfaces(const Type& type, const Type& generic, const Type*& found, bool& several) {
  if (&type == &generic || type.generic == &generic) {
    if (found != nullptr && !is_identical(*found, type)) several = true;
    if (found == nullptr) found = &type;
    return;
  }
  for (const Type* interface : type.interfaces) find_in_interfaces(*interface, generic, found, several);
}

}  // namespace

const Type* TypeTable::implemented(const Type& type, const Type& generic, bool* ambiguous) const {
  const Type* found = nullptr;
  bool several = false;
  for (const Type* at = &type; at != nullptr; at = at->base) find_in_interfaces(*at, generic, found, several);
  if (ambiguous != nullptr) *ambiguous = several;
  return found;
}

const Type* TypeTable::element_type(const Type& type) const {
  if (type.kind == TypeKind::kArray) return type.element;
  if (type.kind == TypeKind::kDynamic) return dynamic_;
  for (const Type* at = &type; at != nullptr; at = at->base) {
    // The pattern comes first: a GetEnumerator of the type's own decides, as for MatchCollection, whose elements are objects.
    for (const MemberInfo* member : declared(*at, "GetEnumerator")) {
      if (!member->parameters.empty() || member->is_static) continue;
      const Type* enumerator = implemented(*member->type, known(Known::kIEnumerator1));
      return enumerator != nullptr ? enumerator->arguments[0] : &known(Known::kObject);
    }
    if (at->is(Known::kMatchCollection) || at->is(Known::kGroupCollection) || at->is(Known::kCaptureCollection)) {
      return &known(Known::kObject);
    }
    // The most derived class that is enumerable decides, so that foreach over a JObject gives its pairs.
    const Type* found = nullptr;
    bool several = false;
    find_in_interfaces(*at, known(Known::kIEnumerable1), found, several);
    if (several) return nullptr;
    if (found != nullptr) return found->arguments[0];
  }
  return is_assignable(type, known(Known::kIEnumerable)) ? &known(Known::kObject) : nullptr;
}

}  // namespace portcullis
