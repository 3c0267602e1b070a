// Template text to nodes: cuts it into texts, `{{ }}` and `{% %}`, and fits the blocks together.
#include <algorithm>
#include <utility>

#include "base/diagnostic.h"
#include "base/text.h"
#include "engine/liquid/expression_parser.h"
#include "engine/liquid/template.h"

namespace portcullis::liquid {
namespace {

constexpr int kMaxNesting = 100;
constexpr std::size_t npos = std::string_view::npos;

constexpr std::string_view kTags[] = {"assign",   "break", "capture",  "case",   "comment",
                                      "continue", "cycle", "for",      "if",     "ifchanged",
                                      "literal",  "raw",   "tablerow", "unless", "JSONArrayFor"};
// They load other templates, which a policy has none of.
constexpr std::string_view kFileTags[] = {"include", "extends", "block"};

/// A tag that ends or continues the block it stands in.
struct End {
  std::string_view name;  // empty: the end of the text
  std::string_view markup;
  Span span;
};

/// What stands between two braces, without the dashes.
struct Token {
  bool is_tag = false;
  std::string_view inner;
  Span span;
};

class TemplateParser {
 public:
  TemplateParser(Arena& arena, std::string_view text, bool is_markup, std::vector<Mistake>& mistakes)
      : names_(arena, text, mistakes), text_(text), is_markup_(is_markup) {}

  const Template* parse() {
    // The roots have the first two numbers.
    names_.number_of(kBodyVariable);
    names_.number_of(kContextVariable);
    Template* made = arena().make<Template>();
    End end;
    made->body = block({}, end);
    made->variables = arena().copy(std::span<const std::string_view>(names_.all()));
    made->loops = loops_;
    made->reads_body = mentions_body_;
    return made;
  }

 private:
  using Nodes = std::vector<const Node*>;

  Arena& arena() { return names_.arena(); }
  template <typename T>
  T* make(Node::Kind kind) {
    T* node = arena().make<T>();
    node->kind = kind;
    return node;
  }

  // ---- cutting ----------------------------------------------------------------------------------------------------

  /// Adds the text up to the next braces; false at the end of the text.
  bool next(Nodes& nodes, Token& token) {
    const std::size_t open = find_open(at_);
    std::size_t text_end = open == npos ? text_.size() : open;
    if (open != npos && open + 2 < text_.size() && text_[open + 2] == '-') {
      while (text_end > at_ && (text_[text_end - 1] == ' ' || text_[text_end - 1] == '\t')) --text_end;
    }
    if (text_end > at_) {
      Text* text = make<Text>(Node::Kind::kText);
      text->text = text_.substr(at_, text_end - at_);
      nodes.push_back(text);
    }
    at_ = open == npos ? text_.size() : open;
    return open != npos && take(token);
  }

  std::size_t find_open(std::size_t from) const {
    for (std::size_t at = text_.find('{', from); at != npos && at + 1 < text_.size(); at = text_.find('{', at + 1)) {
      if (text_[at + 1] == '{' || text_[at + 1] == '%') return at;
    }
    return npos;
  }

  // The token at `at_`, which begins with braces.
  bool take(Token& token) {
    token.is_tag = text_[at_ + 1] == '%';
    const std::string_view closing = token.is_tag ? "%}" : "}}";
    const std::size_t begin = at_;
    std::size_t end = text_.find(closing, begin + 2);
    if (end == npos) {
      names_.error(text_.substr(begin, 2), {},
                   joined("`", text_.substr(begin, 2), "` is not closed by `", closing, "`"));
      at_ = text_.size();
      return false;
    }
    at_ = end + 2;
    token.span = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)};
    std::size_t inner = begin + 2;
    if (inner < end && text_[inner] == '-') ++inner;
    if (end > inner && text_[end - 1] == '-') {
      --end;
      trim_behind();
    }
    token.inner = decoded(trim_ascii(text_.substr(inner, end - inner)));
    return true;
  }

  // One line break, or the spaces up to something else. source: transformation.md#6.3 (2.0 rule)
  void trim_behind() {
    if (text_.substr(at_).starts_with("\r\n")) {
      at_ += 2;
    } else if (at_ < text_.size() && text_[at_] == '\n') {
      ++at_;
    } else {
      while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    }
  }

