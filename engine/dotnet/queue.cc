// System.Collections.Generic.Queue<T>: a ring.
#include <algorithm>

#include "engine/dotnet/sequence.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kQueue1Definition;

namespace {

struct Queue : Object {
  Slot* items;
  std::uint32_t capacity;  // a power of two, or 0
  std::uint32_t first;
  std::uint32_t count;
  std::uint32_t version;

  [[nodiscard]] Slot at(std::uint32_t index) const { return items[(first + index) & (capacity - 1)]; }
};

struct QueueEnumerator : Enumerator {
  const Queue* queue;
  std::uint32_t at;
  std::uint32_t version;
};

bool next_item(Run& run, Enumerator* self) {
  auto* walk = static_cast<QueueEnumerator*>(self);
  if (walk->version != walk->queue->version) return raise_modified(run);
  if (walk->at >= walk->queue->count) return false;
  walk->current = walk->queue->at(walk->at++);
  return true;
}

Enumerator* enumerate_queue(Run& run, Object* self) {
  auto* walk = run.make<QueueEnumerator>(Known::kIEnumerator);
  walk->next = &next_item;
  walk->queue = static_cast<const Queue*>(self);
  walk->version = walk->queue->version;
  return walk;
}
std::int64_t count_items(Run&, Object* self) { return static_cast<const Queue*>(self)->count; }

constexpr TypeOperations kOperations{.enumerate = &enumerate_queue, .count = &count_items};

bool grow(Run& run, Queue& queue) {
  const std::uint64_t room = queue.capacity == 0 ? 4 : std::uint64_t{queue.capacity} * 2;
  void* memory = room > (1U << 30) ? nullptr : run.arena.try_allocate(sizeof(Slot) * room, alignof(Slot));
  if (memory == nullptr) return run.raise_limit(Limit::kMemory);
  auto* items = static_cast<Slot*>(memory);
  for (std::uint32_t i = 0; i < queue.count; ++i) items[i] = queue.at(i);
  queue.items = items;
  queue.capacity = static_cast<std::uint32_t>(room);
  queue.first = 0;
  return true;
}

void enqueue(Run& run, Queue* self, Slot item) {
  if (self->count == self->capacity && !grow(run, *self)) return;
  self->items[(self->first + self->count++) & (self->capacity - 1)] = item;
  ++self->version;
}

Queue* make_empty(Run& run, const CallSite& site) { return run.make<Queue>(*site.result); }
Queue* make_sized(Run& run, std::int32_t capacity, const CallSite& site) {
  if (capacity < 0) return run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.", "capacity");
  return make_empty(run, site);
}
Queue* collect(Run& run, Object* source, const CallSite& site) {
  Queue* made = make_empty(run, site);
  const bool collected = walk(run, source, "collection", [&](Slot item) {
    enqueue(run, made, item);
    return !run.failed();
  });
  return collected ? made : nullptr;
}

std::int32_t get_count(Queue* self) { return static_cast<std::int32_t>(self->count); }
Slot peek(Run& run, Queue* self) {
  if (self->count == 0) return run.raise(Known::kInvalidOperationException, "Queue empty.");
  return self->at(0);
}
Slot dequeue(Run& run, Queue* self) {
  const Slot item = peek(run, self);
  if (run.failed()) return {};
  self->first = (self->first + 1) & (self->capacity - 1);
  --self->count;
  ++self->version;
  return item;
}
bool try_peek(Run& run, Queue* self, Slot* item) {
  *item = self->count > 0 ? self->at(0) : run.zero(*self->type->arguments[0]);
  return self->count > 0;
}
bool try_dequeue(Run& run, Queue* self, Slot* item) {
  if (!try_peek(run, self, item)) return false;
  dequeue(run, self);
  return true;
}
bool contains(Run& run, Queue* self, Slot item) {
  if (!run.spend(self->count / 4)) return false;
  for (std::uint32_t i = 0; i < self->count; ++i) {
    if (equals(run, *self->type->arguments[0], self->at(i), item)) return true;
  }
  return false;
}
void clear(Queue* self) {
  self->count = 0;
  self->first = 0;
  ++self->version;
}
Object* to_array(Run& run, Queue* self, const CallSite& site) {
  SlotBuffer buffer;
  return copy_elements(run, self, "", buffer) ? array_of(run, *site.result, buffer.span()) : nullptr;
}
void copy_to(Run& run, Queue* self, Object* array, std::int32_t index) {
  SlotBuffer buffer;
  if (copy_elements(run, self, "", buffer)) copy_to_array(run, buffer.span(), array, index);
}
void trim_excess(Queue*) {}
Enumerator* get_enumerator(Run& run, Queue* self, const CallSite& site) {
  Enumerator* made = enumerate_queue(run, self);
  made->type = site.result;
  return made;
}

constexpr Member kMembers[] = {
    constructor<&make_empty>("new Queue()").with(kNoRaise),
    constructor<&make_sized>("new Queue(int capacity)"),
    constructor<&collect>("new Queue(IEnumerable<T> collection)"),
    property<&get_count>("int Count { get; }").with(kNoRaise),
    method<&enqueue>("void Enqueue(T item)"),
    method<&dequeue>("T Dequeue()"),
    method<&peek>("T Peek()"),
    method<&try_dequeue>("bool TryDequeue(out T result)"),
    method<&try_peek>("bool TryPeek(out T result)"),
    method<&contains>("bool Contains(T item)"),
    method<&clear>("void Clear()").with(kNoRaise),
    method<&to_array>("T[] ToArray()"),
    method<&copy_to>("void CopyTo(T[] array, int arrayIndex)"),
    method<&trim_excess>("void TrimExcess()").with(kNoRaise),
    method<&get_enumerator>("IEnumerator<T> GetEnumerator()").with(kNoRaise),
};

}  // namespace

const TypeDefinition kQueue1Definition{
    .declaration = "class System.Collections.Generic.Queue<T> : IReadOnlyCollection<T>, ICollection",
    .members = kMembers,
    .operations = &kOperations};

}  // namespace portcullis
