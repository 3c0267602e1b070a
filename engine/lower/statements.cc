// Statements without jumps of their own, and switch.
#include <algorithm>

#include "engine/lower/lowering.h"

namespace portcullis::lowering {

using bound::StatementKind;

void Lowering::statement(bound::Statement& node) {
  const std::uint32_t mark = builder_.mark();
  switch (node.kind) {
    case StatementKind::kBlock:
      block(static_cast<bound::Block&>(node));
      break;
    case StatementKind::kExpression:
      effect(*static_cast<bound::ExpressionStatement&>(node).expression);
      break;
    case StatementKind::kLocal: {
      auto& declaration = static_cast<bound::LocalDeclaration&>(node);
      if (declaration.initialiser != nullptr) {
        assign(*declaration.local, *declaration.initialiser);
      }
      break;
    }
    case StatementKind::kIf:
      lower_if(static_cast<bound::If&>(node));
      break;
    case StatementKind::kWhile:
    case StatementKind::kDoWhile:
      lower_while(static_cast<bound::While&>(node));
      break;
    case StatementKind::kFor:
      lower_for(static_cast<bound::For&>(node));
      break;
    case StatementKind::kForEach:
      lower_for_each(static_cast<bound::ForEach&>(node));
      break;
    case StatementKind::kSwitch:
      lower_switch(static_cast<bound::Switch&>(node));
      break;
    case StatementKind::kReturn:
      lower_return(static_cast<bound::Return&>(node));
      break;
    case StatementKind::kBreak:
      leave_loop(true);
      break;
    case StatementKind::kContinue:
      leave_loop(false);
      break;
    case StatementKind::kGoto:
    case StatementKind::kLabel: {
      const bound::Label* label = static_cast<bound::Jump&>(node).label;
      for (const LabelRecord& record : labels_) {
        if (record.label != label) continue;
        if (node.kind == StatementKind::kLabel) {
          builder_.place(record.id);
        } else {
          exit_to(record.id, record.depth);
        }
        break;
      }
      break;
    }
    case StatementKind::kGotoCase: {
      auto& jump = static_cast<bound::GotoCase&>(node);
      for (const auto& [target, where] : switches_) {
        if (target == jump.target) exit_to(where.first[jump.section], where.second);
      }
      break;
    }
    case StatementKind::kThrow: {
      auto& thrown = static_cast<bound::ThrowStatement&>(node);
      if (thrown.exception != nullptr) {
        lower_throw(*thrown.exception);
      } else if (!caught_.empty()) {
        builder_.emit(Op::kThrow, caught_.back());
      }
      break;
    }
    case StatementKind::kTry:
      lower_try(static_cast<bound::Try&>(node));
      break;
    case StatementKind::kUsing:
      lower_using(static_cast<bound::Using&>(node));
      break;
    case StatementKind::kYieldReturn:
      builder_.emit(Op::kYield, lower(*static_cast<bound::Yield&>(node).value));
      break;
    case StatementKind::kYieldBreak: {
      const LabelId end = builder_.label();
      exit_to(end, 0);
      builder_.place(end);
      builder_.emit(Op::kReturnNothing);
      break;
    }
    case StatementKind::kEmpty:
      break;
  }
  builder_.release(mark);
}

void Lowering::block(bound::Block& node) {
  const std::uint32_t mark = builder_.mark();
  open_locals(node.locals);
  announce_labels(node);
  for (bound::Statement* one : node.statements) statement(*one);
  builder_.release(mark);
}

// A goto may come before its label. `label: statement` is a block that begins with the label.
void Lowering::announce_labels(const bound::Block& node) {
  for (const bound::Statement* one : node.statements) {
    if (one->kind == StatementKind::kLabel) {
      const bound::Label* label = static_cast<const bound::Jump*>(one)->label;
      const bool is_known = std::any_of(labels_.begin(), labels_.end(), [&](const LabelRecord& record) { return record.label == label; });
      if (!is_known) labels_.push_back({label, builder_.label(), exits_.size()});
    } else if (one->kind == StatementKind::kBlock) {
      const auto& inner = static_cast<const bound::Block&>(*one);
      if (!inner.statements.empty() && inner.statements[0]->kind == StatementKind::kLabel) announce_labels(inner);
    }
  }
}

void Lowering::lower_if(bound::If& node) {
  const LabelId otherwise = builder_.label();
  branch(*node.condition, otherwise, false);
  statement(*node.then_branch);
  if (node.else_branch == nullptr) return builder_.place(otherwise);
  const LabelId end = builder_.label();
  builder_.emit_jump(Op::kJump, end);
  builder_.place(otherwise);
  statement(*node.else_branch);
  builder_.place(end);
}

// All tests in order, then the sections; `default` comes last wherever it stands.
void Lowering::lower_switch(bound::Switch& node) {
  open_locals(node.locals);
  const Register value = register_of(*node.value_local);
  assign(*node.value_local, *node.value);
  const Type& type = *node.value_local->type;
  const LabelId end = builder_.label();
  std::vector<LabelId> sections;
  for (std::size_t i = 0; i < node.sections.size(); ++i) sections.push_back(builder_.label());
  LabelId otherwise = end;
  for (std::size_t i = 0; i < node.sections.size(); ++i) {
    for (const bound::SwitchLabel& label : node.sections[i].labels) {
      if (label.is_default) {
        otherwise = sections[i];
        continue;
      }
      const std::uint32_t mark = builder_.mark();
      const LabelId next = builder_.label();
      match(value, type, label.pattern, next);
      if (label.guard != nullptr) branch(*label.guard, next, false);
      builder_.emit_jump(Op::kJump, sections[i]);
      builder_.place(next);
      builder_.release(mark);
    }
  }
  builder_.emit_jump(Op::kJump, otherwise);
  exits_.push_back({ExitScope::Kind::kSwitch, end, {}, nullptr});
  switches_.push_back({&node, {sections, exits_.size()}});
  for (std::size_t i = 0; i < node.sections.size(); ++i) {
    builder_.place(sections[i]);
    if (node.sections[i].body != nullptr) block(*node.sections[i].body);
    builder_.emit_jump(Op::kJump, end);
  }
  switches_.pop_back();
  exits_.pop_back();
  builder_.place(end);
}

}  // namespace portcullis::lowering
