// cors: answers preflight requests and adds CORS headers to the final response of requests from allowed origins.
// source: cors-policy
//
// A preflight that comes through a Service begins at the first `cors`. One that an embedder sends as an ordinary request runs
// what stands before `cors` too, so write it first, as everybody does. An omitted terminate-unmatched-request counts as `true`. source:
// cross-domain.md#1.3 (conflict)
#include <string>

#include "base/text.h"
#include "engine/pipeline/core.h"
#include "engine/policy/codes.h"
#include "policies/table.h"

namespace portcullis {
namespace {

using Texts = std::span<const Setting<std::string_view>>;

struct Origins {
  Texts items;
};
struct Methods {
  Texts items;
  Setting<std::int32_t> max_age;
};
struct Headers {
  Texts items;
};
struct Cors {
  Setting<bool> allow_credentials;
  Setting<bool> terminate_unmatched_request = true;
  const Origins* origins = nullptr;
  const Methods* methods = nullptr;
  const Headers* headers = nullptr;
  const Headers* exposed = nullptr;
};

constexpr ChildSpec kOriginTexts[] = {texts<&Origins::items>("origin", 1, kMany)};
constexpr ChildSpec kMethodTexts[] = {texts<&Methods::items>("method", 1, kMany)};
constexpr ChildSpec kHeaderTexts[] = {texts<&Headers::items>("header", 1, kMany)};
constexpr AttributeSpec kMethodAttributes[] = {optional<&Methods::max_age>("preflight-result-max-age")};
constexpr ElementSpec kOrigins = element_of<Origins>({}, kOriginTexts);
constexpr ElementSpec kMethods = element_of<Methods>(kMethodAttributes, kMethodTexts);
constexpr ElementSpec kHeaders = element_of<Headers>({}, kHeaderTexts);
constexpr AttributeSpec kAttributes[] = {
    optional<&Cors::allow_credentials>("allow-credentials"),
    optional<&Cors::terminate_unmatched_request>("terminate-unmatched-request"),
};
constexpr ChildSpec kChildren[] = {
    element<&Cors::origins, &kOrigins>("allowed-origins", true),
    element<&Cors::methods, &kMethods>("allowed-methods", false),
    element<&Cors::headers, &kHeaders>("allowed-headers", false),
    element<&Cors::exposed, &kHeaders>("expose-headers", false),
};

// A star stands alone: there are no wildcards inside of origins. source: cross-domain.md#1.1
void check_origins(Reader& reader, const Element& element, Texts origins) {
  bool has_star = false;
  for (const Setting<std::string_view>& origin : origins) {
    if (origin.expression != nullptr) continue;
    const std::string_view text = trim_ascii(origin.literal);
    has_star = has_star || text == "*";
    if (text == "*" || text.find('*') == std::string_view::npos) continue;
    reader.warn(element.name_span, policy_code::kSuspicious, joined("`", text, "` matches no origin"), "write each origin, or `*` alone for all");
  }
  if (has_star && origins.size() > 1) reader.warn(element.name_span, policy_code::kSuspicious, "`*` beside other origins allows every origin");
}

void check(Reader& reader, const Element& element, void* config) {
  const auto& cors = *static_cast<const Cors*>(config);
  if (cors.origins != nullptr) check_origins(reader, element, cors.origins->items);
  if (cors.methods == nullptr || cors.methods->max_age.expression != nullptr || cors.methods->max_age.literal >= 0)
    return;
  reader.report(element.name_span, policy_code::kWrongLiteral, "`preflight-result-max-age` is not below 0");
}

// ---- matching -----------------------------------------------------------------------------------------------------

// Without white space, the trailing slash and the default port. source: cross-domain.md#1.1 (chosen)
std::string_view bare_origin(std::string_view origin) {
  origin = trim_ascii(origin);
  if (origin.ends_with('/')) origin.remove_suffix(1);
  const auto drop = [&](std::string_view scheme, std::string_view port) {
    const bool has_scheme =
        origin.size() > scheme.size() && equals_ignoring_ascii_case(origin.substr(0, scheme.size()), scheme);
    if (has_scheme && origin.ends_with(port)) origin.remove_suffix(port.size());
  };
  drop("https://", ":443");
  drop("http://", ":80");
  return origin;
}

/// The values of a list, evaluated; empty ones match nothing and are left out.
bool get_texts(PolicyRun& run, Texts settings, std::span<std::string_view>& values) {
  const std::span<std::string_view> all = run.arena().array<std::string_view>(settings.size());
  std::size_t count = 0;
  for (const Setting<std::string_view>& setting : settings) {
    std::string_view text;
    if (!run.get(setting, text)) return false;
    text = trim_ascii(text);
    if (!text.empty()) all[count++] = text;
  }
  values = all.first(count);
  return true;
}

bool contains_star(std::span<const std::string_view> values) {
  for (const std::string_view value : values) {
    if (value == "*") return true;
  }
  return false;
}

std::string_view joined_with_commas(PolicyRun& run, std::span<const std::string_view> values) {
  std::string text;
  for (const std::string_view value : values) append(text, text.empty() ? "" : ",", value);
  return run.text(text);
}

/// What the policy decided for one request.
struct Decision {
  std::string_view origin;  // as received
  bool any_origin = false;
  bool credentials = false;
  std::string_view exposed;
};

bool match_origin(PolicyRun& run, const Cors& config, Decision& decision, bool& matches) {
  std::span<std::string_view> origins;
  if (!get_texts(run, config.origins->items, origins)) return false;
  decision.any_origin = contains_star(origins);
  matches = decision.any_origin;
  const std::string_view origin = bare_origin(decision.origin);
  if (origin == "null") return true;
  for (const std::string_view allowed : origins) {
    matches = matches || equals_ignoring_ascii_case(bare_origin(allowed), origin);
  }
  return true;
}

constexpr std::string_view kSafelisted[] = {"accept", "accept-language", "content-language", "content-type"};

bool is_listed(std::span<const std::string_view> names, std::string_view name) {
  for (const std::string_view listed : names) {
    if (equals_ignoring_ascii_case(listed, name)) return true;
  }
  return false;
}

// Every requested name has to be allowed.
bool match_headers(std::span<const std::string_view> allowed, std::string_view requested) {
  if (contains_star(allowed)) return true;
  while (!requested.empty()) {
    const std::size_t comma = requested.find(',');
    const std::string_view name = trim_ascii(requested.substr(0, comma));
    requested = comma == std::string_view::npos ? std::string_view() : requested.substr(comma + 1);
    if (!name.empty() && !is_listed(allowed, name) && !is_listed(kSafelisted, name)) return false;
  }
  return true;
}

// ---- answers ------------------------------------------------------------------------------------------------------

void add_origin(PolicyRun& run, const Decision& decision, HeaderList& headers) {
  const bool star = decision.any_origin && !decision.credentials;
  headers.set("Access-Control-Allow-Origin", star ? std::string_view("*") : decision.origin, run.arena());
  if (decision.credentials) headers.set("Access-Control-Allow-Credentials", "true", run.arena());
  if (star) return;
  const HeaderName vary("Vary");
  const std::string_view present = headers.joined(vary, run.arena());
  std::string_view rest = present;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view name = trim_ascii(rest.substr(0, comma));
    if (name == "*" || equals_ignoring_ascii_case(name, "Origin")) return;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  headers.set("Vary", present.empty() ? std::string_view("Origin") : run.text(joined(present, ", Origin")),
              run.arena());
}

Outcome answer_nothing(PolicyRun& run, std::string_view why) {
  if (run.tracing()) run.trace(why);
  return run.finish(run.exchange().make_response(200, reason_phrase(200)));
}

constexpr std::string_view kDefaultMethods[] = {"GET", "POST"};

Outcome answer_preflight(PolicyRun& run, const Cors& config, const Decision& decision, bool origin_matches,
                         std::string_view method) {
  const HeaderList& request = run.exchange().request.headers;
  const std::string_view requested = request.joined(HeaderName("Access-Control-Request-Headers"), run.arena());
  std::span<std::string_view> listed;
  std::span<std::string_view> headers;
  if (config.methods != nullptr && !get_texts(run, config.methods->items, listed)) return Outcome::kFail;
  if (config.headers != nullptr && !get_texts(run, config.headers->items, headers)) return Outcome::kFail;
  const std::span<const std::string_view> methods =
      config.methods == nullptr ? std::span<const std::string_view>(kDefaultMethods) : listed;
  bool method_matches = contains_star(methods);
  for (const std::string_view allowed : methods) method_matches = method_matches || allowed == method;
  if (!origin_matches || !method_matches || !match_headers(headers, requested)) return Outcome::kContinue;
  Response* response = run.exchange().make_response(200, reason_phrase(200));
  add_origin(run, decision, response->headers);
  response->headers.set("Access-Control-Allow-Methods",
                        contains_star(methods) ? run.text(method) : joined_with_commas(run, methods), run.arena());
  const std::string_view allowed_headers = contains_star(headers) ? requested : joined_with_commas(run, headers);
  if (!allowed_headers.empty()) response->headers.set("Access-Control-Allow-Headers", allowed_headers, run.arena());
  if (config.methods != nullptr && config.methods->max_age.is_present) {
    std::int32_t max_age = 0;
    if (!run.get(config.methods->max_age, max_age)) return Outcome::kFail;
    if (max_age >= 0) response->headers.set("Access-Control-Max-Age", run.text(joined(max_age)), run.arena());
  }
  if (run.tracing()) run.trace("CORS preflight was answered");
  return run.finish(response);
}

// The backend's own headers of this kind go, so that there are no two. source: cross-domain.md#1.4 (chosen)
Outcome add_to_response(PolicyRun& run, const FlowOp& op) {
  const auto& decision = *static_cast<const Decision*>(op.config);
  HeaderList& headers = run.exchange().response->headers;
  constexpr std::string_view kPrefix = "access-control-";
  for (const HeaderView& line : run.arena().copy(headers.lines(run.arena()))) {
    if (line.name.size() > kPrefix.size() && equals_ignoring_ascii_case(line.name.substr(0, kPrefix.size()), kPrefix)) {
      headers.remove(HeaderName(line.name), run.arena());
    }
  }
  add_origin(run, decision, headers);
  if (!decision.exposed.empty()) headers.set("Access-Control-Expose-Headers", decision.exposed, run.arena());
  return Outcome::kContinue;
}

// A preflight that does not match here is for the next `cors` that stands directly in the section; nothing between runs
// for it.
bool go_to_next_cors(PolicyRun& run) {
  if (run.fiber_handler() != nullptr) return false;
  const Fiber& fiber = run.fiber();
  for (std::uint32_t i = fiber.pc; i < fiber.ops.size(); ++i) {
    if (!answers_preflight(fiber.ops[i])) continue;
    run.jump(i);
    return true;
  }
  return false;
}

Outcome run(PolicyRun& run, const Cors& config) {
  const Request& request = run.exchange().request;
  Decision decision;
  const HeaderView* origin = request.headers.find(HeaderName("Origin"));
  if (origin == nullptr) return Outcome::kContinue;
  decision.origin = trim_ascii(origin->value);
  const HeaderView* method = request.headers.find(HeaderName("Access-Control-Request-Method"));
  // An operation of that method answers its preflights itself. source: cross-domain.md#1.2
  const OperationView* operation = run.exchange().view.operation;
  const bool is_preflight = request.method == "OPTIONS" && method != nullptr &&
                            (operation == nullptr || !equals_ignoring_ascii_case(operation->method, "OPTIONS"));
  bool matches = false;
  bool terminate = true;
  if (!run.get(config.allow_credentials, decision.credentials) || !match_origin(run, config, decision, matches) ||
      !run.get(config.terminate_unmatched_request, terminate)) {
    return Outcome::kFail;
  }
  if (is_preflight) {
    const Outcome outcome = answer_preflight(run, config, decision, matches, trim_ascii(method->value));
    if (outcome != Outcome::kContinue) return outcome;
    if (!terminate && go_to_next_cors(run)) return Outcome::kContinue;
    return answer_nothing(run, "CORS preflight matches no allowed origin, method and headers: empty 200");
  }
  if (!matches) {
    if (terminate) return answer_nothing(run, "the origin is not allowed: empty 200");
    return Outcome::kContinue;
  }
  if (config.exposed != nullptr) {
    std::span<std::string_view> exposed;
    if (!get_texts(run, config.exposed->items, exposed)) return Outcome::kFail;
    decision.exposed = joined_with_commas(run, exposed);
  }
  run.at_end(&add_to_response, run.arena().make<Decision>(decision));
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kCors = policy<Cors, &run>("cors", kAttributes, kChildren).in(kInboundOnly).once().answering_preflight().checked_by(&check);

}  // namespace portcullis
