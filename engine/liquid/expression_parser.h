// Reads what stands inside of tags: values, filters, conditions. Not for tags and blocks: see compile.cc.
#pragma once

#include <string_view>
#include <vector>

#include "engine/liquid/template.h"

namespace portcullis::liquid {

/// Names of variables and mistakes of one template.
class Names {
 public:
  Names(Arena& arena, std::string_view text, std::vector<Mistake>& mistakes)
      : arena_(arena), text_(text), mistakes_(mistakes) {}

  [[nodiscard]] Arena& arena() const { return arena_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  std::uint32_t number_of(std::string_view name);
  [[nodiscard]] const std::vector<std::string_view>& all() const { return names_; }
  /// `part` lies in the text, or else in `tag`, whose place is then shown.
  void error(std::string_view part, Span tag, std::string message, std::string help = {});
  void warn(std::string_view part, Span tag, std::string message, std::string help = {});

 private:
  void add(std::string_view part, Span tag, bool is_error, std::string message, std::string help);

  Arena& arena_;
  std::string_view text_;
  std::vector<Mistake>& mistakes_;
  std::vector<std::string_view> names_;
};

/// Walks the text of one tag.
class ExpressionParser {
 public:
  ExpressionParser(Names& names, std::string_view text, Span tag) : names_(names), text_(text), tag_(tag) {}

  void skip_blank();
  [[nodiscard]] bool at_end();
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  /// Takes a sign or nothing.
  bool take(char sign);
  /// Takes a word of letters, digits, `_` and `-`; empty when there is none.
  std::string_view word();
  /// One value: a literal, a range, a path. False, and nothing taken, when there is none.
  bool value(Expression& out);
  /// A value and its filters.
  Pipeline pipeline();
  const Condition* condition();
  /// Whatever is left is not understood: DotLiquid ignores it, so it is a warning.
  void ignore_rest();
  const Expression* keep(const Expression& expression) { return names_.arena().make<Expression>(expression); }
  [[nodiscard]] Names& names() const { return names_; }
  [[nodiscard]] Span tag() const { return tag_; }

 private:
  std::string_view fragment();
  Expression parse(std::string_view fragment);
  Expression path(std::string_view fragment);
  bool range(std::string_view fragment, Expression& out);
  void filter(std::vector<FilterCall>& filters);
  Operator operation();

  Names& names_;
  std::string_view text_;
  Span tag_;
  std::size_t at_ = 0;
  int depth_ = 0;  // of brackets in brackets
};

}  // namespace portcullis::liquid
