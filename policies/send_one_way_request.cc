// send-one-way-request: a side call whose outcome nobody sees. source: send-one-way-request-policy
//
// The call is complete, and a copy, before the policy goes on; the host sends it in the background, at most once.
#include "base/text.h"
#include "policies/support/callout.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct SendOneWayRequest {
  Callout callout;
};

constexpr AttributeSpec kAttributes[] = {
    callout_attribute<SendOneWayRequest, &Callout::mode>("mode"),
    callout_attribute<SendOneWayRequest, &Callout::timeout>("timeout"),
};
constexpr ChildSpec kChildren[] = {callout_url<SendOneWayRequest>()};

void check(Reader& reader, const Element& element, void* config) {
  check_callout(reader, element, static_cast<const SendOneWayRequest*>(config)->callout);
}

Outcome begin(PolicyRun& run, const FlowOp& op) { return begin_callout(run, op, static_cast<const SendOneWayRequest*>(op.config)->callout); }

Outcome finish(PolicyRun& run, const FlowOp& op) {
  const auto& config = *static_cast<const SendOneWayRequest*>(op.config);
  HttpCall call;
  std::string_view problem;
  if (!finish_callout(run, config.callout, call, problem)) return Outcome::kFail;
  if (!problem.empty()) {
    if (run.tracing()) run.trace(joined("The call is not made: ", problem));
    return Outcome::kContinue;
  }
  call.purpose = Purpose::kOneWay;
  if (run.tracing()) run.trace(joined("Calling one way ", call.method, " ", call.url));
  run.notify(call);
  return Outcome::kContinue;
}

void emit(FlowBuilder& flow, const Element& element, const void* config) {
  flow.emit({.run = &begin, .config = config});
  flow.children(element);
  flow.emit({.run = &finish, .config = config});
}

}  // namespace

const PolicySpec kSendOneWayRequest = flow_policy<SendOneWayRequest>("send-one-way-request", element_of<SendOneWayRequest>(kAttributes, kChildren), &emit)
                                          .holding(kCalloutChildren)
                                          .checked_by(&check);

}  // namespace portcullis
