// redirect-content-urls: links to the backend in a body become links to the gateway (outbound), or the other way round
// (inbound). source: redirect-content-urls-policy
//
// The page does not say how links are found. Ours: the base URL, whatever the case of scheme and host, http or https,
// with or without the default port, `/` also as JSON's `\/`, where it ends at something that ends a URL's base. source:
// transformation.md#11 (chosen)
#include <string>

#include "base/text.h"
#include "policies/support/body.h"
#include "policies/support/media_type.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct RedirectContentUrls {};

/// scheme://host[:port]/path, the path without a slash at its end.
struct Base {
  std::string_view scheme;
  std::string_view host;
  std::uint16_t port = 0;
  std::string_view path;

  [[nodiscard]] bool has_default_port() const { return port == 0 || port == (scheme == "https" ? 443 : 80); }
};

std::string_view without_slash(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

Base backend_base(PolicyRun& run) {
  const Exchange& exchange = run.exchange();
  UrlView entity;
  if (exchange.backend != nullptr && parse_url(exchange.backend->url, entity))
    return {entity.scheme, entity.host, entity.port, without_slash(entity.path)};
  const Url& url = exchange.request.url;
  return {url.scheme, url.host, url.port, without_slash(url.path.substr(0, url.base_path_size))};
}

// The public side: the API's path and, where the version stands in it, the version. source: transformation.md#11
Base public_base(PolicyRun& run) {
  const Exchange& exchange = run.exchange();
  const Url& url = exchange.request.original_url;
  Base base{url.scheme, url.host, url.port, {}};
  const ApiView* api = exchange.view.api;
  if (api == nullptr) return base;
  std::string_view path = api->path;
  while (path.starts_with('/')) path.remove_prefix(1);
  path = without_slash(path);
  std::string text = path.empty() ? std::string() : joined("/", path);
  const std::string versioned = joined(text, "/", api->version);
  const bool has_version = !api->version.empty() && url.path.starts_with(versioned) &&
                           (url.path.size() == versioned.size() || url.path[versioned.size()] == '/');
  base.path = run.text(has_version ? versioned : text);
  return base;
}

class Links {
 public:
  Links(std::string_view text, const Base& from) : text_(text), from_(from) {}

  /// The next link at or behind `at`: its length, 0 when there is none.
  std::size_t find(std::size_t& at) {
    for (at = text_.find(':', at); at != std::string_view::npos; at = text_.find(':', at + 1)) {
      const std::size_t begin = scheme_before(at);
      if (begin == at) continue;
      const std::size_t end = base_behind(begin, at);
      if (end == 0) continue;
      at = begin;
      return end - begin;
    }
    return 0;
  }
  [[nodiscard]] bool is_escaped() const { return escaped_; }

 private:
  static bool is_scheme(std::string_view text) {
    return equals_ignoring_ascii_case(text, "http") || equals_ignoring_ascii_case(text, "https");
  }

  std::size_t scheme_before(std::size_t colon) {
    std::size_t begin = colon;
    while (begin > 0 && colon - begin <= 5 && is_ascii_letter(text_[begin - 1])) --begin;
    return is_scheme(text_.substr(begin, colon - begin)) ? begin : colon;
  }

  bool slash(std::size_t& at) {
    if (text_.substr(at).starts_with("\\/")) {
      escaped_ = true;
      at += 2;
    } else if (at < text_.size() && text_[at] == '/') {
      ++at;
    } else {
      return false;
    }
    return true;
  }

  std::size_t base_behind(std::size_t begin, std::size_t colon) {
    escaped_ = false;
    std::size_t at = colon + 1;
    if (!slash(at) || !slash(at)) return 0;
    if (!equals_ignoring_ascii_case(text_.substr(at, from_.host.size()), from_.host)) return 0;
    at += from_.host.size();
    const bool is_https = colon - begin == 5;
    if (!port(at, is_https)) return 0;
    for (const char c : from_.path) {
      if (c == '/' ? !slash(at) : at >= text_.size() || text_[at] != c) return 0;
      if (c != '/') ++at;
    }
    return ends_at(at) ? at : 0;
  }

  // `:443` is what https says anyway.
  bool port(std::size_t& at, bool is_https) {
    std::size_t end = at;
    if (end < text_.size() && text_[end] == ':') {
      ++end;
      while (end < text_.size() && is_ascii_digit(text_[end])) ++end;
    }
    const std::string_view given = text_.substr(at, end - at);
    at = end;
    if (from_.has_default_port()) return given.empty() || given == (is_https ? ":443" : ":80");
    return given == joined(":", from_.port);
  }

  bool ends_at(std::size_t at) const {
    if (at == text_.size()) return true;
    return is_ascii_space(text_[at]) || std::string_view("/?#\"'<\\").find(text_[at]) != std::string_view::npos;
  }

  std::string_view text_;
  const Base& from_;
  bool escaped_ = false;
};

std::string text_of(const Base& base, bool is_escaped) {
  std::string text = joined(base.scheme, "://", base.host);
  if (!base.has_default_port()) append(text, ":", base.port);
  text += base.path;
  if (!is_escaped) return text;
  std::string escaped;
  for (const char c : text) append(escaped, c == '/' ? "\\/" : std::string_view(&c, 1));
  return escaped;
}

Outcome run(PolicyRun& run, const RedirectContentUrls&) {
  Message& message = run.message();
  if (message.body.state != BodyState::kBuffered || !is_text_type(media_type_of(message.headers, run.arena())))
    return Outcome::kContinue;
  const bool is_outbound = run.section() == Section::kOutbound;
  const Base from = is_outbound ? backend_base(run) : public_base(run);
  const Base to = is_outbound ? public_base(run) : backend_base(run);
  if (from.host.empty() || to.host.empty()) return Outcome::kContinue;
  if (!decode_body(run, message)) return Outcome::kFail;
  const std::string_view body = message.body.content;
  Links links(body, from);
  std::string out;
  std::size_t copied = 0;
  std::size_t count = 0;
  std::size_t at = 0;
  while (const std::size_t size = links.find(at)) {
    append(out, body.substr(copied, at - copied), text_of(to, links.is_escaped()));
    copied = at += size;
    ++count;
    if (out.size() > run.arena().remaining()) return run.fail({}, "The body grows beyond the memory limit.");
  }
  if (count == 0) return Outcome::kContinue;
  out += body.substr(copied);
  const bool consumed = message.body.consumed;
  run.exchange().set_body(message, run.text(out));
  message.body.consumed = consumed;
  if (run.tracing()) run.trace(joined("Redirected ", count, " URLs"));
  return Outcome::kContinue;
}

constexpr SectionSet kSections = bit(Section::kInbound) | bit(Section::kOutbound);

}  // namespace

const PolicySpec kRedirectContentUrls =
    policy<RedirectContentUrls, &run>("redirect-content-urls", std::span<const AttributeSpec>{})
        .in(kSections)
        .once()
        .emitting(&emit_with_body<RedirectContentUrls, &run>);

}  // namespace portcullis
