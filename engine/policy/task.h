// The run step of a policy that may wait for the outside: straight-line code that stops at `co_await run.perform(effect)`.
//
//     Task run(PolicyRun& run, const Retrieve& config) {
//       const EffectRequest call = build_call(run, config);     // named first: GCC 12.2 destroys temporaries made in a
//       const ReplyValue& reply = co_await run.perform(call);   // co_await expression twice
//       co_return store(run, config, reply);
//     }
//
// The frame lies in the Execution's arena and is never destroyed: parameters and locals are trivially destructible, or views.
// No capturing coroutine lambdas.
#pragma once

#include <coroutine>
#include <cstddef>

#include "engine/policy/flow.h"

namespace portcullis {

class Task {
 public:
  struct promise_type {
    Outcome outcome = Outcome::kContinue;

    // Not templates: GCC 12 takes a template for a mismatch with the operator delete below.
    struct Argument {
      template <typename T>
      Argument(const T&) {}  // NOLINT(google-explicit-constructor)
    };
    static void* operator new(std::size_t size, PolicyRun& run, Argument) { return allocate(size, run); }
    static void* operator new(std::size_t size, PolicyRun& run, Argument, Argument) { return allocate(size, run); }
    static void operator delete(void*, std::size_t) {}

    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(Outcome value) { outcome = value; }
    [[noreturn]] void unhandled_exception() { throw; }

   private:
    static void* allocate(std::size_t size, PolicyRun& run);
  };

  [[nodiscard]] bool done() const { return handle_.done(); }
  [[nodiscard]] Outcome outcome() const { return handle_.promise().outcome; }
  [[nodiscard]] std::coroutine_handle<> handle() const { return handle_; }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace portcullis
