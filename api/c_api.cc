// The C ABI over the C++ API. Every function catches what might be thrown and turns it into a status.
#include "portcullis/portcullis.h"

#include <deque>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "engine/exchange/exchange.h"
#include "portcullis/portcullis.hpp"

namespace pc = portcullis;

struct pc_library {
  std::shared_ptr<const pc::Library> library;
};
struct pc_program {
  std::shared_ptr<const pc::Program> program;
};
struct pc_reports {
  std::vector<pc::Report> reports;
};
struct pc_execution {
  std::vector<pc::HeaderView> headers;
  pc::SubscriptionView subscription;
  pc::ContextView context;
  std::unique_ptr<pc::Execution> execution;
  bool done = false;
  std::deque<pc::Effect> effects;                        // asked for, not yet taken
  std::deque<std::vector<pc_header>> given_headers;      // of effects and the response
  std::deque<std::vector<pc::HeaderView>> reply_headers;
  std::vector<pc::Reply> replies;
};

namespace {

std::string_view view(pc_text text) { return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size); }
pc_text text(std::string_view value) { return {value.data(), value.size()}; }

std::vector<pc::HeaderView> header_views(const pc_header* headers, size_t count) {
  std::vector<pc::HeaderView> views;
  views.reserve(count);
  for (size_t i = 0; i < count; ++i) views.push_back({view(headers[i].name), view(headers[i].value)});
  return views;
}

const std::vector<pc_header>& keep_headers(pc_execution& execution, std::span<const pc::HeaderView> lines) {
  std::vector<pc_header>& kept = execution.given_headers.emplace_back();
  for (const pc::HeaderView& line : lines) kept.push_back({text(line.name), text(line.value)});
  return kept;
}

pc::BodyView body_view(pc_text body) {
  if (body.data == nullptr) return {};
  return {pc::BodyState::kBuffered, view(body)};
}

// Runs `work`; what it throws becomes the status of the failure.
template <typename Work>
auto guarded(decltype(std::declval<Work>()()) on_failure, Work work) noexcept -> decltype(work()) {
  try {
    return work();
  } catch (...) {
    return on_failure;
  }
}

void describe_call(pc_execution& execution, const pc::HttpCall& call, pc_effect& effect) {
  effect.kind = PC_EFFECT_HTTP_CALL;
  effect.is_backend = call.purpose == pc::Purpose::kBackend ? 1 : 0;
  effect.method = text(call.method);
  effect.url = text(call.url);
  const std::vector<pc_header>& headers = keep_headers(execution, call.headers);
  effect.headers = headers.data();
  effect.header_count = headers.size();
  if (call.body.state == pc::BodyState::kBuffered) effect.body = text(call.body.content);
  effect.timeout_milliseconds = call.timeout.count();
  effect.client_certificate_pem = text(call.client_certificate_pem);
}

void describe(pc_execution& execution, const pc::Effect& asked, pc_effect& effect) {
  effect.id = asked.id;
  effect.needs_reply = asked.needs_reply ? 1 : 0;
  if (const auto* call = std::get_if<pc::HttpCall>(&asked.request)) return describe_call(execution, *call, effect);
  if (const auto* token = std::get_if<pc::TokenCall>(&asked.request)) {
    effect.kind = PC_EFFECT_TOKEN;
    effect.url = text(token->resource);
    return;
  }
  if (const auto* stored = std::get_if<pc::AuthorizationCall>(&asked.request)) {
    effect.kind = PC_EFFECT_AUTHORIZATION;
    effect.method = text(stored->provider);
    effect.url = text(stored->authorization);
    effect.body = text(stored->identity);
    return;
  }
  if (std::holds_alternative<pc::ReadBody>(asked.request)) {
    effect.kind = PC_EFFECT_READ_BODY;
    return;
  }
  if (const auto* delay = std::get_if<pc::Delay>(&asked.request)) {
    effect.kind = PC_EFFECT_DELAY;
    effect.timeout_milliseconds = delay->duration.count();
    return;
  }
  effect.kind = PC_EFFECT_STORE;
}

