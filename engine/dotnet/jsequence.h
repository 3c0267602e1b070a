// Sequences of tokens: `Children()`, `Properties()`, `Values<T>()`, `SelectTokens(…)`. Nothing is walked before enumeration starts.
#pragma once

#include "engine/json/json_path.h"
#include "engine/json/token.h"
#include "engine/run/run.h"

namespace portcullis {

/// Elements in the order they are found.
class SlotList {
 public:
  explicit SlotList(Arena& arena) : arena_(arena) {}
  void add(Slot slot);
  void add(Object* object) { add(Slot::of_object(object)); }
  [[nodiscard]] std::span<Slot> view() const { return {items_, count_}; }

 private:
  Arena& arena_;
  Slot* items_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t room_ = 0;
};

/// What a walk over a container gives for an item: false skips it.
using JProjection = bool (*)(Run&, const Type& element, JToken* item, Slot& out);

/// An IEnumerable<T>. Either it walks the items of a container (`walks`, through `project`), and changes of the container
/// while it does raise; or `collect` finds the elements when somebody starts to enumerate (false after raising).
struct JSequence : Object {
  bool (*collect)(Run&, const JSequence&, SlotList&) = nullptr;
  JProjection project = nullptr;
  Object* source = nullptr;
  const void* argument = nullptr;
  const Type* element = nullptr;
  bool flag = false;
  bool walks = false;
};

/// A sequence of static type IEnumerable<T> or JEnumerable<T> (`result`).
JSequence* make_sequence(Run& run, const Type& result, bool (*collect)(Run&, const JSequence&, SlotList&), Object* source);
/// The items of a container, or nothing when `token` is none.
JSequence* make_item_sequence(Run& run, const Type& result, JToken* token, JProjection project);

/// Walks the items of a container.
Enumerator* enumerate_items(Run& run, JContainer* container, const Type& enumerator_type, const Type& element, JProjection project);

/// Walks what was collected.
Enumerator* enumerate_slots(Run& run, const Type& enumerator_type, std::span<Slot> slots);

extern const TypeOperations kSequenceOperations;
extern const TypeOperations kTokenOperations;

}  // namespace portcullis
