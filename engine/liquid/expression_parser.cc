#include "engine/liquid/expression_parser.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/diagnostic.h"
#include "base/text.h"
#include "engine/liquid/filters.h"

namespace portcullis::liquid {

namespace {

constexpr int kMaxBrackets = 32;

bool is_word_character(char c) {
  return is_ascii_letter(c) || is_ascii_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
// XML names may have a prefix, attributes an `@`.
bool is_name_character(char c) {
  return is_word_character(c) || c == '-' || c == ':' || c == '@' || c == '$' || c == '#';
}
bool is_operator_sign(char c) { return c == '=' || c == '!' || c == '<' || c == '>'; }

bool is_integer(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, &is_ascii_digit);
}

bool is_decimal(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return false;
  const std::string_view fraction = text.substr(point + 1);
  return is_integer(text.substr(0, point)) && !fraction.empty() && std::ranges::all_of(fraction, &is_ascii_digit);
}

constexpr std::pair<std::string_view, Operator> kOperators[] = {
    {"==", Operator::kEqual},          {"!=", Operator::kNotEqual},       {"<>", Operator::kNotEqual},
    {"<=", Operator::kLessOrEqual},    {">=", Operator::kGreaterOrEqual}, {"<", Operator::kLess},
    {">", Operator::kGreater},         {"contains", Operator::kContains}, {"startsWith", Operator::kStartsWith},
    {"endsWith", Operator::kEndsWith}, {"hasKey", Operator::kHasKey},     {"hasValue", Operator::kHasValue},
};

// The words in either case of their first letter.
bool is_same_operator(std::string_view text, std::string_view name) {
  return text.size() == name.size() && ascii_lower(text[0]) == name[0] && text.substr(1) == name.substr(1);
}

}  // namespace

// ---- names and mistakes -------------------------------------------------------------------------------------------

std::uint32_t Names::number_of(std::string_view name) {
  const auto found = std::ranges::find(names_, name);
  if (found != names_.end()) return static_cast<std::uint32_t>(found - names_.begin());
  names_.push_back(arena_.copy(name));
  return static_cast<std::uint32_t>(names_.size() - 1);
}

void Names::add(std::string_view part, Span tag, bool is_error, std::string message, std::string help) {
  constexpr std::size_t kMostReports = 50;
  if (mistakes_.size() >= kMostReports) return;
  const bool inside =
      part.data() >= text_.data() && part.data() + part.size() <= text_.data() + text_.size() && !part.empty();
  const auto begin = inside ? static_cast<std::uint32_t>(part.data() - text_.data()) : tag.begin;
  const Span span = inside ? Span{begin, begin + static_cast<std::uint32_t>(part.size())} : tag;
  mistakes_.push_back({.span = span, .is_error = is_error, .message = std::move(message), .help = std::move(help)});
}

void Names::error(std::string_view part, Span tag, std::string message, std::string help) {
  add(part, tag, true, std::move(message), std::move(help));
}
void Names::warn(std::string_view part, Span tag, std::string message, std::string help) {
  add(part, tag, false, std::move(message), std::move(help));
}

// ---- tokens -------------------------------------------------------------------------------------------------------

void ExpressionParser::skip_blank() {
  while (at_ < text_.size() && is_ascii_space(text_[at_])) ++at_;
}

bool ExpressionParser::at_end() {
  skip_blank();
  return at_ >= text_.size();
}

bool ExpressionParser::take(char sign) {
  if (at_end() || text_[at_] != sign) return false;
  ++at_;
  return true;
}

std::string_view ExpressionParser::word() {
  skip_blank();
  const std::size_t begin = at_;
  while (at_ < text_.size() && (is_word_character(text_[at_]) || (text_[at_] == '-' && at_ > begin))) ++at_;
  return text_.substr(begin, at_ - begin);
}

// Up to white space, a comma, a bar or an operator that stands outside of quotes and brackets.
std::string_view ExpressionParser::fragment() {
  skip_blank();
  const std::size_t begin = at_;
  int brackets = 0;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '"' || c == '\'') {
      const std::size_t end = text_.find(c, at_ + 1);
      if (end == std::string_view::npos) {
        names_.error(text_.substr(at_), tag_, joined("the quote ", c, " is not closed"));
        at_ = text_.size();
        break;
      }
      at_ = end;
      if (brackets == 0 && text_[begin] == c && text_.find(c, begin + 1) == end) {
        ++at_;
        break;
      }
    } else if (c == '[' || c == '(') {
      ++brackets;
    } else if (c == ']' || c == ')') {
      --brackets;
    } else if (brackets <= 0 && (is_ascii_space(c) || c == ',' || c == '|' || is_operator_sign(c))) {
      break;
    }
  }
  return text_.substr(begin, at_ - begin);
}

