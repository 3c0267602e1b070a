#include "hosts/live/live_host.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "hosts/live/http_client.h"
#include "hosts/live/identity.h"
#include "hosts/live/sql.h"

namespace portcullis::hosts {

namespace {

OutgoingRequest outgoing(const HttpCall& call, std::string_view caller_body) {
  OutgoingRequest request;
  request.method = call.method;
  request.url = call.url;
  for (const HeaderView& line : call.headers) request.headers.emplace_back(line.name, line.value);
  if (call.body.state == BodyState::kBuffered) request.body = std::string(call.body.content);
  if (call.body.state == BodyState::kStream) request.body = std::string(caller_body);
  request.timeout = call.timeout;
  request.follow_redirects = call.follow_redirects;
  request.http_version = call.http_version == HttpCall::HttpVersion::k1 ? 1 : call.http_version == HttpCall::HttpVersion::k2Or1 ? 2 : 3;
  request.proxy_url = call.proxy_url;
  request.proxy_username = call.proxy_username;
  request.proxy_password = call.proxy_password;
  request.client_certificate_pem = call.client_certificate_pem;
  request.verify_peer = call.verify_peer;
  request.verify_host = call.verify_host;
  return request;
}

class BlockingHost final : public LiveHost {
 public:
  explicit BlockingHost(SenderOptions senders) : environment_(make_system_environment()), identity_(real_identity_environment()), senders_(std::move(senders)) {}
  ~BlockingHost() override {
    for (std::thread& thread : threads_) thread.join();
  }

  Environment& environment() override { return *environment_; }
  std::vector<std::string> finish() override { return senders_.finish(); }

  std::vector<Reply> perform(std::span<const Effect> effects, std::string_view caller_body, Recorded& record) override {
    for (const Effect& effect : effects) start(effect, caller_body, record);
    std::unique_lock lock(mutex_);
    if (under_way_ == 0 && finished_.empty()) return {};
    ready_.wait(lock, [&] { return !finished_.empty(); });
    std::vector<Reply> replies;
    replies.swap(finished_);
    return replies;
  }

 private:
  void start(const Effect& effect, std::string_view caller_body, Recorded& record) {
    if (hosts::record(effect.request, record.telemetry)) return send_telemetry(effect);
    if (const auto* call = std::get_if<HttpCall>(&effect.request)) {
      OutgoingRequest request = outgoing(*call, caller_body);
      SentRequest sent{.method = request.method, .url = request.url, .backend_id = std::string(call->backend_id), .body = request.body.value_or(""), .headers = request.headers, .body_state = call->body.state, .client_certificate = without_private_keys(call->client_certificate_pem)};
      (call->purpose == Purpose::kBackend ? record.backend_requests : record.calls).push_back(std::move(sent));
      if (!call->backend_id.empty()) {
        return finish({effect.id, FailureReply{FailureReply::Kind::kUnavailable, keep("the URL of backend `" + std::string(call->backend_id) + "` is not known here")}});
      }
      run(effect, [this, request = std::move(request), id = effect.id] { return answer_call(id, request); });
    } else if (const auto* token = std::get_if<TokenCall>(&effect.request)) {
      record.identity_requests.push_back({std::string(token->resource), std::string(token->client_id)});
      run(effect, [this, id = effect.id, resource = std::string(token->resource), client = std::string(token->client_id)] { return answer_token(id, resource, client); });
    } else if (std::holds_alternative<AuthorizationCall>(effect.request)) {
      finish({effect.id, FailureReply{FailureReply::Kind::kUnavailable, "This host keeps no connections of credential providers."}});
    } else if (const auto* sql = std::get_if<SqlCall>(&effect.request)) {
      record.sql_calls.push_back(sql_record(*sql));
      run(effect, [this, id = effect.id, request = sql_request(*sql)] { return answer_sql(id, request); });
    } else if (const auto* event = std::get_if<SubscriptionEvent>(&effect.request)) {
      record.subscription_events.push_back(event_record(*event));  // no subscribers here: nobody speaks WebSockets
    } else if (const auto* delay = std::get_if<Delay>(&effect.request)) {
      run(effect, [id = effect.id, time = delay->duration] {
        std::this_thread::sleep_for(time);
        return Reply{id, DoneReply{}};
      });
    } else if (std::holds_alternative<ReadBody>(effect.request)) {
      finish({effect.id, BodyReply{caller_body}});
    } else {
      // Stores answer in process; what comes here has none.
      finish({effect.id, FailureReply{FailureReply::Kind::kUnavailable, "there is no store for this"}});
    }
  }

