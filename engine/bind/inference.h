// Type arguments of generic methods from the arguments of a call: the two phases of C# 7.3, and the best common type.
#pragma once

#include <span>

#include "engine/bind/overload.h"

namespace portcullis {

struct InferenceCall {
  const MemberInfo* method;
  std::span<const CallArgument> arguments;
  /// For each argument the type of the parameter it meets, method type parameters in it (expanded params: the element type).
  std::span<const Type* const> parameter_types;
};

/// Infers the type arguments of a generic method into `inferred`, one for each type parameter. False when some cannot be inferred;
/// those are null then.
bool infer_type_arguments(CallContext& context, const InferenceCall& call, std::span<const Type*> inferred);

/// The type all of these convert to (`new[] { … }`, a lambda's returns): one of their own types, or null when there is none or
/// no single best one.
const Type* best_common_type(CallContext& context, std::span<const CallArgument> items);

}  // namespace portcullis
