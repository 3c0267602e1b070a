// The binder's state and its rules, split by subject over the .cc files of this folder (each group below names its file).
// Private to engine/bind.
#pragma once

#include <deque>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/bind/bind.h"
#include "engine/bind/bound.h"
#include "engine/bind/inference.h"
#include "engine/bind/overload.h"

namespace portcullis::binding {

using bound::Expression;

__extension__ typedef __int128 Int128;  // every integer constant of C#, and what an operator makes of two

/// Growing list in an arena; `span()` may be kept once growing is over.
template <typename T>
class List {
 public:
  void push(Arena& arena, T item) {
    if (size_ == capacity_) {
      capacity_ = capacity_ == 0 ? 4 : capacity_ * 2;
      T* bigger = static_cast<T*>(arena.allocate(sizeof(T) * capacity_, alignof(T)));
      for (std::uint32_t i = 0; i < size_; ++i) new (bigger + i) T(data_[i]);
      data_ = bigger;
    }
    new (data_ + size_++) T(item);
  }
  [[nodiscard]] std::span<T> span() const { return {data_, size_}; }
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  T& operator[](std::size_t i) { return data_[i]; }
  T& back() { return data_[size_ - 1]; }
  void pop() { --size_; }
  void clear() { size_ = 0; }

 private:
  T* data_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

/// Every bound::Local is one of these.
struct LocalInfo : bound::Local {
  std::string_view read_only_because = {};  // "a `foreach` variable"; empty: may be written
  bool has_initialiser = false;             // assigned where it is declared
  bool is_used = false;
  bool is_captured_by_function = false;     // by a local function
  std::uint32_t writes = 0;
  std::int32_t flow_index = -1;             // flow.cc
};

struct LocalFunction;
struct Scope;
struct FunctionScope;

enum class SymbolKind : std::uint8_t { kLocal, kPending, kFunction, kRangeField, kConstant, kTypeParameter };
struct Symbol {
  std::string_view name;
  SymbolKind kind;
  Span declaration;
  LocalInfo* local = nullptr;         // kLocal; kRangeField: the transparent parameter
  LocalFunction* function = nullptr;
  bound::Constant* constant = nullptr;
  std::uint32_t field = 0;            // kRangeField
  const Type* type = nullptr;         // kTypeParameter: what it stands for
  Symbol* next = nullptr;
};

struct Scope {
  Scope* parent = nullptr;
  Symbol* symbols = nullptr;
  FunctionScope* function = nullptr;
  List<bound::Local*>* locals = nullptr;       // of the bound::Block they will live in
  List<bound::Lambda*>* functions = nullptr;
};

/// What a value-less kind of expression is until its use decides.
enum class Form : std::uint8_t { kError, kValue, kType, kNamespace, kMethods, kLambda, kThrow, kDefault, kTuple, kArray };

struct MethodGroup {
  std::string_view name;
  Span name_span;
  Expression* receiver = nullptr;        // null: through a type, or a local function
  const Type* type = nullptr;            // whose members were searched
  std::span<const MemberInfo* const> candidates;
  std::span<const Type* const> type_arguments;
  LocalFunction* function = nullptr;
};

struct Operand {
  Form kind = Form::kError;
  Span span{};
  Expression* value = nullptr;           // kValue
  const Type* type = nullptr;            // kType
  std::string_view name{};               // kNamespace
  MethodGroup* methods = nullptr;
  const ast::Expression* syntax = nullptr;  // kLambda, kThrow, kArray
  std::span<const Operand> items = {};   // kTuple: elements, of which at least one has no type
  std::span<const std::string_view> names = {};

