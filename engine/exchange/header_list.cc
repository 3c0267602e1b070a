#include "engine/exchange/header_list.h"

#include <bit>
#include <cstring>

#include "base/text.h"

namespace portcullis {

// A name to compare many lines with. Size first, then the last character (prefixes repeat: X-, Content-, Sec-), then all of it. A removed
// line has no size; no line has the empty name.
class HeaderList::Wanted {
 public:
  explicit Wanted(std::string_view name) : name_(name), size_(name.empty() ? kNoSize : name.size()), last_(name.empty() ? '\0' : ascii_lower(name.back())) {}
  bool is(const HeaderView& line) const {
    if (line.name.size() != size_) [[likely]] return false;
    return ascii_lower(line.name[size_ - 1]) == last_ &&
           (line.name.data() == name_.data() || equals_ignoring_ascii_case(line.name.data(), name_.data(), size_));
  }

 private:
  static constexpr std::size_t kNoSize = static_cast<std::size_t>(-1);
  std::string_view name_;
  std::size_t size_;
  char last_;
};

const HeaderView* HeaderList::find_in_base(const Wanted& wanted, std::size_t from) const {
  for (std::size_t i = from; i < base_.size(); ++i) {
    if (wanted.is(base_[i]) && !is_removed(i)) return &base_[i];
  }
  return nullptr;
}

const HeaderView* HeaderList::find_in_added(const Wanted& wanted, std::size_t from) const {
  for (std::size_t i = from; i < added_.size(); ++i) {
    if (wanted.is(added_[i])) return &added_[i];
  }
  return nullptr;
}

const HeaderView* HeaderList::find(const HeaderName& name) const {
  const Wanted wanted(name.text);
  const HeaderView* found = find_in_base(wanted, 0);
  return found != nullptr ? found : find_in_added(wanted, 0);
}

const HeaderView* HeaderList::find_next(const HeaderName& name, const HeaderView* line) const {
  const Wanted wanted(name.text);
  const bool in_base = !base_.empty() && line >= base_.data() && line < base_.data() + base_.size();
  if (!in_base) return find_in_added(wanted, static_cast<std::size_t>(line - added_.data()) + 1);
  const HeaderView* found = find_in_base(wanted, static_cast<std::size_t>(line - base_.data()) + 1);
  return found != nullptr ? found : find_in_added(wanted, 0);
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
  const Wanted wanted(name.text);
  bool any = false;
  for (std::size_t i = 0; i < base_.size(); ++i) {
    if (!wanted.is(base_[i]) || is_removed(i)) continue;
    if (removed_ == nullptr) removed_ = arena.array<std::uint64_t>((base_.size() + 63) / 64).data();
    removed_[i / 64] |= std::uint64_t{1} << (i % 64);
    any = true;
  }
  for (HeaderView& line : added_) {
    if (!wanted.is(line)) continue;
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
  const std::span<const std::uint64_t> words(removed_, (base_.size() + 63) / 64);
  std::size_t count = 0;
  for (const std::uint64_t word : words) count += static_cast<std::size_t>(std::popcount(word));
  const std::span<std::string_view> names = arena.array<std::string_view>(count);
  std::size_t at = 0;
  for (std::size_t w = 0; w < words.size(); ++w) {
    for (std::uint64_t left = words[w]; left != 0; left &= left - 1)
      names[at++] = base_[w * 64 + static_cast<std::size_t>(std::countr_zero(left))].name;
  }
  return names;
}

std::span<const HeaderView> HeaderList::lines(Arena& arena) const {
  if (!changed()) return base_;
  const std::span<HeaderView> all = arena.array<HeaderView>(size());
  std::size_t at = 0;
  for_each([&](const HeaderView& line) { all[at++] = line; });
  return all;
}

}  // namespace portcullis
