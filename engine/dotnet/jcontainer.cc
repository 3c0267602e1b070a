// Newtonsoft.Json.Linq.JContainer: what objects, arrays, properties and constructors share; Merge.
#include "base/text.h"
#include "engine/dotnet/jsettings.h"
#include "engine/dotnet/jtoken.h"
#include "engine/json/json.h"

namespace portcullis {

extern const TypeDefinition kJContainerDefinition;

namespace {

std::int32_t count(JContainer* self) { return static_cast<std::int32_t>(self->count); }
void add(Run& run, JContainer* self, Object* content) { add_content(run, *self, self->count, content); }
void add_first(Run& run, JContainer* self, Object* content) { add_content(run, *self, 0, content); }
void remove_all(Run& run, JContainer* self) { clear_items(run, *self); }

void replace_all(Run& run, JContainer* self, Object* content) {
  clear_items(run, *self);
  if (!run.failed()) add_content(run, *self, 0, content);
}

// `flag`: with the container itself.
bool collect_below(Run& run, const JSequence& sequence, SlotList& out) {
  return collect_descendants(run, static_cast<JToken*>(sequence.source), sequence.flag, out);
}

JSequence* descendants(Run& run, JContainer* self, const CallSite& site) { return make_sequence(run, *site.result, &collect_below, self); }
JSequence* descendants_and_self(Run& run, JContainer* self, const CallSite& site) {
  JSequence* made = make_sequence(run, *site.result, &collect_below, self);
  made->flag = true;
  return made;
}

// ---- merging -------------------------------------------------------------------------------------------------------------

enum MergeArrays : std::int32_t { kConcat = 0, kUnion = 1, kReplace = 2, kMerge = 3 };

class Merger {
 public:
  Merger(Run& run, const MergeOptions& options) : run_(run), options_(options) {}

  bool merge(JContainer& target, JToken& source, std::uint32_t depth) {
    if (depth == 0) return run_.raise_limit(Limit::kDepth);
    switch (target.kind) {
      case JTokenType::kObject:
        return merge_object(static_cast<JObject&>(target), source, depth);
      case JTokenType::kArray:
        return source.kind != JTokenType::kArray || merge_array(static_cast<JArray&>(target), static_cast<JArray&>(source), depth);
      case JTokenType::kProperty:
        return merge_property(static_cast<JProperty&>(target), source, depth);
      default:
        return true;
    }
  }

 private:
  static bool is_null(const JToken* token) { return token->kind == JTokenType::kNull; }

  JProperty* find_existing(const JObject& object, std::string_view name) const {
    JProperty* same = find_property(object, name);
    if (same != nullptr || !options_.ignores_case) return same;
    return find_property_ignoring_case(object, name);
  }

  bool merge_object(JObject& target, JToken& source, std::uint32_t depth) {
    if (source.kind != JTokenType::kObject) return true;
    const auto& other = static_cast<JObject&>(source);
    for (std::uint32_t i = 0; i < other.count && run_.spend(1); ++i) {
      JProperty& theirs = *other.property_at(i);
      JProperty* ours = find_existing(target, theirs.name());
      if (ours == nullptr) {
        set_member(run_, target, theirs.name(), theirs.value);
      } else if (!merge_value(*ours, *theirs.value, depth)) {
        return false;
      }
    }
    return !run_.failed();
  }

  bool merge_value(JProperty& ours, JToken& theirs, std::uint32_t depth) {
    JContainer* container = as_container(ours.value);
    if (container == nullptr || container->kind != theirs.kind) {
      if (!is_null(&theirs) || options_.merges_nulls) set_property_value(run_, ours, &theirs);
      return !run_.failed();
    }
    return merge(*container, theirs, depth - 1);
  }

  bool merge_property(JProperty& target, JToken& source, std::uint32_t depth) {
    if (source.kind != JTokenType::kProperty) return true;
    JToken* theirs = static_cast<JProperty&>(source).value;
    return theirs == nullptr || is_null(theirs) || merge_value(target, *theirs, depth);
  }

  bool merge_array(JArray& target, JArray& source, std::uint32_t depth) {
    switch (options_.arrays) {
      case kReplace:
        if (&target == &source) return true;
        clear_items(run_, target);
        return add_all(target, source, false);
      case kUnion:
        return add_all(target, source, true);
      case kMerge:
        return merge_items(target, source, depth);
      default:
        return add_all(target, source, false);
    }
  }

  bool add_all(JArray& target, const JArray& source, bool only_new) {
    const std::uint32_t count = source.count;
    for (std::uint32_t i = 0; i < count && i < source.count; ++i) {
      if (!run_.spend(1)) return false;
      if (only_new && contains(target, source.items[i])) continue;
      append_item(run_, target, source.items[i]);
    }
    return !run_.failed();
  }

  bool contains(const JArray& array, JToken* item) {
    for (JToken* mine : array.children()) {
      if (deep_equals(run_, mine, item)) return true;
    }
    return false;
  }

  bool merge_items(JArray& target, const JArray& source, std::uint32_t depth) {
    for (std::uint32_t i = 0; i < source.count && run_.spend(1); ++i) {
      JToken* theirs = source.items[i];
      if (i >= target.count) {
        append_item(run_, target, theirs);
      } else if (JContainer* container = as_container(target.items[i]); container != nullptr) {
        if (!merge(*container, *theirs, depth - 1)) return false;
      } else if (!is_null(theirs) || options_.merges_nulls) {
        set_item(run_, target, i, theirs);
      }
    }
    return !run_.failed();
  }

  Run& run_;
  const MergeOptions& options_;
};

}  // namespace

void merge_content(Run& run, JContainer* self, Object* content, const MergeOptions& options) {
  if (content == nullptr) return;
  JToken* token = as_token(content);
  if (token == nullptr && is_multi_content(content)) {
    JArray* items = make_jarray(run);
    if (!add_content(run, *items, 0, content)) return;
    token = items;
  } else if (token == nullptr) {
    token = token_from_object(run, content);
  }
  if (token != nullptr && !run.failed()) Merger(run, options).merge(*self, *token, kMaxTreeDepth);
}

namespace {

void merge(Run& run, JContainer* self, Object* content) { merge_content(run, self, content, {}); }

void merge_with(Run& run, JContainer* self, Object* content, JMergeSettings* settings) {
  MergeOptions options;
  if (settings != nullptr) options = {settings->arrays, settings->nulls == 1, settings->comparison % 2 == 1};
  merge_content(run, self, content, options);
}

constexpr Member kMembers[] = {
    property<&count>("int Count { get; }").with(kNoRaise),
    method<&add>("void Add(object content)"),
    method<&add_first>("void AddFirst(object content)"),
    method<&remove_all>("void RemoveAll()"),
    method<&replace_all>("void ReplaceAll(object content)"),
    method<&descendants>("IEnumerable<JToken> Descendants()"),
    method<&descendants_and_self>("IEnumerable<JToken> DescendantsAndSelf()"),
    method<&merge>("void Merge(object content)"),
    method<&merge_with>("void Merge(object content, JsonMergeSettings settings)"),
};

}  // namespace

const TypeDefinition kJContainerDefinition{
    .declaration = "abstract class Newtonsoft.Json.Linq.JContainer : JToken", .members = kMembers, .operations = &kTokenOperations};

}  // namespace portcullis
