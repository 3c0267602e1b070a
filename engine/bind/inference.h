// Type arguments of generic methods from the arguments of a call: the two phases of C# 7.3, and the best common type.
#pragma once

#include <span>

#include "engine/bind/overload.h"

namespace portcullis {

/// Type arguments of `method` for a call, or an empty span when they cannot be inferred. `argument_of` maps parameters to arguments
/// (Resolution::kOmitted for omitted ones); in the expanded form the arguments from `params_begin` on meet the
/// element type of the last parameter.
struct InferenceCall {
  const MemberInfo* method;
  std::span<const CallArgument> arguments;
  std::span<const std::uint32_t> argument_of;
  bool is_expanded = false;
  std::size_t params_begin = 0;
};
std::span<const Type* const> infer_type_arguments(CallContext& context, const InferenceCall& call);

/// The type all of these convert to (`new[] { … }`, a lambda's returns): one of their own types, or null when there is none or
/// no single best one.
const Type* best_common_type(CallContext& context, std::span<const CallArgument> items);

}  // namespace portcullis
