// set-method: replaces the HTTP method of the request. source: set-method-policy
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/http.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct SetMethod {
  Setting<std::string_view> method;
};

void check(Reader& reader, const Element& element, void* config) {
  const auto& method = static_cast<const SetMethod*>(config)->method;
  if (method.expression != nullptr) return;
  if (!method.is_present || trim_ascii(method.literal).empty()) {
    reader.report(element.name_span, policy_code::kMissingText, "`set-method` has no method", "write <set-method>GET</set-method>");
  } else if (!is_token(trim_ascii(method.literal))) {
    reader.report(element.text->span, policy_code::kWrongLiteral, joined("`", method.literal, "` is no HTTP method"));
  }
}

// Known methods are upper case; others keep theirs. source: transformation.md#1 (chosen)
std::string_view normalised(std::string_view method) {
  for (const std::string_view known : {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}) {
    if (equals_ignoring_ascii_case(method, known)) return known;
  }
  return method;
}

Outcome run(PolicyRun& run, const SetMethod& config) {
  std::string_view method;
  if (!run.get(config.method, method)) return Outcome::kFail;
  method = trim_ascii(method);
  if (!is_token(method)) return run.fail({}, joined("`", method, "` is no HTTP method."));
  Request* building = run.building_request();
  Request& request = building != nullptr ? *building : run.exchange().request;
  request.method = normalised(method);
  if (run.tracing()) run.trace(joined("Method was set to ", request.method));
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kSetMethod = policy<SetMethod, &run>("set-method", with_text<&SetMethod::method>(element_of<SetMethod>({}))).checked_by(&check);

}  // namespace portcullis
