// set-query-parameter: adds, replaces, extends or removes one query parameter of the request. source: set-query-parameter-policy
#include <algorithm>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/exists_action.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct SetQueryParameter {
  Setting<std::string_view> name;
  Setting<std::string_view> exists_action;
  std::span<const Setting<std::string_view>> values;
  ExistsAction literal_action = ExistsAction::kOverride;
};

constexpr AttributeSpec kAttributes[] = {
    required<&SetQueryParameter::name>("name"),
    optional<&SetQueryParameter::exists_action>("exists-action"),
};
constexpr ChildSpec kChildren[] = {texts<&SetQueryParameter::values>("value", 0, kMany)};

void check(Reader& reader, const Element& element, void* config) {
  static_cast<SetQueryParameter*>(config)->literal_action = check_exists_action(reader, element);
}

/// Items of the URL's query with those of `name` taken out; `first` is where the first of them stood.
struct Split {
  std::span<QueryParameter> others;
  std::size_t first;
};

Split without(std::span<const QueryParameter> items, std::string_view name, Arena& arena) {
  const std::span<QueryParameter> others = arena.array<QueryParameter>(items.size());
  std::size_t kept = 0;
  std::size_t first = items.size();
  for (const QueryParameter& item : items) {
    if (equals_ignoring_ascii_case(item.name, name)) {
      if (first == items.size()) first = kept;
    } else {
      others[kept++] = item;
    }
  }
  return {others.first(kept), std::min(first, kept)};
}

void replace_items(Url& url, std::span<const QueryParameter> before, std::span<const QueryParameter> fresh,
                   std::span<const QueryParameter> after, Arena& arena) {
  const std::span<QueryParameter> all = arena.array<QueryParameter>(before.size() + fresh.size() + after.size());
  std::size_t at = 0;
  for (const auto& part : {before, fresh, after}) {
    for (const QueryParameter& item : part) all[at++] = item;
  }
  auto* parameters = arena.make<QueryParameters>();
  parameters->items = all;
  parameters->capacity = static_cast<std::uint32_t>(all.size());
  url.parameters = parameters;
  write_query(url, arena);
}

bool read_values(PolicyRun& run, const SetQueryParameter& config, std::string_view name, std::span<QueryParameter>& fresh) {
  fresh = run.arena().array<QueryParameter>(config.values.size());
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    std::string_view value;
    if (!run.get(config.values[i], value)) return false;
    fresh[i] = {name, value};
    if (run.tracing()) run.trace(joined("Query parameter ", name, " was set to '", value, "'"));
  }
  return true;
}

Outcome run(PolicyRun& run, const SetQueryParameter& config) {
  std::string_view name;
  ExistsAction action = ExistsAction::kOverride;
  if (!run.get(config.name, name) || !get_exists_action(run, config.exists_action, config.literal_action, action)) return Outcome::kFail;
  name = trim_ascii(name);
  if (name.empty()) return run.fail({}, "The name of the query parameter is empty.");
  Url& url = run.exchange().request.url;
  const std::span<const QueryParameter> items = query_parameters(url, run.arena()).items;
  const Split split = without(items, name, run.arena());
  const bool exists = split.others.size() != items.size();
  if (action == ExistsAction::kSkip && exists) return Outcome::kContinue;
  if (action == ExistsAction::kDelete) {
    if (exists) replace_items(url, split.others, {}, {}, run.arena());
    return Outcome::kContinue;
  }
  std::span<QueryParameter> fresh;
  if (!read_values(run, config, name, fresh)) return Outcome::kFail;
  if (action == ExistsAction::kAppend) {
    replace_items(url, items, fresh, {}, run.arena());
  } else {
    replace_items(url, split.others.first(split.first), fresh, split.others.subspan(split.first), run.arena());
  }
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kSetQueryParameter = policy<SetQueryParameter, &run>("set-query-parameter", kAttributes, kChildren).checked_by(&check);

}  // namespace portcullis
