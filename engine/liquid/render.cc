// Writes a template's output for one request.
//
// A mistake inside one tag is written in its place and the rest goes on; only limits end the rendering.
#include <algorithm>

#include "base/text.h"
#include "engine/dotnet/exceptions.h"
#include "engine/liquid/filters.h"
#include "engine/liquid/template.h"

namespace portcullis::liquid {
namespace {

constexpr std::uint32_t kBody = 0;
constexpr std::uint32_t kContext = 1;

struct Variable {
  Value value;
  bool is_set = false;
};

struct CycleState {
  std::string_view key;
  std::size_t count = 0;
  CycleState* next = nullptr;
};

class Renderer {
 public:
  Renderer(Run& run, const Template& made, const Model& model, TextBuffer& out)
      : world_{.run = run, .nil_elements = model.nil_elements, .problem = {}},
        out_(&out),
        globals_(run.arena.array<Variable>(made.variables.size())),
        locals_(run.arena.array<Variable>(made.variables.size())),
        positions_(run.arena.array<std::int64_t>(made.loops)) {
    body_ = from_object(world_, model.body);
    context_ = from_object(world_, model.context);
    names_ = made.variables;
  }

  bool render(Block block) {
    for (const Node* node : block) {
      if (!world_.run.spend(1)) return false;
      if (!render(*node) || !settle()) return false;
      if (jump_ != nullptr) return true;
    }
    return true;
  }

 private:
  Run& run() { return world_.run; }
  bool write(std::string_view text) { return out_->append(run(), text); }

  /// Writes the problem there is; false when it is a limit.
  bool settle() {
    if (run().failed()) {
      if (run().exceeded != Limit::kNone) return false;
      const String* message = run().pending->message;
      world_.problem = message == nullptr ? default_message(run(), *run().pending->type)->view() : message->view();
      run().pending = nullptr;
    }
    if (world_.problem.data() == nullptr) return true;
    const std::string_view problem = world_.problem;
    world_.problem = {};
    return write("Liquid error: ") && write(problem);
  }

  bool render(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kText:
        return write(static_cast<const Text&>(node).text);
      case Node::Kind::kOutput:
        return output(static_cast<const Output&>(node));
      case Node::Kind::kAssign:
        return assign(static_cast<const Assign&>(node));
      case Node::Kind::kCapture:
        return capture(static_cast<const Capture&>(node));
      case Node::Kind::kChoice:
        return choice(static_cast<const Choice&>(node));
      case Node::Kind::kCase:
        return case_of(static_cast<const Case&>(node));
      case Node::Kind::kLoop:
        return loop(static_cast<const Loop&>(node));
      case Node::Kind::kCycle:
        return cycle(static_cast<const Cycle&>(node));
      case Node::Kind::kIfChanged:
        return if_changed(static_cast<const IfChanged&>(node));
      case Node::Kind::kJump:
        jump_ = static_cast<const Jump*>(&node);
        return true;
    }
    return true;
  }

  // ---- values -----------------------------------------------------------------------------------------------------

  Value evaluate(const Expression& expression) {
    switch (expression.kind) {
      case Expression::Kind::kNil:
        return {};
      case Expression::Kind::kTrue:
        return Value::of(true);
      case Expression::Kind::kFalse:
        return Value::of(false);
      case Expression::Kind::kEmpty:
        return Value::of(Kind::kEmpty);
      case Expression::Kind::kBlank:
        return Value::of(Kind::kBlank);
      case Expression::Kind::kText:
        return Value::of(expression.text);
      case Expression::Kind::kInteger:
        return Value::of(expression.integer);
      case Expression::Kind::kDecimal: {
        const Decimal* value = to_decimal(world_, Value::of(expression.text));
        return value == nullptr ? Value() : Value::of(value);
      }
      case Expression::Kind::kRange:
        return range(expression);
      case Expression::Kind::kPath:
        return path(expression);
    }
    return {};
  }

