// What the C ABI's host says of the API, the product, the user and so on, and what an execution leaves: traces, the
// last error, the request.
#include "api/c_handles.h"
#include "engine/exchange/exchange.h"

namespace portcullis::c_abi {

namespace {

// What `make` makes of each of the host's items, in the execution's memory.
template <typename Given, typename Make>
auto mapped(Arena& arena, const Given* given, size_t count, Make make) {
  using View = decltype(make(*given));
  const std::span<View> all = arena.array<View>(count);
  for (size_t i = 0; i < count; ++i) all[i] = make(given[i]);
  return std::span<const View>(all);
}

std::span<const std::string_view> views(Arena& arena, const pc_text* texts, size_t count) {
  return mapped(arena, texts, count, &view);
}
std::span<const GroupView> groups(Arena& arena, const pc_group* given, size_t count) {
  return mapped(arena, given, count, [](const pc_group& group) { return GroupView{view(group.id), view(group.name)}; });
}
std::span<const CertificateView> certificates(Arena& arena, const pc_certificate* given, size_t count) {
  return mapped(arena, given, count, [](const pc_certificate& certificate) {
    return CertificateView{view(certificate.id), view(certificate.pem), view(certificate.password)};
  });
}

SubscriptionView subscription_of(const pc_subscription& given) {
  SubscriptionView subscription{.id = view(given.id),
                                .name = view(given.name),
                                .key = view(given.key),
                                .primary_key = view(given.primary_key),
                                .secondary_key = view(given.secondary_key),
                                .created_date = ticks_of(given.created),
                                .start_date = {},
                                .end_date = {}};
  if (given.has_start != 0) subscription.start_date = ticks_of(given.start);
  if (given.has_end != 0) subscription.end_date = ticks_of(given.end);
  return subscription;
}

UserView user_of(Arena& arena, const pc_user& given) {
  const auto identity_of = [](const pc_identity& identity) {
    return IdentityView{view(identity.id), view(identity.provider)};
  };
  return {.id = view(given.id),
          .email = view(given.email),
          .first_name = view(given.first_name),
          .last_name = view(given.last_name),
          .note = view(given.note),
          .registration_date = ticks_of(given.registered),
          .groups = groups(arena, given.groups, given.group_count),
          .identities = mapped(arena, given.identities, given.identity_count, identity_of)};
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
  const auto range_of = [](const pc_status_range& range) { return StatusRangeView{range.min, range.max}; };
  CircuitBreakerView breaker{.name = view(given.name),
                             .failure_count = given.failure_count,
                             .failure_percentage = given.failure_percentage,
                             .interval = std::chrono::milliseconds(given.interval_milliseconds),
                             .trip_duration = std::chrono::milliseconds(given.trip_milliseconds),
                             .status_ranges = mapped(arena, given.status_ranges, given.status_range_count, range_of),
                             .error_reasons = views(arena, given.error_reasons, given.error_reason_count),
                             .accept_retry_after = given.accept_retry_after != 0};
  if (given.failure_status != 0) breaker.failure_status = given.failure_status;
  return breaker;
}

BackendView backend_of(Arena& arena, const pc_backend& given) {
  const auto member_of = [](const pc_pool_member& member) {
    return PoolMemberView{view(member.id), member.priority, member.weight};
  };
  const auto breaker = [&](const pc_circuit_breaker& one) { return breaker_of(arena, one); };
  const auto parameter = [](const pc_header& pair) { return ParameterView{view(pair.name), view(pair.value)}; };
  return {.id = view(given.id),
          .url = view(given.url),
          .credential_headers = header_views(arena, given.credential_headers, given.credential_header_count),
          .credential_query = mapped(arena, given.credential_query, given.credential_query_count, parameter),
          .authorization = view(given.authorization),
          .client_certificate_pem = view(given.client_certificate_pem),
          .verify_peer = given.skip_peer_check == 0,
          .verify_host = given.skip_host_check == 0,
          .type = given.pool_count == 0 ? BackendView::Type::kSingle : BackendView::Type::kPool,
          .pool = mapped(arena, given.pool, given.pool_count, member_of),
          .affinity_cookie = view(given.affinity_cookie),
          .circuit_breakers = mapped(arena, given.circuit_breakers, given.circuit_breaker_count, breaker),
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
  return mapped(arena, headers, count, [](const pc_header& line) {
    return HeaderView{view(line.name), view(line.value)};
  });
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
  const auto variable_of = [](const pc_given_variable& variable) {
    return VariableText{view(variable.name), view(variable.type), view(variable.json)};
  };
  options.variables = mapped(arena, given.variables, given.variable_count, variable_of);
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
