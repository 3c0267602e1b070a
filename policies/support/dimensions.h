// Dimensions of metrics: the child `<dimension name value?>` of emit-metric and of the token metrics, and the names whose
// values the gateway knows. source: emit-metric-policy#default-dimension-names-that-may-be-used-without-value
#pragma once

#include <span>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"

namespace portcullis {

struct Dimension {
  Setting<std::string_view> name;
  Setting<std::string_view> value;
};

inline constexpr AttributeSpec kDimensionAttributes[] = {required<&Dimension::name>("name"),
                                                         optional<&Dimension::value>("value")};
/// A structured child: `elements<&Config::dimensions, &kDimension>("dimension", 0, kMany)` into a
/// `std::span<const Dimension>`.
inline constexpr ElementSpec kDimension = element_of<Dimension>(kDimensionAttributes);

/// Reports more than ten custom dimensions, repeated names (case is ignored) and custom names without a value; warns
/// above five. source: integration.md#9
void check_dimensions(Reader& reader, const Element& element);

bool is_default_dimension(std::string_view name);
/// What the gateway knows now: `API ID`, `Backend ID`…; empty: nothing, or no such name. Lifetime: the request.
std::string_view default_dimension(PolicyRun& run, std::string_view name);

/// Evaluates names and values. `absent` stands for null and for what the gateway does not know. False after an
/// expression failed.
bool get_dimensions(PolicyRun& run, std::span<const Dimension> dimensions, std::string_view absent,
                    std::span<const ParameterView>& values);

}  // namespace portcullis
