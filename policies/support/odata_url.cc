#include "policies/support/odata_url.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/text.h"

namespace portcullis {

namespace {

constexpr int kMostDepth = 100;  // of expressions and of $expand
constexpr std::string_view kOptions[] = {"$filter",     "$select", "$expand", "$orderby", "$top",          "$skip",
                                         "$count",      "$search", "$format", "$compute", "$apply",        "$skiptoken",
                                         "$deltatoken", "$index",  "$id",     "$levels",  "$schemaversion"};

constexpr bool is_identifier_start(char c) {
  return is_ascii_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool is_identifier_part(char c) { return is_identifier_start(c) || is_ascii_digit(c); }

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned octet = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, octet, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(octet);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Recursive descent over one option's text. Reports the first mistake; every rule returns false after one.
class OptionParser {
 public:
  OptionParser(std::string_view text, const ODataType* type) : text_(text), type_(type) {}

  bool filter() { return expression(0) && at_end(); }

  bool order_by() {
    do {
      if (!expression(0)) return false;
      skip_space();
      if (take_word("asc") || take_word("desc")) skip_space();
    } while (take(','));
    return at_end();
  }

  bool select() {
    do {
      skip_space();
      if (!select_item()) return false;
      skip_space();
    } while (take(','));
    return at_end();
  }

  bool expand(int depth) {
    do {
      skip_space();
      if (!expand_item(depth)) return false;
      skip_space();
    } while (take(','));
    return true;
  }

  bool compute() {
    do {
      if (!expression(0)) return false;
      skip_space();
      if (!take_word("as")) return fail("`as` is expected");
      skip_space();
      if (identifier().empty()) return fail("a name is expected");
      skip_space();
    } while (take(','));
    return at_end();
  }

  bool search() {
    int open = 0;
    bool any = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        const std::size_t end = text_.find('"', at_ + 1);
        if (end == std::string_view::npos) return fail("a phrase has no end");
        at_ = end;
      } else if (c == '(') {
        ++open;
      } else if (c == ')' && --open < 0) {
        return fail("a parenthesis has no beginning");
      }
      any = any || (c != ' ' && c != '(' && c != ')');
      ++at_;
    }
    return (any && open == 0) || fail(any ? "a parenthesis has no end" : "it is empty");
  }

  bool at_end() {
    skip_space();
    return at_ == text_.size() || fail("something is left over");
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  bool fail(std::string_view what) {
    if (problem_.empty()) problem_ = joined(what, " at position ", at_ + 1);
    return false;
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word || is_identifier_part(peek(word.size()))) return false;
    at_ += word.size();
    return true;
  }
  std::string_view identifier() {
    const std::size_t start = at_;
    if (!is_identifier_start(peek())) return {};
    while (is_identifier_part(peek())) ++at_;
    return text_.substr(start, at_ - start);
  }
  /// `Name` or `Namespace.Name`
  std::string_view qualified() {
    const std::size_t start = at_;
    if (identifier().empty()) return {};
    while (peek() == '.' && is_identifier_start(peek(1))) {
      ++at_;
      identifier();
    }
    return text_.substr(start, at_ - start);
  }

  // ---- expressions
  // ----------------------------------------------------------------------------------------------------------------

  bool expression(int depth) {
    if (depth > kMostDepth) return fail("the expression is nested too deeply");
    for (;;) {
      skip_space();
      if (!operand(depth)) return false;
      const std::size_t before = at_;
      skip_space();
      if (!binary_operator()) {
        at_ = before;
        return true;
      }
    }
  }

  bool binary_operator() {
    for (const std::string_view word :
         {"and", "or", "eq", "ne", "gt", "ge", "lt", "le", "in", "has", "add", "sub", "mul", "divby", "div", "mod"}) {
      if (take_word(word)) return true;
    }
    return false;
  }

  bool operand(int depth) {
    if (depth > kMostDepth) return fail("the expression is nested too deeply");
    if (take_word("not")) {
      skip_space();
      return operand(depth + 1);
    }
    const char c = peek();
    if (c == '-' && !is_ascii_digit(peek(1)) && text_.substr(at_, 4) != "-INF") {
      ++at_;
      skip_space();
      return operand(depth + 1);
    }
    if (c == '(') return in_parentheses(depth);
    if (c == '\'') return text_literal();
    if (is_ascii_digit(c) || c == '-') return number_like();
    if (c == '@') {
      ++at_;
      return !identifier().empty() || fail("a parameter alias is expected");
    }
    if (c == '[' || c == '{') return json();
    return path(depth);
  }

