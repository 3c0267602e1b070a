// return, break, continue, goto, throw, yield.
#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

using bound::StatementKind;

namespace {

bool inside_finally(const JumpScope* jump) {
  for (; jump != nullptr; jump = jump->parent) {
    if (jump->kind == JumpScope::Kind::kFinally) return true;
  }
  return false;
}

}  // namespace

bound::Statement* Binder::bind_return(const ast::ReturnStatement* syntax) {
  auto* made = statement<bound::Return>(StatementKind::kReturn, syntax->span);
  if (inside_finally(jumps_)) error(BindingError::kLeavesFinally, syntax->span, "`return` cannot leave a `finally` block");
  if (function_->yield_type != nullptr && function_->is_iterator) {
    error(BindingError::kYieldPlace, syntax->span, "a function with `yield` does not `return` a value").help = "write `yield break;`";
    if (syntax->value != nullptr) bind_operand(syntax->value);
    return made;
  }
  if (syntax->value == nullptr) {
    if (function_->is_root) {
      error(BindingError::kReturnValue, syntax->span, "`return` needs a value here");
    } else if (function_->result == nullptr) {
      function_->returns.push(arena_, {made, {}, scope_});
    } else if (function_->result->kind != TypeKind::kVoid) {
      error(BindingError::kReturnValue, syntax->span, joined("`return` needs a value: the function gives ", quoted(*function_->result)));
    }
    return made;
  }
  Operand value = bind_operand(syntax->value);
  if (function_->result == nullptr) {
    if (value.kind == Form::kType || value.kind == Form::kNamespace) value = value_operand(value_of(value));
    if (value.kind == Form::kValue && value.value->type->kind == TypeKind::kVoid) {
      error(BindingError::kNoValue, syntax->value->span, "this call has no value");
      value = error_operand(syntax->value->span);
    }
    if (value.kind == Form::kError) value = {.kind = Form::kValue, .span = value.span, .value = error_node(value.span)};
    function_->returns.push(arena_, {made, value, scope_});
    made->value = value.kind == Form::kValue ? value.value : error_node(value.span);
    return made;
  }
  if (function_->result->kind == TypeKind::kVoid) {
    if (!value.is_error()) error(BindingError::kReturnValue, syntax->value->span, "this function is `void` and returns nothing");
    return made;
  }
  made->value = convert(value, *function_->result, syntax->value->span);
  return made;
}

bound::Statement* Binder::bind_jump(const ast::Statement* syntax) {
  const bool is_break = syntax->kind == ast::StatementKind::kBreak;
  for (const JumpScope* jump = jumps_; jump != nullptr; jump = jump->parent) {
    if (jump->kind == JumpScope::Kind::kFinally) {
      error(BindingError::kLeavesFinally, syntax->span, joined("`", is_break ? "break" : "continue", "` cannot leave a `finally` block"));
      break;
    }
    if (jump->kind == JumpScope::Kind::kLoop || (is_break && jump->kind == JumpScope::Kind::kSwitch)) {
      return statement<bound::Statement>(is_break ? StatementKind::kBreak : StatementKind::kContinue, syntax->span);
    }
    if (jump->parent == nullptr) break;
  }
  if (!inside_finally(jumps_)) {
    error(BindingError::kNoLoop, syntax->span, is_break ? "`break` outside of a loop or `switch`" : "`continue` outside of a loop");
  }
  return statement<bound::Statement>(StatementKind::kEmpty, syntax->span);
}

// ---------------------------------------------------------------------------------------------------------------------- goto

void Binder::declare_labels(const ast::Statement* syntax) {
  while (const auto* labeled = ast::as<ast::LabeledStatement>(syntax)) {
    // Labels of enclosing blocks count too.
    if (find_label(labeled->label.text) != nullptr) {
      error(BindingError::kDuplicateName, labeled->label.span, joined("the label `", labeled->label.text, "` is there already"));
    }
    bound::Label* label = arena_.make<bound::Label>();
    label->name = labeled->label.text;
    labels_.push_back({label->name, label, scope_});
    syntax = labeled->statement;
  }
}

