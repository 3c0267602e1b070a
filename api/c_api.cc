// The C ABI over the C++ API. Every function catches what might be thrown and turns it into a status.
#include "api/c_handles.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/exchange/exchange.h"

using namespace pc::c_abi;  // NOLINT(google-build-using-namespace): of this library, and C functions stand in no namespace

namespace {

std::span<const pc_header> keep_headers(pc_execution& execution, std::span<const pc::HeaderView> lines) {
  if (execution.is_passing) execution.passage_headers.resize(lines.size());
  const std::span<pc_header> kept = execution.is_passing ? std::span<pc_header>(execution.passage_headers) : execution.arena.array<pc_header>(lines.size());
  for (size_t i = 0; i < lines.size(); ++i) kept[i] = {text(lines[i].name), text(lines[i].value)};
  return kept;
}

pc::BodyView body_view(pc_text body) {
  if (body.data == nullptr) return {};
  return {pc::BodyState::kBuffered, view(body)};
}

void describe_call(pc_execution& execution, const pc::HttpCall& call, pc_effect& effect) {
  effect.kind = PC_EFFECT_HTTP_CALL;
  effect.is_backend = call.purpose == pc::Purpose::kBackend ? 1 : 0;
  effect.method = text(call.method);
  effect.url = text(call.url);
  const std::span<const pc_header> headers = keep_headers(execution, call.headers);
  effect.headers = headers.data();
  effect.header_count = headers.size();
  if (call.body.state == pc::BodyState::kBuffered) effect.body = text(call.body.content);
  effect.timeout_milliseconds = call.timeout.count();
  effect.client_certificate_pem = text(call.client_certificate_pem);
  effect.backend_id = text(call.backend_id);
  effect.policy = text(call.policy);
  effect.body_streams = call.body.state == pc::BodyState::kStream ? 1 : 0;
  effect.follow_redirects = call.follow_redirects ? 1 : 0;
  effect.stream_response = call.buffer_response ? 0 : 1;
  effect.ignores_response_body = call.needs_body ? 0 : 1;
  effect.http_version = static_cast<int>(call.http_version) + 1;
  effect.continue_timeout_milliseconds = call.continue_timeout.has_value() ? call.continue_timeout->count() : -1;
  effect.proxy_url = text(call.proxy_url);
  effect.proxy_username = text(call.proxy_username);
  effect.proxy_password = text(call.proxy_password);
  effect.skip_peer_check = call.verify_peer ? 0 : 1;
  effect.skip_host_check = call.verify_host ? 0 : 1;
  effect.only_changes = call.only_changes ? 1 : 0;
  const std::span<pc_text> removed = execution.arena.array<pc_text>(call.removed_headers.size());
  for (size_t i = 0; i < removed.size(); ++i) removed[i] = text(call.removed_headers[i]);
  effect.removed_headers = removed.data();
  effect.removed_header_count = removed.size();
}

void set_headers(pc_execution& execution, std::span<const pc::ParameterView> pairs, pc_effect& effect) {
  const std::span<pc_header> kept = execution.arena.array<pc_header>(pairs.size());
  for (size_t i = 0; i < kept.size(); ++i) kept[i] = {text(pairs[i].name), text(pairs[i].value)};
  effect.headers = kept.data();
  effect.header_count = kept.size();
}

void describe_event(pc_execution& execution, const pc::EventHubMessage& event, pc_effect& effect) {
  effect.kind = PC_EFFECT_EVENT;
  effect.name = text(event.logger_id);
  effect.body = text(event.content);
  const bool has_id = !event.partition_id.empty();
  const pc::ParameterView partition{has_id ? "partition-id" : "partition-key", has_id ? event.partition_id : event.partition_key};
  if (!partition.value.empty()) set_headers(execution, {&partition, 1}, effect);
}

void describe_message(pc_execution& execution, const pc::ServiceBusMessage& message, pc_effect& effect) {
  effect.kind = PC_EFFECT_MESSAGE;
  effect.url = text(message.host);
  effect.method = text(message.queue_name.empty() ? "topic" : "queue");
  effect.name = text(message.queue_name.empty() ? message.topic_name : message.queue_name);
  effect.client_id = text(message.client_id);
  effect.body = text(message.content);
  set_headers(execution, message.properties, effect);
}

void describe_metric(pc_execution& execution, const pc::MetricSample& sample, pc_effect& effect) {
  effect.kind = PC_EFFECT_METRIC;
  effect.url = text(sample.metric_namespace);
  effect.name = text(sample.name);
  effect.value = sample.value;
  set_headers(execution, sample.dimensions, effect);
}

void describe(pc_execution& execution, const pc::Effect& asked, pc_effect& effect) {
  effect.id = asked.id;
  effect.needs_reply = asked.needs_reply ? 1 : 0;
  if (const auto* call = std::get_if<pc::HttpCall>(&asked.request)) return describe_call(execution, *call, effect);
  if (const auto* token = std::get_if<pc::TokenCall>(&asked.request)) {
    effect.kind = PC_EFFECT_TOKEN;
    effect.url = text(token->resource);
    effect.client_id = text(token->client_id);
    return;
  }
  if (const auto* event = std::get_if<pc::EventHubMessage>(&asked.request)) return describe_event(execution, *event, effect);
  if (const auto* message = std::get_if<pc::ServiceBusMessage>(&asked.request)) return describe_message(execution, *message, effect);
  if (const auto* sample = std::get_if<pc::MetricSample>(&asked.request)) return describe_metric(execution, *sample, effect);
  if (const auto* stored = std::get_if<pc::AuthorizationCall>(&asked.request)) {
    effect.kind = PC_EFFECT_AUTHORIZATION;
    effect.method = text(stored->provider);
    effect.url = text(stored->authorization);
    effect.body = text(stored->identity);
    return;
  }
  if (const auto* sql = std::get_if<pc::SqlCall>(&asked.request)) {
    const std::span<pc_header> kept = execution.arena.array<pc_header>(sql->parameters.size());
    for (size_t i = 0; i < kept.size(); ++i) kept[i] = {text(sql->parameters[i].name), text(sql->parameters[i].json)};
    effect.kind = PC_EFFECT_SQL;
    effect.url = text(sql->connection_string);
    effect.body = text(sql->statement);
    effect.headers = kept.data();
    effect.header_count = kept.size();
    return;
  }
  if (const auto* event = std::get_if<pc::SubscriptionEvent>(&asked.request)) {
    effect.kind = PC_EFFECT_SUBSCRIPTION_EVENT;
    effect.url = text(event->field);
    effect.body = text(event->json);
    return;
  }
  if (const auto* body = std::get_if<pc::ReadBody>(&asked.request)) {
    effect.kind = PC_EFFECT_READ_BODY;
    effect.body_streams = body->of_response ? 1 : 0;
    return;
  }
  if (const auto* delay = std::get_if<pc::Delay>(&asked.request)) {
    effect.kind = PC_EFFECT_DELAY;
    effect.timeout_milliseconds = delay->duration.count();
    return;
  }
  effect.kind = PC_EFFECT_STORE;
}

// An execution lives at the start of the memory that the host gave, with a part of it for header lines, so that an ordinary request takes
// nothing from the heap. `rest` is left for the evaluation.
pc_execution* make_execution(std::span<std::byte> memory, std::span<std::byte>& rest) {
  void* place = memory.data();
  std::size_t room = memory.size();
  constexpr std::size_t kLeast = sizeof(pc_execution) + 16 * sizeof(pc_header);
  if (place == nullptr || std::align(alignof(pc_execution), kLeast, place, room) == nullptr) {
    rest = memory;
    return new pc_execution({});
  }
  constexpr std::size_t kMostForHeaders = std::size_t{16} << 10;
  const std::span<std::byte> behind(static_cast<std::byte*>(place) + sizeof(pc_execution), room - sizeof(pc_execution));
  const std::size_t for_headers = std::min(behind.size() / 8, kMostForHeaders) & ~std::size_t{15};
  rest = behind.subspan(for_headers);
  auto* made = new (place) pc_execution(behind.first(for_headers));
  made->in_given_memory = true;
  return made;
}

struct FreeExecution {
  void operator()(pc_execution* execution) const { pc_execution_free(execution); }
};

pc::Stores stores_of(const pc_stores* stores) {
  if (stores == nullptr) return {};
  return {.counters = stores->counters.get(),
          .cache = stores->cache.get(),
          .vectors = stores->vectors.get(),
          .slots = stores->slots.get(),
          .tokens = stores->tokens.get(),
          .documents = stores->documents.get()};
}

void read_options(const pc_options& given, pc::ExecutionOptions& chosen) {
  if (given.max_steps != 0) chosen.limits.steps = given.max_steps;
  if (given.memory_bytes != 0) chosen.limits.memory_bytes = given.memory_bytes;
  if (given.max_call_depth != 0) chosen.limits.call_depth = given.max_call_depth;
  if (given.max_regex_matches != 0) chosen.limits.regex_match_limit = given.max_regex_matches;
  if (given.max_json_depth != 0) chosen.limits.json_depth = given.max_json_depth;
  if (given.memory != nullptr) chosen.memory = {static_cast<std::byte*>(given.memory), given.memory_size};
  chosen.stores = stores_of(given.stores);
  chosen.changes_only = given.changes_only != 0;
  chosen.collect_trace = given.collect_trace != 0;
}

// Effects live as long as the execution; those that nobody took before the next resume stay ahead of the new ones.
void add_effects(pc_execution& execution, std::span<const pc::Effect> asked) {
  if (execution.effects.empty()) {
    execution.effects = asked;
    return;
  }
  const std::span<pc::Effect> all = execution.arena.array<pc::Effect>(execution.effects.size() + asked.size());
  std::copy(asked.begin(), asked.end(), std::copy(execution.effects.begin(), execution.effects.end(), all.begin()));
  execution.effects = all;
}

bool read_request(pc_execution& execution, const pc_request& request) {
  pc::RequestView& into = execution.context.request;
  if (!pc::parse_url(view(request.url), into.url)) return false;
  into.url.base_path_size = std::min(request.base_path_size, into.url.path.size());
  if (request.original_url.data != nullptr && !pc::parse_url(view(request.original_url), into.original_url)) return false;
  if (request.method.size > 0) into.method = view(request.method);
  into.headers = header_views(execution.arena, request.headers, request.header_count);
  const std::span<pc::ParameterView> parameters = execution.arena.array<pc::ParameterView>(request.matched_parameter_count);
  for (size_t i = 0; i < parameters.size(); ++i) {
    parameters[i] = {view(request.matched_parameters[i].name), view(request.matched_parameters[i].value)};
  }
  into.matched_parameters = parameters;
  into.body = request.body_streams != 0 ? pc::BodyView{pc::BodyState::kStream, {}} : body_view(request.body);
  into.ip_address = view(request.ip_address);
  into.certificate_pem = view(request.certificate_pem);
  for (int i = 0; i < 16; ++i) execution.context.request_id[i] = request.request_id[i];
  if (request.subscription_id.data != nullptr) {
    execution.subscription.id = view(request.subscription_id);
    execution.context.subscription = &execution.subscription;
  }
  return true;
}

// One call about a body that streams.
template <typename Call>
pc_status pass_body(pc_execution* execution, pc_passage* passage, Call call) {
  if (execution == nullptr || passage == nullptr || passage->size < sizeof(pc_passage)) return PC_BAD_ARGUMENT;
  if (!execution->done) return PC_WRONG_STATE;
  return guarded(PC_OUT_OF_MEMORY, [&] {
    const pc::Passage after = call();
    if (after.wrong_state) return PC_WRONG_STATE;
    execution->is_passing = true;
    execution->passage_waits = after.waiting;
    execution->effects = after.effects;
    *passage = {sizeof(pc_passage), text(after.forward), after.cut ? 1 : 0, after.waiting ? 1 : 0};
    return after.waiting ? PC_WAITING : PC_DONE;
  });
}

pc_status add_reply(pc_execution* execution, uint32_t id, pc::ReplyValue value) {
  if (execution == nullptr) return PC_BAD_ARGUMENT;
  if (execution->done && !execution->passage_waits) return PC_WRONG_STATE;
  execution->replies.push_back({id, value});
  return PC_WAITING;
}

}  // namespace

