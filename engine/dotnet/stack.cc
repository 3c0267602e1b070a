// System.Collections.Generic.Stack<T>. Everything that enumerates it starts at the top.
#include <algorithm>

#include "engine/dotnet/sequence.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kStack1Definition;

namespace {

struct Stack : Object {
  Slot* items;
  std::uint32_t capacity;
  std::uint32_t count;
  std::uint32_t version;
};

struct StackEnumerator : Enumerator {
  const Stack* stack;
  std::uint32_t left;
  std::uint32_t version;
};

bool next_item(Run& run, Enumerator* self) {
  auto* walk = static_cast<StackEnumerator*>(self);
  if (walk->version != walk->stack->version) return raise_modified(run);
  if (walk->left == 0) return false;
  walk->current = walk->stack->items[--walk->left];
  return true;
}

Enumerator* enumerate_stack(Run& run, Object* self) {
  auto* walk = run.make<StackEnumerator>(Known::kIEnumerator);
  walk->next = &next_item;
  walk->stack = static_cast<const Stack*>(self);
  walk->left = walk->stack->count;
  walk->version = walk->stack->version;
  return walk;
}
std::int64_t count_items(Run&, Object* self) { return static_cast<const Stack*>(self)->count; }

constexpr TypeOperations kOperations{.enumerate = &enumerate_stack, .count = &count_items};

void push(Run& run, Stack* self, Slot item) {
  if (self->count == self->capacity) {
    const std::uint64_t room = self->capacity == 0 ? 4 : std::uint64_t{self->capacity} * 2;
    void* memory = room > (1U << 30) ? nullptr : run.arena.try_allocate(sizeof(Slot) * room, alignof(Slot));
    if (memory == nullptr) {
      run.raise_limit(Limit::kMemory);
      return;
    }
    std::copy_n(self->items, self->count, static_cast<Slot*>(memory));
    self->items = static_cast<Slot*>(memory);
    self->capacity = static_cast<std::uint32_t>(room);
  }
  self->items[self->count++] = item;
  ++self->version;
}

Stack* make_empty(Run& run, const CallSite& site) { return run.make<Stack>(*site.result); }
Stack* make_sized(Run& run, std::int32_t capacity, const CallSite& site) {
  if (capacity < 0) return run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.", "capacity");
  return make_empty(run, site);
}
Stack* collect(Run& run, Object* source, const CallSite& site) {
  Stack* made = make_empty(run, site);
  const bool collected = walk(run, source, "collection", [&](Slot item) {
    push(run, made, item);
    return !run.failed();
  });
  return collected ? made : nullptr;
}

std::int32_t get_count(Stack* self) { return static_cast<std::int32_t>(self->count); }
Slot peek(Run& run, Stack* self) {
  if (self->count == 0) return run.raise(Known::kInvalidOperationException, "Stack empty.");
  return self->items[self->count - 1];
}
Slot pop(Run& run, Stack* self) {
  const Slot item = peek(run, self);
  if (run.failed()) return {};
  --self->count;
  ++self->version;
  return item;
}
bool try_peek(Run& run, Stack* self, Slot* item) {
  *item = self->count > 0 ? self->items[self->count - 1] : run.zero(*self->type->arguments[0]);
  return self->count > 0;
}
bool try_pop(Run& run, Stack* self, Slot* item) {
  if (!try_peek(run, self, item)) return false;
  pop(run, self);
  return true;
}
bool contains(Run& run, Stack* self, Slot item) {
  if (!run.spend(self->count / 4)) return false;
  for (std::uint32_t i = 0; i < self->count; ++i) {
    if (equals(run, *self->type->arguments[0], self->items[i], item)) return true;
  }
  return false;
}
void clear(Stack* self) {
  self->count = 0;
  ++self->version;
}
Object* to_array(Run& run, Stack* self, const CallSite& site) {
  SlotBuffer buffer;
  return copy_elements(run, self, "", buffer) ? array_of(run, *site.result, buffer.span()) : nullptr;
}
void copy_to(Run& run, Stack* self, Object* array, std::int32_t index) {
  SlotBuffer buffer;
  if (copy_elements(run, self, "", buffer)) copy_to_array(run, buffer.span(), array, index);
}
void trim_excess(Stack*) {}
Enumerator* get_enumerator(Run& run, Stack* self, const CallSite& site) {
  Enumerator* made = enumerate_stack(run, self);
  made->type = site.result;
  return made;
}

constexpr Member kMembers[] = {
    constructor<&make_empty>("new Stack()").with(kNoRaise),
    constructor<&make_sized>("new Stack(int capacity)"),
    constructor<&collect>("new Stack(IEnumerable<T> collection)"),
    property<&get_count>("int Count { get; }").with(kNoRaise),
    method<&push>("void Push(T item)"),
    method<&pop>("T Pop()"),
    method<&peek>("T Peek()"),
    method<&try_pop>("bool TryPop(out T result)"),
    method<&try_peek>("bool TryPeek(out T result)"),
    method<&contains>("bool Contains(T item)"),
    method<&clear>("void Clear()").with(kNoRaise),
    method<&to_array>("T[] ToArray()"),
    method<&copy_to>("void CopyTo(T[] array, int arrayIndex)"),
    method<&trim_excess>("void TrimExcess()").with(kNoRaise),
    method<&get_enumerator>("IEnumerator<T> GetEnumerator()").with(kNoRaise),
};

}  // namespace

const TypeDefinition kStack1Definition{
    .declaration = "class System.Collections.Generic.Stack<T> : IReadOnlyCollection<T>, ICollection",
    .members = kMembers,
    .operations = &kOperations};

}  // namespace portcullis
