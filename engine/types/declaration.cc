// The reader of declarations. One pass, no allocation: it runs over every row of a type at the type's first use.
#include "engine/types/declaration.h"

#include <array>
#include <string>

#include "base/check.h"

namespace portcullis {
namespace {

[[noreturn]] void fail(std::string_view declaration, std::string_view why) {
  std::string sentence = "definition table: ";
  sentence.append(why).append(" in `").append(declaration).append("`");
  check_failed("declaration reads", sentence.c_str(), __FILE__, __LINE__);
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '@' || (c & 0x80) != 0;
}

void skip_spaces(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
}

// Takes `word` when the text begins with it as a whole word.
bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  if (text.size() > word.size() && is_word(text[word.size()])) return false;
  text.remove_prefix(word.size());
  skip_spaces(text);
  return true;
}

std::string_view take_identifier(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_word(text[length])) ++length;
  const std::string_view word = text.substr(0, length);
  text.remove_prefix(length);
  return word.starts_with('@') ? word.substr(1) : word;
}

// The length of a bracketed piece that starts at the front, brackets included; 0 when it does not close.
std::size_t bracketed_length(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '<' || c == '(' || c == '[') ++depth;
    if (c == '>' || c == ')' || c == ']') {
      if (--depth == 0) return i + 1;
    }
  }
  return 0;
}

// Takes `( … )` and the like from the front and gives the inside.
std::string_view take_bracketed(std::string_view& text, std::string_view declaration) {
  const std::size_t length = bracketed_length(text);
  if (length < 2) fail(declaration, "an unclosed bracket");
  const std::string_view inside = text.substr(1, length - 2);
  text.remove_prefix(length);
  skip_spaces(text);
  return trim_spaces(inside);
}

std::string_view take_type(std::string_view& text, std::string_view declaration) {
  const std::size_t length = type_length(text);
  if (length == 0) fail(declaration, "no type where one should stand");
  const std::string_view type = text.substr(0, length);
  text.remove_prefix(length);
  skip_spaces(text);
  return type;
}

struct OperatorName {
  std::string_view symbol;
  std::string_view binary;
  std::string_view unary;
};
// Longer symbols first, so that `<=` is not taken for `<`.
constexpr std::array<OperatorName, 22> kOperators = {{
    {"==", "op_Equality", ""}, {"!=", "op_Inequality", ""}, {"<=", "op_LessThanOrEqual", ""},
    {">=", "op_GreaterThanOrEqual", ""}, {"<<", "op_LeftShift", ""}, {">>", "op_RightShift", ""},
    {"++", "", "op_Increment"}, {"--", "", "op_Decrement"}, {"+", "op_Addition", "op_UnaryPlus"},
    {"-", "op_Subtraction", "op_UnaryNegation"}, {"*", "op_Multiply", ""}, {"/", "op_Division", ""},
    {"%", "op_Modulus", ""}, {"<", "op_LessThan", ""}, {">", "op_GreaterThan", ""}, {"&", "op_BitwiseAnd", ""},
    {"|", "op_BitwiseOr", ""}, {"^", "op_ExclusiveOr", ""}, {"!", "", "op_LogicalNot"}, {"~", "", "op_OnesComplement"},
    {"true", "", "op_True"}, {"false", "", "op_False"},
}};

std::string_view take_operator(std::string_view& text, std::string_view declaration, std::size_t* index) {
  for (std::size_t i = 0; i < kOperators.size(); ++i) {
    if (!text.starts_with(kOperators[i].symbol)) continue;
    text.remove_prefix(kOperators[i].symbol.size());
    skip_spaces(text);
    *index = i;
    return kOperators[i].symbol;
  }
  fail(declaration, "an unknown operator");
}

void read_accessors(MemberSyntax& member, std::string_view rest) {
  member.has_setter = rest.find("set;") != std::string_view::npos || rest.find("set ") != std::string_view::npos;
}

MemberSyntax read_conversion(MemberSyntax member, std::string_view text, std::string_view declaration) {
  member.is_static = true;
  member.name = member.kind == MemberKind::kImplicitConversion ? "op_Implicit" : "op_Explicit";
  if (!take_word(text, "operator")) fail(declaration, "no `operator` after `implicit` or `explicit`");
  member.type = take_type(text, declaration);
  if (!text.starts_with('(')) fail(declaration, "no parameter list");
  member.parameters = take_bracketed(text, declaration);
  return member;
}

