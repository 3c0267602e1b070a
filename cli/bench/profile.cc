#include "cli/bench/profile.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "cli/bench/statistics.h"
#include "engine/pipeline/core.h"
#include "engine/pipeline/program.h"
#include "engine/policy/spec.h"
#include "engine/run/evaluate.h"
#include "grammar/document/document.h"

namespace portcullis::cli {

namespace {

constexpr std::size_t kLeastRuns = 9, kMostRuns = 301;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// What one look at the clock adds to what stands between two of them.
double clock_cost() {
  std::vector<double> gaps;
  for (int i = 0; i < 1001; ++i) {
    const double begin = now_nanoseconds();
    gaps.push_back(now_nanoseconds() - begin);
  }
  return quantile(std::move(gaps), 0.5);
}

/// One operation of the flow, with its own `run` put aside.
struct WatchedOp {
  const FlowOp* op = nullptr;
  Outcome (*run)(PolicyRun&, const FlowOp&) = nullptr;
  double nanoseconds = 0;  // of this evaluation
  std::size_t times = 0;
};

class Profiler final : public ReplayWatcher {
 public:
  explicit Profiler(Program& program) : clock_cost_(clock_cost()) {
    for (const std::span<const FlowOp>& section : program.sections) {
      for (const FlowOp& op : section) ops_.push_back({&op, op.run});
    }
    std::sort(ops_.begin(), ops_.end(), [](const WatchedOp& a, const WatchedOp& b) { return a.op < b.op; });
    // The operations lie in the program's own arena, which was not made const; nobody else runs this program.
    for (const WatchedOp& watched : ops_) const_cast<FlowOp*>(watched.op)->run = &run_watched;
  }

  void begin() {
    for (WatchedOp& watched : ops_) watched.nanoseconds = 0, watched.times = 0;
    looks_ = 0;
    suspended_ = kNone;
    is_resumed_ = false;
    expression_nanoseconds_ = -1;
  }
  void resumes() override {
    is_resumed_ = suspended_ != kNone;
    since_ = now_nanoseconds();
  }
  void stops() override { settle(now_nanoseconds()); }

  /// Measures `expression` when `op` is about to run for the first time; null: nothing.
  void look_at(const FlowOp* op, const CompiledExpression* expression) {
    op_of_expression_ = op;
    expression_ = expression;
  }
  /// Negative: it was not reached.
  [[nodiscard]] double expression_nanoseconds() const { return expression_nanoseconds_; }
  [[nodiscard]] std::span<const WatchedOp> ops() const { return ops_; }
  [[nodiscard]] double looking_nanoseconds() const { return static_cast<double>(looks_) * clock_cost_; }

 private:
  static Outcome run_watched(PolicyRun& run, const FlowOp& op) {
    // Only the profiler's own replays run this program, and their environment is a Profiler.
    return static_cast<Profiler*>(run.core().options.environment)->watch(run, op);
  }

  Outcome watch(PolicyRun& run, const FlowOp& op) {
    if (&op == op_of_expression_ && expression_ != nullptr && expression_nanoseconds_ < 0) measure(run);
    const std::size_t index = index_of(op);
    const double begin = now_nanoseconds();
    settle(begin);
    const Outcome outcome = ops_[index].run(run, op);
    const double end = now_nanoseconds();
    WatchedOp& watched = ops_[index];
    watched.nanoseconds += std::max(end - begin - clock_cost_, 0.0);
    if (watched.run != &run_jump) ++watched.times;
    looks_ += 2;
    if (outcome == Outcome::kSuspend) suspended_ = index;
    return outcome;
  }

  // The time between a resume and the next operation belongs to the one that waited.
  void settle(double now) {
    if (!is_resumed_) return;
    ops_[suspended_].nanoseconds += std::max(now - since_ - clock_cost_, 0.0);
    is_resumed_ = false;
    suspended_ = kNone;
  }

  void measure(PolicyRun& policy) {
    Exchange& exchange = policy.exchange();
    // Reading a body may use it up.
    const auto state_of = [](const MessageBody& body) {
      return std::tuple(body.state, body.content, body.consumed, body.replaced);
    };
    const auto restore = [](MessageBody& body, const auto& state) {
      std::tie(body.state, body.content, body.consumed, body.replaced) = state;
    };
    const auto request_body = state_of(exchange.request.body);
    Response* const response = exchange.response;
    const auto response_body = response == nullptr ? decltype(request_body)() : state_of(response->body);
    Run& run = policy.run();
    Slot value{};
    Exception* raised = nullptr;
    const double begin = now_nanoseconds();
    run.start_expression();
    static_cast<void>(evaluate(run, *expression_, value, raised));
    expression_nanoseconds_ = std::max(now_nanoseconds() - begin - clock_cost_, 0.0);
    restore(exchange.request.body, request_body);
    if (response != nullptr) restore(response->body, response_body);
  }

