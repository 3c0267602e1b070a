// An evaluation that can be repeated at full speed: what the scripted world answered is recorded once and given again.
//
// The stores stay as the evaluations before left them, as in a gateway at work: tokens, cache entries and fetched
// documents are warm. Counters and concurrency slots do all their work, but answer as they did when it was recorded, so
// that no limit is ever reached however often an evaluation is repeated.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hosts/files/owned_context.h"
#include "hosts/scripted/world.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::cli {

/// What one evaluation was answered. Its views belong to the worlds it was recorded in.
struct Recording {
  std::vector<std::vector<Reply>> replies;  // of each `resume` but the first
  std::vector<std::size_t> effects;         // how many each `resume` asked for
  std::vector<Ticks> times;                 // what the clock showed at each `resume`
  std::vector<CounterReply> counters;       // of the counter store, in order
  Stores stores;
  ResponseView response;  // the reason lives in `reason`
  std::string reason;
  std::string failure;  // "source (section, path): reason: message"; empty: none
  std::string missing;  // an answer that nobody gave
  Cost cost;
};

/// Owns the worlds that evaluations are recorded in, and what is shared by those that repeat them.
class Recorder {
 public:
  /// `answers`: what backends, calls and the identity endpoint answer; null: nothing. Evaluates twice, first with cold
  /// stores; the second evaluation is what is kept. What is wrong with the answers, or nullopt.
  std::optional<hosts::FileError> record(const Program& program, const hosts::OwnedContext& context,
                                         const hosts::Json& answers, Recording& into);

 private:
  hosts::World cold_, warm_;
};

/// The recorded time, and randomness that begins anew with each evaluation.
class ReplayClock : public Environment {
 public:
  void restart(Ticks now) { clock_ = hosts::ScriptedClock(now); }
  void set(Ticks now) { clock_.set(now); }
  Ticks utc_now_ticks() override { return clock_.utc_now_ticks(); }
  std::uint64_t random() override { return clock_.random(); }
  bool out_of_time() override { return clock_.out_of_time(); }
  void expression_starts() override { clock_.expression_starts(); }

 private:
  hosts::ScriptedClock clock_{0};
};

/// Sees the parts of an evaluation: the profiler.
class ReplayWatcher : public ReplayClock {
 public:
  virtual void resumes() {}
  virtual void stops() {}
};

/// One thread's way of repeating a recorded evaluation.
class Replay {
 public:
  /// All are borrowed. `watcher`: may be null.
  Replay(const Program& program, const hosts::OwnedContext& context, const Recording& recording,
         ReplayWatcher* watcher = nullptr);
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  /// One evaluation. False: it asked for other effects than the recorded one.
  bool run();
  [[nodiscard]] const Cost& cost() const { return cost_; }

 private:
  class Counters;
  class Slots;

  const Program& program_;
  const ContextView& context_;
  const Recording& recording_;
  ReplayWatcher* watcher_;
  ReplayClock own_clock_;
  ReplayClock& clock_;
  std::unique_ptr<Counters> counters_;
  std::unique_ptr<Slots> slots_;
  std::vector<std::byte> memory_;
  ExecutionOptions options_;
  Cost cost_;
};

}  // namespace portcullis::cli
