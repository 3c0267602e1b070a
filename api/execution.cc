// The public Execution over the engine's PipelineCore.
#include <algorithm>
#include <limits>
#include <memory>
#include <new>
#include <utility>

#include "api/environment.h"
#include "api/library.h"
#include "api/variables.h"
#include "engine/pipeline/core.h"

namespace portcullis {

struct Execution::State {
  State(const Program& program, std::shared_ptr<const Program> kept_program, const ContextView& context, const ExecutionOptions& options,
        std::span<std::byte> memory)
      : kept(std::move(kept_program)),
        arena(options.limits.memory_bytes, memory),
        pipeline_options{.limits = options.limits,
                         .stores = options.stores,
                         .environment = options.environment == nullptr ? &environment : options.environment,
                         .token_counter = options.token_counter,
                         .changes_only = options.changes_only,
                         .collect_trace = options.collect_trace},
        core(program, arena, context, pipeline_options) {}

  /// Where an execution is made: in the given memory when it fits, so that it takes nothing from the heap.
  static State* make(const Program& program, std::shared_ptr<const Program> kept, const ContextView& context, const ExecutionOptions& options);

  std::shared_ptr<const Program> kept;  // null: the embedder keeps the program
  Arena arena;
  SystemEnvironment environment;  // when the embedder brought none
  PipelineOptions pipeline_options;
  PipelineCore core;
  Keepers keepers;
  std::string problem;  // of the variables given at the start
  bool in_given_memory = false;
  bool broken = false;  // an internal check failed: the request ends with 500
};

Execution::State* Execution::State::make(const Program& program, std::shared_ptr<const Program> kept, const ContextView& context,
                                         const ExecutionOptions& options) {
  void* place = options.memory.data();
  std::size_t room = options.memory.size();
  State* state = nullptr;
  if (place != nullptr && std::align(alignof(State), sizeof(State), place, room) != nullptr) {
    const std::span<std::byte> rest(static_cast<std::byte*>(place) + sizeof(State), room - sizeof(State));
    state = new (place) State(program, std::move(kept), context, options, rest);
    state->in_given_memory = true;
  } else {
    state = new State(program, std::move(kept), context, options, {});
  }
  if (!options.variables.empty()) set_variables(state->core.run, state->core.exchange.variables, options.variables, state->keepers, state->problem);
  return state;
}

Execution::Execution(std::shared_ptr<const Program> program, const ContextView& context, const ExecutionOptions& options) {
  const Program& loaded = *program;
  state_ = State::make(loaded, std::move(program), context, options);
}

Execution::Execution(const Program& program, const ContextView& context, const ExecutionOptions& options)
    : state_(State::make(program, nullptr, context, options)) {}

Execution::~Execution() {
  if (state_->in_given_memory) {
    state_->~State();
  } else {
    delete state_;
  }
}

std::string_view Execution::problem() const { return state_->problem; }

Step Execution::resume(std::span<const Reply> replies) {
  if (state_->broken || state_->core.state() == PipelineCore::State::kDone) {
    return {.state = Step::State::kDone, .effects = {}, .status = replies.empty() ? Status::kOk : Status::kWrongState};
  }
  PipelineCore& core = state_->core;
  Status status = Status::kOk;
  try {
    for (const Reply& reply : replies) {
      if (!core.answer(reply)) status = Status::kUnknownEffect;
    }
    const PipelineCore::State reached = core.advance();
    return {.state = reached == PipelineCore::State::kDone ? Step::State::kDone : Step::State::kWaiting, .effects = core.take_effects(), .status = status};
  } catch (const InternalError&) {
    // Fail closed: this request alone, with the usual 500.
    state_->broken = true;
    core.exchange.response = core.exchange.make_response(500, reason_phrase(500));
    return {.state = Step::State::kDone, .effects = {}, .status = Status::kInternalError};
  }
}

ResponseView Execution::response() {
  const Response* response = state_->core.exchange.response;
  if (response == nullptr) return {};
  return {.status = static_cast<std::uint16_t>(response->status),
          .reason = response->reason,
          .headers = response->headers.lines(state_->arena),
          .body = {response->body.state, response->body.content}};
}

// ---- a body that streams ------------------------------------------------------------------------------------------------

namespace {

bool can_pass(const PipelineCore& core) {
  const Response* response = core.exchange.response;
  return core.state() == PipelineCore::State::kDone && response != nullptr && response->body.state == BodyState::kStream &&
         !core.passage.empty() && !core.passage.is_over();
}

/// Runs one step of the passage; fails closed. What policies ask at its end comes with it.
template <typename Action>
Passage step_passage(PipelineCore& core, bool& broken, Action&& action) {
  try {
    Passage passage = action(core.passage, core.last_fiber().run, core.last_effect());
    if (core.passage.is_over()) passage.effects = core.take_effects();
    return passage;
  } catch (const InternalError&) {
    broken = true;
    return {.cut = true};
  }
}

}  // namespace

bool Execution::watches_response_body() const { return !state_->broken && can_pass(state_->core); }

Passage Execution::pass(std::string_view chunk) {
  PipelineCore& core = state_->core;
  if (!watches_response_body() || core.passage.is_waiting()) return {.wrong_state = true};
  return step_passage(core, state_->broken, [&](BodyPassage& body, PolicyRun& run, EffectId& last) { return body.pass(run, chunk, last); });
}

Passage Execution::resume_passage(std::span<const Reply> replies) {
  PipelineCore& core = state_->core;
  if (!watches_response_body() || !core.passage.is_waiting()) return {.wrong_state = true};
  for (const Reply& reply : replies) {
    if (reply.id != core.passage.waiting_for()) continue;
    return step_passage(core, state_->broken, [&](BodyPassage& body, PolicyRun& run, EffectId& last) { return body.answer(run, reply.value, last); });
  }
  return {.waiting = true, .wrong_state = true};
}

Passage Execution::finish(bool complete) {
  PipelineCore& core = state_->core;
  if (!watches_response_body() || core.passage.is_waiting()) return {.wrong_state = true};
  return step_passage(core, state_->broken, [&](BodyPassage& body, PolicyRun& run, EffectId& last) { return body.finish(run, complete, last); });
}

namespace {
UrlView view_of(const Url& url) { return {.scheme = url.scheme, .host = url.host, .port = url.port, .path = url.path, .query = url.query, .base_path_size = url.base_path_size}; }
}  // namespace

RequestView Execution::request() {
  const Request& request = state_->core.exchange.request;
  return {.method = request.method,
          .url = view_of(request.url),
          .original_url = view_of(request.original_url),
          .headers = request.headers.lines(state_->arena),
          .ip_address = request.ip_address,
          .matched_parameters = request.matched_parameters,
          .body = {request.body.state, request.body.content},
          .certificate_pem = request.certificate_pem};
}

std::optional<LastErrorView> Execution::last_error() const {
  const LastError* error = state_->core.exchange.last_error;
  if (error == nullptr) return std::nullopt;
  return LastErrorView{.source = error->source, .reason = error->reason, .message = error->message, .scope = error->scope, .section = error->section, .path = error->path, .policy_id = error->policy_id};
}

std::vector<VariableView> Execution::variables() { return describe_variables(state_->core.run, state_->core.exchange.variables); }

std::vector<TraceView> Execution::trace() const {
  // Of a host that says no arrival (`ContextView::timestamp`), the time since then is two thousand years: more than nanoseconds hold.
  const auto nanoseconds = [](Ticks ticks) {
    constexpr Ticks kMost = std::numeric_limits<std::int64_t>::max() / 100;
    return std::chrono::nanoseconds(std::clamp(ticks, -kMost, kMost) * 100);
  };
  std::vector<TraceView> views;
  for (const TraceEntry& entry : state_->core.trace()) {
    TraceView& view = views.emplace_back();
    view.section = name_of(entry.section);
    view.source = entry.source;
    view.message = entry.message;
    view.severity = entry.severity;
    view.metadata = entry.metadata;
    view.elapsed = nanoseconds(entry.elapsed);
    view.duration = nanoseconds(entry.duration);
    view.is_step_end = entry.is_step_end;
    view.is_custom = entry.is_custom;
    if (entry.step == nullptr) continue;
    view.scope = name_of(entry.step->scope);
    view.policy = entry.step->element;
    view.path = entry.step->path;
    if (entry.step->source == nullptr) continue;
    const LineColumn place = entry.step->source->line_column(entry.step->span.begin);
    view.file = entry.step->source->name();
    view.line = place.line;
    view.column = place.column;
  }
  return views;
}

Cost Execution::cost() const { return {.steps = state_->core.steps_used(), .arena_bytes = state_->arena.used()}; }

}  // namespace portcullis
