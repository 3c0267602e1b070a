// IComparer<T>, IEqualityComparer<T>, and the two classes that make such objects.
#include "engine/dotnet/comparer.h"

#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kIComparer1Definition;
extern const TypeDefinition kIEqualityComparer1Definition;
extern const TypeDefinition kComparer1Definition;
extern const TypeDefinition kEqualityComparer1Definition;
extern const TypeDefinition kJTokenEqualityComparerDefinition;
extern const TypeDefinition kXNodeEqualityComparerDefinition;
extern const TypeDefinition kXNodeDocumentOrderComparerDefinition;

namespace {

const StringComparer* as_strings(const Type& type, const Object* comparer) {
  if (comparer == nullptr || !type.is(Known::kString) || !comparer->type->is(Known::kStringComparer)) return nullptr;
  return static_cast<const StringComparer*>(comparer);
}

const EqualityFunctions* functions_of(const Object* comparer) {
  if (comparer == nullptr) return nullptr;
  const TypeDefinition* definition = comparer->type->definition;
  const bool has_own = definition == &kJTokenEqualityComparerDefinition || definition == &kXNodeEqualityComparerDefinition;
  return has_own ? static_cast<const FunctionComparer*>(comparer)->functions : nullptr;
}

Closure* comparison_of(const Object* comparer) {
  if (comparer == nullptr || comparer->type->definition != &kComparer1Definition) return nullptr;
  return static_cast<const ComparisonComparer*>(comparer)->comparison;
}

}  // namespace

Equality::Equality(const Type& type, const Object* comparer)
    : type_(&type), strings_(as_strings(type, comparer)), functions_(functions_of(comparer)), comparer_(comparer) {
  // Ordinal is what strings do by themselves.
  if (strings_ != nullptr && strings_->comparison == StringComparison::kOrdinal) strings_ = nullptr;
}

Order::Order(const Type& type, const Object* comparer)
    : type_(&type), strings_(as_strings(type, comparer)), comparison_(comparison_of(comparer)) {
  if (comparer != nullptr && comparer->type->definition == &kXNodeDocumentOrderComparerDefinition) function_ = &compare_nodes;
}

namespace {

const Type& compared_type(const CallSite& site) { return *site.declaring->arguments[0]; }

std::int32_t compare_by(Run& run, Object* self, Slot a, Slot b, const CallSite& site) {
  return Order(compared_type(site), self).compare(run, a, b);
}
bool equals_by(Run& run, Object* self, Slot a, Slot b, const CallSite& site) {
  return Equality(compared_type(site), self).equals(run, a, b);
}
std::int32_t hash_by(Run& run, Object* self, Slot value, const CallSite& site) {
  return Equality(compared_type(site), self).hash(run, value);
}

Object* default_comparer(Run& run, const CallSite& site) { return run.make<ComparisonComparer>(*site.result); }
Object* comparer_of(Run& run, Closure* comparison, const CallSite& site) {
  if (comparison == nullptr) return run.raise_null("comparison");
  auto* made = run.make<ComparisonComparer>(*site.result);
  made->comparison = comparison;
  return made;
}

constexpr Member kIComparerMembers[] = {method<&compare_by>("int Compare(T x, T y)")};
constexpr Member kIEqualityComparerMembers[] = {
    method<&equals_by>("bool Equals(T x, T y)"),
    method<&hash_by>("int GetHashCode(T obj)"),
};
constexpr Member kComparerMembers[] = {
    property<&default_comparer>("static Comparer<T> Default { get; }").with(kNoRaise),
    method<&comparer_of>("static Comparer<T> Create(Comparison<T> comparison)"),
    method<&compare_by>("int Compare(T x, T y)"),
};
constexpr Member kEqualityComparerMembers[] = {
    property<&default_comparer>("static EqualityComparer<T> Default { get; }").with(kNoRaise),
    method<&equals_by>("bool Equals(T x, T y)"),
    method<&hash_by>("int GetHashCode(T obj)"),
};

}  // namespace

const TypeDefinition kIComparer1Definition{.declaration = "interface System.Collections.Generic.IComparer<in T>",
                                           .members = kIComparerMembers};
const TypeDefinition kIEqualityComparer1Definition{
    .declaration = "interface System.Collections.Generic.IEqualityComparer<in T>", .members = kIEqualityComparerMembers};
const TypeDefinition kComparer1Definition{.declaration = "abstract class System.Collections.Generic.Comparer<T> : IComparer<T>",
                                          .members = kComparerMembers};
const TypeDefinition kEqualityComparer1Definition{
    .declaration = "abstract class System.Collections.Generic.EqualityComparer<T> : IEqualityComparer<T>",
    .members = kEqualityComparerMembers};

}  // namespace portcullis