  // Samples are added up by whoever reads the record.
  void send_telemetry(const Effect& effect) {
    if (const auto* event = std::get_if<EventHubMessage>(&effect.request)) return senders_.post(sent(*event));
    const auto* message = std::get_if<ServiceBusMessage>(&effect.request);
    if (message == nullptr) return;
    run(effect, [this, id = effect.id, copy = sent(*message)] {
      const ServiceBusResult result = senders_.send(copy);
      if (result.outcome == ServiceBusResult::Outcome::kAccepted) return Reply{id, DoneReply{}};
      const auto kind = result.outcome == ServiceBusResult::Outcome::kTimeout ? FailureReply::Kind::kTimeout : FailureReply::Kind::kConnection;
      return Reply{id, FailureReply{kind, keep(result.problem)}};
    });
  }

  template <typename Work>
  void run(const Effect& effect, Work work) {
    const bool wants_reply = effect.needs_reply;
    {
      const std::lock_guard lock(mutex_);
      if (wants_reply) ++under_way_;
    }
    threads_.emplace_back([this, wants_reply, work = std::move(work)] {
      const Reply reply = work();
      if (!wants_reply) return;
      const std::lock_guard lock(mutex_);
      --under_way_;
      finished_.push_back(reply);
      ready_.notify_one();
    });
  }

  void finish(const Reply& reply) {
    const std::lock_guard lock(mutex_);
    finished_.push_back(reply);
  }

  std::string_view keep(std::string text) {
    const std::lock_guard lock(texts_mutex_);
    return texts_.emplace_back(std::move(text));
  }

  Reply answer_call(EffectId id, const OutgoingRequest& request) {
    IncomingResponse answer = send(request);
    using Outcome = IncomingResponse::Outcome;
    if (answer.outcome == Outcome::kTimeout) return {id, FailureReply{FailureReply::Kind::kTimeout, {}}};
    if (answer.outcome != Outcome::kOk) return {id, FailureReply{FailureReply::Kind::kConnection, keep(answer.outcome == Outcome::kTooLarge ? "the response is too large" : answer.error)}};
    ResponseView view;
    view.status = static_cast<std::uint16_t>(answer.status);
    view.reason = keep(std::move(answer.reason));
    std::vector<HeaderView> lines;
    for (auto& [name, value] : answer.headers) lines.push_back({keep(std::move(name)), keep(std::move(value))});
    view.body = {BodyState::kBuffered, keep(std::move(answer.body))};
    const std::lock_guard lock(texts_mutex_);
    view.headers = headers_.emplace_back(std::move(lines));
    return {id, ResponseReply{view}};
  }

  Reply answer_token(EffectId id, const std::string& resource, const std::string& client_id) {
    TokenResult result = identity_.acquire(resource, client_id);
    if (!result.token.has_value()) return {id, FailureReply{FailureReply::Kind::kRefused, keep(std::move(result.error))}};
    return {id, TokenReply{keep(std::move(result.token->text)), result.token->expires_at}};
  }

  Reply answer_sql(EffectId id, const SqlRequest& request) {
    SqlResult result = run_sql(request);
    if (!result.error.empty()) return {id, FailureReply{FailureReply::Kind::kConnection, keep(std::move(result.error))}};
    return {id, BodyReply{keep(std::move(result.rows))}};
  }

  std::unique_ptr<Environment> environment_;
  IdentityClient identity_;
  Senders senders_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::size_t under_way_ = 0;
  std::vector<Reply> finished_;
  std::mutex texts_mutex_;
  std::deque<std::string> texts_;
  std::deque<std::vector<HeaderView>> headers_;
};

}  // namespace

std::unique_ptr<LiveHost> make_live_host(SenderOptions senders) { return std::make_unique<BlockingHost>(std::move(senders)); }

}  // namespace portcullis::hosts
