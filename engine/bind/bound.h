// The typed tree: what the binder makes of an expression, and what lowering reads. Every question of C# has been answered here
// (overloads chosen, conversions explicit, names resolved, types known); what is left is order of evaluation.
//
// Nodes live in the compilation's arena. Constants that outlive it (strings, decimals) are made in the Program's arena.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/source.h"
#include "engine/program/operators.h"
#include "engine/run/slot.h"
#include "engine/types/type_table.h"

namespace portcullis::bound {

struct Expression;
struct Statement;
struct Block;

/// A local variable, parameter, range variable or temporary. One for each declaration.
struct Local {
  std::string_view name;
  const Type* type;
  Span declaration;
  struct Lambda* owner = nullptr;  // the lambda or local function it belongs to; null: the expression itself
  bool is_captured = false;        // read or written by an inner function: lives in a cell
  bool is_assigned_once = false;   // never written after its initialiser: captured by value
  bool is_parameter = false;
  bool is_by_reference = false;    // ref/out parameter of a local function
  std::uint32_t index = 0;         // free for lowering
};

struct Label {
  std::string_view name;
  std::uint32_t index = 0;  // free for lowering
};

/// A lambda, anonymous method or local function.
struct Lambda {
  std::span<Local* const> parameters;
  const Type* result;            // void: no value
  Block* body;                   // expression bodies become `return e;` (or `e;`)
  std::span<Local* const> captured;  // of enclosing functions, transitively
  Lambda* owner = nullptr;
  bool is_iterator = false;      // has `yield`
  std::string_view name;         // local functions
  std::uint32_t index = 0;       // free for lowering
};

enum class ExpressionKind : std::uint8_t {
  kConstant, kLocal, kContext, kDefault,
  kUnary, kBinary, kLogical, kConditional, kCoalesce, kConditionalAccess, kReceiverPlaceholder,
  kConversion, kIs, kAs, kTypeOf,
  kCall, kDelegateCall, kLocalFunctionCall, kNew,
  kArrayNew, kArrayLiteral, kArrayElement, kArrayLength,
  kRecordNew, kRecordField,
  kAssign, kCompoundAssign, kIncrement, kDeconstruct,
  kLambda, kMethodGroup,
  kInterpolation, kConcat,
  kSequence, kThrow,
  kDynamic,
  kError,
};

struct Expression {
  ExpressionKind kind;
  const Type* type;
  Span span;  // in the expression's own text
};

/// `type` has kind kNull for the literal null. Strings: `value.object` is a String in the Program's arena, interned (one object for
/// equal literals), or null for `(string)null`. Decimals: `value` is null and `text` their digits (`-1.50`, in the Program's
/// arena), from which lowering makes the object. Other nulls of a type (`(JObject)null`, `(int?)null`) are kDefault.
struct Constant : Expression {
  Slot value;
  std::string_view text;
};
struct LocalReference : Expression { Local* local; };
/// kContext (the implicit `context`), kDefault (default(T)), kReceiverPlaceholder (the value of the innermost enclosing
/// ConditionalAccess or initialiser target being built, see Sequence), kError.
struct Simple : Expression {};

/// Operands are already converted. `is_lifted`: operand and result are Nullable; null gives null.
struct Unary : Expression {
  UnaryOperator op;
  OperandKind operand_kind;
  bool is_checked;
  bool is_lifted;
  Expression* operand;
};

/// Built-in operators. Operands are converted to the operand kind's type (shifts: right is int; kEnum: compare or combine the
/// raw values). kString is == and != by content (concatenation is `Concat`); kReference is identity, which is also what
/// `object == string` means. User-defined operators (DateTime, Guid, …) are `Call`s. `is_lifted`: operands are Nullable of the kind's type; the result is
/// Nullable for arithmetic, bool for comparisons (null == null, null < x is false), three-valued for & and | on bool?.
struct Binary : Expression {
  BinaryOperator op;
  OperandKind operand_kind;
  bool is_checked;
  bool is_lifted;
  Expression* left;
  Expression* right;
};
/// A user-defined operator on nullables: `Call` is evaluated on the underlying values when none is null. Kept as
/// Binary{is_lifted} with operand_kind kReference is NOT allowed; use this:
struct LiftedCall {  // payload of Call::lifted
  bool result_is_bool;        // comparison: == both null true, one null false; < … false
  BinaryOperator comparison;
};

struct Logical : Expression { bool is_and; Expression* left; Expression* right; };  // && ||
struct Conditional : Expression { Expression* condition; Expression* when_true; Expression* when_false; };
/// left ?? right. `left` is a reference or Nullable; when not null its value is `unwrapped` (an expression over the
/// kReceiverPlaceholder `placeholder`, which has the underlying type of `left`; null when `left` itself has the result's type).
struct Coalesce : Expression { Expression* left; Expression* unwrapped; Expression* right; struct Placeholder* placeholder; };
/// receiver?.access : `access` contains exactly one kReceiverPlaceholder for this node (nested ones have their own `depth`).
/// When the receiver is null the value is default(type). The placeholder has the receiver's underlying type.
struct ConditionalAccess : Expression { Expression* receiver; Expression* access; struct Placeholder* placeholder; };
/// kReceiverPlaceholder: identity ties it to its owner.
struct Placeholder : Expression {};

/// All conversions are explicit nodes. `checked` matters for numeric ones. Only these kinds are left: kIdentity (no code: tuple names,
/// dynamic), kNumeric (never nullable; enums and decimal included), kReference, kBoxing (also of Nullable: no code), kUnboxing
/// (also to Nullable and from interfaces) and kNullable (T -> T? wraps, T? -> T raises when null). User-defined conversions are
/// Calls; lifted ones are ConditionalAccess nodes.
struct ConversionNode : Expression {
  ConversionKind conversion;
  bool is_checked;
  bool is_explicit;
  Expression* operand;
};

/// `operand is T` and patterns. After a match, `declared` (may be null) is assigned. kConstant compares by object.Equals.
struct Pattern {
  enum class Kind : std::uint8_t { kType, kConstant, kNull, kVar, kDiscard } kind;
  const Type* type = nullptr;       // kType
  Constant* constant = nullptr;     // kConstant
  Local* declared = nullptr;
};
struct Is : Expression { Expression* operand; Pattern pattern; };
struct As : Expression { Expression* operand; };   // target is `type` (reference or Nullable)
struct TypeOf : Expression { const Type* operand; };

struct Argument {
  Expression* value;           // kOut/kRef: an assignable expression (LocalReference, array element…), or null for a discard
  ParameterMode mode;
};
/// A member of the tables: method, getter, setter, indexer, operator. `receiver` is null for static ones; extension methods
/// have it as the first argument. Arguments stand in parameter order, params already packed into an ArrayLiteral, defaults filled
/// in; `evaluation_order` (may be empty: left to right) lists argument indices in the order the author wrote them.
struct Call : Expression {
  const MemberInfo* member;
  Native native;                 // row->native or row->setter
  Expression* receiver;
  std::span<const Argument> arguments;
  std::span<const std::uint32_t> evaluation_order;
  std::span<const Type* const> type_arguments;
  const LiftedCall* lifted;      // null: an ordinary call
  bool is_setter;                // the value is the last argument; the expression's value is that value
};
struct DelegateCall : Expression { Expression* target; std::span<const Argument> arguments; };
struct LocalFunctionCall : Expression { Lambda* function; std::span<const Argument> arguments; };
/// Constructor of a table type; `member` null: the parameterless constructor of a struct (default value).
struct New : Expression { const MemberInfo* member; std::span<const Argument> arguments; };

struct ArrayNew : Expression { std::span<Expression* const> lengths; };                 // zero-filled
struct ArrayLiteral : Expression { std::span<Expression* const> items; };               // one-dimensional
struct ArrayElement : Expression { Expression* array; std::span<Expression* const> indices; };
struct ArrayLength : Expression { Expression* array; };

struct RecordNew : Expression { std::span<Expression* const> fields; };                 // tuples, anonymous objects
struct RecordField : Expression { Expression* record; std::uint32_t index; };

/// Target: LocalReference, ArrayElement, RecordField of a local tuple (the local gets a new tuple), Call with is_setter (its value
/// argument is then `value`, already inside the call; Assign is not used for those except compound forms below).
struct Assign : Expression { Expression* target; Expression* value; };
/// target op= value and ++/--. Receiver and indices of the target are evaluated once, into `temporaries`; then `target =
/// combine` where `combine` reads the target through them.
struct CompoundAssign : Expression {
  std::span<Assign* const> temporaries;   // temp = receiver, temp = index, …
  Expression* read;                       // the target's value, over the temporaries
  Local* old_value;                       // receives `read`; `combine` is over it
  Expression* combine;                    // the new value, converted to the target's type
  Local* new_value;                       // receives `combine`
  Expression* write;                      // Assign or setter Call whose value is `new_value`
  bool yields_old;                        // x++ : the expression's value is old_value, else new_value
};
/// (a, b) = e: `source` is evaluated into a temporary, then `assignments` run in order; the value is the temporary.
struct Deconstruct : Expression { Assign* source; std::span<Expression* const> assignments; };

struct LambdaNode : Expression { Lambda* lambda; };                                     // `type` is the delegate type
/// `string.IsNullOrEmpty` as a delegate: receiver evaluated once. Conversions of arguments are inside `lambda`, which the binder
/// synthesises; so this is just a LambdaNode with a captured receiver. Kept for local functions used as delegates.
struct MethodGroup : Expression { Lambda* function; };

struct InterpolationPart {
  std::string_view text;        // literal text, when `value` is null
  Expression* value;
  std::int32_t alignment;
  String* format;               // null: none; in the Program's arena
};
struct Interpolation : Expression { std::span<const InterpolationPart> parts; };
/// String concatenation, flattened; operands of any type (null gives "").
struct Concat : Expression { std::span<Expression* const> operands; };

/// locals = …; effects in order; then the value. Used for initialisers (new T { … }), `out var`, query temporaries.
struct Sequence : Expression { std::span<Expression* const> effects; Expression* value; };
struct Throw : Expression { Expression* exception; };

/// Late binding on run-time types. operands[0] is the receiver.
struct Dynamic : Expression {
  DynamicOperation operation;
  std::string_view name;
  std::span<Expression* const> operands;
  UnaryOperator unary;
  BinaryOperator binary;
  const Type* target;
};

// ---- statements -----------------------------------------------------------------------------------------------------

enum class StatementKind : std::uint8_t {
  kBlock, kExpression, kLocal, kIf, kWhile, kDoWhile, kFor, kForEach, kSwitch,
  kReturn, kBreak, kContinue, kGoto, kLabel, kGotoCase, kThrow, kTry, kUsing, kYieldReturn, kYieldBreak, kEmpty,
};
struct Statement {
  StatementKind kind;
  Span span;
};
struct Block : Statement {
  std::span<Statement* const> statements;
  std::span<Local* const> locals;             // declared directly in it; a captured one gets a fresh cell at each entry
  std::span<Lambda* const> functions;         // local functions
};
struct ExpressionStatement : Statement { Expression* expression; };
struct LocalDeclaration : Statement { Local* local; Expression* initialiser; };  // null: not assigned yet
struct If : Statement { Expression* condition; Statement* then_branch; Statement* else_branch; };
struct While : Statement { Expression* condition; Statement* body; };            // kWhile, kDoWhile
struct For : Statement {
  Block* initialisers;                        // holds the loop's locals
  Expression* condition;                      // null: for ever
  std::span<Expression* const> iterators;
  Statement* body;
};
/// foreach. Arrays, strings and List<T> walk without an enumerator when `sequence` has that static type; a sequence whose type is
/// IEnumerator<T> is the enumerator already (the type's own GetEnumerator was called).
struct ForEach : Statement {
  Expression* sequence;
  const Type* element;           // of the sequence
  Local* current;                // receives the element (type `element`)
  Block* body;                   // begins with the author's variable = (T)current, or the deconstruction
};
struct SwitchLabel { Pattern pattern; Expression* guard; bool is_default; };
struct SwitchSection { std::span<const SwitchLabel> labels; Block* body; };
struct Switch : Statement {
  Expression* value;
  Local* value_local;            // holds the value
  std::span<const SwitchSection> sections;
  std::span<Local* const> locals;
};
struct Return : Statement { Expression* value; };                                // null in void functions
struct Jump : Statement { Label* label; };                                       // kGoto, kLabel
struct GotoCase : Statement { Switch* target; std::uint32_t section; };
struct ThrowStatement : Statement { Expression* exception; };                    // null: rethrow
struct Catch {
  const Type* type;
  Local* variable;               // may be null
  Expression* filter;            // may be null
  Block* body;
};
struct Try : Statement { Block* body; std::span<const Catch> catches; Block* finally; };
struct Using : Statement { Local* resource; Expression* initialiser; Statement* body; };
struct Yield : Statement { Expression* value; };

/// A whole bound expression or block: a function of `context`.
struct Function {
  Lambda* lambda;                // no parameters; result is the demanded type
  std::span<Lambda* const> all;  // it and every function inside, outermost first
};

}  // namespace portcullis::bound
