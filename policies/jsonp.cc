// jsonp: wraps a JSON response into a JavaScript call when the client names one. source: jsonp-policy
#include <string>

#include "base/text.h"
#include "policies/support/body.h"
#include "policies/support/media_type.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct Jsonp {
  Setting<std::string_view> callback_parameter_name;
};

constexpr AttributeSpec kAttributes[] = {required<&Jsonp::callback_parameter_name>("callback-parameter-name")};

std::string_view callback_of(PolicyRun& run, std::string_view parameter) {
  for (const QueryParameter& one : query_parameters(run.exchange().request.original_url, run.arena()).items) {
    if (equals_ignoring_ascii_case(one.name, parameter)) return one.value;
  }
  return {};
}

bool is_identifier_start(char c) { return is_ascii_letter(c) || c == '_' || c == '$'; }

// Identifiers joined by dots; nothing else gets into the script. source: cross-domain.md#3 (chosen)
bool is_callback(std::string_view text) {
  bool starts = true;
  for (const char c : text) {
    if (c == '.' && !starts) {
      starts = true;
      continue;
    }
    if (!is_identifier_start(c) && (starts || !is_ascii_digit(c))) return false;
    starts = false;
  }
  return !starts;
}

// The words of the platform: the parameter's name, not its value.
PolicyError invalid_callback(PolicyRun& run, std::string_view parameter) {
  const std::string_view message =
      run.text(joined("Value of callback parameter ", parameter, " is not a valid JavaScript identifier."));
  return {.reason = "CallbackParameterInvalid", .message = message, .status = 400, .body_message = message};
}

Outcome run(PolicyRun& run, const Jsonp& config) {
  std::string_view parameter;
  if (!run.get(config.callback_parameter_name, parameter)) return Outcome::kFail;
  const std::string_view callback = callback_of(run, trim_ascii(parameter));
  if (callback.empty()) return Outcome::kContinue;
  Message& message = run.message();
  if (!is_json_type(media_type_of(message.headers, run.arena()))) return Outcome::kContinue;
  if (!is_callback(callback)) return run.fail(invalid_callback(run, parameter));
  std::string_view body;
  if (!read_body(run, message, body)) return Outcome::kFail;
  if (body.size() > run.arena().remaining() / 2) return run.fail({}, "The body grows beyond the memory limit.");
  replace_body(run, message, run.text(joined(callback, "(", body, ");")), "application/javascript; charset=utf-8");
  if (run.tracing()) run.trace(joined("The response was wrapped into ", callback));
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kJsonp =
    policy<Jsonp, &run>("jsonp", kAttributes).in(bit(Section::kOutbound)).once().emitting(&emit_with_body<Jsonp, &run>);

}  // namespace portcullis
