// send-service-bus-message: a message for a queue or topic, by the managed identity. source: send-service-bus-message-policy
//
// The policy waits until the broker has taken it. source: integration.md#4 (chosen)
#include <algorithm>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/call.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct MessageProperty {
  std::string_view name;
  Setting<std::string_view> value;
};
struct MessageProperties {
  std::span<const MessageProperty> items;
};
struct SendServiceBusMessage {
  Setting<std::string_view> queue_name;
  Setting<std::string_view> topic_name;
  Setting<std::string_view> host;
  Setting<std::string_view> client_id;
  const MessageProperties* properties = nullptr;
  Setting<std::string_view> payload;
};

constexpr AttributeSpec kPropertyAttributes[] = {required<&MessageProperty::name>("name")};
constexpr ElementSpec kProperty =
    with_text<&MessageProperty::value>(element_of<MessageProperty>(kPropertyAttributes));
constexpr ChildSpec kPropertiesChildren[] = {
    elements<&MessageProperties::items, &kProperty>("message-property", 1, kMany)};
constexpr ElementSpec kProperties = element_of<MessageProperties>({}, kPropertiesChildren);

constexpr AttributeSpec kAttributes[] = {
    optional<&SendServiceBusMessage::queue_name>("queue-name"),
    optional<&SendServiceBusMessage::topic_name>("topic-name"),
    optional<&SendServiceBusMessage::host>("namespace"),
    optional<&SendServiceBusMessage::client_id>("client-id"),
};
constexpr ChildSpec kChildren[] = {
    element<&SendServiceBusMessage::properties, &kProperties>("message-properties", false),
    text<&SendServiceBusMessage::payload>("payload", true),
};

void check(Reader& reader, const Element& element, void*) {
  const Attribute* queue = element.find("queue-name");
  const Attribute* topic = element.find("topic-name");
  if (queue != nullptr && topic != nullptr) {
    reader.report(topic->name_span, policy_code::kConflict, "`queue-name` and `topic-name` exclude each other",
                  "write one of the two");
  } else if (queue == nullptr && topic == nullptr) {
    reader.report(element.name_span, policy_code::kMissingAttribute,
                  "`send-service-bus-message` lacks its attribute `queue-name` or `topic-name`", {});
  }
  if (element.find("namespace") == nullptr) {
    reader.warn(element.name_span, policy_code::kSuspicious,
                "`send-service-bus-message` without `namespace`: newer gateways require it",
                "write namespace=\"<name>.servicebus.windows.net\"");
  }
}

// Of properties with one name the last stays. source: integration.md#4 (chosen)
bool get_properties(PolicyRun& run, const MessageProperties& config, std::span<const ParameterView>& properties) {
  const std::span<ParameterView> made = run.arena().array<ParameterView>(config.items.size());
  std::size_t count = 0;
  for (const MessageProperty& item : config.items) {
    std::string_view value;
    if (!run.get(item.value, value)) return false;
    std::size_t at = 0;
    while (at < count && made[at].name != item.name) ++at;
    made[at] = {item.name, value};
    count = std::max(count, at + 1);
  }
  properties = made.first(count);
  return true;
}

// False after failing.
bool get_message(PolicyRun& run, const SendServiceBusMessage& config, ServiceBusMessage& message) {
  if (!run.get(config.queue_name, message.queue_name) || !run.get(config.topic_name, message.topic_name) ||
      !run.get(config.host, message.host) || !run.get(config.client_id, message.client_id)) {
    return false;
  }
  for (std::string_view* text : {&message.queue_name, &message.topic_name, &message.host, &message.client_id}) {
    *text = trim_ascii(*text);
  }
  if (config.properties != nullptr && !get_properties(run, *config.properties, message.properties)) return false;
  if (!run.get(config.payload, message.content)) return false;
  if (!message.queue_name.empty() || !message.topic_name.empty()) return true;
  run.fail({}, config.queue_name.is_present ? "The attribute `queue-name` is empty."
                                            : "The attribute `topic-name` is empty.");
  return false;
}

Task send(PolicyRun& run, const SendServiceBusMessage& config) {
  ServiceBusMessage message;
  if (!get_message(run, config, message)) co_return Outcome::kFail;
  const bool is_queue = !message.queue_name.empty();
  if (run.tracing()) {
    run.trace(joined(message.content.size(), " bytes for the ", is_queue ? "queue " : "topic ",
                     is_queue ? message.queue_name : message.topic_name));
  }
  const EffectRequest effect = message;
  const ReplyValue& reply = co_await run.perform(effect);
  if (const auto* failure = std::get_if<FailureReply>(&reply)) {
    const PolicyError error = failure->kind == FailureReply::Kind::kTimeout
                                  ? PolicyError{.reason = "Timeout", .message = "The message broker did not answer in time."}
                                  : call_error(run, *failure);
    co_return run.fail(error);
  }
  co_return Outcome::kContinue;
}

constexpr SectionSet kSections = bit(Section::kInbound) | bit(Section::kOutbound) | bit(Section::kOnError);
constexpr ScopeSet kScopes = static_cast<ScopeSet>(kAnyScope & ~bit(Scope::kWorkspace));

}  // namespace

const PolicySpec kSendServiceBusMessage =
    policy<SendServiceBusMessage, &send>("send-service-bus-message",
                                         element_of<SendServiceBusMessage>(kAttributes, kChildren))
        .in(kSections)
        .at(kScopes)
        .checked_by(&check);

}  // namespace portcullis
