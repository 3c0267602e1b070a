// eval: one expression, or a batch of them.
#include <cstdio>
#include <fstream>
#include <map>
#include <unistd.h>

#include "cli/options.h"
#include "hosts/files/owned_context.h"
#include "hosts/scripted/world.h"

namespace portcullis::cli {

using hosts::Json;
using hosts::OwnedContext;

namespace {

Json error_line(const Json& id, std::string message, std::uint32_t line, std::uint32_t column) {
  Json out;
  if (!id.is_null()) out["id"] = id;
  out["error"] = std::move(message);
  out["line"] = line;
  out["column"] = column;
  return out;
}

// Half a surrogate pair is a value, yet no JSON that others read: it becomes U+FFFD.
Json value_of(std::string text) {
  Json value = Json::parse(text, nullptr, false);
  for (std::size_t at = 0; value.is_discarded() && (at = text.find("\\ud", at)) != std::string::npos; at += 6) {
    const bool is_escape = at == 0 || text[at - 1] != '\\' || (at > 1 && text[at - 2] == '\\');
    if (is_escape && at + 3 < text.size() && text[at + 3] >= '8') text.replace(at, 6, "\\ufffd");
  }
  if (value.is_discarded()) value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json("") : value;
}

// source: docs/interfaces.md, Batches
Json result_line(const Json& id, const Evaluation& evaluation) {
  Json out;
  if (!id.is_null()) out["id"] = id;
  switch (evaluation.kind) {
    case Evaluation::Kind::kValue:
      out["type"] = evaluation.type;
      out["value"] = value_of(evaluation.value_json);
      return out;
    case Evaluation::Kind::kException:
      out["exception"] = evaluation.type;
      out["message"] = evaluation.message;
      return out;
    case Evaluation::Kind::kErrors:
      for (const Report& report : evaluation.reports) {
        if (report.is_error) return error_line(id, report.message, report.line, report.column);
      }
      return error_line(id, "it does not compile", 0, 0);
  }
  return out;
}

Evaluation evaluate_in(const Library& library, std::string_view expression, const OwnedContext& context) {
  const auto elapsed = static_cast<Ticks>(context.elapsed_ms() * 10'000);
  hosts::ScriptedClock clock(context.view().timestamp + elapsed);
  ExecutionOptions options;
  options.environment = &clock;
  options.variables = context.variables();
  return evaluate(library, expression, context.view(), options);
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json batch_line(const Library& library, const std::string& line) {
  const Json request = Json::parse(line, nullptr, false);
  if (request.is_discarded() || !request.is_object()) return error_line(nullptr, "the line is no JSON object", 0, 0);
  const Json id = request.value("id", Json());
  if (!request.contains("expression") || !request["expression"].is_string()) return error_line(id, "the line lacks `expression`", 0, 0);
  OwnedContext context;
  if (request.contains("context") && !request["context"].is_null()) {
    if (const auto error = context.read_json(request["context"])) return error_line(id, "context: " + error->message, 0, 0);
  }
  return result_line(id, evaluate_in(library, request["expression"].get<std::string>(), context));
}

int run_batch(const std::string& path) {
  const std::shared_ptr<const Library> library = make_library();
  std::ifstream in(path == "-" ? "/dev/stdin" : path);
  if (!in) {
    complain("cannot read " + path);
    return kUsage;
  }
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    write_out(dump(batch_line(*library, line)) + "\n");
  }
  return kDone;
}

std::string value_text(const std::string& json) {
  const Json value = Json::parse(json, nullptr, false);
  return value.is_string() ? value.get<std::string>() : json;
}

}  // namespace

int eval_command(const EvalOptions& options) {
  if (!options.batch.empty()) return run_batch(options.batch);
  if (options.expression.empty()) {
    complain("eval needs an expression: portcullis eval '@(1 + 2 * 3)'");
    return kUsage;
  }
  OwnedContext context;
  if (!options.context.empty()) {
    if (const auto error = context.read_file(options.context)) {
      complain(error->message);
      return kUsage;
    }
  }
  const std::shared_ptr<const Library> library = make_library();
  const Evaluation evaluation = evaluate_in(*library, options.expression, context);
  for (const Report& report : evaluation.reports) {
    if (!options.json) std::fputs((use_colour(STDERR_FILENO) ? report.coloured : report.text).c_str(), stderr);
  }
  if (options.json) {
    write_out(dump(result_line(nullptr, evaluation)) + "\n");
  } else if (evaluation.kind == Evaluation::Kind::kValue) {
    write_out(evaluation.type == "null" ? "null\n" : evaluation.type + " " + value_text(evaluation.value_json) + "\n");
  } else if (evaluation.kind == Evaluation::Kind::kException) {
    std::fprintf(stderr, "%s: %s\n", evaluation.type.c_str(), evaluation.message.c_str());
  }
  return evaluation.kind == Evaluation::Kind::kValue ? kDone : kNo;
}

}  // namespace portcullis::cli
