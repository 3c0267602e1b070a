// choose: runs the first branch whose condition holds. source: choose-policy
//
// All flow: a condition for each `when` that jumps to the next one, the branch, a jump to the end.
#include <vector>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct When {
  Setting<bool> condition;
};
struct Choose {};

constexpr AttributeSpec kWhenAttributes[] = {required<&When::condition>("condition")};

constexpr ElementSpec holding_policies(ElementSpec spec) {
  spec.holds = ElementSpec::Holds::kAnyPolicy;
  return spec;
}
constexpr ElementSpec kWhen = holding_policies(element_of<When>(kWhenAttributes));
constexpr ElementSpec kOtherwise = holding_policies(element_of<Choose>({}));

// The branches are read when they are emitted, one after the other, so that each has its own needs.
void leave_to_emit(Reader&, std::span<const Element* const>, void*) {}

constexpr ChildSpec kChildren[] = {
    {.name = "when", .min = 1, .max = kMany, .element = &kWhen, .read = &leave_to_emit},
    {.name = "otherwise", .min = 0, .max = 1, .element = &kOtherwise, .read = &leave_to_emit},
};

void warn_behind_always(Reader& reader, const Element& branch) {
  reader.warn(branch.name_span, policy_code::kSuspicious, joined("this `<", branch.name, ">` never runs: a condition before it is always true"),
              "remove it, or put it before the `<when>` that always holds");
}

// Conditions that are written out; what an expression gives is known when it runs.
void warn_about(Reader& reader, const Element& branch, const Setting<bool>& condition, bool& always_seen) {
  if (always_seen) return warn_behind_always(reader, branch);
  if (condition.expression != nullptr || !condition.is_present) return;
  if (condition.literal) {
    always_seen = true;
  } else {
    reader.warn(branch.name_span, policy_code::kSuspicious, "this `<when>` never runs: its condition is always false", "remove it, or write the condition");
  }
}

void emit(FlowBuilder& flow, const Element& element, const void*) {
  std::vector<std::uint32_t> to_end;
  bool otherwise_seen = false;
  bool always_seen = false;
  flow.each_child(element, [&](const Element& branch) {
    if (branch.name == "when") {
      if (otherwise_seen) {
        flow.reader().report(branch.name_span, policy_code::kConflict, "`<when>` stands behind `<otherwise>`", "`<otherwise>` comes last");
        return;
      }
      auto* when = flow.arena().make<When>();
      flow.reader().read_element(branch, kWhen, when);
      warn_about(flow.reader(), branch, when->condition, always_seen);
      const std::uint32_t condition = flow.emit({.run = &run_condition, .config = &when->condition});
      flow.children(branch);
      to_end.push_back(flow.emit({.run = &run_jump}));
      flow.at(condition).target = flow.here();
    } else if (branch.name == "otherwise") {
      otherwise_seen = true;
      Choose nothing;
      flow.reader().read_element(branch, kOtherwise, &nothing);
      if (always_seen) warn_behind_always(flow.reader(), branch);
      flow.children(branch);
    }
  });
  for (const std::uint32_t jump : to_end) flow.at(jump).target = flow.here();
}

}  // namespace

const PolicySpec kChoose = flow_policy<Choose>("choose", element_of<Choose>({}, kChildren), &emit);

}  // namespace portcullis
