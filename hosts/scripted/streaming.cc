#include "hosts/scripted/streaming.h"

#include <algorithm>

namespace portcullis::hosts {

StreamedBody stream_body(Execution& execution, World& world, std::string_view caller_body, Recorded& record,
                         std::size_t piece_size, std::size_t index) {
  StreamedBody body;
  const std::vector<std::string> chunks = record.response_chunks;
  if (!execution.watches_response_body()) {
    for (const std::string& chunk : chunks) body.content += chunk;
    return body;
  }
  // What policies ask comes with the passage; the last ones want no answer.
  const auto take = [&](Passage passage) {
    while (true) {
      body.content += passage.forward;
      world.perform(passage.effects, caller_body, record, index);
      if (!passage.waiting || passage.wrong_state) break;
      passage = execution.resume_passage(world.next_replies());
    }
    body.is_cut |= passage.cut;
  };
  for (const std::string& chunk : chunks) {
    const std::size_t size = piece_size == 0 ? std::max<std::size_t>(1, chunk.size()) : piece_size;
    for (std::size_t at = 0; at < chunk.size() && !body.is_cut; at += size)
      take(execution.pass(std::string_view(chunk).substr(at, size)));
  }
  if (!body.is_cut) take(execution.finish(!record.response_breaks));
  return body;
}

}  // namespace portcullis::hosts
