// Side calls: send-request and send-one-way-request share their attributes, children and the building of the call.
//
//     0  begin      a new request, or a copy of the current one; children work on it
//     1  …set-url, set-method, set-header, set-body, authentication-*, proxy
//     n  send
#pragma once

#include <string_view>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"

namespace portcullis {

struct Callout {
  Setting<std::string_view> mode = std::string_view("new");
  Setting<std::chrono::seconds> timeout;
  Setting<std::int64_t> timeout_ms;
  Setting<std::string_view> url;
};

/// The policies that may stand inside; `set-url` is configuration.
constexpr std::string_view kCalloutChildren[] = {"set-method",          "set-header", "set-body", "authentication-certificate", "authentication-managed-identity",
                                                 "authentication-basic", "authentication-token", "authentication-token-store", "proxy"};

/// An attribute of the `Callout callout` inside a configuration.
template <typename Config, auto kField>
constexpr AttributeSpec callout_attribute(std::string_view name) {
  AttributeSpec spec = optional<kField>(name);
  spec.read = [](Reader& reader, const Attribute& attribute, void* config) { reader.read(attribute, static_cast<Config*>(config)->callout.*kField); };
  return spec;
}
template <typename Config>
constexpr ChildSpec callout_url() {
  ChildSpec spec = text<&Callout::url>("set-url", false);
  spec.read = [](Reader& reader, std::span<const Element* const> elements, void* config) {
    reader.read_text(*elements.front(), static_cast<Config*>(config)->callout.url);
    static_cast<Config*>(config)->callout.url.is_present = true;
  };
  return spec;
}

/// With its key; presented to the peer of the call being built.
void set_callout_certificate(PolicyRun& run, std::string_view pem);
/// Of the call being built; its own, whatever the request's backend calls use.
struct ProxySettings {
  std::string_view url, username, password;
};
void set_callout_proxy(PolicyRun& run, const ProxySettings& proxy);

void check_callout(Reader& reader, const Element& element, const Callout& callout);

/// Starts building: pushes the handler that ends it on failure.
Outcome begin_callout(PolicyRun& run, const FlowOp& op, const Callout& callout);
/// Ends building; the call is complete. False after a failure, which has been raised, or with `problem` set when the URL is no good.
bool finish_callout(PolicyRun& run, const Callout& callout, HttpCall& call, std::string_view& problem);

}  // namespace portcullis
