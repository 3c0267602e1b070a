// retry: runs its children again while a condition holds. source: retry-policy
//
//     0  begin      evaluates the settings, pushes the handler
//     1  …children
//     n  decide     the condition; again: waits, then pc = 1
//
// A child that fails does not leave at once: the handler sends the fiber to `decide`, and the failure is raised there when the
// condition says no. context.LastError shows it meanwhile. observed: recorded traces of the managed gateway (control-flow.md#2)
#include <algorithm>
#include <chrono>
#include <cmath>

#include "engine/policy/codes.h"
#include "policies/table.h"

namespace portcullis {
namespace {

constexpr std::int32_t kMaxCount = 50;

struct Retry {
  Setting<bool> condition;
  Setting<std::int32_t> count = 0;
  Setting<std::chrono::seconds> interval;
  Setting<std::chrono::seconds> max_interval;
  Setting<std::chrono::seconds> delta;
  Setting<bool> first_fast_retry;
};

constexpr AttributeSpec kAttributes[] = {
    required<&Retry::condition>("condition"),       required<&Retry::count>("count"),
    optional<&Retry::interval>("interval"),         optional<&Retry::max_interval>("max-interval"),
    optional<&Retry::delta>("delta"),               optional<&Retry::first_fast_retry>("first-fast-retry"),
};

void check(Reader& reader, const Element& element, void* config) {
  const auto& retry = *static_cast<const Retry*>(config);
  const auto refuse = [&](std::string_view name, std::string_view message) {
    if (const Attribute* attribute = element.find(name)) reader.report(attribute->value.span, policy_code::kWrongLiteral, message);
  };
  if (retry.count.is_present && retry.count.expression == nullptr && (retry.count.literal < 1 || retry.count.literal > kMaxCount)) {
    refuse("count", "`count` is a number from 1 to 50");
  }
  const auto negative = [](const Setting<std::chrono::seconds>& setting) { return setting.expression == nullptr && setting.literal.count() < 0; };
  if (negative(retry.interval)) refuse("interval", "`interval` is not below 0");
  if (negative(retry.max_interval)) refuse("max-interval", "`max-interval` is not below 0");
  if (negative(retry.delta)) refuse("delta", "`delta` is not below 0");
}

/// One run of the loop, in the arena.
struct Loop {
  ExitHandler handler;
  std::int32_t attempt = 0;
  std::int32_t count = 0;
  double interval = 0;
  double max_interval = 0;
  double delta = 0;
  bool first_fast = false;
  std::uint32_t decide = 0;
  bool failed = false;
  PolicyError error;
  const StepInfo* error_step = nullptr;
  LastError* outer_last_error = nullptr;
};

// A failing child: remember why, and decide.
Outcome on_leave(PolicyRun& run, ExitHandler& handler, Outcome why) {
  if (why != Outcome::kFail) return why;
  auto& loop = *static_cast<Loop*>(handler.state);
  loop.failed = true;
  loop.error = run.error();
  loop.error_step = run.error_step();
  run.show_error(loop.error, loop.error_step);
  run.clear_error();
  run.push(&loop.handler);
  run.jump(loop.decide);
  return Outcome::kContinue;
}

Outcome begin(PolicyRun& run, const FlowOp& op) {
  const auto& config = *static_cast<const Retry*>(op.config);
  Loop* loop = run.arena().make<Loop>();
  std::chrono::seconds interval{};
  std::chrono::seconds max_interval{};
  std::chrono::seconds delta{};
  if (!run.get(config.count, loop->count) || !run.get(config.interval, interval) || !run.get(config.max_interval, max_interval) ||
      !run.get(config.delta, delta) || !run.get(config.first_fast_retry, loop->first_fast)) {
    return Outcome::kFail;
  }
  loop->count = std::clamp(loop->count, 1, kMaxCount);
  loop->interval = static_cast<double>(interval.count());
  loop->max_interval = static_cast<double>(max_interval.count());
  loop->delta = static_cast<double>(delta.count());
  loop->decide = op.target;
  loop->outer_last_error = run.exchange().last_error;
  loop->handler = {.on_leave = &on_leave, .op = &op, .state = loop};
  run.push(&loop->handler);
  return Outcome::kContinue;
}

// source: control-flow.md#2, "waiting time before retry n"
double wait_seconds(const Retry& config, const Loop& loop, int n, std::uint64_t random) {
  if (n == 1 && loop.first_fast) return 0;
  if (config.delta.is_present && config.max_interval.is_present) {
    const double spread = 0.8 + 0.4 * (static_cast<double>(random >> 11) * 0x1.0p-53);
    return std::min(loop.max_interval, loop.interval + (std::exp2(n - 1) - 1) * loop.delta * spread);
  }
  if (config.delta.is_present) return loop.interval + (n - 1) * loop.delta;
  if (config.max_interval.is_present) return std::min(loop.interval, loop.max_interval);
  return loop.interval;
}

Outcome leave(PolicyRun& run, Loop& loop) {
  if (!loop.failed) {
    run.exchange().last_error = loop.outer_last_error;
    return Outcome::kContinue;
  }
  return run.fail_again(loop.error, loop.error_step);
}

Task again(PolicyRun& run, const Retry& config, const Loop& reached) {
  auto& loop = const_cast<Loop&>(reached);  // NOLINT(cppcoreguidelines-pro-type-const-cast): coroutine parameters are const here
  const double seconds = wait_seconds(config, loop, loop.attempt, run.random());
  const EffectRequest delay = Delay{std::chrono::milliseconds(static_cast<std::int64_t>(std::llround(seconds * 1000)))};
  if (run.tracing()) run.trace("trying again");
  co_await run.perform(delay);
  loop.failed = false;
  run.push(&loop.handler);
  run.jump(run.position_of(*loop.handler.op) + 1);
  co_return Outcome::kContinue;
}

Outcome decide(PolicyRun& run, const FlowOp& op) {
  const auto& config = *static_cast<const Retry*>(op.config);
  auto& loop = *static_cast<Loop*>(run.fiber_handler()->state);
  run.pop();
  if (loop.attempt == loop.count) return leave(run, loop);
  bool again_wanted = false;
  if (!run.get(config.condition, again_wanted)) return Outcome::kFail;
  if (!again_wanted) return leave(run, loop);
  ++loop.attempt;
  const Task task = again(run, config, loop);
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

void emit(FlowBuilder& flow, const Element& element, const void* config) {
  const std::uint32_t first = flow.emit({.run = &begin, .config = config});
  flow.children(element);
  flow.at(first).target = flow.here();
  flow.emit({.run = &decide, .config = config});
}

}  // namespace

const PolicySpec kRetry = flow_policy<Retry>("retry", element_of<Retry>(kAttributes), &emit).holding_policies().checked_by(&check);

}  // namespace portcullis
