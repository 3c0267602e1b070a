// Overload resolution: which candidates are applicable, and which of those is best. source: language.md#9
#include "engine/bind/overload.h"

#include <algorithm>
#include <array>

#include "engine/bind/inference.h"

namespace portcullis {
namespace {

constexpr std::uint32_t kOmitted = Resolution::kOmitted;

/// A candidate in its normal or expanded form, with its parameters dealt out to the arguments.
struct Form {
  const MemberInfo* member = nullptr;
  bool is_expanded = false;
  bool omits_parameters = false;
  std::size_t params_begin = 0;
  std::span<std::uint32_t> argument_of;          // of each parameter
  std::span<const Type*> open;                   // for each argument, what it meets: with method type parameters …
  std::span<const Type*> wanted;                 // … and without
  std::span<const Type* const> type_arguments;
  std::span<const ParameterMode> modes;          // for each argument
};

bool has_params(const MemberInfo& member) {
  return !member.parameters.empty() && member.parameters.back().mode == ParameterMode::kParams;
}

bool is_by_reference(ParameterMode mode) { return mode == ParameterMode::kOut || mode == ParameterMode::kRef; }

std::size_t required_parameters(const MemberInfo& member, bool is_expanded) {
  const std::size_t declared = member.parameters.size() - (is_expanded ? 1 : 0);
  std::size_t required = 0;
  for (std::size_t i = 0; i < declared; ++i) required += member.parameters[i].is_optional ? 0 : 1;
  return required;
}

bool count_fits(const MemberInfo& member, std::size_t arguments, bool is_expanded) {
  return arguments >= required_parameters(member, is_expanded) && (is_expanded || arguments <= member.parameters.size());
}

class Resolver {
 public:
  Resolver(CallContext& context, std::span<const CallArgument> arguments, std::span<const Type* const> type_arguments,
           bool has_receiver)
      : context_(context), arguments_(arguments), explicit_(type_arguments), has_receiver_(has_receiver) {}

  Resolution run(std::span<const MemberInfo* const> candidates) {
    failure_.is_extension_call = has_receiver_;
    if (candidates.empty()) return failure_;
    std::array<Form, 16> few;
    std::span<Form> forms = few;
    if (candidates.size() > few.size()) forms = context_.arena.array<Form>(candidates.size());
    std::size_t count = 0;
    for (const MemberInfo* candidate : candidates) count += try_candidate(*candidate, forms[count]) ? 1 : 0;
    if (count == 0) return failure_;
    if (count > 1 && !has_receiver_) count = keep_most_derived(forms.first(count));
    return choose(forms.first(count));
  }

 private:
  // ---- applicability
  bool try_candidate(const MemberInfo& member, Form& form) {
    if (!explicit_.empty() && member.type_parameters.size() != explicit_.size()) {
      note(1, Outcome::kTypeArgumentCount, member, 0);
      return false;
    }
    if (try_form(member, false, form)) return true;
    return has_params(member) && try_form(member, true, form);
  }

  bool try_form(const MemberInfo& member, bool is_expanded, Form& form) {
    if (!count_fits(member, arguments_.size(), is_expanded)) {
      note(2, Outcome::kWrongArgumentCount, member, 0);
      return false;
    }
    form = Form{.member = &member, .is_expanded = is_expanded, .params_begin = member.parameters.size() - (is_expanded ? 1u : 0u),
                .argument_of = {}, .open = {}, .wanted = {}, .type_arguments = {}, .modes = {}};
    return deal(form) && infer(form) && constraints_hold(form) && arguments_convert(form);
  }

