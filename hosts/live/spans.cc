#include "hosts/live/spans.h"

#include <algorithm>
#include <random>

#include "hosts/files/ascii.h"

namespace portcullis::hosts {

namespace {

constexpr int kServer = 2;
constexpr int kClient = 3;
constexpr int kInternal = 1;
constexpr int kError = 2;
constexpr std::size_t kMaxText = 1'024;

std::string random_hexadecimal(std::size_t digits) {
  std::random_device device;
  std::string text;
  while (text.size() < digits) text += "0123456789abcdef"[device() & 15U];
  return text;
}

Json attribute(const char* key, std::string_view value) {
  return {{"key", key}, {"value", {{"stringValue", std::string(value.substr(0, kMaxText))}}}};
}
Json attribute(const char* key, std::int64_t value) {
  return {{"key", key}, {"value", {{"intValue", std::to_string(value)}}}};
}

std::string_view header(const ContextView& context, std::string_view name) {
  for (const HeaderView& line : context.request.headers) {
    if (same_ignoring_case(line.name, name)) return line.value;
  }
  return {};
}

bool is_hexadecimal(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
bool is_zero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

// A step's entry is written when it ends.
Json step_span(const TraceView& entry, std::uint64_t start, const std::string& trace_id, const std::string& parent) {
  const auto end = start + static_cast<std::uint64_t>(std::max<std::int64_t>(0, entry.elapsed.count()));
  const auto length = static_cast<std::uint64_t>(std::max<std::int64_t>(0, entry.duration.count()));
  const bool calls_out =
      entry.policy == "forward-request" || entry.policy == "send-request" || entry.policy == "send-one-way-request";
  Json span = {{"traceId", trace_id},
               {"spanId", random_hexadecimal(16)},
               {"parentSpanId", parent},
               {"name", std::string(entry.policy)},
               {"kind", calls_out ? kClient : kInternal},
               {"startTimeUnixNano", std::to_string(std::max(start, end - std::min(end, length)))},
               {"endTimeUnixNano", std::to_string(end)}};
  span["attributes"] =
      Json::array({attribute("portcullis.section", entry.section), attribute("portcullis.scope", entry.scope),
                   attribute("portcullis.path", entry.path), attribute("code.filepath", entry.file),
                   attribute("code.lineno", std::int64_t{entry.line})});
  return span;
}

Json event_of(const TraceView& entry, std::uint64_t start) {
  Json event = {{"timeUnixNano", std::to_string(start + static_cast<std::uint64_t>(entry.elapsed.count()))},
                {"name", std::string(entry.message.substr(0, kMaxText))}};
  event["attributes"] = Json::array();
  if (!entry.source.empty()) event["attributes"].push_back(attribute("source", entry.source));
  if (!entry.severity.empty()) event["attributes"].push_back(attribute("severity", entry.severity));
  for (const ParameterView& pair : entry.metadata)
    event["attributes"].push_back(attribute(std::string(pair.name).c_str(), pair.value));
  return event;
}

Json attributes_of(const ContextView& context, Execution& execution) {
  Json list = Json::array(
      {attribute("http.request.method", context.request.method), attribute("url.scheme", context.request.url.scheme),
       attribute("server.address", context.request.url.host), attribute("url.path", context.request.url.path),
       attribute("http.response.status_code", std::int64_t{execution.response().status})});
  if (context.api != nullptr) list.push_back(attribute("portcullis.api.id", context.api->id));
  if (context.operation != nullptr) list.push_back(attribute("portcullis.operation.id", context.operation->id));
  if (const auto error = execution.last_error(); error.has_value())
    list.push_back(attribute("error.type", error->reason.empty() ? error->source : error->reason));
  return list;
}

}  // namespace

std::optional<TraceParent> read_traceparent(std::string_view line) {
  if (line.size() != 55 || !line.starts_with("00-") || line[35] != '-' || line[52] != '-') return std::nullopt;
  const std::string_view trace = line.substr(3, 32);
  const std::string_view span = line.substr(36, 16);
  if (!is_hexadecimal(trace) || !is_hexadecimal(span) || !is_hexadecimal(line.substr(53)) || is_zero(trace) ||
      is_zero(span))
    return std::nullopt;
  return TraceParent{std::string(trace), std::string(span)};
}

void SpanRecorder::add(const ContextView& context, Execution& execution, std::uint64_t start_unix_nano,
                       std::uint64_t end_unix_nano) {
  if (spans_.size() >= limits_.total) {
    ++dropped_;
    return;
  }
  const std::optional<TraceParent> parent = read_traceparent(header(context, "traceparent"));
  const std::string trace_id = parent.has_value() ? parent->trace_id : random_hexadecimal(32);
  const std::string root_id = random_hexadecimal(16);
  Json root = {
      {"traceId", trace_id},
      {"spanId", root_id},
      {"name", std::string(context.request.method) + " " +
                   std::string(context.operation != nullptr ? context.operation->id : context.request.url.path)},
      {"kind", kServer},
      {"startTimeUnixNano", std::to_string(start_unix_nano)},
      {"endTimeUnixNano", std::to_string(end_unix_nano)}};
  if (parent.has_value()) root["parentSpanId"] = parent->span_id;
  root["attributes"] = attributes_of(context, execution);
  root["events"] = Json::array();
  if (execution.response().status >= 500) root["status"] = {{"code", kError}};
  std::size_t left_out = 0;
  std::size_t kept = 0;
  const std::size_t most = std::min(limits_.of_request, limits_.total - spans_.size() - 1);
  Json steps = Json::array();
  for (const TraceView& entry : execution.trace()) {
    if (!entry.is_step_end && !entry.is_custom) continue;
    if (kept >= most) {
      ++left_out;
      continue;
    }
    ++kept;
    if (entry.is_custom) {
      root["events"].push_back(event_of(entry, start_unix_nano));
    } else {
      steps.push_back(step_span(entry, start_unix_nano, trace_id, root_id));
    }
  }
  if (left_out > 0) root["attributes"].push_back(attribute("portcullis.left_out", static_cast<std::int64_t>(left_out)));
  spans_.push_back(std::move(root));
  for (Json& step : steps) spans_.push_back(std::move(step));
}

Json SpanRecorder::otlp() const {
  Json scope = {{"name", "portcullis"}, {"version", std::string(version())}};
  Json resource;
  resource["attributes"] =
      Json::array({attribute("service.name", "portcullis"), attribute("service.version", version())});
  Json scope_spans = Json::array({{{"scope", std::move(scope)}, {"spans", spans_}}});
  Json whole;
  whole["resourceSpans"] = Json::array({{{"resource", std::move(resource)}, {"scopeSpans", std::move(scope_spans)}}});
  return whole;
}

}  // namespace portcullis::hosts
