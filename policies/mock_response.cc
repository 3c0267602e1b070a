// mock-response: ends the pipeline with a made-up response. source: mock-response-policy
//
// Examples and schemas of the operation come from the API's description, which a host may not have: then it is the status alone.
#include "engine/policy/codes.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct MockResponse {
  std::int32_t status_code = 200;
  std::string_view content_type;
  std::int32_t index = 0;
  bool enabled = true;
};

constexpr AttributeSpec kAttributes[] = {
    optional<&MockResponse::status_code>("status-code"),
    optional<&MockResponse::content_type>("content-type"),
    optional<&MockResponse::index>("index"),
    optional<&MockResponse::enabled>("enabled"),
};

void check(Reader& reader, const Element& element, void* config) {
  const auto& mock = *static_cast<const MockResponse*>(config);
  if (mock.status_code < 100 || mock.status_code > 999) {
    reader.report(element.find("status-code")->value.span, policy_code::kWrongLiteral, "a status code is a number from 100 to 999");
  }
}

Outcome run(PolicyRun& run, const MockResponse& config) {
  if (!config.enabled) return Outcome::kContinue;
  Response* response = run.exchange().make_response(config.status_code, reason_phrase(config.status_code));
  if (!config.content_type.empty()) response->headers.set("Content-Type", config.content_type, run.arena());
  return run.finish(response);
}

constexpr SectionSet kSections = bit(Section::kInbound) | bit(Section::kOutbound) | bit(Section::kOnError);

}  // namespace

const PolicySpec kMockResponse = policy<MockResponse, &run>("mock-response", kAttributes).in(kSections).checked_by(&check);

}  // namespace portcullis
