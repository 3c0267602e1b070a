// The run-time form of a section: a flat list of operations, most of them "run this policy".
//
//     <set-variable/>                      0  set-variable
//     <choose>                             1  condition       else -> 4
//       <when><set-header/></when>         2  set-header
//                                          3  jump               -> 5
//       <otherwise><set-body/></otherwise> 4  set-body
//     </choose>                            5  …
//
// Containers are flow: choose, retry, limit-concurrency and wait emit operations around their children's. `<base/>` and fragments
// are spliced at load. A fiber walks the list; it can stop at an operation that waits for an effect and go on later.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "grammar/document/document.h"
#include "portcullis/exchange.hpp"

namespace portcullis {

class PolicyRun;
class Reader;
class VariableNames;
class TypeTable;
class CompiledExpression;
struct PolicySpec;

constexpr std::size_t kSectionCount = 4;
constexpr std::size_t kScopeCount = 5;

/// Bit sets.
using SectionSet = std::uint8_t;
using ScopeSet = std::uint8_t;
constexpr SectionSet bit(Section section) { return static_cast<SectionSet>(1U << static_cast<unsigned>(section)); }
constexpr ScopeSet bit(Scope scope) { return static_cast<ScopeSet>(1U << static_cast<unsigned>(scope)); }
constexpr SectionSet kInboundOnly = bit(Section::kInbound);
constexpr SectionSet kBackendOnly = bit(Section::kBackend);
constexpr SectionSet kAnySection = 15;
constexpr ScopeSet kAnyScope = 31;
constexpr ScopeSet kAnyScopeButGlobal = 30;

/// How an operation ended.
enum class Outcome : std::uint8_t {
  kContinue,  // go on with the next operation (or where `pc` was set to)
  kSuspend,   // an effect is on its way; the fiber goes on when it is answered
  kFinish,    // the pipeline ends: exchange.response is the answer
  kFail,      // run.error() says why
};

/// Where a policy element stands: for LastError, traces, costs by policy. Program lifetime.
struct StepInfo {
  std::string_view element;
  std::string_view policy_id;   // its `id` attribute
  std::string_view path;        // "choose[1]/when[2]/set-header[1]", below the section
  Scope scope = Scope::kApi;
  Section section = Section::kInbound;
  Span span;                    // start tag, in `source`
  const SourceText* source = nullptr;
  bool in_fragment = false;     // `source` is a fragment
};

enum Needs : std::uint8_t { kNeedsNothing = 0, kNeedsRequestBody = 1, kNeedsResponseBody = 2 };

struct FlowOp {
  Outcome (*run)(PolicyRun&, const FlowOp&) = nullptr;
  const void* config = nullptr;
  const PolicySpec* spec = nullptr;   // null for jumps and the like
  const StepInfo* step = nullptr;
  std::uint32_t target = 0;           // jumps
  std::uint8_t needs = kNeedsNothing; // bodies that must be buffered before it runs
};

/// Writes the operations of one section of one document; policies that are flow call it from their `emit`.
class FlowBuilder {
 public:
  virtual ~FlowBuilder() = default;

  virtual Arena& arena() = 0;           // Program lifetime
  virtual Diagnostics& diagnostics() = 0;
  virtual Reader& reader() = 0;
  /// The position of the next operation.
  virtual std::uint32_t here() const = 0;
  /// Appends for the element being compiled (its StepInfo and spec are filled in); returns its position.
  virtual std::uint32_t emit(FlowOp op) = 0;
  /// The operation at a position, to set its target afterwards. Valid until the next emit.
  virtual FlowOp& at(std::uint32_t position) = 0;
  /// Emits the policies inside `element`, in order. Elements that the spec reads as configuration are skipped.
  virtual void children(const Element& element) = 0;
  /// Emits one policy element: a direct child of wait.
  virtual void child(const Element& element) = 0;
  /// Visits the child elements in order, with the path set to each, so that what is emitted meanwhile stands there:
  /// the branches of choose, the children of wait.
  virtual void each_child(const Element& element, const std::function<void(const Element&)>& visit) = 0;
  /// Emits the children of `element` that `names` lists, as if they stood in `section`; fragments among them may hold no others. In
  /// the order of the list, or `as_written`. For the parts of a resolver.
  virtual void listed_children(const Element& element, std::span<const std::string_view> names, Section section, bool as_written) = 0;
};

// Operations that every container needs; `config` of the first is a `const Setting<bool>*`.
Outcome run_condition(PolicyRun&, const FlowOp&);  // false: pc = target
Outcome run_jump(PolicyRun&, const FlowOp&);
/// The last operation of a branch started by `PolicyRun::fork`.
Outcome run_end_of_branch(PolicyRun&, const FlowOp&);

}  // namespace portcullis
