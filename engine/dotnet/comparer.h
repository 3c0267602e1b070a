// Equality and order as collections ask for them: the type's own, or a comparer's that the author passed.
#pragma once

#include <cstdint>

#include "engine/dotnet/string_comparer.h"
#include "engine/run/run.h"

namespace portcullis {

/// Comparer<T>.Create(comparison); the default comparers have no comparison.
struct ComparisonComparer : Object {
  Closure* comparison;
};

/// The comparers of trees: JTokenEqualityComparer, XNodeEqualityComparer.
struct EqualityFunctions {
  bool (*equals)(Run& run, Slot a, Slot b);
  std::int32_t (*hash)(Run& run, Slot value);
};
struct FunctionComparer : Object {
  const EqualityFunctions* functions;
};

/// What an IEqualityComparer<T> that may be null decides about values of type T.
class Equality {
 public:
  Equality() = default;
  Equality(const Type& type, const Object* comparer);

  [[nodiscard]] bool equals(Run& run, Slot a, Slot b) const {
    if (strings_ != nullptr) return equal_strings(text(a), text(b), strings_->comparison);
    if (functions_ != nullptr) return functions_->equals(run, a, b);
    return portcullis::equals(run, *type_, a, b);
  }
  /// 0 for null.
  [[nodiscard]] std::int32_t hash(Run& run, Slot value) const {
    if (functions_ != nullptr) return functions_->hash(run, value);
    if (strings_ == nullptr) return portcullis::hash(run, *type_, value);
    return value.object == nullptr ? 0 : hash_string(*text(value), strings_->comparison);
  }
  [[nodiscard]] const Type& type() const { return *type_; }
  /// As the author passed it, or null.
  [[nodiscard]] const Object* comparer() const { return comparer_; }

 private:
  static const String* text(Slot slot) { return static_cast<const String*>(slot.object); }

  const Type* type_ = nullptr;
  const StringComparer* strings_ = nullptr;
  const EqualityFunctions* functions_ = nullptr;
  const Object* comparer_ = nullptr;
};

/// What an IComparer<T> that may be null, or a Comparison<T>, decides about values of type T.
class Order {
 public:
  Order() = default;
  Order(const Type& type, const Object* comparer);
  Order(const Type& type, Closure* comparison) : type_(&type), comparison_(comparison) {}

  /// Negative, 0 or positive. May raise.
  [[nodiscard]] std::int32_t compare(Run& run, Slot a, Slot b) const {
    if (strings_ != nullptr) return compare_strings(text(a), text(b), strings_->comparison);
    if (function_ != nullptr) return function_(run, a, b);
    if (comparison_ != nullptr) return static_cast<std::int32_t>(run.invoke(comparison_, {a, b}).integer);
    return portcullis::compare(run, *type_, a, b);
  }

 private:
  static const String* text(Slot slot) { return static_cast<const String*>(slot.object); }

  const Type* type_ = nullptr;
  const StringComparer* strings_ = nullptr;
  std::int32_t (*function_)(Run& run, Slot a, Slot b) = nullptr;  // XNodeDocumentOrderComparer
  Closure* comparison_ = nullptr;
};

struct CallSite;
Object* make_token_comparer(Run& run, const CallSite& site);  // node_comparers.cc
Object* make_node_comparer(Run& run, const CallSite& site);
Object* make_node_order(Run& run, const CallSite& site);
std::int32_t compare_nodes(Run& run, Slot a, Slot b);

}  // namespace portcullis