// ---- values -------------------------------------------------------------------------------------------------------

bool ExpressionParser::value(Expression& out) {
  const std::string_view found = fragment();
  if (found.empty()) return false;
  out = parse(found);
  return true;
}

Expression ExpressionParser::parse(std::string_view fragment) {
  using Literal = std::pair<std::string_view, Expression::Kind>;
  static constexpr Literal kLiterals[] = {
      {"nil", Expression::Kind::kNil},     {"null", Expression::Kind::kNil},    {"true", Expression::Kind::kTrue},
      {"false", Expression::Kind::kFalse}, {"empty", Expression::Kind::kEmpty}, {"blank", Expression::Kind::kBlank},
  };
  Expression made;
  for (const auto& [name, kind] : kLiterals) {
    if (fragment != name) continue;
    made.kind = kind;
    return made;
  }
  if (fragment.size() >= 2 && (fragment[0] == '"' || fragment[0] == '\'') && fragment.back() == fragment[0]) {
    made.kind = Expression::Kind::kText;
    made.text = fragment.substr(1, fragment.size() - 2);
    return made;
  }
  if (is_integer(fragment)) {
    const std::string_view digits = fragment.starts_with('+') ? fragment.substr(1) : fragment;
    made.kind = Expression::Kind::kInteger;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), made.integer);
    if (error == std::errc{}) return made;
    names_.error(fragment, tag_, joined("`", fragment, "` is larger than a number can be"));
    return made;
  }
  if (is_decimal(fragment)) {
    made.kind = Expression::Kind::kDecimal;
    made.text = fragment;
    return made;
  }
  if (fragment[0] == '(' && range(fragment, made)) return made;
  return path(fragment);
}

bool ExpressionParser::range(std::string_view fragment, Expression& out) {
  const std::size_t dots = fragment.find("..");
  if (dots == std::string_view::npos || fragment.back() != ')' || depth_ >= kMaxBrackets) return false;
  const std::string_view from = trim_ascii(fragment.substr(1, dots - 1));
  const std::string_view to = trim_ascii(fragment.substr(dots + 2, fragment.size() - dots - 3));
  if (from.empty() || to.empty()) return false;
  ++depth_;
  out.kind = Expression::Kind::kRange;
  out.first = keep(parse(from));
  out.last = keep(parse(to));
  --depth_;
  return true;
}

// Names, and brackets with a value inside; what stands between them separates.
Expression ExpressionParser::path(std::string_view fragment) {
  Expression made;
  made.kind = Expression::Kind::kPath;
  std::vector<Step> steps;
  bool is_first = true;
  std::string_view junk;
  for (std::size_t at = 0; at < fragment.size();) {
    Step step;
    if (fragment[at] == '[') {
      const std::size_t end = std::min(fragment.find(']', at), fragment.size());
      const std::string_view inner = trim_ascii(fragment.substr(at + 1, end - at - 1));
      at = std::min(end + 1, fragment.size());
      if (inner.empty() || depth_ >= kMaxBrackets) {
        names_.error(fragment, tag_, joined("`", fragment, "` has brackets without a value"));
        continue;
      }
      ++depth_;
      const Expression index = parse(inner);
      --depth_;
      if (index.kind == Expression::Kind::kText && !is_first) {
        step.name = index.text;
      } else {
        step.index = keep(index);
      }
    } else if (is_name_character(fragment[at])) {
      const std::size_t begin = at;
      while (at < fragment.size() && is_name_character(fragment[at])) ++at;
      step.name = fragment.substr(begin, at - begin);
      if (at < fragment.size() && fragment[at] == '?') ++at;
    } else {
      if (fragment[at] != '.' && junk.empty()) junk = fragment.substr(at, 1);
      ++at;
      continue;
    }
    if (!is_first) {
      steps.push_back(step);
    } else if (step.index != nullptr) {
      made.first = step.index;
    } else {
      made.variable = names_.number_of(step.name);
    }
    is_first = false;
  }
  if (is_first) {
    names_.error(fragment, tag_, joined("`", fragment, "` is no value"), "write a name, a number, or a text in quotes");
    made.kind = Expression::Kind::kNil;
  } else if (!junk.empty()) {
    names_.warn(junk, tag_, joined("`", junk, "` in `", fragment, "` is ignored"));
  }
  made.steps = names_.arena().copy(std::span<const Step>(steps));
  return made;
}

