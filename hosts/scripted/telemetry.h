// What executions sent that nobody answers or a broker takes: events, messages and samples of metrics, for the report.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hosts/files/owned_context.h"
#include "portcullis/exchange.hpp"

namespace portcullis::hosts {

struct SentEvent {
  std::string logger_id, partition_id, partition_key, content;
};
struct SentMessage {
  std::string host, queue_name, topic_name, client_id, content;
  std::vector<std::pair<std::string, std::string>> properties;
};
struct SentMetric {
  std::string metric_namespace, name;
  double value = 0;
  std::vector<std::pair<std::string, std::string>> dimensions;
};
struct Telemetry {
  std::vector<SentEvent> events;
  std::vector<SentMessage> messages;
  std::vector<SentMetric> metrics;
  std::size_t bytes = 0;     // of what is kept
  std::size_t not_kept = 0;  // beyond kMostRecorded
};
constexpr std::size_t kMostRecorded = std::size_t{16} << 20;

SentEvent sent(const EventHubMessage& message);
SentMessage sent(const ServiceBusMessage& message);
SentMetric sent(const MetricSample& sample);

/// Keeps an event, a message or a sample, up to kMostRecorded bytes of all; false: the effect is something else.
bool record(const EffectRequest& request, Telemetry& into);

/// [{"policy", "logger", "partitionId"?, "partitionKey"?, "content"}], [{"policy", "namespace", "queue" or "topic",
/// "clientId"?, "properties", "content"}] and [{"namespace", "name", "value", "dimensions"}]; a content that is no
/// UTF-8 as {"base64"}.
Json events_json(const Telemetry& telemetry);
Json messages_json(const Telemetry& telemetry);
Json metrics_json(const Telemetry& telemetry);

}  // namespace portcullis::hosts
