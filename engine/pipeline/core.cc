#include "engine/pipeline/core.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "engine/pipeline/error_response.h"
#include "engine/types/type_table.h"

namespace portcullis {

namespace {

// Room for one more item of an arena array; old memory stays behind, which a request can afford.
template <typename T>
T* place_for_item(Arena& arena, std::span<T>& items, std::size_t& count) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (count == items.size()) {
    const std::size_t capacity = items.empty() ? 2 : items.size() * 2;
    void* larger = arena.allocate(capacity * sizeof(T), alignof(T));
    if (count > 0) std::memcpy(larger, items.data(), count * sizeof(T));
    items = {static_cast<T*>(larger), capacity};
  }
  return items.data() + count++;
}

template <typename T>
void append_item(Arena& arena, std::span<T>& items, std::size_t& count, const T& item) {
  new (place_for_item(arena, items, count)) T(item);
}

}  // namespace

PipelineCore::PipelineCore(const Program& loaded, Arena& arena, const ContextView& context, const PipelineOptions& chosen)
    : exchange(arena, *loaded.types, context, &loaded.variables),
      run(arena, *loaded.types, *chosen.environment, &exchange, chosen.limits),
      options(chosen),
      program(loaded),
      tracing_(chosen.collect_trace || context.tracing) {
  exchange.on_trace = [](void* receiver, std::string_view message) {
    auto& core = *static_cast<PipelineCore*>(receiver);
    core.add_trace({.section = core.section_, .source = "context.Trace", .message = message, .is_custom = true});
  };
  exchange.trace_receiver = this;
  start(context.admission);
}

// ---- before the policies ----------------------------------------------------------------------------------------------

namespace {

bool is_directly_in_section(const FlowOp& op) { return op.spec != nullptr && op.step->path.find('/') == std::string_view::npos; }

/// A GET that no operation takes may be answered by a policy.
bool answers_path(const FlowOp& op, std::string_view path) {
  return is_directly_in_section(op) && !op.spec->answers_path.empty() && op.spec->answers_path == path;
}

// source: error-handling.md#3, #4
PolicyError refusal(Admission admission) {
  switch (admission) {
    case Admission::kSubscriptionKeyMissing:
      return {.source = "authorization",
              .reason = "SubscriptionKeyNotFound",
              .message = "Access denied due to missing subscription key. Make sure to include subscription key when making requests to this API.",
              .status = 401,
              .status_reason = "Access Denied",
              .body_message = "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API."};
    case Admission::kSubscriptionKeyInvalid: {
      constexpr std::string_view kInvalid = "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.";
      return {.source = "authorization", .reason = "SubscriptionKeyInvalid", .message = kInvalid, .status = 401, .status_reason = "Access Denied", .body_message = kInvalid};
    }
    default:
      return {.source = "configuration",
              .reason = "OperationNotFound",
              .message = "Unable to match incoming request to an operation.",
              .status = 404,
              .status_reason = "Resource Not Found",
              .body_message = "Resource not found"};
  }
}

// `realm` is scheme, host and the API's path, not the operation's. source: error-handling.md#4
std::string_view challenge(Exchange& exchange) {
  const Url& url = exchange.request.original_url;
  const ApiView* api = exchange.view.api;
  return exchange.arena.copy(std::string_view(joined("AzureApiManagementKey realm=\"", url.scheme, "://", url.host, "/", api == nullptr ? std::string_view() : api->path, "\",name=\"",
                                                     api == nullptr ? ApiView().key_header : api->key_header, "\",type=\"header\"")));
}

}  // namespace

bool answers_preflight(const FlowOp& op) {
  return is_directly_in_section(op) && op.spec->answers_preflight;
}

