// One execution in progress: sections, fibers, effects under way, the error model, the trace.
//
//   start ─▶ inbound ─▶ backend ─▶ outbound ─▶ done
//               │ fail      │ fail     │ fail
//               └───────────┴────▶ on-error ─▶ done        kFinish ends from anywhere; at the end, what `at_end` was given
//
// Between backend and outbound runs what `before_outbound` was given. When all is done, a body that still streams may have
// watchers: `passage`.
//
// `advance` runs every ready fiber until all wait or the pipeline is done; `answer` makes a waiting fiber ready.
#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/exchange/exchange.h"
#include "engine/pipeline/body_passage.h"
#include "engine/pipeline/program.h"
#include "engine/policy/policy_run.h"
#include "engine/run/run.h"
#include "portcullis/exchange.hpp"
#include "portcullis/stores.hpp"

namespace portcullis {

class TokenCounter;
struct ModelCall;  // policies/support: the request as a call of a language model

/// What set-header, set-body and their like work on instead of the current message; nests.
struct Building {
  Request* request = nullptr;
  Response* response = nullptr;
  Building* outer = nullptr;
};

/// What the fiber of a resolver has of its own.
struct ResolverScope {
  ExchangeScope* exchange = nullptr;  // never null
  Section section = Section::kBackend;  // its request part; kOutbound: its response part
  /// Called when the flow has ended, before the fiber that started it hears of it; the scope is still in place.
  void (*on_end)(PolicyRun&, ResolverScope&, Outcome) = nullptr;
};

struct Fiber {
  enum class State : std::uint8_t { kReady, kWaiting, kJoining, kDone };

  Fiber(PipelineCore& core, std::span<const FlowOp> flow, std::uint32_t at) : run(core, *this), ops(flow), pc(at) {}

  PolicyRun run;
  std::span<const FlowOp> ops;
  std::uint32_t pc;
  const FlowOp* current = nullptr;
  State state = State::kReady;
  ExitHandler* handlers = nullptr;
  Building* building = nullptr;
  PolicyError error;
  const StepInfo* error_step = nullptr;
  Outcome result = Outcome::kContinue;  // when done
  std::coroutine_handle<Task::promise_type> task;  // a suspended run step
  EffectId waiting_for = 0;
  const ReplyValue* reply = nullptr;
  bool reading_body = false;            // waits for a body before `current` runs
  Ticks step_began = 0;                 // since the request arrived; known only when there is a trace
  // forks
  ResolverScope* scope = nullptr;
  Fiber* parent = nullptr;
  std::uint32_t branch = 0;             // its place among its siblings
  std::uint32_t running_branches = 0;
  bool wants_any = false;
  Fiber* first_failed = nullptr;        // of the branches, in document order
  Fiber* next = nullptr;                // all fibers of the execution
  bool cancelled = false;
};

/// One entry of the trace.
struct TraceEntry {
  const StepInfo* step = nullptr;  // null: the pipeline itself
  Section section = Section::kInbound;
  std::string_view source;
  std::string_view message;
  std::string_view severity;       // of the trace policy
  std::span<const ParameterView> metadata;
  Ticks elapsed = 0;               // since the request arrived
  Ticks duration = 0;              // of the step, for its closing entry
  bool is_step_end = false;
  bool is_custom = false;          // from the trace policy or context.Trace
};

struct PipelineOptions {
  RunLimits limits;
  Stores stores;
  Environment* environment = nullptr;
  const TokenCounter* token_counter = nullptr;
  bool changes_only = false;       // of the call of the backend: what policies changed
  bool collect_trace = false;      // record steps (context.Tracing asks for the same)
};

/// A policy directly in its section that answers CORS preflights.
bool answers_preflight(const FlowOp& op);

class PipelineCore {
 public:
  /// All references outlive the core, which itself lies in `arena` or outside it.
  PipelineCore(const Program& program, Arena& arena, const ContextView& context, const PipelineOptions& options);
  PipelineCore(const PipelineCore&) = delete;
  PipelineCore& operator=(const PipelineCore&) = delete;

  enum class State : std::uint8_t { kRunning, kWaiting, kDone };

  /// Runs what can run. Never blocks, never throws but InternalError.
  State advance();
  /// False when nobody waits for that id (cancelled branches included): the host may ignore it.
  bool answer(const Reply& reply);
  /// Effects asked for since the last call; empty when none.
  std::span<const Effect> take_effects();
  [[nodiscard]] State state() const { return state_; }

