// The scanner's state; private to scanner.cc and expressions.cc.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "grammar/document/scanner.h"

namespace portcullis {

class DocumentScanner {
 public:
  DocumentScanner(std::string_view text, const ReadOptions& options, DocumentReport& report)
      : text_(text), options_(options), report_(report) {}

  Scan run();

 private:
  static constexpr std::size_t npos = std::string_view::npos;

  struct Open {
    std::size_t element;
    bool is_template;                // a set-body or Liquid template: elements inside are markup
    bool no_code;                    // text in it holds no expressions
    bool data_is_liquid = false;     // invoke-dapr-binding: `template` is about its child
    bool mismatch_reported = false;  // a wrong end tag stood where its own should
  };

  void prologue();
  void content();
  bool text_run(std::size_t end);
  void markup();
  void processing_instruction();
  void declaration();
  void skip_section(std::size_t opening, std::string_view closing, DocumentCode code, const char* message);
  void end_tag();
  void close(std::string_view name, Span tag);
  bool close_mismatched(std::string_view name, Span tag);
  void start_tag();
  void attributes();
  [[nodiscard]] std::size_t character_size() const;
  void unclosed_start_tag(Span name);
  void skip_failed_tag(std::size_t element);
  void finish_start_tag(std::size_t element, bool self_closed);
  void finish_start_tag(std::size_t element, bool self_closed, std::size_t length);
  void attribute();
  void check_duplicate(std::string_view word, Span name);
  void value();
  void broken_literal(std::size_t opening, std::size_t end);
  void skip_tag_blank();
  void finish();

  // expressions.cc
  void lift_text();
  bool lift_mixed_text(std::string_view run);
  void lift_attribute(std::size_t opening, std::size_t start);
  bool lift_mixed_attribute(std::size_t opening, std::string_view literal);
  void lift(std::size_t begin, std::size_t end, Lifted::Kind kind, bool bare_quotes = false);
  void unclosed_code(std::size_t start, std::size_t end);
  std::optional<std::size_t> bounded_match(std::size_t open);
  [[nodiscard]] bool may_follow_value(std::size_t at) const;
  [[nodiscard]] std::size_t likely_value_end(std::size_t from, char quote) const;
  [[nodiscard]] std::size_t likely_text_end(std::size_t from) const;

  [[nodiscard]] std::string_view element_name(const Open& open) const {
    const Span name = scan_.elements[open.element].name;
    return text_.substr(name.begin, name.size());
  }
  void fail(DocumentCode code, Span span, std::string message, std::string help = {});
  void fail_in_tag(DocumentCode code, Span span, std::string message, std::string help);

  std::string_view text_;
  const ReadOptions& options_;
  DocumentReport& report_;
  std::size_t at_ = 0;
  Scan scan_;
  std::vector<Open> open_;
  std::vector<std::string_view> names_;              // attributes of the current tag
  std::unordered_set<std::string_view> many_names_;  // the same, once they are many
  std::size_t bounded_matches_ = 0;
  bool after_start_tag_ = false;
  bool root_seen_ = false;
  bool tag_failed_ = false;
  bool stopped_ = false;
};

}  // namespace portcullis
