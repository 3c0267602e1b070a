// run: a policy on a request, or a scenario; printed for people or as JSON.
#include <cstdio>
#include <cstring>

#include "cli/documents.h"
#include "cli/options.h"
#include "cli/repository.h"
#include "cli/session.h"

namespace portcullis::cli {

using hosts::Json;

namespace {

std::string dump(const Json& json, int indent = -1) { return json.dump(indent, ' ', false, Json::error_handler_t::replace); }

void print_message(std::string& out, std::string_view heading, const Json& headers, const Json& body) {
  out += heading;
  out += "\n";
  for (const Json& pair : headers) out += "  " + pair[0].get<std::string>() + ": " + pair[1].get<std::string>() + "\n";
  if (body.is_string() && !body.get<std::string>().empty()) out += "\n  " + body.get<std::string>() + "\n";
  if (body.is_object()) out += "\n  " + body.dump() + "\n";
  out += "\n";
}

std::string milliseconds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f ms", value);
  return text;
}

void print_trace(std::string& out, const Json& traces) {
  out += "Trace\n";
  for (const Json& entry : traces) {
    std::string line = "  " + entry.value("section", "") + "  ";
    if (entry.contains("policy")) line += entry["policy"].get<std::string>() + " (" + entry.value("scope", "") + ", " + entry.value("place", "") + ")";
    if (!entry.contains("policy") && entry.contains("source")) line += entry["source"].get<std::string>();
    if (entry.contains("message")) line += ": " + entry["message"].get<std::string>();
    if (entry.contains("durationMs")) line += "  [" + milliseconds(entry["durationMs"].get<double>()) + "]";
    out += line + "\n";
  }
  out += "\n";
}

// What the backend gets, what the caller gets, and what went wrong. For people.
void print_step(const Json& step, bool trace) {
  std::string out;
  for (const Json& request : step["identityRequests"]) out += "Token of the managed identity for " + request["resource"].get<std::string>() + "\n\n";
  for (const char* kind : {"events", "messages", "metrics"}) {
    for (const Json& item : step[kind]) out += std::string(1, static_cast<char>(kind[0] - 32)) + std::string(kind + 1, std::strlen(kind) - 2) + "\n  " + dump(item) + "\n\n";
  }
  for (const Json& call : step["calls"]) print_message(out, "Call " + call["method"].get<std::string>() + " " + call["url"].get<std::string>(), call["headers"], call["body"]);
  for (const Json& request : step["backendRequests"]) {
    std::string heading = "Backend request\n  " + request["method"].get<std::string>() + " " + request["url"].get<std::string>();
    if (request.contains("backendId")) heading += "  (backend " + request["backendId"].get<std::string>() + ")";
    print_message(out, heading, request["headers"], request["body"]);
  }
  const Json& response = step["response"];
  print_message(out, "Response to the caller\n  " + std::to_string(response["status"].get<int>()) + " " + response["reason"].get<std::string>(), response["headers"], response["body"]);
  if (step["lastError"].is_object()) {
    const Json& error = step["lastError"];
    out += "Failed in " + error.value("source", "") + " (" + error.value("section", "") + ", " + error.value("path", "") + "): " + error.value("reason", "") + ": " + error.value("message", "") + "\n\n";
  }
  if (trace) print_trace(out, step["traces"]);
  write_out(out);
}

int exit_code(const Json& result) {
  if (!result["loadErrors"].empty()) return kNo;
  for (const Json& step : result["steps"]) {
    if (step["lastError"].is_object()) return kNo;
  }
  return kDone;
}

// Streams show as they come; the report behind them has the rest.
void write_out_now(std::string_view piece) {
  write_out(std::string(piece));
  std::fflush(stdout);
}

/// False after complaining.
bool read_session_options(const RunOptions& options, SessionOptions& into) {
  into.live = options.live;
  if (options.live && !options.json) into.pass_on = &write_out_now;
  into.token_bucket = options.rates == "token-bucket";
  into.trace = options.trace || options.json;
  into.senders = {.loggers = {}, .service_bus_endpoint = options.service_bus, .lines_path = options.messages};
  if (!options.metrics.empty() || !options.otlp.empty()) {
    into.metrics = std::make_shared<RunMetrics>();
    into.trace = true;  // the backend's time is in it
  }
  std::string problem;
  if (!options.token_ranks.empty()) {
    const std::optional<std::string> ranks = hosts::read_whole_file(options.token_ranks);
    if (!ranks.has_value()) return complain("--token-ranks: there is no " + options.token_ranks), false;
    into.token_counter = make_byte_pair_counter(*ranks, options.token_split == "cl100k" ? TokenSplit::kCl100k : TokenSplit::kO200k, problem);
    if (into.token_counter == nullptr) return complain("--token-ranks: " + problem), false;
  }
  if (options.redis.empty()) return true;
  into.redis = hosts::parse_redis_address(options.redis, problem);
  if (!into.redis.has_value()) complain("--redis: " + problem);
  if (into.redis.has_value() && into.token_bucket) into.redis->token_bucket = true;
  return into.redis.has_value();
}

// Metrics that cannot be written are wrong usage.
int finished(const RunOptions& options, const SessionOptions& session_options, const Json& result) {
  if (session_options.metrics != nullptr && !session_options.metrics->write(options.metrics, options.otlp)) return kUsage;
  return exit_code(result);
}

int run_scenario(const RunOptions& options, const SessionOptions& session_options) {
  Json scenario;
  if (!read_json_file(options.scenario, scenario)) return kUsage;
  Session session(session_options);
  if (const auto error = session.read_scenario(scenario)) {
    complain(options.scenario + ": " + error->message);
    return kUsage;
  }
  const Json result = session.run();
  print_reports(session.reports());
  if (const std::string problem = session.redis_problem(); !problem.empty()) complain("redis: " + problem);
  for (const std::string& note : session.finish()) complain(note);
  if (options.json) {
    write_out(dump(result) + "\n");
  } else {
    for (const Json& step : result["steps"]) print_step(step, options.trace);
  }
  return finished(options, session_options, result);
}

}  // namespace

int run_command(const RunOptions& options) {
  SessionOptions chosen;
  if (!read_session_options(options, chosen)) return kUsage;
  if (!options.scenario.empty()) return run_scenario(options, chosen);
  if (options.path.empty()) {
    complain("run needs a policy: portcullis run PATH [REQUEST], or --scenario FILE");
    return kUsage;
  }
  PolicyFiles files{.policy = {}, .request = options.request, .answers = options.answers};
  if (!find_policy_files(options.path, !options.live, files)) return kUsage;
  Session session(chosen);
  if (!session.add_policy(files.policy) || !add_named_values(options.named_values, session.documents()) ||
      !add_surroundings(files.policy, session.documents()) ||
      !read_request(files.request, session.context())) {
    return kUsage;
  }
  if (!files.answers.empty()) {
    Json answers;
    if (!read_json_file(files.answers, answers)) return kUsage;
    if (const auto error = session.read_world(answers)) {
      complain(files.answers + ": " + error->message);
      return kUsage;
    }
  }
  const Json result = session.run();
  print_reports(session.reports());
  if (const std::string problem = session.redis_problem(); !problem.empty()) complain("redis: " + problem);
  for (const std::string& note : session.finish()) complain(note);
  if (!session.missing().empty()) complain(session.missing());
  if (options.json) {
    write_out(dump(result) + "\n");
  } else {
    for (const Json& step : result["steps"]) print_step(step, options.trace);
  }
  return finished(options, chosen, result);
}

}  // namespace portcullis::cli