  [[nodiscard]] bool is_error() const;
};

/// Stands in CallArgument::value for operands without a type.
struct OperandNode : Expression {
  Operand operand;
};

/// `operand` of kind kError: `return;`.
struct ReturnRecord {
  bound::Return* statement;
  Operand operand;
  Scope* scope;
};

struct FunctionScope {
  FunctionScope* parent = nullptr;
  bound::Lambda* lambda = nullptr;
  const Type* result = nullptr;          // null: not known yet, `returns` are converted later
  bool is_iterator = false;
  const Type* yield_type = nullptr;      // null: yield is not possible here
  bool is_root = false;
  List<ReturnRecord> returns{};
};

/// One reading of a lambda's body, for one choice of parameter types.
struct LambdaAttempt {
  const Scope* scope = nullptr;          // where the lambda stands
  bool is_checked = false;
  FunctionScope* function = nullptr;     // the lambda's own, and its body's scope
  Scope* body_scope = nullptr;
  std::span<const Type* const> parameter_types;
  bool is_expression = false;
  Operand body{};                        // expression bodies
  std::vector<Diagnostic>* diagnostics = nullptr;
  bool has_errors = false;
  bool end_is_reachable = false;         // block bodies
  const Type* natural = nullptr;         // null: none
  LambdaAttempt* next = nullptr;
};

struct LocalFunction {
  const ast::LocalFunctionStatement* syntax;
  Scope* scope;                          // where it is declared
  FunctionScope* owner;
  bound::Lambda* lambda = nullptr;       // null for generic ones
  MemberInfo* signature = nullptr;       // for overload resolution
  bool is_checked = false;
  bool has_broken_signature = false;
  struct Instance {
    std::span<const Type* const> arguments;
    bound::Lambda* lambda;
    Instance* next;
  };
  Instance* instances = nullptr;         // of generic ones
};

/// What `break`, `continue`, `goto` refer to, innermost first.
struct PendingGoto {
  bound::GotoCase* statement;
  bound::Constant* value;                // null: goto default, or the null constant when `is_null`
  bool is_default;
  bool is_null;
};
struct JumpScope {
  enum class Kind : std::uint8_t { kLoop, kSwitch, kFinally, kCatch } kind;
  JumpScope* parent = nullptr;
  const Type* switch_type = nullptr;
  List<PendingGoto> pending{};
};

/// `scope`: the block it stands in; only gotos inside of that reach it.
struct LabelRecord {
  std::string_view name;
  bound::Label* label;
  const Scope* scope;
};

class Binder final : public LambdaTyper {
 public:
  Binder(BindContext& context);

  Parsed<bound::Function*> bind_function(const ast::Expression* expression, const BindTarget& target);
  Parsed<bound::Function*> bind_function(const ast::Block* block, const BindTarget& target);

  // ---- LambdaTyper (lambdas.cc)
  std::optional<std::size_t> parameter_count(const CallArgument& lambda) override;
  const Type* parameter_type(const CallArgument& lambda, std::size_t index) override;
  const Type* result_type(const CallArgument& argument, std::span<const Type* const> parameter_types) override;
  bool converts(const CallArgument& argument, const Type& type) override;

 private:
  // ---- reporting (report.cc)
  Diagnostic& error(BindingError code, Span span, std::string message);
  Diagnostic& warning(BindingError code, Span span, std::string message);
  Expression* error_node(Span span);
  Operand error_operand(Span span);
  void report_unknown_name(const ast::NameExpression* name);
  void report_unknown_type(std::string_view name, Span span, std::size_t arity);
  void report_unknown_member(const Type& type, std::string_view name, Span span, bool is_static);
  void report_no_conversion(const Expression* value, const Type& to, Span span, bool is_explicit);
  void report_resolution(const Resolution& resolution, std::string_view name, Span name_span, Span whole,
                         std::span<const MemberInfo* const> candidates, std::span<const CallArgument> arguments);
  bool enter(Span span);  // counts depth and work; false: reported
  void leave() { --depth_; }

