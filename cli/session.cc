#include "cli/session.h"

#include <algorithm>

#include "cli/options.h"
#include "hosts/files/service_file.h"
#include "hosts/live/streaming.h"
#include "hosts/scripted/streaming.h"

namespace portcullis::cli {

using hosts::FileError;
using hosts::Json;
using hosts::OwnedContext;

struct Session::Started {
  std::size_t index = 0;
  std::unique_ptr<OwnedContext> context;
  Route route;
  hosts::Recorded record;
  Ticks start = 0;
  std::unique_ptr<Execution> execution;  // null once it is reported
  std::string streamed;                  // what the caller got of a body that streams
  bool is_cut = false;                   // by a policy
  double client_ms = 0;                  // spent on writing to the caller
  bool breaks = false;                   // the backend broke off
  bool is_shortened = false;             // more came than a report shows
};

Session::Session(const SessionOptions& options) : options_(options), library_(make_library()), first_context_(std::make_unique<OwnedContext>()) {
  planned_.emplace_back();
  if (options_.token_bucket) world_.use_rates(true);
  if (options_.redis.has_value()) redis_ = std::make_unique<hosts::RedisStores>(*options_.redis);
}
Session::~Session() = default;

bool Session::add_policy(const std::string& path) {
  std::optional<std::string> text = hosts::read_whole_file(path);
  if (!text.has_value()) {
    complain("cannot read " + path);
    return false;
  }
  documents_.scopes.push_back({"api", path, std::move(*text)});
  return true;
}

// ---- reading ----------------------------------------------------------------------------------------------------------

namespace {

// The certificates of the service are those of its gateway, where the context does not say others.
Json with_certificates(Json context, const Json& scenario) {
  if (!context.is_object() || !scenario.contains("service")) return context;
  for (const char* name : {"certificates", "authorities"}) {
    if (!scenario["service"].contains(name)) continue;
    Json& deployment = context["deployment"];
    if (deployment.is_null()) deployment = Json::object();
    if (!deployment.contains(name)) deployment[name] = scenario["service"][name];
  }
  return context;
}

}  // namespace

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
    if (scenario.contains("resolvers")) {
      if (const auto error = read_resolvers(scenario["resolvers"], {}, "resolvers", documents_)) return error;
    }
    if (scenario.contains("service")) {
      if (const auto error = read_descriptions(scenario["service"], documents_)) return error;
    }
    if (scenario.contains("service") && scenario["service"].contains("apis")) {
      ServiceDescription description;
      if (const auto error = hosts::read_service(scenario["service"], description)) return error;
      service_ = std::make_unique<Service>(std::move(description));
      for (const std::string& problem : service_->problems()) complain("service: " + problem);
    }
    if (scenario.contains("service") && scenario["service"].contains("loggers")) {
      const std::vector<NamedValueText> values = documents_.named_values_view();
      if (const auto error = hosts::read_loggers(scenario["service"]["loggers"], values, documents_.loggers.emplace())) return FileError{"service." + error->message};
    }
    if (scenario.contains("world")) {
      if (const auto error = world_.read(scenario["world"])) return error;
    }
    planned_.front().context = with_certificates(scenario.value("context", Json::object()), scenario);
    if (const auto error = context().read_json(planned_.front().context)) return FileError{"context: " + error->message};
    if (scenario.contains("service") && scenario["service"].contains("backends")) {
      std::vector<NamedValueText> values;
      for (const auto& [name, value] : documents_.named_values) values.push_back({name, value});
      std::span<const CertificateView> certificates;
      if (const DeploymentView* deployment = context().view().deployment) certificates = deployment->certificates;
      backends_ = std::make_unique<hosts::OwnedBackends>();
      if (const auto error = backends_->read(scenario["service"]["backends"], values, certificates)) return FileError{"service." + error->message};
    }
    return read_sequence(scenario.value("sequence", Json::array()), scenario);
  } catch (const Json::exception& error) {
    return FileError{std::string("a value of the wrong kind: ") + error.what()};
  }
}

