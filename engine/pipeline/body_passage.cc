#include "engine/pipeline/body_passage.h"

namespace portcullis {

Passage BodyPassage::pass(PolicyRun& run, std::string_view chunk, EffectId& last_effect) {
  for (const auto& watcher : watchers_) watcher->see(chunk);
  if (filters_.empty()) return {.forward = chunk};
  out_.clear();
  at_ = 0;
  filters_.front()->take(chunk);
  return go_on(run, last_effect);
}

Passage BodyPassage::answer(PolicyRun& run, const ReplyValue& reply, EffectId& last_effect) {
  out_.clear();
  is_waiting_ = false;
  filters_[at_]->answer(run, reply);
  return go_on(run, last_effect);
}

Passage BodyPassage::finish(PolicyRun& run, bool complete, EffectId& last_effect) {
  is_ending_ = true;
  is_complete_ = complete;
  out_.clear();
  at_ = 0;
  if (!filters_.empty()) filters_.front()->end();
  return go_on(run, last_effect);
}

// From filter to filter; each has taken what the one before let pass when its turn comes.
Passage BodyPassage::go_on(PolicyRun& run, EffectId& last_effect) {
  for (; at_ < filters_.size(); ++at_) {
    const bool is_last = at_ + 1 == filters_.size();
    between_.clear();
    const BodyFilter::Next next = filters_[at_]->advance(run, is_last ? out_ : between_);
    if (!is_last && !between_.empty()) filters_[at_ + 1]->take(between_);
    if (next == BodyFilter::Next::kCall) {
      is_waiting_ = true;
      effect_ = {.id = ++last_effect, .needs_reply = true, .request = filters_[at_]->call()};
      return {.forward = out_, .waiting = true, .effects = {&effect_, 1}};
    }
    if (next == BodyFilter::Next::kCut) {
      settle(run, false);
      return {.forward = out_, .cut = true};
    }
    if (!is_last && is_ending_) filters_[at_ + 1]->end();
  }
  if (is_ending_) settle(run, is_complete_);
  return {.forward = out_};
}

void BodyPassage::settle(PolicyRun& run, bool complete) {
  if (is_over_) return;
  is_over_ = true;
  for (const auto& watcher : watchers_) watcher->end(run, complete);
}

}  // namespace portcullis
