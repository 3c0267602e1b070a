// The inside of a TypeTable: interned types, names, members. Everything here runs under `State::mutex`, except what is marked.
//
//   Node (a Type and its hooks) ── names: chains by simple name        (definitions)
//                               └─ shapes: chains by what it is made of (constructed types, arrays, tuples, …)
//   MemberTable of a Node ── groups sorted by name ── MemberInfo, made at a group's first use
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "engine/types/declaration.h"
#include "engine/types/type_table.h"

namespace portcullis {

struct MemberTable;

/// Every Type of a table is one of these.
struct Node : Type {
  Node* next = nullptr;          // in its hash chain
  std::uint64_t hash = 0;
  MemberTable* members = nullptr;
  TypeSyntax syntax{};           // of definitions
  enum class Bases : std::uint8_t { kUnread, kReading, kRead } bases = Bases::kUnread;
  /// Of definitions: whether a row is a conversion operator. Found out at the first question, without the mutex.
  enum class Conversions : std::uint8_t { kUnknown, kNone, kSome };
  std::atomic<Conversions> conversions = Conversions::kUnknown;
};

inline Node& node_of(const Type& type) { return const_cast<Node&>(static_cast<const Node&>(type)); }

struct MemberGroup {
  std::string_view name;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  bool is_ready = false;
};

/// Sorted by name; within a name in the order of the rows.
struct MemberTable {
  std::span<MemberGroup> groups;
  std::span<const MemberInfo*> infos;            // groups[i] owns [first, first + count)
  std::span<const std::uint32_t> rows;           // parallel to `infos`: index into the definition's rows
  std::span<const MemberInfo* const> in_order;   // all of them, once somebody asked
  bool is_listed = false;
};

/// Where a type's text stands, so that `T` and short names mean something.
struct Scope {
  std::string_view namespace_name;
  std::span<const Type* const> type_parameters;
  std::span<const Type* const> method_parameters;
};

struct TypeTable::State {
  explicit State(std::span<const TypeDefinition* const> definitions);

  // ---- definitions (type_table.cc)
  void add_definition(const TypeDefinition& definition);
  Node& add_placeholder(Known known, std::string_view namespace_name, std::string_view name, std::size_t arity);
  void insert_name(Node& node);
  Node* find_in(std::string_view namespace_name, std::string_view name, std::size_t arity);
  Node* find_any(std::string_view name, std::size_t arity, std::string_view near_namespace);
  const Type* find_keyword(std::string_view word);
  std::span<const Type* const> make_type_parameters(std::string_view list);
  void read_bases(Node& node);
  const Type& known_type(Known which) { return *known[static_cast<std::size_t>(which)]; }

  // ---- interning (type_table.cc)
  const Type& construct(const Type& generic, std::span<const Type* const> arguments);
  const Type& array_of(const Type& element, std::uint8_t rank);
  const Type& nullable_of(const Type& element);
  const Type& record_of(TypeKind kind, std::span<const Type* const> types, std::span<const std::string_view> names);
  const Type& substitute(const Type& type, std::span<const Type* const> types, std::span<const Type* const> methods);
  bool substitute_all(std::span<const Type* const> from, std::span<const Type*> to, std::span<const Type* const> types,
                      std::span<const Type* const> methods);
  Node* find_shape(std::uint64_t hash, const Type& shape);
  void insert_shape(Node& node, std::uint64_t hash);

  // ---- members (members.cc)
  /// Null when the text names an unknown type.
  const Type* resolve(std::string_view text, const Scope& scope);
  const Type* resolve_simple(std::string_view text, const Scope& scope);
  const Type* resolve_tuple(std::string_view inside, const Scope& scope);
  bool read_parameters(std::string_view list, const Scope& scope, std::span<Parameter>* parameters);
  bool read_constraints(std::string_view text, const Scope& scope, std::span<const Constraint>* constraints);
  MemberTable& members_of(Node& node);
  MemberTable* scan_rows(const Node& node);
  MemberTable* scan_open(const Node& node);
  void fill(Node& node, MemberGroup& group);
  const MemberInfo* make_member(const Node& node, const Member& row);
  const MemberInfo* make_enum_constant(const Node& node, const EnumValue& value);
  const MemberInfo* make_invoke(const Node& node);
  const MemberInfo* substitute_member(const MemberInfo& open, const Node& node);
  std::span<const MemberInfo* const> declared(Node& node, std::string_view name);
  std::span<const MemberInfo* const> list(Node& node);
  std::span<const MemberInfo* const> extensions(std::string_view name);
  void index_extensions();
  void problem(std::string text) { problems.push_back(std::move(text)); }

  std::mutex mutex;
  Arena arena{std::size_t{1} << 40};
  std::array<const Type*, static_cast<std::size_t>(Known::kCount)> known{};
  std::vector<Node*> names;                 // buckets by simple name and arity; a power of two
  std::vector<Node*> shapes;
  std::size_t shape_count = 0;
  std::vector<const Type*> definitions;     // in table order
  std::vector<std::string_view> namespaces;
  std::unordered_map<std::string_view, std::vector<Node*>> extension_owners;
  std::unordered_map<std::string_view, std::span<const MemberInfo* const>> extension_cache;
  bool extensions_indexed = false;
  std::vector<std::string> problems;
};

}  // namespace portcullis
