// Evaluating XPath 1.0.
#include "engine/dotnet/xpath.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/xpath_syntax.h"

namespace portcullis {

namespace xpath {
namespace {

using Nodes = std::vector<DomNode*>;
enum class Type : std::uint8_t { kNodes, kText, kNumber, kBoolean };

struct Value {
  Type type = Type::kNodes;
  Nodes nodes;
  std::string text;
  double number = 0;
  bool truth = false;

  static Value of(bool truth) { return {.type = Type::kBoolean, .nodes = {}, .text = {}, .truth = truth}; }
  static Value of(double number) { return {.type = Type::kNumber, .nodes = {}, .text = {}, .number = number}; }
  static Value of(std::string text) { return {.type = Type::kText, .nodes = {}, .text = std::move(text)}; }
};

struct Place {
  DomNode* node;
  std::size_t position;
  std::size_t size;
};

constexpr std::string_view kSpace = " \t\r\n";

double number_of(std::string_view text) {
  const std::size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return std::numeric_limits<double>::quiet_NaN();
  text = text.substr(from, text.find_last_not_of(kSpace) - from + 1);
  const std::string_view digits = text.substr(text[0] == '-' ? 1 : 0);
  double value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  const bool good =
      !digits.empty() && (is_ascii_digit(digits[0]) || digits[0] == '.') && end == digits.data() + digits.size();
  if (!good || error != std::errc{}) return std::numeric_limits<double>::quiet_NaN();
  return digits.size() == text.size() ? value : -value;
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0) return "0";
  char digits[400];
  return std::string(digits, std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed).ptr);
}

class Evaluator {
 public:
  explicit Evaluator(Run& run) : run_(run) {}

  Value evaluate(const Expression& e, const Place& place) {
    if (!run_.spend(1)) return {};
    switch (e.kind) {
      case Kind::kNumber:
        return Value::of(e.number);
      case Kind::kString:
        return Value::of(std::string(e.text));
      case Kind::kNegate:
        return Value::of(-to_number(evaluate(*e.operands[0], place)));
      case Kind::kBinary:
        return binary(e, place);
      case Kind::kCall:
        return call(e, place);
      case Kind::kUnion:
        return both(e, place);
      case Kind::kPath:
        return path({e.from_root ? root_of(place.node) : place.node}, e.steps);
      case Kind::kFilter:
        return filter(e, place);
    }
    return {};
  }

  // In document order, each once.
  void sort(Nodes& nodes) {
    if (nodes.size() < 2) return;
    number_tree(root_of(nodes.front()));
    std::sort(nodes.begin(), nodes.end(), [](const DomNode* a, const DomNode* b) { return a->order < b->order; });
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  }

 private:
  static DomNode* root_of(DomNode* node) {
    while (node->parent != nullptr) node = node->parent;
    return node;
  }

  void number_tree(DomNode* root) {
    std::uint32_t order = 0;
    for (DomNode* at = root; at != nullptr && run_.spend(1); at = next_dom_node(at, root)) {
      at->order = order++;
      for (DomNode* attribute = at->first_attribute; attribute != nullptr; attribute = attribute->next)
        attribute->order = order++;
    }
  }

  Raised no_nodes() { return raise_xpath(run_, "Expression must evaluate to a node-set."); }

  // ---- conversions -------------------------------------------------------------------------------------------------------

  std::string text_of(DomNode* node) {
    const String* text = dom_inner_text(run_, *node);
    return text == nullptr ? std::string() : std::string(text->view());
  }
  std::string to_text(const Value& value) {
    switch (value.type) {
      case Type::kNodes:
        return value.nodes.empty() ? std::string() : text_of(value.nodes.front());
      case Type::kText:
        return value.text;
      case Type::kNumber:
        return number_text(value.number);
      case Type::kBoolean:
        return value.truth ? "true" : "false";
    }
    return {};
  }
  double to_number(const Value& value) {
    if (value.type == Type::kNumber) return value.number;
    if (value.type == Type::kBoolean) return value.truth ? 1 : 0;
    return number_of(to_text(value));
  }
  static bool to_truth(const Value& value) {
    switch (value.type) {
      case Type::kNodes:
        return !value.nodes.empty();
      case Type::kText:
        return !value.text.empty();
      case Type::kNumber:
        return value.number != 0 && !std::isnan(value.number);
      case Type::kBoolean:
        return value.truth;
    }
    return false;
  }

  // ---- operators ---------------------------------------------------------------------------------------------------------

