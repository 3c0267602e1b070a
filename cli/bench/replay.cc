#include "cli/bench/replay.h"

#include <limits>

namespace portcullis::cli {

using hosts::FileError;
using hosts::Json;

namespace {

constexpr std::size_t kMemory = std::size_t{1} << 20;  // given to each evaluation, as a proxy would
constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

/// Writes down what the counters said.
class RecordedCounters final : public CounterStore {
 public:
  RecordedCounters(CounterStore& inner, std::vector<CounterReply>& replies) : inner_(inner), replies_(replies) {}
  std::optional<CounterReply> apply(const CounterOperation& operation, SystemTime now) override {
    const std::optional<CounterReply> reply = inner_.apply(operation, now);
    if (reply.has_value()) replies_.push_back(*reply);
    return reply;
  }

 private:
  CounterStore& inner_;
  std::vector<CounterReply>& replies_;
};

std::string describe(const LastErrorView& error) {
  std::string out(error.source);
  out.append(" (").append(error.section);
  if (!error.path.empty()) out.append(", ").append(error.path);
  return out.append("): ").append(error.reason).append(": ").append(error.message);
}

/// The optimiser may not know what `value` is used for.
template <typename T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

void evaluate_once(const Program& program, const hosts::OwnedContext& context, hosts::World& world, Recording& into) {
  ContextView view = context.view();
  view.timestamp = world.clock.utc_now_ticks();
  RecordedCounters counters(*into.stores.counters, into.counters);
  ExecutionOptions options;
  options.stores = into.stores;
  options.stores.counters = &counters;
  options.environment = &world.clock;
  options.variables = context.variables();
  Execution execution(program, view, options);
  hosts::Recorded record;
  std::vector<Reply> replies;
  for (;;) {
    into.times.push_back(world.clock.utc_now_ticks());
    const Step step = execution.resume(replies);
    into.effects.push_back(step.effects.size());
    world.perform(step.effects, view.request.body.content, record);
    if (step.done()) break;
    replies = world.next_replies();
    if (replies.empty()) break;
    into.replies.push_back(replies);
  }
  into.response = execution.response();
  into.reason = std::string(into.response.reason);
  into.response = {.status = into.response.status, .reason = into.reason, .headers = {}, .body = {}};
  if (const auto error = execution.last_error()) into.failure = describe(*error);
  into.missing = world.missing();
  into.cost = execution.cost();
}

}  // namespace

// Two worlds, so that answers that count (`times`) and counters begin as the file says for the evaluation that is kept,
// while tokens, caches and documents are those that the first one left.
std::optional<FileError> Recorder::record(const Program& program, const hosts::OwnedContext& context,
                                          const Json& answers, Recording& into) {
  for (hosts::World* world : {&cold_, &warm_}) {
    if (answers.is_null()) continue;
    if (auto error = world->read(answers)) return error;
  }
  Recording first;
  first.stores = cold_.stores();
  evaluate_once(program, context, cold_, first);
  into.stores = cold_.stores();
  into.stores.counters = warm_.stores().counters;
  into.stores.slots = warm_.stores().slots;
  into.stores.backends = warm_.stores().backends;
  evaluate_once(program, context, warm_, into);
  if (into.missing.empty()) into.missing = first.missing;
  return std::nullopt;
}

// ---- repeating --------------------------------------------------------------------------------------------------------

class Replay::Counters final : public CounterStore {
 public:
  Counters(CounterStore& inner, const std::vector<CounterReply>& replies) : inner_(inner), replies_(replies) {}
  void rewind() { next_ = 0; }
  std::optional<CounterReply> apply(const CounterOperation& operation, SystemTime now) override {
    CounterOperation unlimited = operation;
    unlimited.limit = kNoLimit;
    const std::optional<CounterReply> reply = inner_.apply(unlimited, now);
    return next_ < replies_.size() ? replies_[next_++] : reply;
  }

 private:
  CounterStore& inner_;
  const std::vector<CounterReply>& replies_;
  std::size_t next_ = 0;
};

class Replay::Slots final : public SlotStore {
 public:
  explicit Slots(SlotStore& inner) : inner_(inner) {}
  std::optional<bool> acquire(std::string_view key, std::int64_t limit) override {
    return inner_.acquire(key, limit <= 0 ? limit : kNoLimit);
  }
  void release(std::string_view key) override { inner_.release(key); }

 private:
  SlotStore& inner_;
};

Replay::Replay(const Program& program, const hosts::OwnedContext& context, const Recording& recording,
               ReplayWatcher* watcher)
    : program_(program),
      context_(context.view()),
      recording_(recording),
      watcher_(watcher),
      clock_(watcher == nullptr ? own_clock_ : *watcher),
      counters_(std::make_unique<Counters>(*recording.stores.counters, recording.counters)),
      slots_(std::make_unique<Slots>(*recording.stores.slots)),
      memory_(kMemory) {
  options_.stores = recording.stores;
  options_.stores.counters = counters_.get();
  options_.stores.slots = slots_.get();
  options_.environment = &clock_;
  options_.memory = memory_;
  options_.variables = context.variables();
}
Replay::~Replay() = default;

bool Replay::run() {
  counters_->rewind();
  clock_.restart(recording_.times.front());
  Execution execution(program_, context_, options_);
  bool same = true;
  for (std::size_t i = 0;; ++i) {
    if (i > 0) clock_.set(recording_.times[i]);
    if (watcher_ != nullptr) watcher_->resumes();
    const Step step = execution.resume(i == 0 ? std::span<const Reply>() : recording_.replies[i - 1]);
    if (watcher_ != nullptr) watcher_->stops();
    same = same && step.effects.size() == recording_.effects[i];
    keep(step.effects);
    if (step.done() || i == recording_.replies.size()) {
      same = same && step.done() && i == recording_.replies.size();
      break;
    }
  }
  keep(execution.response());
  cost_ = execution.cost();
  return same;
}

}  // namespace portcullis::cli