  Value range(const Expression& expression) {
    const auto bound = [&](const Expression& one) {
      const Value value = plain(world_, evaluate(one));
      if (value.is(Kind::kInteger)) return value.integer;
      const double real = to_real(world_, value);
      return real > -9e15 && real < 9e15 ? static_cast<std::int64_t>(real) : std::int64_t{0};
    };
    const std::int64_t first = bound(*expression.first);
    return Value::of_range(first, bound(*expression.last));
  }

  Value path(const Expression& expression) {
    Value value = expression.first == nullptr ? variable(expression.variable)
                                              : named(text_of(world_, evaluate(*expression.first)));
    for (const Step& step : expression.steps) {
      if (world_.failed() || value.is(Kind::kNil)) return {};
      value = step.index == nullptr ? member(world_, value, step.name) : at_index(world_, value, evaluate(*step.index));
    }
    return value;
  }

  Value variable(std::uint32_t number) {
    if (locals_[number].is_set) return locals_[number].value;
    if (globals_[number].is_set) return globals_[number].value;
    return number == kBody ? body_ : number == kContext ? context_ : Value();
  }

  Value named(std::string_view name) {
    const auto found = std::ranges::find(names_, name);
    return found == names_.end() ? Value() : variable(static_cast<std::uint32_t>(found - names_.begin()));
  }

  Value evaluate(const Pipeline& pipeline) {
    Value value = evaluate(pipeline.value);
    for (const FilterCall& call : pipeline.filters) {
      if (world_.failed()) return {};
      if (call.filter == nullptr) continue;
      Value arguments[2];
      const std::size_t count = std::min(call.arguments.size(), std::size(arguments));
      for (std::size_t i = 0; i < count; ++i) arguments[i] = evaluate(call.arguments[i]);
      if (!run().spend(1)) return {};
      value = call.filter->apply(world_, value, std::span<const Value>(arguments).first(count));
    }
    return value;
  }

  bool holds(const Condition& condition) {
    const bool first = holds_alone(condition);
    switch (condition.joined) {
      case Condition::Joined::kEnd:
        return first;
      case Condition::Joined::kAnd:
        return first && condition.next != nullptr && holds(*condition.next);
      case Condition::Joined::kOr:
        return first || (condition.next != nullptr && holds(*condition.next));
    }
    return first;
  }

  bool holds_alone(const Condition& condition) {
    const Value left = evaluate(condition.left);
    if (condition.op == Operator::kNone) return is_true(world_, left);
    const Value right = evaluate(condition.right);
    bool comparable = false;
    switch (condition.op) {
      case Operator::kEqual:
        return equal(world_, left, right);
      case Operator::kNotEqual:
        return !equal(world_, left, right);
      case Operator::kLess:
        return compare(world_, left, right, comparable) < 0 && comparable;
      case Operator::kGreater:
        return compare(world_, left, right, comparable) > 0 && comparable;
      case Operator::kLessOrEqual:
        return compare(world_, left, right, comparable) <= 0 && comparable;
      case Operator::kGreaterOrEqual:
        return compare(world_, left, right, comparable) >= 0 && comparable;
      case Operator::kContains:
        return contains(world_, left, right);
      case Operator::kStartsWith:
        return starts(left, right);
      case Operator::kEndsWith:
        return ends(left, right);
      case Operator::kHasKey:
        return has_key(world_, left, right);
      case Operator::kHasValue:
        return has_value(world_, left, right);
      case Operator::kNone:
        break;
    }
    return false;
  }

  bool starts(const Value& given, const Value& right) {
    const Value left = plain(world_, given);
    if (left.is(Kind::kText)) return left.text.starts_with(text_of(world_, right, true));
    return is_walkable(world_, left) && equal(world_, first_of(world_, left), right);
  }
  bool ends(const Value& given, const Value& right) {
    const Value left = plain(world_, given);
    if (left.is(Kind::kText)) return left.text.ends_with(text_of(world_, right, true));
    return is_walkable(world_, left) && equal(world_, last_of(world_, left), right);
  }

