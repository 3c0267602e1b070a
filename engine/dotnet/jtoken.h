// Members of JToken that its children's tables and the Extensions class share.
#pragma once

#include "engine/dotnet/jconvert.h"
#include "engine/dotnet/jsequence.h"
#include "engine/types/definition.h"

namespace portcullis {

/// `Accessed JArray values with invalid key value: "a". …`: the key as Newtonsoft's messages show it.
std::string shown_key(Run& run, Object* key);

/// `token[key]`; raises as Newtonsoft does.
JToken* token_item(Run& run, JToken* self, Object* key);
void set_token_item(Run& run, JToken* self, Object* key, JToken* value);

/// `array[index]` with the list's own messages.
JToken* array_item(Run& run, JContainer* self, std::int32_t index);
void set_array_item(Run& run, JContainer* self, std::int32_t index, JToken* value);

/// Projections of walks over children: those that are an `element` (Children<T>), and each as one (Values<T>).
bool project_instance(Run& run, const Type& element, JToken* item, Slot& out);
bool project_value(Run& run, const Type& element, JToken* item, Slot& out);
/// Every token below `self`, in document order.
bool collect_descendants(Run& run, JToken* self, bool with_self, SlotList& out);

/// JContainer.Merge
struct MergeOptions {
  std::int32_t arrays = 0;  // MergeArrayHandling: Concat, Union, Replace, Merge
  bool merges_nulls = false;
  bool ignores_case = false;
};
void merge_content(Run& run, JContainer* self, Object* content, const MergeOptions& options);

bool match_path_regex(Run& run, String* input, std::string_view pattern, bool ignore_case, bool multiline, bool singleline);

}  // namespace portcullis
