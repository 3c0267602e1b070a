// The header lines of one message: the host's lines, borrowed, plus what policies changed.
//
//   base     [Host: a][Accept: b][X-Env: c]…      the host's memory, never copied
//   removed     0          0         1            one bit a base line, allocated at the first removal
//   added    [X-Env: d][Authorization: e]         arena
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "portcullis/exchange.hpp"

namespace portcullis {

/// A name to look headers up by. The text is borrowed.
struct HeaderName {
  std::string_view text;

  HeaderName() = default;
  explicit HeaderName(std::string_view name) : text(name) {}
};

class HeaderList {
 public:
  /// Borrows `base`.
  void assign(std::span<const HeaderView> base) { *this = HeaderList{}, base_ = base; }

  /// The first line of that name, or null.
  [[nodiscard]] const HeaderView* find(const HeaderName& name) const;
  /// The next line of the same name after `line` (one that `find` or `find_next` returned), or null.
  [[nodiscard]] const HeaderView* find_next(const HeaderName& name, const HeaderView* line) const;
  [[nodiscard]] bool contains(const HeaderName& name) const { return find(name) != nullptr; }
  /// Several lines joined with ","; the view is borrowed when there is just one. nullopt-like: data() == nullptr when absent.
  [[nodiscard]] std::string_view joined(const HeaderName& name, Arena& arena) const;

  /// `name` and `value` must live as long as the list.
  void add(std::string_view name, std::string_view value, Arena& arena);
  /// Removes all lines of that name; true when there were any.
  bool remove(const HeaderName& name, Arena& arena);
  void set(std::string_view name, std::string_view value, Arena& arena);

  [[nodiscard]] std::size_t size() const;  // lines
  [[nodiscard]] bool changed() const { return removed_ != nullptr || !added_.empty(); }
  /// Calls `visit(const HeaderView&)` for each line in order.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i < base_.size(); ++i) {
      if (!is_removed(i)) visit(base_[i]);
    }
    for (const HeaderView& line : added_) {
      if (line.name.data() != nullptr) visit(line);
    }
  }
  /// All lines as one array: the host's own when nothing changed.
  [[nodiscard]] std::span<const HeaderView> lines(Arena& arena) const;
  /// The names of lines of the base that policies removed or replaced.
  [[nodiscard]] std::span<const std::string_view> removed(Arena& arena) const;
  /// Those that policies added or replaced, in order; a line with a null name was removed again.
  [[nodiscard]] std::span<const HeaderView> added() const { return added_; }

 private:
  class Wanted;

  [[nodiscard]] const HeaderView* find_in_base(const Wanted& wanted, std::size_t from) const;
  [[nodiscard]] const HeaderView* find_in_added(const Wanted& wanted, std::size_t from) const;
  [[nodiscard]] bool is_removed(std::size_t i) const {
    return removed_ != nullptr && ((removed_[i / 64] >> (i % 64)) & 1U) != 0;
  }

  std::span<const HeaderView> base_;
  std::uint64_t* removed_ = nullptr;
  std::span<HeaderView> added_;      // a removed one has a null name
  std::uint32_t added_capacity_ = 0;
};

}  // namespace portcullis
