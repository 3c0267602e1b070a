#include "hosts/scripted/telemetry.h"

#include <span>

namespace portcullis::hosts {

namespace {

std::vector<std::pair<std::string, std::string>> pairs_of(std::span<const ParameterView> parameters) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const ParameterView& parameter : parameters) pairs.emplace_back(parameter.name, parameter.value);
  return pairs;
}

Json content_json(const std::string& content) {
  Json text = content;
  try {
    static_cast<void>(text.dump());
    return text;
  } catch (const Json::type_error&) {
    return {{"base64", encode_base64(content)}};
  }
}

Json pairs_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json out = Json::object();
  for (const auto& [name, value] : pairs) out[name] = value;
  return out;
}

void set_if_given(Json& out, const char* name, const std::string& value) {
  if (!value.empty()) out[name] = value;
}

}  // namespace

SentEvent sent(const EventHubMessage& message) {
  return {.logger_id = std::string(message.logger_id),
          .partition_id = std::string(message.partition_id),
          .partition_key = std::string(message.partition_key),
          .content = std::string(message.content)};
}

SentMessage sent(const ServiceBusMessage& message) {
  return {.host = std::string(message.host),
          .queue_name = std::string(message.queue_name),
          .topic_name = std::string(message.topic_name),
          .client_id = std::string(message.client_id),
          .content = std::string(message.content),
          .properties = pairs_of(message.properties)};
}

SentMetric sent(const MetricSample& sample) {
  return {.metric_namespace = std::string(sample.metric_namespace),
          .name = std::string(sample.name),
          .value = sample.value,
          .dimensions = pairs_of(sample.dimensions)};
}

namespace {

std::size_t size_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::size_t size = 0;
  for (const auto& [name, value] : pairs) size += name.size() + value.size() + sizeof(pairs.front());
  return size;
}
std::size_t size_of(const SentEvent& event) { return sizeof event + event.content.size() + event.partition_key.size(); }
std::size_t size_of(const SentMessage& message) {
  return sizeof message + message.content.size() + size_of(message.properties);
}
std::size_t size_of(const SentMetric& metric) {
  return sizeof metric + metric.name.size() + size_of(metric.dimensions);
}

template <typename Item>
bool keep(Item item, std::vector<Item>& list, Telemetry& into) {
  const std::size_t size = size_of(item);
  if (into.bytes + size > kMostRecorded) {
    ++into.not_kept;
    return true;
  }
  into.bytes += size;
  list.push_back(std::move(item));
  return true;
}

}  // namespace

bool record(const EffectRequest& request, Telemetry& into) {
  if (const auto* event = std::get_if<EventHubMessage>(&request)) return keep(sent(*event), into.events, into);
  if (const auto* message = std::get_if<ServiceBusMessage>(&request)) return keep(sent(*message), into.messages, into);
  if (const auto* sample = std::get_if<MetricSample>(&request)) return keep(sent(*sample), into.metrics, into);
  return false;
}

Json events_json(const Telemetry& telemetry) {
  Json out = Json::array();
  for (const SentEvent& event : telemetry.events) {
    Json item = {{"policy", "log-to-eventhub"}, {"logger", event.logger_id}};
    set_if_given(item, "partitionId", event.partition_id);
    set_if_given(item, "partitionKey", event.partition_key);
    item["content"] = content_json(event.content);
    out.push_back(std::move(item));
  }
  return out;
}

Json messages_json(const Telemetry& telemetry) {
  Json out = Json::array();
  for (const SentMessage& message : telemetry.messages) {
    Json item = {{"policy", "send-service-bus-message"}, {"namespace", message.host}};
    set_if_given(item, "queue", message.queue_name);
    set_if_given(item, "topic", message.topic_name);
    set_if_given(item, "clientId", message.client_id);
    item["properties"] = pairs_json(message.properties);
    item["content"] = content_json(message.content);
    out.push_back(std::move(item));
  }
  return out;
}

Json metrics_json(const Telemetry& telemetry) {
  Json out = Json::array();
  for (const SentMetric& metric : telemetry.metrics) {
    Json item = {{"namespace", metric.metric_namespace}, {"name", metric.name}, {"value", metric.value}};
    item["dimensions"] = pairs_json(metric.dimensions);
    out.push_back(std::move(item));
  }
  return out;
}

}  // namespace portcullis::hosts