  // In markup as typed, `&lt;` inside of a tag is an operator.
  std::string_view decoded(std::string_view inner) {
    if (!is_markup_ || inner.find('&') == npos) return inner;
    static constexpr std::pair<std::string_view, char> kReferences[] = {
        {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
    std::string out;
    for (std::size_t at = 0; at < inner.size();) {
      const auto* const found =
          std::ranges::find_if(kReferences, [&](const auto& one) { return inner.substr(at).starts_with(one.first); });
      out.push_back(found == std::end(kReferences) ? inner[at] : found->second);
      at += found == std::end(kReferences) ? 1 : found->first.size();
    }
    return arena().copy(std::string_view(out));
  }

  // ---- blocks -----------------------------------------------------------------------------------------------------

  /// Nodes up to a tag of `ends`, or to the end of the text.
  Block block(std::span<const std::string_view> ends, End& end) {
    Nodes nodes;
    Token token;
    end = {};
    while (next(nodes, token)) {
      if (!token.is_tag) {
        output(nodes, token);
        continue;
      }
      ExpressionParser parser(names_, token.inner, token.span);
      const std::string_view name = parser.word();
      if (std::ranges::find(ends, name) != ends.end()) {
        end = {name, parser.rest(), token.span};
        break;
      }
      tag(nodes, name, parser, ends);
    }
    return arena().copy(std::span<const Node* const>(nodes));
  }

  void output(Nodes& nodes, const Token& token) {
    ExpressionParser parser(names_, token.inner, token.span);
    Output* made = make<Output>(Node::Kind::kOutput);
    made->value = parser.pipeline();
    note(made->value);
    nodes.push_back(made);
  }

  void tag(Nodes& nodes, std::string_view name, ExpressionParser& parser, std::span<const std::string_view> ends) {
    using Reader = void (TemplateParser::*)(Nodes&, ExpressionParser&);
    static constexpr std::pair<std::string_view, Reader> kReaders[] = {{"assign", &TemplateParser::assign},
                                                                       {"capture", &TemplateParser::capture},
                                                                       {"case", &TemplateParser::case_tag},
                                                                       {"comment", &TemplateParser::comment},
                                                                       {"cycle", &TemplateParser::cycle},
                                                                       {"for", &TemplateParser::for_tag},
                                                                       {"if", &TemplateParser::if_tag},
                                                                       {"unless", &TemplateParser::unless},
                                                                       {"ifchanged", &TemplateParser::if_changed},
                                                                       {"raw", &TemplateParser::raw},
                                                                       {"literal", &TemplateParser::literal},
                                                                       {"tablerow", &TemplateParser::table_row},
                                                                       {"break", &TemplateParser::break_tag},
                                                                       {"continue", &TemplateParser::continue_tag},
                                                                       {"JSONArrayFor", &TemplateParser::json_array}};
    const auto* const reader = std::ranges::find(kReaders, name, &std::pair<std::string_view, Reader>::first);
    if (reader == std::end(kReaders)) return unknown(name, parser.tag(), ends);
    if (++nesting_ > kMaxNesting) {
      if (nesting_ == kMaxNesting + 1)
        names_.error(name, parser.tag(), joined("blocks are nested deeper than ", kMaxNesting));
      at_ = text_.size();
    } else {
      (this->*reader->second)(nodes, parser);
    }
    --nesting_;
  }

  void unknown(std::string_view name, Span span, std::span<const std::string_view> ends) {
    if (name.empty()) return names_.error({}, span, "a tag has a name");
    if (std::ranges::find(kFileTags, name) != std::end(kFileTags)) {
      return names_.error(name, span, joined("`", name, "` loads another template, which a policy has none of"),
                          "write its text here");
    }
    std::vector<std::string_view> known(ends.begin(), ends.end());
    const bool continues =
        name.starts_with("end") || name == "else" || name == "elsif" || name == "elseif" || name == "when";
    if (!continues) known.insert(known.end(), std::begin(kTags), std::end(kTags));
    const std::string_view close = closest(name, known);
    const std::string help = close.empty() ? std::string() : joined("did you mean `", close, "`?");
    names_.error(name, span,
                 continues ? joined("`", name, "` belongs to no block that is open here")
                           : joined("there is no tag `", name, "`"),
                 help);
  }

  void missing_end(std::string_view name, Span span) {
    names_.error({}, span, joined("`", name, "` is not closed by `{% end", name, " %}`"));
  }

  // ---- tags -------------------------------------------------------------------------------------------------------

  void assign(Nodes& nodes, ExpressionParser& parser) {
    const std::string_view name = parser.word();
    if (name.empty() || !parser.take('=')) {
      return names_.error({}, parser.tag(), "`assign` needs a name and a value", "write {% assign name = value %}");
    }
    Assign* made = make<Assign>(Node::Kind::kAssign);
    made->variable = names_.number_of(name);
    made->value = parser.pipeline();
    note(made->value);
    nodes.push_back(made);
  }

  void capture(Nodes& nodes, ExpressionParser& parser) {
    Expression quoted;
    std::string_view name = parser.word();
    if (name.empty() && parser.value(quoted) && quoted.kind == Expression::Kind::kText) name = quoted.text;
    if (name.empty()) names_.error({}, parser.tag(), "`capture` needs a name", "write {% capture name %}");
    Capture* made = make<Capture>(Node::Kind::kCapture);
    made->variable = names_.number_of(name);
    made->body = body_until("capture", parser.tag());
    nodes.push_back(made);
  }

  Block body_until(std::string_view name, Span span) {
    const std::string ending = joined("end", name);
    const std::string_view ends[] = {ending};
    End end;
    const Block made = block(ends, end);
    if (end.name.empty()) missing_end(name, span);
    return made;
  }

  void if_tag(Nodes& nodes, ExpressionParser& parser) { choice(nodes, parser, false, "if"); }
  void unless(Nodes& nodes, ExpressionParser& parser) { choice(nodes, parser, true, "unless"); }

  void choice(Nodes& nodes, ExpressionParser& parser, bool negated, std::string_view name) {
    const std::string ending = joined("end", name);
    const std::string_view ends[] = {"elsif", "elseif", "else", ending};
    std::vector<Branch> branches;
    Branch branch{.condition = condition(parser), .negated = negated, .body = {}};
    for (End end;;) {
      branch.body = block(ends, end);
      branches.push_back(branch);
      if (end.name.empty()) missing_end(name, parser.tag());
      if (end.name.empty() || end.name == ending) break;
      branch = {};
      if (end.name == "else") continue;
      ExpressionParser next(names_, end.markup, end.span);
      branch.condition = condition(next);
    }
    Choice* made = make<Choice>(Node::Kind::kChoice);
    made->branches = arena().copy(std::span<const Branch>(branches));
    nodes.push_back(made);
  }

  const Condition* condition(ExpressionParser& parser) {
    const Condition* made = parser.condition();
    parser.ignore_rest();
    if (made == nullptr) return arena().make<Condition>();
    for (const Condition* at = made; at != nullptr; at = at->next) note(at->left), note(at->right);
    return made;
  }

  void case_tag(Nodes& nodes, ExpressionParser& parser) {
    static constexpr std::string_view kEnds[] = {"when", "else", "endcase"};
    Case* made = make<Case>(Node::Kind::kCase);
    if (!parser.value(made->value)) names_.error({}, parser.tag(), "`case` needs a value");
    note(made->value);
    std::vector<When> whens;
    End end;
    static_cast<void>(block(kEnds, end));  // what stands before the first `when` is not written
    while (end.name == "when" || end.name == "else") {
      When when;
      if (end.name == "when") when.values = when_values(end);
      when.body = block(kEnds, end);
      whens.push_back(when);
    }
    if (end.name.empty()) missing_end("case", parser.tag());
    made->whens = arena().copy(std::span<const When>(whens));
    nodes.push_back(made);
  }

  std::span<const Expression> when_values(const End& end) {
    ExpressionParser parser(names_, end.markup, end.span);
    std::vector<Expression> values;
    for (Expression value; parser.value(value);) {
      note(value);
      values.push_back(value);
      if (parser.take(',')) continue;
      if (parser.at_end() || parser.word() != "or") break;
    }
    parser.ignore_rest();
    if (values.empty()) names_.error({}, end.span, "`when` needs a value");
    return arena().copy(std::span<const Expression>(values));
  }

  void for_tag(Nodes& nodes, ExpressionParser& parser) { loop(nodes, parser, Loop::Form::kFor, "for"); }
  void table_row(Nodes& nodes, ExpressionParser& parser) { loop(nodes, parser, Loop::Form::kTableRow, "tablerow"); }
  void json_array(Nodes& nodes, ExpressionParser& parser) {
    loop(nodes, parser, Loop::Form::kJsonArray, "JSONArrayFor");
  }

  void loop(Nodes& nodes, ExpressionParser& parser, Loop::Form form, std::string_view tag_name) {
    Loop* made = make<Loop>(Node::Kind::kLoop);
    made->form = form;
    made->position = loops_++;
    const std::string_view name = parser.word();
    if (name.empty() || parser.word() != "in" || !parser.value(made->collection)) {
      names_.error({}, parser.tag(), joined("`", tag_name, "` needs a name and a collection"),
                   joined("write {% ", tag_name, " item in collection %}"));
    }
    note(made->collection);
    made->variable = names_.number_of(name);
    made->name = arena().copy(std::string_view(joined(name, "-", typed_name(made->collection))));
    loop_options(*made, parser);
    const std::string ending = joined("end", tag_name);
    const std::string_view ends[] = {ending, "else"};
    End end;
    ++open_loops_;
    made->body = block(std::span(ends).first(form == Loop::Form::kTableRow ? 1 : 2), end);
    --open_loops_;
    if (end.name == "else") made->otherwise = block(std::span(ends).first(1), end);
    if (end.name.empty()) missing_end(tag_name, parser.tag());
    share_position(*made);
    nodes.push_back(made);
  }

  // `reversed`, `limit:2`, `offset:continue`, `cols:3`, `where item == "name"`, in any order.
  void loop_options(Loop& made, ExpressionParser& parser) {
    while (!parser.at_end()) {
      static_cast<void>(parser.take(','));
      const std::string_view name = parser.word();
      if (name == "reversed") {
        made.reversed = true;
      } else if (name == "where" && made.form == Loop::Form::kJsonArray) {
        made.where = parser.condition();
      } else if ((name == "limit" || name == "offset" || name == "cols") && parser.take(':')) {
        Expression value;
        if (!parser.value(value)) names_.error({}, parser.tag(), joined("`", name, ":` needs a value"));
        note(value);
        if (name == "limit") made.limit = parser.keep(value);
        if (name == "cols") made.columns = parser.keep(value);
        if (name != "offset") continue;
        made.continues = value.kind == Expression::Kind::kPath && value.steps.empty() && value.first == nullptr &&
                         names_.all()[value.variable] == "continue";
        if (!made.continues) made.offset = parser.keep(value);
      } else {
        return parser.ignore_rest();
      }
    }
  }

  // The collection as forloop.name shows it.
  std::string typed_name(const Expression& collection) {
    if (collection.kind != Expression::Kind::kPath || collection.first != nullptr) return "collection";
    std::string text(names_.all()[collection.variable]);
    for (const Step& step : collection.steps) {
      if (step.index == nullptr) append(text, ".", step.name);
    }
    return text;
  }

  // Loops of one name over one collection go on where the one before ended.
  void share_position(Loop& made) {
    for (const auto& [name, position] : positions_) {
      if (name == made.name) {
        made.position = position;
        return;
      }
    }
    positions_.emplace_back(made.name, made.position);
  }

  void cycle(Nodes& nodes, ExpressionParser& parser) {
    Cycle* made = make<Cycle>(Node::Kind::kCycle);
    made->key = arena().copy(trim_ascii(parser.rest()));
    std::vector<Expression> values;
    for (Expression value; parser.value(value);) {
      note(value);
      if (values.empty() && made->group == nullptr && parser.take(':')) {
        made->group = parser.keep(value);
        continue;
      }
      values.push_back(value);
      if (!parser.take(',')) break;
    }
    parser.ignore_rest();
    if (values.empty()) return names_.error({}, parser.tag(), "`cycle` needs values", "write {% cycle 'a', 'b' %}");
    made->values = arena().copy(std::span<const Expression>(values));
    nodes.push_back(made);
  }

  void if_changed(Nodes& nodes, ExpressionParser& parser) {
    IfChanged* made = make<IfChanged>(Node::Kind::kIfChanged);
    made->body = body_until("ifchanged", parser.tag());
    nodes.push_back(made);
  }

  void break_tag(Nodes& nodes, ExpressionParser& parser) { jump(nodes, parser, true); }
  void continue_tag(Nodes& nodes, ExpressionParser& parser) { jump(nodes, parser, false); }
  void jump(Nodes& nodes, ExpressionParser& parser, bool leaves) {
    if (open_loops_ == 0) names_.warn({}, parser.tag(), "outside of a loop this ends the output");
    Jump* made = make<Jump>(Node::Kind::kJump);
    made->leaves = leaves;
    nodes.push_back(made);
  }

  // ---- text that is not looked at ---------------------------------------------------------------------------------

  void raw(Nodes& nodes, ExpressionParser& parser) { verbatim(nodes, parser, "raw"); }
  void literal(Nodes& nodes, ExpressionParser& parser) { verbatim(nodes, parser, "literal"); }

  void verbatim(Nodes& nodes, ExpressionParser& parser, std::string_view name) {
    const std::size_t begin = at_;
    const std::size_t end = find_end(joined("end", name));
    if (end == npos) return missing_end(name, parser.tag());
    Text* text = make<Text>(Node::Kind::kText);
    text->text = text_.substr(begin, end - begin);
    nodes.push_back(text);
  }

  void comment(Nodes&, ExpressionParser& parser) {
    if (find_end("endcomment") == npos) missing_end("comment", parser.tag());
  }

  /// Where the next `{% ending %}` begins; `at_` stands behind it then.
  std::size_t find_end(std::string_view ending) {
    for (std::size_t open = text_.find("{%", at_); open != npos; open = text_.find("{%", open + 2)) {
      const std::size_t close = text_.find("%}", open);
      if (close == npos) break;
      std::string_view inner = text_.substr(open + 2, close - open - 2);
      if (inner.starts_with('-')) inner.remove_prefix(1);
      const bool trims = inner.ends_with('-');
      if (trims) inner.remove_suffix(1);
      if (trim_ascii(inner) != ending) continue;
      at_ = close + 2;
      if (trims) trim_behind();
      return open;
    }
    at_ = text_.size();
    return npos;
  }

  // ---- what is mentioned ------------------------------------------------------------------------------------------

  void note(const Expression& expression) {
    if (expression.kind == Expression::Kind::kPath && expression.first == nullptr && expression.variable == 0)
      mentions_body_ = true;
    if (expression.first != nullptr) note(*expression.first);
    if (expression.last != nullptr) note(*expression.last);
    for (const Step& step : expression.steps) {
      if (step.index != nullptr) note(*step.index);
    }
    // `[name]` may name anything.
    if (expression.kind == Expression::Kind::kPath && expression.first != nullptr) mentions_body_ = true;
  }
  void note(const Pipeline& pipeline) {
    note(pipeline.value);
    for (const FilterCall& call : pipeline.filters) {
      for (const Expression& argument : call.arguments) note(argument);
    }
  }

  Names names_;
  std::string_view text_;
  bool is_markup_;
  std::size_t at_ = 0;
  int nesting_ = 0;
  int open_loops_ = 0;
  std::uint32_t loops_ = 0;
  bool mentions_body_ = false;
  std::vector<std::pair<std::string_view, std::uint32_t>> positions_;
};

}  // namespace

const Template* compile(Arena& arena, std::string_view text, bool is_markup, std::vector<Mistake>& mistakes) {
  const Template* made = TemplateParser(arena, text, is_markup, mistakes).parse();
  const bool failed = std::ranges::any_of(mistakes, &Mistake::is_error);
  return failed ? nullptr : made;
}

}  // namespace portcullis::liquid