  // Gives each argument its parameter: by position, by name, or as an element of the params array.
  bool deal(Form& form) {
    const std::span<const Parameter> parameters = form.member->parameters;
    form.argument_of = context_.arena.array<std::uint32_t>(parameters.size());
    std::ranges::fill(form.argument_of, kOmitted);
    form.open = context_.arena.array<const Type*>(arguments_.size());
    const std::span<ParameterMode> modes = context_.arena.array<ParameterMode>(arguments_.size());
    bool out_of_place = false;
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      std::size_t at = i;
      if (!arguments_[i].name.empty()) {
        at = parameter_named(*form.member, arguments_[i].name);
        if (at == parameters.size()) return note(3, Outcome::kUnknownName, *form.member, i);
        out_of_place |= at != i;
      } else if (out_of_place) {
        return note(3, Outcome::kWrongArgumentCount, *form.member, i);
      }
      if (form.is_expanded && at >= form.params_begin) {
        if (!arguments_[i].name.empty()) return false;
        form.open[i] = parameters.back().type->element;
        modes[i] = ParameterMode::kValue;
        continue;
      }
      if (at >= parameters.size() || form.argument_of[at] != kOmitted) return note(2, Outcome::kWrongArgumentCount, *form.member, i);
      form.argument_of[at] = static_cast<std::uint32_t>(i);
      form.open[i] = parameters[at].type;
      modes[i] = parameters[at].mode;
    }
    form.modes = modes;
    return defaults_fit(form);
  }

  static std::size_t parameter_named(const MemberInfo& member, std::string_view name) {
    const auto found = std::ranges::find(member.parameters, name, &Parameter::name);
    return static_cast<std::size_t>(found - member.parameters.begin());
  }

  bool defaults_fit(Form& form) {
    const std::size_t declared = form.member->parameters.size() - (form.is_expanded ? 1 : 0);
    for (std::size_t i = 0; i < declared; ++i) {
      if (form.argument_of[i] != kOmitted) continue;
      if (!form.member->parameters[i].is_optional) return note(2, Outcome::kWrongArgumentCount, *form.member, i);
      form.omits_parameters = true;
    }
    return true;
  }

  bool infer(Form& form) {
    const MemberInfo& member = *form.member;
    if (member.type_parameters.empty()) {
      form.wanted = form.open;
      return true;
    }
    form.type_arguments = explicit_;
    if (explicit_.empty()) {
      const std::span<const Type*> inferred = context_.arena.array<const Type*>(member.type_parameters.size());
      const bool all = infer_type_arguments(context_, {&member, arguments_, form.open}, inferred);
      form.type_arguments = inferred;
      if (!all) {
        if (note(4, Outcome::kCannotInfer, member, 0, true)) describe(failure_, form);
        return false;
      }
    }
    form.wanted = context_.arena.array<const Type*>(form.open.size());
    for (std::size_t i = 0; i < form.open.size(); ++i) {
      form.wanted[i] = &context_.types.substitute(*form.open[i], {}, form.type_arguments);
    }
    return true;
  }

  // C# 7.3 drops candidates whose constraints fail; natives rely on them.
  bool constraints_hold(const Form& form) {
    for (const Constraint& constraint : form.member->constraints) {
      const Type& type = *form.type_arguments[constraint.parameter_index];
      if (satisfies(type, constraint, form)) continue;
      if (note(5, Outcome::kConstraint, *form.member, constraint.parameter_index, true)) {
        describe(failure_, form);
        failure_.expected = constraint.type == nullptr ? nullptr : &closed(*constraint.type, form);
      }
      return false;
    }
    return true;
  }

  bool satisfies(const Type& type, const Constraint& constraint, const Form& form) {
    if (type.kind == TypeKind::kError) return true;
    if (constraint.is_class) return !type.is_value_type;
    if (constraint.is_struct) return type.is_value_type && !is_nullable(type);
    const Conversion conversion = implicit_conversion(context_.types, type, closed(*constraint.type, form));
    return conversion.kind == ConversionKind::kIdentity || conversion.kind == ConversionKind::kReference ||
           conversion.kind == ConversionKind::kBoxing;
  }

  // Lambdas last: asking about them may bind their bodies.
  bool arguments_convert(const Form& form) {
    for (const bool lambdas : {false, true}) {
      for (std::size_t i = 0; i < arguments_.size(); ++i) {
        const CallArgument& argument = arguments_[i];
        if ((argument.untyped == Untyped::kLambda || argument.untyped == Untyped::kMethodGroup) != lambdas) continue;
        if (!mode_fits(argument, form.modes[i])) return bad_argument(form, i, 5, Outcome::kBadMode);
        const bool is_receiver = has_receiver_ && i == 0;
        if (!argument_converts(argument, *form.wanted[i], form.modes[i], is_receiver)) {
          return bad_argument(form, i, 6, Outcome::kBadArgument);
        }
      }
    }
    return true;
  }

