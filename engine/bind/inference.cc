// Type inference: bounds for each type parameter are collected from the arguments, and turned into types ("fixed") in an
// order that lets lambdas speak once the types of their parameters are known.
#include "engine/bind/inference.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace portcullis {
namespace {

enum class BoundKind : std::uint8_t { kExact, kLower, kUpper };

struct Bound {
  const Type* type;
  BoundKind kind;
};

/// What is known of one type parameter.
struct Variable {
  static constexpr std::size_t kMaxBounds = 24;

  const Type* parameter = nullptr;
  const Type* fixed = nullptr;
  std::array<Bound, kMaxBounds> bounds;
  std::size_t count = 0;

  // Bounds repeat (params arguments, array items), so equal ones are kept once; more different ones than this are not inferable anyway.
  void add(const Type& type, BoundKind kind) {
    for (std::size_t i = 0; i < count; ++i) {
      if (bounds[i].kind == kind && is_identical(*bounds[i].type, type)) return;
    }
    if (count < kMaxBounds) bounds[count++] = {&type, kind};
  }
};

bool is_reference_type(const Type& type) {
  return !type.is_value_type && type.kind != TypeKind::kTypeParameter && type.kind != TypeKind::kVoid;
}

bool gives_bound(const Type& type) {
  return type.kind != TypeKind::kNull && type.kind != TypeKind::kError && type.kind != TypeKind::kVoid;
}

bool converts(const TypeTable& types, const Type& from, const Type& to) {
  return static_cast<bool>(implicit_conversion(types, from, to));
}

bool satisfies(const TypeTable& types, const Type& candidate, const Bound& bound) {
  switch (bound.kind) {
    case BoundKind::kExact: return is_identical(candidate, *bound.type);
    case BoundKind::kLower: return converts(types, *bound.type, candidate);
    case BoundKind::kUpper: return converts(types, candidate, *bound.type);
  }
  return false;
}

// The bound's type that satisfies all bounds and that all others of that kind convert to; null when there is no single one.
const Type* best_bound(const TypeTable& types, std::span<const Bound> bounds) {
  const Type* best = nullptr;
  for (const Bound& bound : bounds) {
    const Type& candidate = *bound.type;
    const bool survives = std::ranges::all_of(bounds, [&](const Bound& other) { return satisfies(types, candidate, other); });
    if (!survives || (best != nullptr && is_identical(*best, candidate))) continue;
    if (best == nullptr || converts(types, *best, candidate)) {
      best = &candidate;
    } else if (!converts(types, candidate, *best)) {
      return nullptr;
    }
  }
  return best;
}

/// The generic interfaces that a one-dimensional array implements for its element.
bool is_list_interface(const Type& type) {
  switch (type.known) {
    case Known::kIEnumerable1:
    case Known::kICollection1:
    case Known::kIList1:
    case Known::kIReadOnlyCollection1:
    case Known::kIReadOnlyList1: return type.arguments.size() == 1;
    default: return false;
  }
}

class Inference {
 public:
  Inference(CallContext& context, const InferenceCall& call) : context_(context), call_(call) {
    PC_CHECK(call.method->type_parameters.size() <= variables_.size(), "a generic method has at most eight type parameters");
    for (std::size_t i = 0; i < count(); ++i) variables_[i].parameter = call.method->type_parameters[i];
  }

  bool run(std::span<const Type*> inferred) {
    first_phase();
    const bool all = second_phase();
    for (std::size_t i = 0; i < count(); ++i) inferred[i] = variables_[i].fixed;
    return all;
  }

 private:
  [[nodiscard]] std::size_t count() const { return call_.method->type_parameters.size(); }
  std::span<Variable> variables() { return {variables_.data(), count()}; }

  Variable* variable(const Type& type) {
    if (type.kind != TypeKind::kTypeParameter) return nullptr;
    for (Variable& variable : variables()) {
      if (variable.parameter == &type) return &variable;
    }
    return nullptr;
  }

