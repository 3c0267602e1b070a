// Variables between the public API's texts and the engine's objects.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/exchange/exchange.h"
#include "engine/program/code.h"
#include "portcullis/portcullis.hpp"

namespace portcullis {

/// Expressions whose constants the made objects point to; they live as long as the execution.
using Keepers = std::vector<std::shared_ptr<const CompiledExpression>>;

/// Sets each variable from its type name and JSON text, as the context format says (docs/interfaces.md). A value that cannot be made
/// (text that is no Guid, an unknown type) becomes null, and `problem` says why.
void set_variables(Run& run, Variables& variables, std::span<const VariableText> texts, Keepers& keepers, std::string& problem);

std::vector<VariableView> describe_variables(Run& run, const Variables& variables);

/// A date of the context format in .NET ticks and kind, or nullopt.
std::optional<std::int64_t> parse_date_time(std::string_view text);

}  // namespace portcullis
