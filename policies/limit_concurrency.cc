// limit-concurrency: at most so many requests inside at the same time. source: limit-concurrency-policy
//
//     0  enter      takes a slot or fails with 429, pushes the handler that gives it back
//     1  …children
//     n  leave      gives the slot back
#include "engine/policy/codes.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct LimitConcurrency {
  Setting<std::string_view> key;
  std::int32_t max_count = 0;
};

constexpr AttributeSpec kAttributes[] = {
    required<&LimitConcurrency::key>("key"),
    required<&LimitConcurrency::max_count>("max-count"),
};

void check(Reader& reader, const Element& element, void* config) {
  const Attribute* attribute = element.find("max-count");
  if (attribute != nullptr && attribute->value.is_literal() && static_cast<const LimitConcurrency*>(config)->max_count < 1) {
    reader.report(attribute->value.span, policy_code::kWrongLiteral, "`max-count` is at least 1");
  }
}

struct Held {
  ExitHandler handler;
  std::string_view key;
};

void release(PolicyRun& run, const Held& held) {
  const EffectRequest effect = SlotOperation{.kind = SlotOperation::Kind::kRelease, .key = held.key};
  run.notify(effect);
}

Outcome on_leave(PolicyRun& run, ExitHandler& handler, Outcome why) {
  release(run, *static_cast<const Held*>(handler.state));
  return why;
}

Task take_slot(PolicyRun& run, const LimitConcurrency& config) {
  std::string_view key;
  if (!run.get(config.key, key)) co_return Outcome::kFail;
  const EffectRequest effect = SlotOperation{.key = key, .limit = config.max_count};
  const ReplyValue& reply = co_await run.perform(effect);
  const auto* answer = std::get_if<CounterReply>(&reply);
  if (answer != nullptr && !answer->allowed) {
    co_return run.fail({.reason = "ConcurrencyLimitExceeded", .message = "Concurrency limit is exceeded.", .status = 429,
                        .body_message = "Concurrency limit is exceeded."});
  }
  // A store that does not answer never loses a request: it passes, unlimited.
  Held* held = run.arena().make<Held>();
  held->key = run.text(key);
  held->handler = {.on_leave = &on_leave, .state = held};
  run.push(&held->handler);
  co_return Outcome::kContinue;
}

Outcome enter(PolicyRun& run, const FlowOp& op) {
  const Task task = take_slot(run, *static_cast<const LimitConcurrency*>(op.config));
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

Outcome leave(PolicyRun& run, const FlowOp&) {
  const auto& held = *static_cast<const Held*>(run.fiber_handler()->state);
  run.pop();
  release(run, held);
  return Outcome::kContinue;
}

void emit(FlowBuilder& flow, const Element& element, const void* config) {
  flow.emit({.run = &enter, .config = config});
  flow.children(element);
  flow.emit({.run = &leave, .config = config});
}

}  // namespace

const PolicySpec kLimitConcurrency =
    flow_policy<LimitConcurrency>("limit-concurrency", element_of<LimitConcurrency>(kAttributes), &emit).holding_policies().checked_by(&check);

}  // namespace portcullis