void PipelineCore::start(Admission admission) {
  if (admission == Admission::kAdmitted) return start_section(Section::kInbound);
  const std::span<const FlowOp> inbound = program.sections[static_cast<std::size_t>(Section::kInbound)];
  const bool is_stray_get = admission == Admission::kOperationNotFound && exchange.request.method == "GET";
  const auto first = std::find_if(inbound.begin(), inbound.end(), [&](const FlowOp& op) {
    return admission == Admission::kPreflight ? answers_preflight(op) : is_stray_get && answers_path(op, exchange.request.original_url.path);
  });
  if (first != inbound.end()) return start_fiber(inbound, static_cast<std::uint32_t>(first - inbound.begin()));
  const PolicyError error = refusal(admission);
  add_trace({.section = Section::kInbound, .source = error.source, .message = error.message, .severity = "error"});
  enter_on_error(error, nullptr);
  if (error.status == 401) exchange.response->headers.set("WWW-Authenticate", challenge(exchange), exchange.arena);
}

// ---- sections ---------------------------------------------------------------------------------------------------------

void PipelineCore::start_section(Section section) {
  section_ = section;
  start_fiber(program.sections[static_cast<std::size_t>(section)]);
}

void PipelineCore::start_outbound(std::size_t position) {
  section_ = Section::kOutbound;
  outbound_position_ = position;
  arriving_ = arrival_count_ > 0;
  if (arriving_) return start_fiber(arrivals_.first(arrival_count_));
  start_fiber(program.sections[static_cast<std::size_t>(Section::kOutbound)], static_cast<std::uint32_t>(position));
}

void PipelineCore::start_fiber(std::span<const FlowOp> ops, std::uint32_t at) {
  void* memory = exchange.arena.allocate(sizeof(Fiber), alignof(Fiber));
  main_ = new (memory) Fiber(*this, ops, at);
  fibers_ = main_;
}

void PipelineCore::section_done(Fiber& main) {
  if (completing_) {
    if (main.result == Outcome::kFail) add_trace({.step = main.error_step, .section = section_, .message = main.error.message, .severity = "error"});
    if (main.pc < main.ops.size()) return start_fiber(main.ops.subspan(main.pc));
    state_ = State::kDone;
    return;
  }
  if (std::exchange(arriving_, false)) {
    if (main.result == Outcome::kFail) return enter_on_error(main.error, main.error_step);
    return start_fiber(program.sections[static_cast<std::size_t>(Section::kOutbound)], static_cast<std::uint32_t>(outbound_position_));
  }
  if (main.result == Outcome::kFinish) {
    if (!outbound_start_.has_value()) return finish();
    return start_outbound(*std::exchange(outbound_start_, std::nullopt));
  }
  if (main.result == Outcome::kFail) {
    if (section_ != Section::kOnError) return enter_on_error(main.error, main.error_step);
    // An error inside on-error: it becomes LastError, the caller gets a 500. source: error-handling.md#1 (chosen)
    exchange.last_error = make_last_error(main.error, main.error_step);
    PolicyError plain = main.error;
    plain.status = 500;
    plain.status_reason = {};
    plain.body_message = {};
    plain.keep_response = false;
    prepare_response(plain);
    return finish();
  }
  switch (section_) {
    case Section::kInbound: return start_section(Section::kBackend);
    case Section::kBackend:
      // No forward-request ran: an empty 200. source: policy-documents.md#1 (chosen)
      if (exchange.response == nullptr) exchange.response = exchange.make_response(200, reason_phrase(200));
      return start_outbound(0);
    case Section::kOutbound:
    case Section::kOnError: return finish();
  }
}

void PipelineCore::finish() {
  if (exchange.response == nullptr) exchange.response = exchange.make_response(200, reason_phrase(200));
  completing_ = true;
  if (completion_count_ == 0) {
    state_ = State::kDone;
  } else {
    start_fiber(completions_.first(completion_count_));
  }
}

void PipelineCore::at_end(const FlowOp& op) { append_item(exchange.arena, completions_, completion_count_, op); }

void PipelineCore::before_outbound(const FlowOp& op) { append_item(exchange.arena, arrivals_, arrival_count_, op); }

void PipelineCore::enter_on_error(const PolicyError& error, const StepInfo* step) {
  failed_ = true;
  exchange.last_error = make_last_error(error, step);
  if (!error.keep_response) prepare_response(error);
  start_section(Section::kOnError);
}

void PipelineCore::prepare_response(const PolicyError& error) {
  exchange.response = error_response(exchange, error);
}

