// A response body on its way: the thread of the transfer writes, whoever passes it on reads. No more than a piece or
// two waits in between, so a slow reader slows the sender down and memory does not grow.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace portcullis::hosts {

class BodyStream {
 public:
  // ---- the transfer
  /// Waits while enough is there. False: nobody reads any more.
  bool write(std::string_view piece);
  void end(bool complete);

  // ---- the reader
  /// Waits for what comes next; nullopt: it is over.
  std::optional<std::string> read();
  /// It came to its end. To be asked when `read` says that it is over.
  [[nodiscard]] bool is_complete() const;
  /// The rest is of no use: the transfer ends.
  void close();

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  bool is_over_ = false;
  bool is_complete_ = false;
  bool is_closed_ = false;
};

}  // namespace portcullis::hosts
