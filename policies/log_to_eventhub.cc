// log-to-eventhub: a message for a logger of type Event Hubs. source: log-to-eventhub-policy
//
// Handed to the host and forgotten: the request never waits for it. The text is cut at 200 KB, between characters.
#include <algorithm>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/content.h"
#include "policies/table.h"

namespace portcullis {
namespace {

constexpr std::size_t kMostBytes = 200 * 1024;

struct LogToEventhub {
  Setting<std::string_view> logger_id;
  std::string_view partition_id;
  Setting<std::string_view> partition_key;
  Setting<std::string_view> message;
};

constexpr AttributeSpec kAttributes[] = {
    required<&LogToEventhub::logger_id>("logger-id"),
    optional<&LogToEventhub::partition_id>("partition-id"),
    optional<&LogToEventhub::partition_key>("partition-key"),
};

void check_logger(Reader& reader, const Attribute& attribute, std::string_view id) {
  const auto known = reader.loggers();
  if (!known.has_value() || !attribute.value.is_literal()) return;
  const auto same = [&](std::string_view other) { return equals_ignoring_ascii_case(other, id); };
  if (std::any_of(known->begin(), known->end(), same)) return;
  std::string help = known->empty() ? "the service has none" : "it has: ";
  for (const std::string_view& other : *known) append(help, &other == known->data() ? "`" : ", `", other, "`");
  reader.report(attribute.value.span, policy_code::kUnknownLogger,
                joined("the service has no Event Hubs logger `", id, "`"), help);
}

void check(Reader& reader, const Element& element, void* config) {
  const auto& log = *static_cast<const LogToEventhub*>(config);
  const Attribute* logger = element.find("logger-id");
  if (logger != nullptr && logger->value.is_literal() && trim_ascii(log.logger_id.literal).empty()) {
    reader.report(logger->span, policy_code::kWrongLiteral, "`logger-id` is empty", {});
  } else if (logger != nullptr) {
    check_logger(reader, *logger, trim_ascii(log.logger_id.literal));
  }
  const Attribute* key = element.find("partition-key");
  if (key != nullptr && element.find("partition-id") != nullptr) {
    reader.report(key->name_span, policy_code::kConflict, "`partition-id` and `partition-key` exclude each other",
                  "write one of the two");
  }
  if (log.message.expression == nullptr && trim_ascii(log.message.literal).empty()) {
    reader.report(element.name_span, policy_code::kMissingText, "`log-to-eventhub` needs a message",
                  "write it between the tags");
  }
}

// At most so many bytes, and no half of a character.
std::string_view cut(std::string_view text) {
  if (text.size() <= kMostBytes) return text;
  std::size_t end = kMostBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

Outcome run(PolicyRun& run, const LogToEventhub& config) {
  EventHubMessage message{.partition_id = config.partition_id};
  if (!run.get(config.logger_id, message.logger_id) || !run.get(config.partition_key, message.partition_key) ||
      !run.get(config.message, message.content)) {
    return Outcome::kFail;
  }
  message.logger_id = trim_ascii(message.logger_id);
  if (message.logger_id.empty()) return run.fail({}, "The attribute `logger-id` is empty.");
  if (message.content.empty()) {
    if (run.tracing()) run.trace("The message is empty: nothing is sent");
    return Outcome::kContinue;
  }
  message.content = valid_text(run, message.content);
  const std::size_t size = message.content.size();
  message.content = cut(message.content);
  if (run.tracing()) {
    run.trace(joined(message.content.size(), " bytes for the logger ", message.logger_id,
                     message.content.size() < size ? joined(", cut from ", size) : std::string()));
  }
  run.notify(message);
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kLogToEventhub =
    policy<LogToEventhub, &run>("log-to-eventhub",
                                with_text<&LogToEventhub::message>(element_of<LogToEventhub>(kAttributes)))
        .checked_by(&check);

}  // namespace portcullis