  // ---- names and types (names.cc, type_names.cc)
  Symbol* find_symbol(std::string_view name);
  Symbol* find_in_scope(const Scope* scope, std::string_view name);
  bool check_new_name(std::string_view name, Span span);
  LocalInfo* declare_local(const ast::Name& name, const Type& type);
  LocalInfo* declare_local(std::string_view name, Span span, const Type& type);
  LocalInfo* temporary(const Type& type);
  Symbol* add_symbol(Scope* scope, std::string_view name, SymbolKind kind, Span span);
  const Type* resolve_type(const ast::Type* type);       // error type: reported
  const Type* resolve_named(const ast::NamedType* type, bool report);
  const Type* try_type_name(const ast::NamedType* type) { return resolve_named(type, false); }
  const Type* construct(const Type& generic, std::span<ast::Type* const> arguments, Span span);
  const Type* find_nested(const Type& outer, std::string_view name, std::size_t arity);
  const Type* predefined(ast::PredefinedType type);
  Operand bind_name(const ast::NameExpression* name);
  Operand bind_member_access(const ast::MemberAccess* access, bool is_called = false);
  Operand member_of(const Operand& target, const ast::MemberAccess* access);
  Operand member_of_type(const Type& type, const ast::MemberAccess* access);
  Operand member_of_value(Expression* value, const ast::MemberAccess* access);
  Operand member_of_namespace(std::string_view name, const ast::MemberAccess* access);
  std::span<const Type* const> resolve_types(std::span<ast::Type* const> types);
  Expression* local_reference(LocalInfo* local, Span span);
  Expression* property_get(const MemberInfo& member, Expression* receiver, Span span);
  std::span<const MemberInfo* const> members(const Type& type, std::string_view name);
  void check_allowed(const MemberInfo& member, Span span);
  void check_allowed_type(const Type& type, Span span);

  // ---- expressions (expressions.cc)
  Operand bind_operand(const ast::Expression* expression);
  Operand bind_operand_inner(const ast::Expression* expression);
  Expression* bind_value(const ast::Expression* expression);
  Expression* value_of(const Operand& operand);
  Expression* bind_as(const ast::Expression* expression, const Type& type);
  Expression* bind_condition(const ast::Expression* expression);
  Expression* bind_statement_expression(const ast::Expression* expression);
  Operand bind_literal(const ast::Literal* literal);
  Operand bind_interpolated(const ast::InterpolatedString* string);
  Operand bind_conditional(const ast::Conditional* conditional);
  Operand bind_conditional_access(const ast::ConditionalAccess* access, bool as_statement);
  Operand bind_tuple(const ast::Tuple* tuple);
  Operand bind_anonymous(const ast::NewAnonymous* creation);
  Operand bind_cast(const ast::Cast* cast);
  Operand bind_as_operator(const ast::As* as);
  Operand bind_nameof(const ast::Nameof* node);
  Operand bind_sizeof(const ast::Sizeof* node);
  Expression* bind_throw(const ast::Throw* node);
  Expression* default_value(const Type& type, Span span);
  Expression* throw_as(const Operand& operand, const Type& type);
  static Operand value_operand(Expression* value) {
    return {.kind = value->type->kind == TypeKind::kError ? Form::kError : Form::kValue, .span = value->span, .value = value};
  }

  // ---- constants (constants.cc)
  bound::Constant* constant(const Type& type, Slot value, Span span);
  bound::Constant* string_constant(std::string_view text, Span span);
  bound::Constant* null_string(Span span);
  bound::Constant* bool_constant(bool value, Span span);
  bound::Constant* int_constant(std::int64_t value, Span span);
  bound::Constant* decimal_constant(std::string_view text, Span span);
  Expression* fold_unary(bound::UnaryOperator op, bound::OperandKind kind, const Type& type, const bound::Constant& operand, Span span);
  Expression* fold_binary(bound::BinaryOperator op, bound::OperandKind kind, const Type& type, const bound::Constant& left,
                          const bound::Constant& right, Span span, Span right_span);
  Expression* fold_conversion(const bound::Constant& operand, const Type& to, bool is_explicit, Span span);
  // decimal_constants.cc
  Expression* fold_decimals(bound::BinaryOperator op, const bound::Constant& left, const bound::Constant& right, Span span, Span right_span);
  Expression* fold_from_decimal(const bound::Constant& operand, const Type& to, Span span);
  Expression* fold_to_decimal(const bound::Constant& operand, Span span);
  Expression* member_constant(const MemberInfo& member, Span span);
  Expression* parse_default(const Parameter& parameter, const Type& type, Span span);
  Expression* checked_integer(Int128 value, bound::OperandKind kind, const Type& type, Span span);

