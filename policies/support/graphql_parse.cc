// The GraphQL grammar, one function a rule, by its names in the specification.
#include "base/text.h"
#include "base/utf.h"
#include "policies/support/graphql_document.h"

namespace portcullis {

namespace {

enum class TokenKind : std::uint8_t { kEnd, kPunctuator, kName, kInt, kFloat, kString, kBad };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // a string's without quotes
  std::uint32_t begin = 0, end = 0;
};

constexpr bool is_name_start(char c) { return is_ascii_letter(c) || c == '_'; }
constexpr bool is_name_part(char c) { return is_name_start(c) || is_ascii_digit(c); }

class Lexer {
 public:
  Lexer(std::string_view text, GraphqlMistake& mistake) : text_(text), mistake_(mistake) {}

  Token next() {
    skip_ignored();
    Token token;
    token.begin = static_cast<std::uint32_t>(at_);
    if (at_ >= text_.size()) return token.end = token.begin, token;
    const char c = text_[at_];
    if (is_name_start(c)) {
      token.kind = TokenKind::kName;
      while (at_ < text_.size() && is_name_part(text_[at_])) ++at_;
    } else if (is_ascii_digit(c) || c == '-') {
      if (!number(token)) return bad(token);
    } else if (c == '"') {
      return string(token);
    } else if (text_.substr(at_, 3) == "...") {
      token.kind = TokenKind::kPunctuator;
      at_ += 3;
    } else if (std::string_view("!$&():=@[]{|}").find(c) != std::string_view::npos) {
      token.kind = TokenKind::kPunctuator;
      ++at_;
    } else {
      return bad(token);
    }
    token.end = static_cast<std::uint32_t>(at_);
    token.text = text_.substr(token.begin, token.end - token.begin);
    return token;
  }

 private:
  Token bad(Token token, std::string_view message = "Unexpected character.") {
    token.kind = TokenKind::kBad;
    mistake_ = {message, static_cast<std::uint32_t>(at_)};
    return token;
  }

  void skip_ignored() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',') {
        ++at_;
      } else if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
      } else if (text_.substr(at_, 3) == "\xEF\xBB\xBF") {
        at_ += 3;
      } else {
        return;
      }
    }
  }

  bool digits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_ascii_digit(text_[at_])) ++at_;
    return at_ > start;
  }

  bool number(Token& token) {
    token.kind = TokenKind::kInt;
    if (text_[at_] == '-') ++at_;
    if (at_ < text_.size() && text_[at_] == '0') {
      ++at_;
    } else if (!digits()) {
      return false;
    }
    if (at_ < text_.size() && text_[at_] == '.' && text_.substr(at_, 3) != "...") {
      token.kind = TokenKind::kFloat;
      ++at_;
      if (!digits()) return false;
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      token.kind = TokenKind::kFloat;
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!digits()) return false;
    }
    return at_ >= text_.size() || !is_name_part(text_[at_]);
  }

  Token string(Token token) {
    token.kind = TokenKind::kString;
    const bool is_block = text_.substr(at_, 3) == "\"\"\"";
    const std::string_view quote = is_block ? "\"\"\"" : "\"";
    at_ += quote.size();
    const std::size_t start = at_;
    for (;;) {
      if (at_ >= text_.size()) return bad(token, "Unterminated string.");
      if (text_.substr(at_, quote.size()) == quote) break;
      if (is_block) {
        at_ += text_.substr(at_, 4) == "\\\"\"\"" ? 4 : 1;
        continue;
      }
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '\n' || c == '\r') return bad(token, "Unterminated string.");
      if (c < 0x20 && c != '\t') return bad(token, "Invalid character within a string.");
      if (c == '\\') {
        if (at_ + 1 >= text_.size() || std::string_view("\"\\/bfnrtu").find(text_[at_ + 1]) == std::string_view::npos)
          return bad(token, "Invalid character escape sequence.");
        ++at_;
      }
      ++at_;
    }
    token.text = text_.substr(start, at_ - start);
    at_ += quote.size();
    token.end = static_cast<std::uint32_t>(at_);
    return token;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  GraphqlMistake& mistake_;
};

