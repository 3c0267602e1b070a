#include "hosts/live/live_host.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "hosts/files/ascii.h"
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

bool is_event_stream(const IncomingResponse& head) {
  for (const auto& [name, value] : head.headers) {
    if (same_ignoring_case(name, "Content-Type")) return same_ignoring_case(value.substr(0, value.find_first_of("; ")), "text/event-stream");
  }
  return false;
}

class BlockingHost final : public LiveHost {
 public:
  explicit BlockingHost(SenderOptions senders) : environment_(make_system_environment()), identity_(real_identity_environment()), senders_(std::move(senders)) {}
  ~BlockingHost() override {
    if (body_ != nullptr) body_->close();
    for (std::thread& thread : threads_) thread.join();
  }

  Environment& environment() override { return *environment_; }
  std::vector<std::string> finish() override { return senders_.finish(); }
  std::shared_ptr<BodyStream> body() override {
    const std::lock_guard lock(mutex_);
    return body_;
  }

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
      if (call->purpose == Purpose::kBackend && effect.needs_reply) return run_backend_call(effect.id, std::move(request));
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
    } else if (const auto* reading = std::get_if<ReadBody>(&effect.request)) {
      if (!reading->of_response) return finish({effect.id, BodyReply{caller_body}});
      run(effect, [this, id = effect.id, body = body()] { return answer_body(id, body); });
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

  // A stream of events answers when its headers are there; its body comes behind.
  void run_backend_call(EffectId id, OutgoingRequest request) {
    {
      const std::lock_guard lock(mutex_);
      ++under_way_;
      if (body_ != nullptr) body_->close();  // of an earlier attempt
      body_ = nullptr;
    }
    threads_.emplace_back([this, id, request = std::move(request)]() mutable {
      const auto stream = std::make_shared<BodyStream>();
      bool is_answered = false;
      request.streams = [&](const IncomingResponse& head) -> BodySink {
        if (is_answered || !is_event_stream(head)) return {};
        is_answered = true;
        Reply reply = response_reply(id, head, {BodyState::kStream, {}});
        const std::lock_guard lock(mutex_);
        body_ = stream;
        answer_now(reply);
        return [stream](std::string_view piece) { return stream->write(piece); };
      };
      IncomingResponse answer = send(request);
      stream->end(answer.outcome == IncomingResponse::Outcome::kOk);
      if (is_answered) return;
      const Reply reply = reply_of(id, answer);
      const std::lock_guard lock(mutex_);
      answer_now(reply);
    });
  }

  void answer_now(const Reply& reply) {
    --under_way_;
    finished_.push_back(reply);
    ready_.notify_one();
  }

  void finish(const Reply& reply) {
    const std::lock_guard lock(mutex_);
    finished_.push_back(reply);
  }

  std::string_view keep(std::string text) {
    const std::lock_guard lock(texts_mutex_);
    return texts_.emplace_back(std::move(text));
  }

  Reply answer_call(EffectId id, const OutgoingRequest& request) { return reply_of(id, send(request)); }

  Reply reply_of(EffectId id, const IncomingResponse& answer) {
    using Outcome = IncomingResponse::Outcome;
    if (answer.outcome == Outcome::kTimeout) return {id, FailureReply{FailureReply::Kind::kTimeout, {}}};
    if (answer.outcome != Outcome::kOk) return {id, FailureReply{FailureReply::Kind::kConnection, keep(answer.outcome == Outcome::kTooLarge ? "the response is too large" : answer.error)}};
    return response_reply(id, answer, {BodyState::kBuffered, keep(answer.body)});
  }

  Reply response_reply(EffectId id, const IncomingResponse& answer, BodyView body) {
    ResponseView view;
    view.status = static_cast<std::uint16_t>(answer.status);
    view.reason = keep(answer.reason);
    std::vector<HeaderView> lines;
    for (const auto& [name, value] : answer.headers) lines.push_back({keep(name), keep(value)});
    view.body = body;
    const std::lock_guard lock(texts_mutex_);
    view.headers = headers_.emplace_back(std::move(lines));
    return {id, ResponseReply{view}};
  }

  // A policy wants the whole of a body that streams.
  Reply answer_body(EffectId id, const std::shared_ptr<BodyStream>& body) {
    const std::size_t kMost = OutgoingRequest().max_response_bytes;
    std::string all;
    while (body != nullptr) {
      const std::optional<std::string> piece = body->read();
      if (!piece.has_value()) break;
      all += *piece;
      if (all.size() <= kMost) continue;
      body->close();
      return {id, FailureReply{FailureReply::Kind::kConnection, "the response is too large"}};
    }
    if (body == nullptr || !body->is_complete()) return {id, FailureReply{FailureReply::Kind::kConnection, "the response broke off"}};
    return {id, BodyReply{keep(std::move(all))}};
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
  std::shared_ptr<BodyStream> body_;
  std::vector<Reply> finished_;
  std::mutex texts_mutex_;
  std::deque<std::string> texts_;
  std::deque<std::vector<HeaderView>> headers_;
};

}  // namespace

std::unique_ptr<LiveHost> make_live_host(SenderOptions senders) { return std::make_unique<BlockingHost>(std::move(senders)); }

}  // namespace portcullis::hosts