  // ---- conversions (conversions.cc)
  static const bound::Constant* as_constant(const Expression* expression);
  static ConstantValue constant_value(const Expression* expression);
  Conversion find_conversion(const Expression* value, const Type& to, bool is_explicit);
  bool converts_implicitly(const Operand& operand, const Type& to);
  Expression* convert(Expression* value, const Type& to, Span span);       // implicit; reports
  Expression* convert(const Operand& operand, const Type& to, Span span);
  Expression* cast(const Operand& operand, const Type& to, Span span);
  Expression* apply(Expression* value, const Type& to, const Conversion& conversion, bool is_explicit, Span span);
  Expression* apply_user_defined(Expression* value, const Type& to, const MemberInfo& member, bool is_explicit, Span span);
  Expression* apply_nullable(Expression* value, const Type& to, bool is_explicit, Span span);
  Expression* apply_tuple(Expression* value, const Type& to, bool is_explicit, Span span);
  Expression* tuple_from(const Operand& tuple, const Type& to, Span span);
  Expression* conversion_node(ConversionKind kind, Expression* value, const Type& to, bool is_explicit, Span span);
  Expression* box(Expression* value, Span span);
  const Type* common_type(std::span<const Operand> operands);
  CallArgument argument_of(const Operand& operand);

  // ---- operators (operators.cc, equality.cc, assignment.cc)
  Operand bind_unary(const ast::Unary* unary);
  Operand unary(bound::UnaryOperator op, bool plus, Expression* operand, Span span);
  Operand bind_chain(const ast::Binary* binary);
  Operand binary(const ast::Binary* syntax, Operand left, Operand right);
  Operand arithmetic(ast::BinaryOperator op, Expression* left, Expression* right, Span span, Span operator_span);
  Operand equality(bool negated, Operand left, Operand right, Span span, Span operator_span);
  Operand compare_with_null(bool negated, Expression* value, Expression* null, Span span);
  Operand tuple_equality(bool negated, Expression* left, Expression* right, Span span, Span operator_span);
  Operand logical(bool is_and, const Operand& left, const Operand& right, Span span, Span operator_span);
  Operand coalesce(const Operand& left, const Operand& right, Span span, Span operator_span);
  Operand bad_operands(std::string_view op, const Operand& left, const Operand& right, Span span, Span operator_span);
  Expression* make_binary(bound::BinaryOperator op, bound::OperandKind kind, const Type& operand_type, const Type& result, bool lifted,
                          Expression* left, Expression* right, Span span);
  Expression* user_operator(std::string_view name, std::span<Expression* const> operands, bool is_comparison, bound::BinaryOperator op,
                            Span span, bool* ambiguous);
  Expression* combine_delegates(Expression* left, Expression* right, Span span);
  Expression* concat(Expression* left, Expression* right, Span span);
  Expression* dynamic(bound::DynamicOperation operation, std::string_view name, std::initializer_list<Expression*> operands, Span span);
  Operand bind_assignment(const ast::Assignment* assignment);
  Operand assign_to(const Operand& target, const Operand& value, Span span, Span operator_span);
  Operand bind_compound(const ast::Assignment* assignment);
  Operand bind_increment(const ast::Unary* unary);
  Operand bind_deconstruction(const ast::Tuple* target, const ast::Expression* value, Span span);
  bool deconstruct_into(const ast::Tuple* target, Expression* value, List<Expression*>& assignments, bool is_foreach);
  bool components_of(Expression* value, std::size_t count, List<Expression*>& parts, Span span);
  Expression* simple_assign(Expression* target, Expression* value, Span span);
  Operand bind_target(const ast::Expression* expression);
  bool check_assignable(Expression* target, Span span);
  struct Place {  // an assignable expression whose parts are evaluated once
    List<bound::Assign*> temporaries;
    Expression* read = nullptr;
    Expression* target = nullptr;
  };
  bool split_place(Expression* target, Place& place);
  Expression* compound(Expression* target, Span span, bool yields_old, std::string_view what,
                       const ast::Binary* op, const ast::Expression* right);
  Expression* write_place(Expression* target, Expression* value, Span span);