extern "C" {

int pc_abi_version(void) { return PC_ABI_VERSION; }
const char* pc_version(void) { return pc::version().data(); }

pc_library* pc_library_new(void) {
  return guarded(static_cast<pc_library*>(nullptr), [] { return new pc_library{pc::make_library()}; });
}
void pc_library_free(pc_library* library) { delete library; }

pc_stores* pc_stores_new(void) {
  return guarded(static_cast<pc_stores*>(nullptr), [] { return new pc_stores; });
}
void pc_stores_free(pc_stores* stores) { delete stores; }

pc_status pc_stores_put_token(pc_stores* stores, pc_text resource, pc_text client_id, pc_text token, int64_t expires_at) {
  if (stores == nullptr) return PC_BAD_ARGUMENT;
  return guarded(PC_OUT_OF_MEMORY, [&] {
    stores->tokens->store(view(resource), view(client_id), view(token), std::chrono::sys_seconds(std::chrono::seconds(expires_at)));
    return PC_DONE;
  });
}

pc_execution* pc_execution_new(const pc_program* program, const pc_request* given_request, const pc_options* given_options) {
  if (program == nullptr || given_request == nullptr) return nullptr;
  const std::optional<pc_request> request = taken(given_request);
  const std::optional<pc_options> options = given_options == nullptr ? pc_options{} : taken(given_options);
  if (!request.has_value() || !options.has_value()) return nullptr;
  return guarded(static_cast<pc_execution*>(nullptr), [&]() -> pc_execution* {
    pc::ExecutionOptions chosen;
    read_options(*options, chosen);
    std::unique_ptr<pc_execution, FreeExecution> made(make_execution(chosen.memory, chosen.memory));
    made->environment.stop_at(options->now_unix_milliseconds);
    chosen.environment = &made->environment;
    made->context.timestamp = made->environment.utc_now_ticks();
    if (!read_request(*made, *request)) return nullptr;
    if (options->context != nullptr) {
      const std::optional<pc_context> context = taken(options->context);
      if (!context.has_value() || !read_context(*made, *context, chosen)) return nullptr;
    }
    made->execution.emplace(program->program, made->context, chosen);
    return made.release();
  });
}
void pc_execution_free(pc_execution* execution) {
  if (execution != nullptr && execution->in_given_memory) {
    execution->~pc_execution();
  } else {
    delete execution;
  }
}

pc_status pc_execution_resume(pc_execution* execution) {
  if (execution == nullptr) return PC_BAD_ARGUMENT;
  if (execution->done) return PC_WRONG_STATE;
  return guarded(PC_OUT_OF_MEMORY, [&] {
    const pc::Step step = execution->execution->resume(execution->replies);
    execution->replies.clear();
    add_effects(*execution, step.effects);
    execution->done = step.done();
    if (step.status == pc::Status::kInternalError) return PC_INTERNAL_ERROR;
    return step.done() ? PC_DONE : PC_WAITING;
  });
}

int pc_execution_next_effect(pc_execution* execution, pc_effect* effect) {
  if (execution == nullptr || !has_room(effect) || execution->effects.empty()) return 0;
  return guarded(0, [&] {
    pc_effect described{};
    describe(*execution, execution->effects.front(), described);
    give(effect, described);
    execution->effects = execution->effects.subspan(1);
    return 1;
  });
}

pc_status pc_execution_reply_response(pc_execution* execution, uint32_t effect_id, const pc_response* response) {
  if (execution == nullptr || response == nullptr || response->size < sizeof(pc_response)) return PC_BAD_ARGUMENT;
  return guarded(PC_OUT_OF_MEMORY, [&] {
    const std::span<const pc::HeaderView> headers = header_views(execution->arena, response->headers, response->header_count);
    pc::ResponseView answer{.status = static_cast<std::uint16_t>(response->status), .reason = view(response->reason), .headers = headers, .body = body_view(response->body)};
    if (response->streams != 0) answer.body = {pc::BodyState::kStream, {}};
    return add_reply(execution, effect_id, pc::ResponseReply{answer});
  });
}

pc_status pc_execution_reply_token(pc_execution* execution, uint32_t effect_id, pc_text token, int64_t expires_at) {
  const pc::TokenReply reply{.token = view(token), .expires_at = std::chrono::sys_seconds(std::chrono::seconds(expires_at))};
  return guarded(PC_OUT_OF_MEMORY, [&] { return add_reply(execution, effect_id, reply); });
}

pc_status pc_execution_reply_authorization(pc_execution* execution, uint32_t effect_id, pc_text access_token, pc_text claims_json) {
  const pc::AuthorizationReply reply{.access_token = view(access_token), .claims_json = view(claims_json)};
  return guarded(PC_OUT_OF_MEMORY, [&] { return add_reply(execution, effect_id, reply); });
}

pc_status pc_execution_reply_body(pc_execution* execution, uint32_t effect_id, pc_text body) {
  return guarded(PC_OUT_OF_MEMORY, [&] { return add_reply(execution, effect_id, pc::BodyReply{view(body)}); });
}

// "Done" lets a store operation pass; a counter's own reply type says so.
pc_status pc_execution_reply_done(pc_execution* execution, uint32_t effect_id) {
  return guarded(PC_OUT_OF_MEMORY, [&] { return add_reply(execution, effect_id, pc::DoneReply{}); });
}

pc_status pc_execution_reply_failure(pc_execution* execution, uint32_t effect_id, pc_failure failure, pc_text message) {
  using Kind = pc::FailureReply::Kind;
  const Kind kinds[] = {Kind::kTimeout, Kind::kConnection, Kind::kClientGone, Kind::kRefused};
  if (failure < PC_FAILURE_TIMEOUT || failure > PC_FAILURE_REFUSED) return PC_BAD_ARGUMENT;
  return guarded(PC_OUT_OF_MEMORY, [&] { return add_reply(execution, effect_id, pc::FailureReply{kinds[failure], view(message)}); });
}

pc_status pc_execution_response(pc_execution* execution, pc_response* response) {
  if (execution == nullptr || response == nullptr || response->size < sizeof(pc_response)) return PC_BAD_ARGUMENT;
  if (!execution->done) return PC_WRONG_STATE;
  return guarded(PC_OUT_OF_MEMORY, [&] {
    const pc::ResponseView answer = execution->execution->response();
    const std::span<const pc_header> headers = keep_headers(*execution, answer.headers);
    response->status = answer.status;
    response->reason = text(answer.reason);
    response->headers = headers.data();
    response->header_count = headers.size();
    response->body = answer.body.state == pc::BodyState::kBuffered ? text(answer.body.content) : pc_text{nullptr, 0};
    response->streams = answer.body.state == pc::BodyState::kStream ? 1 : 0;
    return PC_DONE;
  });
}

int pc_execution_watches_body(pc_execution* execution) {
  return execution != nullptr && execution->done && execution->execution->watches_response_body() ? 1 : 0;
}

pc_status pc_execution_pass(pc_execution* execution, pc_text piece, pc_passage* passage) {
  return pass_body(execution, passage, [&] { return execution->execution->pass(view(piece)); });
}

pc_status pc_execution_resume_passage(pc_execution* execution, pc_passage* passage) {
  return pass_body(execution, passage, [&] {
    const pc::Passage after = execution->execution->resume_passage(execution->replies);
    execution->replies.clear();
    return after;
  });
}

pc_status pc_execution_finish(pc_execution* execution, int complete, pc_passage* passage) {
  return pass_body(execution, passage, [&] { return execution->execution->finish(complete != 0); });
}

int pc_execution_variable(pc_execution* execution, size_t index, pc_variable* variable) {
  if (execution == nullptr || variable == nullptr || variable->size < sizeof(pc_variable)) return 0;
  return guarded(0, [&] {
    if (index == 0) execution->variables = execution->execution->variables();
    if (index >= execution->variables.size()) return 0;
    const pc::VariableView& found = execution->variables[index];
    *variable = {sizeof(pc_variable), text(found.name), text(found.type), text(found.value_json)};
    return 1;
  });
}

}  // extern "C"
