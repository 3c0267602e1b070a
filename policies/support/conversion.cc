#include "policies/support/conversion.h"

#include "base/text.h"
#include "policies/support/body.h"
#include "policies/support/exists_action.h"
#include "policies/support/media_type.h"

namespace portcullis {

bool get_word(PolicyRun& run, const Setting<std::string_view>& setting, std::string_view attribute,
              std::span<const Word> words, std::int64_t& value) {
  if (!setting.is_present) return true;
  std::string_view text;
  if (!run.get(setting, text)) return false;
  if (match_word(text, words, value)) return true;
  std::string message = joined("`", text, "` is no value of ", attribute, ": it is one of");
  for (const Word& word : words) append(message, " `", word.text, "`");
  run.fail({}, joined(message, "."));
  return false;
}

bool passes_gate(PolicyRun& run, const ConversionGate& gate, const ConversionTypes& types, bool& converts,
                 std::string_view& text) {
  converts = false;
  std::int64_t apply = 0;
  bool considers_accept = true;
  if (!get_word(run, gate.apply, "apply", types.apply_words, apply) ||
      !run.get(gate.consider_accept_header, considers_accept))
    return false;
  Message& message = run.message();
  if (message.body.state != BodyState::kBuffered) return true;
  if (apply != 0 && !types.is_source(media_type_of(message.headers, run.arena()))) return true;
  if (considers_accept && !accepts(run.exchange().request.headers, run.arena(), types.is_target)) return true;
  if (!read_body(run, message, text)) return false;
  converts = !trim_ascii(text).empty();
  return true;
}

}  // namespace portcullis
