// Metrics stay bounded, and what is written can be read by those it is for.
#include "hosts/live/metrics.h"

#include <string>

#include <catch2/catch.hpp>

#include "hosts/live/event_hub.h"
#include "hosts/live/service_bus.h"

namespace portcullis::hosts {
namespace {

SentMetric sample(const std::string& name, double value,
                  std::vector<std::pair<std::string, std::string>> dimensions = {}) {
  return {.metric_namespace = "n", .name = name, .value = value, .dimensions = std::move(dimensions)};
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("metrics: sums, counts and ends", "[metrics]") {
  MetricRegistry registry;
  registry.add(sample("m", 2));
  registry.add(sample("m", -0.5));
  CHECK(registry.prometheus() ==
        "# HELP n_m n m\n# TYPE n_m summary\nn_m_sum 1.5\nn_m_count 2\n# TYPE n_m_min gauge\nn_m_min -0.5\n"
        "# TYPE n_m_max gauge\nn_m_max 2\n");
}

TEST_CASE("metrics: names of dimensions ignore case and order", "[metrics]") {
  MetricRegistry registry;
  registry.add(sample("m", 1, {{"Team", "a"}, {"b", "1"}}));
  registry.add(sample("m", 1, {{"B", "1"}, {"team", "a"}}));
  CHECK(registry.prometheus().find("n_m_count{b=\"1\",Team=\"a\"} 2\n") != std::string::npos);
}

TEST_CASE("metrics: what does not fit counts as one series", "[metrics]") {
  MetricRegistry registry({.metrics = 2, .series = 3, .total_series = 100, .value_bytes = 8});
  for (int i = 0; i < 50; ++i) registry.add(sample("m", 1, {{"user", std::to_string(i)}}));
  const std::string text = registry.prometheus();
  CHECK(count_of(text, "n_m_count{") == 4);
  CHECK(text.find("n_m_count{otel_metric_overflow=\"true\"} 47\n") != std::string::npos);
  registry.add(sample("second", 1));
  registry.add(sample("third", 1));
  CHECK(registry.dropped() == 1);
}

TEST_CASE("metrics: values that are not finite are left out", "[metrics]") {
  MetricRegistry registry;
  registry.add(sample("m", std::numeric_limits<double>::quiet_NaN()));
  registry.add(sample("m", std::numeric_limits<double>::infinity()));
  CHECK(registry.empty());
  CHECK(registry.dropped() == 2);
}

TEST_CASE("metrics: long values are cut between characters", "[metrics]") {
  MetricRegistry registry({.value_bytes = 4});
  registry.add(sample("m", 1, {{"d", "abc\xC3\xA9z"}}));
  CHECK(registry.prometheus().find("n_m_count{d=\"abc\"} 1\n") != std::string::npos);
}

TEST_CASE("metrics: names that become one are one family", "[metrics]") {
  MetricRegistry registry;
  registry.add(sample("a b", 1, {{"x y", "1"}, {"x.y", "2"}}));
  registry.add(sample("a.b", 2, {{"x y", "1"}, {"x.y", "2"}}));
  const std::string text = registry.prometheus();
  CHECK(count_of(text, "# TYPE n_a_b summary\n") == 1);
  CHECK(text.find("n_a_b_count{x_y=\"1\",x_y_2=\"2\"} 2\n") != std::string::npos);
}

TEST_CASE("metrics: label values are escaped", "[metrics]") {
  MetricRegistry registry;
  registry.add(sample("m", 1, {{"d", "a\"b\\c\nd"}}));
  CHECK(registry.prometheus().find("{d=\"a\\\"b\\\\c\\nd\"}") != std::string::npos);
}

TEST_CASE("metrics: durations have buckets", "[metrics]") {
  MetricRegistry registry;
  for (const double value : {1.0, 5.0, 5.1, 20000.0}) registry.add(sample("DurationInMS", value));
  const std::string text = registry.prometheus();
  CHECK(text.find("n_DurationInMS_bucket{le=\"5\"} 2\n") != std::string::npos);
  CHECK(text.find("n_DurationInMS_bucket{le=\"10\"} 3\n") != std::string::npos);
  CHECK(text.find("n_DurationInMS_bucket{le=\"10000\"} 3\n") != std::string::npos);
  CHECK(text.find("n_DurationInMS_bucket{le=\"+Inf\"} 4\n") != std::string::npos);
}

TEST_CASE("event hub: a signature repeats", "[event_hub]") {
  // Computed with Python's hmac.
  CHECK(shared_access_signature("https://ns.servicebus.windows.net/Hub", "send", "key",
                                std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000))) ==
        "SharedAccessSignature "
        "sr=https%3A%2F%2Fns.servicebus.windows.net%2Fhub&sig=HDJR4FlOha06gPGchBDN8Roz6UjKhwXZ6gjPApL2HrY%3D&se="
        "1700000000&skn=send");
}

/// Counts what is sent; the first call waits until it is told to go on.
struct SlowService {
  std::mutex mutex;
  std::condition_variable changed;
  bool goes_on = false;
  int calls = 0;
  std::vector<std::string> bodies;