bound::Label* Binder::find_label(std::string_view name) {
  for (const Scope* scope = scope_; scope != nullptr && scope->function == function_; scope = scope->parent) {
    for (const LabelRecord& record : labels_) {
      if (record.scope == scope && record.name == name) return record.label;
    }
  }
  return nullptr;
}

bound::Statement* Binder::bind_labeled(const ast::LabeledStatement* syntax) {
  auto* label = statement<bound::Jump>(StatementKind::kLabel, syntax->label.span);
  label->label = find_label(syntax->label.text);
  bound::Statement* inner = bind_statement(syntax->statement);
  if (label->label == nullptr) return inner;
  return block_of({label, inner}, syntax->span);
}

bound::Statement* Binder::bind_goto(const ast::GotoStatement* syntax) {
  if (syntax->target == ast::GotoKind::kLabel) {
    auto* made = statement<bound::Jump>(StatementKind::kGoto, syntax->span);
    made->label = find_label(syntax->label.text);
    if (made->label == nullptr) {
      error(BindingError::kUnknownLabel, syntax->label.span, joined("there is no label `", syntax->label.text, "` in this or an enclosing block"));
      return statement<bound::Statement>(StatementKind::kEmpty, syntax->span);
    }
    if (inside_finally(jumps_)) error(BindingError::kLeavesFinally, syntax->span, "`goto` cannot leave a `finally` block");
    return made;
  }
  JumpScope* jump = jumps_;
  while (jump != nullptr && jump->kind != JumpScope::Kind::kSwitch) jump = jump->parent;
  if (jump == nullptr) {
    error(BindingError::kUnknownLabel, syntax->span, "`goto case` outside of a `switch`");
    return statement<bound::Statement>(StatementKind::kEmpty, syntax->span);
  }
  auto* made = statement<bound::GotoCase>(StatementKind::kGotoCase, syntax->span);
  PendingGoto pending{made, nullptr, syntax->target == ast::GotoKind::kDefault, false};
  if (!pending.is_default) {
    bound::Pattern pattern{};
    if (!bind_constant_pattern(bind_operand(syntax->value), *jump->switch_type, syntax->value->span, pattern)) return made;
    pending.value = pattern.constant;
    pending.is_null = pattern.kind == bound::Pattern::Kind::kNull;
  }
  jump->pending.push(arena_, pending);
  return made;
}

// -------------------------------------------------------------------------------------------------------------- throw, yield

bound::Statement* Binder::bind_throw_statement(const ast::ThrowStatement* syntax) {
  auto* made = statement<bound::ThrowStatement>(StatementKind::kThrow, syntax->span);
  if (syntax->value != nullptr) {
    made->exception = bind_exception(syntax->value);
    return made;
  }
  const JumpScope* jump = jumps_;
  while (jump != nullptr && jump->kind != JumpScope::Kind::kCatch && jump->kind != JumpScope::Kind::kFinally) jump = jump->parent;
  if (jump == nullptr || jump->kind != JumpScope::Kind::kCatch) {
    error(BindingError::kNoException, syntax->span, "`throw;` stands only in a `catch` block").help = "write `throw new Exception(…);`";
  }
  return made;
}

bound::Statement* Binder::bind_yield(const ast::YieldReturnStatement* syntax) { return bind_yield(syntax, syntax->span); }

bound::Statement* Binder::bind_yield(const ast::YieldReturnStatement* syntax, Span span) {
  auto* made = statement<bound::Yield>(syntax != nullptr ? StatementKind::kYieldReturn : StatementKind::kYieldBreak, span);
  if (function_->yield_type == nullptr) {
    error(BindingError::kYieldPlace, span, "`yield` stands only in a local function that returns `IEnumerable<T>`");
    if (syntax != nullptr) bind_operand(syntax->value);
    return made;
  }
  function_->is_iterator = true;
  if (syntax != nullptr) made->value = bind_as(syntax->value, *function_->yield_type);
  return made;
}

}  // namespace portcullis::binding
