#include "service/event_log.h"

#include <algorithm>

namespace portcullis {

std::int64_t EventLog::count(std::int64_t now, std::int64_t window) const {
  std::int64_t sum = 0;
  for (std::size_t i = size_; i > 0 && at(i - 1).time > now - window; --i) sum += at(i - 1).weight;
  return sum;
}

std::int64_t EventLog::wait(std::int64_t now, std::int64_t window, std::int64_t limit) const {
  std::int64_t left = count(now, window);
  if (left < limit) return 0;
  for (std::size_t i = 0; i < size_; ++i) {
    const Event& event = at(i);
    if (event.time <= now - window) continue;
    left -= event.weight;
    if (left < limit) return event.time + window - now;
  }
  return window;
}

void EventLog::add(std::int64_t now, std::int64_t window, std::int64_t weight) {
  longest_window_ = std::max(longest_window_, window);
  drop_old(now);
  // A clock that was set back: the order of times is kept.
  if (size_ > 0) now = std::max(now, at(size_ - 1).time);
  if (size_ > 0 && at(size_ - 1).time == now) {
    at(size_ - 1).weight += weight;
    return;
  }
  if (size_ == ring_.size()) make_room();
  ++size_;
  at(size_ - 1) = {now, weight};
}

void EventLog::take_back(std::int64_t now, std::int64_t window, std::int64_t weight) {
  while (weight > 0 && size_ > 0 && at(size_ - 1).time > now - window) {
    Event& newest = at(size_ - 1);
    const std::int64_t taken = std::min(weight, newest.weight);
    newest.weight -= taken;
    weight -= taken;
    if (newest.weight == 0) --size_;
  }
}

void EventLog::drop_old(std::int64_t now) {
  while (size_ > 0 && at(0).time <= now - longest_window_) {
    first_ = (first_ + 1) % ring_.size();
    --size_;
  }
}

void EventLog::make_room() {
  if (ring_.size() == kMaxEvents) return merge();
  std::vector<Event> larger(ring_.empty() ? 4 : ring_.size() * 4);
  for (std::size_t i = 0; i < size_; ++i) larger[i] = at(i);
  ring_ = std::move(larger);
  first_ = 0;
}

// One event for each cell of a fixed grid: however often this runs, no call moves by more than a cell.
void EventLog::merge() {
  const std::int64_t cell = std::max<std::int64_t>(1, longest_window_ / kCells);
  std::size_t kept = 1;
  for (std::size_t i = 1; i < size_; ++i) {
    const Event event = at(i);
    if (at(kept - 1).time / cell == event.time / cell) {
      at(kept - 1) = {event.time, at(kept - 1).weight + event.weight};
    } else {
      at(kept++) = event;
    }
  }
  size_ = kept;
}

}  // namespace portcullis
