// The hand-written transformations as an engine.
#include <algorithm>
#include <string>
#include <vector>

#include "bench/workloads/engine.h"
#include "bench/workloads/native_state.h"

namespace portcullis::bench {

namespace native {

bool same_ignoring_case(std::string_view a, std::string_view lower) {
  if (a.size() != lower.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != lower[i]) return false;
  }
  return true;
}

std::string_view header(const Input& input, std::string_view lower, std::string_view fallback) {
  for (const auto& [name, value] : input.headers) {
    if (same_ignoring_case(name, lower)) return value;
  }
  return fallback;
}

std::unique_ptr<State, StateDeleter> make_state(std::string_view token) {
  std::unique_ptr<State, StateDeleter> state(new State, [](State* made) { delete made; });
  state->tokens.emplace(kTokenResource, State::Token{std::string(token), kTokenExpiresMilliseconds});
  return state;
}

}  // namespace native

namespace {

constexpr native::Transformation kTransformations[kWorkloads] = {native::seed,      native::settings, native::choose,
                                                                 native::json_body, native::loop,     native::numeric,
                                                                 native::limits,    native::claims};

std::string describe(const native::Effects& effects) {
  std::string out;
  if (effects.response_status != 0) {
    out += "response " + std::to_string(effects.response_status) + " " + std::string(effects.response_reason) + "\n";
    for (const auto& [name, value] : effects.response_headers)
      out += "rheader " + std::string(name) + ": " + std::string(value) + "\n";
    return out + "rbody " + std::string(effects.response_body) + "\n";
  }
  std::vector<std::string> lines;
  for (const native::Variable& variable : effects.variables) {
    lines.push_back("var " + std::string(variable.name) + "=" +
                    (variable.is_number ? std::to_string(variable.number) : std::string(variable.text)) + "\n");
  }
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) out += line;
  for (const auto& [name, value] : effects.headers)
    out += "header " + std::string(name) + ": " + std::string(value) + "\n";
  for (const auto& [name, value] : effects.query) out += "query " + std::string(name) + "=" + std::string(value) + "\n";
  if (!effects.backend.empty()) out += "backend " + std::string(effects.backend) + "\n";
  if (!effects.body.empty()) out += "body " + std::string(effects.body) + "\n";
  return out;
}

class NativeEngine final : public Engine {
 public:
  [[nodiscard]] std::string name() const override { return "c++"; }
  [[nodiscard]] std::string version() const override {
    char pcre[32] = {};
    pcre2_config(PCRE2_CONFIG_VERSION, pcre);
    const auto number = [](int part) { return std::to_string(part); };
    return "C++ compiler " __VERSION__ ", PCRE2 " + std::string(pcre) + ", simdjson " +
           number(simdjson::SIMDJSON_VERSION_MAJOR) + "." + number(simdjson::SIMDJSON_VERSION_MINOR) + "." +
           number(simdjson::SIMDJSON_VERSION_REVISION);
  }

  bool start(const Data& data, std::string&) override {
    data_ = &data;
    state_ = native::make_state(data.token);
    return true;
  }

  std::string effects(std::size_t w, std::size_t i) override {
    operate(w, i);
    return describe(effects_);
  }

  double run(std::size_t w, std::size_t count) override {
    const double start = now_nanoseconds();
    for (std::size_t n = 0; n < count; ++n) {
      operate(w, n % kInputs);
      keep(effects_);
    }
    return now_nanoseconds() - start;
  }

 private:
  void operate(std::size_t w, std::size_t i) {
    effects_.clear();
    scratch_.clear();
    const Input& input = data_->inputs[i];
    keep(input);
    kTransformations[w](input, *state_, scratch_, effects_);
  }

  const Data* data_ = nullptr;
  std::unique_ptr<native::State, native::StateDeleter> state_{nullptr, nullptr};
  native::Scratch scratch_;
  native::Effects effects_;
};

}  // namespace

std::unique_ptr<Engine> make_native_engine() { return std::make_unique<NativeEngine>(); }

}  // namespace portcullis::bench