  bool in_parentheses(int depth) {
    ++at_;
    skip_space();
    if (take(')')) return true;  // an empty list
    do {
      if (!expression(depth + 1)) return false;
      skip_space();
    } while (take(','));
    return take(')') || fail("`)` is expected");
  }

  bool text_literal() {
    ++at_;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] != '\'') continue;
      if (peek(1) != '\'') return ++at_, true;
      ++at_;
    }
    return fail("a text has no end");
  }

  // Numbers, dates, times, GUIDs: told apart by whoever evaluates them.
  bool number_like() {
    const std::size_t start = at_;
    if (take('-') && text_.substr(at_, 3) == "INF") return at_ += 3, true;
    while (is_identifier_part(peek()) || peek() == '.' || peek() == ':' || (peek() == '-' && at_ > start) ||
           (peek() == '+' && at_ > start))
      ++at_;
    return at_ > start || fail("a value is expected");
  }

  bool json() {
    int open = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
          if (text_[at_] == '\\') ++at_;
        }
      }
      if (c == '[' || c == '{') ++open;
      if (c == ']' || c == '}') --open;
      ++at_;
      if (open == 0) return true;
    }
    return fail("a JSON value has no end");
  }

  /// Properties, navigation, `any`/`all`, functions, `$count`; also `true`, `null`, enum and typed literals.
  bool path(int depth) {
    if (peek() == '$') return rooted_path(depth);
    bool first = true;
    const ODataType* type = type_;
    for (;;) {
      const std::size_t start = at_;
      const std::string_view name = qualified();
      if (name.empty()) {
        if (take_word("$count")) return true;
        return fail(peek() == '\0' ? "an expression is expected" : "an unexpected character");
      }
      if (peek() == '\'') return text_literal();  // duration'…', binary'…', Namespace.Colour'Red'
      if (peek() == '(') {
        const bool is_lambda = !first && (name == "any" || name == "all");
        if (!(is_lambda ? lambda(depth) : arguments(depth))) return false;
        type = nullptr;
      } else if (is_word(name) && first) {
        return true;
      } else if (!step(name, first, start, type)) {
        return false;
      }
      first = false;
      if (!take('/')) return true;
      if (peek() == '$') return take_word("$count") || fail("only `$count` may stand here");
    }
  }

  static bool is_word(std::string_view name) {
    return name == "true" || name == "false" || name == "null" || name == "INF" || name == "NaN";
  }

  bool rooted_path(int depth) {
    if (!take_word("$it") && !take_word("$this") && !take_word("$root") && !take_word("$count"))
      return fail("an unknown `$` name");
    if (!take('/')) return true;
    const ODataType* outer = type_;
    type_ = nullptr;
    const bool good = path(depth);
    type_ = outer;
    return good;
  }

  /// Follows a property; false when the type has none of that name.
  bool step(std::string_view name, bool first, std::size_t start, const ODataType*& type) {
    if (first && std::find(variables_.begin(), variables_.end(), name) != variables_.end()) {
      type = nullptr;
      return true;
    }
    if (type == nullptr || name.find('.') != std::string_view::npos)
      return type = nullptr, true;  // a cast, or nothing is known
    const ODataProperty* property = type->property(name);
    if (property == nullptr && !type->allows_any_property()) {
      at_ = start;
      return fail(joined("`", type->full_name, "` has no property `", name, "`"));
    }
    type = property == nullptr ? nullptr : property->type;
    return true;
  }

  bool lambda(int depth) {
    ++at_;
    skip_space();
    if (take(')')) return true;
    const std::string_view variable = identifier();
    skip_space();
    if (variable.empty() || !take(':')) return fail("`variable:` is expected");
    variables_.push_back(variable);
    const bool good = expression(depth + 1);
    variables_.pop_back();
    skip_space();
    return good && (take(')') || fail("`)` is expected"));
  }

  bool arguments(int depth) {
    ++at_;
    skip_space();
    if (take(')')) return true;
    do {
      skip_space();
      // `name=value` of functions with named parameters
      const std::size_t start = at_;
      if (identifier().empty() || !take('=')) at_ = start;
      if (!expression(depth + 1)) return false;
      skip_space();
    } while (take(','));
    return take(')') || fail("`)` is expected");
  }

  // ---- select and expand
  // ----------------------------------------------------------------------------------------------------------

  bool select_item() {
    if (take('*')) return true;
    const ODataType* type = type_;
    for (;;) {
      const std::size_t start = at_;
      const std::string_view name = qualified();
      if (name.empty()) return fail("a property is expected");
      if (peek() == '.' && peek(1) == '*') return at_ += 2, true;
      if (!step(name, false, start, type)) return false;
      if (peek() == '(') return nested_options(type, 0);
      if (!take('/')) return true;
      if (take('*')) return true;
    }
  }

  bool expand_item(int depth) {
    if (depth > kMostDepth) return fail("$expand is nested too deeply");
    if (take('*')) {
      if (take('/')) return take_word("$ref") || fail("`$ref` is expected");
      return peek() != '(' || nested_options(nullptr, depth);
    }
    const ODataType* type = type_;
    for (;;) {
      const std::size_t start = at_;
      const std::string_view name = qualified();
      if (name.empty()) return fail("a navigation property is expected");
      if (!step(name, false, start, type)) return false;
      if (peek() == '(') return nested_options(type, depth);
      if (!take('/')) return true;
      if (take_word("$ref") || take_word("$count")) return peek() != '(' || nested_options(type, depth);
    }
  }

  /// `($filter=…;$expand=…)`
  bool nested_options(const ODataType* type, int depth) {
    if (depth > kMostDepth) return fail("$expand is nested too deeply");
    ++at_;
    do {
      skip_space();
      const std::size_t start = at_;
      take('$');
      const std::string name = joined("$", identifier());
      if (!is_known_odata_option(name)) return at_ = start, fail(joined("`", name, "` is no query option"));
      skip_space();
      if (!take('=')) return fail("`=` is expected");
      std::string_view value;
      if (!nested_value(value)) return false;
      if (name == "$expand") {
        OptionParser inner(value, type);
        if (!inner.expand(depth + 1) || !inner.at_end()) return fail(inner.problem());
      } else {
        const ODataProblem problem = check_odata_option(name, value, type);
        if (!problem.message.empty()) return fail(problem.message);
      }
    } while (take(';'));
    return take(')') || fail("`)` is expected");
  }

  /// Up to the `;` or `)` that ends the option, over texts and parentheses.
  bool nested_value(std::string_view& value) {
    const std::size_t start = at_;
    int open = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\'' || c == '"') {
        const std::size_t end = text_.find(c, at_ + 1);
        if (end == std::string_view::npos) return fail("a text has no end");
        at_ = end;
      } else if (c == '(') {
        ++open;
      } else if (c == ')' && open-- == 0) {
        break;
      } else if (c == ';' && open == 0) {
        break;
      }
    }
    value = text_.substr(start, at_ - start);
    return at_ < text_.size() || fail("`)` is expected");
  }

  std::string_view text_;
  const ODataType* type_;
  std::size_t at_ = 0;
  std::vector<std::string_view> variables_;
  std::string problem_;
};

