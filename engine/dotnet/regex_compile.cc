// Compiling and running patterns with PCRE2. All memory a run needs comes from its arena.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <initializer_list>

#include "base/check.h"
#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/regex.h"

namespace portcullis::regex {

namespace {

void* take(std::size_t size, void* arena) { return static_cast<Arena*>(arena)->try_allocate(size, 16); }
void give_back(void*, void*) {}

pcre2_code* compile_code(std::string_view pattern, std::uint32_t flags, pcre2_general_context* memory, CompileError& error) {
  pcre2_compile_context* context = pcre2_compile_context_create(memory);
  if (context == nullptr) {
    error = {"memory", false, true};
    return nullptr;
  }
  pcre2_set_newline(context, PCRE2_NEWLINE_LF);
  pcre2_set_compile_extra_options(context, (flags & PCRE2_UTF) != 0 ? PCRE2_EXTRA_ALLOW_SURROGATE_ESCAPES : 0);
  int code = 0;
  std::size_t offset = 0;
  pcre2_code* made =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), flags, &code, &offset, context);
  pcre2_compile_context_free(context);
  if (made != nullptr) return made;
  char message[160] = {};
  pcre2_get_error_message(code, reinterpret_cast<PCRE2_UCHAR*>(message), sizeof message);
  error = {joined("The pattern is beyond what can be matched here: ", std::string_view(message), "."), true,
           code == PCRE2_ERROR_NOMEMORY || code == 121};
  return nullptr;
}

std::uint32_t flags_of(std::int32_t options) {
  std::uint32_t flags = PCRE2_ALT_CIRCUMFLEX;
  if ((options & kIgnoreCase) != 0) flags |= PCRE2_CASELESS;
  if ((options & kMultiline) != 0) flags |= PCRE2_MULTILINE;
  if ((options & kSingleline) != 0) flags |= PCRE2_DOTALL;
  return flags;
}

constexpr std::uint32_t kWide = PCRE2_UTF | PCRE2_UCP | PCRE2_NO_UTF_CHECK;

Compiled* make(Arena& arena, std::string_view pattern, std::int32_t options, const Translation& translated) {
  auto* made = arena.make<Compiled>();
  made->pattern = arena.copy(pattern);
  made->options = options;
  const std::span<CompiledGroup> groups = arena.array<CompiledGroup>(translated.groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const GroupInfo& info = translated.groups[i];
    groups[i] = {info.number, arena.copy(info.name), arena.copy(std::span<const std::uint32_t>(info.indices))};
  }
  made->groups = groups;
  return made;
}

pcre2_code* compile_tracing(const Translation& translated, std::string_view pattern, std::int32_t options, pcre2_general_context* memory) {
  if (!translated.repeats_captures) return nullptr;
  CompileError ignored;
  return compile_code(translate(pattern, options, Tracing::kYes).pattern, flags_of(options) | kWide, memory, ignored);
}

bool has_error(std::string_view pattern, const Translation& translated, CompileError& error) {
  if (!translated.unsupported.empty()) {
    error = {translated.unsupported, true, false};
    return true;
  }
  if (translated.error.empty()) return false;
  const std::uint32_t offset = utf16_length(pattern.substr(0, std::min(translated.error_offset, pattern.size())));
  error = {joined("Invalid pattern '", pattern, "' at offset ", offset, ". ", translated.error), false, false};
  return true;
}

void free_code(void* code) { pcre2_code_free(static_cast<pcre2_code*>(code)); }

}  // namespace

bool options_fit(std::int32_t options) {
  constexpr std::int32_t kBesideEcmaScript = kECMAScript | kIgnoreCase | kMultiline | kCompiled | kCultureInvariant;
  return (options & kECMAScript) == 0 || (options & ~kBesideEcmaScript) == 0;
}

pcre2_general_context* memory_in(Arena& arena) { return pcre2_general_context_create(&take, &give_back, &arena); }

const Compiled* compile_at_load(Preparation& preparation, std::string_view pattern, std::int32_t options, CompileError& error) {
  const Translation translated = translate(pattern, options);
  if (has_error(pattern, translated, error)) return nullptr;
  Compiled* made = make(preparation.arena(), pattern, options, translated);
  made->wide = compile_code(translated.pattern, flags_of(options) | kWide, nullptr, error);
  if (made->wide == nullptr) return nullptr;
  preparation.keep(made->wide, &free_code);
  made->tracing = compile_tracing(translated, pattern, options, nullptr);
  if (made->tracing != nullptr) preparation.keep(made->tracing, &free_code);
  pcre2_jit_compile(made->wide, PCRE2_JIT_COMPLETE);
  if (!translated.is_ascii_only) return made;
  CompileError ignored;
  made->narrow = compile_code(translated.ascii_pattern, flags_of(options), nullptr, ignored);
  if (made->narrow == nullptr) return made;
  preparation.keep(made->narrow, &free_code);
  pcre2_jit_compile(made->narrow, PCRE2_JIT_COMPLETE);
  return made;
}

const Compiled* compile_in(Arena& arena, std::string_view pattern, std::int32_t options, CompileError& error) {
  const Translation translated = translate(pattern, options);
  if (has_error(pattern, translated, error)) return nullptr;
  Compiled* made = make(arena, pattern, options, translated);
  pcre2_general_context* memory = memory_in(arena);
  if (memory == nullptr) return nullptr;
  made->wide = compile_code(translated.pattern, flags_of(options) | kWide, memory, error);
  return made->wide == nullptr ? nullptr : made;
}

