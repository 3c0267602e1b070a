// All captures of a group that took part several times. PCRE2 keeps the last one only, so when C# asks for the others
// the match is made again with a pattern that reports each group's end (see Tracing in regex_pattern.h).
#define PCRE2_CODE_UNIT_WIDTH 8
#include <algorithm>
#include <charconv>

#include <pcre2.h>

#include "engine/dotnet/regex.h"

namespace portcullis::regex {

namespace {

/// What happened on the way to the match. Going back along the way takes the steps back, last one first.
struct Trail {
  Run& run;
  std::span<Captured> steps{};  // marks have no group: `start` is the mark's number
  std::size_t count = 0;

  bool push(Captured step) {
    if (count == steps.size()) {
      const std::span<Captured> grown = run.arena.array<Captured>(std::max<std::size_t>(16, 2 * count));
      std::copy_n(steps.begin(), count, grown.begin());
      steps = grown;
    }
    steps[count++] = step;
    return true;
  }
  // Steps behind a mark lay in an atomic group or a lookaround: those were left without being gone back through.
  void drop_to_mark(std::size_t number) {
    while (count > 0) {
      const Captured& last = steps[--count];
      if (last.group == 0 && last.start == number) return;
    }
  }
};

int on_callout(pcre2_callout_block* block, void* data) {
  auto& trail = *static_cast<Trail*>(data);
  if (!trail.run.spend(1)) return PCRE2_ERROR_CALLOUT;
  const char* text = reinterpret_cast<const char*>(block->callout_string);
  if (text == nullptr || block->callout_string_length < 2) return 0;
  std::uint32_t number = 0;
  std::from_chars(text + 1, text + block->callout_string_length, number);
  switch (text[0]) {
    case kTraceGroup:
      trail.push({number, block->offset_vector[2 * number], block->offset_vector[2 * number + 1]});
      break;
    case kTraceGroupBack:
      if (trail.count > 0) --trail.count;
      break;
    case kTraceMark:
      trail.push({0, number, 0});
      break;
    default:
      trail.drop_to_mark(number);
      break;
  }
  return 0;
}

}  // namespace

std::span<const Captured> trace(Run& run, const Compiled& compiled, std::string_view text, std::size_t start) {
  if (compiled.tracing == nullptr) return {};
  pcre2_general_context* memory = memory_in(run.arena);
  pcre2_match_context* context = memory == nullptr ? nullptr : pcre2_match_context_create(memory);
  pcre2_match_data* data = memory == nullptr ? nullptr : pcre2_match_data_create_from_pattern(compiled.tracing, memory);
  if (context == nullptr || data == nullptr) {
    run.raise_limit(Limit::kMemory);
    return {};
  }
  Trail trail{run};
  pcre2_set_match_limit(context, run.limits.regex_match_limit);
  pcre2_set_depth_limit(context, run.limits.regex_match_limit);
  pcre2_set_callout(context, &on_callout, &trail);
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data() != nullptr ? text.data() : "");
  constexpr std::uint32_t kFlags = PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT | PCRE2_ANCHORED;
  const int found = pcre2_match(compiled.tracing, subject, text.size(), start, kFlags, data, context);
  if (found == PCRE2_ERROR_NOMEMORY || found == PCRE2_ERROR_HEAPLIMIT) run.raise_limit(Limit::kMemory);
  if (found == PCRE2_ERROR_MATCHLIMIT || found == PCRE2_ERROR_DEPTHLIMIT) run.raise_limit(Limit::kRegex);
  if (found < 0) return {};
  return trail.steps.first(trail.count);
}

}  // namespace portcullis::regex