  // ---- calls (calls.cc)
  Operand bind_call(const ast::Call* call);
  Operand call_methods(MethodGroup& group, std::span<const ast::Argument> arguments, Span span, Span arguments_span);
  Operand call_methods(MethodGroup& group, std::vector<CallArgument>& arguments, Span span, Span arguments_span,
                       std::span<const ast::Argument> syntax);
  Operand call_local_function(MethodGroup& group, std::vector<CallArgument>& arguments, Span span, std::span<const ast::Argument> syntax);
  Operand call_delegate(Expression* target, std::span<const ast::Argument> arguments, Span span);
  Operand call_delegate(Expression* target, std::vector<CallArgument>& arguments, Span span, std::span<const ast::Argument> syntax);
  void declare_lost(std::span<const CallArgument> arguments, std::span<const ast::Argument> syntax);
  std::span<const MemberInfo* const> extensions_for(const Type& receiver, std::span<const MemberInfo* const> all);
  Operand call_dynamic(Expression* receiver, std::string_view name, bound::DynamicOperation operation,
                       std::span<const ast::Argument> arguments, Span span);
  std::vector<CallArgument> bind_arguments(std::span<const ast::Argument> arguments);
  bool any_error(std::span<const CallArgument> arguments);
  std::span<const bound::Argument> finish_arguments(const Resolution& resolution, std::span<const Parameter> parameters,
                                                    std::span<const CallArgument> arguments, std::span<const ast::Argument> syntax,
                                                    Span span, std::span<const std::uint32_t>* order);
  bound::Argument finish_argument(const CallArgument& argument, const Type& type, const ast::Argument* syntax);
  Expression* finish_out(const CallArgument& argument, const Type& type, const ast::Argument* syntax, ParameterMode mode);
  Expression* make_call(const MemberInfo& member, Expression* receiver, const Resolution& resolution,
                        std::span<const CallArgument> arguments, std::span<const ast::Argument> syntax, Span span);
  Expression* simple_call(const MemberInfo& member, Expression* receiver, std::initializer_list<Expression*> arguments, const Type& type,
                          Span span);
  Operand bind_index(const ast::Index* index);
  Operand index_into(Expression* target, std::span<const ast::Argument> arguments, Span span, Span arguments_span);
  Operand index_call(Expression* target, std::vector<CallArgument>& arguments, Span span, Span arguments_span,
                     std::span<const ast::Argument> syntax);
  void flush_lambda_errors(std::span<const CallArgument> arguments, bool& flushed);
  CallContext call_context() { return {types_, arena_, *this}; }
  CallArgument value_argument(Expression* value);

  // ---- lambdas and local functions (lambdas.cc, local_functions.cc)
  Expression* convert_lambda(const ast::Lambda* lambda, const Type& delegate, Span span);
  Expression* convert_methods(MethodGroup& group, const Type& delegate, Span span);
  bool methods_convert(MethodGroup& group, const Type& delegate);
  Resolution resolve_group(MethodGroup& group, std::span<const Type* const> parameter_types, List<CallArgument>& arguments);
  LambdaAttempt* attempt(const ast::Lambda* lambda, std::span<const Type* const> parameter_types);
  LambdaAttempt* make_attempt(const ast::Lambda* lambda, std::span<const Type* const> parameter_types);
  bool attempt_converts(const ast::Lambda* lambda, LambdaAttempt& attempt, const Type& result);
  std::optional<std::span<const Type* const>> delegate_parameters(const ast::Lambda* lambda, const MemberInfo& invoke);
  void declare_function(const ast::LocalFunctionStatement* function);
  void bind_function_body(LocalFunction& function, bound::Lambda* lambda, Scope* scope, std::span<const Type* const> parameter_types,
                          const Type& result);
  bound::Lambda* instantiate(LocalFunction& function, std::span<const Type* const> arguments);
  void make_signature(LocalFunction& function);
  bound::Block* wrap_body(bound::Block* body, Scope* scope);
  static bool is_statement_expression(const ast::Expression* expression);

