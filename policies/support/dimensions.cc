#include "policies/support/dimensions.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "engine/policy/codes.h"

namespace portcullis {

namespace {

// Revisions of the page disagree: five, or ten as the schema. source: integration.md#9
constexpr std::size_t kMostCustom = 10;
constexpr std::size_t kMostCustomOfNewest = 5;

std::string_view backend_of(const Exchange& exchange) {
  if (exchange.backend_member != nullptr) return exchange.backend_member->id;
  return exchange.backend != nullptr ? exchange.backend->id : exchange.backend_id;
}

template <typename Part>
std::string_view id_of(const Part* part) {
  return part == nullptr ? std::string_view() : part->id;
}

const DeploymentView& deployment_of(const Exchange& exchange) {
  return exchange.view.deployment == nullptr ? kDefaultDeployment : *exchange.view.deployment;
}

struct KnownDimension {
  std::string_view name;
  std::string_view (*value)(const Exchange&);
};
constexpr KnownDimension kKnown[] = {
    {"API ID", [](const Exchange& exchange) { return id_of(exchange.view.api); }},
    {"Operation ID", [](const Exchange& exchange) { return id_of(exchange.view.operation); }},
    {"Product ID", [](const Exchange& exchange) { return id_of(exchange.view.product); }},
    {"User ID", [](const Exchange& exchange) { return id_of(exchange.view.user); }},
    {"Subscription ID", [](const Exchange& exchange) { return id_of(exchange.view.subscription); }},
    {"Location", [](const Exchange& exchange) { return deployment_of(exchange).region; }},
    {"Location ID", [](const Exchange& exchange) { return deployment_of(exchange).region; }},
    {"Gateway ID", [](const Exchange& exchange) { return deployment_of(exchange).gateway_id; }},
    {"Backend ID", &backend_of},
};

const KnownDimension* find_known(std::string_view name) {
  for (const KnownDimension& known : kKnown) {
    if (equals_ignoring_ascii_case(known.name, name)) return &known;
  }
  return nullptr;
}

std::string known_names() {
  std::string names;
  for (const KnownDimension& known : kKnown) append(names, names.empty() ? "`" : ", `", known.name, "`");
  return names;
}

}  // namespace

bool is_default_dimension(std::string_view name) { return find_known(name) != nullptr; }

std::string_view default_dimension(PolicyRun& run, std::string_view name) {
  const KnownDimension* known = find_known(name);
  return known == nullptr ? std::string_view() : known->value(run.exchange());
}

void check_dimensions(Reader& reader, const Element& element) {
  std::vector<std::string_view> names;
  std::size_t custom = 0;
  for (const Element& child : element.elements()) {
    if (child.name != "dimension") continue;
    const Attribute* name = child.find("name");
    if (name == nullptr) continue;
    const bool is_literal = name->value.is_literal();
    const std::string_view text = is_literal ? name->value.trimmed() : std::string_view();
    const bool is_custom = !is_literal || !is_default_dimension(text);
    custom += is_custom ? 1 : 0;
    if (custom > kMostCustom) {
      reader.report(child.name_span, policy_code::kTooManyChildren,
                    joined("`", element.name, "` has more than ", kMostCustom, " custom dimensions"), {});
      return;
    }
    if (!is_literal) continue;
    if (text.empty()) reader.report(name->span, policy_code::kWrongLiteral, "a dimension needs a name", {});
    if (is_custom && child.find("value") == nullptr) {
      reader.report(child.name_span, policy_code::kMissingAttribute,
                    joined("the dimension `", text, "` lacks its attribute `value`"),
                    joined("without a value may stand: ", known_names()));
    }
    const auto same = [&](std::string_view other) { return equals_ignoring_ascii_case(other, text); };
    if (std::any_of(names.begin(), names.end(), same)) {
      reader.report(name->span, policy_code::kConflict, joined("the dimension `", text, "` stands twice"),
                    "case is ignored");
    }
    names.push_back(text);
  }
  if (custom > kMostCustomOfNewest) {
    reader.warn(element.name_span, policy_code::kSuspicious,
                joined(custom, " custom dimensions: newer gateways take ", kMostCustomOfNewest), {});
  }
}

bool get_dimensions(PolicyRun& run, std::span<const Dimension> dimensions, std::string_view absent,
                    std::span<const ParameterView>& values) {
  const std::span<ParameterView> made = run.arena().array<ParameterView>(dimensions.size());
  std::size_t count = 0;
  for (const Dimension& dimension : dimensions) {
    std::string_view name;
    std::string_view value;
    bool is_null = false;
    if (!run.get(dimension.name, name)) return false;
    name = trim_ascii(name);
    if (dimension.value.is_present) {
      if (!run.get(dimension.value, value, is_null)) return false;
    } else {
      value = default_dimension(run, name);
      is_null = value.empty();
    }
    // Only names that were computed can still be empty or meet again.
    const auto same = [&](const ParameterView& other) { return equals_ignoring_ascii_case(other.name, name); };
    if (name.empty() || std::any_of(made.begin(), made.begin() + static_cast<std::ptrdiff_t>(count), same)) {
      if (run.tracing()) run.trace(joined("The dimension `", name, "` is left out: its name is empty or stands twice"));
      continue;
    }
    made[count++] = {name, is_null ? absent : value};
  }
  values = made.first(count);
  return true;
}

}  // namespace portcullis