LastError* PipelineCore::make_last_error(const PolicyError& error, const StepInfo* step) {
  LastError* last = exchange.arena.make<LastError>();
  last->type = &exchange.types.known(Known::kLastError);
  last->source = error.source;
  last->reason = error.reason;
  last->message = error.message;
  if (step != nullptr) {
    if (last->source.empty()) last->source = step->element;
    last->scope = name_of(step->scope);
    last->section = name_of(section_);
    last->path = step->path;
    last->policy_id = step->policy_id;
  }
  return last;
}

// ---- driving --------------------------------------------------------------------------------------------------------

PipelineCore::State PipelineCore::advance() {
  state_ = state_ == State::kDone ? State::kDone : State::kRunning;
  while (state_ == State::kRunning) {
    bool progressed = false;
    for (Fiber* fiber = fibers_; fiber != nullptr && state_ == State::kRunning; fiber = fiber->next) {
      if (fiber->state != Fiber::State::kReady) continue;
      progressed = true;
      run_fiber(*fiber);
      // A branch that ends may end the fiber that waits for it.
      if (main_->state == Fiber::State::kDone) {
        section_done(*main_);
        break;  // the list of fibers is another one now
      }
    }
    if (state_ == State::kRunning && !progressed) state_ = State::kWaiting;
  }
  return state_;
}

bool PipelineCore::answer(const Reply& reply) {
  for (Fiber* fiber = fibers_; fiber != nullptr; fiber = fiber->next) {
    if (fiber->state != Fiber::State::kWaiting || fiber->waiting_for != reply.id || fiber->cancelled) continue;
    fiber->reply = exchange.arena.make<ReplyValue>(reply.value);
    fiber->state = Fiber::State::kReady;
    return true;
  }
  return false;
}

std::span<const Effect> PipelineCore::take_effects() {
  const std::span<const Effect> taken = effects_.first(effect_count_);
  effects_ = {};
  effect_count_ = 0;
  return taken;
}

EffectId PipelineCore::ask(const EffectRequest& request, bool needs_reply) {
  append_item(exchange.arena, effects_, effect_count_, Effect{++last_effect_, needs_reply, request});
  return last_effect_;
}

HttpCall& PipelineCore::begin_call() {
  Effect* effect = new (place_for_item(exchange.arena, effects_, effect_count_)) Effect{.id = ++last_effect_, .needs_reply = true, .request = {}};
  return effect->request.emplace<HttpCall>();
}

void PipelineCore::drop_call() {
  --effect_count_;
  --last_effect_;
}

void PipelineCore::wait(Fiber& fiber, EffectId effect, std::coroutine_handle<> handle) {
  fiber.waiting_for = effect;
  fiber.state = Fiber::State::kWaiting;
  fiber.task = handle ? std::coroutine_handle<Task::promise_type>::from_address(handle.address()) : nullptr;
}

// Fibers change places only when one waits.
void PipelineCore::enter_scope(const Fiber& fiber) {
  ExchangeScope* wanted = fiber.scope == nullptr ? nullptr : fiber.scope->exchange;
  if (wanted == scope_) return;
  if (scope_ != nullptr) exchange.swap(*scope_);
  if (wanted != nullptr) exchange.swap(*wanted);
  scope_ = wanted;
}

void PipelineCore::run_fiber(Fiber& fiber) {
  enter_scope(fiber);
  while (fiber.state == Fiber::State::kReady) {
    const bool was_suspended = fiber.task || fiber.reading_body;
    if (!was_suspended && fiber.pc >= fiber.ops.size()) return end_fiber(fiber, Outcome::kContinue);
    Outcome outcome = was_suspended || tracing_ ? step(fiber) : start_step(fiber);
    if (outcome == Outcome::kContinue) [[likely]] continue;
    if (outcome == Outcome::kFail || outcome == Outcome::kFinish) outcome = unwind(fiber, outcome);
    if (outcome == Outcome::kFail || outcome == Outcome::kFinish) return end_fiber(fiber, outcome);
  }
}

