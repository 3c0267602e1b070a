#include "hosts/scripted/world.h"

#include <algorithm>
#include <chrono>

#include "portcullis/token_bucket.hpp"

namespace portcullis::hosts {

namespace {

std::int64_t real_nanoseconds() { return std::chrono::steady_clock::now().time_since_epoch().count(); }
constexpr std::int64_t kExpressionNanoseconds = 5'000'000'000;
constexpr Ticks kDefaultNow = 638'819'568'000'000'000;  // 2025-05-04T12:00:00Z: fixed, so that output repeats

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
           return lower(x) == lower(y);
         });
}

// `*` stands for any characters.
bool glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string content_of(const BodyView& body, std::string_view caller_body) {
  if (body.state == BodyState::kStream) return std::string(caller_body);
  return std::string(body.content);
}

bool matches(const Json& match, const HttpCall& call, std::string_view body) {
  if (!match.is_object()) return true;
  if (match.contains("method") && !same_name(match["method"].get<std::string>(), call.method)) return false;
  if (match.contains("url") && !glob(match["url"].get<std::string>(), call.url)) return false;
  if (match.contains("body") && match["body"].get<std::string>() != body) return false;
  if (!match.contains("headers")) return true;
  for (const auto& [name, value] : match["headers"].items()) {
    const bool found = std::any_of(call.headers.begin(), call.headers.end(), [&](const HeaderView& line) {
      return same_name(line.name, name) && (value.is_null() || glob(value.get<std::string>(), line.value));
    });
    if (!found) return false;
  }
  return true;
}

// Texts, or {"base64"}; {"times": n, "text"} stands for many.
std::vector<std::string> chunks_of(const Json& list) {
  std::vector<std::string> chunks;
  for (const Json& item : list) {
    if (item.is_string()) chunks.push_back(item.get<std::string>());
    if (!item.is_object()) continue;
    const std::string text = item.contains("base64") ? decode_base64(item["base64"].get<std::string>()).value_or("") : item.value("text", "");
    chunks.insert(chunks.end(), item.value("times", std::size_t{1}), text);
  }
  return chunks;
}

constexpr std::chrono::seconds kLongestRateLimit{300};

/// An external cache that cannot be reached.
class BrokenCache final : public CacheStore {
 public:
  std::optional<bool> get(std::string_view, SystemTime, void*, void (*)(void*, std::string_view)) override { return std::nullopt; }
  bool set(std::string_view, std::string_view, std::chrono::seconds, SystemTime) override { return false; }
  bool remove(std::string_view) override { return false; }
};

}  // namespace

std::string without_private_keys(std::string_view pem) {
  std::string kept;
  for (std::size_t at = pem.find("-----BEGIN "); at != std::string_view::npos; at = pem.find("-----BEGIN ", at)) {
    const std::size_t end_line = pem.find("-----END ", at);
    if (end_line == std::string_view::npos) break;
    const std::size_t end = std::min(pem.find("-----", end_line + 9), pem.size() - 5) + 5;
    const std::string_view block = pem.substr(at, end - at);
    if (block.substr(0, 64).find("CERTIFICATE-----") != std::string_view::npos) kept.append(block).append("\n");
    at = end;
  }
  return kept;
}

