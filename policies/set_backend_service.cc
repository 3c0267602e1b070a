// set-backend-service: where the request goes. source: set-backend-service-policy, set-backend-service-dapr-policy
//
// A backend entity is looked up among those the host listed; a host that lists none gets the name with the call
// (HttpCall::backend_id). Service Fabric needs a resolver that this gateway does not have: its attributes are refused at load.
#include <algorithm>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/backend.h"
#include "policies/support/text.h"
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

// A reserved id. source: service-model.md#5
bool names_dapr(std::string_view id) { return equals_ignoring_ascii_case(trim_ascii(id), "dapr"); }
bool is_dapr(const SetBackendService& config) { return config.backend_id.is_present && config.backend_id.expression == nullptr && names_dapr(config.backend_id.literal); }

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
  const bool has_dapr_parts = backend.dapr_app_id.is_present || backend.dapr_method.is_present || backend.dapr_namespace.is_present;
  if (has_dapr_parts && !is_dapr(backend) && backend.backend_id.expression == nullptr) {
    reader.report(element.name_span, policy_code::kConflict, "`dapr-app-id`, `dapr-method` and `dapr-namespace` go with `backend-id=\"dapr\"` only");
  }
  UrlView url;
  const Attribute* literal = element.find("base-url");
  if (literal != nullptr && literal->value.is_literal() && !parse_url(trim_ascii(backend.base_url.literal), url)) {
    reader.report(literal->value.span, policy_code::kWrongLiteral, joined("`", backend.base_url.literal, "` is no absolute http or https URL"));
  }
}

// Another base under the request's own path and query. The query of an earlier base goes with it.
void rebase(PolicyRun& run, const UrlView& base) {
  Exchange& exchange = run.exchange();
  Url& url = exchange.request.url;
  const std::string_view old = exchange.backend_query;
  if (!old.empty() && url.query.starts_with(old) && (url.query.size() == old.size() || url.query[old.size()] == '&')) {
    url.query.remove_prefix(std::min(old.size() + 1, url.query.size()));
    url.parameters = nullptr;
  }
  exchange.backend_query = base.query;
  rebase_url(url, base, run.arena());
}

void forget_entity(Exchange& exchange) {
  exchange.backend_id = {};
  exchange.backend = nullptr;
  exchange.backend_member = nullptr;
}

Outcome to_dapr(PolicyRun& run, const SetBackendService& config) {
  std::string_view app_id;
  std::string_view method;
  std::string_view name_space;
  if (!run.get(config.dapr_app_id, app_id) || !run.get(config.dapr_method, method) || !run.get(config.dapr_namespace, name_space)) return Outcome::kFail;
  app_id = trim_ascii(app_id);
  method = trim_ascii(method);
  name_space = trim_ascii(name_space);
  if (app_id.empty() || method.empty()) return run.fail({}, "The Dapr form needs an app id and a method.");
  forget_entity(run.exchange());
  // The sidecar's invoke API; the request's path does not follow, its query does. source: routing.md#2 (chosen)
  UrlView base{.scheme = "http", .host = "localhost", .port = 3500, .path = "/", .query = {}};
  if (run.exchange().view.deployment != nullptr) base.port = run.exchange().view.deployment->dapr_port;
  rebase(run, base);
  Url& url = run.exchange().request.url;
  url.path = concatenated(run.arena(), {"/v1.0/invoke/", app_id, name_space.empty() ? "" : ".", name_space, "/method/", method.starts_with('/') ? method.substr(1) : method});
  url.base_path_size = url.path.size();
  return Outcome::kContinue;
}

Outcome to_entity(PolicyRun& run, std::string_view id) {
  Exchange& exchange = run.exchange();
  if (id.empty()) return run.fail({}, "The attribute `backend-id` is empty.");
  forget_entity(exchange);
  exchange.backend_id = run.text(id);
  if (exchange.view.backends.data() == nullptr) return Outcome::kContinue;
  exchange.backend = find_backend(exchange, id);
  if (exchange.backend == nullptr) return run.fail({}, joined("There is no backend `", id, "`."));
  if (exchange.backend->type == BackendView::Type::kPool) return Outcome::kContinue;  // each call picks a member
  UrlView base;
  if (!parse_url(exchange.backend->url, base)) return run.fail({}, joined("The URL of backend `", id, "` is no absolute http or https URL."));
  rebase(run, base);
  return Outcome::kContinue;
}

Outcome to_url(PolicyRun& run, std::string_view text) {
  Exchange& exchange = run.exchange();
  UrlView base;
  if (!parse_url(trim_ascii(text), base)) return run.fail({}, joined("`", text, "` is no absolute http or https URL."));
  // The platform's own documentation has the outer entity win here; the last statement wins. source: routing.md#2 (chosen)
  if (run.tracing() && !exchange.backend_id.empty()) run.trace(joined("Backend `", exchange.backend_id, "` of an earlier statement is replaced by a URL"));
  forget_entity(exchange);
  rebase(run, base);
  return Outcome::kContinue;
}

Outcome run(PolicyRun& run, const SetBackendService& config) {
  std::string_view text;
  if (!run.get(config.backend_id.is_present ? config.backend_id : config.base_url, text)) return Outcome::kFail;
  Outcome outcome = Outcome::kContinue;
  if (!config.backend_id.is_present) {
    outcome = to_url(run, text);
  } else if (names_dapr(text)) {
    outcome = to_dapr(run, config);
  } else {
    outcome = to_entity(run, trim_ascii(text));
  }
  if (outcome == Outcome::kContinue && run.tracing()) run.trace(joined("Backend is now ", text));
  return outcome;
}

}  // namespace

const PolicySpec kSetBackendService = policy<SetBackendService, &run>("set-backend-service", kAttributes).checked_by(&check);

}  // namespace portcullis