class Parser {
 public:
  Parser(Arena& arena, std::string_view text, GraphqlMistake& mistake)
      : arena_(arena), lexer_(text, mistake), mistake_(mistake), text_(text) {
    advance();
  }

  GraphqlDocument* document() {
    auto* document = arena_.make<GraphqlDocument>();
    if (token_.kind == TokenKind::kEnd) fail("Syntax Error: Unexpected <EOF>.");
    while (token_.kind != TokenKind::kEnd && !failed_) definition(*document);
    return failed_ ? nullptr : document;
  }

 private:
  // ---- tokens
  // ---------------------------------------------------------------------------------------------------------------
  void advance() {
    token_ = lexer_.next();
    if (token_.kind == TokenKind::kBad && !failed_) {
      failed_ = true;
      token_ = {};
    }
    if (arena_.exhausted()) fail("The document needs more memory than is allowed.");
  }
  void fail(std::string_view message) {
    if (failed_) return;
    failed_ = true;
    mistake_ = {message, token_.begin};
    token_ = {};
  }
  void unexpected() {
    if (failed_) return;
    const std::string shown =
        token_.kind == TokenKind::kEnd
            ? std::string("<EOF>")
            : joined("\"", text_.substr(token_.begin, std::min<std::size_t>(token_.end - token_.begin, 40)), "\"");
    const std::string message = joined("Syntax Error: Unexpected ", shown, ".");
    fail(arena_.copy(std::string_view(message)));
  }
  [[nodiscard]] bool is(std::string_view punctuator) const {
    return token_.kind == TokenKind::kPunctuator && token_.text == punctuator;
  }
  [[nodiscard]] bool is_word(std::string_view word) const {
    return token_.kind == TokenKind::kName && token_.text == word;
  }
  bool take(std::string_view punctuator) {
    if (!is(punctuator)) return false;
    advance();
    return true;
  }
  bool take_word(std::string_view word) {
    if (!is_word(word)) return false;
    advance();
    return true;
  }
  void expect(std::string_view punctuator) {
    if (!take(punctuator)) unexpected();
  }
  std::string_view name() {
    if (token_.kind != TokenKind::kName) return unexpected(), std::string_view();
    const std::string_view text = token_.text;
    advance();
    return text;
  }

  /// Counts nesting for the time of a rule.
  struct Nested {
    explicit Nested(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kMostGraphqlNesting) parser_.fail("The document is nested too deeply.");
    }
    ~Nested() { --parser_.depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    Parser& parser_;
  };

  // ---- executable definitions
  // -------------------------------------------------------------------------------------------------
  void definition(GraphqlDocument& document) {
    if (is("{")) return document.operations.add(operation());
    const bool is_described = token_.kind == TokenKind::kString;
    if (is_described) advance();
    if (!is_described && (is_word("query") || is_word("mutation") || is_word("subscription")))
      return document.operations.add(operation());
    if (!is_described && is_word("fragment")) return document.fragments.add(fragment());
    GraphqlDefinition* made = type_system_definition();
    if (made != nullptr) document.definitions.add(made);
  }

  GraphqlOperation* operation() {
    auto* made = arena_.make<GraphqlOperation>();
    made->begin = token_.begin;
    if (!is("{")) {
      const std::string_view kind = name();
      made->kind = kind == "query"      ? GraphqlOperationKind::kQuery
                   : kind == "mutation" ? GraphqlOperationKind::kMutation
                                        : GraphqlOperationKind::kSubscription;
      if (token_.kind == TokenKind::kName) made->name = name();
      if (take("(")) {
        do made->variables.add(variable());
        while (!failed_ && !take(")"));
      }
      directives(made->directives);
    }
    selection_set(made->selections);
    return made;
  }

  GraphqlVariable* variable() {
    auto* made = arena_.make<GraphqlVariable>();
    made->begin = token_.begin;
    expect("$");
    made->name = name();
    expect(":");
    made->type = type();
    if (take("=")) made->fallback = value(true);
    directives(made->directives);
    return made;
  }

