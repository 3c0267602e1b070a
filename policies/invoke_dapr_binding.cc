// invoke-dapr-binding: triggers an output binding through the Dapr sidecar. source: invoke-dapr-binding-policy
#include <algorithm>

#include "base/text.h"
#include "engine/json/json.h"
#include "engine/policy/codes.h"
#include "policies/support/body.h"
#include "policies/support/dapr.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct MetadataItem {
  std::string_view key;
  Setting<std::string_view> value;
};
struct BindingMetadata {
  std::span<const MetadataItem> items;
};
struct InvokeDaprBinding {
  DaprCall call;
  Setting<std::string_view> name;
  std::string_view operation = "create";
  const BindingMetadata* metadata = nullptr;
  Setting<Object*> data;
  const liquid::Template* made = nullptr;
  bool has_data = false;
};

constexpr AttributeSpec kItemAttributes[] = {required<&MetadataItem::key>("key")};
constexpr ElementSpec kItem = with_text<&MetadataItem::value>(element_of<MetadataItem>(kItemAttributes));
constexpr ChildSpec kMetadataChildren[] = {elements<&BindingMetadata::items, &kItem>("item", 0, kMany)};
constexpr ElementSpec kMetadata = element_of<BindingMetadata>({}, kMetadataChildren);

constexpr AttributeSpec kAttributes[] = {
    required<&InvokeDaprBinding::name>("name"),
    optional<&InvokeDaprBinding::operation>("operation"),
    dapr_attribute<InvokeDaprBinding, &DaprCall::ignore_error>("ignore-error"),
    dapr_attribute<InvokeDaprBinding, &DaprCall::response_variable_name>("response-variable-name"),
    dapr_attribute<InvokeDaprBinding, &DaprCall::timeout>("timeout"),
    dapr_attribute<InvokeDaprBinding, &DaprCall::content_template>("template"),
    dapr_attribute<InvokeDaprBinding, &DaprCall::content_type>("content-type"),
};

// Attributes were read before: the template is known.
void read_data(Reader& reader, std::span<const Element* const> elements, void* config) {
  auto& binding = *static_cast<InvokeDaprBinding*>(config);
  const Element& element = *elements.front();
  binding.has_data = true;
  if (binding.call.content_template == DaprTemplate::kLiquid) {
    binding.made = read_template(reader, element);
  } else {
    reader.read_text(element, binding.data);
  }
}

constexpr ChildSpec kChildren[] = {
    element<&InvokeDaprBinding::metadata, &kMetadata>("metadata", false),
    {.name = "data", .max = 1, .allows_expression = true, .kind = ValueKind::kAny, .read = &read_data},
};

void check(Reader& reader, const Element& element, void* config) {
  auto& binding = *static_cast<InvokeDaprBinding*>(config);
  check_dapr_call(reader, element, binding.call);
  const Attribute* name = element.find("name");
  if (name != nullptr && name->value.is_literal() && trim_ascii(binding.name.literal).empty()) {
    reader.report(name->value.span, policy_code::kWrongLiteral, "a binding needs a name", {});
  }
}

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  append_json_escaped(out, text);
  out += '"';
}

// Data that is JSON goes in as it stands, anything else as a string. source: integration.md#6 (chosen)
bool append_data(PolicyRun& run, const InvokeDaprBinding& config, std::string& out) {
  Object* value = nullptr;
  std::string_view content;
  const bool is_good = config.made != nullptr ? render_template(run, *config.made, {}, content)
                                              : run.get(config.data, value) && content_of(run, value, content);
  if (!is_good) return false;
  out += "\"data\":";
  if (is_json(run, content)) {
    out += trim_ascii(content);
  } else {
    append_json_text(out, valid_text(run, content));
  }
  out += ',';
  return true;
}

// Of items with one key the last stays. source: integration.md#6 (chosen)
bool append_metadata(PolicyRun& run, const BindingMetadata& metadata, std::string& out) {
  const std::span<ParameterView> pairs = run.arena().array<ParameterView>(metadata.items.size());
  std::size_t count = 0;
  for (const MetadataItem& item : metadata.items) {
    std::string_view value;
    if (!run.get(item.value, value)) return false;
    std::size_t at = 0;
    while (at < count && pairs[at].name != item.key) ++at;
    pairs[at] = {item.key, value};
    count = std::max(count, at + 1);
  }
  out += "\"metadata\":{";
  for (const ParameterView& pair : pairs.first(count)) {
    if (&pair != pairs.data()) out += ',';
    append_json_text(out, pair.name);
    out += ':';
    append_json_text(out, valid_text(run, pair.value));
  }
  out += "},";
  return true;
}

bool make_call(PolicyRun& run, const InvokeDaprBinding& config, HttpCall& call) {
  std::string_view name;
  if (!run.get(config.name, name)) return false;
  name = trim_ascii(name);
  if (name.empty()) {
    run.fail({}, "The attribute `name` is empty.");
    return false;
  }
  std::string body = "{";
  if (config.has_data && !append_data(run, config, body)) return false;
  if (config.metadata != nullptr && !append_metadata(run, *config.metadata, body)) return false;
  body += "\"operation\":";
  append_json_text(body, config.operation);
  body += '}';
  const std::string path = joined("bindings/", dapr_segment(run, name));
  return make_dapr_call(run, config.call, path, "application/json", run.text(body), call);
}

Task invoke(PolicyRun& run, const InvokeDaprBinding& config) {
  HttpCall call;
  if (!make_call(run, config, call)) co_return Outcome::kFail;
  const EffectRequest effect = call;
  const ReplyValue& reply = co_await run.perform(effect);
  co_return take_dapr_answer(run, config.call, reply);
}

Outcome start(PolicyRun& run, const FlowOp& op) {
  const Task task = invoke(run, *static_cast<const InvokeDaprBinding*>(op.config));
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

void emit(FlowBuilder& flow, const Element&, const void* config) {
  const auto& binding = *static_cast<const InvokeDaprBinding*>(config);
  const bool needs_body = binding.made != nullptr && binding.made->reads_body;
  flow.emit({.run = &start,
             .config = config,
             .needs = needs_body ? needs_body_of(flow.reader().section()) : std::uint8_t{kNeedsNothing}});
}

constexpr SectionSet kSections = bit(Section::kInbound) | bit(Section::kOutbound) | bit(Section::kOnError);

}  // namespace

const PolicySpec kInvokeDaprBinding =
    policy<InvokeDaprBinding, &invoke>("invoke-dapr-binding", element_of<InvokeDaprBinding>(kAttributes, kChildren))
        .in(kSections)
        .checked_by(&check)
        .emitting(&emit);

}  // namespace portcullis