  // ---- tags -------------------------------------------------------------------------------------------------------

  bool output(const Output& node) {
    const Value value = evaluate(node.value);
    if (!world_.failed()) static_cast<void>(liquid::write(world_, value, *out_));
    return true;
  }

  bool assign(const Assign& node) {
    const Value value = evaluate(node.value);
    if (!world_.failed()) globals_[node.variable] = {value, true};
    return true;
  }

  bool capture(const Capture& node) {
    std::string_view text;
    if (!aside(node.body, text)) return false;
    globals_[node.variable] = {Value::of(text), true};
    return true;
  }

  /// What the block writes, in the arena.
  bool aside(Block body, std::string_view& text) {
    TextBuffer captured;
    TextBuffer* outer = out_;
    out_ = &captured;
    const bool good = render(body);
    out_ = outer;
    text = captured.view();
    return good;
  }

  bool choice(const Choice& node) {
    for (const Branch& branch : node.branches) {
      const bool taken = branch.condition == nullptr || holds(*branch.condition) != branch.negated;
      if (world_.failed()) return true;
      if (taken) return render(branch.body);
    }
    return true;
  }

  // Every `when` that fits is written, `else` when none did.
  bool case_of(const Case& node) {
    const Value value = evaluate(node.value);
    bool found = false;
    for (const When& when : node.whens) {
      const bool is_else = when.values.empty();
      const bool fits = is_else ? !found : std::ranges::any_of(when.values, [&](const Expression& one) {
        return equal(world_, value, evaluate(one));
      });
      if (world_.failed()) return true;
      if (!fits) continue;
      found = found || !is_else;
      if (!render(when.body)) return false;
    }
    return true;
  }

  bool cycle(const Cycle& node) {
    const std::string_view key = node.group == nullptr ? node.key : text_of(world_, evaluate(*node.group));
    CycleState* state = cycles_;
    while (state != nullptr && state->key != key) state = state->next;
    if (state == nullptr) cycles_ = state = run().arena.make<CycleState>(key, std::size_t{0}, cycles_);
    const Value value = evaluate(node.values[state->count % node.values.size()]);
    state->count = (state->count + 1) % node.values.size();
    if (!world_.failed()) static_cast<void>(liquid::write(world_, value, *out_));
    return true;
  }

  bool if_changed(const IfChanged& node) {
    std::string_view text;
    if (!aside(node.body, text)) return false;
    if (last_changed_.data() != nullptr && text == last_changed_) return true;
    last_changed_ = text.data() == nullptr ? std::string_view("") : text;
    return write(text);
  }

  // ---- loops ------------------------------------------------------------------------------------------------------

  bool loop(const Loop& node) {
    const Value collection = plain(world_, evaluate(node.collection));
    std::span<const Value> items = items_of(world_, collection);
    if (world_.failed()) return true;
    items = part_of(node, items);
    if (world_.failed()) return true;
    positions_[node.position] = items_end_;
    if (items.empty()) return render(node.otherwise);
    const Variable outer_item = locals_[node.variable];
    const Value outer_loop = forloop_;
    const bool good = node.form == Loop::Form::kTableRow ? table(node, items) : rounds(node, items);
    locals_[node.variable] = outer_item;
    forloop_ = outer_loop;
    set_loop();
    return good;
  }

