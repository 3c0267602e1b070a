// A response body that streams past the policies: who watches it, and who holds pieces back until they are judged.
//
//     backend ─▶ watchers see ─▶ filter ─▶ filter ─▶ caller        a filter may ask the host something, and cut
//
// Watchers and filters own their memory, so that a stream of any length takes a bounded amount: nothing here lies in
// the request's arena.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/policy/policy_run.h"
#include "portcullis/passage.hpp"

namespace portcullis {

class BodyWatcher {
 public:
  virtual ~BodyWatcher() = default;
  virtual void see(std::string_view bytes) = 0;
  /// Once, after the last piece. `complete`: the body came to its own end. May `notify`.
  virtual void end(PolicyRun& run, bool complete) = 0;
};

class BodyFilter {
 public:
  enum class Next : std::uint8_t {
    kIdle,  // all that was given is looked at
    kCall,  // `call` has to be answered first
    kCut,   // the stream ends here
  };
  virtual ~BodyFilter() = default;
  virtual void take(std::string_view bytes) = 0;
  /// No more bytes will come.
  virtual void end() = 0;
  /// Appends what may go on to `out`.
  virtual Next advance(PolicyRun& run, std::string& out) = 0;
  virtual const EffectRequest& call() const = 0;
  virtual void answer(PolicyRun& run, const ReplyValue& reply) = 0;
};

class BodyPassage {
 public:
  void add(std::unique_ptr<BodyWatcher> watcher) { watchers_.push_back(std::move(watcher)); }
  void add(std::unique_ptr<BodyFilter> filter) { filters_.push_back(std::move(filter)); }
  [[nodiscard]] bool empty() const { return watchers_.empty() && filters_.empty(); }
  [[nodiscard]] bool is_waiting() const { return is_waiting_; }
  [[nodiscard]] bool is_over() const { return is_over_; }
  [[nodiscard]] EffectId waiting_for() const { return effect_.id; }

  // `last_effect` is counted on. The effects of `end` of watchers are the core's own.
  Passage pass(PolicyRun& run, std::string_view chunk, EffectId& last_effect);
  Passage answer(PolicyRun& run, const ReplyValue& reply, EffectId& last_effect);
  Passage finish(PolicyRun& run, bool complete, EffectId& last_effect);

 private:
  Passage go_on(PolicyRun& run, EffectId& last_effect);
  void settle(PolicyRun& run, bool complete);

  std::vector<std::unique_ptr<BodyWatcher>> watchers_;
  std::vector<std::unique_ptr<BodyFilter>> filters_;
  std::size_t at_ = 0;         // of the filter that works or waits
  std::string between_, out_;  // what a filter let pass, what all did
  Effect effect_;
  bool is_waiting_ = false;
  bool is_ending_ = false;
  bool is_complete_ = false;
  bool is_over_ = false;
};

}  // namespace portcullis
