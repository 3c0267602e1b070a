#include "cli/bench/measure.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "cli/bench/heap.h"
#include "cli/bench/instructions.h"
#include "cli/bench/statistics.h"

namespace portcullis::cli {

namespace {

constexpr std::size_t kWarm = 64;      // regular expressions compiled, caches of the processor filled
constexpr std::size_t kCounted = 256;  // evaluations that are counted together, fewer when they are long

double measure_load(const Library& library, const Documents& documents, double seconds) {
  std::vector<double> samples;
  const double end = now_nanoseconds() + seconds * 1e9;
  while (samples.size() < 5 || (samples.size() < 1000 && now_nanoseconds() < end)) {
    const double begin = now_nanoseconds();
    static_cast<void>(documents.load(library));
    samples.push_back(now_nanoseconds() - begin);
  }
  return quantile(std::move(samples), 0.5);
}

/// The time of `count` evaluations.
double run_many(Replay& replay, std::size_t count, bool& is_steady) {
  const double begin = now_nanoseconds();
  for (std::size_t i = 0; i < count; ++i) is_steady = replay.run() && is_steady;
  return now_nanoseconds() - begin;
}

/// Evaluates until the processor's caches are filled, but no longer than `seconds`; the time of one.
double warm(Replay& replay, double seconds, bool& is_steady) {
  const double end = now_nanoseconds() + seconds * 1e9;
  double each = run_many(replay, 1, is_steady);
  for (std::size_t i = 1; i < kWarm && now_nanoseconds() < end; ++i) each = run_many(replay, 1, is_steady);
  return std::max(each, 1.0);
}

void measure_time(Replay& replay, const MeasureOptions& options, Measurement& out) {
  out.rounds = std::max<std::size_t>(options.rounds, 1);
  const double round = options.seconds * 1e9 / static_cast<double>(out.rounds);
  const double each = warm(replay, options.seconds / 4, out.is_steady);
  out.evaluations_per_round = std::max<std::size_t>(static_cast<std::size_t>(round / each), 1);
  std::vector<double> samples;
  for (std::size_t i = 0; i < out.rounds; ++i) {
    samples.push_back(run_many(replay, out.evaluations_per_round, out.is_steady) /
                      static_cast<double>(out.evaluations_per_round));
  }
  out.nanoseconds = {quantile(samples, 0.5), quantile(samples, 0.25), quantile(samples, 0.75), quantile(samples, 0)};
}

void count(Replay& replay, const MeasureOptions& options, Measurement& out) {
  const double affordable = options.seconds * 1e9 / 4 / std::max(out.nanoseconds.median, 1.0);
  const auto counted_together = static_cast<std::size_t>(std::clamp(affordable, 8.0, static_cast<double>(kCounted)));
  if (Heap::counts()) {
    const std::size_t before = Heap::allocations();
    run_many(replay, counted_together, out.is_steady);
    out.allocations = static_cast<double>(Heap::allocations() - before) / static_cast<double>(counted_together);
  }
  InstructionCounter counter;
  out.no_instructions = counter.problem();
  // The least of a few: what disturbs only adds.
  for (int i = 0; i < 5 && counter.problem().empty(); ++i) {
    counter.start();
    run_many(replay, counted_together, out.is_steady);
    const std::optional<std::uint64_t> counted = counter.stop();
    if (!counted.has_value()) {
      out.no_instructions = "the counter was taken away meanwhile";
      continue;
    }
    const double each = static_cast<double>(*counted) / static_cast<double>(counted_together);
    out.instructions = std::min(out.instructions.value_or(each), each);
  }
}

/// All threads run until the time is over; what they share is the program, the request and the stores.
double measure_throughput(const Program& program, const hosts::OwnedContext& context, const Recording& recording,
                          unsigned threads, double seconds) {
  std::atomic<unsigned> ready{0};
  std::atomic<bool> go{false}, stop{false};
  std::vector<double> rates(threads);
  std::vector<std::thread> running;
  for (unsigned t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      Replay replay(program, context, recording);
      bool is_steady = true;
      warm(replay, seconds, is_steady);
      ready.fetch_add(1);
      while (!go.load()) std::this_thread::yield();
      std::size_t done = 0;
      const double begin = now_nanoseconds();
      for (; !stop.load(std::memory_order_relaxed); done += 16) run_many(replay, 16, is_steady);
      rates[t] = static_cast<double>(done) * 1e9 / (now_nanoseconds() - begin);
    });
  }
  while (ready.load() < threads) std::this_thread::yield();
  go.store(true);
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  stop.store(true);
  double sum = 0;
  for (unsigned t = 0; t < threads; ++t) {
    running[t].join();
    sum += rates[t];
  }
  return sum;
}

/// 1, 2, 3, 4, then doubling, and the most.
std::vector<unsigned> thread_counts(unsigned most) {
  std::vector<unsigned> counts;
  for (unsigned n = 1; n < most; n = n < 4 ? n + 1 : n * 2) counts.push_back(n);
  counts.push_back(most);
  return counts;
}

}  // namespace

Measurement measure(const Library& library, const Documents& documents, const Program& program,
                    const hosts::OwnedContext& context, const Recording& recording, const MeasureOptions& options) {
  Measurement out;
  out.load_nanoseconds = measure_load(library, documents, options.seconds / 4);
  Replay replay(program, context, recording);
  measure_time(replay, options, out);
  count(replay, options, out);
  out.cost = replay.cost();
  const std::vector<unsigned> counts = thread_counts(options.threads);
  for (const unsigned threads : counts) {
    const double seconds = options.seconds / static_cast<double>(counts.size());
    out.throughput.push_back({threads, measure_throughput(program, context, recording, threads, seconds)});
  }
  return out;
}

}  // namespace portcullis::cli
