// What a policy's run step works with: the exchange, its settings' values, effects, failure, traces. One for each fiber.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <string_view>

#include "engine/exchange/exchange.h"
#include "engine/policy/flow.h"
#include "engine/policy/policy_error.h"
#include "engine/policy/setting.h"
#include "engine/policy/task.h"
#include "portcullis/exchange.hpp"
#include "portcullis/stores.hpp"

namespace portcullis {

struct ApiDefinition;
struct OperationDefinition;
class PipelineCore;  // engine/pipeline: all fibers of one Execution
struct Fiber;

/// What a fiber meets on its way out of a container. Lives in the arena, pushed and popped in order.
struct ExitHandler {
  /// `why` is kFail or kFinish. Returns kContinue after setting the fiber's pc, or `why` to let it pass.
  Outcome (*on_leave)(PolicyRun&, ExitHandler&, Outcome why) = nullptr;
  const FlowOp* op = nullptr;
  void* state = nullptr;
  ExitHandler* outer = nullptr;
};

class PolicyRun {
 public:
  PolicyRun(PipelineCore& core, Fiber& fiber);
  PolicyRun(const PolicyRun&) = delete;
  PolicyRun& operator=(const PolicyRun&) = delete;

  [[nodiscard]] Exchange& exchange() const { return exchange_; }
  [[nodiscard]] Arena& arena() const { return exchange_.arena; }
  [[nodiscard]] Run& run() const { return run_; }  // for expressions and .NET values
  [[nodiscard]] const StepInfo& step() const;
  [[nodiscard]] Section section() const;
  [[nodiscard]] const Stores& stores() const;
  /// The call of the backend says only what policies changed.
  [[nodiscard]] bool changes_only() const;
  /// What is known about the API; null: nothing.
  [[nodiscard]] const ApiDefinition* description() const;
  /// The operation of this request in it; null: none was matched, or it is not described.
  [[nodiscard]] const OperationDefinition* described_operation() const;
  [[nodiscard]] SystemTime now() const;
  [[nodiscard]] std::uint64_t random() const;

  // ---- settings ---------------------------------------------------------------------------------------------------
  /// The value: the literal, or what the expression gives now. False after an expression failed: return Outcome::kFail.
  bool get(const Setting<std::string_view>& setting, std::string_view& value);  // null gives ""
  bool get(const Setting<bool>& setting, bool& value);
  bool get(const Setting<std::int32_t>& setting, std::int32_t& value);
  bool get(const Setting<std::int64_t>& setting, std::int64_t& value);
  bool get(const Setting<double>& setting, double& value);
  bool get(const Setting<std::chrono::seconds>& setting, std::chrono::seconds& value);
  bool get(const Setting<Object*>& setting, Object*& value);  // boxed; literals as strings
  /// As text, with null told apart: `is_null`.
  bool get(const Setting<std::string_view>& setting, std::string_view& value, bool& is_null);

  // ---- the message that set-header, set-body, set-status… work on ---------------------------------------------------
  /// Inside return-response and send-request: the message being built. Else the request in inbound and backend, the response
  /// in outbound and on-error (made when there is none).
  Message& message();
  [[nodiscard]] Request* building_request() const;    // inside send-request and the like
  Response& response();                               // the one that set-status works on
  void begin_request(Request* request);               // nests; null ends
  void begin_response(Response* response);            // nests; null ends

  // ---- ends ---------------------------------------------------------------------------------------------------------
  Outcome fail(const PolicyError& error);
  /// With the status 500 and the usual body.
  Outcome fail(std::string_view reason, std::string_view message);
  /// The pipeline ends with this response.
  Outcome finish(Response* response);
  /// Skips to the operation at `position` of outbound (its size: to the end) with this response. In inbound and backend.
  Outcome continue_in_outbound(Response* response, std::size_t position);
  [[nodiscard]] std::span<const FlowOp> outbound() const;
  /// Runs `action` when the response is settled (headers owed by inbound policies, postponed increments), with `config`; it stands for
  /// the current step in traces. A failure there is traced and changes nothing.
  void at_end(Outcome (*action)(PolicyRun&, const FlowOp&), const void* config);
  /// The `config` that `action` was given there first, or null: several elements add to one thing.
  [[nodiscard]] const void* at_end_config(Outcome (*action)(PolicyRun&, const FlowOp&)) const;
  [[nodiscard]] const PolicyError& error() const;
  [[nodiscard]] const StepInfo* error_step() const;
  /// Raises an error again that a container held back.
  Outcome fail_again(const PolicyError& error, const StepInfo* step);
  void clear_error();
  /// Makes the error visible as context.LastError (retry's condition).
  void show_error(const PolicyError& error, const StepInfo* step);
  /// Copies into the arena: for messages built from parts.
  std::string_view text(std::string_view copied) const;

  // ---- flow -----------------------------------------------------------------------------------------------------------
  void jump(std::uint32_t target);
  [[nodiscard]] std::uint32_t position_of(const FlowOp& op) const;
  void push(ExitHandler* handler);
  void pop();
  [[nodiscard]] ExitHandler* fiber_handler() const;  // the innermost, or null
  /// Starts fibers at the given positions of this flow, each ending at its `run_end_of_branch` operation. The current fiber goes on after
  /// `all` are done, or after the first when `any`.
  Outcome fork(std::span<const std::uint32_t> starts, bool any);

  // ---- effects ----------------------------------------------------------------------------------------------------------
  struct Perform {
    PolicyRun& run;
    const EffectRequest& request;
    ReplyValue answered{};
    [[nodiscard]] bool await_ready();  // a store answered at once
    void await_suspend(std::coroutine_handle<> handle);
    const ReplyValue& await_resume();
  };
  /// Asks the stores first, then the host. The reply's views live as long as the Execution.
  Perform perform(const EffectRequest& request) { return Perform{*this, request}; }
  /// A call that no store can answer, written where the host will read it: `begin_call`, then `perform_call` or `drop_call`, and
  /// nothing else asked for in between.
  HttpCall& begin_call();
  void drop_call();
  struct PerformCall {
    PolicyRun& run;
    [[nodiscard]] bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> handle);
    const ReplyValue& await_resume();
  };
  PerformCall perform_call() { return PerformCall{*this}; }
  /// No reply wanted (one-way requests, releases).
  void notify(const EffectRequest& request);

  // ---- traces ---------------------------------------------------------------------------------------------------------------
  /// True when somebody wants entries: build texts only then.
  [[nodiscard]] bool tracing() const { return tracing_; }
  /// An entry of the trace for this step. `message` is copied.
  void trace(std::string_view message);
  /// The trace policy's own entry.
  void trace(std::string_view source, std::string_view message, std::string_view severity,
             std::span<const ParameterView> metadata);

  [[nodiscard]] PipelineCore& core() const { return core_; }
  [[nodiscard]] Fiber& fiber() const { return fiber_; }

 private:
  PipelineCore& core_;
  Fiber& fiber_;
  Exchange& exchange_;
  Run& run_;
  const bool tracing_;
};

}  // namespace portcullis
