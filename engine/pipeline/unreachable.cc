#include "engine/pipeline/unreachable.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "engine/policy/reach.h"

namespace portcullis {

namespace {

// What may run after the operation at `at`. Too much rather than too little: a warning is never wrong.
void mark_next(std::span<const FlowOp> ops, std::size_t at, std::vector<bool>& reached) {
  const FlowOp& op = ops[at];
  const auto mark = [&](std::size_t position) {
    if (position < reached.size()) reached[position] = true;
  };
  if (op.target == kNoNext) return;
  if (op.run != &run_jump) mark(at + 1);
  if (op.target > at) mark(op.target);
}

std::vector<bool> find_reached(std::span<const FlowOp> ops) {
  std::vector<bool> reached(ops.size());
  if (!reached.empty()) reached.front() = true;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (reached[i]) mark_next(ops, i, reached);
    // The next branch of a wait starts by itself.
    if (ops[i].run == &run_end_of_branch && i + 1 < reached.size()) reached[i + 1] = true;
  }
  return reached;
}

bool is_one_element(const StepInfo& a, const StepInfo& b) {
  return a.source == b.source && a.span.begin == b.span.begin && a.section == b.section;
}

// The end of a container that began within reach is no policy of its own.
bool began_within_reach(std::span<const FlowOp> ops, const std::vector<bool>& reached, std::size_t at) {
  for (std::size_t i = at; i-- > 0;) {
    if (reached[i] && is_one_element(*ops[i].step, *ops[at].step)) return true;
  }
  return false;
}

// The element's name behind the `<` of its start tag.
Span name_of_tag(const StepInfo& step) {
  const std::uint32_t begin = step.span.begin + 1;
  return {begin, begin + static_cast<std::uint32_t>(step.element.size())};
}

class Warner {
 public:
  Warner(std::span<const FlowOp> ops, std::span<const Splice> splices,
         std::span<const std::shared_ptr<const SourceText>> sources, Diagnostics& diagnostics)
      : ops_(ops), splices_(splices), sources_(sources), diagnostics_(diagnostics), reached_(find_reached(ops)) {}

  void run() {
    for (std::size_t i = 0; i < ops_.size(); ++i) {
      if (reached_[i]) continue;
      const std::size_t begin = i;
      while (i + 1 < ops_.size() && !reached_[i + 1]) ++i;
      warn_about(begin, i + 1);
    }
  }

 private:
  void warn_about(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto splice = std::find_if(splices_.begin(), splices_.end(), [&](const Splice& known) {
        return known.begin == i && known.end > i && known.end <= end;
      });
      if (splice != splices_.end()) return add(splice->element, splice->span, splice->source, reason(begin, i));
      const StepInfo& step = *ops_[i].step;
      if (ops_[i].run == &run_jump || began_within_reach(ops_, reached_, i)) continue;
      return add(step.element, name_of_tag(step), source_of(step), reason(begin, i));
    }
  }

  void add(std::string_view element, Span span, std::shared_ptr<const SourceText> source, std::string_view reason) {
    Diagnostic warning{.code = policy_code::kSuspicious,
                       .severity = Severity::kWarning,
                       .span = span,
                       .message = joined("`", element, "` never runs: ", reason),
                       .help = "remove it, or put it before what answers the request",
                       .source = std::move(source)};
    if (!is_known(warning)) diagnostics_.add(std::move(warning));
  }

  // What ends the pipeline stands right before the stretch: beside the policy, or in the last branch of what stands
  // beside it.
  std::string reason(std::size_t begin, std::size_t at) const {
    const StepInfo& ending = *ops_[begin - 1].step;
    const std::size_t depth = depth_of(*ops_[at].step);
    if (ending.source != ops_[at].step->source || depth_of(ending) <= depth)
      return joined("`", ending.element, "` before it always answers");
    std::string_view rest = ending.path;
    for (std::size_t i = 0; i < depth; ++i) rest.remove_prefix(rest.find('/') + 1);
    return joined("every way through `", rest.substr(0, rest.find('[')), "` before it answers");
  }

  static std::size_t depth_of(const StepInfo& step) {
    return static_cast<std::size_t>(std::count(step.path.begin(), step.path.end(), '/'));
  }

  std::shared_ptr<const SourceText> source_of(const StepInfo& step) const {
    const auto found =
        std::find_if(sources_.begin(), sources_.end(), [&](const auto& source) { return source.get() == step.source; });
    return found == sources_.end() ? nullptr : *found;
  }

  // A fragment that is included twice says it once.
  bool is_known(const Diagnostic& warning) const {
    return std::any_of(diagnostics_.all().begin(), diagnostics_.all().end(), [&](const Diagnostic& said) {
      return said.code == warning.code && said.source == warning.source && said.span.begin == warning.span.begin &&
             said.message == warning.message;
    });
  }

  std::span<const FlowOp> ops_;
  std::span<const Splice> splices_;
  std::span<const std::shared_ptr<const SourceText>> sources_;
  Diagnostics& diagnostics_;
  std::vector<bool> reached_;
};

}  // namespace

void warn_unreachable(std::span<const FlowOp> ops, std::span<const Splice> splices,
                      std::span<const std::shared_ptr<const SourceText>> sources, Diagnostics& diagnostics) {
  Warner(ops, splices, sources, diagnostics).run();
}

}  // namespace portcullis
