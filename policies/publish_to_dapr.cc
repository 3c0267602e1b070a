// publish-to-dapr: an event through the Dapr sidecar. source: publish-to-dapr-policy
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/body.h"
#include "policies/support/dapr.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct PublishToDapr {
  DaprCall call;
  Setting<std::string_view> pubsub_name;
  Setting<std::string_view> topic;
  Setting<Object*> content;
  const liquid::Template* made = nullptr;
};

constexpr AttributeSpec kAttributes[] = {
    optional<&PublishToDapr::pubsub_name>("pubsub-name"),
    required<&PublishToDapr::topic>("topic"),
    dapr_attribute<PublishToDapr, &DaprCall::ignore_error>("ignore-error"),
    dapr_attribute<PublishToDapr, &DaprCall::response_variable_name>("response-variable-name"),
    dapr_attribute<PublishToDapr, &DaprCall::timeout>("timeout"),
    dapr_attribute<PublishToDapr, &DaprCall::content_template>("template"),
    dapr_attribute<PublishToDapr, &DaprCall::content_type>("content-type"),
};

void read_content(Reader& reader, const Element& element, void* config) {
  auto& publish = *static_cast<PublishToDapr*>(config);
  const Value* text = reader.text_of(element);
  if (text == nullptr || (text->is_literal() && text->trimmed().empty())) {
    reader.report(element.name_span, policy_code::kMissingText, "`publish-to-dapr` needs the event's content",
                  "write it between the tags");
  } else if (publish.call.content_template == DaprTemplate::kLiquid) {
    publish.made = read_template(reader, element);
  } else {
    reader.read_text(element, publish.content);
  }
}

void check(Reader& reader, const Element& element, void* config) {
  auto& publish = *static_cast<PublishToDapr*>(config);
  check_dapr_call(reader, element, publish.call);
  const Attribute* topic = element.find("topic");
  const bool names_component = publish.topic.expression != nullptr || element.find("pubsub-name") != nullptr ||
                               publish.topic.literal.find('/') != std::string_view::npos;
  if (topic != nullptr && topic->value.is_literal() && !names_component) {
    reader.report(topic->value.span, policy_code::kConflict, "without `pubsub-name` the topic reads `component/topic`",
                  "write pubsub-name=\"…\"");
  }
}

constexpr ElementSpec make_element() {
  ElementSpec element = element_of<PublishToDapr>(kAttributes);
  element.allows_text = true;
  element.text_allows_expression = true;
  element.read_text = &read_content;
  return element;
}

// `publish/component/topic`. False after failing.
bool get_path(PolicyRun& run, const PublishToDapr& config, std::string& path) {
  std::string_view component;
  std::string_view topic;
  if (!run.get(config.pubsub_name, component) || !run.get(config.topic, topic)) return false;
  component = trim_ascii(component);
  topic = trim_ascii(topic);
  if (!config.pubsub_name.is_present) {
    const std::size_t slash = topic.find('/');
    if (slash == std::string_view::npos) {
      run.fail({}, joined("Without `pubsub-name` the topic reads `component/topic`, not `", topic, "`."));
      return false;
    }
    component = topic.substr(0, slash);
    topic.remove_prefix(slash + 1);
  }
  if (component.empty() || topic.empty()) {
    run.fail({}, component.empty() ? "The name of the pub/sub component is empty." : "The topic is empty.");
    return false;
  }
  path = joined("publish/", dapr_segment(run, component), "/", dapr_segment(run, topic));
  return true;
}

bool get_content(PolicyRun& run, const PublishToDapr& config, std::string_view& content) {
  if (config.made != nullptr) return render_template(run, *config.made, {}, content);
  Object* value = nullptr;
  return run.get(config.content, value) && content_of(run, value, content);
}

bool make_call(PolicyRun& run, const PublishToDapr& config, HttpCall& call) {
  std::string path;
  std::string_view content;
  if (!get_path(run, config, path) || !get_content(run, config, content)) return false;
  // source: integration.md#5 (chosen)
  const bool is_json_content = config.call.content_type == DaprContentType::kJson || is_json(run, content);
  return make_dapr_call(run, config.call, path, is_json_content ? "application/json" : "text/plain", content, call);
}

Task publish(PolicyRun& run, const PublishToDapr& config) {
  HttpCall call;
  if (!make_call(run, config, call)) co_return Outcome::kFail;
  const EffectRequest effect = call;
  const ReplyValue& reply = co_await run.perform(effect);
  co_return take_dapr_answer(run, config.call, reply);
}

Outcome start(PolicyRun& run, const FlowOp& op) {
  const Task task = publish(run, *static_cast<const PublishToDapr*>(op.config));
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

void emit(FlowBuilder& flow, const Element&, const void* config) {
  const auto& publish = *static_cast<const PublishToDapr*>(config);
  const bool needs_body = publish.made != nullptr && publish.made->reads_body;
  flow.emit({.run = &start,
             .config = config,
             .needs = needs_body ? needs_body_of(flow.reader().section()) : std::uint8_t{kNeedsNothing}});
}

constexpr SectionSet kSections = bit(Section::kInbound) | bit(Section::kOutbound) | bit(Section::kOnError);

}  // namespace

const PolicySpec kPublishToDapr =
    policy<PublishToDapr, &publish>("publish-to-dapr", make_element()).in(kSections).checked_by(&check).emitting(&emit);

}  // namespace portcullis