// One operation, from its start or from where it was suspended.
Outcome PipelineCore::step(Fiber& fiber) {
  if (fiber.task) {
    const std::coroutine_handle<Task::promise_type> task = std::exchange(fiber.task, nullptr);
    task.resume();
    if (fiber.state != Fiber::State::kReady) return Outcome::kSuspend;
    const Outcome outcome = task.promise().outcome;
    if (tracing_) trace_end(fiber);
    return outcome;
  }
  if (tracing_ && !fiber.reading_body) fiber.step_began = elapsed();
  if (fiber.reading_body) {
    take_body(fiber);
    if (fiber.error_step != nullptr) return Outcome::kFail;
  }
  const Outcome outcome = start_step(fiber);
  if (tracing_ && fiber.current->spec != nullptr && outcome != Outcome::kSuspend) trace_end(fiber);
  return outcome;
}

inline Outcome PipelineCore::start_step(Fiber& fiber) {
  const FlowOp& op = fiber.ops[fiber.pc];
  fiber.current = &op;
  if (op.needs != kNeedsNothing && wait_for_bodies(fiber, op)) return Outcome::kSuspend;
  ++fiber.pc;
  return op.run(fiber.run, op);
}

void PipelineCore::trace_end(const Fiber& fiber) {
  add_trace({.step = fiber.current->step, .section = section_, .duration = elapsed() - fiber.step_began, .is_step_end = true});
}

bool PipelineCore::wait_for_bodies(Fiber& fiber, const FlowOp& op) {
  const bool request = (op.needs & kNeedsRequestBody) != 0 && exchange.request.body.state == BodyState::kStream;
  const bool response = (op.needs & kNeedsResponseBody) != 0 && exchange.response != nullptr &&
                        exchange.response->body.state == BodyState::kStream;
  if (!request && !response) return false;
  fiber.reading_body = true;
  wait(fiber, ask(ReadBody{.of_response = !request}, true), nullptr);
  return true;
}

void PipelineCore::take_body(Fiber& fiber) {
  fiber.reading_body = false;
  // Taken: a later question that a store answers at once must not find it.
  const ReplyValue& reply = *std::exchange(fiber.reply, nullptr);
  if (const auto* failure = std::get_if<FailureReply>(&reply)) {
    fiber.error = {.reason = failure->kind == FailureReply::Kind::kClientGone ? "ClientConnectionFailure" : "BackendConnectionFailure",
                   .message = fiber.run.text(failure->message)};
    fiber.error_step = fiber.ops[fiber.pc].step;
    return;
  }
  const bool request = exchange.request.body.state == BodyState::kStream && (fiber.ops[fiber.pc].needs & kNeedsRequestBody) != 0;
  MessageBody& body = request ? exchange.request.body : exchange.response->body;
  const auto* content = std::get_if<BodyReply>(&reply);
  PC_CHECK(content != nullptr, "a ReadBody effect is answered with a BodyReply or a FailureReply");
  body.state = BodyState::kBuffered;
  body.content = content->content;
}

Outcome PipelineCore::unwind(Fiber& fiber, Outcome why) {
  if (why == Outcome::kFail && fiber.error_step == nullptr && fiber.current != nullptr) fiber.error_step = fiber.current->step;
  while (fiber.handlers != nullptr) {
    ExitHandler* handler = fiber.handlers;
    fiber.handlers = handler->outer;
    const Outcome outcome = handler->on_leave(fiber.run, *handler, why);
    if (outcome == Outcome::kContinue || outcome == Outcome::kSuspend) return outcome;
    why = outcome;
  }
  return why;
}

void PipelineCore::end_fiber(Fiber& fiber, Outcome outcome) {
  fiber.result = outcome;
  fiber.state = Fiber::State::kDone;
  if (fiber.scope != nullptr) {
    fiber.scope->on_end(fiber.run, *fiber.scope, outcome);
    fiber.result = Outcome::kContinue;
  }
  if (fiber.parent != nullptr) end_branch(fiber);
}

// ---- branches ---------------------------------------------------------------------------------------------------------

