// check-header: requires a request header, and one of a list of values. source: check-header-policy
#include <string>

#include "base/text.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct CheckHeader {
  Setting<std::string_view> name;
  Setting<std::int32_t> failed_check_httpcode;
  Setting<std::string_view> failed_check_error_message;
  Setting<bool> ignore_case;
  std::span<const Setting<std::string_view>> values;
  HeaderName literal_name;
};

constexpr AttributeSpec kAttributes[] = {
    required<&CheckHeader::name>("name"),
    required<&CheckHeader::failed_check_httpcode>("failed-check-httpcode"),
    required<&CheckHeader::failed_check_error_message>("failed-check-error-message"),
    optional<&CheckHeader::ignore_case>("ignore-case"),
};
constexpr ChildSpec kChildren[] = {texts<&CheckHeader::values>("value", 0, kMany)};

void check(Reader&, const Element&, void* config) {
  auto& header = *static_cast<CheckHeader*>(config);
  if (header.name.expression == nullptr) header.literal_name = HeaderName(header.name.literal);
}

Outcome refuse(PolicyRun& run, const CheckHeader& config, std::string_view reason, const std::string& message) {
  std::int32_t status = 401;
  std::string_view text;
  if (!run.get(config.failed_check_httpcode, status) || !run.get(config.failed_check_error_message, text)) return Outcome::kFail;
  return run.fail({.reason = reason, .message = run.text(message), .status = status, .body_message = run.text(text)});
}

// Whole values, as they stand: no trimming, no splitting at commas. source: access-and-auth.md#4 (chosen)
bool is_allowed(PolicyRun& run, const CheckHeader& config, std::string_view value, bool ignore_case, bool& failed) {
  for (const Setting<std::string_view>& setting : config.values) {
    std::string_view allowed;
    bool is_null = false;
    if (!run.get(setting, allowed, is_null)) return failed = true, false;
    if (is_null) continue;
    if (ignore_case ? equals_ignoring_ascii_case(value, allowed) : value == allowed) return true;
  }
  return false;
}

Outcome run(PolicyRun& run, const CheckHeader& config) {
  HeaderName name = config.literal_name;
  if (config.name.expression != nullptr) {
    std::string_view text;
    if (!run.get(config.name, text)) return Outcome::kFail;
    name = HeaderName(trim_ascii(text));
  }
  bool ignore_case = false;
  if (!run.get(config.ignore_case, ignore_case)) return Outcome::kFail;
  const HeaderList& headers = run.exchange().request.headers;
  const HeaderView* first = headers.find(name);
  if (first == nullptr || first->value.empty()) {
    return refuse(run, config, "HeaderNotFound", joined("Header ", name.text, " was not found in the request. Access denied."));
  }
  if (config.values.empty()) return Outcome::kContinue;
  // Several lines: every one has to be allowed.
  for (const HeaderView* line = first; line != nullptr; line = headers.find_next(name, line)) {
    bool failed = false;
    if (is_allowed(run, config, line->value, ignore_case, failed)) continue;
    if (failed) return Outcome::kFail;
    return refuse(run, config, "HeaderValueNotAllowed", joined("Header ", name.text, " value of ", line->value, " is not allowed. Access denied."));
  }
  if (run.tracing()) run.trace("Header validated.");
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kCheckHeader =
    policy<CheckHeader, &run>("check-header", kAttributes, kChildren).in(bit(Section::kInbound) | bit(Section::kOutbound)).checked_by(&check);

}  // namespace portcullis
