#include "policies/support/exists_action.h"

#include "base/text.h"

namespace portcullis {

namespace {
constexpr Word kWords[] = {{"override", 0}, {"skip", 1}, {"append", 2}, {"delete", 3}};
}  // namespace

bool match_word(std::string_view text, std::span<const Word> words, std::int64_t& value) {
  for (const Word& word : words) {
    if (!equals_ignoring_ascii_case(trim_ascii(text), word.text)) continue;
    value = word.value;
    return true;
  }
  return false;
}

std::int64_t check_word(Reader& reader, const Element& element, std::string_view attribute, std::span<const Word> words) {
  const Attribute* given = element.find(attribute);
  std::int64_t value = 0;
  if (given != nullptr && given->value.is_literal()) reader.read_word(given->value, words, value);
  return value;
}

ExistsAction check_exists_action(Reader& reader, const Element& element) {
  return static_cast<ExistsAction>(check_word(reader, element, "exists-action", kWords));
}

bool get_exists_action(PolicyRun& run, const Setting<std::string_view>& setting, ExistsAction literal, ExistsAction& action) {
  if (setting.expression == nullptr) {
    action = literal;
    return true;
  }
  std::string_view text;
  if (!run.get(setting, text)) return false;
  std::int64_t value = 0;
  if (!match_word(text, kWords, value)) {
    run.fail({}, joined("`", text, "` is no exists-action: it is `override`, `skip`, `append` or `delete`."));
    return false;
  }
  action = static_cast<ExistsAction>(value);
  return true;
}

}  // namespace portcullis
