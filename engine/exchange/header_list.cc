#include "engine/exchange/header_list.h"

#include <cstring>

#include "base/text.h"

namespace portcullis {

namespace {

// Size first, then the last character (prefixes repeat: X-, Content-, Sec-), then all of it. A removed line has no size.
inline bool is_named(const HeaderView& line, std::string_view name) {
  if (line.name.size() != name.size() || name.empty()) return false;
  if (line.name.data() == name.data()) return true;
  return ascii_lower(line.name.back()) == ascii_lower(name.back()) && equals_ignoring_ascii_case(line.name.data(), name.data(), name.size());
}

}  // namespace

const HeaderView* HeaderList::find(const HeaderName& name) const {
  for (std::size_t i = 0; i < base_.size(); ++i) {
    if (is_named(base_[i], name.text) && !is_removed(i)) return &base_[i];
  }
  for (const HeaderView& line : added_) {
    if (is_named(line, name.text)) return &line;
  }
  return nullptr;
}

const HeaderView* HeaderList::find_next(const HeaderName& name, const HeaderView* line) const {
  std::size_t added_from = 0;
  const bool in_base = !base_.empty() && line >= base_.data() && line < base_.data() + base_.size();
  if (in_base) {
    for (auto i = static_cast<std::size_t>(line - base_.data()) + 1; i < base_.size(); ++i) {
      if (is_named(base_[i], name.text) && !is_removed(i)) return &base_[i];
    }
  } else {
    added_from = static_cast<std::size_t>(line - added_.data()) + 1;
  }
  for (std::size_t i = added_from; i < added_.size(); ++i) {
    if (is_named(added_[i], name.text)) return &added_[i];
  }
  return nullptr;
}

std::string_view HeaderList::joined(const HeaderName& name, Arena& arena) const {
  const HeaderView* first = find(name);
  if (first == nullptr) return {};
  const HeaderView* second = find_next(name, first);
  if (second == nullptr) return first->value.data() == nullptr ? std::string_view("") : first->value;
  std::size_t size = first->value.size();
  for (const HeaderView* line = second; line != nullptr; line = find_next(name, line)) size += 1 + line->value.size();
  char* out = arena.text(size);
  char* at = out;
  for (const HeaderView* line = first; line != nullptr; line = find_next(name, line)) {
    if (line != first) *at++ = ',';
    if (!line->value.empty()) std::memcpy(at, line->value.data(), line->value.size());
    at += line->value.size();
  }
  return {out, size};
}

void HeaderList::add(std::string_view name, std::string_view value, Arena& arena) {
  const std::size_t count = added_.size();
  if (count == added_capacity_) {
    const std::uint32_t capacity = added_capacity_ == 0 ? 8 : added_capacity_ * 2;
    void* larger = arena.allocate(capacity * sizeof(HeaderView), alignof(HeaderView));
    if (count > 0) std::memcpy(larger, added_.data(), added_.size_bytes());
    added_ = {static_cast<HeaderView*>(larger), count};
    added_capacity_ = capacity;
  }
  added_.data()[count] = {name, value};
  added_ = {added_.data(), count + 1};
}

bool HeaderList::remove(const HeaderName& name, Arena& arena) {
  bool any = false;
  for (std::size_t i = 0; i < base_.size(); ++i) {
    if (!is_named(base_[i], name.text) || is_removed(i)) continue;
    if (removed_ == nullptr) removed_ = arena.array<std::uint64_t>((base_.size() + 63) / 64).data();
    removed_[i / 64] |= std::uint64_t{1} << (i % 64);
    any = true;
  }
  for (HeaderView& line : added_) {
    if (!is_named(line, name.text)) continue;
    line = {};
    any = true;
  }
  return any;
}

void HeaderList::set(std::string_view name, std::string_view value, Arena& arena) {
  const HeaderName key(name);
  remove(key, arena);
  add(name, value, arena);
}

std::size_t HeaderList::size() const {
  std::size_t count = 0;
  for_each([&](const HeaderView&) { ++count; });
  return count;
}

std::span<const std::string_view> HeaderList::removed(Arena& arena) const {
  if (removed_ == nullptr) return {};
  const std::span<std::string_view> names = arena.array<std::string_view>(base_.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < base_.size(); ++i) {
    if (is_removed(i)) names[count++] = base_[i].name;
  }
  return names.first(count);
}

std::span<const HeaderView> HeaderList::lines(Arena& arena) const {
  if (!changed()) return base_;
  const std::span<HeaderView> all = arena.array<HeaderView>(size());
  std::size_t at = 0;
  for_each([&](const HeaderView& line) { all[at++] = line; });
  return all;
}

}  // namespace portcullis
