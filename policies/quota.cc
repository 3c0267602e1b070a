// quota: calls and kilobytes in long fixed periods, for each subscription; more allowances for named APIs and
// operations. source: quota-policy
//
// Periods are counted from the subscription's start. Calls without a subscription are not counted.
#include "policies/support/entity_limits.h"
#include "policies/support/limits.h"
#include "policies/support/quotas.h"
#include "policies/support/text.h"
#include "policies/table.h"

namespace portcullis {
namespace {

constexpr std::int64_t kInherited = -1;

struct Allowance {
  EntityName name;
  std::int64_t calls = kNoQuota;
  std::int64_t bandwidth = kNoQuota;
  std::int64_t period = kInherited;
};
struct OperationQuota {
  Allowance allowance;
};
struct ApiQuota {
  Allowance allowance;
  std::span<const OperationQuota> operations;
};
struct Quota {
  Allowance allowance;
  std::span<const ApiQuota> apis;
  std::span<const OperationQuota> operations;  // of the current API
  QuotaCharge charge;
};

template <typename Config, auto kField>
constexpr AttributeSpec allowance_attribute(std::string_view name, bool is_required = false) {
  AttributeSpec spec = is_required ? required<kField>(name) : optional<kField>(name);
  spec.read = [](Reader& reader, const Attribute& attribute, void* config) {
    reader.read(attribute, static_cast<Config*>(config)->allowance.*kField);
  };
  return spec;
}
template <typename Config, auto kField>
constexpr AttributeSpec name_attribute(std::string_view name) {
  AttributeSpec spec = optional<kField>(name);
  spec.read = [](Reader& reader, const Attribute& attribute, void* config) {
    reader.read(attribute, static_cast<Config*>(config)->allowance.name.*kField);
  };
  return spec;
}

// The service refuses renewal-period on the children, its reference requires it: taken where given. source:
// rate-limits-and-quotas.md#3
template <typename Config>
constexpr AttributeSpec kEntityAttributes[] = {
    name_attribute<Config, &EntityName::id>("id"),
    name_attribute<Config, &EntityName::name>("name"),
    allowance_attribute<Config, &Allowance::calls>("calls"),
    allowance_attribute<Config, &Allowance::bandwidth>("bandwidth"),
    allowance_attribute<Config, &Allowance::period>("renewal-period"),
};

template <typename Config>
void check_entity(Reader& reader, const Element& element, void* config) {
  const Allowance& allowance = static_cast<const Config*>(config)->allowance;
  check_entity_name(reader, element, allowance.name);
  check_allowances(reader, element);
  check_quota_period(reader, element, allowance.period, 1);
}

constexpr ElementSpec kOperation =
    checked(element_of<OperationQuota>(kEntityAttributes<OperationQuota>), &check_entity<OperationQuota>);
constexpr ChildSpec kApiChildren[] = {elements<&ApiQuota::operations, &kOperation>("operation", 0, kMany)};
constexpr ElementSpec kApi =
    checked(element_of<ApiQuota>(kEntityAttributes<ApiQuota>, kApiChildren), &check_entity<ApiQuota>);

constexpr AttributeSpec kAttributes[] = {
    allowance_attribute<Quota, &Allowance::calls>("calls"),
    allowance_attribute<Quota, &Allowance::bandwidth>("bandwidth"),
    allowance_attribute<Quota, &Allowance::period>("renewal-period", true),
};
constexpr ChildSpec kChildren[] = {
    elements<&Quota::apis, &kApi>("api", 0, kMany),
    elements<&Quota::operations, &kOperation>("operation", 0, kMany),
};

void check(Reader& reader, const Element& element, void* config) {
  check_allowances(reader, element);
  check_quota_period(reader, element, static_cast<const Quota*>(config)->allowance.period, 1);
}

// ---- run ----------------------------------------------------------------------------------------------------------

constexpr Ticks kUnixEpochTicks = 621'355'968'000'000'000;
constexpr Ticks kTicksPerSecond = 10'000'000;

struct Windows {
  std::string_view root;
  std::chrono::sys_seconds start;
  std::chrono::seconds period;  // of the root
  std::span<QuotaWindow> all;
  std::size_t count = 0;

  void add(PolicyRun& run, const Allowance& allowance, std::string_view path) {
    const std::chrono::seconds own = allowance.period == kInherited ? period : std::chrono::seconds(allowance.period);
    all[count++] = {.key = concatenated(run.arena(), {root, path}),
                    .calls = allowance.calls,
                    .bandwidth_kilobytes = allowance.bandwidth,
                    .period = own,
                    .first_start = start};
  }
  void add_operations(PolicyRun& run, std::span<const OperationQuota> operations, std::string_view api) {
    for (const OperationQuota& operation : operations) {
      const EntityName& name = operation.allowance.name;
      if (is_current_operation(run, name))
        add(run, operation.allowance, concatenated(run.arena(), {"|", api, "|", name.text()}));
    }
  }
};

Task run(PolicyRun& run, const Quota& config) {
  const SubscriptionView* subscription = run.exchange().view.subscription;
  if (subscription == nullptr) {
    if (run.tracing()) run.trace("No subscription: the quota does not apply.");
    return ended_task(run, Outcome::kContinue);
  }
  std::size_t most = 1 + config.operations.size() + config.apis.size();
  for (const ApiQuota& api : config.apis) most += api.operations.size();
  const Ticks start = subscription->start_date.value_or(subscription->created_date);
  Windows windows{.root = concatenated(run.arena(), {"quota|", counter_owner(run), "|", subscription->id}),
                  .start = std::chrono::sys_seconds(std::chrono::seconds((start - kUnixEpochTicks) / kTicksPerSecond)),
                  .period = std::chrono::seconds(config.allowance.period),
                  .all = run.arena().array<QuotaWindow>(most)};
  windows.add(run, config.allowance, {});
  windows.add_operations(run, config.operations, {});
  for (const ApiQuota& api : config.apis) {
    const EntityName& name = api.allowance.name;
    if (!is_current_api(run, name)) continue;
    windows.add(run, api.allowance, concatenated(run.arena(), {"|", name.text()}));
    windows.add_operations(run, api.operations, name.text());
  }
  return enforce_quotas(run, windows.all.first(windows.count), config.charge);
}

}  // namespace

const PolicySpec kQuota = policy<Quota, &run>("quota", kAttributes, kChildren)
                              .in(kInboundOnly)
                              .at(bit(Scope::kProduct))
                              .once()
                              .checked_by(&check);

}  // namespace portcullis
