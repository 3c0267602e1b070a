// What the C ABI's host says of the API, the product, the user and so on, and what an execution leaves: traces, the
// last error, the request.
#include "api/c_handles.h"
#include "engine/exchange/exchange.h"

namespace portcullis::c_abi {

namespace {

constexpr Ticks kUnixEpoch = 621'355'968'000'000'000;
Ticks ticks(std::int64_t unix_milliseconds) { return kUnixEpoch + unix_milliseconds * 10'000; }

std::span<const std::string_view> views(Arena& arena, const pc_text* texts, size_t count) {
  const std::span<std::string_view> all = arena.array<std::string_view>(count);
  for (size_t i = 0; i < count; ++i) all[i] = view(texts[i]);
  return all;
}
std::span<const ParameterView> parameters(Arena& arena, const pc_header* pairs, size_t count) {
  const std::span<ParameterView> all = arena.array<ParameterView>(count);
  for (size_t i = 0; i < count; ++i) all[i] = {view(pairs[i].name), view(pairs[i].value)};
  return all;
}
std::span<const GroupView> groups(Arena& arena, const pc_group* given, size_t count) {
  const std::span<GroupView> all = arena.array<GroupView>(count);
  for (size_t i = 0; i < count; ++i) all[i] = {view(given[i].id), view(given[i].name)};
  return all;
}
std::span<const CertificateView> certificates(Arena& arena, const pc_certificate* given, size_t count) {
  const std::span<CertificateView> all = arena.array<CertificateView>(count);
  for (size_t i = 0; i < count; ++i) all[i] = {view(given[i].id), view(given[i].pem), view(given[i].password)};
  return all;
}

SubscriptionView subscription_of(const pc_subscription& given) {
  SubscriptionView subscription{.id = view(given.id),
                                .name = view(given.name),
                                .key = view(given.key),
                                .primary_key = view(given.primary_key),
                                .secondary_key = view(given.secondary_key),
                                .created_date = ticks(given.created),
                                .start_date = {},
                                .end_date = {}};
  if (given.has_start != 0) subscription.start_date = ticks(given.start);
  if (given.has_end != 0) subscription.end_date = ticks(given.end);
  return subscription;
}

UserView user_of(Arena& arena, const pc_user& given) {
  const std::span<IdentityView> identities = arena.array<IdentityView>(given.identity_count);
  for (size_t i = 0; i < identities.size(); ++i)
    identities[i] = {view(given.identities[i].id), view(given.identities[i].provider)};
  return {.id = view(given.id),
          .email = view(given.email),
          .first_name = view(given.first_name),
          .last_name = view(given.last_name),
          .note = view(given.note),
          .registration_date = ticks(given.registered),
          .groups = groups(arena, given.groups, given.group_count),
          .identities = identities};
}

bool read_api(Arena& arena, const pc_api& given, ApiView& api) {
  api.id = view(given.id);
  api.name = view(given.name);
  api.path = view(given.path);
  api.revision = view(given.revision);
  api.version = view(given.version);
  api.is_current_revision = given.is_current_revision != 0;
  api.protocols = views(arena, given.protocols, given.protocol_count);
  if (given.key_header.data != nullptr) api.key_header = view(given.key_header);
  if (given.key_query.data != nullptr) api.key_query = view(given.key_query);
  if (given.workspace_id.data != nullptr)
    api.workspace = WorkspaceView{view(given.workspace_id), view(given.workspace_name)};
  if (given.service_url.data == nullptr) return true;
  UrlView url;
  if (!parse_url(view(given.service_url), url)) return false;
  api.service_url = url;
  return true;
}

bool read_product(Arena& arena, const pc_product& given, ProductView& product) {
  product.id = view(given.id);
  product.name = view(given.name);
  product.published = given.published != 0;
  product.approval_required = given.approval_required != 0;
  product.subscription_required = given.subscription_required != 0;
  if (given.has_subscription_limit != 0) product.subscription_limit = given.subscription_limit;
  product.groups = groups(arena, given.groups, given.group_count);
  const std::span<ApiView> apis = arena.array<ApiView>(given.api_count);
  for (size_t i = 0; i < apis.size(); ++i) {
    if (given.apis[i].size != sizeof(pc_api) || !read_api(arena, given.apis[i], apis[i])) return false;
  }
  product.apis = apis;
  return true;
}

DeploymentView deployment_of(Arena& arena, const pc_deployment& given) {
  DeploymentView deployment;
  const auto set = [](std::string_view& field, pc_text value) {
    if (value.data != nullptr) field = view(value);
  };
  set(deployment.region, given.region);
  set(deployment.service_id, given.service_id);
  set(deployment.service_name, given.service_name);
  set(deployment.gateway_id, given.gateway_id);
  set(deployment.gateway_instance_id, given.gateway_instance_id);
  deployment.is_managed = given.is_managed != 0;
  deployment.certificates = certificates(arena, given.certificates, given.certificate_count);
  deployment.authorities = certificates(arena, given.authorities, given.authority_count);
  if (given.dapr_port != 0) deployment.dapr_port = given.dapr_port;
  return deployment;
}

CircuitBreakerView breaker_of(Arena& arena, const pc_circuit_breaker& given) {
  const std::span<StatusRangeView> ranges = arena.array<StatusRangeView>(given.status_range_count);
  for (size_t i = 0; i < ranges.size(); ++i) ranges[i] = {given.status_ranges[i].min, given.status_ranges[i].max};
  CircuitBreakerView breaker{.name = view(given.name),
                             .failure_count = given.failure_count,
                             .failure_percentage = given.failure_percentage,
                             .interval = std::chrono::milliseconds(given.interval_milliseconds),
                             .trip_duration = std::chrono::milliseconds(given.trip_milliseconds),
                             .status_ranges = ranges,
                             .error_reasons = views(arena, given.error_reasons, given.error_reason_count),
                             .accept_retry_after = given.accept_retry_after != 0};
  if (given.failure_status != 0) breaker.failure_status = given.failure_status;
  return breaker;
}

BackendView backend_of(Arena& arena, const pc_backend& given) {
  const std::span<PoolMemberView> pool = arena.array<PoolMemberView>(given.pool_count);
  for (size_t i = 0; i < pool.size(); ++i)
    pool[i] = {view(given.pool[i].id), given.pool[i].priority, given.pool[i].weight};
  const std::span<CircuitBreakerView> breakers = arena.array<CircuitBreakerView>(given.circuit_breaker_count);
  for (size_t i = 0; i < breakers.size(); ++i) breakers[i] = breaker_of(arena, given.circuit_breakers[i]);
  return {.id = view(given.id),
          .url = view(given.url),
          .credential_headers = header_views(arena, given.credential_headers, given.credential_header_count),
          .credential_query = parameters(arena, given.credential_query, given.credential_query_count),
          .authorization = view(given.authorization),
          .client_certificate_pem = view(given.client_certificate_pem),
          .verify_peer = given.skip_peer_check == 0,
          .verify_host = given.skip_host_check == 0,
          .type = pool.empty() ? BackendView::Type::kSingle : BackendView::Type::kPool,
          .pool = pool,
          .affinity_cookie = view(given.affinity_cookie),
          .circuit_breakers = breakers,
          .identity_resource = view(given.identity_resource),
          .identity_client_id = view(given.identity_client_id),
          .proxy_url = view(given.proxy_url),
          .proxy_username = view(given.proxy_username),
          .proxy_password = view(given.proxy_password),
          .azure_region = view(given.azure_region)};
}

LastErrorView error_of(const pc_last_error& given) {
  return {.source = view(given.source),
          .reason = view(given.reason),
          .message = view(given.message),
          .scope = view(given.scope),
          .section = view(given.section),
          .path = view(given.path),
          .policy_id = view(given.policy_id)};
}

// Reads one struct of the host's, if it gave it, into the execution's memory. False: it cannot be.
template <typename View, typename Given, typename Read>
bool read_one(Arena& arena, const Given* given, const View*& into, Read read) {
  if (given == nullptr) return true;
  const std::optional<Given> whole = taken(given);
  View* made = arena.make<View>();
  if (!whole.has_value() || !read(*whole, *made)) return false;
  into = made;
  return true;
}

}  // namespace

std::span<const HeaderView> header_views(Arena& arena, const pc_header* headers, size_t count) {
  const std::span<HeaderView> all = arena.array<HeaderView>(count);
  for (size_t i = 0; i < count; ++i) all[i] = {view(headers[i].name), view(headers[i].value)};
  return all;
}

bool read_context(pc_execution& execution, const pc_context& given, ExecutionOptions& options) {
  Arena& arena = execution.arena;
  ContextView& context = execution.context;
  if (given.admission < PC_ADMITTED || given.admission > PC_SUBSCRIPTION_KEY_INVALID) return false;
  context.admission = static_cast<Admission>(given.admission);
  context.tracing = given.tracing != 0;
  if (given.backends != nullptr) {
    // One more, so that "no backends at all" still has data, which says that these are all.
    const std::span<BackendView> backends = arena.array<BackendView>(given.backend_count + 1);
    for (size_t i = 0; i < given.backend_count; ++i) backends[i] = backend_of(arena, given.backends[i]);
    context.backends = backends.first(given.backend_count);
  }
  const std::span<VariableText> variables = arena.array<VariableText>(given.variable_count);
  for (size_t i = 0; i < variables.size(); ++i)
    variables[i] = {view(given.variables[i].name), view(given.variables[i].type), view(given.variables[i].json)};
  options.variables = variables;
  return read_one(arena, given.subscription, context.subscription,
                  [](const pc_subscription& it, SubscriptionView& into) { return into = subscription_of(it), true; }) &&
         read_one(arena, given.user, context.user,
                  [&](const pc_user& it, UserView& into) { return into = user_of(arena, it), true; }) &&
         read_one(arena, given.product, context.product,
                  [&](const pc_product& it, ProductView& into) { return read_product(arena, it, into); }) &&
         read_one(arena, given.api, context.api,
                  [&](const pc_api& it, ApiView& into) { return read_api(arena, it, into); }) &&
         read_one(arena, given.operation, context.operation,
                  [](const pc_operation& it, OperationView& into) {
                    return into = {view(it.id), view(it.name), view(it.method), view(it.url_template)}, true;
                  }) &&
         read_one(
             arena, given.deployment, context.deployment,
             [&](const pc_deployment& it, DeploymentView& into) { return into = deployment_of(arena, it), true; }) &&
         read_one(arena, given.last_error, context.last_error,
                  [](const pc_last_error& it, LastErrorView& into) { return into = error_of(it), true; });
}

}  // namespace portcullis::c_abi

using namespace pc::c_abi;  // NOLINT(google-build-using-namespace): of this library, and C functions stand in no
                            // namespace

namespace {

std::span<const pc_header> pairs(pc::Arena& arena, std::span<const pc::ParameterView> given) {
  const std::span<pc_header> all = arena.array<pc_header>(given.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = {text(given[i].name), text(given[i].value)};
  return all;
}

}  // namespace

extern "C" {

int pc_execution_trace(pc_execution* execution, size_t index, pc_trace_entry* entry) {
  if (execution == nullptr || !has_room(entry)) return 0;
  return guarded(0, [&] {
    if (index == 0) execution->trace = execution->execution->trace();
    if (index >= execution->trace.size()) return 0;
    const pc::TraceView& found = execution->trace[index];
    const std::span<const pc_header> metadata = pairs(execution->arena, found.metadata);
    give(entry, pc_trace_entry{.size = 0,
                               .section = text(found.section),
                               .scope = text(found.scope),
                               .policy = text(found.policy),
                               .path = text(found.path),
                               .file = text(found.file),
                               .line = found.line,
                               .column = found.column,
                               .source = text(found.source),
                               .message = text(found.message),
                               .severity = text(found.severity),
                               .metadata = metadata.data(),
                               .metadata_count = metadata.size(),
                               .elapsed_nanoseconds = found.elapsed.count(),
                               .duration_nanoseconds = found.duration.count(),
                               .is_step_end = found.is_step_end ? 1 : 0,
                               .is_custom = found.is_custom ? 1 : 0});
    return 1;
  });
}

int pc_execution_last_error(pc_execution* execution, pc_last_error* error) {
  if (execution == nullptr || !has_room(error)) return 0;
  return guarded(0, [&] {
    const std::optional<pc::LastErrorView> found = execution->execution->last_error();
    if (!found.has_value()) return 0;
    give(error, pc_last_error{.size = 0,
                              .source = text(found->source),
                              .reason = text(found->reason),
                              .message = text(found->message),
                              .scope = text(found->scope),
                              .section = text(found->section),
                              .path = text(found->path),
                              .policy_id = text(found->policy_id)});
    return 1;
  });
}

pc_status pc_execution_request(pc_execution* execution, pc_request* request) {
  if (execution == nullptr || !has_room(request)) return PC_BAD_ARGUMENT;
  if (!execution->done) return PC_WRONG_STATE;
  return guarded(PC_OUT_OF_MEMORY, [&] {
    const pc::RequestView left = execution->execution->request();
    const std::span<pc_header> headers = execution->arena.array<pc_header>(left.headers.size());
    for (size_t i = 0; i < headers.size(); ++i) headers[i] = {text(left.headers[i].name), text(left.headers[i].value)};
    pc_request full{};
    full.method = text(left.method);
    pc::Url url;
    url.assign(left.url);
    full.url = text(url.text(execution->arena));
    full.headers = headers.data();
    full.header_count = headers.size();
    if (left.body.state == pc::BodyState::kBuffered) full.body = text(left.body.content);
    full.body_streams = left.body.state == pc::BodyState::kStream ? 1 : 0;
    full.ip_address = text(left.ip_address);
    give(request, full);
    return PC_DONE;
  });
}

pc_text pc_execution_problem(const pc_execution* execution) {
  return execution == nullptr ? pc_text{nullptr, 0} : text(execution->execution->problem());
}

pc_status pc_execution_cost(const pc_execution* execution, pc_cost* cost) {
  if (execution == nullptr || !has_room(cost)) return PC_BAD_ARGUMENT;
  const pc::Cost found = execution->execution->cost();
  give(cost, pc_cost{0, found.steps, found.arena_bytes});
  return PC_DONE;
}

}  // extern "C"
