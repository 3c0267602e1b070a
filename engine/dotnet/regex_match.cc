// Capture, Group, Match and their collections.
#include <algorithm>

#include "base/utf.h"
#include "engine/dotnet/regex.h"
#include "engine/dotnet/sequence.h"

namespace portcullis {

extern const TypeDefinition kCaptureDefinition;
extern const TypeDefinition kGroupDefinition;
extern const TypeDefinition kMatchDefinition;
extern const TypeDefinition kCaptureCollectionDefinition;
extern const TypeDefinition kGroupCollectionDefinition;
extern const TypeDefinition kMatchCollectionDefinition;

}  // namespace portcullis

namespace portcullis::regex {

Match* failed_match(Run& run) {
  auto* made = run.make<Match>(Known::kMatch);
  made->subject = run.empty_string();
  return made;
}

Match* make_match(Run& run, const Matcher& matcher, String* subject, std::int64_t timeout, const Match* before) {
  auto* made = run.make<Match>(Known::kMatch);
  made->subject = subject;
  made->success = true;
  made->match = made;
  made->compiled = &matcher.compiled();
  made->timeout = timeout;
  const std::size_t count = made->compiled->groups.size();
  const std::span<std::string_view> values = run.arena.array<std::string_view>(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = matcher.group(i);
  made->values = values;
  made->value = values[0];
  if (subject->is_ascii()) {
    made->index_utf16 = static_cast<std::uint32_t>(matcher.start());
  } else {
    const std::size_t known =
        before == nullptr ? 0 : static_cast<std::size_t>(before->value.data() - matcher.text().data());
    made->index_utf16 = (before == nullptr ? 0 : before->index_utf16) +
                        utf16_length(matcher.text().substr(known, matcher.start() - known));
  }
  return made;
}

namespace {

String* value_of(Run& run, const Capture& capture) {
  if (capture.value.size() == capture.subject->size && !capture.value.empty()) return whole(run, capture.subject);
  if (capture.value.empty()) return run.empty_string();
  return capture.subject->is_ascii() ? run.view(capture.value) : whole(run, capture.value);
}

std::int32_t get_index(Capture* self) { return static_cast<std::int32_t>(self->index_utf16); }
std::int32_t get_length(Capture* self) {
  return static_cast<std::int32_t>(self->subject->is_ascii() ? self->value.size() : utf16_length(self->value));
}
String* get_value(Run& run, Capture* self) { return value_of(run, *self); }
String* capture_to_string(Run& run, const Type&, Slot self) {
  return value_of(run, *static_cast<const Capture*>(self.object));
}

constexpr TypeOperations kCaptureOperations{.to_string = &capture_to_string};

bool get_success(Group* self) { return self->success; }
String* get_name(Run& run, Group* self) { return self->name != nullptr ? self->name : run.string("0"); }

Group* failed_group(Run& run) {
  auto* made = run.make<Group>(Known::kGroup);
  made->subject = run.empty_string();
  made->name = run.empty_string();
  return made;
}

std::uint32_t index_of(const Match& match, std::string_view value) {
  const char* text = match.subject->data;
  if (match.subject->is_ascii()) return static_cast<std::uint32_t>(value.data() - text);
  if (value.data() >= match.value.data()) {
    return match.index_utf16 + utf16_length({match.value.data(), static_cast<std::size_t>(value.data() - match.value.data())});
  }
  return utf16_length({text, static_cast<std::size_t>(value.data() - text)});
}

Group* group_at(Run& run, Match& match, std::size_t index) {
  if (index == 0) return &match;
  if (match.groups.empty()) match.groups = run.arena.array<Group*>(match.values.size());
  Group*& place = match.groups[index];
  if (place != nullptr) return place;
  place = run.make<Group>(Known::kGroup);
  place->subject = match.subject;
  place->name = run.view(match.compiled->groups[index].name);
  place->value = match.values[index];
  place->success = place->value.data() != nullptr;
  place->match = &match;
  place->index = index;
  if (place->success) place->index_utf16 = index_of(match, place->value);
  return place;
}

// ---- collections --------------------------------------------------------------------------------------------------

struct CaptureCollection : Object {
  Group* group;
  std::span<const Captured> earlier;  // all but the last, which is the group itself
};
struct GroupCollection : Object {
  Match* match;
};
struct MatchCollection : Object {
  const Compiled* compiled;
  String* subject;
  std::int64_t timeout;
  std::size_t from;  // past the subject's end: all have been found
  SlotBuffer found;
};

Raised raise_index(Run& run, std::string_view name) {
  return run.raise_argument(Known::kArgumentOutOfRangeException,
                            "Specified argument was out of the range of valid values.", name);
}

std::int64_t count_captures(Run&, Object* self) {
  const auto& captures = *static_cast<CaptureCollection*>(self);
  return captures.group->success ? static_cast<std::int64_t>(captures.earlier.size()) + 1 : 0;
}
Slot capture_at(Run& run, Object* self, std::int64_t index) {
  const auto& captures = *static_cast<CaptureCollection*>(self);
  if (index < 0 || index >= count_captures(run, self)) return raise_index(run, "i");
  if (static_cast<std::size_t>(index) == captures.earlier.size()) return Slot::of_object(captures.group);
  const Captured& one = captures.earlier[static_cast<std::size_t>(index)];
  auto* made = run.make<Capture>(Known::kCapture);
  made->subject = captures.group->subject;
  made->value = made->subject->view().substr(one.start, one.end - one.start);
  made->index_utf16 = index_of(*captures.group->match, made->value);
  return Slot::of_object(made);
}

// The steps of the match that belong to one group, without the last of them.
std::span<const Captured> earlier_captures(Run& run, const Group& group) {
  if (!group.success || group.match == nullptr || group.index == 0) return {};
  Match& match = *group.match;
  if (!match.is_traced) {
    const auto start = static_cast<std::size_t>(match.value.data() - match.subject->data);
    match.trail = trace(run, *match.compiled, match.subject->view(), start);
    match.is_traced = true;
  }
  const std::span<const std::uint32_t> indices = match.compiled->groups[group.index].indices;
  const auto is_ours = [&](const Captured& one) { return std::ranges::find(indices, one.group) != indices.end(); };
  const auto count = static_cast<std::size_t>(std::ranges::count_if(match.trail, is_ours));
  if (count < 2 || !run.spend(match.trail.size() / 8)) return {};
  const std::span<Captured> made = run.arena.array<Captured>(count);
  std::ranges::copy_if(match.trail, made.begin(), is_ours);
  return made.first(count - 1);
}

std::int64_t count_groups(Run&, Object* self) {
  const Match& match = *static_cast<GroupCollection*>(self)->match;
  return match.success ? static_cast<std::int64_t>(match.values.size()) : 1;
}
// In order of number; the indexer looks the number up.
Slot group_in_order(Run& run, Object* self, std::int64_t index) {
  Match& match = *static_cast<GroupCollection*>(self)->match;
  if (index < 0 || index >= count_groups(run, self)) return raise_index(run, "index");
  return Slot::of_object(group_at(run, match, static_cast<std::size_t>(index)));
}
Object* group_by_number(Run& run, Object* self, std::int32_t number) {
  Match& match = *static_cast<GroupCollection*>(self)->match;
  if (number == 0) return &match;
  for (std::size_t i = 0; match.success && i < match.values.size(); ++i) {
    if (match.compiled->groups[i].number == number) return group_at(run, match, i);
  }
  return failed_group(run);
}
Object* group_by_name(Run& run, Object* self, String* name) {
  Match& match = *static_cast<GroupCollection*>(self)->match;
  if (name == nullptr) return failed_group(run);
  if (name->view() == "0") return &match;
  for (std::size_t i = 0; match.success && i < match.values.size(); ++i) {
    if (match.compiled->groups[i].name == name->view()) return group_at(run, match, i);
  }
  return failed_group(run);
}
bool contains_key(Run&, Object* self, String* key) {
  const Match& match = *static_cast<GroupCollection*>(self)->match;
  for (std::size_t i = 0; key != nullptr && match.success && i < match.values.size(); ++i) {
    if (match.compiled->groups[i].name == key->view()) return true;
  }
  return false;
}
bool try_get_value(Run& run, Object* self, String* key, Slot* value) {
  const bool has = contains_key(run, self, key);
  value->object = has ? group_by_name(run, self, key) : nullptr;
  return has;
}

// Finds until there are `count` matches; false when there are fewer.
bool find_matches(Run& run, MatchCollection& matches, std::uint64_t count) {
  if (matches.found.count() >= count || matches.from > matches.subject->size) return matches.found.count() >= count;
  Matcher matcher(run, *matches.compiled, *matches.subject, matches.timeout);
  while (matches.found.count() < count) {
    if (!matcher.find(matches.from)) {
      matches.from = std::size_t{matches.subject->size} + 1;
      return false;
    }
    const Match* before =
        matches.found.count() == 0 ? nullptr : static_cast<const Match*>(matches.found.span().back().object);
    Match* match = make_match(run, matcher, matches.subject, matches.timeout, before);
    matches.from = after(matcher.text(), matcher.start(), matcher.end());
    if (!matches.found.add(run, Slot::of_object(match))) return false;
  }
  return true;
}

std::int64_t count_matches(Run& run, Object* self) {
  auto& matches = *static_cast<MatchCollection*>(self);
  find_matches(run, matches, UINT64_MAX);
  return matches.found.count();
}
Slot match_at(Run& run, Object* self, std::int64_t index) {
  auto& matches = *static_cast<MatchCollection*>(self);
  if (index < 0 || !find_matches(run, matches, static_cast<std::uint64_t>(index) + 1)) {
    return run.failed() ? Raised{}.operator Slot() : raise_index(run, "i").operator Slot();
  }
  return matches.found.span()[static_cast<std::size_t>(index)];
}

struct IndexEnumerator : Enumerator {
  Object* collection;
  std::int64_t at;
};

bool next_match(Run& run, Enumerator* self) {
  auto* walk = static_cast<IndexEnumerator*>(self);
  auto& matches = *static_cast<MatchCollection*>(walk->collection);
  if (!find_matches(run, matches, static_cast<std::uint64_t>(walk->at) + 1)) return false;
  walk->current = matches.found.span()[static_cast<std::size_t>(walk->at++)];
  return true;
}
template <auto kCount, auto kGet>
bool next_item(Run& run, Enumerator* self) {
  auto* walk = static_cast<IndexEnumerator*>(self);
  if (walk->at >= kCount(run, walk->collection)) return false;
  walk->current = kGet(run, walk->collection, walk->at++);
  return true;
}
template <auto kNext>
Enumerator* enumerate_by(Run& run, Object* self) {
  auto* walk = run.make<IndexEnumerator>(Known::kIEnumerator);
  walk->next = kNext;
  walk->collection = self;
  return walk;
}

constexpr ListAccess kCaptureAccess{.count = &count_captures, .get = &capture_at};
constexpr TypeOperations kCapturesOperations{.enumerate = &enumerate_by<&next_item<&count_captures, &capture_at>>,
                                             .count = &count_captures,
                                             .list = &kCaptureAccess};
constexpr ListAccess kGroupAccess{.count = &count_groups, .get = &group_in_order};
constexpr TypeOperations kGroupsOperations{.enumerate = &enumerate_by<&next_item<&count_groups, &group_in_order>>,
                                           .count = &count_groups,
                                           .list = &kGroupAccess};
constexpr ListAccess kMatchAccess{.count = &count_matches, .get = &match_at};
constexpr TypeOperations kMatchesOperations{
    .enumerate = &enumerate_by<&next_match>, .count = &count_matches, .list = &kMatchAccess};

template <auto kCount>
std::int32_t get_count(Run& run, Object* self) {
  return static_cast<std::int32_t>(kCount(run, self));
}
template <auto kGet>
Object* get_item(Run& run, Object* self, std::int32_t index) {
  return kGet(run, self, index).object;
}

// ---- members ------------------------------------------------------------------------------------------------------

Object* get_captures(Run& run, Group* self) {
  auto* made = run.make<CaptureCollection>(Known::kCaptureCollection);
  made->group = self;
  made->earlier = earlier_captures(run, *self);
  return made;
}
Object* get_groups(Run& run, Match* self) {
  auto* made = run.make<GroupCollection>(Known::kGroupCollection);
  made->match = self;
  return made;
}
Match* next(Run& run, Match* self) {
  if (!self->success) return self;
  Matcher matcher(run, *self->compiled, *self->subject, self->timeout);
  const auto start = static_cast<std::size_t>(self->value.data() - self->subject->data);
  if (!matcher.find(after(self->subject->view(), start, start + self->value.size()))) return failed_match(run);
  return make_match(run, matcher, self->subject, self->timeout, self);
}
String* result(Run& run, Match* self, String* replacement) {
  if (replacement == nullptr) return run.raise_null("replacement");
  if (!self->success) return run.raise(Known::kNotSupportedException, "Result cannot be called on a failed Match.");
  return expand(run, *self, replacement);
}

constexpr Member kCaptureMembers[] = {
    property<&get_index>("int Index { get; }").with(kNoRaise),
    property<&get_length>("int Length { get; }").with(kNoRaise),
    property<&get_value>("string Value { get; }").with(kNoRaise),
    method<&get_value>("string ToString()").with(kNoRaise),
};
constexpr Member kGroupMembers[] = {
    property<&get_success>("bool Success { get; }").with(kNoRaise),
    property<&get_name>("string Name { get; }").with(kNoRaise),
    property<&get_captures>("CaptureCollection Captures { get; }").with(kNoRaise),
};
constexpr Member kMatchMembers[] = {
    property<&failed_match>("static Match Empty { get; }").with(kNoRaise),
    property<&get_groups>("GroupCollection Groups { get; }").with(kNoRaise),
    method<&next>("Match NextMatch()"),
    method<&result>("string Result(string replacement)"),
};
constexpr Member kCapturesMembers[] = {
    property<&get_count<&count_captures>>("int Count { get; }").with(kNoRaise),
    indexer<&get_item<&capture_at>>("Capture this[int i] { get; }"),
};
constexpr Member kGroupsMembers[] = {
    property<&get_count<&count_groups>>("int Count { get; }").with(kNoRaise),
    indexer<&group_by_number>("Group this[int groupnum] { get; }"),
    indexer<&group_by_name>("Group this[string groupname] { get; }"),
    method<&contains_key>("bool ContainsKey(string key)").with(kNoRaise),
    method<&try_get_value>("bool TryGetValue(string key, out Group value)").with(kNoRaise),
};
constexpr Member kMatchesMembers[] = {
    property<&get_count<&count_matches>>("int Count { get; }"),
    indexer<&get_item<&match_at>>("Match this[int i] { get; }"),
};

}  // namespace

Object* make_matches(Run& run, const Compiled& compiled, String* subject, std::size_t from, std::int64_t timeout) {
  auto* made = run.make<MatchCollection>(Known::kMatchCollection);
  made->compiled = &compiled;
  made->subject = subject;
  made->timeout = timeout;
  made->from = from;
  return made;
}

}  // namespace portcullis::regex

namespace portcullis {

const TypeDefinition kCaptureDefinition{.declaration = "class System.Text.RegularExpressions.Capture",
                                        .members = regex::kCaptureMembers,
                                        .operations = &regex::kCaptureOperations};
const TypeDefinition kGroupDefinition{.declaration = "class System.Text.RegularExpressions.Group : Capture",
                                      .members = regex::kGroupMembers,
                                      .operations = &regex::kCaptureOperations};
const TypeDefinition kMatchDefinition{.declaration = "class System.Text.RegularExpressions.Match : Group",
                                      .members = regex::kMatchMembers,
                                      .operations = &regex::kCaptureOperations};
const TypeDefinition kCaptureCollectionDefinition{
    .declaration = "class System.Text.RegularExpressions.CaptureCollection : IReadOnlyList<Capture>, ICollection",
    .members = regex::kCapturesMembers,
    .operations = &regex::kCapturesOperations};
const TypeDefinition kGroupCollectionDefinition{
    .declaration = "class System.Text.RegularExpressions.GroupCollection : IReadOnlyList<Group>, ICollection",
    .members = regex::kGroupsMembers,
    .operations = &regex::kGroupsOperations};
const TypeDefinition kMatchCollectionDefinition{
    .declaration = "class System.Text.RegularExpressions.MatchCollection : IReadOnlyList<Match>, ICollection",
    .members = regex::kMatchesMembers,
    .operations = &regex::kMatchesOperations};

}  // namespace portcullis