  SenderEnvironment environment() {
    return {.send =
                [this](const OutgoingRequest& request) {
                  std::unique_lock lock(mutex);
                  ++calls;
                  bodies.push_back(request.body.value_or(""));
                  changed.notify_all();
                  while (!goes_on && !(request.cancelled != nullptr && request.cancelled->load()))
                    changed.wait_for(lock, std::chrono::milliseconds(5));
                  IncomingResponse answer;
                  answer.status = 201;
                  return answer;
                },
            .token = {},
            .token_refused = {},
            .now = [] { return std::chrono::sys_seconds(); }};
  }
};

const LoggerDescription kLogger{
    .id = "hub", .hub = "h", .endpoint = "http://x", .key_name = "n", .key = "k", .client_id = {}};

TEST_CASE("event hub: a full queue drops and counts", "[event_hub]") {
  SlowService service;
  JsonLines lines("");
  EventHubQueue queue({kLogger}, service.environment(), lines,
                      {.events = 3, .at_shutdown = std::chrono::milliseconds(2000)});
  for (int i = 0; i < 10; ++i) {
    queue.post({.logger_id = "HUB", .partition_id = {}, .partition_key = {}, .content = "x"});
    std::unique_lock lock(service.mutex);
    if (i == 0) service.changed.wait_for(lock, std::chrono::seconds(5), [&] { return service.calls == 1; });
  }
  CHECK(queue.counts().dropped == 6);
  {
    const std::lock_guard lock(service.mutex);
    service.goes_on = true;
  }
  queue.close();
  CHECK(queue.counts().sent == 4);
  queue.post({.logger_id = "hub", .partition_id = {}, .partition_key = {}, .content = "late"});
  CHECK(queue.counts().dropped == 7);
}

TEST_CASE("event hub: what waits for one place goes out in one call", "[event_hub]") {
  SlowService service;
  JsonLines lines("");
  EventHubQueue queue({kLogger}, service.environment(), lines, {.batch = 4, .batch_bytes = 100});
  const auto post = [&](const std::string& content, const std::string& key = {}) {
    queue.post({.logger_id = "hub", .partition_id = {}, .partition_key = key, .content = content});
  };
  post("first");
  {
    std::unique_lock lock(service.mutex);
    service.changed.wait_for(lock, std::chrono::seconds(5), [&] { return service.calls == 1; });
  }
  for (const char* content : {"a", "b", "c", "d", "e"}) post(content);  // four, then one
  post("k1", "k");
  post("k2", "k");
  post(std::string(90, 'x'));
  post(std::string(90, 'y'));  // too much for one call
  post("\xFF");                // no text
  {
    const std::lock_guard lock(service.mutex);
    service.goes_on = true;
  }
  queue.close();
  const EventHubQueue::Counts counts = queue.counts();
  CHECK(counts.sent == 11);
  CHECK(counts.calls == 7);
  REQUIRE(service.bodies.size() == 7);
  CHECK(service.bodies[1] == R"([{"Body":"a"},{"Body":"b"},{"Body":"c"},{"Body":"d"}])");
  CHECK(service.bodies[2] == "e");
  CHECK(
      service.bodies[3] ==
      R"([{"Body":"k1","BrokerProperties":{"PartitionKey":"k"}},{"Body":"k2","BrokerProperties":{"PartitionKey":"k"}}])");
  CHECK(service.bodies[6] == "\xFF");
}

TEST_CASE("what a report keeps is bounded", "[event_hub]") {
  Telemetry kept;
  const std::string content(1 << 20, 'x');
  for (int i = 0; i < 40; ++i) REQUIRE(record(EventHubMessage{.logger_id = "hub", .content = content}, kept));
  CHECK(kept.events.size() == 15);
  CHECK(kept.not_kept == 25);
  CHECK_FALSE(record(Delay{}, kept));
}

TEST_CASE("event hub: bytes are bounded too", "[event_hub]") {
  SlowService service;
  service.goes_on = true;
  JsonLines lines("");
  EventHubQueue queue({kLogger}, service.environment(), lines, {.bytes = 1000});
  queue.post({.logger_id = "hub", .partition_id = {}, .partition_key = {}, .content = std::string(2000, 'a')});
  CHECK(queue.counts().dropped == 1);
}

TEST_CASE("event hub: the end does not wait for ever", "[event_hub]") {
  SlowService service;
  JsonLines lines("");
  EventHubQueue queue({kLogger}, service.environment(), lines,
                      {.batch = 1, .at_shutdown = std::chrono::milliseconds(50)});
  for (int i = 0; i < 5; ++i) queue.post({.logger_id = "hub", .partition_id = {}, .partition_key = {}, .content = "x"});
  const auto began = std::chrono::steady_clock::now();
  queue.close();
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(2));
  CHECK(queue.counts().dropped >= 4);
}

}  // namespace
}  // namespace portcullis::hosts
