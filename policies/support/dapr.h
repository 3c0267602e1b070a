// Calls to the Dapr sidecar of a self-hosted gateway: what publish-to-dapr and invoke-dapr-binding share.
// source: publish-to-dapr-policy, invoke-dapr-binding-policy
#pragma once

#include <chrono>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"
#include "policies/support/content.h"

namespace portcullis {

enum class DaprTemplate : std::uint8_t { kNone, kLiquid };
// The page's spelling and the schema's.
constexpr Word kDaprTemplateWords[] = {{"Liquid", 1}, {"liquid", 1}};
constexpr std::span<const Word> portcullis_words(DaprTemplate*) { return kDaprTemplateWords; }
enum class DaprContentType : std::uint8_t { kUnset, kJson };
constexpr Word kDaprContentTypeWords[] = {{"application/json", 1}};
constexpr std::span<const Word> portcullis_words(DaprContentType*) { return kDaprContentTypeWords; }

struct DaprCall {
  bool ignore_error = false;
  std::string_view response_variable_name;
  Setting<std::chrono::seconds> timeout = std::chrono::seconds(5);
  DaprTemplate content_template = DaprTemplate::kNone;
  DaprContentType content_type = DaprContentType::kUnset;
  std::uint32_t slot = 0;
};

/// An attribute of the `DaprCall call` inside a configuration.
template <typename Config, auto kField>
constexpr AttributeSpec dapr_attribute(std::string_view name) {
  AttributeSpec spec = optional<kField>(name);
  spec.read = [](Reader& reader, const Attribute& attribute, void* config) {
    reader.read(attribute, static_cast<Config*>(config)->call.*kField);
  };
  return spec;
}

void check_dapr_call(Reader& reader, const Element& element, DaprCall& call);

/// A POST to `path` below the version of the sidecar's API. `body` lives as long as the request. False
/// after failing.
bool make_dapr_call(PolicyRun& run, const DaprCall& config, std::string_view path, std::string_view content_type,
                    std::string_view body, HttpCall& call);
/// Stores the answer, or fails. source: integration.md#5
Outcome take_dapr_answer(PolicyRun& run, const DaprCall& config, const ReplyValue& reply);

bool is_json(PolicyRun& run, std::string_view text);
/// One segment of the sidecar's URL. Lifetime: the request.
std::string_view dapr_segment(PolicyRun& run, std::string_view text);

}  // namespace portcullis