Outcome PipelineCore::fork(Fiber& parent, std::span<const std::uint32_t> starts, bool any) {
  parent.wants_any = any;
  parent.running_branches = static_cast<std::uint32_t>(starts.size());
  parent.first_failed = nullptr;
  if (starts.empty()) return Outcome::kContinue;
  Fiber** tail = &parent.next;
  Fiber* after = parent.next;
  for (std::uint32_t i = 0; i < starts.size(); ++i) {
    void* memory = exchange.arena.allocate(sizeof(Fiber), alignof(Fiber));
    auto* branch = new (memory) Fiber(*this, parent.ops, starts[i]);
    branch->parent = &parent;
    branch->branch = i;
    branch->building = parent.building;
    *tail = branch;
    tail = &branch->next;
  }
  *tail = after;
  parent.state = Fiber::State::kJoining;
  return Outcome::kSuspend;
}

void PipelineCore::start_resolver(Fiber& parent, const ResolverFlow& flow, ResolverScope* scope) {
  void* memory = exchange.arena.allocate(sizeof(Fiber), alignof(Fiber));
  auto* branch = new (memory) Fiber(*this, flow.ops, flow.start);
  branch->parent = &parent;
  branch->scope = scope;
  parent.wants_any = false;
  parent.first_failed = nullptr;
  ++parent.running_branches;
  // To the end of the list; resolvers that have ended leave it.
  Fiber** link = &fibers_;
  while (*link != nullptr) {
    if ((*link)->scope != nullptr && (*link)->state == Fiber::State::kDone) {
      *link = (*link)->next;
    } else {
      link = &(*link)->next;
    }
  }
  *link = branch;
}

bool PipelineCore::join(Fiber& parent, std::coroutine_handle<> handle) {
  if (parent.running_branches == 0) return false;
  parent.state = Fiber::State::kJoining;
  parent.task = std::coroutine_handle<Task::promise_type>::from_address(handle.address());
  return true;
}

// `all`: the first failure in document order is raised when every branch has ended. `any`: a failed branch counts only when all
// failed. A branch that ends the pipeline ends the others. source: control-flow.md#3 (chosen)
void PipelineCore::end_branch(Fiber& branch) {
  Fiber& parent = *branch.parent;
  if (branch.cancelled) return;
  --parent.running_branches;
  const auto wake = [&](Outcome outcome) {
    cancel_branches(parent, &branch);
    parent.state = Fiber::State::kReady;
    if (outcome == Outcome::kContinue) return;
    if (outcome == Outcome::kFail) {
      parent.error = parent.first_failed->error;
      parent.error_step = parent.first_failed->error_step;
    }
    const Outcome left = unwind(parent, outcome);
    if (left == Outcome::kFail || left == Outcome::kFinish) end_fiber(parent, left);
  };
  if (branch.result == Outcome::kFinish) return wake(Outcome::kFinish);
  if (branch.result == Outcome::kFail) {
    if (parent.first_failed == nullptr || branch.branch < parent.first_failed->branch) parent.first_failed = &branch;
    if (parent.running_branches == 0) wake(Outcome::kFail);
    return;
  }
  if (parent.wants_any) return wake(Outcome::kContinue);
  if (parent.running_branches == 0) wake(parent.first_failed != nullptr ? Outcome::kFail : Outcome::kContinue);
}

// Handlers of a cancelled branch run, so that what it holds (a concurrency slot) is given back.
void PipelineCore::cancel_branches(Fiber& parent, const Fiber* except) {
  for (Fiber* fiber = fibers_; fiber != nullptr; fiber = fiber->next) {
    if (fiber->parent != &parent || fiber == except || fiber->state == Fiber::State::kDone) continue;
    cancel_branches(*fiber, nullptr);
    fiber->cancelled = true;
    unwind(*fiber, Outcome::kFinish);
    fiber->result = Outcome::kFinish;
    fiber->state = Fiber::State::kDone;
  }
}

Outcome run_end_of_branch(PolicyRun& run, const FlowOp&) {
  run.fiber().pc = static_cast<std::uint32_t>(run.fiber().ops.size());
  return Outcome::kContinue;
}

// ---- trace ------------------------------------------------------------------------------------------------------------

Ticks PipelineCore::elapsed() { return options.environment->utc_now_ticks() - exchange.view.timestamp; }

void PipelineCore::add_trace(const TraceEntry& entry) {
  if (!tracing_) return;
  TraceEntry stamped = entry;
  stamped.elapsed = elapsed();
  append_item(exchange.arena, trace_, trace_size_, stamped);
}

}  // namespace portcullis
