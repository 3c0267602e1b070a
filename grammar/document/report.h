// Mistakes of one document while it is read. Stages find them out of order; they come out in the order of the file.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "grammar/document/codes.h"

namespace portcullis {

class DocumentReport {
 public:
  Diagnostic& error(DocumentCode code, Span span, std::string message, std::string help = {}) {
    ++errors_;
    return add(code, Severity::kError, span, std::move(message), std::move(help));
  }
  /// After `kMaxWarnings` of one document the rest is dropped.
  void warning(DocumentCode code, Span span, std::string message, std::string help = {}) {
    if (++warnings_ <= kMaxWarnings) add(code, Severity::kWarning, span, std::move(message), std::move(help));
  }

  [[nodiscard]] std::size_t errors() const { return errors_; }
  /// Whoever loops over the author's mistakes asks this, and stops. Also what keeps retries of bad input linear.
  [[nodiscard]] bool full() const { return errors_ >= kMaxErrors; }

  void flush(Diagnostics& diagnostics, const std::shared_ptr<const SourceText>& source) {
    std::ranges::stable_sort(found_, {}, [](const Diagnostic& diagnostic) { return diagnostic.span.begin; });
    for (Diagnostic& diagnostic : found_) {
      diagnostic.source = source;
      diagnostics.add(std::move(diagnostic));
    }
    found_.clear();
  }

 private:
  static constexpr std::size_t kMaxErrors = 50;
  static constexpr std::size_t kMaxWarnings = 50;

  Diagnostic& add(DocumentCode code, Severity severity, Span span, std::string message, std::string help) {
    found_.push_back({.code = static_cast<std::uint16_t>(code),
                      .severity = severity,
                      .span = span,
                      .message = std::move(message),
                      .label = {},
                      .help = std::move(help),
                      .notes = {},
                      .source = nullptr});
    return found_.back();
  }

  std::vector<Diagnostic> found_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

}  // namespace portcullis
