#include "policies/support/response_cache.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

#include "base/text.h"
#include "engine/exchange/serialise.h"
#include "engine/types/type_table.h"
#include "policies/support/call.h"
#include "policies/support/text.h"

namespace portcullis {

// ---- keys ---------------------------------------------------------------------------------------------------------

namespace {

/// A text that grows in the arena. Each part says its length, so that no two requests give one key by accident.
class KeyText {
 public:
  explicit KeyText(Arena& arena) : arena_(arena) {}

  void raw(std::string_view text) {
    if (text.size() > room_.size() - size_) grow(text.size());
    if (!text.empty()) std::memcpy(room_.data() + size_, text.data(), text.size());
    size_ += text.size();
  }
  void number(std::int64_t value) { raw(number_text(arena_, value)); }
  void part(std::string_view text) {
    raw("|");
    number(static_cast<std::int64_t>(text.size()));
    raw(":");
    raw(text);
  }
  /// Missing is another thing than empty.
  void absent() { raw("|-"); }
  [[nodiscard]] std::string_view view() const { return {room_.data(), size_}; }

 private:
  void grow(std::size_t more) {
    const std::size_t larger = std::max<std::size_t>(256, (size_ + more) * 2);
    char* memory = arena_.text(larger);
    if (size_ > 0) std::memcpy(memory, room_.data(), size_);
    room_ = {memory, larger};
  }