MemberSyntax read_operator(MemberSyntax member, std::string_view text, std::string_view declaration) {
  member.kind = MemberKind::kOperator;
  member.is_static = true;
  std::size_t index = 0;
  take_operator(text, declaration, &index);
  if (!text.starts_with('(')) fail(declaration, "no parameter list");
  member.parameters = take_bracketed(text, declaration);
  member.name = count_items(member.parameters) == 1 ? kOperators[index].unary : kOperators[index].binary;
  if (member.name.empty()) fail(declaration, "the wrong number of operands");
  return member;
}

MemberSyntax read_named(MemberSyntax member, std::string_view text, std::string_view declaration) {
  if (text.starts_with("this[") || text.starts_with("this [")) {
    text.remove_prefix(4);
    skip_spaces(text);
    member.kind = MemberKind::kIndexer;
    member.name = "Item";
    member.parameters = take_bracketed(text, declaration);
    read_accessors(member, text);
    return member;
  }
  member.name = take_identifier(text);
  if (member.name.empty()) fail(declaration, "no name");
  skip_spaces(text);
  if (text.starts_with('<')) member.type_parameters = take_bracketed(text, declaration);
  if (text.starts_with('(')) {
    member.kind = MemberKind::kMethod;
    member.parameters = take_bracketed(text, declaration);
    std::string_view first = member.parameters;
    member.is_extension = take_word(first, "this");
    if (text.starts_with("where ")) member.constraints = text;
    return member;
  }
  member.kind = MemberKind::kProperty;
  if (!text.empty() && text.front() != '{' && text.front() != ';' && text.front() != '=') fail(declaration, "stray text");
  read_accessors(member, text);
  return member;
}

MemberSyntax read_constructor(MemberSyntax member, std::string_view text, std::string_view declaration) {
  member.kind = MemberKind::kConstructor;
  member.name = ".ctor";
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos) fail(declaration, "no parameter list");
  text.remove_prefix(open);
  member.parameters = take_bracketed(text, declaration);
  return member;
}

void split_full_name(TypeSyntax& type, std::string_view& text, std::string_view declaration) {
  std::size_t length = 0;
  while (length < text.size() && (is_word(text[length]) || text[length] == '.')) ++length;
  const std::string_view full = text.substr(0, length);
  text.remove_prefix(length);
  const std::size_t dot = full.rfind('.');
  type.name = dot == std::string_view::npos ? full : full.substr(dot + 1);
  type.namespace_name = dot == std::string_view::npos ? std::string_view{} : full.substr(0, dot);
  if (type.name.empty()) fail(declaration, "no name");
}

TypeKind read_kind(std::string_view& text, std::string_view declaration) {
  if (take_word(text, "class")) return TypeKind::kClass;
  if (take_word(text, "struct")) return TypeKind::kStruct;
  if (take_word(text, "interface")) return TypeKind::kInterface;
  if (take_word(text, "delegate")) return TypeKind::kDelegate;
  if (take_word(text, "enum")) return TypeKind::kEnum;
  fail(declaration, "none of class, struct, interface, delegate, enum");
}

}  // namespace

