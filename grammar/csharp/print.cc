// The printer: one function for each node kind; see print.h.
#include "grammar/csharp/print.h"

#include <charconv>

#include "base/text.h"

namespace portcullis {
namespace {

using namespace ast;

std::string_view text_of(PredefinedType type) {
  static constexpr std::string_view kTexts[] = {"bool", "byte",  "sbyte",  "short",   "ushort", "int",    "uint", "long",
                                                "ulong", "char", "float", "double", "decimal", "string", "object", "void"};
  return kTexts[static_cast<std::size_t>(type)];
}

std::string_view text_of(BinaryOperator op) {
  static constexpr std::string_view kTexts[] = {"*", "/",  "%",  "+",  "-", "<<", ">>", "<",  ">", "<=",
                                                ">=", "==", "!=", "&", "^", "|",  "&&", "||", "??"};
  return kTexts[static_cast<std::size_t>(op)];
}

std::string_view text_of(UnaryOperator op) {
  static constexpr std::string_view kTexts[] = {"+", "-", "!", "~", "++_", "--_", "_++", "_--"};
  return kTexts[static_cast<std::size_t>(op)];
}

class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}

  void type(const Type* node);
  void expression(const Expression* node);
  void pattern(const Pattern* node);
  void statement(const Statement* node);

 private:
  template <typename... Parts>
  void put(const Parts&... parts) {
    append(out_, parts...);
  }
  void child(const Expression* node) {
    put(' ');
    expression(node);
  }
  void child(const Statement* node) {
    put(' ');
    statement(node);
  }
  void optional_child(const Expression* node) {
    if (node == nullptr) {
      put(" -");
    } else {
      child(node);
    }
  }
  void string(std::string_view text);
  void literal(const Literal& node);
  void number(double value, bool narrow);
  void type_arguments(std::span<Type* const> arguments);
  void arguments(std::span<const Argument> list);
  void parameters(std::span<const Parameter> list);
  void interpolated(const InterpolatedString& node);
  void initializer(const Initializer& node);
  void new_object(const New& node);
  void new_array(const NewArray& node);
  void lambda(const Lambda& node);
  void query(const Query& node);
  void assignment(const Assignment& node);
  void tuple(const Tuple& node);
  void complex_expression(const Expression* node);

  void local(const LocalStatement& node);
  void local_function(const LocalFunctionStatement& node);
  void switch_statement(const SwitchStatement& node);
  void for_statement(const ForStatement& node);
  void foreach_statement(const ForeachStatement& node);
  void try_statement(const TryStatement& node);
  void goto_statement(const GotoStatement& node);
  void loop_statement(const Statement* node);
  void expressions(std::span<Expression* const> list) {
    put(" (");
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) put(' ');
      expression(list[i]);
    }
    put(')');
  }

  std::string& out_;
};

void Printer::string(std::string_view text) {
  put('"');
  for (const char c : text) {
    switch (c) {
      case '"': put("\\\""); break;
      case '\\': put("\\\\"); break;
      case '\n': put("\\n"); break;
      case '\r': put("\\r"); break;
      case '\t': put("\\t"); break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          put("\\x", static_cast<unsigned>(static_cast<unsigned char>(c)), ";");
        } else {
          put(c);
        }
    }
  }
  put('"');
}

