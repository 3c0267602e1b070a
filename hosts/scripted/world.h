// A scripted host: its clock moves only when told, its backends, callouts and identity answer from a JSON world.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/files/owned_context.h"
#include "hosts/scripted/telemetry.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::hosts {

/// Time that stands still until `advance`; randomness that repeats.
class ScriptedClock final : public Environment {
 public:
  explicit ScriptedClock(Ticks now) : now_(now) {}
  Ticks utc_now_ticks() override { return now_; }
  std::uint64_t random() override;
  bool out_of_time() override;
  void expression_starts() override;
  void advance(std::chrono::milliseconds time) { now_ += time.count() * 10'000; }
  void set(Ticks now) { now_ = now; }

 private:
  Ticks now_;
  std::uint64_t seed_ = 0x9E3779B97F4A7C15ULL;
  std::int64_t real_start_ = 0;  // a runaway expression still ends: real nanoseconds
};

/// What an effect looked like, for the report.
struct SentRequest {
  std::string method, url, backend_id, body;
  std::vector<std::pair<std::string, std::string>> headers;
  BodyState body_state = BodyState::kNone;
  std::string client_certificate;  // PEM without the key
  std::string proxy;  // its URL; behind a space the user name, when there is one
  bool verify_peer = true;
};
struct IdentityRequest {
  std::string resource, client_id;
};
struct AuthorizationRequest {
  std::string provider, authorization, identity;
};

/// What one execution sent, in order.
struct Recorded {
  std::vector<SentRequest> backend_requests, calls;
  std::vector<IdentityRequest> identity_requests;
  std::vector<AuthorizationRequest> authorization_requests;
  Telemetry telemetry;
  /// The backend's last answer when it streams: `reply` with `chunks`; `breaks` when it ends before its end.
  std::vector<std::string> response_chunks;
  bool response_breaks = false;
  std::vector<Json> sql_calls;  // {"connection", "statement", "parameters": {name: value}, …}
  std::vector<Json> subscription_events;  // {"field", "data"}
};

/// A statement and a subscription event as a report shows them.
Json sql_record(const SqlCall& call);
Json event_record(const SubscriptionEvent& event);

/// The certificates of a PEM text, without the private keys in it: what a report may show.
std::string without_private_keys(std::string_view pem);

class World {
 public:
  World();

  /// The `world` member of a scenario, or an answers file. What is wrong, or nullopt.
  std::optional<FileError> read(const Json& world);

  /// Performs effects: their answers are due now or later. When the world has no answer for one, `missing` says what it lacks.
  /// `execution` tells apart the executions that share this world.
  void perform(std::span<const Effect> effects, std::string_view caller_body, Recorded& record, std::size_t execution = 0);
  /// When the earliest answer under way is due.
  [[nodiscard]] std::optional<Ticks> next_due() const;
  /// Moves the clock to the earliest answers that are due and gives those of one execution; empty when nothing is under way.
  std::vector<Reply> next_replies(std::size_t* execution = nullptr);
  [[nodiscard]] const std::string& missing() const { return missing_; }

  ScriptedClock clock;
  Stores stores();
  /// Rates of fresh counters: in token buckets, or in sliding windows.
  void use_rates(bool in_buckets);

 private:
  struct Rule {
    Json match, reply, fail;
    std::int64_t times = -1;  // -1: for ever
  };
  struct Timed {
    Reply reply;
    std::chrono::milliseconds after{0};
    Ticks due = 0;
    std::size_t execution = 0;
  };

  [[nodiscard]] std::vector<Timed>::const_iterator earliest() const;
  std::optional<FileError> read_cache(const Json& entries, const char* name, CacheStore& into);
  std::optional<FileError> read_counters(const Json& counters);
  void read_rules(const Json& list, std::vector<Rule>& rules);
  Timed answer_timed(const Effect& effect, std::string_view caller_body, Recorded& record);
  Timed answer_call(EffectId id, const HttpCall& call, std::string_view caller_body, Recorded& record);
  Timed answer_token(EffectId id, const TokenCall& call, Recorded& record);
  Timed answer_authorization(EffectId id, const AuthorizationCall& call, Recorded& record);
  Timed answer_message(EffectId id, const ServiceBusMessage& message);
  Timed answer_sql(EffectId id, const SqlCall& call, Recorded& record);
  ResponseReply make_response(const Json& reply);
  SystemTime now();
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  std::vector<Rule> backend_, callouts_, messages_, sql_;
  bool has_backend_rules_ = false;
  Json identity_, authorizations_;
  std::deque<std::string> texts_;
  std::deque<std::vector<HeaderView>> headers_;
  std::vector<Timed> under_way_;
  std::string missing_;
  std::unique_ptr<CounterStore> counters_;
  std::unique_ptr<CacheStore> cache_;
  std::unique_ptr<CacheStore> external_cache_;  // null: none is configured
  std::unique_ptr<SlotStore> slots_;
  std::unique_ptr<TokenStore> tokens_;
  std::unique_ptr<DocumentStore> documents_;
  std::unique_ptr<BackendStore> backends_;
  std::unique_ptr<VectorStore> vectors_;
};

}  // namespace portcullis::hosts