  // `forloop` and `tablerowloop` are variables like others, but of their loop.
  void set_loop() {
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == "forloop" || names_[i] == "tablerowloop") locals_[i] = {forloop_, !forloop_.is(Kind::kNil)};
    }
  }

  std::int64_t option(const Expression* expression, std::int64_t otherwise) {
    if (expression == nullptr) return otherwise;
    const Value value = plain(world_, evaluate(*expression));
    if (value.is(Kind::kInteger)) return value.integer;
    if (value.is(Kind::kNil)) return otherwise;
    const double real = to_real(world_, value);
    if (real > -9e15 && real < 9e15) return static_cast<std::int64_t>(real);
    world_.fail(joined("The input string '", text_of(world_, value), "' was not in a correct format."));
    return otherwise;
  }

  // offset, limit, reversed; in this order.
  std::span<const Value> part_of(const Loop& node, std::span<const Value> items) {
    const auto size = static_cast<std::int64_t>(items.size());
    const std::int64_t from =
        std::clamp<std::int64_t>(node.continues ? positions_[node.position] : option(node.offset, 0), 0, size);
    const std::int64_t count = std::clamp<std::int64_t>(option(node.limit, size), 0, size - from);
    items_end_ = from + count;
    items = items.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(count));
    if (!node.reversed) return items;
    const std::span<Value> turned = run().arena.copy(items);
    std::ranges::reverse(turned);
    return turned;
  }

  bool rounds(const Loop& node, std::span<const Value> items) {
    LoopState& state = *run().arena.make<LoopState>(node.name, static_cast<std::int64_t>(items.size()));
    forloop_ = Value::of(static_cast<const LoopState*>(&state));
    bool written = false;
    for (const Value& item : items) {
      set_loop();
      if (node.where == nullptr || is_chosen(node, item)) {
        if (node.form == Loop::Form::kJsonArray && written && !write(",")) return false;
        written = true;
        locals_[node.variable] = {item, true};
        if (!render(node.body)) return false;
      } else if (!settle()) {
        return false;
      }
      ++state.index0;
      if (ends_loop()) break;
    }
    return true;
  }

  // The condition sees the element's name in place of the element. source: transformation.md#6.3
  bool is_chosen(const Loop& node, const Value& item) {
    Value name;
    if (item.is(Kind::kXml) && item.xml->kind == XKind::kElement)
      name = Value::of(static_cast<const XElement*>(item.xml)->name->local);
    if (item.is(Kind::kPair)) name = item.pair->key;
    locals_[node.variable] = {name, true};
    return holds(*node.where) && !world_.failed();
  }

  /// After `break`; `continue` is over now.
  bool ends_loop() {
    const Jump* jump = jump_;
    jump_ = nullptr;
    return jump != nullptr && jump->leaves;
  }

  bool table(const Loop& node, std::span<const Value> items) {
    LoopState& state = *run().arena.make<LoopState>(node.name, static_cast<std::int64_t>(items.size()));
    state.columns = std::max<std::int64_t>(1, option(node.columns, state.length));
    forloop_ = Value::of(static_cast<const LoopState*>(&state));
    if (!write("<tr class=\"row1\">\n")) return false;
    std::int64_t row = 1;
    for (const Value& item : items) {
      set_loop();
      locals_[node.variable] = {item, true};
      if (!write(joined("<td class=\"col", state.column0 + 1, "\">")) || !render(node.body) || !write("</td>"))
        return false;
      const bool row_is_full = state.column0 + 1 == state.columns && state.index0 + 1 < state.length;
      if (row_is_full && !write(joined("</tr>\n<tr class=\"row", ++row, "\">"))) return false;
      state.column0 = row_is_full ? 0 : state.column0 + 1;
      ++state.index0;
      if (ends_loop()) break;
    }
    return write("</tr>\n");
  }

  World world_;
  TextBuffer* out_;
  std::span<Variable> globals_;  // assign, capture
  std::span<Variable> locals_;   // of loops
  std::span<std::int64_t> positions_;
  std::span<const std::string_view> names_;
  Value body_;
  Value context_;
  Value forloop_;
  const Jump* jump_ = nullptr;
  CycleState* cycles_ = nullptr;
  std::string_view last_changed_;
  std::int64_t items_end_ = 0;
};

}  // namespace

bool render(Run& run, const Template& made, const Model& model, TextBuffer& out) {
  Renderer renderer(run, made, model, out);
  return renderer.render(made.body);
}

}  // namespace portcullis::liquid
