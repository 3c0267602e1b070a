// The calls of one rate-limit counter, as times and weights: what a sliding window looks at.
//
//     oldest ─▶ [t0,w0] [t1,w1] … [tn,wn] ◀─ newest         a ring; times never fall
//
// Limits with different windows may look at one log, so entries stay as long as the longest window that was asked for.
// Exact up to kMaxEvents calls in a window; beyond that neighbours are merged at the later time, which errs to the
// strict side by 1/128 of a window.
#pragma once

#include <cstdint>
#include <vector>

namespace portcullis {

class EventLog {
 public:
  static constexpr std::size_t kMaxEvents = 256;
  static constexpr std::int64_t kCells = 128;  // of a window, when neighbours are merged

  /// What was added after `now - window`.
  [[nodiscard]] std::int64_t count(std::int64_t now, std::int64_t window) const;
  /// How long until less than `limit` is left in the window; 0 when that is so now. The whole window for limits that
  /// never let pass.
  [[nodiscard]] std::int64_t wait(std::int64_t now, std::int64_t window, std::int64_t limit) const;
  void add(std::int64_t now, std::int64_t window, std::int64_t weight);
  /// Takes back at most `weight` of what lies in the window, the newest first.
  void take_back(std::int64_t now, std::int64_t window, std::int64_t weight);

 private:
  struct Event {
    std::int64_t time;
    std::int64_t weight;
  };
  [[nodiscard]] const Event& at(std::size_t i) const { return ring_[(first_ + i) % ring_.size()]; }
  [[nodiscard]] Event& at(std::size_t i) { return ring_[(first_ + i) % ring_.size()]; }
  void drop_old(std::int64_t now);
  void make_room();
  void merge();

  std::vector<Event> ring_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::int64_t longest_window_ = 0;
};

}  // namespace portcullis
