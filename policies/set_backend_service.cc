// set-backend-service: where the request goes. source: set-backend-service-policy, set-backend-service-dapr-policy
//
// A backend entity is looked up among those the host listed; a host that lists none gets the name with the call
// (HttpCall::backend_id). Service Fabric needs a resolver that this gateway does not have: its attributes are refused at load.
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct SetBackendService {
  Setting<std::string_view> base_url;
  Setting<std::string_view> backend_id;
  Setting<std::string_view> dapr_app_id;
  Setting<std::string_view> dapr_method;
  Setting<std::string_view> dapr_namespace;
  Setting<std::string_view> service_fabric;  // any of its attributes
};

constexpr AttributeSpec kAttributes[] = {
    optional<&SetBackendService::base_url>("base-url"),
    optional<&SetBackendService::backend_id>("backend-id"),
    optional<&SetBackendService::dapr_app_id>("dapr-app-id"),
    optional<&SetBackendService::dapr_method>("dapr-method"),
    optional<&SetBackendService::dapr_namespace>("dapr-namespace"),
    optional<&SetBackendService::service_fabric>("sf-resolve-condition"),
    optional<&SetBackendService::service_fabric>("sf-service-instance-name"),
    optional<&SetBackendService::service_fabric>("sf-partition-key"),
    optional<&SetBackendService::service_fabric>("sf-listener-name"),
    optional<&SetBackendService::service_fabric>("sf-replica-type"),
};

bool is_dapr(const SetBackendService& config) { return config.backend_id.expression == nullptr && config.backend_id.literal == "dapr"; }

void check(Reader& reader, const Element& element, void* config) {
  const auto& backend = *static_cast<const SetBackendService*>(config);
  if (backend.base_url.is_present == backend.backend_id.is_present) {
    reader.report(element.name_span, policy_code::kConflict, "`set-backend-service` takes either `base-url` or `backend-id`", "write one of the two");
  }
  for (const Attribute& attribute : element.attributes) {
    if (attribute.name.starts_with("sf-")) {
      reader.report(attribute.name_span, policy_code::kMissingPolicy, "Service Fabric backends are not supported", "resolve the service to a URL and write it as `base-url`");
    }
  }
  if (is_dapr(backend) && (!backend.dapr_app_id.is_present || !backend.dapr_method.is_present)) {
    reader.report(element.name_span, policy_code::kMissingAttribute, "the Dapr form needs `dapr-app-id` and `dapr-method`");
  }
  UrlView url;
  const Attribute* literal = element.find("base-url");
  if (literal != nullptr && literal->value.is_literal() && !parse_url(trim_ascii(backend.base_url.literal), url)) {
    reader.report(literal->value.span, policy_code::kWrongLiteral, joined("`", backend.base_url.literal, "` is no absolute http or https URL"));
  }
}

Outcome to_dapr(PolicyRun& run, const SetBackendService& config) {
  std::string_view app_id;
  std::string_view method;
  std::string_view name_space;
  if (!run.get(config.dapr_app_id, app_id) || !run.get(config.dapr_method, method) || !run.get(config.dapr_namespace, name_space)) return Outcome::kFail;
  // The sidecar's invoke API; the request's path does not follow, its query does. source: integration.md#7 (chosen)
  const std::string path = joined("/v1.0/invoke/", app_id, name_space.empty() ? "" : ".", name_space, "/method/", method.starts_with('/') ? method.substr(1) : method);
  Url& url = run.exchange().request.url;
  url.scheme = "http";
  url.host = "localhost";
  url.port = 3500;
  url.path = run.text(path);
  url.base_path_size = url.path.size();
  return Outcome::kContinue;
}

Outcome to_entity(PolicyRun& run, std::string_view id) {
  Exchange& exchange = run.exchange();
  if (id.empty()) return run.fail({}, "The attribute `backend-id` is empty.");
  exchange.backend_id = run.text(id);
  exchange.backend = nullptr;
  if (exchange.view.backends.data() == nullptr) return Outcome::kContinue;
  for (const BackendView& backend : exchange.view.backends) {
    if (backend.id == id) exchange.backend = &backend;
  }
  UrlView base;
  if (exchange.backend == nullptr) return run.fail({}, joined("There is no backend `", id, "`."));
  if (!parse_url(exchange.backend->url, base)) return run.fail({}, joined("The URL of backend `", id, "` is no absolute http or https URL."));
  rebase_url(exchange.request.url, base, run.arena());
  return Outcome::kContinue;
}

Outcome run(PolicyRun& run, const SetBackendService& config) {
  Exchange& exchange = run.exchange();
  std::string_view text;
  Outcome outcome = Outcome::kContinue;
  if (config.backend_id.is_present) {
    if (!run.get(config.backend_id, text)) return Outcome::kFail;
    outcome = text == "dapr" && config.dapr_app_id.is_present ? to_dapr(run, config) : to_entity(run, trim_ascii(text));
  } else {
    if (!run.get(config.base_url, text)) return Outcome::kFail;
    UrlView base;
    if (!parse_url(trim_ascii(text), base)) return run.fail({}, joined("`", text, "` is no absolute http or https URL."));
    exchange.backend_id = {};
    exchange.backend = nullptr;
    rebase_url(exchange.request.url, base, run.arena());
  }
  if (outcome == Outcome::kContinue && run.tracing()) run.trace(joined("Backend is now ", text));
  return outcome;
}

}  // namespace

const PolicySpec kSetBackendService = policy<SetBackendService, &run>("set-backend-service", kAttributes).checked_by(&check);

}  // namespace portcullis
