// bench: what a policy costs on a request; for people or as JSON, and compared with what it cost before.
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <thread>

#include "cli/bench/measure.h"
#include "cli/bench/profile.h"
#include "cli/bench/replay.h"
#include "cli/documents.h"
#include "cli/options.h"
#include "cli/repository.h"

namespace portcullis::cli {

using hosts::Json;
using hosts::OwnedContext;

namespace {

constexpr double kMargin = 0.03;

struct Bench {
  std::shared_ptr<const Library> library = make_library();
  Documents documents;
  OwnedContext context;
  Json answers;
  Recorder recorder;
  Recording recording;
  Measurement measured;
  Profile profiled;
  PolicyFiles files;
};

/// kDone, or the exit code after complaining.
int read_input(const BenchOptions& options, Bench& bench) {
  bench.files = {.policy = {}, .request = options.request, .answers = options.answers};
  if (!find_policy_files(options.path, true, bench.files)) return kUsage;
  std::optional<std::string> text = hosts::read_whole_file(bench.files.policy);
  if (!text.has_value()) {
    complain("cannot read " + bench.files.policy);
    return kUsage;
  }
  bench.documents.scopes.push_back({"api", bench.files.policy, std::move(*text)});
  if (!add_named_values(options.named_values, bench.documents) ||
      !add_surroundings(bench.files.policy, bench.documents) ||
      !read_request(bench.files.request, bench.context)) {
    return kUsage;
  }
  if (!bench.files.answers.empty() && !read_json_file(bench.files.answers, bench.answers)) return kUsage;
  return kDone;
}

/// kDone, or the exit code after complaining.
int record(const Program& program, Bench& bench) {
  ContextView& view = bench.context.view();
  if (view.deployment == nullptr) view.deployment = &kDefaultDeployment;
  if (const auto error = bench.recorder.record(program, bench.context, bench.answers, bench.recording)) {
    complain(bench.files.answers + ": " + error->message);
    return kUsage;
  }
  view.timestamp = bench.recording.times.front();
  if (!bench.recording.missing.empty()) {
    complain(bench.recording.missing);
    return kUsage;
  }
  Replay replay(program, bench.context, bench.recording);
  if (replay.run()) return kDone;
  complain("the policy does other things when it runs again, so that there is nothing to measure");
  return kNo;
}

// ---- as JSON ----------------------------------------------------------------------------------------------------------

Json optional_number(const std::optional<double>& value) { return value.has_value() ? Json(*value) : Json(nullptr); }

Json place_json(const PlaceCost& cost, double whole) {
  Json out;
  out["place"] = cost.file + ":" + std::to_string(cost.line) + ":" + std::to_string(cost.column);
  out["section"] = cost.section;
  out["scope"] = cost.scope;
  out["policy"] = cost.policy;
  out["path"] = cost.path;
  if (!cost.text.empty()) out["expression"] = cost.text;
  out["times"] = cost.times;
  out["nanoseconds"] = cost.nanoseconds;
  out["share"] = whole > 0 ? cost.nanoseconds / whole : 0;
  return out;
}

Json to_json(const Bench& bench) {
  const Measurement& measured = bench.measured;
  Json out;
  out["version"] = std::string(version());
  out["policy"] = bench.files.policy;
  out["request"] = bench.files.request.empty() ? Json(nullptr) : Json(bench.files.request);
  out["processors"] = std::thread::hardware_concurrency();
  out["response"] = {{"status", bench.recording.response.status}, {"reason", bench.recording.reason}};
  out["failure"] = bench.recording.failure.empty() ? Json(nullptr) : Json(bench.recording.failure);
  out["load"] = {{"nanoseconds", measured.load_nanoseconds}};
  Json& evaluation = out["evaluation"];
  evaluation["nanoseconds"] = {{"median", measured.nanoseconds.median},
                               {"lowerQuartile", measured.nanoseconds.lower},
                               {"upperQuartile", measured.nanoseconds.upper},
                               {"least", measured.nanoseconds.least}};
  evaluation["rounds"] = measured.rounds;
  evaluation["evaluationsPerRound"] = measured.evaluations_per_round;
  evaluation["instructions"] = optional_number(measured.instructions);
  evaluation["allocations"] = optional_number(measured.allocations);
  evaluation["arenaBytes"] = measured.cost.arena_bytes;
  evaluation["steps"] = measured.cost.steps;
  const double whole = bench.profiled.evaluation_nanoseconds;
  out["profile"] = {{"nanoseconds", whole}, {"pipelineNanoseconds", bench.profiled.pipeline_nanoseconds}};
  out["policies"] = Json::array();
  for (const PlaceCost& cost : bench.profiled.policies) out["policies"].push_back(place_json(cost, whole));
  out["expressions"] = Json::array();
  for (const PlaceCost& cost : bench.profiled.expressions) out["expressions"].push_back(place_json(cost, whole));
  out["throughput"] = Json::array();
  for (const Throughput& each : measured.throughput) {
    out["throughput"].push_back({{"threads", each.threads},
                                 {"evaluationsPerSecond", each.per_second},
                                 {"ratio", each.per_second / measured.throughput.front().per_second}});
  }
  return out;
}

// ---- for people -------------------------------------------------------------------------------------------------------

template <typename... Arguments>
std::string format(const char* pattern, Arguments... arguments) {
  char text[512];
  std::snprintf(text, sizeof text, pattern, arguments...);
  return text;
}

std::string duration(double nanoseconds) {
  if (nanoseconds < 10'000) return format("%.0f ns", nanoseconds);
  if (nanoseconds < 10'000'000) return format("%.1f µs", nanoseconds / 1e3);
  return format("%.1f ms", nanoseconds / 1e6);
}

/// The first line of an expression, shortened; whole code points.
std::string first_line(const std::string& text) {
  constexpr std::size_t kMost = 60;
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  std::string line = text.substr(begin, text.find_first_of("\r\n", begin) - begin);
  bool is_cut = begin + line.size() < text.find_last_not_of(" \t\r\n") + 1;
  if (line.size() > kMost) {
    std::size_t end = kMost;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
    line.resize(end);
    is_cut = true;
  }
  return is_cut ? line + " …" : line;
}

void print_places(std::string& out, const char* heading, std::vector<PlaceCost> places, double whole) {
  if (places.empty()) return;
  std::stable_sort(places.begin(), places.end(),
                   [](const PlaceCost& a, const PlaceCost& b) { return a.nanoseconds > b.nanoseconds; });
  out += std::string("\n") + heading + "\n";
  for (const PlaceCost& cost : places) {
    out +=
        format("  %10s %5.1f %%  ", duration(cost.nanoseconds).c_str(), whole > 0 ? cost.nanoseconds * 100 / whole : 0);
    out += cost.file + ":" + std::to_string(cost.line) + ":" + std::to_string(cost.column) + "  ";
    out += cost.text.empty() ? cost.policy + " (" + cost.section + ")" : cost.policy + "  " + first_line(cost.text);
    if (cost.times > 1.5) out += format("  × %.0f", cost.times);
    out += "\n";
  }
}

void print_measured(const Bench& bench) {
  const Measurement& measured = bench.measured;
  std::string out =
      bench.files.policy + ": " + std::to_string(bench.recording.response.status) + " " + bench.recording.reason + "\n";
  if (!bench.recording.failure.empty()) out += "  failed in " + bench.recording.failure + "\n";
  out += "\n  load           " + duration(measured.load_nanoseconds) + "\n";
  out += "  evaluation     " + duration(measured.nanoseconds.median) + "  (quartiles " +
         duration(measured.nanoseconds.lower) + " and " + duration(measured.nanoseconds.upper) +
         format("; %zu rounds of %zu)\n", measured.rounds, measured.evaluations_per_round);
  out += "  instructions   " + (measured.instructions.has_value()
                                    ? format("%.0f\n", *measured.instructions)
                                    : "not counted here: " + measured.no_instructions + "\n");
  out += "  allocations    " + (measured.allocations.has_value() ? format("%.2f\n", *measured.allocations)
                                                                 : std::string("not counted here\n"));
  out += format("  arena          %zu bytes\n", measured.cost.arena_bytes);
  out += format("  steps          %" PRIu64 "\n", measured.cost.steps);
  const double whole = bench.profiled.evaluation_nanoseconds;
  print_places(out, "Cost by policy", bench.profiled.policies, whole);
  if (whole > 0) {
    out += format("  %10s %5.1f %%  the pipeline around them\n", duration(bench.profiled.pipeline_nanoseconds).c_str(),
                  bench.profiled.pipeline_nanoseconds * 100 / whole);
  }
  print_places(out, "Cost by expression", bench.profiled.expressions, whole);
  out += "\nThroughput\n";
  for (const Throughput& each : measured.throughput) {
    out += format("  %3u %-8s %12.0f evaluations a second  × %.2f\n", each.threads,
                  each.threads == 1 ? "thread" : "threads", each.per_second,
                  each.per_second / measured.throughput.front().per_second);
  }
  write_out(out);
}

// ---- against a baseline -----------------------------------------------------------------------------------------------

struct Comparison {
  Json json = Json::array();
  std::string text = "\nCompared with the baseline\n";
  bool is_worse = false;
  bool is_any = false;
};

void compare_one(const char* name, const Json& before, const Json& now, Comparison& out) {
  if (!before.is_number() || !now.is_number()) {
    out.text += format("  %-14s not compared: not counted %s\n", name, before.is_number() ? "here" : "in the baseline");
    out.json.push_back({{"what", name}, {"before", before}, {"now", now}, {"worse", nullptr}});
    return;
  }
  out.is_any = true;
  const double was = before.get<double>(), is = now.get<double>();
  const bool is_worse = is > was * (1 + kMargin) + 1e-9;
  out.is_worse = out.is_worse || is_worse;
  const std::string change = was > 0 ? format("%+.1f %%", (is / was - 1) * 100) : std::string("from nothing");
  out.text += format("  %-14s %.2f, was %.2f  (%s)%s\n", name, is, was, is == was ? "the same" : change.c_str(),
                     is_worse ? "  WORSE" : "");
  out.json.push_back({{"what", name}, {"before", was}, {"now", is}, {"worse", is_worse}});
}

/// Times are never compared: they depend on the machine and what else it does.
Comparison compare(const Json& baseline, const Json& now) {
  Comparison out;
  for (const char* name : {"instructions", "allocations"})
    compare_one(name, baseline["evaluation"].value(name, Json()), now["evaluation"][name], out);
  return out;
}

bool read_baseline(const std::string& path, Json& baseline) {
  if (!read_json_file(path, baseline)) return false;
  const bool is_good = baseline.is_object() && baseline.contains("evaluation") && baseline["evaluation"].is_object();
  if (!is_good) complain(path + " is no output of `portcullis bench --json`");
  return is_good;
}

}  // namespace

int bench_command(const BenchOptions& options) {
  if (options.path.empty()) {
    complain("bench needs a policy: portcullis bench PATH [REQUEST]");
    return kUsage;
  }
  Json baseline;
  if (!options.compare.empty() && !read_baseline(options.compare, baseline)) return kUsage;
  Bench bench;
  if (const int code = read_input(options, bench); code != kDone) return code;
  const Loaded loaded = bench.documents.load(*bench.library);
  print_reports(loaded.reports);
  if (loaded.program == nullptr) return kNo;
  if (const int code = record(*loaded.program, bench); code != kDone) return code;
  const unsigned processors = std::max(std::thread::hardware_concurrency(), 1U);
  bench.measured = measure(*bench.library, bench.documents, *loaded.program, bench.context, bench.recording,
                           {.rounds = options.rounds,
                            .seconds = options.seconds,
                            .threads = options.threads == 0 ? processors : options.threads});
  if (!bench.measured.is_steady)
    complain("some evaluations did other things than the first; their times are in the figures");
  bench.profiled = profile(bench.documents.load(*bench.library).program, bench.context, bench.recording,
                           bench.documents, options.seconds / 2);

  Json json = to_json(bench);
  Comparison comparison;
  if (!options.compare.empty()) {
    comparison = compare(baseline, json);
    json["comparison"] = comparison.json;
  }
  if (options.json) {
    write_out(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  } else {
    print_measured(bench);
    if (!options.compare.empty()) write_out(comparison.text);
  }
  if (options.compare.empty()) return kDone;
  if (!comparison.is_any) {
    complain("neither instructions nor allocations could be compared");
    return kUsage;
  }
  return comparison.is_worse ? kNo : kDone;
}

}  // namespace portcullis::cli
