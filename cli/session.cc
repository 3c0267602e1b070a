#include "cli/session.h"

#include "cli/options.h"

namespace portcullis::cli {

using hosts::FileError;
using hosts::Json;
using hosts::OwnedContext;

Session::Session(const SessionOptions& options) : options_(options), library_(make_library()) {
  contexts_.push_back(std::make_unique<OwnedContext>());
  if (options_.live) live_ = hosts::make_live_host();
}

bool Session::add_policy(const std::string& path) {
  std::optional<std::string> text = hosts::read_whole_file(path);
  if (!text.has_value()) {
    complain("cannot read " + path);
    return false;
  }
  documents_.scopes.push_back({"api", path, std::move(*text)});
  return true;
}

std::optional<FileError> Session::read_scenario(const Json& scenario) {
  if (!scenario.is_object()) return FileError{"a scenario is a JSON object"};
  try {
    // Named first: `items()` of a temporary would walk what is already gone.
    const Json scopes = scenario.value("scopes", Json::object());
    const Json fragments = scenario.value("fragments", Json::object());
    const Json named_values = scenario.value("namedValues", Json::object());
    for (const auto& [name, text] : scopes.items()) {
      if (!scope_of(name).has_value()) return FileError{"scopes." + name + ": there is no such scope"};
      documents_.scopes.push_back({name, name, text.get<std::string>()});
    }
    for (const auto& [id, text] : fragments.items()) documents_.fragments.emplace_back(id, text.get<std::string>());
    for (const auto& [name, value] : named_values.items()) documents_.named_values.emplace_back(name, value.get<std::string>());
    if (scenario.contains("service")) return FileError{"service: a service around the policies is not supported yet; give its parts in `context`"};
    if (scenario.contains("world")) {
      if (const auto error = world_.read(scenario["world"])) return error;
    }
    first_context_ = scenario.value("context", Json::object());
    if (const auto error = context().read_json(first_context_)) return FileError{"context: " + error->message};
    for (const Json& item : scenario.value("sequence", Json::array())) {
      if (item.value("overlap", false)) return FileError{"sequence: overlapping requests are not supported yet"};
      sequence_.push_back({std::chrono::milliseconds(item.value("advanceMs", std::int64_t{0})), item.value("world", Json()), item.value("context", Json())});
    }
  } catch (const Json::exception& error) {
    return FileError{std::string("a value of the wrong kind: ") + error.what()};
  }
  return std::nullopt;
}

namespace {

Json body_json(const BodyView& body) {
  if (body.state == BodyState::kNone) return nullptr;
  const std::string text(body.content);
  const Json probe = text;
  try {
    static_cast<void>(probe.dump());
    return text;
  } catch (const Json::type_error&) {
    return {{"base64", hosts::encode_base64(text)}};
  }
}

Json headers_json(std::span<const HeaderView> headers) {
  Json out = Json::array();
  for (const HeaderView& line : headers) out.push_back({std::string(line.name), std::string(line.value)});
  return out;
}

Json requests_json(const std::vector<hosts::SentRequest>& requests) {
  Json out = Json::array();
  for (const hosts::SentRequest& request : requests) {
    Json item;
    item["method"] = request.method;
    item["url"] = request.url;
    if (!request.backend_id.empty()) item["backendId"] = request.backend_id;
    item["headers"] = Json::array();
    for (const auto& [name, value] : request.headers) item["headers"].push_back({name, value});
    item["body"] = body_json({request.body_state, request.body});
    if (!request.client_certificate.empty()) item["clientCertificate"] = request.client_certificate;
    out.push_back(std::move(item));
  }
  return out;
}

double milliseconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e6; }

Json traces_json(const std::vector<TraceView>& traces) {
  Json out = Json::array();
  for (const TraceView& entry : traces) {
    Json item;
    item["section"] = std::string(entry.section);
    if (!entry.policy.empty()) {
      item["policy"] = std::string(entry.policy);
      item["scope"] = std::string(entry.scope);
      item["path"] = std::string(entry.path);
      item["place"] = std::string(entry.file) + ":" + std::to_string(entry.line) + ":" + std::to_string(entry.column);
    }
    if (!entry.source.empty()) item["source"] = std::string(entry.source);
    if (!entry.message.empty()) item["message"] = std::string(entry.message);
    if (!entry.severity.empty()) item["severity"] = std::string(entry.severity);
    if (!entry.metadata.empty()) {
      for (const ParameterView& pair : entry.metadata) item["metadata"][std::string(pair.name)] = std::string(pair.value);
    }
    item["elapsedMs"] = milliseconds(entry.elapsed);
    if (entry.is_step_end) item["durationMs"] = milliseconds(entry.duration);
    out.push_back(std::move(item));
  }
  return out;
}

Json last_error_json(const std::optional<LastErrorView>& error) {
  if (!error.has_value()) return nullptr;
  Json out;
  const auto set = [&](const char* name, std::string_view text) { out[name] = text.empty() ? Json(nullptr) : Json(std::string(text)); };
  out["source"] = std::string(error->source);
  set("reason", error->reason);
  out["message"] = std::string(error->message);
  set("scope", error->scope);
  set("section", error->section);
  set("path", error->path);
  set("policyId", error->policy_id);
  return out;
}

}  // namespace