  bool mentions(const Type& type, const Type& parameter) {
    if (&type == &parameter) return true;
    if (!type.is_open) return false;
    if (type.element != nullptr && mentions(*type.element, parameter)) return true;
    return std::ranges::any_of(type.arguments, [&](const Type* argument) { return mentions(*argument, parameter); });
  }

  bool mentions_unfixed(const Type& type) {
    return std::ranges::any_of(variables(),
                               [&](const Variable& v) { return v.fixed == nullptr && mentions(type, *v.parameter); });
  }

  // ---- phases
  void first_phase() {
    for (std::size_t i = 0; i < call_.arguments.size(); ++i) {
      const CallArgument& argument = call_.arguments[i];
      const Type& wanted = *call_.parameter_types[i];
      if (!wanted.is_open) continue;
      if (argument.untyped == Untyped::kLambda) {
        explicit_lambda(argument, wanted);
      } else if (argument.untyped == Untyped::kNone && argument.type != nullptr && gives_bound(*argument.type)) {
        const bool by_reference = argument.mode == ParameterMode::kOut || argument.mode == ParameterMode::kRef;
        by_reference ? exact(*argument.type, wanted) : lower(*argument.type, wanted);
      }
    }
  }

  bool second_phase() {
    for (;;) {
      if (std::ranges::all_of(variables(), [](const Variable& v) { return v.fixed != nullptr; })) return true;
      infer_from_outputs();
      if (!fix_some()) return false;
    }
  }

  void explicit_lambda(const CallArgument& lambda, const Type& wanted) {
    const MemberInfo* invoke = context_.types.invoke_of(wanted);
    const std::optional<std::size_t> parameters = context_.lambdas.parameter_count(lambda);
    if (invoke == nullptr || parameters != invoke->parameters.size()) return;
    for (std::size_t i = 0; i < *parameters; ++i) {
      const Type* type = context_.lambdas.parameter_type(lambda, i);
      if (type != nullptr) exact(*type, *invoke->parameters[i].type);
    }
  }

  [[nodiscard]] static bool speaks_late(const CallArgument& argument) {
    return argument.untyped == Untyped::kLambda || argument.untyped == Untyped::kMethodGroup;
  }

  // Explicitly typed lambdas have no input types: they can be bound before anything is fixed.
  bool has_inputs(const CallArgument& argument, const MemberInfo& invoke) {
    if (argument.untyped == Untyped::kMethodGroup) return true;
    return !invoke.parameters.empty() && context_.lambdas.parameter_count(argument).has_value() &&
           context_.lambdas.parameter_type(argument, 0) == nullptr;
  }

  void infer_from_outputs() {
    for (std::size_t i = 0; i < call_.arguments.size(); ++i) {
      const CallArgument& argument = call_.arguments[i];
      if (!speaks_late(argument)) continue;
      const MemberInfo* invoke = context_.types.invoke_of(*call_.parameter_types[i]);
      if (invoke == nullptr || !mentions_unfixed(*invoke->type)) continue;
      const bool waits = std::ranges::any_of(invoke->parameters, [&](const Parameter& p) { return mentions_unfixed(*p.type); });
      if (waits && has_inputs(argument, *invoke)) continue;
      infer_from_output(argument, *invoke);
    }
  }

  void infer_from_output(const CallArgument& argument, const MemberInfo& invoke) {
    std::array<const Type*, 17> types;
    const std::size_t parameters = invoke.parameters.size();
    if (parameters > types.size()) return;
    if (argument.untyped == Untyped::kLambda && context_.lambdas.parameter_count(argument).value_or(parameters) != parameters) return;
    for (std::size_t i = 0; i < parameters; ++i) types[i] = &closed(*invoke.parameters[i].type);
    const Type* result = context_.lambdas.result_type(argument, std::span<const Type* const>(types.data(), parameters));
    if (result != nullptr && gives_bound(*result)) lower(*result, *invoke.type);
  }

