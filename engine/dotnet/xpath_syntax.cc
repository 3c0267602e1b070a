// Reading XPath 1.0.
#include "engine/dotnet/xpath_syntax.h"

#include <array>
#include <charconv>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/exceptions.h"
#include "engine/types/type_table.h"
#include "engine/xml/xml_tree.h"

namespace portcullis {

Raised raise_xpath(Run& run, std::string_view message) {
  auto* made = run.make<Exception>(*run.types.find_in("System.Xml.XPath", "XPathException", 0));
  made->message = run.string(message);
  return run.rethrow(made);
}

namespace xpath {

namespace {

/// What .NET says where a step or an operand is missing.
constexpr std::string_view kNoNodes = "Expression must evaluate to a node-set.";
constexpr int kMaxNesting = 60;
constexpr int kMaxSize = 2000;

struct AxisName {
  std::string_view name;
  Axis axis;
};
constexpr std::array<AxisName, 12> kAxes{{{"child", Axis::kChild},
                                          {"descendant", Axis::kDescendant},
                                          {"descendant-or-self", Axis::kDescendantOrSelf},
                                          {"parent", Axis::kParent},
                                          {"ancestor", Axis::kAncestor},
                                          {"ancestor-or-self", Axis::kAncestorOrSelf},
                                          {"following-sibling", Axis::kFollowingSibling},
                                          {"preceding-sibling", Axis::kPrecedingSibling},
                                          {"following", Axis::kFollowing},
                                          {"preceding", Axis::kPreceding},
                                          {"attribute", Axis::kAttribute},
                                          {"self", Axis::kSelf}}};

struct Function {
  std::string_view name;
  std::size_t least;
  std::size_t most;
};
constexpr std::array<Function, 25> kFunctions{{{"last", 0, 0},
                                               {"position", 0, 0},
                                               {"count", 1, 1},
                                               {"local-name", 0, 1},
                                               {"namespace-uri", 0, 1},
                                               {"name", 0, 1},
                                               {"string", 0, 1},
                                               {"concat", 2, 64},
                                               {"starts-with", 2, 2},
                                               {"contains", 2, 2},
                                               {"substring-before", 2, 2},
                                               {"substring-after", 2, 2},
                                               {"substring", 2, 3},
                                               {"string-length", 0, 1},
                                               {"normalize-space", 0, 1},
                                               {"translate", 3, 3},
                                               {"boolean", 1, 1},
                                               {"not", 1, 1},
                                               {"true", 0, 0},
                                               {"false", 0, 0},
                                               {"number", 0, 1},
                                               {"sum", 1, 1},
                                               {"floor", 1, 1},
                                               {"ceiling", 1, 1},
                                               {"round", 1, 1}}};

class Parser {
 public:
  Parser(Run& run, std::string_view text, const XPathNamespaces* namespaces)
      : run_(run), text_(text), namespaces_(namespaces) {}

  ExpressionPtr whole() {
    ExpressionPtr read = either(0);
    skip();
    if (run_.failed()) return nullptr;
    return read != nullptr && at_ != text_.size() ? mistake() : std::move(read);
  }

 private:
  // ---- characters ------------------------------------------------------------------------------------------------------

  std::nullptr_t mistake() {
    skip();
    if (run_.failed()) return nullptr;
    raise_xpath(run_, at_ == text_.size() ? std::string(kNoNodes) : joined("'", text_, "' has an invalid token."));
    return nullptr;
  }
  void skip() {
    while (at_ < text_.size() && is_ascii_space(text_[at_])) ++at_;
  }
  bool sees(std::string_view token) {
    skip();
    return text_.substr(at_).starts_with(token);
  }
  bool take(std::string_view token) {
    if (!sees(token)) return false;
    at_ += token.size();
    return true;
  }
  std::string_view name() {
    skip();
    const std::size_t from = at_;
    while (at_ < text_.size()) {
      const Decoded c = decode_utf8(text_, at_);
      if (!(at_ == from ? is_name_start(c.code) : is_name_character(c.code))) break;
      at_ += c.length;
    }
    return text_.substr(from, at_ - from);
  }
  bool take_word(std::string_view word) {
    const std::size_t from = at_;
    if (name() == word) return true;
    at_ = from;
    return false;
  }

  // ---- operators, by how tightly they bind -------------------------------------------------------------------------------

  struct Token {
    std::string_view text;
    Operator op;
    std::size_t level;
  };
  static constexpr std::size_t kLevels = 6;
  static constexpr std::array<Token, 13> kTokens{{{"or", Operator::kOr, 0},
                                                  {"and", Operator::kAnd, 1},
                                                  {"!=", Operator::kNotEqual, 2},
                                                  {"=", Operator::kEqual, 2},
                                                  {"<=", Operator::kLessEqual, 3},
                                                  {">=", Operator::kGreaterEqual, 3},
                                                  {"<", Operator::kLess, 3},
                                                  {">", Operator::kGreater, 3},
                                                  {"+", Operator::kAdd, 4},
                                                  {"-", Operator::kSubtract, 4},
                                                  {"*", Operator::kMultiply, 5},
                                                  {"div", Operator::kDivide, 5},
                                                  {"mod", Operator::kModulo, 5}}};

