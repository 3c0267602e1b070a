#include "hosts/live/json_lines.h"

namespace portcullis::hosts {

JsonLines::JsonLines(const std::string& path) : file_(path.empty() ? stderr : std::fopen(path.c_str(), "ae")) {}

JsonLines::~JsonLines() {
  if (file_ != nullptr && file_ != stderr) std::fclose(file_);
}

bool JsonLines::write(const Json& line) {
  if (file_ == nullptr) return false;
  const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  const std::lock_guard lock(mutex_);
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file_) == text.size();
  return std::fflush(file_) == 0 && is_written;
}

}  // namespace portcullis::hosts
