// Storage of context.Variables; its members are in variables_members.cc.
#include "engine/exchange/exchange.h"

namespace portcullis {

namespace {

template <typename T>
void grow(Arena& arena, std::span<T>& items, std::uint32_t& capacity, std::size_t used) {
  if (used < capacity) return;
  const std::uint32_t wanted = capacity == 0 ? 8 : capacity * 2;
  const std::span<T> larger = arena.array<T>(wanted);
  for (std::size_t i = 0; i < used; ++i) larger[i] = items[i];
  items = {larger.data(), used};
  capacity = wanted;
}

}  // namespace

std::uint32_t VariableNames::intern(std::string_view name) {
  if (const auto known = find(name)) return *known;
  const std::size_t count = names_.size();
  grow(arena_, names_, capacity_, count);
  names_ = {names_.data(), count + 1};
  names_[count] = arena_.copy(name);
  return static_cast<std::uint32_t>(count);
}

std::optional<std::uint32_t> VariableNames::find(std::string_view name) const {
  for (std::uint32_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == name) return i;
  }
  return std::nullopt;
}

void Variables::start(const VariableNames* program_names, Arena& arena) {
  names = program_names;
  const std::size_t count = program_names == nullptr ? 0 : program_names->size();
  slots = arena.array<Entry>(count);
  for (std::uint32_t i = 0; i < count; ++i) slots[i].name = program_names->name(i);
  order = arena.array<std::uint32_t>(count + 8);
}

const Variables::Entry* Variables::find(std::string_view name) const {
  if (names != nullptr) {
    if (const auto slot = names->find(name)) return at(*slot);
  }
  for (const Entry& entry : others) {
    if (entry.present && entry.name == name) return &entry;
  }
  return nullptr;
}

void Variables::set(std::uint32_t slot, Object* value, Arena& arena) {
  Entry& entry = slot < slots.size() ? slots[slot] : others[slot - slots.size()];
  entry.value = value;
  if (entry.present) return;
  entry.present = true;
  if (order_size == order.size()) {
    const std::span<std::uint32_t> larger = arena.array<std::uint32_t>(order.size() * 2 + 8);
    for (std::uint32_t i = 0; i < order_size; ++i) larger[i] = order[i];
    order = larger;
  }
  order[order_size++] = slot;
}

void Variables::set(std::string_view name, Object* value, Arena& arena) {
  if (names != nullptr) {
    if (const auto slot = names->find(name)) return set(*slot, value, arena);
  }
  for (std::uint32_t i = 0; i < others.size(); ++i) {
    if (others[i].name == name) return set(static_cast<std::uint32_t>(slots.size()) + i, value, arena);
  }
  const std::size_t count = others.size();
  grow(arena, others, others_capacity, count);
  others = {others.data(), count + 1};
  others[count] = {arena.copy(name), nullptr, false};
  set(static_cast<std::uint32_t>(slots.size() + count), value, arena);
}

void Variables::remove(std::string_view name) {
  for (std::uint32_t i = 0; i < order_size; ++i) {
    Entry& entry = order[i] < slots.size() ? slots[order[i]] : others[order[i] - slots.size()];
    if (entry.name != name) continue;
    entry.present = false;
    for (std::uint32_t j = i + 1; j < order_size; ++j) order[j - 1] = order[j];
    --order_size;
    return;
  }
}

}  // namespace portcullis