  static bool mode_fits(const CallArgument& argument, ParameterMode mode) {
    if (is_by_reference(argument.mode) || is_by_reference(mode)) return argument.mode == mode;
    return argument.mode == ParameterMode::kValue || mode == ParameterMode::kIn;
  }

  bool argument_converts(const CallArgument& argument, const Type& wanted, ParameterMode mode, bool is_receiver) {
    if (wanted.kind == TypeKind::kError || (argument.type != nullptr && argument.type->kind == TypeKind::kError)) return true;
    switch (argument.untyped) {
      case Untyped::kNone: break;
      case Untyped::kNull: return accepts_null(wanted);
      case Untyped::kDefault: return true;
      case Untyped::kOutVariable: return mode == ParameterMode::kOut;
      case Untyped::kLambda: return lambda_fits(argument, wanted) && context_.lambdas.converts(argument, wanted);
      case Untyped::kMethodGroup: return wanted.kind == TypeKind::kDelegate && context_.lambdas.converts(argument, wanted);
      case Untyped::kOther: return context_.lambdas.converts(argument, wanted);
    }
    if (is_by_reference(mode)) return is_identical(*argument.type, wanted);
    const ConstantValue* constant = argument.constant.type != nullptr ? &argument.constant : nullptr;
    const Conversion conversion = implicit_conversion(context_.types, *argument.type, wanted, constant);
    if (!is_receiver) return static_cast<bool>(conversion);
    return conversion.kind == ConversionKind::kIdentity || conversion.kind == ConversionKind::kReference ||
           conversion.kind == ConversionKind::kBoxing;
  }

  bool lambda_fits(const CallArgument& lambda, const Type& wanted) {
    const MemberInfo* invoke = context_.types.invoke_of(wanted);
    if (invoke == nullptr) return false;
    const std::optional<std::size_t> parameters = context_.lambdas.parameter_count(lambda);
    return !parameters.has_value() || *parameters == invoke->parameters.size();
  }

  // ---- failures: the one that came furthest is kept
  // Returns false so that a step can end with it; with `report`, whether this failure was taken.
  bool note(int progress, Outcome outcome, const MemberInfo& member, std::size_t argument, bool report = false) {
    if (progress <= progress_) return false;
    progress_ = progress;
    failure_ = Resolution{};
    failure_.outcome = outcome;
    failure_.member = &member;
    failure_.argument = argument;
    failure_.is_extension_call = has_receiver_;
    return report;
  }

  bool bad_argument(const Form& form, std::size_t argument, int kind, Outcome outcome) {
    // Among candidates that fail at an argument, the one that fails latest is what the author most likely means.
    if (note(kind * 1000 + static_cast<int>(argument), outcome, *form.member, argument, true)) {
      describe(failure_, form);
      failure_.expected = form.wanted[argument];
    }
    return false;
  }

  // ---- the best of the applicable
  static bool derives(const Type& derived, const Type& base) {
    if (&derived == &base || derived.is_static || base.is_static) return false;
    return is_assignable(derived, base) && !is_identical(derived, base);
  }