std::uint64_t ScriptedClock::random() {
  // splitmix64: the same world gives the same numbers
  seed_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = seed_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

void ScriptedClock::expression_starts() { real_start_ = 0; }

bool ScriptedClock::out_of_time() {
  const std::int64_t now = real_nanoseconds();
  if (real_start_ == 0) real_start_ = now;
  return now - real_start_ > kExpressionNanoseconds;
}

World::World()
    : clock(kDefaultNow), counters_(make_memory_counters()), cache_(make_memory_cache()), slots_(make_memory_slots()), tokens_(make_memory_tokens()), documents_(make_memory_documents()), backends_(make_memory_backends()), vectors_(make_memory_vectors()) {}

void World::use_rates(bool in_buckets) { counters_ = in_buckets ? make_memory_buckets() : make_memory_counters(); }

Stores World::stores() {
  return {.counters = counters_.get(), .cache = cache_.get(), .external_cache = external_cache_.get(), .vectors = vectors_.get(), .slots = slots_.get(), .tokens = tokens_.get(), .documents = documents_.get(), .backends = backends_.get()};
}

std::optional<FileError> World::read(const Json& world) {
  if (!world.is_object()) return FileError{"a world is a JSON object"};
  try {
    if (world.contains("now")) {
      const std::optional<Ticks> now = parse_ticks(world["now"].get<std::string>());
      if (!now.has_value()) return FileError{"world.now is no ISO 8601 date"};
      clock.set(*now);
    }
    if (world.contains("backend")) {
      has_backend_rules_ = true;
      read_rules(world["backend"], backend_);
    }
    if (world.contains("calls")) read_rules(world["calls"], callouts_);
    if (world.contains("messages")) read_rules(world["messages"], messages_);
    if (world.contains("sql")) read_rules(world["sql"], sql_);
    if (world.contains("identity")) identity_ = world["identity"];
    if (world.contains("cache")) {
      if (auto error = read_cache(world["cache"], "cache", *cache_)) return error;
    }
    if (world.contains("externalCache")) {
      const Json& external = world["externalCache"];
      const bool is_away = external.is_string() && external.get<std::string>() == "unavailable";
      external_cache_ = is_away ? std::make_unique<BrokenCache>() : std::move(external_cache_);
      if (external_cache_ == nullptr) external_cache_ = make_memory_cache();
      if (auto error = is_away ? std::nullopt : read_cache(external, "externalCache", *external_cache_)) return error;
    }
    if (world.contains("vectorCache")) {
      const Json& vectors = world["vectorCache"];
      const bool is_away = vectors.is_string() && vectors.get<std::string>() == "unavailable";
      if (!is_away && !(vectors.is_object() && vectors.empty())) return FileError{"world.vectorCache is {} (an empty one) or \"unavailable\""};
      vectors_ = is_away ? nullptr : make_memory_vectors();
    }
    if (world.contains("rates")) {
      const std::string rates = world["rates"].get<std::string>();
      if (rates != "token-bucket" && rates != "sliding-window") return FileError{"world.rates is \"sliding-window\" or \"token-bucket\""};
      use_rates(rates == "token-bucket");
    }
    if (world.contains("counters")) {
      if (auto error = read_counters(world["counters"])) return error;
    }
    if (world.contains("authorizations")) authorizations_ = world["authorizations"];
  } catch (const Json::exception& error) {
    return FileError{std::string("the world has a value of the wrong kind: ") + error.what()};
  }
  return std::nullopt;
}

// {key: value}, {key: {"value": value, "expiresIn": seconds}}; a value as in the context's variables.
std::optional<FileError> World::read_cache(const Json& entries, const char* name, CacheStore& into) {
  const std::string where = std::string("world.") + name;
  if (!entries.is_object()) return FileError{where + " is an object of values by key"};
  const auto library = make_library();
  for (const auto& [key, entry] : entries.items()) {
    const bool is_timed = entry.is_object() && entry.contains("expiresIn");
    const Json& value = is_timed ? entry.at("value") : entry;
    const bool is_typed = value.is_object() && value.contains("$type");
    const std::string type = is_typed ? value["$type"].get<std::string>() : std::string();
    const std::string json = (is_typed ? value.value("value", Json()) : value).dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string problem;
    const std::optional<std::string> bytes = cache_bytes(*library, {.name = key, .type = type, .json = json}, problem);
    if (!bytes.has_value()) return FileError{where + "." + key + ": " + problem};
    const std::chrono::seconds lifetime(is_timed ? entry["expiresIn"].get<std::int64_t>() : std::int64_t{2'147'483'647});
    into.set(key, *bytes, lifetime, now());
  }
  return std::nullopt;
}

// {"<policy>|<key>": count or {"count", "secondsAgo", "renewalPeriod"}}: without a period a rate limit's, with one a quota's.
std::optional<FileError> World::read_counters(const Json& counters) {
  if (!counters.is_object()) return FileError{"world.counters is an object of counts by key"};
  for (const auto& [key, entry] : counters.items()) {
    CounterOperation add{.kind = CounterOperation::Kind::kAddAlways, .key = key, .limit = 0};
    std::chrono::seconds ago{0};
    add.sliding = true;
    add.period = kLongestRateLimit;
    if (entry.is_object()) {
      add.amount = entry.at("count").get<std::int64_t>();
      ago = std::chrono::seconds(entry.value("secondsAgo", std::int64_t{0}));
      if (entry.contains("renewalPeriod")) {
        add.sliding = false;
        add.period = std::chrono::seconds(entry["renewalPeriod"].get<std::int64_t>());
        // Where quota-by-key counts its periods from when nothing is said.
        add.first_period_start = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
      }
    } else {
      add.amount = entry.get<std::int64_t>();
    }
    counters_->apply(add, now() - ago);
  }
  return std::nullopt;
}

SystemTime World::now() {
  constexpr Ticks kUnixEpoch = 621'355'968'000'000'000;
  return SystemTime(std::chrono::milliseconds((clock.utc_now_ticks() - kUnixEpoch) / 10'000));
}

void World::read_rules(const Json& list, std::vector<Rule>& rules) {
  rules.clear();
  const Json all = list.is_array() ? list : Json::array({list});
  for (const Json& item : all) {
    Rule rule;
    rule.match = item.value("match", Json());
    rule.reply = item.value("reply", Json());
    rule.fail = item.value("fail", Json());
    rule.times = item.value("times", std::int64_t{-1});
    // A bare reply is a rule that always answers.
    if (!item.contains("reply") && !item.contains("fail") && !item.contains("match")) rule.reply = item;
    rules.push_back(std::move(rule));
  }
}

ResponseReply World::make_response(const Json& reply) {
  ResponseView view;
  view.status = reply.is_object() ? reply.value("status", std::uint16_t{200}) : std::uint16_t{200};
  std::vector<HeaderView>& lines = headers_.emplace_back();
  if (reply.is_object()) {
    view.reason = keep(reply.value("reason", view.status == 200 ? "OK" : ""));
    if (reply.contains("headers")) {
      const Json& headers = reply["headers"];
      const auto add = [&](const std::string& name, const Json& value) { lines.push_back({keep(name), keep(value.is_string() ? value.get<std::string>() : value.dump())}); };
      if (headers.is_array()) {
        for (const Json& pair : headers) add(pair[0].get<std::string>(), pair[1]);
      } else {
        for (const auto& [name, value] : headers.items()) {
          if (value.is_array()) {
            for (const Json& line : value) add(name, line);
          } else {
            add(name, value);
          }
        }
      }
    }
    if (reply.contains("body") && !reply["body"].is_null()) {
      const Json& body = reply["body"];
      std::string content = body.is_string() ? body.get<std::string>() : body.dump();
      if (body.is_object() && body.contains("base64")) content = decode_base64(body["base64"].get<std::string>()).value_or("");
      view.body = {BodyState::kBuffered, keep(std::move(content))};
    }
  }
  view.headers = lines;
  return {view};
}

World::Timed World::answer_call(EffectId id, const HttpCall& call, std::string_view caller_body, Recorded& record) {
  const std::string body = content_of(call.body, caller_body);
  SentRequest sent{.method = std::string(call.method), .url = std::string(call.url), .backend_id = std::string(call.backend_id), .body = body, .headers = {},
                   .body_state = call.body.state, .client_certificate = without_private_keys(call.client_certificate_pem),
                   .proxy = std::string(call.proxy_url), .verify_peer = call.verify_peer};
  if (!call.proxy_username.empty()) sent.proxy += " " + std::string(call.proxy_username);
  for (const HeaderView& line : call.headers) sent.headers.emplace_back(line.name, line.value);
  const bool backend = call.purpose == Purpose::kBackend;
  (backend ? record.backend_requests : record.calls).push_back(std::move(sent));
  std::vector<Rule>& rules = backend ? backend_ : callouts_;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    Rule& rule = rules[i];
    if (rule.times == 0 || !matches(rule.match, call, body)) continue;
    if (rule.times > 0) --rule.times;
    const std::chrono::milliseconds delay(rule.reply.is_object() ? rule.reply.value("delayMs", std::int64_t{0}) : 0);
    if (rule.fail.is_string()) {
      const bool timeout = rule.fail.get<std::string>() == "timeout";
      return {{id, FailureReply{timeout ? FailureReply::Kind::kTimeout : FailureReply::Kind::kConnection, keep(timeout ? "" : "scripted failure: " + rule.fail.get<std::string>())}},
              timeout ? call.timeout : std::chrono::milliseconds(0)};
    }
    if (delay > call.timeout) return {{id, FailureReply{FailureReply::Kind::kTimeout, {}}}, call.timeout};
    ResponseReply answer = make_response(rule.reply);
    if (rule.reply.is_object() && rule.reply.contains("chunks")) {
      record.response_chunks = chunks_of(rule.reply["chunks"]);
      record.response_breaks = rule.reply.value("breaks", false);
      answer.response.body = {BodyState::kStream, {}};
    }
    return {{id, answer}, delay};
  }
  if (backend && !has_backend_rules_) {
    // Nobody scripted a backend: an empty 200, so that a policy can be looked at by itself.
    return {{id, make_response(Json::object())}, std::chrono::milliseconds(0)};
  }
  if (missing_.empty()) {
    missing_ = std::string(call.policy) + " calls " + std::string(call.method) + " " + std::string(call.url) + ", and no answer is given: add {\"" +
               (backend ? "backend" : "calls") + "\": [{\"reply\": {\"status\": 200, \"body\": \"…\"}}]} to the answers, or use --live";
  }
  return {{id, FailureReply{FailureReply::Kind::kUnavailable, keep(missing_)}}, std::chrono::milliseconds(0)};
}

World::Timed World::answer_token(EffectId id, const TokenCall& call, Recorded& record) {
  record.identity_requests.push_back({std::string(call.resource), std::string(call.client_id)});
  const std::string resource(call.resource);
  const std::string with_client = resource + "|" + std::string(call.client_id);
  const Json* found = nullptr;
  if (identity_.is_object()) {
    if (identity_.contains(with_client)) found = &identity_[with_client];
    else if (identity_.contains(resource)) found = &identity_[resource];
    else if (identity_.contains("*")) found = &identity_["*"];
  }
  constexpr Ticks kUnixEpoch = 621'355'968'000'000'000;
  const std::int64_t now = (clock.utc_now_ticks() - kUnixEpoch) / 10'000'000;
  if (found == nullptr) {
    if (missing_.empty()) {
      missing_ = "authentication-managed-identity asks for a token of `" + resource + "`, and no answer is given: add {\"identity\": {\"" + resource +
                 "\": \"<token>\"}} to the answers, or use --live";
    }
    return {{id, FailureReply{FailureReply::Kind::kUnavailable, keep("Managed identity endpoint is not available on this host.")}}, {}};
  }
  if (found->is_string()) return {{id, TokenReply{keep(found->get<std::string>()), std::chrono::sys_seconds(std::chrono::seconds(now + 86'400))}}, {}};
  if (found->contains("error")) return {{id, FailureReply{FailureReply::Kind::kRefused, keep((*found)["error"].is_string() ? (*found)["error"].get<std::string>() : (*found)["error"].dump())}}, {}};
  return {{id, TokenReply{keep(found->value("token", "")), std::chrono::sys_seconds(std::chrono::seconds(now + found->value("expiresIn", std::int64_t{86'400})))}}, {}};
}

// {"provider/connection": token or {accessToken, claims} or {error}}
World::Timed World::answer_authorization(EffectId id, const AuthorizationCall& call, Recorded& record) {
  record.authorization_requests.push_back({std::string(call.provider), std::string(call.authorization), std::string(call.identity)});
  const std::string name = std::string(call.provider) + "/" + std::string(call.authorization);
  const auto refused = [&](std::string message) {
    return Timed{{id, FailureReply{FailureReply::Kind::kRefused, keep(std::move(message))}}, {}};
  };
  if (!authorizations_.is_object() || !authorizations_.contains(name)) {
    if (missing_.empty()) {
      missing_ = "get-authorization-context asks for the connection `" + name + "`, and no answer is given: add {\"authorizations\": {\"" + name +
                 "\": {\"accessToken\": \"<token>\"}}} to the answers";
    }
    return refused("There is no connection `" + name + "`.");
  }
  const Json& found = authorizations_[name];
  if (found.is_string()) return {{id, AuthorizationReply{.access_token = keep(found.get<std::string>()), .claims_json = {}}}, {}};
  if (found.contains("error")) return refused(found["error"].is_string() ? found["error"].get<std::string>() : found["error"].dump());
  const std::string_view claims = found.contains("claims") ? keep(found["claims"].dump()) : std::string_view();
  return {{id, AuthorizationReply{.access_token = keep(found.value("accessToken", "")), .claims_json = claims}}, {}};
}

// The broker takes every message unless a rule says otherwise: {match: {queue, topic}, fail: "timeout" or why}.
World::Timed World::answer_message(EffectId id, const ServiceBusMessage& message) {
  for (Rule& rule : messages_) {
    const auto differs = [&](const char* name, std::string_view value) {
      return rule.match.is_object() && rule.match.contains(name) && !glob(rule.match[name].get<std::string>(), value);
    };
    if (rule.times == 0 || differs("queue", message.queue_name) || differs("topic", message.topic_name)) continue;
    if (rule.times > 0) --rule.times;
    if (!rule.fail.is_string()) break;
    const std::string why = rule.fail.get<std::string>();
    const auto kind = why == "timeout" ? FailureReply::Kind::kTimeout : FailureReply::Kind::kConnection;
    return {{id, FailureReply{kind, keep("scripted failure: " + why)}}, {}};
  }
  return {{id, DoneReply{}}, {}};
}

World::Timed World::answer_timed(const Effect& effect, std::string_view caller_body, Recorded& record) {
  if (hosts::record(effect.request, record.telemetry)) {
    const auto* message = std::get_if<ServiceBusMessage>(&effect.request);
    return message != nullptr ? answer_message(effect.id, *message) : Timed{{effect.id, DoneReply{}}, {}};
  }
  if (const auto* call = std::get_if<HttpCall>(&effect.request)) return answer_call(effect.id, *call, caller_body, record);
  if (const auto* token = std::get_if<TokenCall>(&effect.request)) return answer_token(effect.id, *token, record);
  if (const auto* stored = std::get_if<AuthorizationCall>(&effect.request)) return answer_authorization(effect.id, *stored, record);
  if (const auto* sql = std::get_if<SqlCall>(&effect.request)) return answer_sql(effect.id, *sql, record);
  if (const auto* event = std::get_if<SubscriptionEvent>(&effect.request)) {
    record.subscription_events.push_back(event_record(*event));
    return {{effect.id, DoneReply{}}, {}};
  }
  if (const auto* delay = std::get_if<Delay>(&effect.request)) return {{effect.id, DoneReply{}}, delay->duration};
  if (const auto* reading = std::get_if<ReadBody>(&effect.request)) {
    if (!reading->of_response) return {{effect.id, BodyReply{caller_body}}, {}};
    if (record.response_breaks) return {{effect.id, FailureReply{FailureReply::Kind::kConnection, "scripted failure: the stream breaks"}}, {}};
    std::string all;
    for (const std::string& chunk : record.response_chunks) all += chunk;
    return {{effect.id, BodyReply{keep(std::move(all))}}, {}};
  }
  if (std::holds_alternative<VectorOperation>(effect.request)) return {{effect.id, FailureReply{FailureReply::Kind::kUnavailable, "the vector cache cannot be reached"}}, {}};
  if (const auto* cache = std::get_if<CacheOperation>(&effect.request)) {
    // Stores answer by themselves; what comes here found none, or one that is away.
    const bool is_away = external_cache_ != nullptr && cache->where != CacheOperation::Kept::kInternal;
    if (is_away) return {{effect.id, FailureReply{FailureReply::Kind::kUnavailable, "the cache cannot be reached"}}, {}};
    if (cache->kind == CacheOperation::Kind::kGet) return {{effect.id, CacheReply{}}, {}};
    return {{effect.id, DoneReply{}}, {}};
  }
  if (std::holds_alternative<CounterOperation>(effect.request) || std::holds_alternative<SlotOperation>(effect.request)) return {{effect.id, CounterReply{}}, {}};
  return {{effect.id, DoneReply{}}, {}};
}

void World::perform(std::span<const Effect> effects, std::string_view caller_body, Recorded& record, std::size_t execution) {
  for (const Effect& effect : effects) {
    Timed timed = answer_timed(effect, caller_body, record);
    timed.execution = execution;
    timed.due = clock.utc_now_ticks() + timed.after.count() * 10'000;
    if (effect.needs_reply) under_way_.push_back(timed);
  }
}

std::vector<World::Timed>::const_iterator World::earliest() const {
  return std::min_element(under_way_.begin(), under_way_.end(), [](const Timed& a, const Timed& b) { return a.due < b.due; });
}

std::optional<Ticks> World::next_due() const {
  if (under_way_.empty()) return std::nullopt;
  return earliest()->due;
}

std::vector<Reply> World::next_replies(std::size_t* execution) {
  std::vector<Reply> replies;
  if (under_way_.empty()) return replies;
  const Ticks due = earliest()->due;
  const std::size_t whose = earliest()->execution;
  if (execution != nullptr) *execution = whose;
  clock.set(std::max(due, clock.utc_now_ticks()));
  std::erase_if(under_way_, [&](const Timed& timed) {
    if (timed.due > due || timed.execution != whose) return false;
    replies.push_back(timed.reply);
    return true;
  });
  return replies;
}

}  // namespace portcullis::hosts
