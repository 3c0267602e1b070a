// mock-response: ends the pipeline with a response made from the operation's examples or schemas; without a description
// of the API it is the status alone. source: mock-response-policy
#include <string>

#include "engine/policy/codes.h"
#include "engine/policy/reach.h"
#include "policies/support/validation.h"
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
    reader.report(element.find("status-code")->value.span, policy_code::kWrongLiteral,
                  "a status code is a number from 100 to 999");
  }
  if (mock.index < 0)
    reader.report(element.find("index")->value.span, policy_code::kWrongLiteral, "an index is not negative");
}

/// Without a content type the first one; null: the operation describes none that fits.
const RepresentationDefinition* find(PolicyRun& run, const MockResponse& config) {
  const OperationDefinition* operation = run.described_operation();
  const ResponseDefinition* response = operation == nullptr ? nullptr : operation->response(config.status_code);
  if (response == nullptr || response->representations.empty()) return nullptr;
  if (config.content_type.empty()) return &response->representations.front();
  return find_representation(response->representations, media_type(run, config.content_type));
}

/// The example, else a sample of the schema. source: transformation.md#13
std::string_view body_of(PolicyRun& run, const MockResponse& config, const RepresentationDefinition& representation) {
  const auto& examples = representation.examples;
  if (!examples.empty()) {
    const auto index = static_cast<std::size_t>(config.index);
    return examples[index < examples.size() ? index : 0].text;
  }
  if (representation.schema == nullptr || representation.schema->resolved() == nullptr) return {};
  return run.text(sample_json(*representation.schema));
}

Outcome answer(PolicyRun& run, const FlowOp& op) {
  const auto& config = *static_cast<const MockResponse*>(op.config);
  Response* response = run.exchange().make_response(config.status_code, reason_phrase(config.status_code));
  const RepresentationDefinition* representation = find(run, config);
  std::string_view content_type = config.content_type;
  if (content_type.empty() && representation != nullptr) content_type = representation->written;
  if (!content_type.empty()) response->headers.set("Content-Type", content_type, run.arena());
  if (representation != nullptr) {
    const std::string_view body = body_of(run, config, *representation);
    if (!body.empty()) run.exchange().set_body(*response, body);
  }
  return run.finish(response);
}

// Disabled it is nothing at all; otherwise nothing behind it runs.
void emit(FlowBuilder& flow, const Element&, const void* config) {
  if (static_cast<const MockResponse*>(config)->enabled) flow.emit({.run = &answer, .config = config, .target = kNoNext});
}

constexpr SectionSet kSections = bit(Section::kInbound) | bit(Section::kOutbound) | bit(Section::kOnError);

}  // namespace

const PolicySpec kMockResponse =
    flow_policy<MockResponse>("mock-response", element_of<MockResponse>(kAttributes), &emit).in(kSections).checked_by(&check);

}  // namespace portcullis