  GraphqlFragment* fragment() {
    auto* made = arena_.make<GraphqlFragment>();
    made->begin = token_.begin;
    advance();
    if (is_word("on")) unexpected();
    made->name = name();
    if (!take_word("on")) unexpected();
    made->type_condition = name();
    directives(made->directives);
    selection_set(made->selections);
    return made;
  }

  void selection_set(GraphqlList<GraphqlSelection>& into) {
    const Nested nested(*this);
    expect("{");
    do into.add(selection());
    while (!failed_ && !take("}"));
  }

  GraphqlSelection* selection() {
    auto* made = arena_.make<GraphqlSelection>();
    made->begin = token_.begin;
    if (!take("...")) return field(made);
    if (token_.kind == TokenKind::kName && !is_word("on")) {
      made->kind = GraphqlSelection::Kind::kSpread;
      made->name = name();
      directives(made->directives);
      return made;
    }
    made->kind = GraphqlSelection::Kind::kInline;
    if (take_word("on")) made->type_condition = name();
    directives(made->directives);
    made->has_selections = true;
    selection_set(made->selections);
    return made;
  }

  GraphqlSelection* field(GraphqlSelection* made) {
    made->name = name();
    if (take(":")) {
      made->alias = made->name;
      made->name = name();
    }
    arguments(made->arguments, false);
    directives(made->directives);
    if (is("{")) {
      made->has_selections = true;
      selection_set(made->selections);
    }
    return made;
  }

  void arguments(GraphqlList<GraphqlArgument>& into, bool constant) {
    if (!take("(")) return;
    do {
      auto* made = arena_.make<GraphqlArgument>();
      made->begin = token_.begin;
      made->name = name();
      expect(":");
      made->value = value(constant);
      into.add(made);
    } while (!failed_ && !take(")"));
  }

  void directives(GraphqlList<GraphqlDirective>& into, bool constant = false) {
    while (!failed_ && is("@")) {
      auto* made = arena_.make<GraphqlDirective>();
      made->begin = token_.begin;
      advance();
      made->name = name();
      arguments(made->arguments, constant);
      into.add(made);
    }
  }

  // ---- values and types
  // -------------------------------------------------------------------------------------------------------
  GraphqlValue* value(bool constant) {
    const Nested nested(*this);
    auto* made = arena_.make<GraphqlValue>();
    made->begin = token_.begin;
    made->text = token_.text;
    made->end = token_.end;
    using Kind = GraphqlValueKind;
    switch (token_.kind) {
      case TokenKind::kInt:
        made->kind = Kind::kInt;
        break;
      case TokenKind::kFloat:
        made->kind = Kind::kFloat;
        break;
      case TokenKind::kString:
        made->kind = Kind::kString;
        break;
      case TokenKind::kName:
        made->kind = token_.text == "true" || token_.text == "false" ? Kind::kBoolean
                     : token_.text == "null"                         ? Kind::kNull
                                                                     : Kind::kEnum;
        break;
      case TokenKind::kPunctuator:
        if (is("$") && !constant) return variable_use(made);
        if (is("[")) return list(made, constant);
        if (is("{")) return object(made, constant);
        [[fallthrough]];
      default:
        unexpected();
        return made;
    }
    advance();
    return made;
  }

  GraphqlValue* variable_use(GraphqlValue* made) {
    made->kind = GraphqlValueKind::kVariable;
    advance();
    made->end = token_.end;
    made->text = name();
    return made;
  }

  GraphqlValue* list(GraphqlValue* made, bool constant) {
    made->kind = GraphqlValueKind::kList;
    advance();
    while (!failed_ && !is("]")) made->items.add(value(constant));
    made->end = token_.end;
    expect("]");
    return made;
  }