// ---- filters ------------------------------------------------------------------------------------------------------

Pipeline ExpressionParser::pipeline() {
  Pipeline made;
  std::vector<FilterCall> filters;
  static_cast<void>(value(made.value));
  while (!at_end()) {
    if (take('|')) {
      filter(filters);
      continue;
    }
    const std::size_t bar = text_.find('|', at_);
    const std::string_view junk = trim_ascii(text_.substr(at_, bar - at_));
    names_.warn(junk, tag_, joined("`", junk, "` is ignored"),
                "values are written one after the other: {{ a }}{{ b }}");
    at_ = std::min(bar, text_.size());
  }
  made.filters = names_.arena().copy(std::span<const FilterCall>(filters));
  return made;
}

void ExpressionParser::filter(std::vector<FilterCall>& filters) {
  const std::string_view name = word();
  if (name.empty()) return;
  FilterCall call{.filter = find_filter(name), .arguments = {}};
  std::vector<Expression> arguments;
  while (take(':') || take(',')) {
    Expression argument;
    if (value(argument)) arguments.push_back(argument);
  }
  if (call.filter == nullptr) {
    const std::string_view close = closest(name, filter_names());
    names_.warn(name, tag_, joined("there is no filter `", name, "`: the value stays as it is"),
                close.empty() ? std::string() : joined("did you mean `", close, "`?"));
  } else if (arguments.size() < call.filter->min_arguments || arguments.size() > call.filter->max_arguments) {
    const auto wanted =
        arguments.size() < call.filter->min_arguments ? call.filter->min_arguments : call.filter->max_arguments;
    names_.error(
        name, tag_,
        joined("the filter `", name, "` takes ", static_cast<int>(wanted), " arguments, not ", arguments.size()));
  }
  call.arguments = names_.arena().copy(std::span<const Expression>(arguments));
  filters.push_back(call);
}

// ---- conditions ---------------------------------------------------------------------------------------------------

const Condition* ExpressionParser::condition() {
  Condition* first = nullptr;
  Condition* last = nullptr;
  while (true) {
    Condition* made = names_.arena().make<Condition>();
    if (!value(made->left)) {
      names_.error(rest(), tag_,
                   first == nullptr ? "the condition is missing" : "a value is missing behind `and` or `or`");
      return first;
    }
    made->op = operation();
    if (made->op != Operator::kNone && !value(made->right))
      names_.error(rest(), tag_, "a value is missing behind the operator");
    if (first == nullptr) {
      first = made;
    } else {
      last->next = made;
    }
    last = made;
    skip_blank();
    const std::size_t before = at_;
    const std::string_view joint = word();
    if (joint == "and" || joint == "or") {
      last->joined = joint == "and" ? Condition::Joined::kAnd : Condition::Joined::kOr;
      continue;
    }
    at_ = before;
    return first;
  }
}

Operator ExpressionParser::operation() {
  skip_blank();
  std::size_t end = at_;
  while (end < text_.size() && is_operator_sign(text_[end])) ++end;
  if (end == at_) {
    while (end < text_.size() && is_word_character(text_[end])) ++end;
  }
  const std::string_view written = text_.substr(at_, end - at_);
  for (const auto& [name, op] : kOperators) {
    if (!is_same_operator(written, name)) continue;
    at_ = end;
    return op;
  }
  if (written.empty() || !is_operator_sign(written[0])) return Operator::kNone;
  names_.error(written, tag_, joined("there is no operator `", written, "`"),
               "there are: == != <> < > <= >= contains startsWith endsWith hasKey hasValue");
  at_ = end;
  return Operator::kEqual;
}

void ExpressionParser::ignore_rest() {
  if (at_end()) return;
  const std::string_view junk = trim_ascii(rest());
  names_.warn(junk, tag_, joined("`", junk, "` is ignored"));
  at_ = text_.size();
}

}  // namespace portcullis::liquid
