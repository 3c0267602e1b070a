// The command `portcullis`: parses the command line and calls the command's function.
#include <exception>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/options.h"

namespace portcullis::cli {

namespace {

constexpr const char* kFooter =
    "Exit codes: 0 done; 1 the answer is no (errors found, the policy failed the request); 2 wrong usage or unreadable input.\n"
    "Results go to standard output, everything else to standard error.\n\n"
    "Examples:\n"
    "  portcullis run examples/managed-identity --trace\n"
    "  portcullis eval '@(1 + 2 * 3)'\n"
    "  portcullis check policies/\n";

void add_run(CLI::App& app, RunOptions& options) {
  CLI::App* run = app.add_subcommand("run", "Evaluate a policy document on a request and show what the backend and the caller get");
  run->add_option("path", options.path, "A policy document, or a folder with policy.xml, request.http or request.json, and answers.json");
  run->add_option("request", options.request, "The request: an .http file or a context as JSON");
  run->add_option("--answers", options.answers, "What backends, calls and the identity endpoint answer (JSON)");
  run->add_option("--scenario", options.scenario, "Run a scenario file: a service, a world, one or more requests");
  run->add_option("--named-value", options.named_values, "NAME=VALUE, may be repeated");
  run->add_option("--rates", options.rates, "How rate and token limits count: sliding-window (classic tiers) or token-bucket (v2 tiers)")->check(CLI::IsMember({"sliding-window", "token-bucket"}));
  run->add_option("--redis", options.redis, "Keep counters and the external cache there: redis[s]://host:port/database, redis+sentinel://…/master, redis+cluster://…")
      ->envname("PORTCULLIS_REDIS");
  run->add_option("--metrics", options.metrics, "Write the metrics as Prometheus text to this file (-: standard output)");
  run->add_option("--otlp", options.otlp, "Send metrics and traces to this OpenTelemetry collector: http[s]://host:port; metrics only with a path");
  run->add_option("--messages", options.messages, "With --live: events and messages that have no endpoint go to this file as JSON lines (else to standard error)");
  run->add_option("--service-bus", options.service_bus, "With --live: Service Bus is at this URL, whatever the namespace");
  run->add_option("--token-ranks", options.token_ranks, "Estimate tokens of models by this byte-pair ranks file (`base64 rank` lines)");
  run->add_option("--token-split", options.token_split, "How its models cut words: o200k (the default) or cl100k")->check(CLI::IsMember({"o200k", "cl100k"}));
  run->add_flag("--live", options.live, "Really make the calls, and really ask the identity endpoint");
  run->add_flag("--trace", options.trace, "Show each step with its place and time");
  run->add_flag("--json", options.json, "Print one JSON object");
}

void add_bench(CLI::App& app, BenchOptions& options) {
  CLI::App* bench = app.add_subcommand("bench",
      "Measure what a policy costs on a request: time, instructions, allocations, memory; by policy and by expression; over several threads");
  bench->add_option("path", options.path, "A policy document, or a folder with policy.xml, request.http or request.json, and answers.json");
  bench->add_option("request", options.request, "The request: an .http file or a context as JSON");
  bench->add_option("--answers", options.answers, "What backends, calls and the identity endpoint answer (JSON)");
  bench->add_option("--named-value", options.named_values, "NAME=VALUE, may be repeated");
  bench->add_option("--rounds", options.rounds, "How many rounds the median is taken of (31)")->check(CLI::Range(1, 100'000));
  bench->add_option("--seconds", options.seconds, "How long all rounds take together (1)")->check(CLI::Range(0.01, 3600.0));
  bench->add_option("--threads", options.threads, "The most threads that run at once (as many as there are processors)")->check(CLI::Range(1, 1024));
  bench->add_flag("--json", options.json, "Print one JSON object");
  bench->add_option("--compare", options.compare, "A former --json output: exit 1 when instructions or allocations grew by more than 3 %; times are never compared");
  bench->footer(
      "Answers are recorded once and given again at once, so that only Portcullis is measured. Every evaluation finds what those before\n"
      "it left: tokens, cache entries and fetched documents are warm. Counters and concurrency slots do their work, but answer as they\n"
      "did when it was recorded: no limit is ever reached. The clock stands still. Each evaluation is given 1 MiB of memory to use\n"
      "before the heap. An expression is measured with the state that it meets in the evaluation.");
}

void add_eval(CLI::App& app, EvalOptions& options) {
  CLI::App* eval = app.add_subcommand("eval", "Evaluate one expression and print its .NET type and value");
  eval->add_option("expression", options.expression, "@(…), @{…} or bare C#");
  eval->add_option("--context", options.context, "The context: JSON or an .http file");
  eval->add_option("--batch", options.batch, "A file of JSON lines (- is standard input): {\"id\", \"kind\", \"expression\", \"context\"}");
  eval->add_flag("--json", options.json, "Print one JSON object");
}

void add_check(CLI::App& app, CheckOptions& options) {
  CLI::App* check = app.add_subcommand("check", "Report every mistake in documents, fragments and folders of them");
  check->add_option("paths", options.paths, "Files and folders");
  check->add_option("--format", options.format, "text, json or sarif")->check(CLI::IsMember({"text", "json", "sarif"}));
  check->add_option("--batch", options.batch, "A file of JSON lines (- is standard input): {\"id\", \"path\", \"named_values\"}");
  check->add_option("--named-value", options.named_values, "NAME=VALUE, may be repeated");
  check->add_flag("--allow-unknown-named-values", options.allow_unknown_named_values, "Leave {{names}} that are not given as they are");
  check->add_flag("--strict", options.strict, "Refuse .NET members beyond the documented allow-list");
}

void add_members(CLI::App& app, MembersOptions& options) {
  CLI::App* members = app.add_subcommand("members", "List the .NET types that expressions may use, or one type's members");
  members->add_option("type", options.type, "A type: String, List, System.Text.StringBuilder");
  members->add_flag("--json", options.json, "Print JSON");
  members->add_flag("--markdown", options.markdown, "Print the page docs/members.md");
}

void add_schema(CLI::App& app, SchemaOptions& options) {
  CLI::App* schema = app.add_subcommand("schema", "List the policies of this build with their attributes and children");
  schema->add_flag("--json", options.json, "As JSON, all that the validator knows");
  schema->add_flag("--xsd", options.xsd, "As an XML schema for editors (documents in the escaped style)");
}

int dispatch(int argc, char** argv) {
  CLI::App app("Portcullis: runs Azure API Management policy documents on requests", "portcullis");
  app.set_version_flag("--version", std::string("portcullis ") + std::string(version()));
  app.require_subcommand(1);
  app.footer(kFooter);
  RunOptions run;
  BenchOptions bench;
  EvalOptions eval;
  CheckOptions check;
  MembersOptions members;
  SchemaOptions schema;
  add_run(app, run);
  add_bench(app, bench);
  add_eval(app, eval);
  add_check(app, check);
  add_members(app, members);
  add_schema(app, schema);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  if (app.got_subcommand("run")) return run_command(run);
  if (app.got_subcommand("bench")) return bench_command(bench);
  if (app.got_subcommand("eval")) return eval_command(eval);
  if (app.got_subcommand("members")) return members_command(members);
  if (app.got_subcommand("schema")) return schema_command(schema);
  return check_command(check);
}

}  // namespace
}  // namespace portcullis::cli

int main(int argc, char** argv) {
  try {
    return portcullis::cli::dispatch(argc, argv);
  } catch (const std::exception& error) {
    portcullis::cli::complain(error.what());
    return portcullis::cli::kUsage;
  }
}
