// The state of lowering and its rules, split by subject over the .cc files of this folder. Private to engine/lower.
//
// Registers are a stack: parameters, captured values, then the locals of open blocks and temporaries. A destination register
// that belongs to a variable is written only by the last instruction of an expression, so that the expression may read it.
#pragma once

#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "engine/lower/builder.h"
#include "engine/lower/lower.h"
#include "engine/lower/walk.h"
#include "engine/run/no_environment.h"
#include "engine/run/run.h"

namespace portcullis::lowering {

/// A block that must be gone through on the way out of it.
struct FinallyScope {
  LabelId entry;
  Register state;                    // where to go on; the next register holds the exception on its way (state -1)
  std::vector<LabelId> continuations;
};

/// What `break` and `continue` mean; `finally` is set for scopes that are only passed.
struct ExitScope {
  enum class Kind : std::uint8_t { kLoop, kSwitch, kFinally } kind;
  LabelId break_label{};
  LabelId continue_label{};
  FinallyScope* finally = nullptr;
};

class Lowering {
 public:
  explicit Lowering(LowerContext& context);
  Parsed<Lowered> run(const bound::Function& function);

 private:
  // ---- functions (function.cc)
  void refuse(Span span, std::string_view message, std::string_view help);
  Function* function_of(bound::Lambda& lambda);
  void lower_function(bound::Lambda& lambda, Function& function);
  void enter_parameters(const bound::Lambda& lambda);

  // ---- variables (variables.cc)
  [[nodiscard]] bool is_cell(const bound::Local& local) const;
  [[nodiscard]] bool is_own(const bound::Local& local) const;
  Register register_of(bound::Local& local);         // of the value, or of its cell
  void declare(bound::Local& local);                 // allocates; a cell comes to life
  void open_locals(std::span<bound::Local* const> locals);
  void load(bound::Local& local, Register to);
  void store(bound::Local& local, Register value);
  /// Evaluates `value` into the variable.
  void assign(bound::Local& local, bound::Expression& value);
  void address_of(bound::Local& local, Register to);
  void capture(const bound::Lambda& lambda, Register window);

  // ---- expressions (expressions.cc)
  Register lower(bound::Expression& node);           // where the value is afterwards: a variable's own register, or a temporary
  void lower_to(bound::Expression& node, Register to);
  void effect(bound::Expression& node);              // for its effects alone
  /// As `lower`, but not the register of a variable that `later` writes.
  Register lower_before(bound::Expression& node, std::span<bound::Expression* const> later);
  Register window_of(std::span<bound::Expression* const> items);
  void lower_constant(const bound::Constant& node, Register to);
  void lower_default(const Type& type, Register to);
  void lower_conditional(bound::Conditional& node, Register to);
  void lower_coalesce(bound::Coalesce& node, Register to);
  void lower_access(bound::ConditionalAccess& node, Register to);
  void lower_sequence(bound::Sequence& node, Register to);
  void lower_lambda(bound::Lambda& lambda, const Type& type, Register to);
  void lower_interpolation(bound::Interpolation& node, Register to);
  void lower_concat(bound::Concat& node, Register to);
  void lower_text(bound::Expression& node, Register to);   // null: ""
  void lower_element(bound::ArrayElement& node, Register to);
  void lower_new_array(bound::ArrayNew& node, Register to);
  void lower_dynamic(bound::Dynamic& node, Register to);
  void lower_throw(bound::Expression& exception);
  [[nodiscard]] Register placeholder(const bound::Expression& node) const;

  // ---- assignments (assignments.cc)
  void lower_assign(bound::Assign& node, const Register* to);
  void lower_compound(bound::CompoundAssign& node, const Register* to);
  bool lower_simple_compound(bound::CompoundAssign& node, const Register* to);
  void lower_deconstruct(bound::Deconstruct& node, const Register* to);
  void store_in(bound::Expression& target, Register value);

  // ---- operators (operators.cc)
  void lower_unary(bound::Unary& node, Register to);
  void lower_binary(bound::Binary& node, Register to);
  void combine(const bound::Binary& node, Register left, Register to);
  void emit_binary(const bound::Binary& node, Register left, Register right, Register to);
  bool emit_with_constant(const bound::Binary& node, Register left, Register to);
  void lower_lifted_binary(bound::Binary& node, Register to);
  void lower_lifted_comparison(bound::Binary& node, Register left, Register right, Register to);
  void lower_lifted_unary(bound::Unary& node, Register to);
  void unwrap(bool is_raw, Register from, Register to);
  void lower_logical(bound::Logical& node, Register to);
  /// Jumps to `target` when `node` is `when`; falls through otherwise.
  void branch(bound::Expression& node, LabelId target, bool when);
  void branch_logical(bound::Logical& node, LabelId target, bool when);
  bool branch_binary(bound::Binary& node, LabelId target, bool when);
  void lower_conversion(bound::ConversionNode& node, Register to);
  void convert_number(const Type& from, const Type& to_type, bool is_checked, Register from_register, Register to);
  void lower_is(bound::Is& node, Register to);
  /// Jumps to `fail` unless the value in `value` (of static type `type`) matches; assigns the pattern's variable.
  void match(Register value, const Type& type, const bound::Pattern& pattern, LabelId fail);

