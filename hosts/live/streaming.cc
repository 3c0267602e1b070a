#include "hosts/live/streaming.h"

namespace portcullis::hosts {

LiveStream stream_live_body(Execution& execution, LiveHost& host, std::string_view caller_body, Recorded& record,
                            const std::function<void(std::string_view)>& forward) {
  LiveStream result;
  const std::shared_ptr<BodyStream> body = host.body();
  if (body == nullptr) return result;
  const bool is_watched = execution.watches_response_body();
  const auto take = [&](Passage passage) {
    while (!passage.wrong_state) {
      if (!passage.forward.empty()) forward(passage.forward);
      const std::vector<Reply> replies = passage.effects.empty() && !passage.waiting
                                             ? std::vector<Reply>()
                                             : host.perform(passage.effects, caller_body, record);
      if (!passage.waiting) break;
      passage = execution.resume_passage(replies);
    }
    result.is_cut |= passage.cut;
  };
  while (!result.is_cut) {
    const std::optional<std::string> piece = body->read();
    if (!piece.has_value()) break;
    if (is_watched) {
      take(execution.pass(*piece));
    } else {
      forward(*piece);
    }
  }
  if (!result.is_cut) {
    result.is_complete = body->is_complete();
    if (is_watched) take(execution.finish(result.is_complete));
  }
  body->close();
  return result;
}

}  // namespace portcullis::hosts