  static std::size_t keep_most_derived(std::span<Form> forms) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < forms.size(); ++i) {
      const bool is_shadowed = std::ranges::any_of(
          forms, [&](const Form& other) { return derives(*other.member->declaring, *forms[i].member->declaring); });
      if (!is_shadowed) std::swap(forms[kept++], forms[i]);
    }
    return kept;
  }

  Resolution choose(std::span<Form> forms) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < forms.size(); ++i) {
      if (compare(forms[i], forms[best]) < 0) best = i;
    }
    for (std::size_t i = 0; i < forms.size(); ++i) {
      if (i == best || compare(forms[best], forms[i]) < 0) continue;
      Resolution ambiguous{.outcome = Outcome::kAmbiguous, .member = forms[best].member, .other = forms[i].member,
                           .type_arguments = {}, .parameter_types = {}, .argument_of = {}};
      ambiguous.is_extension_call = has_receiver_;
      return ambiguous;
    }
    Resolution found;
    found.outcome = Outcome::kFound;
    found.is_extension_call = has_receiver_;
    describe(found, forms[best]);
    return found;
  }

  void describe(Resolution& resolution, const Form& form) {
    const MemberInfo& member = *form.member;
    resolution.member = &member;
    resolution.type_arguments = form.type_arguments;
    resolution.is_expanded = form.is_expanded;
    resolution.params_begin = form.params_begin;
    resolution.argument_of = form.argument_of;
    const std::span<const Type*> types = context_.arena.array<const Type*>(member.parameters.size());
    for (std::size_t i = 0; i < types.size(); ++i) types[i] = &closed(*member.parameters[i].type, form);
    resolution.parameter_types = types;
    resolution.result_type = member.kind == MemberKind::kConstructor ? member.declaring : &closed(*member.type, form);
  }

  const Type& closed(const Type& type, const Form& form) {
    return form.type_arguments.empty() ? type : context_.types.substitute(type, {}, form.type_arguments);
  }

  // Negative when `a` is the better function member, positive when `b` is, 0 when neither.
  int compare(const Form& a, const Form& b) {
    bool a_wins = false;
    bool b_wins = false;
    bool all_same = true;
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      if (is_identical(*a.wanted[i], *b.wanted[i])) continue;
      all_same = false;
      const int better = better_conversion(context_, arguments_[i], *a.wanted[i], *b.wanted[i]);
      a_wins |= better < 0;
      b_wins |= better > 0;
    }
    if (a_wins != b_wins) return a_wins ? -1 : 1;
    return all_same ? break_tie(a, b) : 0;
  }

  static int prefer(bool a, bool b) { return a == b ? 0 : a ? -1 : 1; }

  static int break_tie(const Form& a, const Form& b) {
    const MemberInfo& x = *a.member;
    const MemberInfo& y = *b.member;
    if (const int plain = prefer(x.type_parameters.empty(), y.type_parameters.empty())) return plain;
    if (const int normal = prefer(!a.is_expanded, !b.is_expanded)) return normal;
    if (a.is_expanded) {
      if (const int longer = prefer(x.parameters.size() > y.parameters.size(), x.parameters.size() < y.parameters.size())) return longer;
    }
    if (const int complete = prefer(!a.omits_parameters, !b.omits_parameters)) return complete;
    if (const int specific = more_specific(a.open, b.open)) return specific;
    return prefer(!takes_type_argument(x), !takes_type_argument(y));
  }

  // `new Lazy<bool>(true)`: members of generic types have their parameters filled in already; the row still says T.
  static bool takes_type_argument(const MemberInfo& member) {
    return member.row != nullptr && member.row->declaration.find("(T ") != std::string_view::npos;
  }

  // A type parameter is less specific than anything else, also inside constructed types and arrays.
  static int more_specific(std::span<const Type* const> a, std::span<const Type* const> b) {
    bool a_wins = false;
    bool b_wins = false;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
      const int which = more_specific(*a[i], *b[i]);
      a_wins |= which < 0;
      b_wins |= which > 0;
    }
    return prefer(a_wins && !b_wins, b_wins && !a_wins);
  }

  static int more_specific(const Type& a, const Type& b) {
    const bool a_is_parameter = a.kind == TypeKind::kTypeParameter;
    const bool b_is_parameter = b.kind == TypeKind::kTypeParameter;
    if (a_is_parameter || b_is_parameter) return prefer(!a_is_parameter, !b_is_parameter);
    if (a.kind != b.kind) return 0;
    if (a.kind == TypeKind::kArray) return a.rank == b.rank ? more_specific(*a.element, *b.element) : 0;
    if (a.arguments.size() != b.arguments.size()) return 0;
    return more_specific(a.arguments, b.arguments);
  }

  CallContext& context_;
  std::span<const CallArgument> arguments_;
  std::span<const Type* const> explicit_;
  bool has_receiver_;
  int progress_ = 0;
  Resolution failure_;
};

// ---- better conversion --------------------------------------------------------------------------------------------------------