  Value binary(const Expression& e, const Place& place) {
    Value left = evaluate(*e.operands[0], place);
    if (e.op == Operator::kOr || e.op == Operator::kAnd) {
      if (to_truth(left) == (e.op == Operator::kOr)) return Value::of(e.op == Operator::kOr);
      return Value::of(to_truth(evaluate(*e.operands[1], place)));
    }
    Value right = evaluate(*e.operands[1], place);
    if (run_.failed()) return {};
    if (e.op <= Operator::kGreaterEqual) return Value::of(compare(e.op, left, right));
    const double a = to_number(left);
    const double b = to_number(right);
    switch (e.op) {
      case Operator::kAdd:
        return Value::of(a + b);
      case Operator::kSubtract:
        return Value::of(a - b);
      case Operator::kMultiply:
        return Value::of(a * b);
      case Operator::kDivide:
        return Value::of(a / b);
      default:
        return Value::of(std::fmod(a, b));
    }
  }

  static bool holds(Operator op, double a, double b) {
    switch (op) {
      case Operator::kEqual:
        return a == b;
      case Operator::kNotEqual:
        return a != b;
      case Operator::kLess:
        return a < b;
      case Operator::kLessEqual:
        return a <= b;
      case Operator::kGreater:
        return a > b;
      default:
        return a >= b;
    }
  }

  // A set of nodes compares by any of its nodes.
  bool compare(Operator op, const Value& left, const Value& right) {
    const bool by_truth = left.type == Type::kBoolean || right.type == Type::kBoolean;
    if (!by_truth && left.type == Type::kNodes) {
      return std::any_of(left.nodes.begin(), left.nodes.end(),
                         [&](DomNode* node) { return run_.spend(1) && compare(op, Value::of(text_of(node)), right); });
    }
    if (!by_truth && right.type == Type::kNodes) {
      return std::any_of(right.nodes.begin(), right.nodes.end(),
                         [&](DomNode* node) { return run_.spend(1) && compare(op, left, Value::of(text_of(node))); });
    }
    if (op != Operator::kEqual && op != Operator::kNotEqual) {
      const auto as_number = [&](const Value& value) {
        return by_truth && value.type == Type::kNodes ? (to_truth(value) ? 1.0 : 0.0) : to_number(value);
      };
      return holds(op, as_number(left), as_number(right));
    }
    bool same = false;
    if (by_truth) {
      same = to_truth(left) == to_truth(right);
    } else if (left.type == Type::kNumber || right.type == Type::kNumber) {
      return holds(op, to_number(left), to_number(right));
    } else {
      same = to_text(left) == to_text(right);
    }
    return same == (op == Operator::kEqual);
  }

  Value both(const Expression& e, const Place& place) {
    Value left = evaluate(*e.operands[0], place);
    const Value right = evaluate(*e.operands[1], place);
    if (run_.failed()) return {};
    if (left.type != Type::kNodes || right.type != Type::kNodes) return no_nodes();
    left.nodes.insert(left.nodes.end(), right.nodes.begin(), right.nodes.end());
    sort(left.nodes);
    return left;
  }

  // ---- paths -------------------------------------------------------------------------------------------------------------

  Value filter(const Expression& e, const Place& place) {
    Value value = evaluate(*e.operands[0], place);
    if (run_.failed()) return {};
    if (value.type != Type::kNodes) return no_nodes();
    for (std::size_t i = 1; i < e.operands.size(); ++i) keep_matching(value.nodes, *e.operands[i]);
    return e.steps.empty() ? std::move(value) : path(std::move(value.nodes), e.steps);
  }

  Value path(Nodes nodes, const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      Nodes reached;
      for (DomNode* node : nodes) {
        Nodes candidates;
        collect(*node, step, candidates);
        for (const ExpressionPtr& predicate : step.predicates) keep_matching(candidates, *predicate);
        if (run_.failed()) return {};
        reached.insert(reached.end(), candidates.begin(), candidates.end());
      }
      sort(reached);
      nodes = std::move(reached);
    }
    Value value;
    value.nodes = std::move(nodes);
    return value;
  }

  void keep_matching(Nodes& nodes, const Expression& predicate) {
    Nodes kept;
    for (std::size_t i = 0; i < nodes.size() && !run_.failed(); ++i) {
      const Value value = evaluate(predicate, {nodes[i], i + 1, nodes.size()});
      const bool keeps = value.type == Type::kNumber ? value.number == static_cast<double>(i + 1) : to_truth(value);
      if (keeps) kept.push_back(nodes[i]);
    }
    nodes = std::move(kept);
  }