  // ---- queries (query.cc)
  Operand bind_query(const ast::Query* query);

  // ---- patterns (patterns.cc)
  Operand bind_is(const ast::Is* is);
  bool bind_pattern(const ast::Pattern* pattern, const Type& input, Span input_span, bound::Pattern& out);
  bool bind_constant_pattern(const Operand& operand, const Type& input, Span span, bound::Pattern& out);
  bool bind_type_pattern(const Type& type, const Type& input, Span span, bound::Pattern& out);

  // ---- creation (creation.cc)
  Operand bind_new(const ast::New* creation);
  Operand create(const Type& type, const ast::New* creation);
  Operand bind_new_array(const ast::NewArray* creation);
  Expression* array_literal(const Type& array, const ast::ArrayInitializer* initializer, Span span);
  Expression* rectangular(const Type& array, const ast::ArrayInitializer* initializer, std::span<Expression* const> sizes, Span span);
  bool flatten(const Type& element, const ast::ArrayInitializer* initializer, std::size_t level, std::span<std::int64_t> lengths,
               List<Expression*>& items);
  Expression* initialise(Expression* created, const ast::Initializer* initializer, Span span);
  void initialise_into(LocalInfo* target, const ast::Initializer* initializer, List<Expression*>& effects);
  void initialise_member(Expression* target, const ast::InitializerElement& element, List<Expression*>& effects);
  void add_element(Expression* target, const ast::InitializerElement& element, List<Expression*>& effects);

  // ---- statements (statements.cc, loops.cc, jumps.cc)
  bound::Statement* bind_statement(const ast::Statement* statement);
  bound::Statement* bind_statement_inner(const ast::Statement* statement);
  bound::Block* bind_block(std::span<ast::Statement* const> statements, Span span);
  void bind_statements(std::span<ast::Statement* const> statements, List<bound::Statement*>& out);
  void predeclare(std::span<ast::Statement* const> statements);
  bound::Statement* bind_embedded(const ast::Statement* statement);
  void bind_local(const ast::LocalStatement* local, List<bound::Statement*>& out, std::string_view read_only_because = {});
  void bind_constant_local(const ast::LocalStatement* local);
  bound::Statement* bind_if(const ast::IfStatement* statement);
  bound::Statement* bind_while(const ast::WhileStatement* statement);
  bound::Statement* bind_do(const ast::DoStatement* statement);
  bound::Statement* bind_for(const ast::ForStatement* statement);
  bound::Statement* bind_foreach(const ast::ForeachStatement* statement);
  bound::Statement* bind_switch(const ast::SwitchStatement* statement);
  bound::Statement* bind_return(const ast::ReturnStatement* statement);
  bound::Statement* bind_jump(const ast::Statement* statement);
  bound::Statement* bind_goto(const ast::GotoStatement* statement);
  bound::Statement* bind_labeled(const ast::LabeledStatement* statement);
  bound::Statement* bind_throw_statement(const ast::ThrowStatement* statement);
  bound::Statement* bind_try(const ast::TryStatement* statement);
  bound::Statement* bind_using(const ast::UsingStatement* statement);
  bound::Statement* bind_lock(const ast::LockStatement* statement);
  bound::Statement* bind_yield(const ast::YieldReturnStatement* statement);
  bound::Statement* bind_yield(const ast::YieldReturnStatement* statement, Span span);  // null: yield break
  Expression* bind_exception(const ast::Expression* expression);
  bound::Label* find_label(std::string_view name);
  void declare_labels(const ast::Statement* statement);
  bound::Statement* expression_statement(Expression* expression, Span span);
  bound::Block* block_of(std::initializer_list<bound::Statement*> statements, Span span);

