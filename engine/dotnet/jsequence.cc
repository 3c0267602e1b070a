// JEnumerable<T>, and the nameless sequences that the members of the token family return.
#include "engine/dotnet/jsequence.h"

#include <cstring>

#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kJEnumerableDefinition;
extern const TypeDefinition kJsonSequenceDefinition;

void SlotList::add(Slot slot) {
  if (count_ == room_) {
    const std::uint32_t room = room_ == 0 ? 8 : room_ * 2;
    Slot* grown = static_cast<Slot*>(arena_.allocate(sizeof(Slot) * room, alignof(Slot)));
    if (count_ > 0) std::memcpy(static_cast<void*>(grown), items_, sizeof(Slot) * count_);
    items_ = grown;
    room_ = room;
  }
  items_[count_++] = slot;
}

JSequence* make_sequence(Run& run, const Type& result, bool (*collect)(Run&, const JSequence&, SlotList&), Object* source) {
  const Type* element = result.arguments[0];
  const bool is_own = result.is(Known::kJEnumerable1);
  JSequence* made = run.make<JSequence>(is_own ? result : run.types.construct(Known::kJsonSequence1, {element}));
  made->collect = collect;
  made->source = source;
  made->element = element;
  return made;
}

JSequence* make_item_sequence(Run& run, const Type& result, JToken* token, JProjection project) {
  JContainer* container = as_container(token);
  JSequence* made = make_sequence(run, result, nullptr, container);
  made->project = project;
  made->walks = container != nullptr;
  return made;
}

// ---- walking -------------------------------------------------------------------------------------------------------------
namespace {

struct SlotEnumerator : Enumerator {
  std::span<Slot> slots;
  std::size_t at = 0;
};

bool next_slot(Run& run, Enumerator* self) {
  auto* walk = static_cast<SlotEnumerator*>(self);
  if (walk->at == walk->slots.size() || !run.spend(1)) return false;
  walk->current = walk->slots[walk->at++];
  return true;
}

struct ItemEnumerator : Enumerator {
  JContainer* container = nullptr;
  std::uint32_t at = 0;
  std::uint32_t version = 0;
  const Type* element = nullptr;
  JProjection project = nullptr;
};

bool next_item(Run& run, Enumerator* self) {
  auto* walk = static_cast<ItemEnumerator*>(self);
  for (;;) {
    if (walk->version != walk->container->version) {
      return run.raise(Known::kInvalidOperationException, "Collection was modified; enumeration operation may not execute.");
    }
    if (walk->at >= walk->container->count || !run.spend(1)) return false;
    JToken* item = walk->container->items[walk->at++];
    if (walk->project == nullptr) {
      walk->current = Slot::of_object(item);
      return true;
    }
    if (walk->project(run, *walk->element, item, walk->current)) return true;
    if (run.failed()) return false;
  }
}

}  // namespace

Enumerator* enumerate_slots(Run& run, const Type& enumerator_type, std::span<Slot> slots) {
  auto* walk = run.make<SlotEnumerator>(enumerator_type);
  walk->next = &next_slot;
  walk->slots = slots;
  return walk;
}

Enumerator* enumerate_items(Run& run, JContainer* container, const Type& enumerator_type, const Type& element, JProjection project) {
  auto* walk = run.make<ItemEnumerator>(enumerator_type);
  walk->next = &next_item;
  walk->container = container;
  walk->version = container->version;
  walk->element = &element;
  walk->project = project;
  return walk;
}

namespace {

Enumerator* enumerate_sequence(Run& run, Object* self) {
  const auto* sequence = static_cast<const JSequence*>(self);
  const Type& enumerator = run.types.construct(Known::kIEnumerator1, {sequence->element});
  if (sequence->walks) return enumerate_items(run, static_cast<JContainer*>(sequence->source), enumerator, *sequence->element, sequence->project);
  SlotList found(run.arena);
  if (sequence->collect != nullptr && !sequence->collect(run, *sequence, found)) return nullptr;
  return enumerate_slots(run, enumerator, found.view());
}

Object* empty_sequence(Run& run, const Type& type) {
  JSequence* made = run.make<JSequence>(type);
  made->element = type.arguments[0];
  return made;
}

bool collect_keyed(Run& run, const JSequence& sequence, SlotList& out);

// JEnumerable<T>[key]: the children under `key` of all elements.
JSequence* item(Run& run, Object* self, Object* key, const CallSite& site) {
  JSequence* made = make_sequence(run, *site.result, &collect_keyed, self);
  made->argument = key;
  return made;
}

bool collect_keyed(Run& run, const JSequence& sequence, SlotList& out) {
  Enumerator* walk = enumerate(run, sequence.source, "source");
  const auto* key = static_cast<const Object*>(sequence.argument);
  while (walk != nullptr && walk->next(run, walk)) {
    JToken* found = nullptr;
    if (key != nullptr && key->type->is(Known::kString)) {
      const JObject* object = as_object(static_cast<JToken*>(walk->current.object));
      if (object != nullptr) found = find(*object, static_cast<const String*>(key)->view());
    } else if (key != nullptr && key->type->is(Known::kInt32)) {
      const JArray* array = as_array(static_cast<JToken*>(walk->current.object));
      const std::int64_t index = static_cast<const Box*>(key)->value.integer;
      if (array != nullptr && index >= 0 && index < array->count) found = array->items[index];
    }
    if (found != nullptr) out.add(found);
  }
  return !run.failed();
}

Enumerator* get_enumerator(Run& run, JSequence* self) { return enumerate_sequence(run, self); }

constexpr Member kKeyedMembers[] = {indexer<&item>("IJEnumerable<JToken> this[object key] { get; }")};

constexpr Member kEnumerableMembers[] = {
    indexer<&item>("IJEnumerable<JToken> this[object key] { get; }"),
    method<&get_enumerator>("IEnumerator<T> GetEnumerator()"),
};

constexpr Member kSequenceMembers[] = {
    method<&get_enumerator>("IEnumerator<T> GetEnumerator()"),
    indexer<&item>("IJEnumerable<JToken> this[object key] { get; }"),
};

}  // namespace

const TypeOperations kSequenceOperations{.enumerate = &enumerate_sequence, .zero = &empty_sequence};

extern const TypeDefinition kIJEnumerableDefinition;
const TypeDefinition kIJEnumerableDefinition{
    .declaration = "interface Newtonsoft.Json.Linq.IJEnumerable<out T> : IEnumerable<T>", .members = kKeyedMembers};
const TypeDefinition kJEnumerableDefinition{
    .declaration = "struct Newtonsoft.Json.Linq.JEnumerable<T> : IJEnumerable<T>, IEnumerable<T>", .members = kEnumerableMembers, .operations = &kSequenceOperations};
const TypeDefinition kJsonSequenceDefinition{
    .declaration = "sealed class Portcullis.JsonSequence<T> : IJEnumerable<T>, IEnumerable<T>", .members = kSequenceMembers, .operations = &kSequenceOperations};

}  // namespace portcullis
