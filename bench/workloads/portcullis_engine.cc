// Portcullis through its C++ API. One operation: an Execution is made, runs to the call of the backend (or to the
// answer), and the effects stand ready as a host that passes requests on applies them: changed headers, URL, body.
#include <vector>

#include "bench/workloads/effects.h"
#include "bench/workloads/engine.h"
#include "bench/workloads/prepared.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::bench {

namespace {

class PortcullisEngine final : public Engine {
 public:
  [[nodiscard]] std::string name() const override { return "portcullis"; }
  [[nodiscard]] std::string version() const override { return std::string(portcullis::version()); }

  bool start(const Data& data, std::string& why) override {
    data_ = &data;
    library_ = make_library();
    for (std::size_t w = 0; w < kWorkloads; ++w) {
      const Workload& workload = data.workloads[w];
      if (!load_one(workload.strict, workload, strict_[w], why) || !load_one(workload.raw, workload, programs_[w], why))
        return false;
    }
    contexts_.resize(data.inputs.size());
    for (std::size_t i = 0; i < contexts_.size(); ++i) prepare(data.inputs[i], contexts_[i]);
    memory_.resize(std::size_t{1} << 20);
    options_.stores.counters = counters_.get();
    options_.stores.tokens = tokens_.get();
    options_.environment = &clock_;
    options_.memory = memory_;
    options_.changes_only = true;  // as the peers say them
    tokens_->store(kTokenResource, {}, data.token,
                   std::chrono::sys_seconds(std::chrono::seconds(kTokenExpiresMilliseconds / 1000)));
    return true;
  }

  // Both ways of writing the policy must load and say the same.
  std::string effects(std::size_t w, std::size_t i) override {
    const std::string strict = effects_of(strict_[w], i);
    counters_ = make_memory_counters();  // each way counts for itself
    options_.stores.counters = counters_.get();
    const std::string raw = effects_of(programs_[w], i);
    counters_ = make_memory_counters();
    options_.stores.counters = counters_.get();
    return raw == strict ? raw : "the escaped and the raw document differ: " + strict + raw;
  }

  double run(std::size_t w, std::size_t count) override {
    const double start = now_nanoseconds();
    for (std::size_t n = 0; n < count; ++n) {
      Execution execution(*programs_[w], contexts_[n % kInputs].context, options_);
      const Step step = execution.resume();
      keep(step.effects);
      if (step.done()) keep(execution.response());
    }
    return now_nanoseconds() - start;
  }

 private:
  bool load_one(const std::string& text, const Workload& workload, std::shared_ptr<const Program>& program,
                std::string& why) {
    const PolicyText document{.scope = Scope::kApi, .name = workload.name, .text = text};
    const Loaded loaded = load(*library_, {.documents = {&document, 1}});
    program = loaded.program;
    if (program == nullptr)
      why = workload.name + " does not load: " + (loaded.reports.empty() ? std::string() : loaded.reports.front().text);
    return program != nullptr;
  }

  std::string effects_of(const std::shared_ptr<const Program>& program, std::size_t i) {
    Execution execution(program, contexts_[i].context, options_);
    const Step step = execution.resume();
    std::string out;
    if (step.done()) {
      describe_response(execution.response(), out);
      return out;
    }
    describe_variables(execution.variables(), out);
    for (const Effect& effect : step.effects) {
      const auto* call = std::get_if<HttpCall>(&effect.request);
      if (call == nullptr) return out + "an effect that no workload should have\n";
      describe_call(*call, data_->inputs[i], out);
    }
    return out;
  }

  const Data* data_ = nullptr;
  std::shared_ptr<const Library> library_;
  std::shared_ptr<const Program> programs_[kWorkloads], strict_[kWorkloads];
  std::vector<Prepared> contexts_;
  std::vector<std::byte> memory_;
  StoppedClock clock_;
  std::unique_ptr<CounterStore> counters_ = make_memory_counters();
  std::unique_ptr<TokenStore> tokens_ = make_memory_tokens();
  ExecutionOptions options_;
};

}  // namespace

std::unique_ptr<Engine> make_portcullis_engine() { return std::make_unique<PortcullisEngine>(); }

}  // namespace portcullis::bench