void Printer::number(double value, bool narrow) {
  char digits[40];
  const auto end = narrow ? std::to_chars(digits, digits + sizeof digits, static_cast<float>(value)).ptr
                          : std::to_chars(digits, digits + sizeof digits, value).ptr;
  put(std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

void Printer::literal(const Literal& node) {
  switch (node.type) {
    case LiteralType::kNull: put("null"); break;
    case LiteralType::kBool: put(node.integer != 0 ? "true" : "false"); break;
    case LiteralType::kInt:
    case LiteralType::kLong:
      put(static_cast<std::int64_t>(node.integer), node.type == LiteralType::kLong ? "L" : "");
      break;
    case LiteralType::kUInt: put(node.integer, "U"); break;
    case LiteralType::kULong: put(node.integer, "UL"); break;
    case LiteralType::kFloat:
    case LiteralType::kDouble:
      number(node.real, node.type == LiteralType::kFloat);
      put(node.type == LiteralType::kFloat ? "f" : "d");
      break;
    case LiteralType::kDecimal: put(node.text, "m"); break;
    case LiteralType::kChar:
      if (node.integer >= 0x20 && node.integer < 0x7F) {
        put('\'', static_cast<char>(node.integer), '\'');
      } else {
        put("'#", node.integer, '\'');
      }
      break;
    case LiteralType::kString: string(node.text); break;
  }
}

void Printer::type_arguments(std::span<Type* const> list) {
  if (list.empty()) return;
  put('<');
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) put(", ");
    type(list[i]);
  }
  put('>');
}

void Printer::type(const Type* node) {
  switch (node->kind) {
    case TypeKind::kPredefined: put(text_of(static_cast<const PredefinedTypeName*>(node)->type)); break;
    case TypeKind::kVar: put("var"); break;
    case TypeKind::kDynamic: put("dynamic"); break;
    case TypeKind::kNamed: {
      const auto& named = static_cast<const NamedType&>(*node);
      if (!named.alias.empty()) put(named.alias.text, "::");
      for (const NamePart& part : named.parts) {
        if (&part != named.parts.data()) put('.');
        put(part.name.text);
        type_arguments(part.arguments);
        if (part.unbound_arity > 0) put('<', std::string(part.unbound_arity - 1, ','), '>');
      }
      break;
    }
    case TypeKind::kNullable:
      type(static_cast<const NullableType*>(node)->element);
      put('?');
      break;
    case TypeKind::kArray: {
      // C# writes the outermost rank first.
      const Type* element = node;
      while (element->kind == TypeKind::kArray) element = static_cast<const ArrayType*>(element)->element;
      type(element);
      for (const Type* array = node; array->kind == TypeKind::kArray; array = static_cast<const ArrayType*>(array)->element) {
        put('[', std::string(static_cast<const ArrayType*>(array)->rank - 1, ','), ']');
      }
      break;
    }
    case TypeKind::kTuple: {
      put('(');
      const auto& elements = static_cast<const TupleType*>(node)->elements;
      for (const TupleTypeElement& element : elements) {
        if (&element != elements.data()) put(", ");
        type(element.type);
        if (!element.name.empty()) put(' ', element.name.text);
      }
      put(')');
      break;
    }
  }
}

void Printer::arguments(std::span<const Argument> list) {
  static constexpr std::string_view kModes[] = {"", "ref ", "out ", "in "};
  for (const Argument& argument : list) {
    put(' ');
    if (!argument.name.empty()) put(argument.name.text, ": ");
    put(kModes[static_cast<std::size_t>(argument.mode)]);
    expression(argument.value);
  }
}

void Printer::interpolated(const InterpolatedString& node) {
  put("($");
  for (const InterpolationPart& part : node.parts) {
    put(' ');
    if (part.value == nullptr) {
      string(part.text);
      continue;
    }
    put('{');
    expression(part.value);
    if (part.alignment != nullptr) {
      put(", ");
      expression(part.alignment);
    }
    if (part.has_format) {
      put(" : ");
      string(part.format);
    }
    put('}');
  }
  put(')');
}

void Printer::initializer(const Initializer& node) {
  put(" {");
  for (const InitializerElement& element : node.elements) {
    if (&element != node.elements.data()) put(' ');
    put('(');
    if (element.kind == InitializerElementKind::kAdd) {
      put(element.braced ? "add*" : "add");
    } else if (element.kind == InitializerElementKind::kIndex) {
      put("= [");
      arguments(element.index);
      put(" ]");
    } else {
      put("= ", element.member.text);
    }
    for (const Expression* value : element.values) child(value);
    if (element.nested != nullptr) initializer(*element.nested);
    put(')');
  }
  put('}');
}