  Arena& arena_;
  std::span<char> room_;
  std::size_t size_ = 0;
};

void add_groups(PolicyRun& run, KeyText& key) {
  const UserView* user = run.exchange().view.user;
  if (user == nullptr) return key.absent();
  const std::span<std::string_view> ids = run.arena().array<std::string_view>(user->groups.size());
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = user->groups[i].id;
  std::ranges::sort(ids);
  key.part("groups");
  for (const std::string_view id : ids) key.part(id);
}

void add_header(PolicyRun& run, KeyText& key, std::string_view name) {
  const HeaderList& headers = run.exchange().request.headers;
  const HeaderName wanted(name);
  key.part(name);
  if (headers.contains(wanted)) {
    key.part(headers.joined(wanted, run.arena()));
  } else {
    key.absent();
  }
}

// As written, sorted by name: two ways to write a character are two entries, which is never wrong.
void add_whole_query(PolicyRun& run, KeyText& key) {
  const std::string_view query = run.exchange().request.url.query;
  const auto count = static_cast<std::size_t>(std::ranges::count(query, '&')) + 1;
  const std::span<std::string_view> parts = run.arena().array<std::string_view>(count);
  std::size_t size = 0;
  for (std::size_t at = 0; at <= query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    parts[size++] = query.substr(at, end - at);
    at = end + 1;
  }
  const auto name_of_part = [](std::string_view part) { return part.substr(0, part.find('=')); };
  std::ranges::stable_sort(parts.first(size), {}, name_of_part);
  for (const std::string_view part : parts.first(size)) key.part(part);
}

void add_parameter(PolicyRun& run, KeyText& key, std::string_view name) {
  const QueryParameters& parameters = query_parameters(run.exchange().request.url, run.arena());
  key.part(name);
  bool is_there = false;
  for (const QueryParameter& parameter : parameters.items) {
    if (!equals_ignoring_ascii_case(parameter.name, name)) continue;
    key.part(parameter.value);
    is_there = true;
  }
  if (!is_there) key.absent();
  key.raw(";");
}

}  // namespace

std::string_view response_key(PolicyRun& run, const Variation& variation) {
  const Exchange& exchange = run.exchange();
  const ContextView& view = exchange.view;
  const Url& url = exchange.request.url;
  KeyText key(run.arena());
  key.raw(kResponseKeyMark);
  key.part(exchange.request.original_url.host);
  key.part(view.deployment == nullptr ? std::string_view() : view.deployment->region);
  key.part(view.product == nullptr ? std::string_view() : view.product->id);
  key.part(view.api == nullptr ? std::string_view() : view.api->id);
  key.part(view.api == nullptr ? std::string_view() : view.api->revision);
  key.part(view.operation == nullptr ? std::string_view() : view.operation->id);
  key.part(exchange.backend_id);
  key.part(url.scheme);
  key.part(url.host);
  key.number(url.port);
  key.part(url.path);
  if (variation.by_developer) key.part(view.user == nullptr ? std::string_view() : view.user->id);
  if (variation.by_developer_groups) add_groups(run, key);
  for (const std::string_view name : variation.headers) add_header(run, key, name);
  key.raw("?");
  if (variation.query_parameters.empty()) {
    add_whole_query(run, key);
  } else {
    for (const std::string_view name : variation.query_parameters) add_parameter(run, key, name);
  }
  return key.view();
}

// ---- entries ------------------------------------------------------------------------------------------------------

namespace {

constexpr std::string_view kEntryMark = "PR1";
constexpr std::size_t kEntryHead = 3 + 2 * sizeof(std::int64_t);  // the mark, when it was stored (ms), for how long (s)

std::int64_t number_at(std::string_view bytes, std::size_t at) {
  std::int64_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

// What goes with one connection, and cookies of one caller.
Response* kept_copy(PolicyRun& run, const Response& response, bool keeps_cookies) {
  Exchange& exchange = run.exchange();
  Response* copy = exchange.make_response(response.status, response.reason);
  response.headers.for_each([&](const HeaderView& line) {
    if (is_never_passed_on(line.name) || (!keeps_cookies && equals_ignoring_ascii_case(line.name, "Set-Cookie"))) return;
    copy->headers.add(line.name, line.value, run.arena());
  });
  const bool is_gone = response.body.consumed && !response.body.replaced;
  if (!is_gone) {
    copy->body.state = response.body.state;
    copy->body.content = response.body.content;
  }
  return copy;
}

}  // namespace

std::optional<CachedResponse> read_entry(PolicyRun& run, std::string_view bytes) {
  if (bytes.size() <= kEntryHead || !bytes.starts_with(kEntryMark)) return std::nullopt;
  const std::chrono::milliseconds age =
      run.now().time_since_epoch() - std::chrono::milliseconds(number_at(bytes, kEntryMark.size()));
  const std::chrono::seconds lifetime(number_at(bytes, kEntryMark.size() + sizeof(std::int64_t)));
  CachedResponse cached;
  cached.age = std::max(std::chrono::seconds(0), std::chrono::floor<std::chrono::seconds>(age));
  cached.left = lifetime - cached.age;
  if (cached.left <= std::chrono::seconds(0)) return std::nullopt;
  Object* value = nullptr;
  if (!deserialise(run.run(), bytes.substr(kEntryHead), value)) return std::nullopt;
  if (value == nullptr || !value->type->is(Known::kResponse)) return std::nullopt;
  cached.response = static_cast<Response*>(value);
  return cached;
}

std::string_view write_entry(PolicyRun& run, const Response& response, const ResponseCacheLookup& lookup) {
  std::string bytes(kEntryMark);
  for (const std::int64_t number : {static_cast<std::int64_t>(run.now().time_since_epoch().count()),
                                    static_cast<std::int64_t>(lookup.duration.count())}) {
    char raw[sizeof number];
    std::memcpy(raw, &number, sizeof number);
    bytes.append(raw, sizeof raw);
  }
  std::string problem;
  Response* copy = kept_copy(run, response, lookup.keeps_private);
  if (!serialise(run.run(), copy, bytes, problem)) return {};
  return run.text(bytes);
}

namespace {
constexpr std::size_t kMaxBodyBytes = std::size_t{2} << 20;  // source: rate-and-cache-distribution.md#4 (chosen)
}  // namespace

bool is_too_large(PolicyRun& run, const Response& response) {
  if (response.body.state != BodyState::kStream) return response.body.content.size() > kMaxBodyBytes;
  const std::string_view text = trim_ascii(response.headers.joined(HeaderName("Content-Length"), run.arena()));
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  return !text.empty() && error == std::errc{} && size > kMaxBodyBytes;
}

// ---- downstream ---------------------------------------------------------------------------------------------------

void write_downstream_headers(PolicyRun& run, Response& response, const ResponseCacheLookup& lookup,
                              std::chrono::seconds left) {
  Arena& arena = run.arena();
  if (lookup.downstream == DownstreamCaching::kNone) {
    response.headers.set("Cache-Control", "no-cache, no-store", arena);
    response.headers.remove(HeaderName("Expires"), arena);
    return;
  }
  const std::string_view who = lookup.downstream == DownstreamCaching::kPrivate ? "private" : "public";
  response.headers.set("Cache-Control",
                       concatenated(arena, {who, ", max-age=", number_text(arena, left.count()),
                                            lookup.must_revalidate ? ", must-revalidate" : ""}),
                       arena);
}

// ---- where outbound goes on -----------------------------------------------------------------------------------------

namespace {

/// The outermost container around a step that has to be left as a whole: its path, or "".
std::string_view container_of(std::string_view path) {
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = path.find('/', at);
    if (end == std::string_view::npos) return {};
    const std::string_view part = path.substr(at, end - at);
    const bool has_exit =
        part.starts_with("retry[") || part.starts_with("limit-concurrency[") || part.starts_with("wait[");
    if (has_exit) return path.substr(0, end);
    at = end + 1;
  }
  return {};
}

bool is_inside(const FlowOp& op, const StepInfo& step, std::string_view container) {
  if (op.step == nullptr || op.step->scope != step.scope || op.step->source != step.source) return false;
  const std::string_view path = op.step->path;
  return path.starts_with(container) && (path.size() == container.size() || path[container.size()] == '/');
}

}  // namespace

std::size_t behind_store(std::span<const FlowOp> outbound, std::initializer_list<const PolicySpec*> stores, Scope scope) {
  std::size_t own = outbound.size();
  std::size_t any = outbound.size();
  for (std::size_t i = 0; i < outbound.size(); ++i) {
    if (std::find(stores.begin(), stores.end(), outbound[i].spec) == stores.end()) continue;
    any = i;
    if (outbound[i].step->scope == scope) own = i;
  }
  const std::size_t store = own != outbound.size() ? own : any;
  if (store == outbound.size()) return store;
  const StepInfo& step = *outbound[store].step;
  const std::string_view container = container_of(step.path);
  std::size_t at = store + 1;
  while (!container.empty() && at < outbound.size() && is_inside(outbound[at], step, container)) ++at;
  return at;
}

}  // namespace portcullis