std::string_view trim_spaces(std::string_view text) {
  skip_spaces(text);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool next_item(std::string_view& list, std::string_view& item) {
  skip_spaces(list);
  if (list.empty()) return false;
  int depth = 0;
  bool in_text = false;
  std::size_t i = 0;
  for (; i < list.size(); ++i) {
    const char c = list[i];
    if (c == '"' || c == '\'') in_text = !in_text;
    if (in_text) continue;
    if (c == '<' || c == '(' || c == '[') ++depth;
    if (c == '>' || c == ')' || c == ']') --depth;
    if (c == ',' && depth == 0) break;
  }
  item = trim_spaces(list.substr(0, i));
  list.remove_prefix(i < list.size() ? i + 1 : i);
  return true;
}

bool next_constraint(std::string_view& text, std::string_view& parameter, std::string_view& list) {
  skip_spaces(text);
  if (!take_word(text, "where")) return false;
  parameter = take_identifier(text);
  skip_spaces(text);
  if (parameter.empty() || !text.starts_with(':')) fail(text, "a constraint without a colon");
  text.remove_prefix(1);
  const std::size_t end = text.find(" where ");
  list = trim_spaces(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  return true;
}

std::size_t count_items(std::string_view list) {
  std::size_t count = 0;
  for (std::string_view item; next_item(list, item);) ++count;
  return count;
}

std::size_t type_length(std::string_view text) {
  std::size_t at = 0;
  if (text.starts_with('(')) {
    at = bracketed_length(text);
  } else {
    while (at < text.size() && (is_word(text[at]) || text[at] == '.' || text[at] == '<')) {
      if (text[at] != '<') {
        ++at;
        continue;
      }
      const std::size_t length = bracketed_length(text.substr(at));
      if (length == 0) return 0;
      at += length;
    }
  }
  while (at < text.size() && at > 0 && (text[at] == '?' || text[at] == '[')) {
    if (text[at] == '?') {
      ++at;
      continue;
    }
    const std::size_t length = bracketed_length(text.substr(at));
    if (length == 0) return 0;
    at += length;
  }
  return at;
}

TypeSyntax split_type(std::string_view declaration) {
  TypeSyntax type;
  std::string_view text = trim_spaces(declaration);
  if (text.starts_with('[')) {
    const std::string_view attribute = take_bracketed(text, declaration);
    type.is_flags = attribute == "flags" || attribute == "Flags";
  }
  for (;;) {
    if (take_word(text, "static")) type.is_static = type.is_sealed = true;
    else if (take_word(text, "sealed")) type.is_sealed = true;
    else if (take_word(text, "abstract")) type.is_abstract = true;
    else if (!take_word(text, "public") && !take_word(text, "readonly")) break;
  }
  type.kind = read_kind(text, declaration);
  if (type.kind == TypeKind::kDelegate) type.result = take_type(text, declaration);
  split_full_name(type, text, declaration);
  skip_spaces(text);
  if (text.starts_with('<')) type.type_parameters = take_bracketed(text, declaration);
  if (type.kind == TypeKind::kDelegate) {
    if (!text.starts_with('(')) fail(declaration, "no parameter list");
    type.parameters = take_bracketed(text, declaration);
  }
  if (text.starts_with(':')) {
    text.remove_prefix(1);
    const std::size_t constraints = text.find(" where ");
    type.bases = trim_spaces(text.substr(0, constraints));
  } else if (!text.empty() && !text.starts_with("where ") && text != ";") {
    fail(declaration, "stray text");
  }
  return type;
}

MemberSyntax split_member(std::string_view declaration) {
  MemberSyntax member;
  std::string_view text = trim_spaces(declaration);
  for (;;) {
    if (take_word(text, "static")) member.is_static = true;
    else if (take_word(text, "const")) member.is_static = member.is_constant = true;
    else if (!take_word(text, "public") && !take_word(text, "readonly") && !take_word(text, "virtual") &&
             !take_word(text, "override") && !take_word(text, "abstract") && !take_word(text, "sealed")) break;
  }
  if (take_word(text, "new")) return read_constructor(member, text, declaration);
  if (take_word(text, "implicit")) {
    member.kind = MemberKind::kImplicitConversion;
    return read_conversion(member, text, declaration);
  }
  if (take_word(text, "explicit")) {
    member.kind = MemberKind::kExplicitConversion;
    return read_conversion(member, text, declaration);
  }
  member.type = take_type(text, declaration);
  if (take_word(text, "operator")) return read_operator(member, text, declaration);
  return read_named(member, text, declaration);
}

ParameterSyntax split_parameter(std::string_view text) {
  ParameterSyntax parameter;
  std::string_view rest = trim_spaces(text);
  if (rest.starts_with('[')) take_bracketed(rest, text);  // [Optional] and the like
  parameter.is_this = take_word(rest, "this");
  if (take_word(rest, "params")) parameter.mode = ParameterMode::kParams;
  else if (take_word(rest, "out")) parameter.mode = ParameterMode::kOut;
  else if (take_word(rest, "ref")) parameter.mode = ParameterMode::kRef;
  else if (take_word(rest, "in")) parameter.mode = ParameterMode::kIn;
  parameter.type = take_type(rest, text);
  parameter.name = take_identifier(rest);
  skip_spaces(rest);
  if (rest.starts_with('=')) {
    parameter.is_optional = true;
    parameter.default_text = trim_spaces(rest.substr(1));
  } else if (!rest.empty()) {
    fail(text, "stray text after a parameter");
  }
  return parameter;
}

TypeParameterSyntax split_type_parameter(std::string_view text) {
  TypeParameterSyntax parameter;
  std::string_view rest = trim_spaces(text);
  if (take_word(rest, "out")) parameter.variance = 1;
  else if (take_word(rest, "in")) parameter.variance = -1;
  parameter.name = take_identifier(rest);
  if (parameter.name.empty()) fail(text, "no type parameter");
  return parameter;
}

}  // namespace portcullis