  static bool matches(const DomNode& node, const Step& step) {
    const bool named =
        step.axis == Axis::kAttribute ? node.kind == DomKind::kAttribute : node.kind == DomKind::kElement;
    switch (step.test) {
      case Test::kNode:
        return node.kind != DomKind::kDeclaration && node.kind != DomKind::kDocumentType;
      case Test::kText:
        return is_dom_text(node);
      case Test::kComment:
        return node.kind == DomKind::kComment;
      case Test::kInstruction:
        return node.kind == DomKind::kProcessingInstruction && (step.local.empty() || step.local == node.local);
      case Test::kAnyName:
        return named && (step.any_namespace || node.uri == step.uri);
      case Test::kName:
        return named && node.local == step.local && node.uri == step.uri;
    }
    return false;
  }

  // In the order of the axis.
  void collect(DomNode& node, const Step& step, Nodes& out) {
    const auto add = [&](DomNode* candidate) {
      if (matches(*candidate, step)) out.push_back(candidate);
      return run_.spend(1);
    };
    const bool is_attribute = node.kind == DomKind::kAttribute;
    switch (step.axis) {
      case Axis::kSelf:
        add(&node);
        break;
      case Axis::kChild:
        for (DomNode* at = node.first; at != nullptr && add(at); at = at->next) {
        }
        break;
      case Axis::kDescendantOrSelf:
      case Axis::kDescendant:
        if (step.axis == Axis::kDescendantOrSelf) add(&node);
        for (DomNode* at = node.first; at != nullptr && add(at); at = next_dom_node(at, &node)) {
        }
        break;
      case Axis::kParent:
        if (node.parent != nullptr) add(node.parent);
        break;
      case Axis::kAncestorOrSelf:
      case Axis::kAncestor:
        for (DomNode* at = step.axis == Axis::kAncestor ? node.parent : &node; at != nullptr && add(at);
             at = at->parent) {
        }
        break;
      case Axis::kFollowingSibling:
        for (DomNode* at = is_attribute ? nullptr : node.next; at != nullptr && add(at); at = at->next) {
        }
        break;
      case Axis::kPrecedingSibling:
        for (DomNode* at = is_attribute ? nullptr : node.previous; at != nullptr && add(at); at = at->previous) {
        }
        break;
      case Axis::kAttribute:
        for (DomNode* at = node.first_attribute; at != nullptr; at = at->next) {
          if (!is_dom_namespace(*at) && !add(at)) break;
        }
        break;
      case Axis::kFollowing:
      case Axis::kPreceding:
        collect_around(is_attribute ? *node.parent : node, step, out);
        break;
    }
  }

  void collect_around(DomNode& node, const Step& step, Nodes& out) {
    Nodes above;
    for (DomNode* at = &node; at != nullptr; at = at->parent) above.push_back(at);
    DomNode* root = above.back();
    bool behind = false;
    for (DomNode* at = root; at != nullptr && run_.spend(1); at = next_dom_node(at, root)) {
      if (at == &node) {
        if (step.axis == Axis::kPreceding) break;
        DomNode* last = &node;
        while (last->last != nullptr) last = last->last;
        at = last;
        behind = true;
        continue;
      }
      const bool is_above = std::find(above.begin(), above.end(), at) != above.end();
      if ((step.axis == Axis::kPreceding ? !is_above : behind) && matches(*at, step)) out.push_back(at);
    }
    if (step.axis == Axis::kPreceding) std::reverse(out.begin(), out.end());
  }

  // ---- functions ---------------------------------------------------------------------------------------------------------

  Value call(const Expression& e, const Place& place) {
    const std::string_view name = e.text;
    if (name == "last") return Value::of(static_cast<double>(place.size));
    if (name == "position") return Value::of(static_cast<double>(place.position));
    if (name == "true" || name == "false") return Value::of(name == "true");
    std::vector<Value> arguments;
    for (const ExpressionPtr& operand : e.operands) arguments.push_back(evaluate(*operand, place));
    if (run_.failed()) return {};
    if (arguments.empty()) {  // what the node at hand is
      Value self;
      self.nodes.push_back(place.node);
      arguments.push_back(std::move(self));
    }
    if (name == "count" || name == "sum" || name == "name" || name == "local-name" || name == "namespace-uri") {
      if (arguments[0].type != Type::kNodes) return no_nodes();
      return on_nodes(name, arguments[0].nodes);
    }
    if (name == "boolean" || name == "not") return Value::of(to_truth(arguments[0]) == (name == "boolean"));
    if (name == "number" || name == "floor" || name == "ceiling" || name == "round")
      return on_number(name, to_number(arguments[0]));
    return on_text(name, arguments);
  }