int signed_rank(const Type& type) {
  switch (underlying(type).known) {
    case Known::kSByte: return 1;
    case Known::kInt16: return 2;
    case Known::kInt32: return 3;
    case Known::kInt64: return 4;
    default: return 0;
  }
}

int unsigned_rank(const Type& type) {
  switch (underlying(type).known) {
    case Known::kByte: return 1;
    case Known::kUInt16: return 2;
    case Known::kUInt32: return 3;
    case Known::kUInt64: return 4;
    default: return 0;
  }
}

// int beats uint and ulong, long beats ulong: a signed type is better than any unsigned one of its size or more.
bool signed_beats(const Type& a, const Type& b) {
  const int a_rank = signed_rank(a);
  const int b_rank = unsigned_rank(b);
  return a_rank != 0 && b_rank != 0 && b_rank >= a_rank;
}

int better_target(CallContext& context, const Type& a, const Type& b);

bool same_parameters(const MemberInfo& a, const MemberInfo& b) {
  return std::ranges::equal(a.parameters, b.parameters,
                            [](const Parameter& x, const Parameter& y) { return is_identical(*x.type, *y.type); });
}

int better_delegate(CallContext& context, const Type& a, const Type& b) {
  const MemberInfo* x = context.types.invoke_of(a);
  const MemberInfo* y = context.types.invoke_of(b);
  if (x == nullptr || y == nullptr || !same_parameters(*x, *y)) return 0;
  const bool x_is_void = x->type->kind == TypeKind::kVoid;
  const bool y_is_void = y->type->kind == TypeKind::kVoid;
  if (x_is_void != y_is_void) return x_is_void ? 1 : -1;
  return x_is_void || is_identical(*x->type, *y->type) ? 0 : better_target(context, *x->type, *y->type);
}

int better_target(CallContext& context, const Type& a, const Type& b) {
  const bool a_to_b = static_cast<bool>(implicit_conversion(context.types, a, b));
  const bool b_to_a = static_cast<bool>(implicit_conversion(context.types, b, a));
  if (a_to_b != b_to_a) return a_to_b ? -1 : 1;
  if (a.kind == TypeKind::kDelegate && b.kind == TypeKind::kDelegate) return better_delegate(context, a, b);
  if (signed_beats(a, b)) return -1;
  return signed_beats(b, a) ? 1 : 0;
}

// Whether the argument has exactly this type; for a lambda, whether its body has exactly the delegate's result type.
bool matches_exactly(CallContext& context, const CallArgument& argument, const Type& type) {
  if (argument.untyped == Untyped::kNone) return is_identical(*argument.type, type);
  if (argument.untyped != Untyped::kLambda) return false;
  const MemberInfo* invoke = context.types.invoke_of(type);
  if (invoke == nullptr || invoke->type->kind == TypeKind::kVoid) return false;
  std::array<const Type*, 17> parameters;
  if (invoke->parameters.size() > parameters.size()) return false;
  for (std::size_t i = 0; i < invoke->parameters.size(); ++i) parameters[i] = invoke->parameters[i].type;
  const Type* result = context.lambdas.result_type(argument, std::span<const Type* const>(parameters.data(), invoke->parameters.size()));
  return result != nullptr && is_identical(*result, *invoke->type);
}

}  // namespace

int better_conversion(CallContext& context, const CallArgument& argument, const Type& a, const Type& b) {
  if (is_identical(a, b)) return 0;
  const bool a_is_exact = matches_exactly(context, argument, a);
  const bool b_is_exact = matches_exactly(context, argument, b);
  if (a_is_exact != b_is_exact) return a_is_exact ? -1 : 1;
  return better_target(context, a, b);
}

Resolution resolve_call(CallContext& context, std::span<const MemberInfo* const> candidates,
                        std::span<const CallArgument> arguments, std::span<const Type* const> type_arguments) {
  return Resolver(context, arguments, type_arguments, false).run(candidates);
}

Resolution resolve_extension(CallContext& context, std::string_view name, std::span<const CallArgument> arguments,
                             std::span<const Type* const> type_arguments) {
  return Resolver(context, arguments, type_arguments, true).run(context.types.extensions(name));
}

}  // namespace portcullis
