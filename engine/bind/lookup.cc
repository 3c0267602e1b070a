// Members by name through bases and interfaces, without those that a more derived member hides or overrides.
#include <algorithm>
#include <vector>

#include "engine/bind/overload.h"

namespace portcullis {
namespace {

bool is_callable(const MemberInfo& member) {
  return member.kind == MemberKind::kMethod || member.kind == MemberKind::kIndexer || member.kind == MemberKind::kOperator;
}

// Method type parameters are the same when they stand at the same place.
bool same_type(const Type& a, const Type& b) {
  if (is_identical(a, b)) return true;
  if (a.kind == TypeKind::kTypeParameter && b.kind == TypeKind::kTypeParameter) {
    return a.is_method_parameter && b.is_method_parameter && a.parameter_index == b.parameter_index;
  }
  if (!a.is_open || !b.is_open || a.kind != b.kind || a.rank != b.rank || a.arguments.size() != b.arguments.size()) return false;
  if (a.element != nullptr && b.element != nullptr) return same_type(*a.element, *b.element);
  return a.generic == b.generic && a.generic != nullptr &&
         std::ranges::equal(a.arguments, b.arguments, [](const Type* x, const Type* y) { return same_type(*x, *y); });
}

bool hides(const MemberInfo& derived, const MemberInfo& base) {
  if (!is_callable(derived) || !is_callable(base)) return true;
  return derived.type_parameters.size() == base.type_parameters.size() &&
         std::ranges::equal(derived.parameters, base.parameters,
                            [](const Parameter& x, const Parameter& y) { return same_type(*x.type, *y.type); });
}

class Lookup {
 public:
  Lookup(const TypeTable& types, std::string_view name) : types_(types), name_(name) {}

  void add(const Type& type) {
    const std::span<const MemberInfo* const> own = types_.declared(type, name_);
    if (own.empty()) return;
    if (only_.empty() && more_.empty()) {
      only_ = own;
      return;
    }
    if (more_.empty()) more_.assign(only_.begin(), only_.end());
    const std::size_t derived = more_.size();
    for (const MemberInfo* member : own) {
      const auto end = more_.begin() + static_cast<std::ptrdiff_t>(derived);
      if (std::none_of(more_.begin(), end, [&](const MemberInfo* other) { return hides(*other, *member); })) more_.push_back(member);
    }
  }

  void add_with_bases(const Type& type) {
    for (const Type* at = &type; at != nullptr; at = at->base) add(*at);
  }

  void add_interfaces(const Type& type) {
    for (const Type* interface : type.interfaces) {
      if (std::ranges::find(seen_, interface) != seen_.end()) continue;
      seen_.push_back(interface);
      add(*interface);
      add_interfaces(*interface);
    }
  }

  std::span<const MemberInfo* const> take(Arena& arena) {
    return more_.empty() ? only_ : arena.copy(std::span<const MemberInfo* const>(more_));
  }

 private:
  const TypeTable& types_;
  std::string_view name_;
  std::span<const MemberInfo* const> only_;   // while one type has them all, nothing is copied
  std::vector<const MemberInfo*> more_;
  std::vector<const Type*> seen_;
};

}  // namespace

std::span<const MemberInfo* const> find_members(const TypeTable& types, Arena& arena, const Type& type, std::string_view name) {
  const bool is_own = name == ".ctor" || name == "op_Implicit" || name == "op_Explicit";
  if (is_own) return types.declared(type, name);
  Lookup lookup(types, name);
  lookup.add_with_bases(type);
  if (type.kind == TypeKind::kInterface) {
    lookup.add_interfaces(type);
    lookup.add(types.known(Known::kObject));
  } else if (type.kind == TypeKind::kTypeParameter) {
    lookup.add(types.known(Known::kObject));
  } else if (type.kind == TypeKind::kTuple) {
    lookup.add(types.known(Known::kIComparable));  // tuples have no table of their own
  }
  return lookup.take(arena);
}

}  // namespace portcullis
