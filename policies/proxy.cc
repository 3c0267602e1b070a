// proxy: backend calls of this request go through a forward proxy; inside send-request, that call does.
// source: proxy-policy
//
// Only plain HTTP to the proxy. A later statement replaces an earlier one.
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/callout.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct Proxy {
  Setting<std::string_view> url;
  Setting<std::string_view> username;
  Setting<std::string_view> password;
};

constexpr AttributeSpec kAttributes[] = {
    required<&Proxy::url>("url"),
    optional<&Proxy::username>("username"),
    optional<&Proxy::password>("password"),
};

bool is_proxy_url(std::string_view text) {
  UrlView url;
  return parse_url(text, url) && url.scheme == "http";
}

void check(Reader& reader, const Element& element, void* config) {
  const auto& proxy = *static_cast<const Proxy*>(config);
  const Attribute* url = element.find("url");
  if (url != nullptr && url->value.is_literal() && !is_proxy_url(trim_ascii(proxy.url.literal))) {
    reader.report(url->value.span, policy_code::kWrongLiteral,
                  joined("`", trim_ascii(proxy.url.literal), "` is no URL of a proxy"),
                  "write http://host:port; the connection to a proxy is plain HTTP");
  }
  if (proxy.password.is_present && !proxy.username.is_present) {
    reader.report(element.find("password")->name_span, policy_code::kConflict, "a password needs a `username`");
  }
}

Outcome run(PolicyRun& run, const Proxy& config) {
  std::string_view url;
  ProxySettings proxy;
  if (!run.get(config.url, url) || !run.get(config.username, proxy.username) ||
      !run.get(config.password, proxy.password))
    return Outcome::kFail;
  proxy.url = trim_ascii(url);
  if (!is_proxy_url(proxy.url)) return run.fail({}, joined("`", url, "` is no URL of a proxy: http://host:port."));
  proxy = {run.text(proxy.url), run.text(proxy.username), run.text(proxy.password)};
  if (run.building_request() != nullptr) {
    set_callout_proxy(run, proxy);
  } else {
    Exchange& exchange = run.exchange();
    exchange.proxy_url = proxy.url;
    exchange.proxy_username = proxy.username;
    exchange.proxy_password = proxy.password;
  }
  if (run.tracing()) run.trace(joined("Calls go through the proxy ", proxy.url));
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kProxy = policy<Proxy, &run>("proxy", kAttributes).in(kInboundOnly).checked_by(&check);

}  // namespace portcullis