pc_status add_reply(pc_execution* execution, uint32_t id, pc::ReplyValue value) {
  if (execution == nullptr) return PC_BAD_ARGUMENT;
  if (execution->done) return PC_WRONG_STATE;
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

pc_program* pc_program_load(const pc_library* library, const pc_document* documents, size_t count, pc_reports** reports) {
  if (reports != nullptr) *reports = nullptr;
  if (library == nullptr || (documents == nullptr && count > 0)) return nullptr;
  return guarded(static_cast<pc_program*>(nullptr), [&]() -> pc_program* {
    std::vector<pc::PolicyText> texts;
    for (size_t i = 0; i < count; ++i) {
      if (documents[i].size < sizeof(pc_document) || documents[i].scope < PC_GLOBAL || documents[i].scope > PC_OPERATION) return nullptr;
      texts.push_back({.scope = static_cast<pc::Scope>(documents[i].scope), .name = view(documents[i].name), .text = view(documents[i].text)});
    }
    pc::Loaded loaded = pc::load(*library->library, {.documents = texts});
    if (reports != nullptr) *reports = new pc_reports{std::move(loaded.reports)};
    return loaded.program == nullptr ? nullptr : new pc_program{std::move(loaded.program)};
  });
}
void pc_program_free(pc_program* program) { delete program; }

size_t pc_reports_count(const pc_reports* reports) { return reports == nullptr ? 0 : reports->reports.size(); }
const char* pc_reports_text(const pc_reports* reports, size_t index) {
  return reports == nullptr || index >= reports->reports.size() ? "" : reports->reports[index].text.c_str();
}
int pc_reports_is_error(const pc_reports* reports, size_t index) {
  return reports != nullptr && index < reports->reports.size() && reports->reports[index].is_error ? 1 : 0;
}
void pc_reports_free(pc_reports* reports) { delete reports; }

pc_execution* pc_execution_new(const pc_program* program, const pc_request* request, const pc_options* options) {
  if (program == nullptr || request == nullptr || request->size < sizeof(pc_request)) return nullptr;
  if (options != nullptr && options->size < sizeof(pc_options)) return nullptr;
  return guarded(static_cast<pc_execution*>(nullptr), [&]() -> pc_execution* {
    auto made = std::make_unique<pc_execution>();
    pc::RequestView& view_of = made->context.request;
    if (!pc::parse_url(view(request->url), view_of.url)) return nullptr;
    if (request->method.size > 0) view_of.method = view(request->method);
    made->headers = header_views(request->headers, request->header_count);
    view_of.headers = made->headers;
    view_of.body = body_view(request->body);
    view_of.ip_address = view(request->ip_address);
    view_of.certificate_pem = view(request->certificate_pem);
    for (int i = 0; i < 16; ++i) made->context.request_id[i] = request->request_id[i];
    if (request->subscription_id.data != nullptr) {
      made->subscription.id = view(request->subscription_id);
      made->context.subscription = &made->subscription;
    }
    pc::ExecutionOptions chosen;
    if (options != nullptr) {
      if (options->max_steps != 0) chosen.limits.steps = options->max_steps;
      if (options->memory_bytes != 0) chosen.limits.memory_bytes = options->memory_bytes;
      if (options->memory != nullptr) chosen.memory = {static_cast<std::byte*>(options->memory), options->memory_size};
    }
    made->execution = std::make_unique<pc::Execution>(program->program, made->context, chosen);
    return made.release();
  });
}
void pc_execution_free(pc_execution* execution) { delete execution; }

pc_status pc_execution_resume(pc_execution* execution) {
  if (execution == nullptr) return PC_BAD_ARGUMENT;
  if (execution->done) return PC_WRONG_STATE;
  return guarded(PC_OUT_OF_MEMORY, [&] {
    const pc::Step step = execution->execution->resume(execution->replies);
    execution->replies.clear();
    for (const pc::Effect& effect : step.effects) execution->effects.push_back(effect);
    execution->done = step.done();
    if (step.status == pc::Status::kInternalError) return PC_INTERNAL_ERROR;
    return step.done() ? PC_DONE : PC_WAITING;
  });
}

int pc_execution_next_effect(pc_execution* execution, pc_effect* effect) {
  if (execution == nullptr || effect == nullptr || effect->size < sizeof(pc_effect) || execution->effects.empty()) return 0;
  return guarded(0, [&] {
    *effect = pc_effect{};
    effect->size = sizeof(pc_effect);
    describe(*execution, execution->effects.front(), *effect);
    execution->effects.pop_front();
    return 1;
  });
}

pc_status pc_execution_reply_response(pc_execution* execution, uint32_t effect_id, const pc_response* response) {
  if (execution == nullptr || response == nullptr || response->size < sizeof(pc_response)) return PC_BAD_ARGUMENT;
  return guarded(PC_OUT_OF_MEMORY, [&] {
    std::vector<pc::HeaderView>& headers = execution->reply_headers.emplace_back(header_views(response->headers, response->header_count));
    const pc::ResponseView answer{.status = static_cast<std::uint16_t>(response->status), .reason = view(response->reason), .headers = headers, .body = body_view(response->body)};
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
    const std::vector<pc_header>& headers = keep_headers(*execution, answer.headers);
    response->status = answer.status;
    response->reason = text(answer.reason);
    response->headers = headers.data();
    response->header_count = headers.size();
    response->body = answer.body.state == pc::BodyState::kNone ? pc_text{nullptr, 0} : text(answer.body.content);
    return PC_DONE;
  });
}

}  // extern "C"