std::optional<FileError> Session::read_sequence(const Json& sequence, const Json& scenario) {
  for (const Json& item : sequence) {
    const std::string where = "sequence[" + std::to_string(planned_.size() - 1) + "]";
    Planned planned{.advance = std::chrono::milliseconds(item.value("advanceMs", std::int64_t{0})),
                    .overlap = item.value("overlap", false),
                    .world = item.value("world", Json()),
                    .context = with_certificates(item.value("context", planned_.front().context), scenario)};
    if (planned.overlap && options_.live) return FileError{where + ".overlap: real calls are made one request after the other; run it without --live"};
    if (planned.advance.count() < 0) return FileError{where + ".advanceMs: time does not go back"};
    if (const auto error = OwnedContext().read_json(planned.context)) return FileError{where + ".context: " + error->message};
    if (planned.world.is_object()) {
      if (const auto error = hosts::World().read(planned.world)) return FileError{where + ".world: " + error->message};
    }
    planned_.push_back(std::move(planned));
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
    if (!request.proxy.empty()) item["proxy"] = request.proxy;
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

// ---- programs ---------------------------------------------------------------------------------------------------------

void Session::add_reports(const std::vector<Report>& reports) {
  for (const Report& report : reports) {
    // A document takes part in several chains; what is wrong with it is said once.
    const bool is_known = std::any_of(reports_.begin(), reports_.end(), [&](const Report& other) { return other.text == report.text; });
    if (!is_known) reports_.push_back(report);
  }
}

/// Every document by itself, so that a mistake shows whether or not a request gets there. False when there are errors.
bool Session::check_documents() {
  for (const Documents::ScopeText& scope : documents_.scopes) {
    const Documents::ScopeText* const alone = &scope;
    add_reports(documents_.load(*library_, {&alone, 1}).reports);
  }
  return std::none_of(reports_.begin(), reports_.end(), [](const Report& report) { return report.is_error; });
}

/// Null when the documents do not fit together; reports_ says why.
std::shared_ptr<const Program> Session::program_for(const Route& route) {
  const std::vector<const Documents::ScopeText*> chain = documents_.chain_of(route);
  const std::string api = route.api == nullptr ? std::string() : std::string(route.api->id);
  const auto [found, is_new] = programs_.try_emplace({api, chain});
  if (is_new) {
    Loaded loaded = documents_.load(*library_, chain, api);
    add_reports(loaded.reports);
    found->second = std::move(loaded.program);
  }
  return found->second;
}

// ---- requests ---------------------------------------------------------------------------------------------------------

/// False when its documents do not load.
bool Session::start(const Planned& planned, Json& steps) {
  auto started = std::make_unique<Started>();
  started->index = started_.size();
  if (started->index == 0) {
    started->context = std::move(first_context_);
  } else {
    started->context = std::make_unique<OwnedContext>();
    static_cast<void>(started->context->read_json(planned.context));  // was read once before
  }
  if (planned.world.is_object()) static_cast<void>(world_.read(planned.world));
  ContextView& view = started->context->view();
  std::shared_ptr<const Program> program;
  if (service_ != nullptr) {
    started->route = service_->route(view.request);
    started->route.apply(view);
    program = program_for(started->route);
  } else {
    Loaded loaded = programs_.empty() ? documents_.load(*library_) : Loaded{};
    add_reports(loaded.reports);
    program = programs_.try_emplace({}, std::move(loaded.program)).first->second;
  }
  if (program == nullptr) return false;
  last_start_ = now();
  started->start = last_start_;
  view.timestamp = started->start;
  if (view.deployment == nullptr) view.deployment = &kDefaultDeployment;  // a gateway always has one
  ExecutionOptions options;
  options.stores = world_.stores();
  if (redis_ != nullptr) redis_->put_into(options.stores);
  if (backends_ != nullptr) view.backends = backends_->views();
  options.environment = live_ != nullptr ? &live_->environment() : static_cast<Environment*>(&world_.clock);
  options.token_counter = options_.token_counter.get();
  options.collect_trace = options_.trace;
  options.variables = started->context->variables();
  started->execution = std::make_unique<Execution>(std::move(program), view, options);
  if (!started->execution->problem().empty()) complain("variables: " + std::string(started->execution->problem()));
  started_.push_back(std::move(started));
  steps.push_back(nullptr);
  advance(*started_.back(), {}, steps);
  return true;
}

/// True when it is done, with its report in `steps`.
bool Session::advance(Started& started, std::span<const Reply> replies, Json& steps) {
  const std::string_view body = started.context->view().request.body.content;
  Step step = started.execution->resume(replies);
  while (live_ != nullptr && !step.done()) {
    const std::vector<Reply> answers = live_->perform(step.effects, body, started.record);
    if (answers.empty()) break;  // nothing is under way, which an execution that waits rules out
    step = started.execution->resume(answers);
  }
  // The last step has effects too: those that nobody waits for.
  if (live_ == nullptr) {
    world_.perform(step.effects, body, started.record, started.index);
  } else if (!step.effects.empty()) {
    live_->perform(step.effects, body, started.record);
  }
  if (!step.done()) return false;
  const bool streams = started.execution->response().body.state == BodyState::kStream;
  if (live_ != nullptr && streams) pass_live(started, body);
  if (live_ == nullptr && streams) {
    hosts::StreamedBody streamed = hosts::stream_body(*started.execution, world_, body, started.record, 0, started.index);
    started.streamed = std::move(streamed.content);
    started.is_cut = streamed.is_cut;
  }
  steps[started.index] = report(started);
  return true;
}

void Session::pass_live(Started& started, std::string_view caller_body) {
  constexpr std::size_t kMostShown = std::size_t{16} << 20;
  const auto forward = [&](std::string_view piece) {
    const Ticks before = now();
    if (options_.pass_on) options_.pass_on(piece);
    started.client_ms += static_cast<double>(now() - before) / 10'000;
    const std::string_view shown = piece.substr(0, kMostShown - started.streamed.size());
    started.streamed += shown;
    started.is_shortened |= shown.size() < piece.size();
  };
  const hosts::LiveStream result = hosts::stream_live_body(*started.execution, *live_, caller_body, started.record, forward);
  started.is_cut = result.is_cut;
  started.breaks = !result.is_complete;
}

std::string Session::redis_problem() const {
  if (redis_ == nullptr || redis_->failures() == 0) return {};
  const std::string why = redis_->problem();
  return std::to_string(redis_->failures()) + " operations were not done there" + (why.empty() ? "" : ": " + why) + "; they were counted in this process";
}

Json Session::report(Started& started) {
  Execution& execution = *started.execution;
  Json step;
  step["backendRequests"] = requests_json(started.record.backend_requests);
  step["calls"] = requests_json(started.record.calls);
  step["identityRequests"] = Json::array();
  for (const hosts::IdentityRequest& request : started.record.identity_requests) {
    Json item;
    item["resource"] = request.resource;
    if (!request.client_id.empty()) item["clientId"] = request.client_id;
    step["identityRequests"].push_back(std::move(item));
  }
  step["authorizationRequests"] = Json::array();
  for (const hosts::AuthorizationRequest& request : started.record.authorization_requests) {
    Json item = {{"provider", request.provider}, {"authorization", request.authorization}};
    if (!request.identity.empty()) item["identity"] = request.identity;
    step["authorizationRequests"].push_back(std::move(item));
  }
  const ResponseView response = execution.response();
  step["response"] = {{"status", response.status}, {"reason", std::string(response.reason)}, {"headers", headers_json(response.headers)}, {"body", response.body.state == BodyState::kStream ? (options_.pass_on ? Json() : body_json({BodyState::kBuffered, started.streamed})) : body_json(response.body)}};
  if (started.is_cut) step["response"]["cut"] = true;  // a policy ended the stream early
  if (started.breaks) step["response"]["broken"] = true;  // by the backend
  if (started.is_shortened) step["response"]["shortened"] = true;
  step["variables"] = Json::object();
  for (const VariableView& variable : execution.variables()) {
    step["variables"][std::string(variable.name)] = {{"type", variable.type}, {"value", Json::parse(variable.value_json, nullptr, false)}};
  }
  step["lastError"] = last_error_json(execution.last_error());
  step["elapsedMs"] = static_cast<double>(now() - started.start) / 10'000;
  step["traces"] = traces_json(execution.trace());
  if (options_.metrics != nullptr) options_.metrics->add(started.record.telemetry, started.context->view(), execution, step["elapsedMs"].get<double>(), started.client_ms);
  step["metrics"] = hosts::metrics_json(started.record.telemetry);
  step["events"] = hosts::events_json(started.record.telemetry);
  step["messages"] = hosts::messages_json(started.record.telemetry);
  if (started.record.telemetry.not_kept > 0) step["notRecorded"] = started.record.telemetry.not_kept;
  if (!started.record.subscription_events.empty()) step["subscriptionEvents"] = started.record.subscription_events;
  if (!started.record.sql_calls.empty()) step["sqlCalls"] = started.record.sql_calls;
  const Cost cost = execution.cost();
  step["cost"] = {{"steps", cost.steps}, {"arenaBytes", cost.arena_bytes}};
  started.execution = nullptr;
  return step;
}

// Requests start one after the other; one that overlaps starts while others wait for their answers. Time moves to what comes first.
Json Session::run() {
  if (options_.live) {
    hosts::SenderOptions senders = options_.senders;
    senders.loggers = documents_.loggers.value_or(std::vector<hosts::LoggerDescription>());
    live_ = hosts::make_live_host(std::move(senders));
  }
  Json result;
  result["loadErrors"] = Json::array();
  result["steps"] = Json::array();
  Json& steps = result["steps"];
  bool loads = service_ == nullptr || check_documents();
  std::size_t active = 0;
  std::size_t next = 0;
  while (loads) {
    if (next < planned_.size() && (active == 0 || planned_[next].overlap)) {
      const Planned& planned = planned_[next];
      const Ticks advance_ticks = planned.advance.count() * 10'000;
      const Ticks at = std::max(now(), (planned.overlap && next > 0 ? last_start_ : now()) + advance_ticks);
      const std::optional<Ticks> due = world_.next_due();
      if (!due.has_value() || at < *due) {
        world_.clock.set(at);
        loads = start(planned, steps);
        ++next;
        if (loads && started_.back()->execution != nullptr) ++active;
        continue;
      }
    }
    if (active == 0) break;
    std::size_t whose = 0;
    const std::vector<Reply> replies = world_.next_replies(&whose);
    if (replies.empty()) break;
    if (started_[whose]->execution != nullptr && advance(*started_[whose], replies, steps)) --active;
  }
  for (const Report& report : reports_) {
    if (report.is_error) result["loadErrors"].push_back({{"scope", report.file}, {"line", report.line}, {"column", report.column}, {"code", report.code}, {"message", report.message}});
  }
  return result;
}

}  // namespace portcullis::cli
