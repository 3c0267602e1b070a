// From bytes of the file to values: references decoded, named values pasted, line ends folded, expressions told from
// literals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "grammar/document/document.h"
#include "grammar/document/report.h"
#include "grammar/document/scanner.h"

namespace portcullis {

/// A stretch of text between two tags or comments.
struct TextRun {
  Span span;
  bool cdata = false;
};

class ValueReader {
 public:
  enum class Flavour : std::uint8_t {
    kPlain,
    kLiquid,  // a template: no expressions, and `{{ }}` is mostly its own
    kMarkup,  // a template that holds elements, taken as written
    kLiquidMarkup,
    kCommandLine,  // not from XML
  };

  ValueReader(std::string_view text, const NamedValues& named_values, const ReadOptions& options,
              DocumentReport& report)
      : text_(text), named_values_(named_values), options_(options), report_(report) {}

  /// `runs` are the parts of `whole` that are text. `lifted` is what the scanner lifted out of them, or null.
  Value read(std::span<const TextRun> runs, Span whole, const Lifted* lifted, Flavour flavour);

  /// What was pasted so far.
  [[nodiscard]] const std::shared_ptr<std::vector<NamedText>>& pasted() const { return pasted_; }
  [[nodiscard]] bool saw_raw_code() const { return raw_code_; }
  /// To be called once, behind the last `read`.
  void report_mixed_styles();

 private:
  enum class References : std::uint8_t { kStrict, kLenient, kCheck, kNone };

  struct Decoding {
    References references = References::kStrict;
    bool liquid = false;
    bool fold_line_ends = true;
    std::optional<Span> code;  // C# lies here: interpolated strings have a say
  };

  void lifted_code(Value& value, const Lifted& lifted);
  void note_style(const Lifted& lifted);
  void classify(Value& value, Flavour flavour);
  void take_code(Value& value, std::size_t begin, std::size_t end);
  void warn_when_mixed(const Value& value);

  void decode(Value& value, Span raw, const Decoding& decoding);
  std::size_t special(Value& value, std::size_t at, std::size_t end, const Decoding& decoding);
  std::size_t reference(Value& value, std::size_t at, std::size_t end, const Decoding& decoding);
  std::size_t braces(Value& value, std::size_t at, std::size_t end, const Decoding& decoding);
  bool paste(Value& value, std::string_view name, Span place);
  void unknown_named_value(Value& value, std::string_view name, Span place);
  bool in_interpolated_string(std::size_t at, const Decoding& decoding);
  void find_interpolated_strings(const Decoding& decoding);

  void append_verbatim(MappedText& out, std::size_t begin, std::size_t end);
  void append_decoded(MappedText& out, std::string_view text, Span original);

  std::string_view text_;
  const NamedValues& named_values_;
  const ReadOptions& options_;
  DocumentReport& report_;
  std::shared_ptr<std::vector<NamedText>> pasted_ = std::make_shared<std::vector<NamedText>>();
  std::map<std::string_view, std::int32_t> pasted_index_;
  std::size_t pasted_bytes_ = 0;
  std::vector<Span> interpolated_;  // of `interpolated_code_`, in the file
  Span interpolated_code_;
  bool interpolated_known_ = false;
  bool raw_code_ = false;
  std::optional<Span> first_reference_;
};

}  // namespace portcullis
