#include "engine/policy/policy_run.h"

#include <charconv>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "engine/dotnet/exceptions.h"
#include "engine/pipeline/core.h"
#include "engine/run/evaluate.h"
#include "engine/types/type_table.h"

namespace portcullis {

void* Task::promise_type::allocate(std::size_t size, PolicyRun& run) { return run.arena().allocate(size); }

PolicyRun::PolicyRun(PipelineCore& core, Fiber& fiber)
    : core_(core), fiber_(fiber), exchange_(core.exchange), run_(core.run), tracing_(core.tracing()) {}

const StepInfo& PolicyRun::step() const { return *fiber_.current->step; }
Section PolicyRun::section() const { return fiber_.scope == nullptr ? core_.section() : fiber_.scope->section; }
const Stores& PolicyRun::stores() const { return core_.options.stores; }
bool PolicyRun::changes_only() const { return core_.options.changes_only; }
namespace {
// The path without the API's own: `/shop/v1/orders` -> `/orders`.
std::string_view path_below(std::string_view path, std::string_view api_path, std::string_view base_path) {
  for (std::string_view prefix : {api_path, base_path}) {
    while (prefix.starts_with('/')) prefix.remove_prefix(1);
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    if (prefix.empty() || path.size() <= prefix.size()) continue;
    if (!equals_ignoring_ascii_case(path.substr(1, prefix.size()), prefix)) continue;
    const std::string_view rest = path.substr(1 + prefix.size());
    if (rest.empty() || rest.front() == '/') path = rest.empty() ? std::string_view("/") : rest;
  }
  return path;
}
}  // namespace

const ApiDefinition* PolicyRun::description() const { return core_.program.description.get(); }

const OperationDefinition* PolicyRun::described_operation() const {
  const ApiDefinition* api = description();
  if (api == nullptr) return nullptr;
  const ContextView& view = exchange().view;
  if (view.operation != nullptr)
    return api->find_operation(view.operation->id, view.operation->method, view.operation->url_template);
  if (core_.program.operation != nullptr) return core_.program.operation;
  if (view.admission == Admission::kOperationNotFound) return nullptr;
  // Nobody routed: what the request as it arrived would have matched.
  const std::string_view api_path = view.api == nullptr ? std::string_view() : view.api->path;
  return api->match_operation(view.request.method, path_below(view.request.url.path, api_path, api->base_path));
}

std::uint64_t PolicyRun::random() const { return core_.options.environment->random(); }

SystemTime PolicyRun::now() const {
  constexpr Ticks kUnixEpoch = 621'355'968'000'000'000;
  return SystemTime(std::chrono::milliseconds((core_.options.environment->utc_now_ticks() - kUnixEpoch) / 10'000));
}

std::string_view PolicyRun::text(std::string_view copied) const { return arena().copy(copied); }

// ---- settings -----------------------------------------------------------------------------------------------------------

namespace {

/// What an expression gave: its static type and the slot.
struct Given {
  const Type* type = nullptr;
  Slot slot{};
};

// Boxed values come out as what they are; null pointers as the null type.
Given unboxed(const Given& given, const TypeTable& types) {
  if (!given.type->is_reference()) return given;
  if (given.slot.object == nullptr) return {&types.null_type(), {}};
  const Type& actual = *given.slot.object->type;
  if (actual.is_reference()) return {&actual, given.slot};
  return {&actual, static_cast<const Box*>(given.slot.object)->value};
}

std::string shown(const Given& given) { return joined("`", csharp_name(*given.type), "`"); }

}  // namespace

// The expression's value, or a failed policy. source: error-handling.md#3
static bool evaluate_setting(PolicyRun& policy, const CompiledExpression& expression, Given& given) {
  Run& run = policy.run();
  Exception* raised = nullptr;
  run.start_expression();
  const bool succeeded = evaluate(run, expression, given.slot, raised);
  policy.core().count_steps(run.steps_used());
  if (succeeded) {
    given.type = expression.type;
    return true;
  }
  const String* message = raised->has_own_message ? raised->message : default_message(run, *raised->type);
  const std::string text = joined("Expression evaluation failed. ", message == nullptr ? std::string_view() : message->view());
  policy.fail({.reason = "ExpressionValueEvaluationFailure", .message = policy.text(text)});
  return false;
}

static bool wrong_type(PolicyRun& policy, const Given& given, std::string_view wanted) {
  const std::string text = joined("Expression evaluation failed. The expression gave ", shown(given), ", but ", wanted, " is wanted here.");
  policy.fail({.reason = "ExpressionValueEvaluationFailure", .message = policy.text(text)});
  return false;
}

bool PolicyRun::get(const Setting<std::string_view>& setting, std::string_view& value, bool& is_null) {
  is_null = false;
  if (setting.expression == nullptr) {
    value = setting.literal;
    return true;
  }
  Given given;
  if (!evaluate_setting(*this, *setting.expression, given)) return false;
  if (given.type->is(Known::kString) && given.type->kind == TypeKind::kClass && given.slot.object != nullptr) [[likely]] {
    value = static_cast<const String*>(given.slot.object)->view();
    return true;
  }
  if (given.type->is_reference() && given.slot.object == nullptr) {
    is_null = true;
    value = {};
    return true;
  }
  const String* converted = to_text(run(), *given.type, given.slot);
  if (run().failed()) {
    run().pending = nullptr;
    return wrong_type(*this, given, "text");
  }
  value = converted == nullptr ? std::string_view() : converted->view();
  return true;
}

bool PolicyRun::get(const Setting<std::string_view>& setting, std::string_view& value) {
  bool is_null = false;
  return get(setting, value, is_null);
}

bool PolicyRun::get(const Setting<bool>& setting, bool& value) {
  if (setting.expression == nullptr) {
    value = setting.literal;
    return true;
  }
  Given given;
  if (!evaluate_setting(*this, *setting.expression, given)) return false;
  const Given plain = unboxed(given, exchange().types);
  if (plain.type->is(Known::kBoolean)) {
    value = plain.slot.integer != 0;
    return true;
  }
  if (plain.type->is(Known::kString)) {
    const std::string_view text = trim_ascii(static_cast<const String*>(plain.slot.object)->view());
    if (equals_ignoring_ascii_case(text, "true")) return value = true, true;
    if (equals_ignoring_ascii_case(text, "false")) return value = false, true;
  }
  return wrong_type(*this, plain, "`true` or `false`");
}

static bool get_integer(PolicyRun& policy, const CompiledExpression& expression, std::int64_t min, std::int64_t max, std::int64_t& value) {
  Given given;
  if (!evaluate_setting(policy, expression, given)) return false;
  const Given plain = unboxed(given, policy.exchange().types);
  if (is_integral(*plain.type) && !plain.type->is(Known::kChar)) {
    value = plain.slot.integer;
  } else if (plain.type->is(Known::kString)) {
    const std::string_view text = trim_ascii(static_cast<const String*>(plain.slot.object)->view());
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return wrong_type(policy, plain, "a whole number");
  } else {
    return wrong_type(policy, plain, "a whole number");
  }
  if (value < min || value > max) return wrong_type(policy, plain, "a number in range");
  return true;
}

bool PolicyRun::get(const Setting<std::int32_t>& setting, std::int32_t& value) {
  if (setting.expression == nullptr) {
    value = setting.literal;
    return true;
  }
  std::int64_t wide = 0;
  if (!get_integer(*this, *setting.expression, INT32_MIN, INT32_MAX, wide)) return false;
  value = static_cast<std::int32_t>(wide);
  return true;
}

bool PolicyRun::get(const Setting<std::int64_t>& setting, std::int64_t& value) {
  if (setting.expression == nullptr) {
    value = setting.literal;
    return true;
  }
  return get_integer(*this, *setting.expression, INT64_MIN, INT64_MAX, value);
}

bool PolicyRun::get(const Setting<std::chrono::seconds>& setting, std::chrono::seconds& value) {
  if (setting.expression == nullptr) {
    value = setting.literal;
    return true;
  }
  std::int64_t seconds = 0;
  if (!get_integer(*this, *setting.expression, 0, INT32_MAX, seconds)) return false;
  value = std::chrono::seconds(seconds);
  return true;
}

bool PolicyRun::get(const Setting<double>& setting, double& value) {
  if (setting.expression == nullptr) {
    value = setting.literal;
    return true;
  }
  Given given;
  if (!evaluate_setting(*this, *setting.expression, given)) return false;
  const Given plain = unboxed(given, exchange().types);
  if (plain.type->is(Known::kDouble)) return value = plain.slot.real, true;
  if (plain.type->is(Known::kSingle)) return value = static_cast<double>(plain.slot.single), true;
  if (is_integral(*plain.type) && !plain.type->is(Known::kChar)) {
    return value = plain.type->is(Known::kUInt64) ? static_cast<double>(static_cast<std::uint64_t>(plain.slot.integer)) : static_cast<double>(plain.slot.integer), true;
  }
  // decimal and numeric text go through their own text
  if (plain.type->is(Known::kDecimal) || plain.type->is(Known::kString)) {
    const String* text = to_text(run(), *plain.type, plain.slot);
    const std::string_view digits = text == nullptr ? std::string_view() : trim_ascii(text->view());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (!digits.empty() && error == std::errc{} && end == digits.data() + digits.size()) return true;
  }
  return wrong_type(*this, plain, "a number");
}

bool PolicyRun::get(const Setting<Object*>& setting, Object*& value) {
  if (setting.expression == nullptr) {
    value = setting.literal;
    return true;
  }
  Given given;
  if (!evaluate_setting(*this, *setting.expression, given)) return false;
  value = run().box(*given.type, given.slot);
  return true;
}

// ---- messages ---------------------------------------------------------------------------------------------------------

Message& PolicyRun::message() {
  if (fiber_.building != nullptr) {
    if (fiber_.building->request != nullptr) return *fiber_.building->request;
    return *fiber_.building->response;
  }
  if (section() == Section::kInbound || section() == Section::kBackend) return exchange().request;
  return response();
}

Request* PolicyRun::building_request() const { return fiber_.building == nullptr ? nullptr : fiber_.building->request; }

Response& PolicyRun::response() {
  if (fiber_.building != nullptr && fiber_.building->response != nullptr) return *fiber_.building->response;
  if (exchange().response == nullptr) exchange().response = exchange().make_response(200, reason_phrase(200));
  return *exchange().response;
}

void PolicyRun::begin_request(Request* request) {
  fiber_.building = request == nullptr ? fiber_.building->outer : arena().make<Building>(request, nullptr, fiber_.building);
}

void PolicyRun::begin_response(Response* response) {
  fiber_.building = response == nullptr ? fiber_.building->outer : arena().make<Building>(nullptr, response, fiber_.building);
}

// ---- ends ---------------------------------------------------------------------------------------------------------------

Outcome PolicyRun::fail(const PolicyError& error) {
  fiber_.error = error;
  fiber_.error_step = fiber_.current == nullptr ? nullptr : fiber_.current->step;
  if (core_.tracing()) core_.add_trace({.step = fiber_.error_step, .section = section(), .message = error.message, .severity = "error"});
  return Outcome::kFail;
}

Outcome PolicyRun::fail(std::string_view reason, std::string_view message) { return fail({.reason = reason, .message = text(message)}); }

Outcome PolicyRun::finish(Response* response) {
  exchange().response = response;
  return Outcome::kFinish;
}

Outcome PolicyRun::continue_in_outbound(Response* response, std::size_t position) {
  exchange().response = response;
  core_.continue_in_outbound(position);
  return Outcome::kFinish;
}

std::span<const FlowOp> PolicyRun::outbound() const {
  return core_.program.sections[static_cast<std::size_t>(Section::kOutbound)];
}

void PolicyRun::at_end(Outcome (*action)(PolicyRun&, const FlowOp&), const void* config) {
  core_.at_end({.run = action, .config = config, .spec = fiber_.current->spec, .step = fiber_.current->step, .needs = fiber_.current->needs});
}

const void* PolicyRun::at_end_config(Outcome (*action)(PolicyRun&, const FlowOp&)) const {
  for (const FlowOp& op : core_.at_end()) {
    if (op.run == action) return op.config;
  }
  return nullptr;
}

const PolicyError& PolicyRun::error() const { return fiber_.error; }

const StepInfo* PolicyRun::error_step() const { return fiber_.error_step; }

Outcome PolicyRun::fail_again(const PolicyError& error, const StepInfo* step) {
  fiber_.error = error;
  fiber_.error_step = step;
  return Outcome::kFail;
}

void PolicyRun::clear_error() {
  fiber_.error = {};
  fiber_.error_step = nullptr;
}

void PolicyRun::show_error(const PolicyError& error, const StepInfo* step) { exchange().last_error = core_.make_last_error(error, step); }

// ---- flow ---------------------------------------------------------------------------------------------------------------

void PolicyRun::jump(std::uint32_t target) { fiber_.pc = target; }

std::uint32_t PolicyRun::position_of(const FlowOp& op) const { return static_cast<std::uint32_t>(&op - fiber_.ops.data()); }

void PolicyRun::push(ExitHandler* handler) {
  handler->outer = fiber_.handlers;
  fiber_.handlers = handler;
}

void PolicyRun::pop() {
  PC_CHECK(fiber_.handlers != nullptr, "a container pops the handler it pushed");
  fiber_.handlers = fiber_.handlers->outer;
}

ExitHandler* PolicyRun::fiber_handler() const { return fiber_.handlers; }

Outcome PolicyRun::fork(std::span<const std::uint32_t> starts, bool any) { return core_.fork(fiber_, starts, any); }

Outcome run_condition(PolicyRun& run, const FlowOp& op) {
  bool holds = false;
  if (!run.get(*static_cast<const Setting<bool>*>(op.config), holds)) return Outcome::kFail;
  if (!holds) run.jump(op.target);
  return Outcome::kContinue;
}

Outcome run_jump(PolicyRun& run, const FlowOp& op) {
  run.jump(op.target);
  return Outcome::kContinue;
}

// ---- effects ----------------------------------------------------------------------------------------------------------

namespace {

/// Receives what a store shows under its lock.
struct CopiedText {
  Arena& arena;
  std::string_view text;
};
void copy_text(void* receiver, std::string_view text) {
  auto& into = *static_cast<CopiedText*>(receiver);
  into.text = into.arena.copy(text);
}

// What the given stores can say without waiting.
bool answer_from_stores(PolicyRun& run, const EffectRequest& request, ReplyValue& answer) {
  const Stores& stores = run.stores();
  if (const auto* counter = std::get_if<CounterOperation>(&request)) {
    if (stores.counters == nullptr) return false;
    const std::optional<CounterReply> reply = stores.counters->apply(*counter, run.now());
    if (reply.has_value()) answer = *reply;
    return reply.has_value();
  }
  if (const auto* cache = std::get_if<CacheOperation>(&request)) {
    using Kept = CacheOperation::Kept;
    CacheStore* store = stores.cache;
    if (cache->where == Kept::kExternal || (cache->where == Kept::kPreferExternal && stores.external_cache != nullptr)) store = stores.external_cache;
    if (store == nullptr) return false;
    switch (cache->kind) {
      case CacheOperation::Kind::kGet: {
        CopiedText copied{run.arena(), {}};
        const auto hit = store->get(cache->key, run.now(), &copied, &copy_text);
        if (!hit.has_value()) return false;
        answer = *hit ? CacheReply{copied.text} : CacheReply{};
        return true;
      }
      case CacheOperation::Kind::kSet:
        answer = DoneReply{};
        return store->set(cache->key, cache->value, cache->lifetime, run.now());
      case CacheOperation::Kind::kRemove:
        answer = DoneReply{};
        return store->remove(cache->key);
    }
  }
  if (const auto* slot = std::get_if<SlotOperation>(&request)) {
    if (stores.slots == nullptr) return false;
    if (slot->kind == SlotOperation::Kind::kRelease) {
      stores.slots->release(slot->key);
      answer = DoneReply{};
      return true;
    }
    const std::optional<bool> allowed = stores.slots->acquire(slot->key, slot->limit);
    if (allowed.has_value()) answer = CounterReply{.allowed = *allowed};
    return allowed.has_value();
  }
  if (const auto* vectors = std::get_if<VectorOperation>(&request)) {
    if (stores.vectors == nullptr) return false;
    if (vectors->kind == VectorOperation::Kind::kStore) {
      answer = DoneReply{};
      return stores.vectors->store(*vectors, run.now());
    }
    CopiedText copied{run.arena(), {}};
    const auto hit = stores.vectors->find(*vectors, run.now(), &copied, &copy_text);
    if (hit.has_value()) answer = *hit ? CacheReply{copied.text} : CacheReply{};
    return hit.has_value();
  }
  if (const auto* token = std::get_if<TokenCall>(&request)) {
    if (stores.tokens == nullptr) return false;
    CopiedText copied{run.arena(), {}};
    const auto expires_at = stores.tokens->find(token->resource, token->client_id, run.now(), &copied, &copy_text);
    if (!expires_at.has_value()) return false;
    answer = TokenReply{.token = copied.text, .expires_at = *expires_at, .is_fresh = false};
    return true;
  }
  if (const auto* delay = std::get_if<Delay>(&request)) {
    answer = DoneReply{};
    return delay->duration <= std::chrono::milliseconds(0);
  }
  return false;
}

}  // namespace

bool PolicyRun::Perform::await_ready() { return answer_from_stores(run, request, answered); }

void PolicyRun::Perform::await_suspend(std::coroutine_handle<> handle) {
  run.core_.wait(run.fiber_, run.core_.ask(request, true), handle);
}

const ReplyValue& PolicyRun::Perform::await_resume() {
  if (run.fiber_.reply == nullptr) return *run.arena().make<ReplyValue>(answered);
  return *std::exchange(run.fiber_.reply, nullptr);
}

HttpCall& PolicyRun::begin_call() { return core_.begin_call(); }
void PolicyRun::drop_call() { core_.drop_call(); }

void PolicyRun::PerformCall::await_suspend(std::coroutine_handle<> handle) {
  run.core_.wait(run.fiber_, run.core_.last_effect(), handle);
}
const ReplyValue& PolicyRun::PerformCall::await_resume() { return *std::exchange(run.fiber_.reply, nullptr); }

void PolicyRun::notify(const EffectRequest& request) {
  ReplyValue ignored;
  if (!answer_from_stores(*this, request, ignored)) core_.ask(request, false);
}

// ---- traces -----------------------------------------------------------------------------------------------------------

void PolicyRun::trace(std::string_view message) {
  if (!tracing_) return;
  core_.add_trace({.step = fiber_.current == nullptr ? nullptr : fiber_.current->step, .section = section(), .message = text(message)});
}

void PolicyRun::trace(std::string_view source, std::string_view message, std::string_view severity, std::span<const ParameterView> metadata) {
  core_.add_trace({.step = fiber_.current->step, .section = section(), .source = source, .message = message, .severity = severity, .metadata = metadata, .is_custom = true});
}

}  // namespace portcullis
