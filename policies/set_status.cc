// set-status: status code and reason phrase of the response. source: set-status-policy
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct SetStatus {
  Setting<std::int32_t> code;
  Setting<std::string_view> reason;
};

constexpr AttributeSpec kAttributes[] = {
    optional<&SetStatus::code>("code"),
    optional<&SetStatus::reason>("reason"),
};

constexpr bool is_status(std::int32_t code) { return code >= 100 && code <= 999; }

void check(Reader& reader, const Element& element, void* config) {
  const auto& status = *static_cast<const SetStatus*>(config);
  const Attribute* code = element.find("code");
  if (code == nullptr && !status.reason.is_present) {
    reader.report(element.name_span, policy_code::kMissingAttribute, "`set-status` lacks its attribute `code`", "write <set-status code=\"200\" reason=\"OK\" />");
  } else if (code != nullptr && code->value.is_literal() && !is_status(status.code.literal)) {
    reader.report(code->value.span, policy_code::kWrongLiteral, "a status code is a number from 100 to 999");
  }
}

Outcome run(PolicyRun& run, const SetStatus& config) {
  Response& response = run.response();
  std::int32_t code = response.status;
  std::string_view reason;
  if ((config.code.is_present && !run.get(config.code, code)) || !run.get(config.reason, reason)) return Outcome::kFail;
  if (!is_status(code)) return run.fail({}, joined("The status code ", code, " is not from 100 to 999."));
  if (reason.find_first_of("\r\n") != std::string_view::npos) return run.fail({}, "The reason phrase holds a line end.");
  response.status = code;
  response.reason = reason.empty() ? reason_phrase(code) : reason;
  if (run.tracing()) run.trace(joined("Response status code was set to ", code, ", reason to '", response.reason, "'"));
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kSetStatus = policy<SetStatus, &run>("set-status", kAttributes).checked_by(&check);

}  // namespace portcullis
