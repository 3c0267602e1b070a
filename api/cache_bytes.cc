// Values as caches keep them, through the public API.
#include "api/library.h"
#include "api/variables.h"
#include "engine/exchange/serialise.h"

namespace portcullis {

std::optional<std::string> cache_bytes(const Library& library, const VariableText& value, std::string& problem) {
  const RunLimits limits;
  Arena arena(limits.memory_bytes);
  const std::unique_ptr<Environment> environment = make_system_environment();
  const ContextView context;
  Exchange exchange(arena, library.types, context, nullptr);
  Run run(arena, library.types, *environment, &exchange, limits);
  Keepers keepers;
  set_variables(run, exchange.variables, {&value, 1}, keepers, problem);
  if (!problem.empty()) return std::nullopt;
  const Variables::Entry* made = exchange.variables.find(value.name);
  std::string bytes;
  if (made == nullptr || !serialise(run, made->value, bytes, problem)) return std::nullopt;
  return bytes;
}

}  // namespace portcullis
