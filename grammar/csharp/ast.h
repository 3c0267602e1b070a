// The nodes of C# 7.3 as policies may write it: what the author wrote, nothing looked up.
//
// Nodes live in the Arena given to the parser, and so do their lists and decoded texts; undecoded names are views into
// the source text. All spans are bytes of the expression's own text (what stands inside `@( )` or `@{ }`).
//
// What the parser has already decided, so that nobody else needs to:
//  - parentheses leave no node, only `Expression::parenthesized`;
//  - `a?.b.c` is ConditionalAccess{a, MemberAccess{MemberAccess{ConditionalReceiver, b}, c}}: the second part is what is
//    skipped when `a` is null, and its innermost target is the ConditionalReceiver;
//  - `var (a, b) = t` is an Assignment to a Tuple of Declarations, the same as `(var a, var b) = t`;
//  - `-2147483648` and `-9223372036854775808` are one Literal.
// Left-associative chains (`a + b + c ...`, `a.b().c()...`) may be thousands of nodes deep on their left side; walk down
// `left`/`target` in a loop. All other nesting is bounded by ParseOptions::max_depth.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/source.h"

namespace portcullis::ast {

struct Expression;
struct Statement;
struct Block;
struct Type;
struct Pattern;

/// An identifier without `@`, escapes decoded. Empty text: not written.
struct Name {
  std::string_view text;
  Span span;