  const Token* take_operator(std::size_t level) {
    for (const Token& token : kTokens) {
      if (token.level != level) continue;
      if (is_ascii_letter(token.text[0]) ? take_word(token.text) : take(token.text)) return &token;
    }
    return nullptr;
  }

  ExpressionPtr either(std::size_t level) {
    if (level == kLevels) return negation();
    ExpressionPtr left = either(level + 1);
    while (left != nullptr && !run_.failed()) {
      const Token* token = take_operator(level);
      if (token == nullptr) break;
      ExpressionPtr right = either(level + 1);
      if (right == nullptr) return nullptr;
      left = made(Kind::kBinary, std::move(left), std::move(right));
      left->op = token->op;
    }
    return left;
  }

  // The tree leans to the left in `1+1+…`, so its size bounds its depth.
  ExpressionPtr made(Kind kind, ExpressionPtr first = nullptr, ExpressionPtr second = nullptr) {
    if (++size_ > kMaxSize && !run_.failed()) run_.raise_limit(Limit::kDepth);
    auto expression = std::make_unique<Expression>();
    expression->kind = kind;
    if (first != nullptr) expression->operands.push_back(std::move(first));
    if (second != nullptr) expression->operands.push_back(std::move(second));
    return expression;
  }

  ExpressionPtr negation() {
    bool negative = false;
    bool any = false;
    while (take("-")) {
      negative = !negative;
      any = true;
    }
    ExpressionPtr inner = all_of_them();
    if (inner == nullptr || !any) return inner;
    ExpressionPtr once = made(Kind::kNegate, std::move(inner));
    return negative ? std::move(once) : made(Kind::kNegate, std::move(once));
  }

  ExpressionPtr all_of_them() {
    ExpressionPtr left = path();
    while (left != nullptr && !run_.failed() && take("|")) {
      ExpressionPtr right = path();
      if (right == nullptr) return nullptr;
      left = made(Kind::kUnion, std::move(left), std::move(right));
    }
    return left;
  }

  // ---- paths -------------------------------------------------------------------------------------------------------------

  // A function call, as against a node test like text() or a name.
  bool sees_call() {
    const std::size_t from = at_;
    const std::string_view word = name();
    const bool is_call = !word.empty() && sees("(") && word != "text" && word != "node" && word != "comment" &&
                         word != "processing-instruction";
    at_ = from;
    return is_call;
  }

  ExpressionPtr path() {
    // Each level of brackets comes through here.
    if (++nesting_ > kMaxNesting) {
      if (!run_.failed()) run_.raise_limit(Limit::kDepth);
      return nullptr;
    }
    ExpressionPtr read = path_within();
    --nesting_;
    return read;
  }

  ExpressionPtr path_within() {
    skip();
    if (at_ == text_.size()) return mistake();
    const char c = text_[at_];
    const bool is_number = is_ascii_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_ascii_digit(text_[at_ + 1]));
    if (c == '(' || c == '"' || c == '\'' || c == '$' || is_number || sees_call()) return filter();
    ExpressionPtr read = made(Kind::kPath);
    if (take("//")) {
      read->from_root = true;
      read->steps.push_back({.axis = Axis::kDescendantOrSelf, .test = Test::kNode});
    } else if (take("/")) {
      read->from_root = true;
      skip();
      if (!starts_step()) return read;
    }
    return steps(*read) ? std::move(read) : nullptr;
  }

  bool starts_step() {
    if (at_ == text_.size()) return false;
    const char c = text_[at_];
    return c == '*' || c == '@' || c == '.' || is_name_start(decode_utf8(text_, at_).code);
  }

  bool steps(Expression& into) {
    for (;;) {
      if (!step(into)) return false;
      if (take("//")) {
        into.steps.push_back({.axis = Axis::kDescendantOrSelf, .test = Test::kNode});
      } else if (!take("/")) {
        return true;
      }
    }
  }

  bool step(Expression& into) {
    Step read;
    if (take("..")) {
      read.axis = Axis::kParent;
    } else if (take(".")) {
      read.axis = Axis::kSelf;
    } else if (!axis(read) || !test(read) || !predicates(read.predicates)) {
      return false;
    }
    into.steps.push_back(std::move(read));
    return true;
  }

  bool axis(Step& read) {
    if (take("@")) {
      read.axis = Axis::kAttribute;
      return true;
    }
    const std::size_t from = at_;
    const std::string_view word = name();
    if (word.empty() || !take("::")) {
      at_ = from;
      return true;
    }
    for (const AxisName& known : kAxes) {
      if (known.name != word) continue;
      read.axis = known.axis;
      return true;
    }
    mistake();
    return false;
  }

