// portcullis_workloads: the eight workloads, checked for exact effects, then timed side by side.
//
//   portcullis_workloads [--filter W3,W4] [--engine NAME,...] [--rounds N]
//   portcullis_workloads --workload W3 --operations 2000 [--engine portcullis]    one engine, nothing else: for perf
//   and callgrind
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench/workloads/engine.h"
#include "bench/workloads/process_engine.h"
#include "bench/workloads/rounds.h"

#ifndef PORTCULLIS_BENCH_DATA
#define PORTCULLIS_BENCH_DATA "bench/data"
#endif

namespace portcullis::bench {

namespace {
class MissingEngine final : public Engine {
 public:
  MissingEngine(std::string name, std::string why) : name_(std::move(name)), why_(std::move(why)) {}
  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] std::string version() const override { return {}; }
  bool start(const Data&, std::string& why) override {
    why = why_;
    return false;
  }
  std::string effects(std::size_t, std::size_t) override { return {}; }
  double run(std::size_t, std::size_t) override { return 0; }

 private:
  std::string name_, why_;
};
}  // namespace

std::unique_ptr<Engine> make_missing_engine(std::string name, std::string why) {
  return std::make_unique<MissingEngine>(std::move(name), std::move(why));
}

double now_nanoseconds() { return static_cast<double>(std::chrono::steady_clock::now().time_since_epoch().count()); }

namespace {

struct Options {
  std::string filter, engines, workload, json, data = PORTCULLIS_BENCH_DATA;
  std::size_t operations = 1000;
  std::size_t rounds = 101;
};

constexpr const char* kUsage =
    "usage: portcullis_workloads [--filter W3,W4] [--engine NAME,...] [--rounds N] [--json FILE] [--data FOLDER]\n"
    "       portcullis_workloads --workload W3 [--operations N] [--engine NAME]   one engine alone, for perf and "
    "callgrind\n";

bool is_listed(const std::string& list, const std::string& name) {
  return list.empty() || ("," + list + ",").find("," + name + ",") != std::string::npos;
}

bool read_options(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (i + 1 == argc) return false;
    const char* value = argv[++i];
    if (word == "--filter")
      options.filter = value;
    else if (word == "--engine")
      options.engines = value;
    else if (word == "--workload")
      options.workload = value;
    else if (word == "--operations")
      options.operations = std::strtoul(value, nullptr, 10);
    else if (word == "--rounds")
      options.rounds = std::strtoul(value, nullptr, 10);
    else if (word == "--json")
      options.json = value;
    else if (word == "--data")
      options.data = value;
    else
      return false;
  }
  return true;
}

// JSON texts with their members sorted by name.
std::string with_sorted_members(const std::string& effects) {
  std::string out;
  for (std::size_t at = 0; at < effects.size();) {
    const std::size_t end = effects.find('\n', at);
    const std::string line = effects.substr(at, end - at);
    const std::size_t brace = line.starts_with("body {") ? 5 : line.starts_with("rbody {") ? 6 : std::string::npos;
    const nlohmann::json body =
        brace == std::string::npos ? nlohmann::json() : nlohmann::json::parse(line.substr(brace), nullptr, false);
    out += body.is_object() ? line.substr(0, brace) + body.dump() : line;
    out += '\n';
    at = end == std::string::npos ? effects.size() : end + 1;
  }
  return out;
}

bool same_effects(const Engine& engine, const std::string& got, const std::string& expected) {
  return got == expected || (!engine.keeps_member_order() && with_sorted_members(got) == with_sorted_members(expected));
}

/// Prints how the effects differ from those expected. True: they do not.
bool check(Engine& engine, const Workload& workload, std::size_t w) {
  for (std::size_t i = 0; i < kInputs; ++i) {
    const std::string got = engine.effects(w, i);
    if (same_effects(engine, got, workload.expected[i])) continue;
    std::fprintf(stderr, "%s: %s has other effects on input %zu.\n--- expected\n%s--- got\n%s", engine.name().c_str(),
                 workload.name.c_str(), i, workload.expected[i].c_str(), got.c_str());
    return false;
  }
  return true;
}