  [[nodiscard]] std::size_t index_of(const FlowOp& op) const {
    const auto found =
        std::lower_bound(ops_.begin(), ops_.end(), &op, [](const WatchedOp& a, const FlowOp* b) { return a.op < b; });
    return static_cast<std::size_t>(found - ops_.begin());
  }

  double clock_cost_;
  std::vector<WatchedOp> ops_;
  std::size_t looks_ = 0;
  std::size_t suspended_ = kNone;
  bool is_resumed_ = false;
  double since_ = 0;
  const FlowOp* op_of_expression_ = nullptr;
  const CompiledExpression* expression_ = nullptr;
  double expression_nanoseconds_ = -1;
};

// ---- which expression stands where ----------------------------------------------------------------------------------------

/// The documents of a program as trees again: what is compiled does not remember where it stood.
class Trees {
 public:
  Trees(const Program& program, const Documents& documents) {
    NamedValues named_values;
    for (const auto& [name, value] : documents.named_values) named_values[name] = value;
    for (const auto& source : program.sources) {
      Diagnostics diagnostics(source);
      Parsed<Document> document = read_document(source, named_values, diagnostics);
      if (!document.has_value()) continue;
      documents_.push_back(std::make_unique<Document>(std::move(document).value()));
      add(source.get(), documents_.back()->root());
    }
    for (const std::span<const FlowOp>& section : program.sections) {
      for (const FlowOp& op : section) {
        if (op.step != nullptr) policies_.insert(elements_[key(*op.step)]);
      }
    }
  }

  /// The expressions of the element that `op` runs (or of the branch of it) that no other policy runs.
  [[nodiscard]] std::vector<const Value*> values_of(const FlowOp& op) const {
    std::vector<const Value*> values;
    const auto found = elements_.find(key(*op.step));
    if (found == elements_.end()) return values;
    const bool is_flow = op.spec != nullptr && op.spec->emit != nullptr;
    if (const Element* branch = branch_of(*found->second, op.step->path)) {
      add_own(*branch, values);
    } else {
      add_all(*found->second, !is_flow, values);
    }
    return values;
  }

 private:
  using Key = std::pair<const SourceText*, std::uint32_t>;
  static Key key(const StepInfo& step) { return {step.source, step.span.begin}; }

  void add(const SourceText* source, const Element& element) {
    elements_[{source, element.start_tag.begin}] = &element;
    for (const Element& child : element.elements()) add(source, child);
  }

  // "choose[1]/when[2]" is a branch of the choose: another name at the end than the element's own.
  static const Element* branch_of(const Element& element, std::string_view path) {
    const std::string_view last = path.substr(path.rfind('/') + 1);
    const std::string_view name = last.substr(0, last.find('['));
    if (name == element.name) return nullptr;
    std::size_t ordinal = 0;
    for (const char digit : last.substr(std::min(last.find('[') + 1, last.size()))) {
      if (digit >= '0' && digit <= '9') ordinal = ordinal * 10 + static_cast<std::size_t>(digit - '0');
    }
    for (const Element& child : element.elements()) {
      if (child.name == name && --ordinal == 0) return &child;
    }
    return nullptr;
  }

  static void add_own(const Element& element, std::vector<const Value*>& values) {
    for (const Attribute& attribute : element.attributes) {
      if (attribute.value.is_code()) values.push_back(&attribute.value);
    }
    if (element.text.has_value() && element.text->is_code()) values.push_back(&*element.text);
  }
  // Branches of a flow policy speak for themselves.
  void add_all(const Element& element, bool with_branches, std::vector<const Value*>& values) const {
    add_own(element, values);
    for (const Element& child : element.elements()) {
      const bool is_branch = !with_branches && (child.name == "when" || child.name == "otherwise");
      if (!is_branch && !policies_.contains(&child)) add_all(child, with_branches, values);
    }
  }