  [[nodiscard]] bool empty() const { return text.empty(); }
  [[nodiscard]] bool is_discard() const { return text == "_"; }
};

// ---------------------------------------------------------------------------------------------------------- types

enum class TypeKind : std::uint8_t { kPredefined, kNamed, kVar, kDynamic, kNullable, kArray, kTuple };

enum class PredefinedType : std::uint8_t {
  kBool, kByte, kSByte, kShort, kUShort, kInt, kUInt, kLong, kULong, kChar, kFloat, kDouble, kDecimal, kString, kObject,
  kVoid
};

/// `var` and `dynamic` have no more than this.
struct Type {
  TypeKind kind;
  Span span;
};

template <TypeKind K>
struct TypeOf : Type {
  static constexpr TypeKind kKind = K;
  TypeOf() : Type{K, {}} {}
};

struct VarType : TypeOf<TypeKind::kVar> {};
struct DynamicType : TypeOf<TypeKind::kDynamic> {};

struct PredefinedTypeName : TypeOf<TypeKind::kPredefined> {
  PredefinedType type{};
};

/// One part of a dotted name. `List<>` (only in typeof) has no arguments and `unbound_arity` 1.
struct NamePart {
  Name name;
  std::span<Type* const> arguments;
  std::uint32_t unbound_arity = 0;
};

struct NamedType : TypeOf<TypeKind::kNamed> {
  Name alias;  // `global` of `global::System.Uri`
  std::span<const NamePart> parts;
};

struct NullableType : TypeOf<TypeKind::kNullable> {
  Type* element = nullptr;
};

/// `int[,][]` is an array of rank 2 whose element is an array of rank 1.
struct ArrayType : TypeOf<TypeKind::kArray> {
  Type* element = nullptr;
  std::uint32_t rank = 1;
};

struct TupleTypeElement {
  Type* type = nullptr;
  Name name;  // may be empty
};

struct TupleType : TypeOf<TypeKind::kTuple> {
  std::span<const TupleTypeElement> elements;
};

// ---------------------------------------------------------------------------------------------------- expressions

enum class ExpressionKind : std::uint8_t {
  kLiteral,
  kInterpolatedString,
  kName,
  kPredefinedType,
  kMemberAccess,
  kCall,
  kIndex,
  kConditionalAccess,
  kConditionalReceiver,
  kUnary,
  kBinary,
  kConditional,
  kAssignment,
  kCast,
  kAs,
  kIs,
  kNew,
  kNewArray,
  kArrayInitializer,
  kNewAnonymous,
  kTuple,
  kDeclaration,
  kLambda,
  kQuery,
  kTypeof,
  kDefault,
  kNameof,
  kSizeof,
  kChecked,
  kThrow,
  kRef
};

struct Expression {
  ExpressionKind kind;
  bool parenthesized = false;  // written in at least one pair of parentheses; `span` then includes them
  Span span;
};

template <ExpressionKind K>
struct ExpressionOf : Expression {
  static constexpr ExpressionKind kKind = K;
  ExpressionOf() : Expression{K, false, {}} {}
};

enum class LiteralType : std::uint8_t {
  kNull, kBool, kInt, kUInt, kLong, kULong, kFloat, kDouble, kDecimal, kChar, kString
};

/// The type is C#'s own choice by size and suffix.
struct Literal : ExpressionOf<ExpressionKind::kLiteral> {
  LiteralType type{};
  std::uint64_t integer = 0;  // bool 0/1, char its UTF-16 unit, integers in two's complement
  double real = 0;            // kFloat (already rounded to float) and kDouble
  std::string_view text;      // kString: decoded, UTF-8 or WTF-8; kDecimal: the digits, without `_` and suffix
};

/// Text (`value` null) or a hole.
struct InterpolationPart {
  Span span;
  std::string_view text;            // decoded, `{{` already one brace
  Expression* value = nullptr;
  Expression* alignment = nullptr;  // null when not written
  std::string_view format;          // decoded
  bool has_format = false;
};

struct InterpolatedString : ExpressionOf<ExpressionKind::kInterpolatedString> {
  std::span<const InterpolationPart> parts;
};

/// `x`, `F<int>`, `global::System`. Also `_`, which only the binder can tell from a variable of that name.
struct NameExpression : ExpressionOf<ExpressionKind::kName> {
  Name alias;
  Name name;
  std::span<Type* const> type_arguments;
};

/// `int` in `int.Parse`.
struct PredefinedTypeExpression : ExpressionOf<ExpressionKind::kPredefinedType> {
  PredefinedType type{};
};

struct MemberAccess : ExpressionOf<ExpressionKind::kMemberAccess> {
  Expression* target = nullptr;
  Span operator_span;  // the `.`
  Name name;
  std::span<Type* const> type_arguments;
};

enum class ArgumentMode : std::uint8_t { kValue, kRef, kOut, kIn };

/// `out var n` and `out int n` have a Declaration as value; `out _` the NameExpression `_`.
struct Argument {
  Name name;  // of a named argument, else empty
  ArgumentMode mode{};
  Expression* value = nullptr;
  Span span;
};

struct Call : ExpressionOf<ExpressionKind::kCall> {
  Expression* target = nullptr;  // for `a.M(1)` a MemberAccess
  std::span<const Argument> arguments;
  Span arguments_span;  // with the parentheses
};

struct Index : ExpressionOf<ExpressionKind::kIndex> {
  Expression* target = nullptr;
  std::span<const Argument> arguments;
  Span arguments_span;  // with the brackets
};

struct ConditionalAccess : ExpressionOf<ExpressionKind::kConditionalAccess> {
  Expression* target = nullptr;
  Expression* when_not_null = nullptr;
  Span operator_span;  // the `?`
};

/// Stands for the non-null value of the nearest enclosing ConditionalAccess's target.
struct ConditionalReceiver : ExpressionOf<ExpressionKind::kConditionalReceiver> {};

enum class UnaryOperator : std::uint8_t {
  kPlus, kMinus, kNot, kComplement, kPreIncrement, kPreDecrement, kPostIncrement, kPostDecrement
};

struct Unary : ExpressionOf<ExpressionKind::kUnary> {
  UnaryOperator op{};
  Span operator_span;
  Expression* operand = nullptr;
};

enum class BinaryOperator : std::uint8_t {
  kMultiply, kDivide, kRemainder, kAdd, kSubtract, kShiftLeft, kShiftRight, kLess, kGreater, kLessEqual, kGreaterEqual,
  kEqual, kNotEqual, kAnd, kXor, kOr, kAndAlso, kOrElse, kCoalesce
};

struct Binary : ExpressionOf<ExpressionKind::kBinary> {
  BinaryOperator op{};
  Span operator_span;
  Expression* left = nullptr;
  Expression* right = nullptr;  // of `??` it may be a Throw
};

/// `c ? a : b`; a branch may be a Throw.
struct Conditional : ExpressionOf<ExpressionKind::kConditional> {
  Expression* condition = nullptr;
  Expression* when_true = nullptr;
  Expression* when_false = nullptr;
  Span operator_span;  // the `?`
};

/// `a = b`, or `a op= b` when `compound`. The target may be a Tuple (deconstruction).
struct Assignment : ExpressionOf<ExpressionKind::kAssignment> {
  bool compound = false;
  BinaryOperator op{};
  Span operator_span;
  Expression* target = nullptr;
  Expression* value = nullptr;
};

struct Cast : ExpressionOf<ExpressionKind::kCast> {
  Type* type = nullptr;
  Expression* operand = nullptr;
};

struct As : ExpressionOf<ExpressionKind::kAs> {
  Expression* operand = nullptr;
  Type* type = nullptr;
  Span operator_span;
};

struct Is : ExpressionOf<ExpressionKind::kIs> {
  Expression* operand = nullptr;
  Pattern* pattern = nullptr;
  Span operator_span;
};

struct Initializer;

enum class InitializerElementKind : std::uint8_t {
  kMember,  // `Name = value`
  kIndex,   // `[arguments] = value`
  kAdd      // `value`, or `{ values }`: a call of Add
};

struct InitializerElement {
  InitializerElementKind kind{};
  Span span;
  Name member;
  std::span<const Argument> index;
  std::span<Expression* const> values;  // kAdd: the arguments of Add; otherwise one, unless `nested` is there
  bool braced = false;                  // kAdd written `{ a, b }`
  Initializer* nested = nullptr;        // `Name = { ... }`
};

/// What stands in braces after `new T(...)`.
struct Initializer {
  Span span;
  std::span<const InitializerElement> elements;
};

struct New : ExpressionOf<ExpressionKind::kNew> {
  Type* type = nullptr;
  std::span<const Argument> arguments;
  bool has_arguments = false;  // parentheses were written
  Span arguments_span;
  Initializer* initializer = nullptr;
};

/// `new T[2, 3][] { ... }`: `type` is the whole array type. `new[,] { ... }`: `type` is null, `rank` 2.
struct ArrayInitializer;
struct NewArray : ExpressionOf<ExpressionKind::kNewArray> {
  ArrayType* type = nullptr;
  std::uint32_t rank = 1;
  std::span<Expression* const> sizes;  // empty, or `rank` of them
  ArrayInitializer* initializer = nullptr;
};

/// `{ 1, 2 }` inside an array creation, an array declaration, or another array initialiser.
struct ArrayInitializer : ExpressionOf<ExpressionKind::kArrayInitializer> {
  std::span<Expression* const> elements;
};

struct AnonymousMember {
  Name name;  // written, or the last identifier of `value`
  Expression* value = nullptr;
};

struct NewAnonymous : ExpressionOf<ExpressionKind::kNewAnonymous> {
  std::span<const AnonymousMember> members;
};

struct TupleElement {
  Name name;  // as written before `:`; inferred names are the binder's
  Expression* value = nullptr;
};

struct Tuple : ExpressionOf<ExpressionKind::kTuple> {
  std::span<const TupleElement> elements;
};

/// `int n` or `var n` where an expression stands: an out argument or a deconstruction target. The name may be `_`.
struct Declaration : ExpressionOf<ExpressionKind::kDeclaration> {
  Type* type = nullptr;
  Name name;
};

enum class ParameterMode : std::uint8_t { kValue, kRef, kOut, kIn, kParams };

struct Parameter {
  ParameterMode mode{};
  Type* type = nullptr;  // null: to be inferred
  Name name;
  Expression* default_value = nullptr;
  Span span;
};

/// Lambda or anonymous method; exactly one of `expression` and `block` is set.
struct Lambda : ExpressionOf<ExpressionKind::kLambda> {
  bool anonymous_method = false;
  bool has_parameter_list = true;  // `delegate { }` has none and fits any delegate without out parameters
  std::span<const Parameter> parameters;
  Expression* expression = nullptr;  // may be a Throw
  Block* block = nullptr;
  Span arrow_span;  // `=>` or `delegate`
};

enum class QueryClauseKind : std::uint8_t { kFrom, kLet, kWhere, kOrderBy, kJoin, kSelect, kGroupBy, kInto };

struct Ordering {
  Expression* key = nullptr;
  bool descending = false;
};

/// One clause; which fields are set stands beside them.
struct QueryClause {
  QueryClauseKind kind{};
  Span span;
  Type* type = nullptr;               // from, join: the range variable's type when written
  Name name;                          // from, let, join, into: the range variable
  Expression* value = nullptr;        // from, join: the source; let, where, select: the expression; group: the element
  Expression* left_key = nullptr;     // join: after `on`
  Expression* right_key = nullptr;    // join: after `equals`; group: after `by`
  Name into;                          // join ... into
  std::span<const Ordering> orderings;
};

/// Begins with a from clause; each run of clauses ends with select or group, and goes on only through an into clause.
struct Query : ExpressionOf<ExpressionKind::kQuery> {
  std::span<const QueryClause> clauses;
};

struct Typeof : ExpressionOf<ExpressionKind::kTypeof> {
  Type* type = nullptr;
};

/// `default(T)`, or `default` with `type` null.
struct Default : ExpressionOf<ExpressionKind::kDefault> {
  Type* type = nullptr;
};

struct Nameof : ExpressionOf<ExpressionKind::kNameof> {
  Expression* operand = nullptr;
};

struct Sizeof : ExpressionOf<ExpressionKind::kSizeof> {
  Type* type = nullptr;
};

struct Checked : ExpressionOf<ExpressionKind::kChecked> {
  bool is_checked = true;  // false: `unchecked(...)`
  Expression* operand = nullptr;
};

struct Throw : ExpressionOf<ExpressionKind::kThrow> {
  Expression* operand = nullptr;
};

/// `ref x` as initialiser of a ref local or as a returned value.
struct Ref : ExpressionOf<ExpressionKind::kRef> {
  Expression* operand = nullptr;
};

// ------------------------------------------------------------------------------------------------------- patterns

enum class PatternKind : std::uint8_t { kConstant, kType, kTypeOrConstant, kDeclaration, kVar };

struct Pattern {
  PatternKind kind;
  Span span;
};

template <PatternKind K>
struct PatternOf : Pattern {
  static constexpr PatternKind kKind = K;
  PatternOf() : Pattern{K, {}} {}
};

struct ConstantPattern : PatternOf<PatternKind::kConstant> {
  Expression* value = nullptr;
};

/// Only after `is`.
struct TypePattern : PatternOf<PatternKind::kType> {
  Type* type = nullptr;
};

/// `is A.B`, only after `is`: a type if there is one of that name, else a constant. Both readings of the same words.
struct TypeOrConstantPattern : PatternOf<PatternKind::kTypeOrConstant> {
  Type* type = nullptr;
  Expression* value = nullptr;
};

struct DeclarationPattern : PatternOf<PatternKind::kDeclaration> {
  Type* type = nullptr;
  Name name;  // may be `_`
};

struct VarPattern : PatternOf<PatternKind::kVar> {
  Name name;  // may be `_`
};

// ----------------------------------------------------------------------------------------------------- statements

enum class StatementKind : std::uint8_t {
  kBlock,
  kEmpty,
  kLocal,
  kLocalFunction,
  kExpression,
  kIf,
  kSwitch,
  kWhile,
  kDo,
  kFor,
  kForeach,
  kReturn,
  kBreak,
  kContinue,
  kGoto,
  kLabeled,
  kThrow,
  kTry,
  kUsing,
  kLock,
  kChecked,
  kYieldReturn,
  kYieldBreak
};

struct Statement {
  StatementKind kind;
  Span span;
};

template <StatementKind K>
struct StatementOf : Statement {
  static constexpr StatementKind kKind = K;
  StatementOf() : Statement{K, {}} {}
};

struct Block : StatementOf<StatementKind::kBlock> {
  std::span<Statement* const> statements;
};

struct EmptyStatement : StatementOf<StatementKind::kEmpty> {};
struct BreakStatement : StatementOf<StatementKind::kBreak> {};
struct ContinueStatement : StatementOf<StatementKind::kContinue> {};
struct YieldBreakStatement : StatementOf<StatementKind::kYieldBreak> {};

struct Declarator {
  Name name;
  Expression* value = nullptr;  // an ArrayInitializer in `int[] x = { 1 }`; null when there is no `=`
  Span span;
};

/// `int x = 1, y;`
struct LocalStatement : StatementOf<StatementKind::kLocal> {
  bool is_const = false;
  bool is_ref = false;
  Type* type = nullptr;
  std::span<const Declarator> declarators;
};

/// Exactly one of `expression` and `block` is set.
struct LocalFunctionStatement : StatementOf<StatementKind::kLocalFunction> {
  bool returns_ref = false;
  Type* return_type = nullptr;
  Name name;
  std::span<const Name> type_parameters;
  std::span<const Parameter> parameters;
  Expression* expression = nullptr;  // may be a Throw
  Block* block = nullptr;
};

/// `expression` is one that C# allows as a statement.
struct ExpressionStatement : StatementOf<StatementKind::kExpression> {
  Expression* expression = nullptr;
};

struct IfStatement : StatementOf<StatementKind::kIf> {
  Expression* condition = nullptr;
  Statement* then = nullptr;
  Statement* otherwise = nullptr;  // null without `else`
};

/// `default` has no pattern.
struct SwitchLabel {
  Pattern* pattern = nullptr;
  Expression* guard = nullptr;
  Span span;
};

struct SwitchSection {
  std::span<const SwitchLabel> labels;
  std::span<Statement* const> statements;
};

struct SwitchStatement : StatementOf<StatementKind::kSwitch> {
  Expression* value = nullptr;
  std::span<const SwitchSection> sections;
};

struct WhileStatement : StatementOf<StatementKind::kWhile> {
  Expression* condition = nullptr;
  Statement* body = nullptr;
};

struct DoStatement : StatementOf<StatementKind::kDo> {
  Statement* body = nullptr;
  Expression* condition = nullptr;
};

struct ForStatement : StatementOf<StatementKind::kFor> {
  LocalStatement* declaration = nullptr;          // either this
  std::span<Expression* const> initializers;      // or these, or neither
  Expression* condition = nullptr;                // null: forever
  std::span<Expression* const> iterators;
  Statement* body = nullptr;
};

/// `foreach (T x in e)`, or `foreach (var (a, b) in e)` with `target` set and `type` null.
struct ForeachStatement : StatementOf<StatementKind::kForeach> {
  Type* type = nullptr;
  Name name;
  Tuple* target = nullptr;
  Expression* source = nullptr;
  Statement* body = nullptr;
};

struct ReturnStatement : StatementOf<StatementKind::kReturn> {
  Expression* value = nullptr;  // null for `return;`
};

enum class GotoKind : std::uint8_t { kLabel, kCase, kDefault };

struct GotoStatement : StatementOf<StatementKind::kGoto> {
  GotoKind target{};
  Name label;
  Expression* value = nullptr;
};

struct LabeledStatement : StatementOf<StatementKind::kLabeled> {
  Name label;
  Statement* statement = nullptr;
};

struct ThrowStatement : StatementOf<StatementKind::kThrow> {
  Expression* value = nullptr;  // null for `throw;`
};

struct CatchClause {
  Type* type = nullptr;  // null: catches all
  Name name;             // may be empty
  Expression* filter = nullptr;
  Block* block = nullptr;
  Span span;
};

struct TryStatement : StatementOf<StatementKind::kTry> {
  Block* block = nullptr;
  std::span<const CatchClause> catches;
  Block* finally = nullptr;
};

/// One of `declaration` and `value` is set.
struct UsingStatement : StatementOf<StatementKind::kUsing> {
  LocalStatement* declaration = nullptr;
  Expression* value = nullptr;
  Statement* body = nullptr;
};

struct LockStatement : StatementOf<StatementKind::kLock> {
  Expression* value = nullptr;
  Statement* body = nullptr;
};

struct CheckedStatement : StatementOf<StatementKind::kChecked> {
  bool is_checked = true;
  Block* block = nullptr;
};

struct YieldReturnStatement : StatementOf<StatementKind::kYieldReturn> {
  Expression* value = nullptr;
};

// -------------------------------------------------------------------------------------------------------- casting

/// `node` as a `T`, or null when it is another kind. `node` may be null.
template <typename T, typename Base>
T* as(Base* node) {
  return node != nullptr && node->kind == T::kKind ? static_cast<T*>(node) : nullptr;
}
template <typename T, typename Base>
const T* as(const Base* node) {
  return node != nullptr && node->kind == T::kKind ? static_cast<const T*>(node) : nullptr;
}

}  // namespace portcullis::ast