  bool test(Step& read) {
    if (take("*")) {
      read.test = Test::kAnyName;
      read.any_namespace = true;
      return true;
    }
    const std::string_view word = name();
    if (word.empty()) return raise_xpath(run_, kNoNodes);
    if (sees("(")) return node_test(read, word);
    read.test = Test::kName;
    read.local = word;
    // `a::b` was read as an axis; here a colon is a prefix.
    if (at_ < text_.size() && text_[at_] == ':') {
      ++at_;
      if (!namespace_named(word, read.uri)) return false;
      if (take("*")) {
        read.test = Test::kAnyName;
        return true;
      }
      read.local = name();
      if (read.local.empty()) return mistake() != nullptr;
    }
    return true;
  }

  bool node_test(Step& read, std::string_view word) {
    take("(");
    if (word == "processing-instruction" && !sees(")") && !literal(read.local)) return false;
    if (!take(")")) return mistake() != nullptr;
    read.test = word == "text"      ? Test::kText
                : word == "comment" ? Test::kComment
                : word == "node"    ? Test::kNode
                                    : Test::kInstruction;
    if (word == "processing-instruction" || read.test != Test::kInstruction) return true;
    return mistake() != nullptr;
  }

  bool namespace_named(std::string_view prefix, std::string_view& uri) {
    if (namespaces_ == nullptr) {
      raise_xpath(
          run_,
          "Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function.");
      return false;
    }
    for (auto at = namespaces_->entries.rbegin(); at != namespaces_->entries.rend(); ++at) {
      if (at->prefix != prefix) continue;
      uri = at->uri;
      return true;
    }
    if (prefix == "xml") uri = kDomXmlUri;
    if (prefix != "xml") raise_xpath(run_, joined("Namespace prefix '", prefix, "' is not defined."));
    return prefix == "xml";
  }

  bool predicates(std::vector<ExpressionPtr>& into) {
    while (take("[")) {
      ExpressionPtr inner = either(0);
      if (inner == nullptr) return false;
      if (!take("]")) return mistake() != nullptr;
      into.push_back(std::move(inner));
    }
    return true;
  }

  // ---- what is no path ---------------------------------------------------------------------------------------------------

  ExpressionPtr filter() {
    ExpressionPtr inner = primary();
    if (inner == nullptr || (!sees("[") && !sees("/"))) return inner;
    ExpressionPtr read = made(Kind::kFilter, std::move(inner));
    if (!predicates(read->operands)) return nullptr;
    if (take("//")) {
      read->steps.push_back({.axis = Axis::kDescendantOrSelf, .test = Test::kNode});
    } else if (!take("/")) {
      return read;
    }
    return steps(*read) ? std::move(read) : nullptr;
  }

  ExpressionPtr primary() {
    if (take("(")) {
      ExpressionPtr inner = either(0);
      if (inner == nullptr) return nullptr;
      return take(")") ? std::move(inner) : mistake();
    }
    if (sees("$")) {
      raise_xpath(
          run_,
          "Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function.");
      return nullptr;
    }
    if (sees("'") || sees("\"")) {
      ExpressionPtr read = made(Kind::kString);
      return literal(read->text) ? std::move(read) : nullptr;
    }
    if (is_ascii_digit(text_[at_]) || text_[at_] == '.') return number();
    return call();
  }

  bool literal(std::string_view& value) {
    skip();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    const std::size_t end = quote == '\'' || quote == '"' ? text_.find(quote, at_ + 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      if (quote == '\'' || quote == '"') raise_xpath(run_, "This is an unclosed string.");
      return mistake() != nullptr;
    }
    value = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return true;
  }

  ExpressionPtr number() {
    const std::size_t from = at_;
    while (at_ < text_.size() && is_ascii_digit(text_[at_])) ++at_;
    if (at_ < text_.size() && text_[at_] == '.') ++at_;
    while (at_ < text_.size() && is_ascii_digit(text_[at_])) ++at_;
    ExpressionPtr read = made(Kind::kNumber);
    std::from_chars(text_.data() + from, text_.data() + at_, read->number);
    return read;
  }

  ExpressionPtr call() {
    ExpressionPtr read = made(Kind::kCall);
    read->text = name();
    take("(");
    if (!sees(")")) {
      do {
        ExpressionPtr argument = either(0);
        if (argument == nullptr) return nullptr;
        read->operands.push_back(std::move(argument));
      } while (take(","));
    }
    if (!take(")")) return mistake();
    for (const Function& known : kFunctions) {
      if (known.name != read->text) continue;
      if (read->operands.size() >= known.least && read->operands.size() <= known.most) return read;
      raise_xpath(run_, joined("Function '", read->text, "' in '", text_, "' has an invalid number of arguments."));
      return nullptr;
    }
    raise_xpath(
        run_, "Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function.");
    return nullptr;
  }

  Run& run_;
  std::string_view text_;
  const XPathNamespaces* namespaces_;
  std::size_t at_ = 0;
  int nesting_ = 0;
  int size_ = 0;
};

}  // namespace

ExpressionPtr parse(Run& run, std::string_view text, const XPathNamespaces* namespaces) {
  return Parser(run, text, namespaces).whole();
}

}  // namespace xpath
}  // namespace portcullis
