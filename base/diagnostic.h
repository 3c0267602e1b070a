// What is wrong with what the author wrote, and the list of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace portcullis {

enum class Severity : std::uint8_t { kError, kWarning };

/// One mistake, one report. Texts are one line, lower case, no final full stop, the author's words in backticks.
struct Diagnostic {
  std::uint16_t code = 0;  // printed as PC1234; the first digit: 1 document, 2 policy, 3 C# syntax, 4 binding, 5 limits
  Severity severity = Severity::kError;
  Span span = {};            // bytes of `source` as typed
  std::string message = {};  // "`string` has no member `Substr`"
  std::string label = {};    // stands beside the underline; may be empty
  std::string help = {};     // what to write instead; may be empty
  std::vector<std::string> notes = {};
  std::shared_ptr<const SourceText> source = {};  // which file; null only for mistakes that have none
};

/// Collects in order. Reading a document or an expression goes on after a mistake, so one call may add several.
class Diagnostics {
 public:
  explicit Diagnostics(std::shared_ptr<const SourceText> source = nullptr) : source_(std::move(source)) {}

  /// Adds one; fills in the current source when it names none. The reference lives until the next `add`.
  Diagnostic& add(Diagnostic diagnostic);
  /// The file that further diagnostics are about.
  void set_source(std::shared_ptr<const SourceText> source) { source_ = std::move(source); }
  [[nodiscard]] const std::shared_ptr<const SourceText>& source() const { return source_; }

  [[nodiscard]] bool has_errors() const { return errors_ > 0; }
  [[nodiscard]] std::size_t error_count() const { return errors_; }
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }
  [[nodiscard]] bool empty() const { return all_.empty(); }
  /// Appends everything from `other`.
  void append(const Diagnostics& other);

 private:
  std::shared_ptr<const SourceText> source_;
  std::vector<Diagnostic> all_;
  std::size_t errors_ = 0;
};

/// Where expression code reports: spans count in the expression's own text and are mapped back to the file here.
class DiagnosticSink {
 public:
  DiagnosticSink(Diagnostics& diagnostics, const PositionMap* map) : diagnostics_(diagnostics), map_(map) {}

  /// `diagnostic.span` counts in the mapped text.
  void add(Diagnostic diagnostic);
  [[nodiscard]] Diagnostics& diagnostics() const { return diagnostics_; }

 private:
  Diagnostics& diagnostics_;
  const PositionMap* map_;
};

/// The report as people read it: heading, place, the line with the culprit underlined, help, notes.
/// `colour` writes ANSI sequences.
std::string render(const Diagnostic& diagnostic, bool colour);

/// "PC4012".
std::string code_text(std::uint16_t code);

/// The candidate closest to `word`, when it is close enough to be what was meant; empty otherwise.
/// Case differences count as closest of all.
std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace portcullis
