// Where events and messages go that have no endpoint: one JSON object a line, to a file or to standard error.
#pragma once

#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include "hosts/files/owned_context.h"

namespace portcullis::hosts {

class JsonLines {
 public:
  /// Empty: standard error. Files are appended to.
  explicit JsonLines(const std::string& path);
  JsonLines(const JsonLines&) = delete;
  JsonLines& operator=(const JsonLines&) = delete;
  ~JsonLines();

  [[nodiscard]] bool is_open() const { return file_ != nullptr; }
  [[nodiscard]] bool is_standard_error() const { return file_ == stderr; }
  /// False when it could not be written. Threads: any number.
  bool write(const Json& line);

 private:
  std::FILE* file_;
  std::mutex mutex_;
};

}  // namespace portcullis::hosts
