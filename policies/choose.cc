// choose: runs the first branch whose condition holds. source: choose-policy
//
// All flow: a condition for each `when` that jumps to the next one, the branch, a jump to the end.
#include <vector>

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

void emit(FlowBuilder& flow, const Element& element, const void*) {
  std::vector<std::uint32_t> to_end;
  bool otherwise_seen = false;
  flow.each_child(element, [&](const Element& branch) {
    if (branch.name == "when") {
      if (otherwise_seen) {
        flow.reader().report(branch.name_span, policy_code::kConflict, "`<when>` stands behind `<otherwise>`", "`<otherwise>` comes last");
        return;
      }
      auto* when = flow.arena().make<When>();
      flow.reader().read_element(branch, kWhen, when);
      const std::uint32_t condition = flow.emit({.run = &run_condition, .config = &when->condition});
      flow.children(branch);
      to_end.push_back(flow.emit({.run = &run_jump}));
      flow.at(condition).target = flow.here();
    } else if (branch.name == "otherwise") {
      otherwise_seen = true;
      Choose nothing;
      flow.reader().read_element(branch, kOtherwise, &nothing);
      flow.children(branch);
    }
  });
  for (const std::uint32_t jump : to_end) flow.at(jump).target = flow.here();
}

}  // namespace

const PolicySpec kChoose = flow_policy<Choose>("choose", element_of<Choose>({}, kChildren), &emit);

}  // namespace portcullis