  Exchange exchange;
  Run run;
  const PipelineOptions& options;
  const Program& program;

  // ---- for PolicyRun -------------------------------------------------------------------------------------------------
  EffectId ask(const EffectRequest& request, bool needs_reply);
  /// An effect that is filled in where it is handed over: nothing is asked for until it is complete, or dropped.
  HttpCall& begin_call();
  void drop_call();
  void wait(Fiber& fiber, EffectId effect, std::coroutine_handle<> handle);
  LastError* make_last_error(const PolicyError& error, const StepInfo* step);
  Outcome fork(Fiber& parent, std::span<const std::uint32_t> starts, bool any);
  /// One more branch of `parent`, with a flow and a scope of its own; it runs when `parent` waits, and never fails. `scope` may be
  /// that of an ended branch.
  void start_resolver(Fiber& parent, const ResolverFlow& flow, ResolverScope* scope);
  /// Suspends until all branches have ended; false when there are none.
  bool join(Fiber& parent, std::coroutine_handle<> handle);
  /// The next kFinish goes on there instead of ending the pipeline.
  void continue_in_outbound(std::size_t position) { outbound_start_ = position; }
  [[nodiscard]] Section section() const { return section_; }
  [[nodiscard]] bool tracing() const { return tracing_; }
  void add_trace(const TraceEntry& entry);
  [[nodiscard]] Ticks elapsed();

  /// Runs after everything else, when the response is settled: headers owed by inbound policies, postponed increments. In order; a
  /// failure is traced and changes nothing.
  void at_end(const FlowOp& op);
  [[nodiscard]] std::span<const FlowOp> at_end() const { return completions_.first(completion_count_); }
  /// Runs before the first policy of outbound, when the backend (or a cache) has answered. A failure goes to on-error.
  void before_outbound(const FlowOp& op);
  ModelCall* model_call = nullptr;
  BodyPassage passage;
  /// For what happens while the body streams. The steps are those that watchers set as `current`.
  [[nodiscard]] Fiber& last_fiber() { return *main_; }
  [[nodiscard]] EffectId& last_effect() { return last_effect_; }

  // ---- results ---------------------------------------------------------------------------------------------------------
  [[nodiscard]] std::span<const TraceEntry> trace() const { return {trace_.data(), trace_size_}; }
  /// True when the answer was made by policies or the error model (no backend's body to stream).
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::uint64_t steps_used() const { return steps_used_; }
  void count_steps(std::uint64_t steps) { steps_used_ += steps; }

 private:
  void start(Admission admission);
  void start_section(Section section);
  void start_outbound(std::size_t position);
  void section_done(Fiber& main);
  void run_fiber(Fiber& fiber);
  Outcome step(Fiber& fiber);
  Outcome start_step(Fiber& fiber);
  void trace_end(const Fiber& fiber);
  Outcome unwind(Fiber& fiber, Outcome why);
  bool wait_for_bodies(Fiber& fiber, const FlowOp& op);
  void take_body(Fiber& fiber);
  void end_fiber(Fiber& fiber, Outcome outcome);
  void end_branch(Fiber& branch);
  void enter_scope(const Fiber& fiber);
  void cancel_branches(Fiber& parent, const Fiber* except);
  void enter_on_error(const PolicyError& error, const StepInfo* step);
  void prepare_response(const PolicyError& error);
  void finish();
  void start_fiber(std::span<const FlowOp> ops, std::uint32_t at = 0);

  Section section_ = Section::kInbound;
  State state_ = State::kRunning;
  bool tracing_;
  bool failed_ = false;
  Fiber* main_ = nullptr;
  Fiber* fibers_ = nullptr;
  ExchangeScope* scope_ = nullptr;  // of the fiber that runs
  EffectId last_effect_ = 0;
  std::span<Effect> effects_;
  std::size_t effect_count_ = 0;
  std::span<TraceEntry> trace_;
  std::size_t trace_size_ = 0;
  std::uint64_t steps_used_ = 0;
  std::span<FlowOp> completions_;
  std::size_t completion_count_ = 0;
  bool completing_ = false;
  std::span<FlowOp> arrivals_;  // of before_outbound
  std::size_t arrival_count_ = 0;
  bool arriving_ = false;
  std::size_t outbound_position_ = 0;  // where outbound starts then
  std::optional<std::size_t> outbound_start_;
};

}  // namespace portcullis
