// set-header: adds, replaces, extends or removes one header of the current message. source: set-header-policy
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/exists_action.h"
#include "policies/support/http.h"
#include "policies/table.h"

namespace portcullis {
namespace {

/// A name and whether a policy may touch it: framing belongs to the host. source: set-header-policy#usage-notes
struct TargetName {
  HeaderName header;
  bool is_framing = false;
  bool is_server = false;  // may not be deleted

  TargetName() = default;
  explicit TargetName(std::string_view name) : header(name), is_server(equals_ignoring_ascii_case(name, "Server")) {
    static constexpr std::string_view kFraming[] = {"Connection", "Content-Length", "Keep-Alive", "Transfer-Encoding"};
    for (const std::string_view framing : kFraming) is_framing = is_framing || equals_ignoring_ascii_case(name, framing);
  }
  [[nodiscard]] bool is_restricted(ExistsAction action) const { return is_framing || (is_server && action == ExistsAction::kDelete); }
};

struct SetHeader {
  Setting<std::string_view> name;
  Setting<std::string_view> exists_action;
  std::span<const Setting<std::string_view>> values;
  TargetName literal_name;
  ExistsAction literal_action = ExistsAction::kOverride;
};

constexpr AttributeSpec kAttributes[] = {
    required<&SetHeader::name>("name"),
    optional<&SetHeader::exists_action>("exists-action"),
};
constexpr ChildSpec kChildren[] = {texts<&SetHeader::values>("value", 0, kMany)};

void check(Reader& reader, const Element& element, void* config) {
  auto& header = *static_cast<SetHeader*>(config);
  header.literal_action = check_exists_action(reader, element);
  const Attribute* name = element.find("name");
  if (name == nullptr || !name->value.is_literal()) return;
  header.name.literal = reader.arena().copy(trim_ascii(header.name.literal));
  header.literal_name = TargetName(header.name.literal);
  if (!is_token(header.name.literal)) {
    reader.report(name->value.span, policy_code::kWrongLiteral, joined("`", header.name.literal, "` is no header name"),
                  "a name is made of letters, digits and ! # $ % & ' * + - . ^ _ ` | ~");
  }
}

bool get_name(PolicyRun& run, const SetHeader& config, TargetName& name) {
  if (config.name.expression == nullptr) {
    name = config.literal_name;
    return true;
  }
  std::string_view text;
  if (!run.get(config.name, text)) return false;
  text = trim_ascii(text);
  if (!is_token(text)) {
    run.fail({}, joined("`", text, "` is no header name."));
    return false;
  }
  name = TargetName(text);
  return true;
}

// All of them first: they may read the header that they replace.
bool read_values(PolicyRun& run, const SetHeader& config, std::string_view name, std::span<std::string_view> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!run.get(config.values[i], values[i])) return false;
    if (!is_header_value(values[i])) {
      run.fail({}, joined("The value of header ", name, " holds a line end or NUL."));
      return false;
    }
    if (run.tracing()) run.trace(joined("Header ", name, " was set to '", values[i], "'"));
  }
  return true;
}

Outcome run(PolicyRun& run, const SetHeader& config) {
  TargetName target;
  ExistsAction action = ExistsAction::kOverride;
  if (!get_name(run, config, target) || !get_exists_action(run, config.exists_action, config.literal_action, action)) return Outcome::kFail;
  const HeaderName name = target.header;
  if (target.is_restricted(action)) {
    if (run.tracing()) run.trace(joined("Header ", name.text, " cannot be changed by a policy: left as it is"));
    return Outcome::kContinue;
  }
  HeaderList& headers = run.message().headers;
  if (action == ExistsAction::kDelete) {
    if (headers.remove(name, run.arena()) && run.tracing()) run.trace(joined("Header ", name.text, " was removed"));
    return Outcome::kContinue;
  }
  if (action == ExistsAction::kSkip && headers.contains(name)) return Outcome::kContinue;
  const std::span<std::string_view> values = run.arena().array<std::string_view>(config.values.size());
  if (!read_values(run, config, name.text, values)) return Outcome::kFail;
  if (action == ExistsAction::kOverride) headers.remove(name, run.arena());
  // One line for each value. Hosts join lines of one name when they write (policies/support/call.cc says which stay apart).
  for (const std::string_view value : values) headers.add(name.text, value, run.arena());
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kSetHeader = policy<SetHeader, &run>("set-header", kAttributes, kChildren).checked_by(&check);

}  // namespace portcullis
