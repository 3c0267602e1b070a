// An XPath expression as a tree.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/dotnet/xpath.h"

namespace portcullis::xpath {

enum class Axis : std::uint8_t {
  kChild,
  kDescendant,
  kDescendantOrSelf,
  kParent,
  kAncestor,
  kAncestorOrSelf,
  kFollowingSibling,
  kPrecedingSibling,
  kFollowing,
  kPreceding,
  kAttribute,
  kSelf,
};

enum class Test : std::uint8_t { kName, kAnyName, kNode, kText, kComment, kInstruction };

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

struct Step {
  Axis axis = Axis::kChild;
  Test test = Test::kNode;
  bool any_namespace = false;  // `*`
  std::string_view uri;
  std::string_view local;  // empty with kAnyName; the target of processing-instruction('x')
  std::vector<ExpressionPtr> predicates;
};

enum class Kind : std::uint8_t { kNumber, kString, kPath, kFilter, kUnion, kBinary, kNegate, kCall };
enum class Operator : std::uint8_t {
  kOr,
  kAnd,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo
};

struct Expression {
  Kind kind = Kind::kNumber;
  Operator op = Operator::kOr;
  double number = 0;
  std::string_view text;                // string, or the name of a function
  bool from_root = false;               // paths
  std::vector<Step> steps;              // paths; behind a filter's predicates
  std::vector<ExpressionPtr> operands;  // a filter: what is filtered, then predicates
};

/// Null after raising XPathException. Views into `text`, and into what `namespaces` has.
ExpressionPtr parse(Run& run, std::string_view text, const XPathNamespaces* namespaces);

}  // namespace portcullis::xpath