  GraphqlValue* object(GraphqlValue* made, bool constant) {
    made->kind = GraphqlValueKind::kObject;
    advance();
    while (!failed_ && !is("}")) {
      const std::string_view field_name = name();
      expect(":");
      GraphqlValue* item = value(constant);
      item->name = field_name;
      made->items.add(item);
    }
    made->end = token_.end;
    expect("}");
    return made;
  }

  const GraphqlTypeRef* type() {
    const Nested nested(*this);
    auto* made = arena_.make<GraphqlTypeRef>();
    made->begin = token_.begin;
    if (take("[")) {
      made->item = type();
      expect("]");
    } else {
      made->name = name();
    }
    made->is_non_null = take("!");
    return made;
  }

  // ---- type system
  // --------------------------------------------------------------------------------------------------------------
  GraphqlDefinition* type_system_definition() {
    auto* made = arena_.make<GraphqlDefinition>();
    made->begin = token_.begin;
    made->is_extension = take_word("extend");
    using Kind = GraphqlDefinition::Kind;
    constexpr std::pair<std::string_view, Kind> kKinds[] = {
        {"schema", Kind::kSchema}, {"scalar", Kind::kScalar}, {"type", Kind::kObject}, {"interface", Kind::kInterface},
        {"union", Kind::kUnion},   {"enum", Kind::kEnum},     {"input", Kind::kInput}, {"directive", Kind::kDirective}};
    for (const auto& [word, kind] : kKinds) {
      if (!is_word(word)) continue;
      made->kind = kind;
      advance();
      define(*made);
      return made;
    }
    unexpected();
    return nullptr;
  }

  void define(GraphqlDefinition& made) {
    using Kind = GraphqlDefinition::Kind;
    if (made.kind == Kind::kDirective) return directive_definition(made);
    if (made.kind != Kind::kSchema) made.name = name();
    if ((made.kind == Kind::kObject || made.kind == Kind::kInterface) && take_word("implements")) {
      take("&");
      do add_name(made.names);
      while (!failed_ && (take("&") || token_.kind == TokenKind::kName));
    }
    GraphqlList<GraphqlDirective> ignored;
    directives(ignored, true);
    if (made.kind == Kind::kUnion) {
      if (!take("=")) return;
      take("|");
      do add_name(made.names);
      while (take("|"));
      return;
    }
    if (made.kind == Kind::kScalar || !take("{")) return;
    while (!failed_ && !take("}")) {
      skip_description();
      switch (made.kind) {
        case Kind::kSchema:
          schema_entry(made);
          break;
        case Kind::kEnum:
          add_name(made.names);
          directives(ignored, true);
          break;
        case Kind::kInput:
          made.inputs.add(input_value());
          break;
        default:
          made.fields.add(field_definition());
          break;
      }
    }
  }

  void skip_description() {
    if (token_.kind == TokenKind::kString) advance();
  }

  void add_name(GraphqlList<GraphqlName>& into) {
    auto* made = arena_.make<GraphqlName>();
    made->begin = token_.begin;
    made->text = name();
    into.add(made);
  }

  void schema_entry(GraphqlDefinition& made) {
    auto* entry = arena_.make<GraphqlFieldDefinition>();
    entry->name = name();
    expect(":");
    entry->type = type();
    made.fields.add(entry);
  }

  GraphqlFieldDefinition* field_definition() {
    auto* made = arena_.make<GraphqlFieldDefinition>();
    made->name = name();
    if (take("(")) {
      while (!failed_ && !take(")")) {
        skip_description();
        made->arguments.add(input_value());
      }
    }
    expect(":");
    made->type = type();
    GraphqlList<GraphqlDirective> ignored;
    directives(ignored, true);
    return made;
  }

  GraphqlInputDefinition* input_value() {
    auto* made = arena_.make<GraphqlInputDefinition>();
    made->name = name();
    expect(":");
    made->type = type();
    if (take("=")) made->fallback = value(true);
    GraphqlList<GraphqlDirective> ignored;
    directives(ignored, true);
    return made;
  }

