// System.Collections.Generic.KeyValuePair<TKey, TValue>: a Record of two fields. Its operations are those of tuple.cc. Fields
// are read by the compiler where it knows the type's names; the rows serve everybody else.
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kKeyValuePair2Definition;
extern const TypeDefinition kKeyValuePairDefinition;
extern const TypeOperations kKeyValuePairOperations;

namespace {

Record* make_pair(Run& run, Slot key, Slot value, const CallSite& site) { return run.record(*site.result, {key, value}); }
Slot get_key(Record* self) { return self->fields[0]; }
Slot get_value(Record* self) { return self->fields[1]; }
void deconstruct(Record* self, Slot* key, Slot* value) {
  *key = self->fields[0];
  *value = self->fields[1];
}

constexpr Member kMembers[] = {
    constructor<&make_pair>("new KeyValuePair(TKey key, TValue value)").with(kNoRaise),
    property<&get_key>("TKey Key { get; }").with(kNoRaise),
    property<&get_value>("TValue Value { get; }").with(kNoRaise),
    method<&deconstruct>("void Deconstruct(out TKey key, out TValue value)").with(kNoRaise),
};
constexpr Member kStaticMembers[] = {
    method<&make_pair>("static KeyValuePair<TKey, TValue> Create<TKey, TValue>(TKey key, TValue value)").with(kNoRaise),
};

}  // namespace

const TypeDefinition kKeyValuePair2Definition{.declaration = "struct System.Collections.Generic.KeyValuePair<TKey, TValue>",
                                              .members = kMembers,
                                              .operations = &kKeyValuePairOperations};
const TypeDefinition kKeyValuePairDefinition{.declaration = "static class System.Collections.Generic.KeyValuePair",
                                             .members = kStaticMembers};

}  // namespace portcullis
