// What set-header and set-query-parameter do when the name is there already.
#pragma once

#include <span>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"

namespace portcullis {

enum class ExistsAction : std::uint8_t { kOverride, kSkip, kAppend, kDelete };

/// The attribute may be an expression, so it is read as text; a literal is checked at load, and is what `check_exists_action` gives.
bool get_exists_action(PolicyRun& run, const Setting<std::string_view>& setting, ExistsAction literal, ExistsAction& action);
ExistsAction check_exists_action(Reader& reader, const Element& element);

/// An attribute's literal among words, for attributes that also take an expression.
bool match_word(std::string_view text, std::span<const Word> words, std::int64_t& value);
/// The literal's value; 0 when there is none.
std::int64_t check_word(Reader& reader, const Element& element, std::string_view attribute, std::span<const Word> words);

}  // namespace portcullis