void Printer::new_object(const New& node) {
  put("(new ");
  type(node.type);
  arguments(node.arguments);
  if (node.initializer != nullptr) initializer(*node.initializer);
  put(')');
}

void Printer::new_array(const NewArray& node) {
  put("(array ");
  if (node.type != nullptr) {
    type(node.type);
  } else {
    put('[', std::string(node.rank - 1, ','), ']');
  }
  for (const Expression* size : node.sizes) child(size);
  if (node.initializer != nullptr) child(node.initializer);
  put(')');
}

void Printer::parameters(std::span<const Parameter> list) {
  static constexpr std::string_view kModes[] = {"", "ref ", "out ", "in ", "params "};
  put('(');
  for (const Parameter& parameter : list) {
    if (&parameter != list.data()) put(", ");
    put(kModes[static_cast<std::size_t>(parameter.mode)]);
    if (parameter.type != nullptr) {
      type(parameter.type);
      put(' ');
    }
    put(parameter.name.text);
    if (parameter.default_value != nullptr) {
      put(" =");
      child(parameter.default_value);
    }
  }
  put(')');
}

void Printer::lambda(const Lambda& node) {
  put(node.anonymous_method ? "(delegate " : "(=> ");
  if (node.has_parameter_list) parameters(node.parameters);
  if (node.block != nullptr) child(node.block);
  if (node.expression != nullptr) child(node.expression);
  put(')');
}

void Printer::query(const Query& node) {
  static constexpr std::string_view kWords[] = {"from", "let", "where", "orderby", "join", "select", "group", "into"};
  put("(query");
  for (const QueryClause& clause : node.clauses) {
    put(" (", kWords[static_cast<std::size_t>(clause.kind)]);
    if (clause.type != nullptr) {
      put(' ');
      type(clause.type);
    }
    if (!clause.name.empty()) put(' ', clause.name.text);
    if (clause.value != nullptr) child(clause.value);
    if (clause.left_key != nullptr) child(clause.left_key);
    if (clause.right_key != nullptr) child(clause.right_key);
    if (!clause.into.empty()) put(" into ", clause.into.text);
    for (const Ordering& ordering : clause.orderings) {
      child(ordering.key);
      if (ordering.descending) put(" descending");
    }
    put(')');
  }
  put(')');
}

void Printer::assignment(const Assignment& node) {
  put('(', node.compound ? text_of(node.op) : "", "=");
  child(node.target);
  child(node.value);
  put(')');
}

void Printer::tuple(const Tuple& node) {
  put("(tuple");
  for (const TupleElement& element : node.elements) {
    put(' ');
    if (!element.name.empty()) put(element.name.text, ": ");
    expression(element.value);
  }
  put(')');
}

