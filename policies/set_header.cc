// set-header: adds, replaces, extends or removes one header of the current message. source: set-header-policy
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/exists_action.h"
#include "policies/support/http.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct SetHeader {
  Setting<std::string_view> name;
  Setting<std::string_view> exists_action;
  std::span<const Setting<std::string_view>> values;
  HeaderName literal_name;  // hashed at load
};

constexpr AttributeSpec kAttributes[] = {
    required<&SetHeader::name>("name"),
    optional<&SetHeader::exists_action>("exists-action"),
};
constexpr ChildSpec kChildren[] = {texts<&SetHeader::values>("value", 0, kMany)};

void check(Reader& reader, const Element& element, void* config) {
  auto& header = *static_cast<SetHeader*>(config);
  check_exists_action(reader, element);
  const Attribute* name = element.find("name");
  if (name == nullptr || !name->value.is_literal()) return;
  header.name.literal = reader.arena().copy(trim_ascii(header.name.literal));
  header.literal_name = HeaderName(header.name.literal);
  if (!is_token(header.name.literal)) {
    reader.report(name->value.span, policy_code::kWrongLiteral, joined("`", header.name.literal, "` is no header name"),
                  "a name is made of letters, digits and ! # $ % & ' * + - . ^ _ ` | ~");
  }
}

// Framing belongs to the host. source: set-header-policy#usage-notes
bool is_restricted(std::string_view name, ExistsAction action) {
  for (const std::string_view framing : {"Connection", "Content-Length", "Keep-Alive", "Transfer-Encoding"}) {
    if (equals_ignoring_ascii_case(name, framing)) return true;
  }
  return action == ExistsAction::kDelete && equals_ignoring_ascii_case(name, "Server");
}

bool get_name(PolicyRun& run, const SetHeader& config, HeaderName& name) {
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
  name = HeaderName(text);
  return true;
}

// One line for each value. Hosts join lines of one name when they write (policies/support/http.h says which stay apart).
bool add_values(PolicyRun& run, const SetHeader& config, HeaderList& headers, std::string_view name) {
  for (const Setting<std::string_view>& setting : config.values) {
    std::string_view value;
    if (!run.get(setting, value)) return false;
    if (!is_header_value(value)) {
      run.fail({}, joined("The value of header ", name, " holds a line end or NUL."));
      return false;
    }
    headers.add(name, value, run.arena());
    if (run.tracing()) run.trace(joined("Header ", name, " was set to '", value, "'"));
  }
  return true;
}

Outcome run(PolicyRun& run, const SetHeader& config) {
  HeaderName name;
  ExistsAction action = ExistsAction::kOverride;
  if (!get_name(run, config, name) || !get_exists_action(run, config.exists_action, action)) return Outcome::kFail;
  if (is_restricted(name.text, action)) {
    if (run.tracing()) run.trace(joined("Header ", name.text, " cannot be changed by a policy: left as it is"));
    return Outcome::kContinue;
  }
  HeaderList& headers = run.message().headers;
  switch (action) {
    case ExistsAction::kDelete:
      if (headers.remove(name, run.arena()) && run.tracing()) run.trace(joined("Header ", name.text, " was removed"));
      return Outcome::kContinue;
    case ExistsAction::kSkip:
      if (headers.contains(name)) return Outcome::kContinue;
      break;
    case ExistsAction::kAppend: break;
    case ExistsAction::kOverride: {
      // The values may read the header that they replace, so it goes after they are known.
      HeaderList fresh;
      if (!add_values(run, config, fresh, name.text)) return Outcome::kFail;
      headers.remove(name, run.arena());
      for (const HeaderView& line : fresh.added()) headers.add(line.name, line.value, run.arena());
      return Outcome::kContinue;
    }
  }
  return add_values(run, config, headers, name.text) ? Outcome::kContinue : Outcome::kFail;
}

}  // namespace

const PolicySpec kSetHeader = policy<SetHeader, &run>("set-header", kAttributes, kChildren).checked_by(&check);

}  // namespace portcullis
