// Portcullis through its C++ API. One operation: an Execution is made, runs to the call of the backend (or to the
// answer), and the effects stand ready as the host would apply them: method, URL, all header lines, body.
#include <algorithm>
#include <map>
#include <vector>

#include "bench/workloads/engine.h"
#include "hosts/files/owned_context.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::bench {

namespace {

constexpr Ticks kUnixEpoch = 621'355'968'000'000'000;

class StoppedClock final : public Environment {
 public:
  Ticks utc_now_ticks() override { return kUnixEpoch + kNowMilliseconds * 10'000; }
  std::uint64_t random() override { return 4; }
  bool out_of_time() override { return false; }
};

/// A context with the memory behind its spans.
struct Prepared {
  std::vector<HeaderView> headers;
  std::vector<ParameterView> parameters;
  SubscriptionView subscription;
  ContextView context;
};

void prepare(const Input& input, Prepared& prepared) {
  for (const auto& [name, value] : input.headers) prepared.headers.push_back({name, value});
  for (const auto& [name, value] : input.parameters) prepared.parameters.push_back({name, value});
  prepared.subscription.id = input.subscription;
  RequestView& request = prepared.context.request;
  request.method = input.method;
  request.url = {.scheme = input.scheme, .host = input.host, .port = 443, .path = input.path, .query = input.query};
  request.headers = prepared.headers;
  request.matched_parameters = prepared.parameters;
  request.ip_address = input.ip;
  request.body = {BodyState::kBuffered, input.body};
  prepared.context.subscription = &prepared.subscription;
  prepared.context.timestamp = kUnixEpoch + kNowMilliseconds * 10'000;
  hosts::parse_guid(std::string(input.request_id), prepared.context.request_id);
}

std::string json_text(std::string_view json) {
  const hosts::Json value = hosts::Json::parse(json);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      decoded += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

void describe_variables(Execution& execution, std::string& out) {
  std::map<std::string, std::string> sorted;
  for (const VariableView& variable : execution.variables()) {
    if (variable.type != "JObject") sorted.emplace(variable.name, json_text(variable.value_json));
  }
  for (const auto& [name, value] : sorted) out += "var " + name + "=" + value + "\n";
}

/// What the gateway adds to every call by itself.
bool is_forwarded_for(const HeaderView& line, const Input& input) {
  return line.name == "X-Forwarded-For" && line.value.ends_with("," + std::string(input.ip));
}

// Header lines that neither the caller nor the gateway sent; the query when it changed; the body when it is not the
// caller's.
void describe_call(const HttpCall& call, const Input& input, std::string& out) {
  for (const HeaderView& line : call.headers) {
    const bool sent = std::any_of(input.headers.begin(), input.headers.end(), [&](const Pair& pair) {
      return pair.first == line.name && pair.second == line.value;
    });
    if (sent || is_forwarded_for(line, input)) continue;
    out += "header " + std::string(line.name) + ": " + std::string(line.value) + "\n";
  }
  const std::size_t mark = call.url.find('?');
  std::string_view query = mark == std::string_view::npos ? std::string_view() : call.url.substr(mark + 1);
  if (query != input.query) {
    while (!query.empty()) {
      const std::size_t end = query.find('&');
      const std::string_view part = query.substr(0, end);
      const std::size_t equals = part.find('=');
      out += "query " + decode_percent(part.substr(0, equals)) + "=" +
             decode_percent(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1)) + "\n";
      query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    }
  }
  if (!call.backend_id.empty()) out += "backend " + std::string(call.backend_id) + "\n";
  if (call.body.content != input.body) out += "body " + std::string(call.body.content) + "\n";
}

void describe_response(const ResponseView& response, std::string& out) {
  out += "response " + std::to_string(response.status) + " " + std::string(response.reason) + "\n";
  for (const HeaderView& line : response.headers)
    out += "rheader " + std::string(line.name) + ": " + std::string(line.value) + "\n";
  out += "rbody " + std::string(response.body.content) + "\n";
}

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
    describe_variables(execution, out);
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
