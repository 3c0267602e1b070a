// W1 seed, W2 settings, W3 choose, W5 loop, W6 numeric, W7 limits: by hand.
#include <algorithm>
#include <charconv>

#include "bench/workloads/native_state.h"

namespace portcullis::bench::native {

// The variable is the tail of the header's value: one copy serves both.
void seed(const Input&, State& state, Scratch& scratch, Effects& effects) {
  constexpr std::string_view kBearer = "Bearer ";
  char* const start = scratch.here();
  char* at = put(start, kBearer);
  {
    const std::lock_guard lock(state.token_lock);
    const auto found = state.tokens.find(kTokenResource);
    if (found == state.tokens.end() || found->second.expires_milliseconds <= kNowMilliseconds) return;
    at = put(at, found->second.text);
  }
  const std::string_view value = scratch.finish(start, at);
  effects.set("managed-id-access-token", value.substr(kBearer.size()));
  effects.headers.add({"Authorization", value});
}

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string_view decode(std::string_view text, Scratch& scratch) {
  if (text.find_first_of("%+") == std::string_view::npos) return text;
  char* const start = scratch.here();
  char* at = start;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      *at++ = static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      *at++ = text[i] == '+' ? ' ' : text[i];
    }
  }
  return scratch.finish(start, at);
}

void parse_query(std::string_view query, Scratch& scratch, Effects& effects) {
  while (!query.empty() && effects.query.size < effects.query.items.size() - 2) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    const std::size_t equals = std::min(part.find('='), part.size());
    effects.query.add(
        {decode(part.substr(0, equals), scratch), decode(part.substr(std::min(equals + 1, part.size())), scratch)});
    query.remove_prefix(std::min(end + 1, query.size()));
  }
}

void set_query(Effects& effects, std::string_view name, std::string_view value) {
  for (std::size_t i = 0; i < effects.query.size; ++i) {
    if (effects.query.items[i].first == name) {
      effects.query.items[i].second = value;
      return;
    }
  }
  effects.query.add({name, value});
}

std::string_view query_value(const Effects& effects, std::string_view name, std::string_view fallback) {
  for (const auto& [key, value] : effects.query) {
    if (key == name) return value;
  }
  return fallback;
}

template <typename... Parts>
std::string_view join(Scratch& scratch, Parts... parts) {
  char* const start = scratch.here();
  char* at = start;
  ((at = put(at, parts)), ...);
  return scratch.finish(start, at);
}

}  // namespace

void settings(const Input& input, State&, Scratch& scratch, Effects& effects) {
  const std::string_view request_id = header(input, "x-request-id", "none");
  const std::string_view user_id = header(input, "x-user-id", "N/A");
  const std::string_view environment = header(input, "x-environment", "") == "prod" ? "production" : "test";
  effects.set("requestId", request_id);
  effects.set("userId", user_id);
  effects.set("env", environment);
  effects.headers.add({"X-Correlation", join(scratch, environment, std::string_view("-"), request_id)});
  effects.headers.add({"X-Forwarded-Host", input.host});
  effects.headers.add({"X-User", join(scratch, std::string_view("user:"), user_id)});
  effects.headers.add({"X-Client-Ip", input.ip});
  parse_query(input.query, scratch, effects);
  set_query(effects, "api-version", query_value(effects, "api-version", "2024-02-01"));
  set_query(effects, "tenant", header(input, "x-tenant", "default"));
  effects.headers.add(
      {"X-Cache-Key", join(scratch, user_id, std::string_view(":"), input.method, std::string_view(":"), input.path)});
}

namespace {

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(),
                     [](char a, char b) { return to_lower(a) == b; }) != text.end();
}

std::string_view choose_backend(const Input& input, State& state, std::string_view model) {
  constexpr std::string_view kPerformance = "prf.platform.contoso.example";
  if (input.method == "OPTIONS") return "preflight";
  if (header(input, "x-environment", "") == "prod") return "production";
  if (input.path.starts_with("/internal/")) return "internal";
  if (header(input, "x-orginal-host-for", "").find(kPerformance) != std::string_view::npos ||
      input.host.find(kPerformance) != std::string_view::npos)
    return "performance";
  if (model == "model-router" || model == "gpt-5" || model == "DeepSeek-R1") return "foundry3";
  if (contains_ignoring_case(header(input, "user-agent", ""), "curl/")) return "curl";
  if (state.embeddings.matches(input.path)) return "embeddings";
  if (model.starts_with("gpt-4o") && state.version.matches(header(input, "x-client-version", ""))) return "foundry2";
  return "foundry1";
}

}  // namespace

void choose(const Input& input, State& state, Scratch&, Effects& effects) {
  const std::string_view model = parameter(input, "deployment-id");
  effects.set("requestedModel", model);
  effects.backend = choose_backend(input, state, model);
}

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