  // ---- calls (calls.cc)
  void lower_call(bound::Call& node, Register to, bool wants_value);
  bool lower_known_member(bound::Call& node, Register to);
  void lower_lifted_call(bound::Call& node, Register to);
  void lower_new(bound::New& node, Register to);
  void lower_delegate_call(bound::DelegateCall& node, Register to);
  void lower_function_call(bound::LocalFunctionCall& node, Register to);
  struct AfterCall {                 // bytes of packed arrays passed by reference: written back
    Register array, index, value;
  };
  void lower_argument(const bound::Argument& argument, Register to, std::vector<AfterCall>* after);
  void lower_arguments(std::span<const bound::Argument> arguments, std::span<const std::uint32_t> order, Register first,
                       std::vector<AfterCall>* after);
  void lower_receiver(bound::Expression& receiver, const Type& declaring, Register to);
  void write_back(const std::vector<AfterCall>& after);
  const CallTarget* target_of(const MemberInfo* member, Native native, const Type* result, std::span<const Type* const> type_arguments,
                              std::span<const bound::Argument> arguments, bound::Expression* receiver);
  const void* prepare(const MemberInfo& member, const CallSite& site, std::span<const bound::Argument> arguments,
                      bound::Expression* receiver);
  bool fold_call(bound::Call& node, Register to);

  // ---- statements (statements.cc, loops.cc, exits.cc)
  void statement(bound::Statement& node);
  void block(bound::Block& node);
  void announce_labels(const bound::Block& node);
  void lower_if(bound::If& node);
  void lower_while(bound::While& node);
  void lower_for(bound::For& node);
  void lower_for_each(bound::ForEach& node);
  void lower_walk(bound::ForEach& node, Op next, Register source);
  void loop_body(bound::Statement& body, LabelId continue_label, LabelId break_label);
  void lower_switch(bound::Switch& node);
  void lower_return(bound::Return& node);
  void lower_try(bound::Try& node);
  void lower_catches(bound::Try& node);
  void lower_catch(const bound::Catch& clause, Register exception, LabelId next, LabelId end);
  void lower_using(bound::Using& node);
  /// `final` is compiled once; every way out of what `body` compiles goes through it.
  template <typename Body, typename Final>
  void with_finally(Body&& body, Final&& final);
  void exit_to(LabelId target, std::size_t scopes_left);
  void leave_loop(bool is_break);
  void emit_trampolines();

  // ---- constants (constants.cc)
  Object* constant_object(const bound::Constant& node);    // as a reference type wants it: strings, decimals, boxes
  String* literal(std::string_view text);
  Object* zero_object(const Type& type);
  static const bound::Constant* as_constant(const bound::Expression* node);
  /// The raw value of a constant that fits an instruction's `x`.
  static bool small_constant(const bound::Expression& node, std::int32_t& value);

  const Type& known(Known which) const { return types_.known(which); }
  Arena& arena() { return context_.code.arena(); }

  LowerContext& context_;
  const TypeTable& types_;
  Builder builder_;
  NoEnvironment environment_;
  Run load_run_;                     // makes constants in the Code's arena

  struct Work {
    bound::Lambda* lambda;
    Function* function;
  };
  std::vector<Work> work_;           // every function met so far
  bound::Lambda* root_ = nullptr;
  bound::Lambda* lambda_ = nullptr;  // the one in hand
  bool has_iterators_ = false;
  bool is_refused_ = false;
  std::uint8_t member_flags_ = 0;

  std::vector<std::pair<const bound::Expression*, Register>> placeholders_;
  std::vector<ExitScope> exits_;
  std::deque<FinallyScope> finally_scopes_;  // of the function in hand; addresses stay
  std::vector<std::pair<LabelId, std::pair<FinallyScope*, LabelId>>> trampolines_;
  struct LabelRecord {
    const bound::Label* label;
    LabelId id;
    std::size_t depth;               // of exits_ where it stands
  };
  std::vector<LabelRecord> labels_;
  std::vector<std::pair<const bound::Switch*, std::pair<std::vector<LabelId>, std::size_t>>> switches_;
  std::vector<Register> caught_;     // what `throw;` throws
  std::vector<const bound::Local*> alive_;  // cells made before their block was entered
  LabelId return_label_{};
  Register return_register_ = 0;
  bool has_return_label_ = false;
};

template <typename Body, typename Final>
void Lowering::with_finally(Body&& body, Final&& final) {
  FinallyScope* const finally = &finally_scopes_.emplace_back();
  finally->entry = builder_.label();
  finally->state = builder_.allocate(2);
  const auto exception = static_cast<Register>(finally->state + 1);
  const LabelId after = builder_.label();
  const LabelId on_exception = builder_.label();
  exits_.push_back({ExitScope::Kind::kFinally, {}, {}, finally});
  const std::uint32_t begin = builder_.here();
  body();
  const std::uint32_t end = builder_.here();
  exits_.pop_back();
  builder_.protect(begin, end, on_exception, exception, true);
  finally->continuations.push_back(after);
  builder_.emit_integer(Op::kLoad, finally->state, 0, static_cast<std::int64_t>(finally->continuations.size()) - 1);
  builder_.emit_jump(Op::kJump, finally->entry);
  builder_.place(on_exception);
  builder_.emit_integer(Op::kLoad, finally->state, 0, -1);
  builder_.place(finally->entry);
  final();
  builder_.emit_table(Op::kEndFinally, finally->state, finally->continuations);
  builder_.place(after);
}

}  // namespace portcullis::lowering