void Printer::expression(const Expression* node) {
  switch (node->kind) {
    case ExpressionKind::kLiteral: literal(static_cast<const Literal&>(*node)); break;
    case ExpressionKind::kInterpolatedString: interpolated(static_cast<const InterpolatedString&>(*node)); break;
    case ExpressionKind::kName: {
      const auto& name = static_cast<const NameExpression&>(*node);
      if (!name.alias.empty()) put(name.alias.text, "::");
      put(name.name.text);
      type_arguments(name.type_arguments);
      break;
    }
    case ExpressionKind::kPredefinedType: put(text_of(static_cast<const PredefinedTypeExpression*>(node)->type)); break;
    case ExpressionKind::kConditionalReceiver: put('$'); break;
    case ExpressionKind::kMemberAccess: {
      const auto& member = static_cast<const MemberAccess&>(*node);
      put("(.");
      child(member.target);
      put(' ', member.name.text);
      type_arguments(member.type_arguments);
      put(')');
      break;
    }
    case ExpressionKind::kCall:
      put("(call");
      child(static_cast<const Call*>(node)->target);
      arguments(static_cast<const Call*>(node)->arguments);
      put(')');
      break;
    case ExpressionKind::kIndex:
      put("(index");
      child(static_cast<const Index*>(node)->target);
      arguments(static_cast<const Index*>(node)->arguments);
      put(')');
      break;
    case ExpressionKind::kUnary:
      put('(', text_of(static_cast<const Unary*>(node)->op));
      child(static_cast<const Unary*>(node)->operand);
      put(')');
      break;
    case ExpressionKind::kBinary:
      put('(', text_of(static_cast<const Binary*>(node)->op));
      child(static_cast<const Binary*>(node)->left);
      child(static_cast<const Binary*>(node)->right);
      put(')');
      break;
    case ExpressionKind::kAssignment: assignment(static_cast<const Assignment&>(*node)); break;
    case ExpressionKind::kNew: new_object(static_cast<const New&>(*node)); break;
    case ExpressionKind::kNewArray: new_array(static_cast<const NewArray&>(*node)); break;
    case ExpressionKind::kTuple: tuple(static_cast<const Tuple&>(*node)); break;
    case ExpressionKind::kLambda: lambda(static_cast<const Lambda&>(*node)); break;
    case ExpressionKind::kQuery: query(static_cast<const Query&>(*node)); break;
    default: complex_expression(node); break;
  }
}

void Printer::complex_expression(const Expression* node) {
  put('(');
  switch (node->kind) {
    case ExpressionKind::kConditionalAccess:
      put("?.");
      child(static_cast<const ConditionalAccess*>(node)->target);
      child(static_cast<const ConditionalAccess*>(node)->when_not_null);
      break;
    case ExpressionKind::kConditional:
      put('?');
      child(static_cast<const Conditional*>(node)->condition);
      child(static_cast<const Conditional*>(node)->when_true);
      child(static_cast<const Conditional*>(node)->when_false);
      break;
    case ExpressionKind::kCast:
      put("cast ");
      type(static_cast<const Cast*>(node)->type);
      child(static_cast<const Cast*>(node)->operand);
      break;
    case ExpressionKind::kAs:
      put("as");
      child(static_cast<const As*>(node)->operand);
      put(' ');
      type(static_cast<const As*>(node)->type);
      break;
    case ExpressionKind::kIs:
      put("is");
      child(static_cast<const Is*>(node)->operand);
      put(' ');
      pattern(static_cast<const Is*>(node)->pattern);
      break;
    case ExpressionKind::kArrayInitializer:
      put("elements");
      for (const Expression* element : static_cast<const ArrayInitializer*>(node)->elements) child(element);
      break;
    case ExpressionKind::kNewAnonymous:
      put("anonymous");
      for (const AnonymousMember& member : static_cast<const NewAnonymous*>(node)->members) {
        put(" (= ", member.name.text);
        child(member.value);
        put(')');
      }
      break;
    case ExpressionKind::kDeclaration:
      put("declare ");
      type(static_cast<const Declaration*>(node)->type);
      put(' ', static_cast<const Declaration*>(node)->name.text);
      break;
    case ExpressionKind::kTypeof:
      put("typeof ");
      type(static_cast<const Typeof*>(node)->type);
      break;
    case ExpressionKind::kDefault:
      put("default");
      if (const Type* of = static_cast<const Default*>(node)->type) {
        put(' ');
        type(of);
      }
      break;
    case ExpressionKind::kNameof:
      put("nameof");
      child(static_cast<const Nameof*>(node)->operand);
      break;
    case ExpressionKind::kSizeof:
      put("sizeof ");
      type(static_cast<const Sizeof*>(node)->type);
      break;
    case ExpressionKind::kChecked:
      put(static_cast<const Checked*>(node)->is_checked ? "checked" : "unchecked");
      child(static_cast<const Checked*>(node)->operand);
      break;
    case ExpressionKind::kThrow:
      put("throw");
      child(static_cast<const Throw*>(node)->operand);
      break;
    case ExpressionKind::kRef:
      put("ref");
      child(static_cast<const Ref*>(node)->operand);
      break;
    default: break;
  }
  put(')');
}