void Session::drive(Execution& execution, std::string_view caller_body) {
  std::vector<Reply> replies;
  for (Step step = execution.resume(); !step.done(); step = execution.resume(replies)) {
    if (live_ != nullptr) {
      replies = live_->perform(step.effects, caller_body, world_);
    } else {
      world_.perform(step.effects, caller_body);
      replies = world_.next_replies();
    }
    if (replies.empty()) return;  // nothing is under way, which an execution that waits rules out
  }
}

Json Session::run_step(std::shared_ptr<const Program> program, OwnedContext& context) {
  world_.backend_requests.clear();
  world_.calls.clear();
  world_.identity_requests.clear();
  const Ticks start = live_ != nullptr ? live_->environment().utc_now_ticks() : world_.clock.utc_now_ticks();
  context.view().timestamp = start;
  if (context.view().deployment == nullptr) context.view().deployment = &kDefaultDeployment;  // a gateway always has one
  ExecutionOptions options;
  options.stores = world_.stores();
  options.environment = live_ != nullptr ? &live_->environment() : static_cast<Environment*>(&world_.clock);
  options.collect_trace = options_.trace;
  options.variables = context.variables();
  Execution execution(std::move(program), context.view(), options);
  if (!execution.problem().empty()) complain("variables: " + std::string(execution.problem()));
  drive(execution, context.view().request.body.content);

  Json step;
  step["backendRequests"] = requests_json(world_.backend_requests);
  step["calls"] = requests_json(world_.calls);
  step["identityRequests"] = Json::array();
  for (const hosts::IdentityRequest& request : world_.identity_requests) {
    Json item;
    item["resource"] = request.resource;
    if (!request.client_id.empty()) item["clientId"] = request.client_id;
    step["identityRequests"].push_back(std::move(item));
  }
  const ResponseView response = execution.response();
  step["response"] = {{"status", response.status}, {"reason", std::string(response.reason)}, {"headers", headers_json(response.headers)}, {"body", body_json(response.body)}};
  step["variables"] = Json::object();
  for (const VariableView& variable : execution.variables()) {
    step["variables"][std::string(variable.name)] = {{"type", variable.type}, {"value", Json::parse(variable.value_json, nullptr, false)}};
  }
  step["lastError"] = last_error_json(execution.last_error());
  const Ticks end = live_ != nullptr ? live_->environment().utc_now_ticks() : world_.clock.utc_now_ticks();
  step["elapsedMs"] = static_cast<double>(end - start) / 10'000;
  step["traces"] = traces_json(execution.trace());
  step["metrics"] = Json::array();
  step["events"] = Json::array();
  const Cost cost = execution.cost();
  step["cost"] = {{"steps", cost.steps}, {"arenaBytes", cost.arena_bytes}};
  return step;
}

Json Session::run() {
  Json result;
  result["loadErrors"] = Json::array();
  result["steps"] = Json::array();
  const Loaded loaded = documents_.load(*library_);
  reports_ = loaded.reports;
  for (const Report& report : reports_) {
    if (report.is_error) result["loadErrors"].push_back({{"scope", report.file}, {"line", report.line}, {"column", report.column}, {"code", report.code}, {"message", report.message}});
  }
  if (loaded.program == nullptr) return result;
  result["steps"].push_back(run_step(loaded.program, context()));
  for (const Further& further : sequence_) {
    world_.clock.advance(further.advance);
    if (further.world.is_object()) static_cast<void>(world_.read(further.world));
    contexts_.push_back(std::make_unique<OwnedContext>());
    static_cast<void>(contexts_.back()->read_json(further.context.is_object() ? further.context : first_context_));
    result["steps"].push_back(run_step(loaded.program, *contexts_.back()));
  }
  return result;
}

}  // namespace portcullis::cli
