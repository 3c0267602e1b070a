// Portcullis through its C ABI, as a proxy written in C would use it: the request is described anew for each operation.
#include <vector>

#include "bench/workloads/effects.h"
#include "bench/workloads/engine.h"
#include "hosts/files/owned_context.h"
#include "portcullis/portcullis.h"

namespace portcullis::bench {

namespace {

pc_text text(std::string_view value) { return {value.data(), value.size()}; }
std::string_view view(pc_text value) {
  return value.data == nullptr ? std::string_view() : std::string_view(value.data, value.size);
}

std::vector<HeaderView> views(const pc_header* headers, std::size_t count) {
  std::vector<HeaderView> lines;
  for (std::size_t i = 0; i < count; ++i) lines.push_back({view(headers[i].name), view(headers[i].value)});
  return lines;
}

/// A request with the memory behind its pointers.
struct Prepared {
  std::string url;
  std::vector<pc_header> headers, parameters;
  pc_request request{};
};

void prepare(const Input& input, Prepared& prepared) {
  prepared.url = std::string(input.scheme) + "://" + std::string(input.host) + std::string(input.path);
  if (!input.query.empty()) prepared.url += "?" + std::string(input.query);
  for (const auto& [name, value] : input.headers) prepared.headers.push_back({text(name), text(value)});
  for (const auto& [name, value] : input.parameters) prepared.parameters.push_back({text(name), text(value)});
  pc_request& request = prepared.request;
  request.size = sizeof request;
  request.method = text(input.method);
  request.url = text(prepared.url);
  request.headers = prepared.headers.data();
  request.header_count = prepared.headers.size();
  request.matched_parameters = prepared.parameters.data();
  request.matched_parameter_count = prepared.parameters.size();
  request.body = text(input.body);
  request.ip_address = text(input.ip);
  request.subscription_id = text(input.subscription);
  hosts::parse_guid(std::string(input.request_id), request.request_id);
}

class PortcullisCEngine final : public Engine {
 public:
  ~PortcullisCEngine() override {
    for (pc_program* program : programs_) pc_program_free(program);
    pc_stores_free(stores_);
    pc_library_free(library_);
  }
  [[nodiscard]] std::string name() const override { return "portcullis-c"; }
  [[nodiscard]] std::string version() const override { return std::string(pc_version()) + ", C ABI"; }

  bool start(const Data& data, std::string& why) override {
    data_ = &data;
    library_ = pc_library_new();
    for (std::size_t w = 0; w < kWorkloads; ++w) {
      const Workload& workload = data.workloads[w];
      const pc_document document{
          .size = sizeof document, .scope = PC_API, .name = text(workload.name), .text = text(workload.raw)};
      programs_[w] = pc_program_load(library_, &document, 1, nullptr);
      if (programs_[w] == nullptr) why = workload.name + " does not load";
      if (programs_[w] == nullptr) return false;
    }
    prepared_.resize(data.inputs.size());
    for (std::size_t i = 0; i < prepared_.size(); ++i) prepare(data.inputs[i], prepared_[i]);
    memory_.resize(std::size_t{1} << 20);
    options_.size = sizeof options_;
    options_.memory = memory_.data();
    options_.memory_size = memory_.size();
    options_.now_unix_milliseconds = kNowMilliseconds;
    options_.changes_only = 1;
    renew_stores();
    return true;
  }

  std::string effects(std::size_t w, std::size_t i) override {
    pc_execution* execution = pc_execution_new(programs_[w], &prepared_[i].request, &options_);
    std::string out;
    if (pc_execution_resume(execution) == PC_DONE) {
      describe_answer(execution, out);
    } else {
      describe_effects(execution, i, out);
    }
    pc_execution_free(execution);
    renew_stores();
    return out;
  }

  double run(std::size_t w, std::size_t count) override {
    const double start = now_nanoseconds();
    for (std::size_t n = 0; n < count; ++n) {
      pc_execution* execution = pc_execution_new(programs_[w], &prepared_[n % kInputs].request, &options_);
      if (pc_execution_resume(execution) == PC_DONE) {
        pc_response response{};
        response.size = sizeof response;
        pc_execution_response(execution, &response);
        keep(response);
      } else {
        pc_effect effect{};
        effect.size = sizeof effect;
        while (pc_execution_next_effect(execution, &effect) == 1) keep(effect);
      }
      pc_execution_free(execution);
    }
    return now_nanoseconds() - start;
  }

 private:
  // Limits begin anew.
  void renew_stores() {
    pc_stores_free(stores_);
    stores_ = pc_stores_new();
    pc_stores_put_token(stores_, text(kTokenResource), text(""), text(data_->token), kTokenExpiresMilliseconds / 1000);
    options_.stores = stores_;
  }

  void describe_effects(pc_execution* execution, std::size_t i, std::string& out) {
    std::vector<VariableView> variables;
    pc_variable variable{};
    variable.size = sizeof variable;
    for (std::size_t v = 0; pc_execution_variable(execution, v, &variable) == 1; ++v) {
      variables.push_back(
          {view(variable.name), std::string(view(variable.type)), std::string(view(variable.value_json))});
    }
    describe_variables(variables, out);
    pc_effect effect{};
    effect.size = sizeof effect;
    while (pc_execution_next_effect(execution, &effect) == 1) {
      const std::vector<HeaderView> headers = views(effect.headers, effect.header_count);
      HttpCall call;
      call.url = view(effect.url);
      call.only_changes = effect.only_changes == 1;
      call.backend_id = view(effect.backend_id);
      call.headers = headers;
      call.body.content = view(effect.body);
      if (effect.kind != PC_EFFECT_HTTP_CALL) out += "an effect that no workload should have\n";
      describe_call(call, data_->inputs[i], out);
    }
  }

  static void describe_answer(pc_execution* execution, std::string& out) {
    pc_response response{};
    response.size = sizeof response;
    pc_execution_response(execution, &response);
    const std::vector<HeaderView> headers = views(response.headers, response.header_count);
    describe_response({.status = static_cast<std::uint16_t>(response.status),
                       .reason = view(response.reason),
                       .headers = headers,
                       .body = {BodyState::kBuffered, view(response.body)}},
                      out);
  }

  const Data* data_ = nullptr;
  pc_library* library_ = nullptr;
  pc_stores* stores_ = nullptr;
  pc_program* programs_[kWorkloads] = {};
  std::vector<Prepared> prepared_;
  std::vector<std::byte> memory_;
  pc_options options_{};
};

}  // namespace

std::unique_ptr<Engine> make_portcullis_c_engine() { return std::make_unique<PortcullisCEngine>(); }

}  // namespace portcullis::bench
