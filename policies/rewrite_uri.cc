// rewrite-uri: path and query of the request as the backend gets it. source: rewrite-uri-policy
//
// Placeholders are resolved after an expression was evaluated. observed: production policies return text with {name} in it
#include <vector>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/http.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct RewriteUri {
  Setting<std::string_view> uri_template;
  Setting<bool> copy_unmatched_params = true;
};

constexpr AttributeSpec kAttributes[] = {
    required<&RewriteUri::uri_template>("template"),
    optional<&RewriteUri::copy_unmatched_params>("copy-unmatched-params"),
};

const ParameterView* find_matched(const Request& request, std::string_view name) {
  for (const ParameterView& parameter : request.matched_parameters) {
    if (equals_ignoring_ascii_case(parameter.name, name)) return &parameter;
  }
  return nullptr;
}

// Values stand decoded in MatchedParameters and are encoded for their place. False after an unknown name.
bool fill_placeholders(PolicyRun& run, std::string_view text, std::string& out) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find('{', at);
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) {
      out += text.substr(at);
      return true;
    }
    out += text.substr(at, open - at);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const ParameterView* value = find_matched(run.exchange().request, name.starts_with('*') && name.size() > 1 ? name.substr(1) : name);
    if (value == nullptr) {
      run.fail({}, joined("The template names `{", name, "}`, which the operation's URL template does not have."));
      return false;
    }
    append_percent_encoded(out, value->value);
    at = close + 1;
  }
  return true;
}

bool names_parameter(std::string_view query, std::string_view name, Arena& arena) {
  Url probe{};
  probe.query = query;
  for (const QueryParameter& item : query_parameters(probe, arena).items) {
    if (equals_ignoring_ascii_case(item.name, name)) return true;
  }
  return false;
}

// The names that the operation's template declares in its query part: `/search?kind={kind}`.
std::string_view declared_query(const Exchange& exchange) {
  if (exchange.view.operation == nullptr) return {};
  const std::string_view url_template = exchange.view.operation->url_template;
  const std::size_t question = url_template.find('?');
  return question == std::string_view::npos ? std::string_view() : url_template.substr(question + 1);
}

// Incoming pairs that neither the operation nor the new template names, in their order and as they were written.
void copy_unmatched(PolicyRun& run, const Url& url, std::string& query) {
  const std::string_view declared = declared_query(run.exchange());
  const std::string own = query;
  for (std::size_t at = 0; at < url.query.size();) {
    const std::size_t end = std::min(url.query.find('&', at), url.query.size());
    const std::string_view pair = url.query.substr(at, end - at);
    at = end + 1;
    if (pair.empty()) continue;
    Url probe{};
    probe.query = pair;
    const std::string_view name = query_parameters(probe, run.arena()).items.front().name;
    if (names_parameter(declared, name, run.arena()) || names_parameter(own, name, run.arena())) continue;
    append(query, query.empty() ? "" : "&", pair);
  }
}

Outcome run(PolicyRun& run, const RewriteUri& config) {
  std::string_view text;
  bool copy = true;
  if (!run.get(config.uri_template, text) || !run.get(config.copy_unmatched_params, copy)) return Outcome::kFail;
  text = trim_ascii(text);
  text = text.substr(0, text.find('#'));
  const std::size_t question = text.find('?');
  std::string path;
  std::string query;
  if (!fill_placeholders(run, text.substr(0, question), path)) return Outcome::kFail;
  if (question != std::string_view::npos && !fill_placeholders(run, text.substr(question + 1), query)) return Outcome::kFail;
  Url& url = run.exchange().request.url;
  if (copy) copy_unmatched(run, url, query);
  const std::string_view base = url.path.substr(0, url.base_path_size);
  url.path = run.text(joined(base, path.starts_with('/') ? "" : "/", path));
  url.query = run.text(query);
  url.parameters = nullptr;
  if (run.tracing()) run.trace(joined("URL was rewritten to ", url.path, query.empty() ? "" : "?", query));
  return Outcome::kContinue;
}

constexpr SectionSet kSections = bit(Section::kInbound) | bit(Section::kBackend);

}  // namespace

const PolicySpec kRewriteUri = policy<RewriteUri, &run>("rewrite-uri", kAttributes).in(kSections);

}  // namespace portcullis