void Printer::pattern(const Pattern* node) {
  switch (node->kind) {
    case PatternKind::kConstant:
      put("(constant");
      child(static_cast<const ConstantPattern*>(node)->value);
      break;
    case PatternKind::kType:
      put("(type ");
      type(static_cast<const TypePattern*>(node)->type);
      break;
    case PatternKind::kTypeOrConstant:
      put("(either ");
      type(static_cast<const TypeOrConstantPattern*>(node)->type);
      break;
    case PatternKind::kDeclaration:
      put("(declare ");
      type(static_cast<const DeclarationPattern*>(node)->type);
      put(' ', static_cast<const DeclarationPattern*>(node)->name.text);
      break;
    case PatternKind::kVar: put("(var ", static_cast<const VarPattern*>(node)->name.text); break;
  }
  put(')');
}

void Printer::local(const LocalStatement& node) {
  put(node.is_const ? "(const " : node.is_ref ? "(local ref " : "(local ");
  type(node.type);
  for (const Declarator& declarator : node.declarators) {
    put(' ', declarator.name.text);
    if (declarator.value == nullptr) continue;
    put(" =");
    child(declarator.value);
  }
  put(')');
}

void Printer::local_function(const LocalFunctionStatement& node) {
  put("(function ", node.returns_ref ? "ref " : "");
  type(node.return_type);
  put(' ', node.name.text);
  for (const Name& parameter : node.type_parameters) put(&parameter == node.type_parameters.data() ? "<" : ", ", parameter.text);
  if (!node.type_parameters.empty()) put('>');
  put(' ');
  parameters(node.parameters);
  if (node.block != nullptr) child(node.block);
  if (node.expression != nullptr) child(node.expression);
  put(')');
}

void Printer::switch_statement(const SwitchStatement& node) {
  put("(switch");
  child(node.value);
  for (const SwitchSection& section : node.sections) {
    put(" (");
    for (const SwitchLabel& label : section.labels) {
      if (&label != section.labels.data()) put(' ');
      if (label.pattern == nullptr) {
        put("default");
        continue;
      }
      pattern(label.pattern);
      if (label.guard == nullptr) continue;
      put(" when");
      child(label.guard);
    }
    put(" :");
    for (const Statement* inner : section.statements) child(inner);
    put(')');
  }
  put(')');
}

void Printer::for_statement(const ForStatement& node) {
  put("(for");
  if (node.declaration != nullptr) {
    child(node.declaration);
  } else {
    expressions(node.initializers);
  }
  optional_child(node.condition);
  expressions(node.iterators);
  child(node.body);
  put(')');
}

void Printer::foreach_statement(const ForeachStatement& node) {
  put("(foreach ");
  if (node.target != nullptr) {
    expression(node.target);
  } else {
    type(node.type);
    put(' ', node.name.text);
  }
  child(node.source);
  child(node.body);
  put(')');
}

void Printer::try_statement(const TryStatement& node) {
  put("(try");
  child(node.block);
  for (const CatchClause& clause : node.catches) {
    put(" (catch");
    if (clause.type != nullptr) {
      put(' ');
      type(clause.type);
    }
    if (!clause.name.empty()) put(' ', clause.name.text);
    if (clause.filter != nullptr) {
      put(" when");
      child(clause.filter);
    }
    child(clause.block);
    put(')');
  }
  if (node.finally != nullptr) {
    put(" (finally");
    child(node.finally);
    put(')');
  }
  put(')');
}

void Printer::goto_statement(const GotoStatement& node) {
  put("(goto");
  if (node.target == GotoKind::kLabel) put(' ', node.label.text);
  if (node.target == GotoKind::kDefault) put(" default");
  if (node.target == GotoKind::kCase) {
    put(" case");
    child(node.value);
  }
  put(')');
}