const Compiled* compile(Run& run, const String* pattern, std::int32_t options) {
  if (pattern == nullptr) return run.raise_null("pattern");
  constexpr std::int32_t kKnown = kIgnoreCase | kMultiline | kExplicitCapture | kCompiled | kSingleline | kIgnorePatternWhitespace |
                                  kRightToLeft | kECMAScript | kCultureInvariant | kNonBacktracking;
  if ((options & ~kKnown) != 0 || !options_fit(options)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Specified argument was out of the range of valid values.",
                              "options");
  }
  if (!run.spend(100 + pattern->size)) return nullptr;
  CompileError error;
  const Translation translated = translate(pattern->view(), options);
  if (!has_error(pattern->view(), translated, error)) {
    Compiled* made = make(run.arena, pattern->view(), options, translated);
    pcre2_general_context* memory = memory_in(run.arena);
    if (memory != nullptr) made->wide = compile_code(translated.pattern, flags_of(options) | kWide, memory, error);
    if (made->wide != nullptr) {
      made->tracing = compile_tracing(translated, pattern->view(), options, memory);
      return made;
    }
    error.is_memory = error.is_memory || memory == nullptr;
  }
  if (error.is_memory) return run.raise_limit(Limit::kMemory);
  return run.raise(error.is_unsupported ? Known::kNotSupportedException : Known::kRegexParseException, error.text);
}

// ---- matching -----------------------------------------------------------------------------------------------------------

Matcher::Matcher(Run& run, const Compiled& compiled, const String& subject, std::int64_t timeout)
    : run_(run), compiled_(compiled), text_(subject.view()), timeout_(timeout) {
  code_ = compiled.narrow != nullptr && subject.is_ascii() ? compiled.narrow : compiled.wide;
  pcre2_general_context* memory = memory_in(run.arena);
  if (memory != nullptr) {
    context_ = pcre2_match_context_create(memory);
    data_ = pcre2_match_data_create_from_pattern(code_, memory);
  }
  if (context_ == nullptr || data_ == nullptr) {
    data_ = nullptr;
    run.raise_limit(Limit::kMemory);
    return;
  }
  pcre2_set_match_limit(context_, run.limits.regex_match_limit);
  pcre2_set_depth_limit(context_, run.limits.regex_match_limit);
  offsets_ = pcre2_get_ovector_pointer(data_);
}

bool Matcher::find(std::size_t from) {
  if (data_ == nullptr || from > text_.size() || !run_.spend(4)) return false;
  // Text of no bytes may have no address.
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text_.data() != nullptr ? text_.data() : "");
  int found = pcre2_match(code_, subject, text_.size(), from, PCRE2_NO_UTF_CHECK, data_, context_);
  if (found == PCRE2_ERROR_JIT_STACKLIMIT) {
    found = pcre2_match(code_, subject, text_.size(), from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data_, context_);
  }
  const std::size_t reached = found >= 0 ? std::max(offsets_[1], from) : text_.size();
  if (!run_.spend((reached - from) / 16)) return false;
  if (found >= 0) return true;
  switch (found) {
    case PCRE2_ERROR_NOMATCH: return false;
    case PCRE2_ERROR_NOMEMORY:
    case PCRE2_ERROR_HEAPLIMIT: return run_.raise_limit(Limit::kMemory);
    default: break;
  }
  if (timeout_ < 0) return run_.raise_limit(Limit::kRegex);
  return run_.raise(Known::kRegexMatchTimeoutException,
                    "The Regex engine has timed out while trying to match a pattern to an input string. This can occur for many "
                    "reasons, including very large inputs or excessive backtracking caused by nested quantifiers, "
                    "back-references and other factors.");
}

bool Matcher::find_next() { return find(after(text_, start(), end())); }

std::string_view Matcher::group(std::size_t index) const {
  std::string_view value;
  std::size_t best = 0;
  for (const std::uint32_t at : compiled_.groups[index].indices) {
    const std::size_t start = offsets_[2 * std::size_t{at}];
    const std::size_t end = offsets_[2 * std::size_t{at} + 1];
    if (start == PCRE2_UNSET || (value.data() != nullptr && start < best)) continue;
    best = start;
    // \K does not exist in .NET patterns, so the end is never before the start.
    value = {text_.data() + start, end - start};
    if (value.data() == nullptr) value = std::string_view("", 0);
  }
  return value;
}

Tester::Tester(Run& run) : run_(run) {
  pcre2_general_context* memory = memory_in(run.arena);
  if (memory == nullptr) return;
  context_ = pcre2_match_context_create(memory);
  data_ = pcre2_match_data_create(1, memory);
  if (context_ == nullptr) return;
  pcre2_set_match_limit(context_, run.limits.regex_match_limit);
  pcre2_set_depth_limit(context_, run.limits.regex_match_limit);
}

Tester::Answer Tester::test(const Compiled& compiled, std::string_view text) {
  text = split_pairs(run_, text);
  if (data_ == nullptr || context_ == nullptr || !run_.spend(4 + text.size() / 16)) return Answer::kGaveUp;
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data() != nullptr ? text.data() : "");
  const int found = pcre2_match(compiled.wide, subject, text.size(), 0, PCRE2_NO_UTF_CHECK, data_, context_);
  if (found >= 0) return Answer::kYes;
  return found == PCRE2_ERROR_NOMATCH ? Answer::kNo : Answer::kGaveUp;
}

std::size_t after(std::string_view text, std::size_t start, std::size_t end) {
  if (end > start) return end;
  return end < text.size() ? end + decode_utf8(text, end).length : text.size() + 1;
}

}  // namespace portcullis::regex
