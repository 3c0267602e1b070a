// Resolvers of synthetic GraphQL APIs: what the data sources share, and what they leave for the executor. source:
// graphql-resolvers.md#1
//
//     executor ── starts ──▶ begin │ request part │ call │ response part │ end ── result ──▶ executor
#pragma once

#include <span>
#include <string_view>

#include "engine/json/json.h"
#include "engine/liquid/template.h"
#include "engine/pipeline/core.h"
#include "engine/policy/spec.h"
#include "policies/support/callout.h"
#include "policies/support/forward_settings.h"

namespace portcullis {

struct SubscriptionTarget {
  std::string_view id;  // a field of the Subscription type
};

/// Of policies that stand in no section.
constexpr SectionSet kResolverOnly = 0;

/// One execution of a resolver.
struct ResolverCall : ResolverScope {
  struct Event {
    std::string_view field;
    Event* next = nullptr;
  };
  Event* events = nullptr;  // of publish-event; sent once the result is known
};
inline ResolverCall& resolver_call(PolicyRun& run) { return *static_cast<ResolverCall*>(run.fiber().scope); }

/// A resolver that stands in a policy document (set-graphql-resolver), once it was reached.
struct DeclaredResolver {
  ResolverFlow flow;
  DeclaredResolver* next = nullptr;
};

// ---- documents --------------------------------------------------------------------------------------------------

/// Reports children that stand twice; `include-fragment` may.
void check_once_each(Reader& reader, const Element& element, std::span<const std::string_view> names);

/// The shape of a part that holds these policies besides its own children.
constexpr ElementSpec holding(ElementSpec spec, std::span<const std::string_view> names) {
  spec.holds = ElementSpec::Holds::kListedPolicies;
  spec.listed_policies = names;
  return spec;
}

/// `response` of the SQL, Cosmos and GraphQL sources.
extern const ElementSpec kResolverResponse;
struct ResolverResponse {};
/// Emits the policies of the child named `part`: a request part in the order of `names`, a response part as written.
void emit_part(FlowBuilder& flow, const Element& element, std::string_view part,
               std::span<const std::string_view> names, Section section);
/// The response part and the end.
void emit_response(FlowBuilder& flow, const Element& element);

/// A setting as text, an expression or a Liquid template.
struct TemplatedText {
  Setting<Object*> value;
  const liquid::Template* made = nullptr;
};
void read_templated(Reader& reader, const Element& element, TemplatedText& text);
/// The value as JSON, for parameters and keys; literals are texts without white space around them. False after failing.
bool get_json(PolicyRun& run, const Setting<Object*>& setting, std::string_view& json);
/// False after failing.
bool get_templated(PolicyRun& run, const TemplatedText& text, std::string_view& value);

// ---- calls ------------------------------------------------------------------------------------------------------

/// How a source makes its HTTP call. The functions return false after failing; any but `prepare` may be null.
struct HttpSteps {
  /// A token of the managed identity is wanted for `call`; left empty: none is.
  bool (*identity)(PolicyRun& run, const void* config, TokenCall& call);
  /// Completes the request being built. `url` replaces set-url.
  bool (*prepare)(PolicyRun& run, const void* config, Request& request, std::string_view token, std::string_view& url);
  /// Turns the answer into what the response part sees.
  bool (*take)(PolicyRun& run, const void* config, Response& response);
};
struct HttpSource {
  const Callout* callout = nullptr;
  const ForwardSettings* forward = nullptr;  // null: the defaults
  bool may_be_relative = false;              // set-url, to what set-backend-service says
  const HttpSteps* steps = nullptr;
  const void* config = nullptr;
};
/// Makes the call; its answer is context.Response from then on.
Task call_http(PolicyRun& run, const HttpSource& source);

/// The source's answer when it is no HTTP message: 200 with JSON.
void take_json(PolicyRun& run, std::string_view json);
/// What a resolver sees as its request: `{"arguments": …, "parent": …}` as JSON text of one member. False after
/// failing.
bool arguments_json(PolicyRun& run, std::string_view& json);

// ---- http-data-source -------------------------------------------------------------------------------------------

struct HttpRequestPart {
  Callout callout;
  bool may_be_relative = false;
};
struct HttpBackendPart {
  const ForwardSettings* forward = nullptr;
};
struct HttpResponsePart {};
struct HttpDataSource {
  const HttpRequestPart* request = nullptr;
  const HttpBackendPart* backend = nullptr;
  const HttpResponsePart* response = nullptr;
  HttpSource source;
};
extern const ElementSpec kHttpDataSourceElement;
void emit_http_data_source(FlowBuilder& flow, const Element& element, const HttpDataSource& config);

}  // namespace portcullis
