// return-response: ends the pipeline with a response of its own. source: return-response-policy
//
//     0  begin      a copy of the named response, or an empty 200; children work on it
//     1  …set-status, set-header, set-body
//     n  finish
#include "engine/policy/reach.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct ReturnResponse {
  std::string_view response_variable_name;
};

constexpr AttributeSpec kAttributes[] = {optional<&ReturnResponse::response_variable_name>("response-variable-name")};
constexpr std::string_view kChildren[] = {"set-status", "set-header", "set-body"};

// A failure inside ends the building as well.
Outcome on_leave(PolicyRun& run, ExitHandler&, Outcome why) {
  run.begin_response(nullptr);
  return why;
}

// A missing or null variable counts as not given. observed: the portal's own snippet names one that does not exist
const Response* named_response(PolicyRun& run, std::string_view name, bool& wrong_type) {
  const Variables::Entry* entry = run.exchange().variables.find(name);
  if (entry == nullptr || entry->value == nullptr) return nullptr;
  wrong_type = !entry->value->type->is(Known::kResponse);
  return wrong_type ? nullptr : static_cast<const Response*>(entry->value);
}

Outcome begin(PolicyRun& run, const FlowOp& op) {
  const auto& config = *static_cast<const ReturnResponse*>(op.config);
  Exchange& exchange = run.exchange();
  Response* response = exchange.make_response(200, reason_phrase(200));
  if (!config.response_variable_name.empty()) {
    bool wrong_type = false;
    const Response* stored = named_response(run, config.response_variable_name, wrong_type);
    if (wrong_type) return run.fail({}, "The variable named by response-variable-name does not hold a response.");
    if (stored != nullptr) {
      *response = *stored;
      response->headers_object = nullptr;
      response->body.message = response;
      if (response->body.consumed) exchange.set_body(*response, {});
    }
  }
  run.begin_response(response);
  run.push(run.arena().make<ExitHandler>(&on_leave, &op));
  return Outcome::kContinue;
}

Outcome finish(PolicyRun& run, const FlowOp&) {
  Response& response = run.response();
  run.pop();
  run.begin_response(nullptr);
  if (run.tracing()) run.trace("Return response was applied");
  return run.finish(&response);
}

void emit(FlowBuilder& flow, const Element& element, const void* config) {
  flow.emit({.run = &begin, .config = config});
  flow.children(element);
  flow.emit({.run = &finish, .config = config, .target = kNoNext});
}

}  // namespace

const PolicySpec kReturnResponse =
    flow_policy<ReturnResponse>("return-response", element_of<ReturnResponse>(kAttributes), &emit).holding(kChildren);

}  // namespace portcullis