  const Type& closed(const Type& type) {
    if (!type.is_open) return type;
    std::array<const Type*, 8> fixed{};
    for (std::size_t i = 0; i < count(); ++i) fixed[i] = variables_[i].fixed;
    return context_.types.substitute(type, {}, std::span<const Type* const>(fixed.data(), count()));
  }

  // ---- fixing
  bool depends_directly(const Variable& dependent, const Variable& on) {
    for (std::size_t i = 0; i < call_.arguments.size(); ++i) {
      if (!speaks_late(call_.arguments[i])) continue;
      const MemberInfo* invoke = context_.types.invoke_of(*call_.parameter_types[i]);
      if (invoke == nullptr || !has_inputs(call_.arguments[i], *invoke)) continue;
      if (!mentions(*invoke->type, *dependent.parameter)) continue;
      for (const Parameter& parameter : invoke->parameters) {
        if (mentions(*parameter.type, *on.parameter)) return true;
      }
    }
    return false;
  }

  using Dependencies = std::array<std::array<bool, 8>, 8>;

  Dependencies dependencies() {
    Dependencies table{};
    for (std::size_t i = 0; i < count(); ++i) {
      for (std::size_t j = 0; j < count(); ++j) {
        const bool both_open = variables_[i].fixed == nullptr && variables_[j].fixed == nullptr;
        table[i][j] = both_open && depends_directly(variables_[i], variables_[j]);
      }
    }
    for (std::size_t k = 0; k < count(); ++k) {
      for (std::size_t i = 0; i < count(); ++i) {
        for (std::size_t j = 0; j < count(); ++j) table[i][j] |= table[i][k] && table[k][j];
      }
    }
    return table;
  }

  // False when nothing can be fixed any more, or a fixing failed.
  bool fix_some() {
    const Dependencies table = dependencies();
    std::array<bool, 8> chosen{};
    bool any = false;
    for (std::size_t i = 0; i < count(); ++i) {
      const bool is_free = std::ranges::none_of(table[i], [](bool depends) { return depends; });
      chosen[i] = variables_[i].fixed == nullptr && is_free;
      any |= chosen[i];
    }
    if (!any) {
      for (std::size_t i = 0; i < count(); ++i) {
        bool is_needed = false;
        for (std::size_t j = 0; j < count(); ++j) is_needed |= table[j][i];
        chosen[i] = variables_[i].fixed == nullptr && is_needed && variables_[i].count > 0;
        any |= chosen[i];
      }
    }
    if (!any) return false;
    bool all_fixed = true;
    for (std::size_t i = 0; i < count(); ++i) {
      if (chosen[i]) all_fixed &= fix(variables_[i]);
    }
    return all_fixed;
  }

  bool fix(Variable& variable) {
    variable.fixed = best_bound(context_.types, std::span<const Bound>(variable.bounds.data(), variable.count));
    return variable.fixed != nullptr;
  }

  // ---- bounds
  void exact(const Type& from, const Type& to) {
    if (!to.is_open) return;
    if (Variable* found = variable(to)) {
      if (found->fixed == nullptr) found->add(from, BoundKind::kExact);
    } else if (from.kind == to.kind && (to.kind == TypeKind::kArray || to.kind == TypeKind::kNullable)) {
      if (from.rank == to.rank) exact(*from.element, *to.element);
    } else if (same_shape(from, to)) {
      for (std::size_t i = 0; i < to.arguments.size(); ++i) exact(*from.arguments[i], *to.arguments[i]);
    }
  }

  static bool same_shape(const Type& a, const Type& b) {
    if (a.kind != b.kind || a.arguments.size() != b.arguments.size() || a.arguments.empty()) return false;
    if (a.kind == TypeKind::kTuple) return true;
    return &definition_of(a) == &definition_of(b);
  }

  static const Type& definition_of(const Type& type) { return type.generic != nullptr ? *type.generic : type; }

  void element(const Type& from, const Type& to, BoundKind kind) {
    if (!is_reference_type(from)) return exact(from, to);
    kind == BoundKind::kLower ? lower(from, to) : upper(from, to);
  }