char* put_scopes(std::string_view scopes, char* at) {
  int n = 0;
  for (bool more = true; more;) {
    const std::size_t end = scopes.find(',');
    more = end != std::string_view::npos;
    const std::string_view item = trim(scopes.substr(0, end));
    scopes.remove_prefix(more ? end + 1 : scopes.size());
    if (item.empty() || item[0] == '#') continue;
    if (n > 0) *at++ = ';';
    at = std::transform(item.begin(), item.end(), at, to_lower);
    *at++ = '=';
    at = std::to_chars(at, at + 12, n++).ptr;
  }
  return at;
}

}  // namespace

// Names and values of these requests are ASCII; lower case of others would need tables.
void loop(const Input& input, State&, Scratch& scratch, Effects& effects) {
  const std::string_view scopes = header(input, "x-scopes", "");
  effects.set("scopes", scopes);
  List<const Pair*, 128> chosen;
  for (const Pair& line : input.headers) {
    if (line.first.starts_with("X-") && line.second.size() < 64 && chosen.size < 128) chosen.add(&line);
  }
  std::stable_sort(chosen.items.begin(), chosen.items.begin() + static_cast<std::ptrdiff_t>(chosen.size),
                   [](const Pair* a, const Pair* b) { return a->first < b->first; });
  char* const start = scratch.here();
  char* at = put_scopes(scopes, start);
  *at++ = '|';
  for (const Pair* line : chosen) {
    if (line != *chosen.begin()) *at++ = ',';
    at = put(at, line->first);
    *at++ = ':';
    at = put(at, line->second);
  }
  const std::string_view summary = scratch.finish(start, at);
  effects.set("summary", summary);
  effects.headers.add({"X-Summary", summary});
}

// As the author wrote it: a remainder at each step. The first thousand characters of these bodies are ASCII, which is
// checked, so a byte is a character.
void numeric(const Input& input, State&, Scratch& scratch, Effects& effects) {
  const std::string_view text = input.body;
  effects.set("payload", text);
  if (!simdjson::validate_utf8(text.data(), text.size()) || text.size() < 1000 ||
      std::any_of(text.begin(), text.begin() + 1000, [](char c) { return static_cast<signed char>(c) < 0; })) {
    return;
  }
  std::int32_t a = 1, b = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    a = (a + static_cast<unsigned char>(text[i])) % 65521;
    b = (b + a) % 65521;
  }
  auto bits = (static_cast<std::uint32_t>(b) << 16) | static_cast<std::uint32_t>(a);
  char* const start = scratch.here();
  for (std::size_t i = 8; i-- > 0; bits >>= 4) start[i] = "0123456789ABCDEF"[bits & 15];
  effects.headers.add({"X-Checksum", scratch.finish(start, start + 8)});
}

namespace {

bool parse_ip4(std::string_view text, std::uint32_t& address) {
  address = 0;
  for (int part = 0; part < 4; ++part) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value > 255) return false;
    address = (address << 8) | value;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (part == 3) return text.empty();
    if (text.empty() || text[0] != '.') return false;
    text.remove_prefix(1);
  }
  return false;
}

constexpr std::uint32_t ip4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return (a << 24) | (b << 16) | (c << 8) | d;
}

bool is_allowed(std::uint32_t address) {
  return (address >= ip4(10, 0, 0, 0) && address <= ip4(10, 255, 255, 255)) || address == ip4(198, 51, 100, 7) ||
         (address >= ip4(203, 0, 113, 0) && address <= ip4(203, 0, 113, 127));
}

void refuse(Effects& effects, int status, std::string_view reason) {
  effects.response_status = status;
  effects.response_reason = reason;
}

std::int64_t count(State& state, std::string_view key) {
  constexpr std::int64_t kPeriodMilliseconds = 60'000;
  const std::lock_guard lock(state.counter_lock);
  auto found = state.counters.find(key);
  if (found == state.counters.end()) found = state.counters.emplace(key, State::Counter{kNowMilliseconds, 0}).first;
  State::Counter& counter = found->second;
  if (kNowMilliseconds - counter.begins_milliseconds >= kPeriodMilliseconds) counter = {kNowMilliseconds, 0};
  return ++counter.calls;
}

}  // namespace

void limits(const Input& input, State& state, Scratch& scratch, Effects& effects) {
  constexpr std::int64_t kCalls = 1'000'000'000;
  std::uint32_t address = 0;
  if (!parse_ip4(input.ip, address) || !is_allowed(address)) return refuse(effects, 403, "Forbidden");
  const std::string_view environment = header(input, "x-environment", "");
  if (!same_ignoring_case(environment, "dev") && !same_ignoring_case(environment, "test"))
    return refuse(effects, 403, "Forbidden");
  const std::int64_t calls = count(state, join(scratch, input.subscription, std::string_view(":"), input.ip));
  if (calls > kCalls) return refuse(effects, 429, "Too Many Requests");
  effects.set("remaining", kCalls - calls);
  char* const start = scratch.here();
  effects.headers.add(
      {"X-RateLimit-Remaining", scratch.finish(start, std::to_chars(start, start + 20, kCalls - calls).ptr)});
}

}  // namespace portcullis::bench::native