  std::vector<std::unique_ptr<Document>> documents_;
  std::map<Key, const Element*> elements_;
  std::set<const Element*> policies_;
};

const CompiledExpression* find_compiled(const Program& program, const Value& value) {
  for (const auto& expression : program.expressions) {
    if (expression->text == value.text.text) return expression.get();
  }
  return nullptr;
}

PlaceCost place_of(const FlowOp& op, std::uint32_t offset) {
  const StepInfo& step = *op.step;
  PlaceCost place;
  place.section = name_of(step.section);
  place.scope = name_of(step.scope);
  place.policy = step.element;
  place.path = step.path;
  if (step.source != nullptr) {
    const LineColumn at = step.source->line_column(offset);
    place.file = step.source->name();
    place.line = at.line;
    place.column = at.column;
  }
  return place;
}

// ---- runs -----------------------------------------------------------------------------------------------------------------

std::size_t runs_within(double seconds, double nanoseconds_each) {
  const double runs = seconds * 1e9 / std::max(nanoseconds_each, 1.0);
  return static_cast<std::size_t>(std::clamp(runs, static_cast<double>(kLeastRuns), static_cast<double>(kMostRuns)));
}

struct Samples {
  PlaceCost place;
  std::vector<double> nanoseconds;
  double times = 0;
};

/// What runs at one place: the operations of a policy, also those of its branches.
void profile_policies(Profiler& profiler, Replay& replay, double seconds, Profile& out) {
  std::vector<Samples> samples;
  std::map<std::pair<const SourceText*, std::uint32_t>, std::size_t> places;
  std::vector<std::size_t> place_of_op;
  for (const WatchedOp& watched : profiler.ops()) {
    const StepInfo& step = *watched.op->step;
    const auto [found, is_new] = places.try_emplace({step.source, step.span.begin}, samples.size());
    if (is_new) samples.push_back({place_of(*watched.op, step.span.begin), {}, 0});
    place_of_op.push_back(found->second);
  }
  std::vector<double> totals, rests, of_place(samples.size());
  const auto once = [&] {
    profiler.begin();
    const double begin = now_nanoseconds();
    replay.run();
    return std::max(now_nanoseconds() - begin - profiler.looking_nanoseconds(), 0.0);
  };
  once();
  const std::size_t runs = runs_within(seconds, once());
  for (std::size_t run = 0; run < runs; ++run) {
    totals.push_back(once());
    std::fill(of_place.begin(), of_place.end(), 0.0);
    double sum = 0;
    for (std::size_t i = 0; i < place_of_op.size(); ++i) {
      const WatchedOp& watched = profiler.ops()[i];
      of_place[place_of_op[i]] += watched.nanoseconds;
      sum += watched.nanoseconds;
      samples[place_of_op[i]].times += static_cast<double>(watched.times);
    }
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i].nanoseconds.push_back(of_place[i]);
    rests.push_back(std::max(totals.back() - sum, 0.0));
  }
  out.evaluation_nanoseconds = quantile(totals, 0.5);
  out.pipeline_nanoseconds = quantile(rests, 0.5);
  for (Samples& sample : samples) {
    if (sample.times == 0) continue;
    sample.place.times = sample.times / static_cast<double>(runs);
    sample.place.nanoseconds = quantile(std::move(sample.nanoseconds), 0.5);
    out.policies.push_back(std::move(sample.place));
  }
}

struct Candidate {
  const FlowOp* op;
  const CompiledExpression* expression;
  PlaceCost place;
};

std::vector<Candidate> find_candidates(const Profiler& profiler, const Program& program, const Trees& trees) {
  std::vector<Candidate> candidates;
  std::set<const Value*> seen;
  for (const WatchedOp& watched : profiler.ops()) {
    if (watched.times == 0) continue;
    for (const Value* value : trees.values_of(*watched.op)) {
      const CompiledExpression* expression = find_compiled(program, *value);
      if (expression == nullptr || !seen.insert(value).second) continue;
      Candidate candidate{watched.op, expression, place_of(*watched.op, value->span.begin)};
      candidate.place.text = value->text.text;
      candidate.place.times = static_cast<double>(watched.times);
      candidates.push_back(std::move(candidate));
    }
  }
  return candidates;
}

void profile_expressions(Profiler& profiler, Replay& replay, const Program& program, const Documents& documents,
                         double seconds, Profile& out) {
  const Trees trees(program, documents);
  profiler.begin();
  replay.run();
  std::vector<Candidate> candidates = find_candidates(profiler, program, trees);
  const double each = seconds / static_cast<double>(std::max<std::size_t>(candidates.size(), 1));
  for (Candidate& candidate : candidates) {
    profiler.look_at(candidate.op, candidate.expression);
    std::vector<double> samples;
    for (std::size_t runs = runs_within(each, out.evaluation_nanoseconds * 2); samples.size() < runs;) {
      profiler.begin();
      replay.run();
      if (profiler.expression_nanoseconds() < 0) break;
      samples.push_back(profiler.expression_nanoseconds());
    }
    if (samples.empty()) continue;
    candidate.place.nanoseconds = quantile(std::move(samples), 0.5) * candidate.place.times;
    out.expressions.push_back(std::move(candidate.place));
  }
  profiler.look_at(nullptr, nullptr);
}

}  // namespace

Profile profile(const std::shared_ptr<const Program>& program, const hosts::OwnedContext& context,
                const Recording& recording, const Documents& documents, double seconds) {
  Profile out;
  // Made by `load` as a Program that is not const.
  Profiler profiler(const_cast<Program&>(*program));
  Replay replay(*program, context, recording, &profiler);
  profile_policies(profiler, replay, seconds / 2, out);
  profile_expressions(profiler, replay, *program, documents, seconds / 2, out);
  return out;
}

}  // namespace portcullis::cli