void Printer::statement(const Statement* node) {
  switch (node->kind) {
    case StatementKind::kBlock: {
      const auto& statements = static_cast<const Block*>(node)->statements;
      put('{');
      for (std::size_t i = 0; i < statements.size(); ++i) {
        if (i > 0) put(' ');
        statement(statements[i]);
      }
      put('}');
      break;
    }
    case StatementKind::kEmpty: put("(empty)"); break;
    case StatementKind::kBreak: put("(break)"); break;
    case StatementKind::kContinue: put("(continue)"); break;
    case StatementKind::kYieldBreak: put("(yield break)"); break;
    case StatementKind::kLocal: local(static_cast<const LocalStatement&>(*node)); break;
    case StatementKind::kLocalFunction: local_function(static_cast<const LocalFunctionStatement&>(*node)); break;
    case StatementKind::kExpression:
      put("(do");
      child(static_cast<const ExpressionStatement*>(node)->expression);
      put(')');
      break;
    case StatementKind::kSwitch: switch_statement(static_cast<const SwitchStatement&>(*node)); break;
    case StatementKind::kFor: for_statement(static_cast<const ForStatement&>(*node)); break;
    case StatementKind::kForeach: foreach_statement(static_cast<const ForeachStatement&>(*node)); break;
    case StatementKind::kTry: try_statement(static_cast<const TryStatement&>(*node)); break;
    case StatementKind::kGoto: goto_statement(static_cast<const GotoStatement&>(*node)); break;
    default: loop_statement(node); break;
  }
}

void Printer::loop_statement(const Statement* node) {
  put('(');
  switch (node->kind) {
    case StatementKind::kIf: {
      const auto& branch = static_cast<const IfStatement&>(*node);
      put("if");
      child(branch.condition);
      child(branch.then);
      if (branch.otherwise != nullptr) child(branch.otherwise);
      break;
    }
    case StatementKind::kWhile:
      put("while");
      child(static_cast<const WhileStatement*>(node)->condition);
      child(static_cast<const WhileStatement*>(node)->body);
      break;
    case StatementKind::kDo:
      put("do-while");
      child(static_cast<const DoStatement*>(node)->body);
      child(static_cast<const DoStatement*>(node)->condition);
      break;
    case StatementKind::kReturn:
      put("return");
      if (const auto* value = static_cast<const ReturnStatement*>(node)->value) child(value);
      break;
    case StatementKind::kThrow:
      put("throw");
      if (const auto* value = static_cast<const ThrowStatement*>(node)->value) child(value);
      break;
    case StatementKind::kLabeled:
      put("label ", static_cast<const LabeledStatement*>(node)->label.text);
      child(static_cast<const LabeledStatement*>(node)->statement);
      break;
    case StatementKind::kUsing: {
      const auto& use = static_cast<const UsingStatement&>(*node);
      put("using");
      if (use.declaration != nullptr) child(use.declaration);
      if (use.value != nullptr) child(use.value);
      child(use.body);
      break;
    }
    case StatementKind::kLock:
      put("lock");
      child(static_cast<const LockStatement*>(node)->value);
      child(static_cast<const LockStatement*>(node)->body);
      break;
    case StatementKind::kChecked:
      put(static_cast<const CheckedStatement*>(node)->is_checked ? "checked" : "unchecked");
      child(static_cast<const CheckedStatement*>(node)->block);
      break;
    case StatementKind::kYieldReturn:
      put("yield");
      child(static_cast<const YieldReturnStatement*>(node)->value);
      break;
    default: break;
  }
  put(')');
}

}  // namespace

std::string print(const ast::Expression& expression) {
  std::string out;
  Printer(out).expression(&expression);
  return out;
}

std::string print(const ast::Statement& statement) {
  std::string out;
  Printer(out).statement(&statement);
  return out;
}

std::string print(const ast::Type& type) {
  std::string out;
  Printer(out).type(&type);
  return out;
}

std::string print(const ast::Pattern& pattern) {
  std::string out;
  Printer(out).pattern(&pattern);
  return out;
}

}  // namespace portcullis