  void lower(const Type& from, const Type& to) {
    if (!to.is_open || !gives_bound(from)) return;
    if (Variable* found = variable(to)) {
      if (found->fixed == nullptr) found->add(from, BoundKind::kLower);
      return;
    }
    if (to.kind == TypeKind::kNullable) {
      if (from.kind == TypeKind::kNullable) lower(*from.element, *to.element);
      return;
    }
    if (to.kind == TypeKind::kArray) {
      if (from.kind == TypeKind::kArray && from.rank == to.rank) element(*from.element, *to.element, BoundKind::kLower);
      return;
    }
    if (to.kind == TypeKind::kTuple) {
      if (!same_shape(from, to)) return;
      for (std::size_t i = 0; i < to.arguments.size(); ++i) lower(*from.arguments[i], *to.arguments[i]);
      return;
    }
    if (from.kind == TypeKind::kArray && from.rank == 1 && is_list_interface(to)) {
      return element(*from.element, *to.arguments[0], BoundKind::kLower);
    }
    bool several = false;
    const Type* base = context_.types.implemented(from, definition_of(to), &several);
    if (base != nullptr && !several) by_variance(*base, to, BoundKind::kLower);
  }

  void upper(const Type& from, const Type& to) {
    if (!to.is_open) return;
    if (Variable* found = variable(to)) {
      if (found->fixed == nullptr) found->add(from, BoundKind::kUpper);
      return;
    }
    if (to.kind == TypeKind::kNullable) {
      if (from.kind == TypeKind::kNullable) upper(*from.element, *to.element);
      return;
    }
    if (to.kind == TypeKind::kArray) {
      if (from.kind == TypeKind::kArray && from.rank == to.rank) return element(*from.element, *to.element, BoundKind::kUpper);
      if (to.rank == 1 && is_list_interface(from)) element(*from.arguments[0], *to.element, BoundKind::kUpper);
      return;
    }
    if (from.arguments.empty()) return;
    bool several = false;
    const Type* base = context_.types.implemented(to, definition_of(from), &several);
    if (base != nullptr && !several && base->is_open) by_variance(from, *base, BoundKind::kUpper);
  }

  // `from` and `to` are constructed from the same definition.
  void by_variance(const Type& from, const Type& to, BoundKind kind) {
    const std::span<const Type* const> parameters = definition_of(to).arguments;
    for (std::size_t i = 0; i < to.arguments.size(); ++i) {
      const Type& a = *from.arguments[i];
      const Type& b = *to.arguments[i];
      const int direction = parameters[i]->variance * (kind == BoundKind::kLower ? 1 : -1);
      if (direction == 0 || !is_reference_type(a)) {
        exact(a, b);
      } else if (direction > 0) {
        lower(a, b);
      } else {
        upper(a, b);
      }
    }
  }

  CallContext& context_;
  const InferenceCall& call_;
  std::array<Variable, 8> variables_;
};

bool has_error(std::span<const CallArgument> arguments) {
  return std::ranges::any_of(
      arguments, [](const CallArgument& argument) { return argument.type != nullptr && argument.type->kind == TypeKind::kError; });
}

}  // namespace

bool infer_type_arguments(CallContext& context, const InferenceCall& call, std::span<const Type*> inferred) {
  if (Inference(context, call).run(inferred)) return true;
  if (!has_error(call.arguments)) return false;
  // An argument whose mistake was already reported must not cause a second report.
  for (const Type*& type : inferred) {
    if (type == nullptr) type = &context.types.error_type();
  }
  return true;
}

const Type* best_common_type(CallContext& context, std::span<const CallArgument> items) {
  Variable variable;
  for (const CallArgument& item : items) {
    if (item.type == nullptr) continue;
    if (item.type->kind == TypeKind::kError) return item.type;
    if (gives_bound(*item.type)) variable.add(*item.type, BoundKind::kLower);
  }
  return best_bound(context.types, std::span<const Bound>(variable.bounds.data(), variable.count));
}

}  // namespace portcullis