  void directive_definition(GraphqlDefinition& made) {
    expect("@");
    made.name = name();
    if (take("(")) {
      while (!failed_ && !take(")")) {
        skip_description();
        made.inputs.add(input_value());
      }
    }
    made.is_repeatable = take_word("repeatable");
    if (!take_word("on")) unexpected();
    take("|");
    do add_name(made.names);
    while (take("|"));
  }

  Arena& arena_;
  Lexer lexer_;
  GraphqlMistake& mistake_;
  std::string_view text_;
  Token token_;
  std::uint32_t depth_ = 0;
  bool failed_ = false;
};

// ---- printing
// ---------------------------------------------------------------------------------------------------------------

class Printer {
 public:
  explicit Printer(std::string_view source) : source_(source) {}

  std::string print(const GraphqlDocument& document, const GraphqlOperation& operation) {
    constexpr std::string_view kKinds[] = {"query", "mutation", "subscription"};
    append(out_, kKinds[static_cast<std::size_t>(operation.kind)]);
    if (!operation.name.empty()) append(out_, " ", operation.name);
    bool first = true;
    for (const GraphqlVariable& variable : operation.variables) {
      if (!variable.is_used) continue;
      append(out_, first ? "(" : ", ", "$", variable.name, ": ");
      first = false;
      type(*variable.type);
      if (variable.fallback != nullptr) append(out_, " = ", text_of(*variable.fallback));
      directives(variable.directives);
    }
    if (!first) out_ += ')';
    directives(operation.directives);
    selections(operation.selections);
    for (const GraphqlFragment& fragment : document.fragments) {
      if (!fragment.is_used) continue;
      append(out_, " fragment ", fragment.name, " on ", fragment.type_condition);
      directives(fragment.directives);
      selections(fragment.selections);
    }
    return std::move(out_);
  }

 private:
  std::string_view text_of(const GraphqlValue& value) const {
    return source_.substr(value.begin, value.end - value.begin);
  }

  void type(const GraphqlTypeRef& reference) {
    if (reference.item != nullptr) {
      out_ += '[';
      type(*reference.item);
      out_ += ']';
    } else {
      out_ += reference.name;
    }
    if (reference.is_non_null) out_ += '!';
  }

  void arguments(const GraphqlList<GraphqlArgument>& all) {
    bool first = true;
    for (const GraphqlArgument& argument : all) {
      append(out_, first ? "(" : ", ", argument.name, ": ", text_of(*argument.value));
      first = false;
    }
    if (!first) out_ += ')';
  }

  void directives(const GraphqlList<GraphqlDirective>& all) {
    for (const GraphqlDirective& directive : all) {
      append(out_, " @", directive.name);
      arguments(directive.arguments);
    }
  }

  void selections(const GraphqlList<GraphqlSelection>& all) {
    out_ += " {";
    for (const GraphqlSelection& selection : all) {
      if (selection.is_removed) continue;
      out_ += ' ';
      if (selection.kind == GraphqlSelection::Kind::kField) {
        if (!selection.alias.empty()) append(out_, selection.alias, ": ");
        out_ += selection.name;
        arguments(selection.arguments);
      } else if (selection.kind == GraphqlSelection::Kind::kSpread) {
        append(out_, "...", selection.name);
      } else {
        out_ += "...";
        if (!selection.type_condition.empty()) append(out_, " on ", selection.type_condition);
      }
      directives(selection.directives);
      if (selection.has_selections) selections(selection.selections);
    }
    out_ += " }";
  }

  std::string_view source_;
  std::string out_;
};

}  // namespace

GraphqlDocument* parse_graphql(Arena& arena, std::string_view text, GraphqlMistake& mistake) {
  if (text.size() > 0x7FFFFFF0 || (!is_ascii(text) && !is_valid_utf8(text))) {
    mistake = {"The document is not valid UTF-8.", 0};
    return nullptr;
  }
  return Parser(arena, text, mistake).document();
}

std::string print_graphql(const GraphqlDocument& document, const GraphqlOperation& operation, std::string_view source) {
  return Printer(source).print(document, operation);
}

}  // namespace portcullis