bool is_natural(std::string_view value) {
  return !value.empty() && value.size() <= 18 && value.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string parse_option(std::string_view option, std::string_view value, const ODataType* type) {
  OptionParser parser(value, type);
  bool good = true;
  if (option == "$filter") good = parser.filter();
  if (option == "$orderby") good = parser.order_by();
  if (option == "$select") good = parser.select();
  if (option == "$expand") good = parser.expand(0) && parser.at_end();
  if (option == "$compute") good = parser.compute();
  if (option == "$search") good = parser.search();
  if ((option == "$top" || option == "$skip") && !is_natural(value))
    return "it must be a whole number that is not negative";
  if (option == "$count" && value != "true" && value != "false") return "it must be `true` or `false`";
  if (option == "$levels" && value != "max" && !is_natural(value)) return "it must be a whole number or `max`";
  if (value.empty()) return "it is empty";
  return good ? std::string() : parser.problem();
}

// ---- paths
// ------------------------------------------------------------------------------------------------------------------

/// One step of the way through the model.
class PathWalk {
 public:
  PathWalk(const ODataModel& model, ODataTarget& target) : model_(model), target_(target) {}

  std::string step(std::string_view segment) {
    if (is_over_) return "nothing may follow it";
    const std::size_t open = segment.find('(');
    const std::string_view name = segment.substr(0, open);
    const bool has_parentheses = open != std::string_view::npos;
    if (has_parentheses && !segment.ends_with(')')) return "a parenthesis has no end";
    if (name.starts_with('$')) return special(name);
    if (is_first_) return first(name, has_parentheses, segment);
    return next(name, has_parentheses, segment);
  }

 private:
  std::string special(std::string_view name) {
    const bool at_root = is_first_;
    is_first_ = false;
    is_over_ = true;
    if (name == "$metadata" || name == "$batch") return at_root ? std::string() : "it stands at the root only";
    if (name == "$entity" || name == "$all" || name == "$crossjoin")
      return at_root ? std::string() : "it stands at the root only";
    if (at_root) return "there is nothing of that name at the root";
    if (name == "$count") return target_.is_collection ? std::string() : "only a collection can be counted";
    if (name == "$ref") return target_.type != nullptr ? std::string() : "only entities have references";
    if (name == "$value") return target_.is_collection ? std::string("a collection has no value") : std::string();
    if (name == "$filter" || name == "$each" || name == "$it") return is_over_ = false, std::string();
    return "it is unknown";
  }

  std::string first(std::string_view name, bool has_parentheses, std::string_view segment) {
    is_first_ = false;
    const ODataResource* resource = model_.find_resource(name);
    if (resource == nullptr) return "the model has no such entity set, singleton or operation";
    target_ = {resource->type, resource->is_collection};
    is_primitive_ = resource->type == nullptr;
    if (resource->is_operation || !has_parentheses) return {};
    return key(segment);
  }

  std::string key(std::string_view segment) {
    if (!target_.is_collection) return "only a collection has keys";
    const std::string_view inside = segment.substr(segment.find('(') + 1, segment.size() - segment.find('(') - 2);
    if (inside.empty()) return "a key is expected";
    target_.is_collection = false;
    return {};
  }

  std::string next(std::string_view name, bool has_parentheses, std::string_view segment) {
    const ODataType* type = target_.type;
    if (type == nullptr) return is_primitive_ ? "a primitive has no parts" : std::string();
    if (name.find('.') != std::string_view::npos) {
      if (const std::string problem = qualified(name); problem != "?") return problem;
    }
    const ODataProperty* property = target_.is_collection ? nullptr : type->property(name);
    if (property != nullptr) {
      target_ = {property->type, property->is_collection};
      is_primitive_ = property->type == nullptr;
      return has_parentheses ? key(segment) : std::string();
    }
    if (target_.is_collection && !has_parentheses && !type_keys_empty(*type)) {
      target_.is_collection = false;  // a key as a segment
      return {};
    }
    if (!target_.is_collection && type->allows_any_property()) return target_ = {}, std::string();
    return joined("`", type->full_name, "` has no such property");
  }

  static bool type_keys_empty(const ODataType& type) {
    int depth = 0;
    for (const ODataType* at = &type; at != nullptr && depth < 64; at = at->base, ++depth) {
      if (!at->keys.empty()) return false;
    }
    return true;
  }

  /// A cast to a derived type, or a bound operation; "?" when it is neither.
  std::string qualified(std::string_view name) {
    if (const ODataType* derived = model_.find_type(name)) {
      if (!derived->is_or_extends(*target_.type))
        return joined("`", name, "` does not derive from `", target_.type->full_name, "`");
      target_.type = derived;
      return {};
    }
    for (const ODataBoundOperation& operation : model_.bound) {
      if (operation.full_name != name || operation.binds_collection != target_.is_collection) continue;
      if (operation.binding == nullptr || !target_.type->is_or_extends(*operation.binding)) continue;
      target_ = {operation.result.type, operation.result.is_collection};
      is_primitive_ = operation.result.type == nullptr;
      return {};
    }
    return "?";
  }

  const ODataModel& model_;
  ODataTarget& target_;
  bool is_first_ = true;
  bool is_over_ = false;
  bool is_primitive_ = false;
};

}  // namespace

