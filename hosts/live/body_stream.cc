#include "hosts/live/body_stream.h"

namespace portcullis::hosts {

namespace {
constexpr std::size_t kMostWaiting = std::size_t{256} << 10;
}  // namespace

bool BodyStream::write(std::string_view piece) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return is_closed_ || waiting_.empty() || waiting_.size() + piece.size() <= kMostWaiting; });
  if (is_closed_) return false;
  waiting_ += piece;
  changed_.notify_all();
  return true;
}

void BodyStream::end(bool complete) {
  const std::lock_guard lock(mutex_);
  is_over_ = true;
  is_complete_ = complete;
  changed_.notify_all();
}

std::optional<std::string> BodyStream::read() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return is_closed_ || is_over_ || !waiting_.empty(); });
  if (is_closed_ || waiting_.empty()) return std::nullopt;
  std::string piece;
  piece.swap(waiting_);
  changed_.notify_all();
  return piece;
}

bool BodyStream::is_complete() const {
  const std::lock_guard lock(mutex_);
  return is_complete_;
}

void BodyStream::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  waiting_.clear();
  changed_.notify_all();
}

}  // namespace portcullis::hosts
