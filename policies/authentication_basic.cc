// authentication-basic: Basic credentials towards the backend. source: authentication-basic-policy
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/basic.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct AuthenticationBasic {
  Setting<std::string_view> username;
  Setting<std::string_view> password;
};

constexpr AttributeSpec kAttributes[] = {
    required<&AuthenticationBasic::username>("username"),
    required<&AuthenticationBasic::password>("password"),
};

void check(Reader& reader, const Element& element, void* config) {
  const auto& username = static_cast<const AuthenticationBasic*>(config)->username;
  if (username.expression == nullptr && username.literal.find(':') != std::string_view::npos) {
    reader.report(element.find("username")->value.span, policy_code::kWrongLiteral, "a user name may not hold `:`, which ends it in the header");
  }
}

Outcome run(PolicyRun& run, const AuthenticationBasic& config) {
  std::string_view username;
  std::string_view password;
  bool no_username = false;
  bool no_password = false;
  if (!run.get(config.username, username, no_username) || !run.get(config.password, password, no_password)) return Outcome::kFail;
  if (no_username || no_password) return run.fail("ExpressionValueEvaluationFailure", "Expression evaluation failed. The user name or password is null.");
  if (username.find(':') != std::string_view::npos) return run.fail({}, "The user name holds `:`, which ends it in the header.");
  Request* building = run.building_request();
  HeaderList& headers = building != nullptr ? building->headers : run.exchange().request.headers;
  const std::string_view credentials = basic_credentials(run, username, password);
  if (credentials.empty()) return run.fail({}, "The credentials are larger than the memory limit.");
  headers.set("Authorization", credentials, run.arena());
  if (run.tracing()) run.trace("Header Authorization was set to Basic credentials");
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kAuthenticationBasic =
    policy<AuthenticationBasic, &run>("authentication-basic", kAttributes).in(kInboundOnly).checked_by(&check).once();

}  // namespace portcullis