bool is_known_odata_option(std::string_view name) {
  return std::find(std::begin(kOptions), std::end(kOptions), name) != std::end(kOptions);
}

std::string_view odata_option_name(std::string_view name, bool allows_bare_names) {
  if (name.starts_with('$')) return name;
  if (!allows_bare_names) return {};
  for (const std::string_view option : kOptions) {
    if (option.substr(1) == name) return option;
  }
  return {};
}

ODataProblem check_odata_option(std::string_view option, std::string_view value, const ODataType* type) {
  const std::string problem = parse_option(option, trim_ascii(value), type);
  if (problem.empty()) return {};
  return {std::string(option), joined("The query option ", option, " is not valid: ", problem, ".")};
}

ODataProblem check_odata_path(const ODataModel& model, std::string_view path, ODataTarget& target) {
  PathWalk walk(model, target);
  while (!path.empty()) {
    if (path.front() == '/') path.remove_prefix(1);
    // Slashes inside a key's quotes do not end the segment.
    std::size_t end = 0;
    bool quoted = false;
    for (; end < path.size() && (quoted || path[end] != '/'); ++end) {
      if (path[end] == '\'') quoted = !quoted;
      if (path.substr(end, 3) == "%27") quoted = !quoted;
    }
    const std::string segment = decoded(path.substr(0, end));
    path.remove_prefix(end);
    if (segment.empty() && path.empty()) break;
    const std::string problem = walk.step(segment);
    if (!problem.empty())
      return {segment, joined("The segment ", segment, " of the path is not valid: ", problem, ".")};
  }
  return {};
}

}  // namespace portcullis