  // ---- functions (bind.cc)
  Parsed<bound::Function*> finish(bound::Lambda* lambda);
  Expression* convert_result(std::span<const Operand> all, const BindTarget& target, const Type** result, const Operand& operand);
  Expression* lenient_result(const Operand& operand, const Type& target);
  bool fits_result(const Operand& operand, const Type& target);

  template <typename T>
  T* node(bound::ExpressionKind kind, const Type& type, Span span) {
    T* made = arena_.make<T>();
    made->kind = kind;
    made->type = &type;
    made->span = span;
    return made;
  }
  template <typename T>
  T* statement(bound::StatementKind kind, Span span) {
    T* made = arena_.make<T>();
    made->kind = kind;
    made->span = span;
    return made;
  }
  [[nodiscard]] const Type& known(Known which) const { return types_.known(which); }
  [[nodiscard]] std::string quoted(const Type& type) const;
  [[nodiscard]] std::string describe(const Operand& operand) const;  // `int`, "a lambda", "`null`"

  /// Sets `member` for the lifetime.
  template <typename T>
  struct Restore {
    T& place;
    T saved;
    Restore(T& where, T value) : place(where), saved(where) { place = value; }
    ~Restore() { place = saved; }
    Restore(const Restore&) = delete;
    Restore& operator=(const Restore&) = delete;
  };
  struct NewScope {
    Binder& binder;
    Scope* scope;
    explicit NewScope(Binder& b, bool owns_locals = true);
    ~NewScope() { binder.scope_ = scope->parent; }
    NewScope(const NewScope&) = delete;
    NewScope& operator=(const NewScope&) = delete;
  };

  BindContext& context_;
  const TypeTable& types_;
  Arena& arena_;
  Scope* scope_ = nullptr;
  FunctionScope* function_ = nullptr;
  JumpScope* jumps_ = nullptr;
  bound::Placeholder* receiver_ = nullptr;      // of the ConditionalAccess being bound
  bool is_checked_ = false;
  bool is_unchecked_ = false;                   // inside unchecked(…): constants wrap
  static constexpr std::size_t kNotCalled = SIZE_MAX;
  std::size_t call_arity_ = kNotCalled;         // of the call whose method is being looked up: for "did you mean"
  bool in_nameof_ = false;
  bool allow_unbound_ = false;                  // `List<>`: inside typeof
  std::uint32_t depth_ = 0;
  std::uint32_t work_ = 0;
  bool gave_up_ = false;
  std::size_t errors_ = 0;                      // of this function, speculative ones not counted
  std::vector<Diagnostic>* captured_diagnostics_ = nullptr;  // speculation; null: report at once
  std::vector<Diagnostic> pending_;                          // reported when the function is complete
  std::deque<std::vector<Diagnostic>> diagnostic_lists_;     // of LambdaAttempts
  std::unordered_map<const ast::Lambda*, LambdaAttempt*> attempts_;
  std::unordered_map<const ast::Lambda*, std::span<const std::string_view>> transparent_;  // range variables in parameter 0
  std::vector<LabelRecord> labels_;
  List<bound::Lambda*> all_;
  std::uint32_t temporary_count_ = 0;
};

// ---- passes over the finished tree ----------------------------------------------------------------------------------------
/// Marks captured locals, fills Lambda::captured and owner, lists all functions (captures.cc).
void mark_captures(Arena& arena, bound::Lambda* root, List<bound::Lambda*>& all);

struct FlowReport {
  enum class Kind : std::uint8_t { kUnassigned, kUnreachable, kMissingReturn, kFallThrough } kind;
  Span span;
  const bound::Local* local = nullptr;
  const bound::Lambda* lambda = nullptr;
};
/// Reachability and definite assignment (flow.cc).
void check_flow(const TypeTable& types, bound::Lambda* root, std::vector<FlowReport>& out);
/// Whether control can run off the end of `block`.
bool end_is_reachable(const TypeTable& types, bound::Block* block);

}  // namespace portcullis::binding
