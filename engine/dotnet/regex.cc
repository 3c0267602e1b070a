// System.Text.RegularExpressions.Regex, RegexOptions and MatchEvaluator. A constant pattern with constant options is
// compiled at load; others when the call runs.
#include "engine/dotnet/regex.h"

#include "base/text.h"
#include "base/utf.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kRegexDefinition;
extern const TypeDefinition kRegexOptionsDefinition;
extern const TypeDefinition kMatchEvaluatorDefinition;

}  // namespace portcullis

namespace portcullis::regex {

namespace {

constexpr std::int64_t kNoTimeout = -1;
constexpr std::size_t kAbsent = ~std::size_t{0};

// Argument places of the pattern and of the options in a row's parameters.
template <std::size_t kPattern, std::size_t kOptions = kAbsent>
const void* prepare(Preparation& preparation, std::span<const ConstantArgument> arguments) {
  if (arguments.size() <= kPattern || arguments[kPattern].type == nullptr ||
      arguments[kPattern].value.object == nullptr)
    return nullptr;
  std::int64_t options = 0;
  if constexpr (kOptions != kAbsent) {
    if (arguments.size() <= kOptions || arguments[kOptions].type == nullptr) return nullptr;
    options = arguments[kOptions].value.integer;
  }
  if (options < 0 || options > 0x7FF || !options_fit(static_cast<std::int32_t>(options))) return nullptr;
  CompileError error;
  const auto* pattern = static_cast<const String*>(arguments[kPattern].value.object);
  const Compiled* made = compile_at_load(preparation, pattern->view(), static_cast<std::int32_t>(options), error);
  if (made == nullptr) preparation.warn(kPattern, error.text);
  return made;
}

const Compiled* compiled_for(Run& run, const String* pattern, std::int32_t options, const CallSite& site) {
  if (site.prepared != nullptr) return static_cast<const Compiled*>(site.prepared);
  return compile(run, pattern, options);
}

// Zero and negative times are refused, but for Timeout.InfiniteTimeSpan (-1 ms).
bool check_timeout(Run& run, std::int64_t& timeout) {
  constexpr std::int64_t kInfinite = -10'000;
  if (timeout == kInfinite) {
    timeout = kNoTimeout;
    return true;
  }
  if (timeout > 0 && timeout <= std::int64_t{INT32_MAX - 1} * 10'000) return true;
  return run.raise_argument(Known::kArgumentOutOfRangeException,
                            "Specified argument was out of the range of valid values.", "matchTimeout");
}

// ---- what all forms come to ---------------------------------------------------------------------------------------

struct Subject {
  const Compiled* compiled;
  String* input;
  std::int64_t timeout = kNoTimeout;
  std::size_t from = 0;
};

bool check(Run& run, Subject& subject) {
  if (subject.compiled == nullptr) return false;
  if (subject.input == nullptr) return run.raise_null("input");
  subject.input = in_units(run, subject.input);
  return !run.failed();
}

bool is_match_of(Run& run, Subject subject) {
  if (!check(run, subject)) return false;
  Matcher matcher(run, *subject.compiled, *subject.input, subject.timeout);
  return matcher.find(subject.from);
}
Match* match_of(Run& run, Subject subject) {
  if (!check(run, subject)) return nullptr;
  Matcher matcher(run, *subject.compiled, *subject.input, subject.timeout);
  if (!matcher.find(subject.from)) return run.failed() ? nullptr : failed_match(run);
  return make_match(run, matcher, subject.input, subject.timeout, nullptr);
}
Object* matches_of(Run& run, Subject subject) {
  if (!check(run, subject)) return nullptr;
  return make_matches(run, *subject.compiled, subject.input, subject.from, subject.timeout);
}
std::int32_t count_of(Run& run, Subject subject) {
  if (!check(run, subject)) return 0;
  Matcher matcher(run, *subject.compiled, *subject.input, subject.timeout);
  std::int32_t count = 0;
  for (bool found = matcher.find(subject.from); found; found = matcher.find_next()) ++count;
  return count;
}
String* replaced(Run& run, const Compiled* compiled, String* input, String* replacement, std::int64_t timeout) {
  return compiled == nullptr ? nullptr : replace(run, {compiled, input, timeout}, replacement);
}
String* replaced_by(Run& run, const Compiled* compiled, String* input, Closure* evaluator, std::int64_t timeout) {
  return compiled == nullptr ? nullptr : replace_by(run, {compiled, input, timeout}, evaluator);
}
Array* pieces(Run& run, const Compiled* compiled, String* input, std::int64_t timeout) {
  return compiled == nullptr ? nullptr : split(run, {compiled, input, timeout, 0});
}

// ---- static members: pattern alone, with options, with a time -----------------------------------------------------

/// `kDo(run, Subject)` behind the three static forms and the two instance forms of a member.
template <auto kDo>
auto with_pattern(Run& run, String* input, String* pattern, const CallSite& site) {
  return kDo(run, Subject{compiled_for(run, pattern, kNone, site), input});
}
template <auto kDo>
auto with_options(Run& run, String* input, String* pattern, std::int32_t options, const CallSite& site) {
  return kDo(run, Subject{compiled_for(run, pattern, options, site), input});
}
template <auto kDo>
auto with_timeout(Run& run, String* input, String* pattern, std::int32_t options, std::int64_t timeout,
                  const CallSite& site) {
  using Result = decltype(kDo(run, Subject{}));
  const Compiled* compiled = compiled_for(run, pattern, options, site);
  if (compiled == nullptr || !check_timeout(run, timeout)) return Result{};
  return kDo(run, Subject{compiled, input, timeout});
}
template <auto kDo>
auto on_regex(Run& run, Regex* self, String* input) {
  return kDo(run, Subject{self->compiled, input, self->timeout});
}
// False after raising; `from` is where the unit `start` lies.
bool find_start(Run& run, String*& input, std::int32_t start, std::size_t& from) {
  if (input == nullptr) return run.raise_null("input");
  input = in_units(run, input);
  if (start < 0 || static_cast<std::uint32_t>(start) > input->length_utf16()) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Start index cannot be less than 0 or greater than input length.", "startat");
  }
  bool in_pair = false;
  from = input->is_ascii() ? static_cast<std::size_t>(start)
                           : utf16_offset(input->view(), static_cast<std::uint32_t>(start), &in_pair);
  return true;
}
template <auto kDo>
auto on_regex_from(Run& run, Regex* self, String* input, std::int32_t start) {
  using Result = decltype(kDo(run, Subject{}));
  std::size_t from = 0;
  if (!find_start(run, input, start, from)) return Result{};
  return kDo(run, Subject{self->compiled, input, self->timeout, from});
}

String* replace_static(Run& run, String* input, String* pattern, String* replacement, const CallSite& site) {
  return replaced(run, compiled_for(run, pattern, kNone, site), input, replacement, kNoTimeout);
}
String* replace_options(Run& run, String* input, String* pattern, String* replacement, std::int32_t options,
                        const CallSite& site) {
  return replaced(run, compiled_for(run, pattern, options, site), input, replacement, kNoTimeout);
}
String* replace_timeout(Run& run, String* input, String* pattern, String* replacement, std::int32_t options,
                        std::int64_t timeout, const CallSite& site) {
  const Compiled* compiled = compiled_for(run, pattern, options, site);
  if (compiled == nullptr || !check_timeout(run, timeout)) return nullptr;
  return replaced(run, compiled, input, replacement, timeout);
}
String* evaluate_static(Run& run, String* input, String* pattern, Closure* evaluator, const CallSite& site) {
  return replaced_by(run, compiled_for(run, pattern, kNone, site), input, evaluator, kNoTimeout);
}
String* evaluate_options(Run& run, String* input, String* pattern, Closure* evaluator, std::int32_t options,
                         const CallSite& site) {
  return replaced_by(run, compiled_for(run, pattern, options, site), input, evaluator, kNoTimeout);
}
String* evaluate_timeout(Run& run, String* input, String* pattern, Closure* evaluator, std::int32_t options,
                         std::int64_t timeout, const CallSite& site) {
  const Compiled* compiled = compiled_for(run, pattern, options, site);
  if (compiled == nullptr || !check_timeout(run, timeout)) return nullptr;
  return replaced_by(run, compiled, input, evaluator, timeout);
}
Array* split_static(Run& run, String* input, String* pattern, const CallSite& site) {
  return pieces(run, compiled_for(run, pattern, kNone, site), input, kNoTimeout);
}
Array* split_options(Run& run, String* input, String* pattern, std::int32_t options, const CallSite& site) {
  return pieces(run, compiled_for(run, pattern, options, site), input, kNoTimeout);
}
Array* split_timeout(Run& run, String* input, String* pattern, std::int32_t options, std::int64_t timeout,
                     const CallSite& site) {
  const Compiled* compiled = compiled_for(run, pattern, options, site);
  if (compiled == nullptr || !check_timeout(run, timeout)) return nullptr;
  return pieces(run, compiled, input, timeout);
}

// ---- constructors and instance members ----------------------------------------------------------------------------

Regex* make_options(Run& run, String* pattern, std::int32_t options, const CallSite& site) {
  const Compiled* compiled = compiled_for(run, pattern, options, site);
  if (compiled == nullptr) return nullptr;
  auto* made = run.make<Regex>(Known::kRegex);
  made->compiled = compiled;
  made->timeout = kNoTimeout;
  return made;
}
Regex* make_regex(Run& run, String* pattern, const CallSite& site) { return make_options(run, pattern, kNone, site); }
Regex* make_timeout(Run& run, String* pattern, std::int32_t options, std::int64_t timeout, const CallSite& site) {
  Regex* made = make_options(run, pattern, options, site);
  if (made == nullptr || !check_timeout(run, timeout)) return nullptr;
  made->timeout = timeout;
  return made;
}

String* replace_on(Run& run, Regex* self, String* input, String* replacement) {
  return replace(run, {self->compiled, input, self->timeout}, replacement);
}
String* replace_count(Run& run, Regex* self, String* input, String* replacement, std::int32_t count) {
  return replace(run, {self->compiled, input, self->timeout, count}, replacement);
}
String* replace_from(Run& run, Regex* self, String* input, String* replacement, std::int32_t count,
                     std::int32_t start) {
  std::size_t from = 0;
  if (!find_start(run, input, start, from)) return nullptr;
  return replace(run, {self->compiled, input, self->timeout, count, from}, replacement);
}
String* evaluate_on(Run& run, Regex* self, String* input, Closure* evaluator) {
  return replace_by(run, {self->compiled, input, self->timeout}, evaluator);
}
String* evaluate_count(Run& run, Regex* self, String* input, Closure* evaluator, std::int32_t count) {
  return replace_by(run, {self->compiled, input, self->timeout, count}, evaluator);
}
String* evaluate_from(Run& run, Regex* self, String* input, Closure* evaluator, std::int32_t count,
                      std::int32_t start) {
  std::size_t from = 0;
  if (!find_start(run, input, start, from)) return nullptr;
  return replace_by(run, {self->compiled, input, self->timeout, count, from}, evaluator);
}
Array* split_on(Run& run, Regex* self, String* input) { return split(run, {self->compiled, input, self->timeout, 0}); }
Array* split_count(Run& run, Regex* self, String* input, std::int32_t count) {
  return split(run, {self->compiled, input, self->timeout, count});
}
Array* split_from(Run& run, Regex* self, String* input, std::int32_t count, std::int32_t start) {
  std::size_t from = 0;
  if (!find_start(run, input, start, from)) return nullptr;
  return split(run, {self->compiled, input, self->timeout, count, from});
}

std::int32_t get_options(Regex* self) { return self->compiled->options; }
bool is_right_to_left(Regex*) { return false; }
std::int64_t get_timeout(Regex* self) { return self->timeout < 0 ? -10'000 : self->timeout; }
String* get_pattern(Run& run, Regex* self) { return run.view(self->compiled->pattern); }
String* regex_to_string(Run& run, const Type&, Slot self) {
  return run.view(static_cast<const Regex*>(self.object)->compiled->pattern);
}
Array* group_names(Run& run, Regex* self) {
  const auto groups = self->compiled->groups;
  Array* made = run.array(run.types.string_array(), groups.size());
  for (std::size_t i = 0; made != nullptr && i < groups.size(); ++i)
    made->items[i] = Slot::of_object(run.view(groups[i].name));
  return made;
}
Array* group_numbers(Run& run, Regex* self) {
  const auto groups = self->compiled->groups;
  Array* made = run.array(run.types.int_array(), groups.size());
  for (std::size_t i = 0; made != nullptr && i < groups.size(); ++i) made->items[i] = Slot::of(groups[i].number);
  return made;
}
String* name_from_number(Run& run, Regex* self, std::int32_t number) {
  for (const CompiledGroup& group : self->compiled->groups) {
    if (group.number == number) return run.view(group.name);
  }
  return run.empty_string();
}
std::int32_t number_from_name(Run& run, Regex* self, String* name) {
  if (name == nullptr) return run.raise_null("name");
  for (const CompiledGroup& group : self->compiled->groups) {
    if (group.name == name->view()) return group.number;
  }
  return -1;
}

constexpr TypeOperations kOperations{.to_string = &regex_to_string};

constexpr Member kMembers[] = {
    constructor<&make_regex>("new Regex(string pattern)").prepared_by(&prepare<0>),
    constructor<&make_options>("new Regex(string pattern, RegexOptions options)").prepared_by(&prepare<0, 1>),
    constructor<&make_timeout>("new Regex(string pattern, RegexOptions options, TimeSpan matchTimeout)")
        .prepared_by(&prepare<0, 1>),
    method<&with_pattern<&is_match_of>>("static bool IsMatch(string input, string pattern)").prepared_by(&prepare<1>),
    method<&with_options<&is_match_of>>("static bool IsMatch(string input, string pattern, RegexOptions options)")
        .prepared_by(&prepare<1, 2>),
    method<&with_timeout<&is_match_of>>(
        "static bool IsMatch(string input, string pattern, RegexOptions options, TimeSpan matchTimeout)")
        .prepared_by(&prepare<1, 2>),
    method<&with_pattern<&match_of>>("static Match Match(string input, string pattern)").prepared_by(&prepare<1>),
    method<&with_options<&match_of>>("static Match Match(string input, string pattern, RegexOptions options)")
        .prepared_by(&prepare<1, 2>),
    method<&with_timeout<&match_of>>(
        "static Match Match(string input, string pattern, RegexOptions options, TimeSpan matchTimeout)")
        .prepared_by(&prepare<1, 2>),
    method<&with_pattern<&matches_of>>("static MatchCollection Matches(string input, string pattern)")
        .prepared_by(&prepare<1>),
    method<&with_options<&matches_of>>(
        "static MatchCollection Matches(string input, string pattern, RegexOptions options)")
        .prepared_by(&prepare<1, 2>),
    method<&with_timeout<&matches_of>>(
        "static MatchCollection Matches(string input, string pattern, RegexOptions options, TimeSpan matchTimeout)")
        .prepared_by(&prepare<1, 2>),
    method<&with_pattern<&count_of>>("static int Count(string input, string pattern)").prepared_by(&prepare<1>),
    method<&with_options<&count_of>>("static int Count(string input, string pattern, RegexOptions options)")
        .prepared_by(&prepare<1, 2>),
    method<&replace_static>("static string Replace(string input, string pattern, string replacement)")
        .prepared_by(&prepare<1>),
    method<&replace_options>(
        "static string Replace(string input, string pattern, string replacement, RegexOptions options)")
        .prepared_by(&prepare<1, 3>),
    method<&replace_timeout>("static string Replace(string input, string pattern, string replacement, RegexOptions "
                             "options, TimeSpan matchTimeout)")
        .prepared_by(&prepare<1, 3>),
    method<&evaluate_static>("static string Replace(string input, string pattern, MatchEvaluator evaluator)")
        .prepared_by(&prepare<1>),
    method<&evaluate_options>(
        "static string Replace(string input, string pattern, MatchEvaluator evaluator, RegexOptions options)")
        .prepared_by(&prepare<1, 3>),
    method<&evaluate_timeout>("static string Replace(string input, string pattern, MatchEvaluator evaluator, "
                              "RegexOptions options, TimeSpan matchTimeout)")
        .prepared_by(&prepare<1, 3>),
    method<&split_static>("static string[] Split(string input, string pattern)").prepared_by(&prepare<1>),
    method<&split_options>("static string[] Split(string input, string pattern, RegexOptions options)")
        .prepared_by(&prepare<1, 2>),
    method<&split_timeout>(
        "static string[] Split(string input, string pattern, RegexOptions options, TimeSpan matchTimeout)")
        .prepared_by(&prepare<1, 2>),
    method<static_cast<String* (*)(Run&, String*)>(&escape)>("static string Escape(string str)").with(kPure),
    method<static_cast<String* (*)(Run&, String*)>(&unescape)>("static string Unescape(string str)").with(kPure),
    method<&on_regex<&is_match_of>>("bool IsMatch(string input)"),
    method<&on_regex_from<&is_match_of>>("bool IsMatch(string input, int startat)"),
    method<&on_regex<&match_of>>("Match Match(string input)"),
    method<&on_regex_from<&match_of>>("Match Match(string input, int startat)"),
    method<&on_regex<&matches_of>>("MatchCollection Matches(string input)"),
    method<&on_regex_from<&matches_of>>("MatchCollection Matches(string input, int startat)"),
    method<&on_regex<&count_of>>("int Count(string input)"),
    method<&replace_on>("string Replace(string input, string replacement)"),
    method<&replace_count>("string Replace(string input, string replacement, int count)"),
    method<&replace_from>("string Replace(string input, string replacement, int count, int startat)"),
    method<&evaluate_on>("string Replace(string input, MatchEvaluator evaluator)"),
    method<&evaluate_count>("string Replace(string input, MatchEvaluator evaluator, int count)"),
    method<&evaluate_from>("string Replace(string input, MatchEvaluator evaluator, int count, int startat)"),
    method<&split_on>("string[] Split(string input)"),
    method<&split_count>("string[] Split(string input, int count)"),
    method<&split_from>("string[] Split(string input, int count, int startat)"),
    property<&get_options>("RegexOptions Options { get; }").with(kNoRaise),
    property<&is_right_to_left>("bool RightToLeft { get; }").with(kNoRaise),
    property<&get_timeout>("TimeSpan MatchTimeout { get; }").with(kNoRaise),
    method<&group_names>("string[] GetGroupNames()"),
    method<&group_numbers>("int[] GetGroupNumbers()"),
    method<&name_from_number>("string GroupNameFromNumber(int i)"),
    method<&number_from_name>("int GroupNumberFromName(string name)"),
    method<&get_pattern>("string ToString()").with(kNoRaise),
};

constexpr EnumValue kOptionNames[] = {
    {"None", kNone},
    {"IgnoreCase", kIgnoreCase},
    {"Multiline", kMultiline},
    {"ExplicitCapture", kExplicitCapture},
    {"Compiled", kCompiled},
    {"Singleline", kSingleline},
    {"IgnorePatternWhitespace", kIgnorePatternWhitespace},
    {"RightToLeft", kRightToLeft},
    {"ECMAScript", kECMAScript},
    {"CultureInvariant", kCultureInvariant},
    {"NonBacktracking", kNonBacktracking},
};

}  // namespace

}  // namespace portcullis::regex

namespace portcullis {

const TypeDefinition kRegexDefinition{.declaration = "class System.Text.RegularExpressions.Regex",
                                      .members = regex::kMembers,
                                      .operations = &regex::kOperations};
const TypeDefinition kRegexOptionsDefinition{
    .declaration = "[flags] enum System.Text.RegularExpressions.RegexOptions : int", .values = regex::kOptionNames};
const TypeDefinition kMatchEvaluatorDefinition{
    .declaration = "delegate string System.Text.RegularExpressions.MatchEvaluator(Match match)"};

}  // namespace portcullis
