// Liquid templates as set-body takes them: the DotLiquid dialect, compiled once and rendered for each request.
// source: transformation.md#6.3
//
//     text ──compile──▶ Template (nodes in the Program's arena) ──render──▶ text in the request's arena
//
//   Node        kind
//   ├ Text      as it stands                       ├ Case      when … else
//   ├ Output    {{ value | Filter: a, b }}         ├ Loop      for, tablerow, JSONArrayFor
//   ├ Assign    assign, capture                    ├ Cycle     ├ IfChanged
//   └ Choice    if, unless with their branches     └ Jump      break, continue
//
// A template that does not read is an error at load; what goes wrong while rendering is written into the output, as
// DotLiquid does it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/source.h"

namespace portcullis {
class Run;
class TextBuffer;
struct Object;
}  // namespace portcullis

namespace portcullis::liquid {

struct Expression;
struct Filter;

/// `.name`, `["name"]`, `[variable]`.
struct Step {
  std::string_view name;              // of the first form
  const Expression* index = nullptr;  // else
};

struct Expression {
  enum class Kind : std::uint8_t { kNil, kTrue, kFalse, kEmpty, kBlank, kText, kInteger, kDecimal, kRange, kPath };
  Kind kind = Kind::kNil;
  std::string_view text;              // kText; the digits of kDecimal
  std::int64_t integer = 0;           // kInteger
  std::uint32_t variable = 0;         // kPath: what the first name is numbered
  std::span<const Step> steps;        // kPath
  const Expression* first = nullptr;  // kRange; kPath: `[expression]` in place of the first name
  const Expression* last = nullptr;   // kRange
};

struct FilterCall {
  const Filter* filter = nullptr;  // null: there is none of that name, the value passes
  std::span<const Expression> arguments;
};

/// What stands in `{{ }}` and behind `assign x =`.
struct Pipeline {
  Expression value;
  std::span<const FilterCall> filters;
};

enum class Operator : std::uint8_t {
  kNone,  // is it true?
  kEqual,
  kNotEqual,
  kLess,
  kGreater,
  kLessOrEqual,
  kGreaterOrEqual,
  kContains,
  kStartsWith,
  kEndsWith,
  kHasKey,
  kHasValue,
};

/// `a == b and c or d`: from right to left, without precedence.
struct Condition {
  Expression left;
  Operator op = Operator::kNone;
  Expression right;
  enum class Joined : std::uint8_t { kEnd, kAnd, kOr } joined = Joined::kEnd;
  const Condition* next = nullptr;
};

struct Node {
  enum class Kind : std::uint8_t {
    kText,
    kOutput,
    kAssign,
    kCapture,
    kChoice,
    kCase,
    kLoop,
    kCycle,
    kIfChanged,
    kJump
  };
  Kind kind;
};
using Block = std::span<const Node* const>;

struct Text : Node {
  std::string_view text;
};
struct Output : Node {
  Pipeline value;
};
struct Assign : Node {
  std::uint32_t variable = 0;
  Pipeline value;
};
struct Capture : Node {
  std::uint32_t variable = 0;
  Block body;
};
struct Branch {
  const Condition* condition = nullptr;  // null: else
  bool negated = false;                  // unless
  Block body;
};
struct Choice : Node {
  std::span<const Branch> branches;
};
struct When {
  std::span<const Expression> values;  // none: else
  Block body;
};
struct Case : Node {
  Expression value;
  std::span<const When> whens;
};
struct Loop : Node {
  enum class Form : std::uint8_t { kFor, kTableRow, kJsonArray };
  Form form = Form::kFor;
  bool reversed = false;
  bool continues = false;  // offset:continue
  std::uint32_t variable = 0;
  std::uint32_t position = 0;  // what `offset:continue` remembers, by number
  std::string_view name;       // forloop.name
  Expression collection;
  const Expression* limit = nullptr;
  const Expression* offset = nullptr;
  const Expression* columns = nullptr;
  const Condition* where = nullptr;  // JSONArrayFor: on the item's element name
  Block body;
  Block otherwise;
};
struct Cycle : Node {
  const Expression* group = nullptr;
  std::string_view key;  // when there is no group: cycles of the same values go on together
  std::span<const Expression> values;
};
struct IfChanged : Node {
  Block body;
};
struct Jump : Node {
  bool leaves = false;  // break
};

/// Immutable; lives in the arena it was compiled into.
struct Template {
  Block body;
  std::span<const std::string_view> variables;  // names by number
  std::uint32_t loops = 0;
  bool reads_body = false;  // `body` is mentioned
};

struct Mistake {
  Span span;  // of the template's text
  bool is_error = true;
  std::string message;
  std::string help;
};

inline constexpr std::string_view kBodyVariable = "body";
inline constexpr std::string_view kContextVariable = "context";

/// `text` must live as long as `arena`. `is_markup`: it is XML as typed, so references inside of tags are decoded. Null
/// when there are errors among `mistakes`. Cost: linear.
const Template* compile(Arena& arena, std::string_view text, bool is_markup, std::vector<Mistake>& mistakes);

/// What the template sees.
struct Model {
  Object* body = nullptr;     // a JToken, XDocument or String; null: none
  Object* context = nullptr;  // IContext
  bool nil_elements = false;  // xsi-nil="null": elements with xsi:nil="true" are nil, not blank
};

/// Appends the output. False after a limit was hit (it has been raised then); other failures are part of the output.
bool render(Run& run, const Template& made, const Model& model, TextBuffer& out);

}  // namespace portcullis::liquid