int run_alone(const Options& options, const Data& data, Engine& engine) {
  for (std::size_t w = 0; w < kWorkloads; ++w) {
    if (data.workloads[w].name != options.workload) continue;
    if (!check(engine, data.workloads[w], w)) return 1;
    const double elapsed = engine.run(w, options.operations);
    std::printf("%s %s: %.1f ns\n", engine.name().c_str(), options.workload.c_str(),
                elapsed / static_cast<double>(options.operations));
    return 0;
  }
  std::fprintf(stderr, "there is no workload %s\n", options.workload.c_str());
  return 2;
}

std::vector<std::unique_ptr<Engine>> make_engines(const Options& options) {
  const std::string peers = options.data + "/../workloads/peers/";
  const std::string compiled = "/tmp/portcullis-workloads-" + std::to_string(getpid()) + ".exe";
  std::vector<std::unique_ptr<Engine>> engines;
  engines.push_back(make_native_engine());
  engines.push_back(make_portcullis_engine());
  engines.push_back(make_portcullis_c_engine());
  engines.push_back(make_luajit_engine());
  engines.push_back(make_process_engine(
      {.name = "v8", .prepare = {}, .command = {"node", peers + "workloads.js", options.data}, .needs = "nodejs"}));
  engines.push_back(make_process_engine(
      {.name = "c#",
       .prepare = {"mcs", "-optimize+", "-nowarn:414", "-r:/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll",
                   "-out:" + compiled, peers + "workloads.cs"},
       .command = {"mono", compiled, options.data},
       .needs = "mono-mcs, mono-runtime, libnewtonsoft-json5.0-cil",
       .temporary = compiled}));
  return engines;
}

nlohmann::ordered_json to_json(const Workload& workload, const std::vector<Measured>& measured) {
  nlohmann::ordered_json out = {{"name", workload.name}, {"title", workload.title}};
  for (const Measured& each : measured) {
    out["engines"][each.engine] = {{"nanoseconds", each.nanoseconds},
                                   {"ratio", each.ratio},
                                   {"ratioLowerQuartile", each.ratio_low},
                                   {"ratioUpperQuartile", each.ratio_high},
                                   {"operationsPerSlice", each.operations}};
  }
  return out;
}

bool write_file(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written;
}

int run(const Options& given) {
  Options options = given;
  if (!options.workload.empty() && options.engines.empty()) options.engines = "portcullis";
  Data data;
  if (!read_data(options.data, data)) return 2;
  const std::vector<std::unique_ptr<Engine>> all = make_engines(options);
  std::vector<Engine*> chosen;
  for (const auto& engine : all) {
    if (!is_listed(options.engines, engine->name())) continue;
    std::string why;
    if (engine->start(data, why))
      chosen.push_back(engine.get());
    else
      std::fprintf(stderr, "%s is skipped: %s\n", engine->name().c_str(), why.c_str());
  }
  if (chosen.empty()) return 2;
  if (!options.workload.empty()) return run_alone(options, data, *chosen.front());

  nlohmann::ordered_json report;
  for (const Engine* engine : chosen) report["engines"][engine->name()] = engine->version();
  report["rounds"] = options.rounds;
  bool good = true;
  for (std::size_t w = 0; w < kWorkloads; ++w) {
    if (!is_listed(options.filter, data.workloads[w].name)) continue;
    std::vector<Engine*> same;
    for (Engine* engine : chosen) {
      if (check(*engine, data.workloads[w], w)) same.push_back(engine);
    }
    good = good && same.size() == chosen.size();
    if (same.empty()) continue;
    const std::vector<Measured> measured = measure(same, w, options.rounds);
    print(data.workloads[w], measured);
    report["workloads"].push_back(to_json(data.workloads[w], measured));
  }
  if (!options.json.empty() && !write_file(options.json, report.dump(2) + "\n")) {
    std::fprintf(stderr, "cannot write %s\n", options.json.c_str());
    return 2;
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) {
  portcullis::bench::Options options;
  if (!portcullis::bench::read_options(argc, argv, options)) {
    std::fputs(portcullis::bench::kUsage, stderr);
    return 2;
  }
  return portcullis::bench::run(options);
}