  Value on_nodes(std::string_view name, const Nodes& nodes) {
    if (name == "count") return Value::of(static_cast<double>(nodes.size()));
    if (name == "sum") {
      double sum = 0;
      for (DomNode* node : nodes) sum += number_of(text_of(node));
      return Value::of(sum);
    }
    if (nodes.empty()) return Value::of(std::string());
    const DomNode& node = *nodes.front();
    if (node.kind != DomKind::kElement && node.kind != DomKind::kAttribute &&
        node.kind != DomKind::kProcessingInstruction)
      return Value::of(std::string());
    if (name == "local-name") return Value::of(std::string(node.local));
    if (name == "namespace-uri") return Value::of(std::string(node.uri));
    return Value::of(std::string(dom_name(run_, node)->view()));
  }

  static Value on_number(std::string_view name, double value) {
    if (name == "floor") return Value::of(std::floor(value));
    if (name == "ceiling") return Value::of(std::ceil(value));
    return Value::of(name == "round" ? std::floor(value + 0.5) : value);
  }

  Value on_text(std::string_view name, const std::vector<Value>& arguments) {
    const std::string first = to_text(arguments[0]);
    if (name == "string") return Value::of(first);
    if (name == "string-length") return Value::of(static_cast<double>(utf16_length(first)));
    if (name == "normalize-space") return Value::of(normalized(first));
    if (name == "substring") return substring(first, arguments);
    if (name == "concat") {
      std::string all;
      for (const Value& argument : arguments) all += to_text(argument);
      return Value::of(std::move(all));
    }
    const std::string second = to_text(arguments[1]);
    if (name == "starts-with") return Value::of(std::string_view(first).starts_with(second));
    if (name == "translate") return Value::of(translated(first, second, to_text(arguments[2])));
    const std::size_t at = first.find(second);
    if (name == "contains") return Value::of(at != std::string::npos);
    if (at == std::string::npos) return Value::of(std::string());
    return Value::of(name == "substring-before" ? first.substr(0, at) : first.substr(at + second.size()));
  }

  static std::string normalized(std::string_view text) {
    std::string out;
    for (std::size_t at = text.find_first_not_of(kSpace); at != std::string_view::npos;
         at = text.find_first_not_of(kSpace, at)) {
      const std::size_t end = std::min(text.find_first_of(kSpace, at), text.size());
      append(out, out.empty() ? "" : " ", text.substr(at, end - at));
      at = end;
    }
    return out;
  }

  static std::vector<std::string_view> characters(std::string_view text) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = decode_utf8(text, at).length;
      out.push_back(text.substr(at, length));
      at += length;
    }
    return out;
  }

  Value substring(std::string_view text, const std::vector<Value>& arguments) {
    const double from = std::floor(to_number(arguments[1]) + 0.5);
    const double end = arguments.size() > 2 ? from + std::floor(to_number(arguments[2]) + 0.5)
                                            : std::numeric_limits<double>::infinity();
    std::string out;
    double position = 1;
    for (const std::string_view c : characters(text)) {
      if (position >= from && position < end) out += c;
      ++position;
    }
    return Value::of(std::move(out));
  }

  static std::string translated(std::string_view text, std::string_view from, std::string_view to) {
    const std::vector<std::string_view> wanted = characters(from);
    const std::vector<std::string_view> given = characters(to);
    std::string out;
    for (const std::string_view c : characters(text)) {
      const auto at = std::find(wanted.begin(), wanted.end(), c);
      const auto index = static_cast<std::size_t>(at - wanted.begin());
      if (at == wanted.end()) {
        out += c;
      } else if (index < given.size()) {
        out += given[index];
      }
    }
    return out;
  }

  static std::size_t utf16_length(std::string_view text) {
    std::size_t length = 0;
    for (const std::string_view c : characters(text)) length += c.size() == 4 ? 2 : 1;
    return length;
  }

  Run& run_;
};

}  // namespace
}  // namespace xpath

bool select_by_xpath(Run& run, DomNode& context, std::string_view path, const XPathNamespaces* namespaces,
                     std::vector<DomNode*>& found) {
  const xpath::ExpressionPtr expression = xpath::parse(run, path, namespaces);
  if (expression == nullptr) return false;
  xpath::Evaluator evaluator(run);
  xpath::Value value = evaluator.evaluate(*expression, {&context, 1, 1});
  if (run.failed()) return false;
  if (value.type != xpath::Type::kNodes) return raise_xpath(run, "Expression must evaluate to a node-set.");
  evaluator.sort(value.nodes);
  found = std::move(value.nodes);
  return true;
}

}  // namespace portcullis
