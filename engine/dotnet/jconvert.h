// Between tokens and .NET values: explicit casts, Value<T>(), content of constructors, serialising and deserialising.
#pragma once

#include "engine/json/json.h"
#include "engine/json/writer.h"
#include "engine/run/run.h"

namespace portcullis {

// ---- tokens to values ---------------------------------------------------------------------------------------------------
/// `(T)token`; `to` is a type with a conversion operator. `out` is the T's Slot, or for `nullable` an Object*.
/// False after raising.
bool cast_token(Run& run, JToken* token, Known to, bool nullable, Slot& out);
/// `token.Value<T>()`: as Extensions.Convert does. `token` may be null.
Slot value_as(Run& run, JToken* token, const Type& to);
/// `JValue.Value`
Object* value_object(Run& run, JValue* value);
/// `token.ToObject<T>()`
Slot token_to_object(Run& run, JToken* token, const Type& to);
/// JsonConvert.DeserializeObject<T>
Slot deserialize(Run& run, String* json, const Type& to);

// ---- values to tokens ---------------------------------------------------------------------------------------------------
/// What constructors and Add take: a token as it is, anything with a JSON type as JValue; raises ArgumentException otherwise.
JToken* token_from_content(Run& run, Object* content);
/// True when `content` is expanded item by item: sequences, but no strings, tokens and byte arrays.
bool is_multi_content(const Object* content);
/// Calls `visit` for every element of a sequence, boxed. False after raising or when `visit` says so.
bool for_each_object(Run& run, Object* sequence, bool (*visit)(Run&, Object*, void*), void* state);
template <typename Visit>
bool for_each_object(Run& run, Object* sequence, Visit visit) {
  return for_each_object(
      run, sequence, [](Run& r, Object* item, void* state) { return (*static_cast<Visit*>(state))(r, item); }, &visit);
}
/// Inserts content (expanded) at `at`; JContainer.TryAddInternal. False after raising.
bool add_content(Run& run, JContainer& parent, std::size_t at, Object* content);

/// How JsonConvert writes.
struct SerializeOptions {
  bool skip_nulls = false;
};
/// Writes any .NET value. False after raising.
bool serialize(Run& run, JsonWriter& writer, Object* value, const SerializeOptions& options);
/// JToken.FromObject
JToken* token_from_object(Run& run, Object* value);

}  // namespace portcullis
