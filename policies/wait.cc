// wait: runs its direct children in parallel, until all are done or the first is. source: wait-policy
//
//     0  fork       starts a fiber at each branch, goes on behind them
//     1  …branch 1, end of branch
//     …  …branch 2, end of branch
#include <vector>

#include "base/text.h"
#include "policies/table.h"

namespace portcullis {

enum class WaitFor : std::uint8_t { kAll, kAny };
constexpr Word kWaitForWords[] = {{"all", 0}, {"any", 1}};
constexpr std::span<const Word> portcullis_words(WaitFor*) { return kWaitForWords; }

namespace {

struct Wait {
  Setting<std::string_view> for_ = std::string_view("all");
  std::span<const std::uint32_t> starts;
};

constexpr AttributeSpec kAttributes[] = {optional<&Wait::for_>("for")};
// The reference names the first three; the schemas the rest.
constexpr std::string_view kChildren[] = {"send-request", "cache-lookup-value", "choose", "forward-request", "cache-store-value", "cache-remove-value",
                                          "authentication-managed-identity", "send-one-way-request"};

void check(Reader& reader, const Element& element, void* config) {
  const auto& wait = *static_cast<const Wait*>(config);
  const Attribute* attribute = element.find("for");
  std::int64_t word = 0;
  if (attribute != nullptr && wait.for_.expression == nullptr) reader.read_word(attribute->value, kWaitForWords, word);
}

Outcome fork(PolicyRun& run, const FlowOp& op) {
  const auto& config = *static_cast<const Wait*>(op.config);
  std::string_view how;
  if (!run.get(config.for_, how)) return Outcome::kFail;
  const bool any = equals_ignoring_ascii_case(trim_ascii(how), "any");
  if (!any && !equals_ignoring_ascii_case(trim_ascii(how), "all")) {
    return run.fail({}, "The attribute `for` gave neither `all` nor `any`.");
  }
  run.jump(op.target);
  return run.fork(config.starts, any);
}

void emit(FlowBuilder& flow, const Element& element, const void* config) {
  auto& wait = *const_cast<Wait*>(static_cast<const Wait*>(config));  // NOLINT(cppcoreguidelines-pro-type-const-cast): still loading
  const std::uint32_t first = flow.emit({.run = &fork, .config = config});
  std::vector<std::uint32_t> starts;
  flow.each_child(element, [&](const Element& child) {
    starts.push_back(flow.here());
    flow.child(child);
    flow.emit({.run = &run_end_of_branch});
  });
  wait.starts = flow.arena().copy(std::span<const std::uint32_t>(starts));
  flow.at(first).target = flow.here();
}

}  // namespace

const PolicySpec kWait = flow_policy<Wait>("wait", element_of<Wait>(kAttributes), &emit).holding(kChildren).checked_by(&check);

}  // namespace portcullis
