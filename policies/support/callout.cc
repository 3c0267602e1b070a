#include "policies/support/callout.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/call.h"
#include "policies/support/exists_action.h"

namespace portcullis {

namespace {

constexpr std::chrono::seconds kDefaultTimeout{60};
constexpr Word kModes[] = {{"new", 0}, {"copy", 1}};
struct CalloutRequest : Request {
  bool copied;
  std::string_view certificate_pem;  // presented to the peer
  ProxySettings proxy;
};

Outcome on_leave(PolicyRun& run, ExitHandler&, Outcome why) {
  run.begin_request(nullptr);
  return why;
}

// The current request as it would be forwarded; copying never consumes its body. source: integration.md#1
void copy_request(PolicyRun& run, CalloutRequest& into) {
  const Exchange& exchange = run.exchange();
  into.method = exchange.request.method;
  into.url = exchange.request.url;
  into.headers = exchange.request.headers;
  into.headers.remove(HeaderName("Content-Length"), run.arena());
  into.headers.remove(HeaderName("Host"), run.arena());
  const bool request_side = run.section() == Section::kInbound || run.section() == Section::kBackend;
  if (request_side) {
    into.body.state = exchange.request.body.state;
    into.body.content = exchange.request.body.content;
  }
}

bool is_illegal_in_url(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte >= 0x7F || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`' || c == '{' || c == '|' || c == '}';
}

// Illegal characters of an author's URL are encoded; escapes stay. source: integration.md#1 (chosen)
std::string_view legal_url(PolicyRun& run, std::string_view url) {
  if (std::none_of(url.begin(), url.end(), is_illegal_in_url)) return url;
  std::string out;
  for (const char c : url) {
    if (is_illegal_in_url(c)) {
      append_percent_octet(out, c);
    } else {
      out += c;
    }
  }
  return run.text(out);
}

}  // namespace

void check_callout(Reader& reader, const Element& element, const Callout& callout) {
  check_timeouts(reader, element);
  check_word(reader, element, "mode", kModes);
  const bool is_new = callout.mode.expression == nullptr && !equals_ignoring_ascii_case(trim_ascii(callout.mode.literal), "copy");
  if (is_new && !callout.url.is_present) {
    reader.report(element.name_span, policy_code::kMissingChild, joined("`", element.name, "` lacks its child `<set-url>`"),
                  "a new request needs an absolute URL: <set-url>https://…</set-url>");
  }
}

Outcome begin_callout(PolicyRun& run, const FlowOp& op, const Callout& callout) {
  std::string_view mode;
  if (!run.get(callout.mode, mode)) return Outcome::kFail;
  std::int64_t word = 0;
  if (!match_word(mode, kModes, word)) return run.fail({}, joined("The mode `", mode, "` is neither `new` nor `copy`."));
  CalloutRequest* request = run.arena().make<CalloutRequest>();
  request->type = run.exchange().request.type;
  request->body.type = run.exchange().request.body.type;
  request->body.message = request;
  request->url.type = run.exchange().request.url.type;
  request->method = "GET";
  request->copied = word == 1;
  if (request->copied) copy_request(run, *request);
  run.begin_request(request);
  run.push(run.arena().make<ExitHandler>(&on_leave, &op));
  return Outcome::kContinue;
}

void set_callout_certificate(PolicyRun& run, std::string_view pem) {
  static_cast<CalloutRequest*>(run.building_request())->certificate_pem = pem;
}

void set_callout_proxy(PolicyRun& run, const ProxySettings& proxy) { static_cast<CalloutRequest*>(run.building_request())->proxy = proxy; }

bool finish_callout(PolicyRun& run, const Callout& callout, HttpCall& call, std::string_view& problem) {
  const auto& request = *static_cast<const CalloutRequest*>(run.building_request());
  std::string_view url;
  if (!run.get(callout.url, url)) return false;
  if (!get_timeout(run, callout.timeout, callout.timeout_ms, kDefaultTimeout, call.timeout)) return false;
  run.pop();
  run.begin_request(nullptr);
  url = trim_ascii(url);
  if (!callout.url.is_present && request.copied) url = request.url.text(run.arena());
  call.purpose = Purpose::kCallout;
  call.policy = run.step().element;
  call.method = request.method;
  call.url = legal_url(run, url);
  call.headers = outgoing_headers(run, request.headers, true);
  call.client_certificate_pem = request.certificate_pem;
  call.proxy_url = request.proxy.url;
  call.proxy_username = request.proxy.username;
  call.proxy_password = request.proxy.password;
  call.body = {request.body.state, request.body.content};
  if (request.body.replaced && request.body.content.empty()) call.body = {BodyState::kNone, {}};
  UrlView parsed;
  if (!parse_url(call.url, parsed)) problem = run.text(joined("`", url, "` is no absolute http or https URL."));
  return true;
}

}  // namespace portcullis
