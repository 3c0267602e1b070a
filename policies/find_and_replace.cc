// find-and-replace: every occurrence of a substring in the body. source: find-and-replace-policy
//
// Ordinal, case-sensitive, left to right; replaced text is not looked at again. The body is handled in its own charset as long as that
// is a superset of ASCII, which a substring search does not notice.
#include <string>

#include "base/text.h"
#include "policies/support/body.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct FindAndReplace {
  Setting<std::string_view> from;
  Setting<std::string_view> to;
};

constexpr AttributeSpec kAttributes[] = {
    required<&FindAndReplace::from>("from"),
    required<&FindAndReplace::to>("to"),
};

Outcome run(PolicyRun& run, const FindAndReplace& config) {
  std::string_view from;
  std::string_view to;
  if (!run.get(config.from, from) || !run.get(config.to, to)) return Outcome::kFail;
  Message& message = run.message();
  if (from.empty() || message.body.state != BodyState::kBuffered || message.body.content.empty()) return Outcome::kContinue;
  if (!decode_body(run, message)) return Outcome::kFail;
  const std::string_view body = message.body.content;
  std::size_t found = body.find(from);
  if (found == std::string_view::npos) return Outcome::kContinue;
  std::string out;
  std::size_t at = 0;
  std::size_t count = 0;
  for (; found != std::string_view::npos; found = body.find(from, at)) {
    append(out, body.substr(at, found - at), to);
    at = found + from.size();
    ++count;
    if (out.size() > run.arena().remaining()) return run.fail({}, "The body grows beyond the memory limit.");
  }
  out += body.substr(at);
  const bool consumed = message.body.consumed;
  run.exchange().set_body(message, run.text(out));
  message.body.consumed = consumed;
  if (run.tracing()) run.trace(joined("Replaced ", count, " occurrences"));
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kFindAndReplace = policy<FindAndReplace, &run>("find-and-replace", kAttributes).emitting(&emit_with_body<FindAndReplace, &run>);

}  // namespace portcullis
