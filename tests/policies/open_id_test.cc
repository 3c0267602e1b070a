// Signing keys shared by requests that overlap: one fetch for all who ask, whatever becomes of who fetches.
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/portcullis.hpp"
#include "tests/policies/token_writer.h"
#include "tests/support/stopped_clock.h"

namespace portcullis {
namespace {

using test::StoppedClock;

constexpr Ticks kNow = 638'819'568'000'000'000;  // 2025-05-04T12:00:00Z

/// A policy, a good token for it, and what the provider answers.
struct Fixture {
  Fixture() {
    const std::string_view text =
        R"xml(<policies><inbound><validate-jwt header-name="A"><openid-config url="https://id/meta" /></validate-jwt><return-response /></inbound></policies>)xml";
    const PolicyText document{Scope::kApi, "api", text};
    const Loaded loaded = load(*library, {.documents = {&document, 1}});
    program = loaded.program;
    REQUIRE(program != nullptr);
    headers.push_back({"A", token});
    context.request.method = "GET";
    context.request.url = {.scheme = "https", .host = "gw", .port = 443, .path = "/", .query = {}};
    context.request.headers = headers;
    context.timestamp = kNow;
    options.environment = &clock;
    options.stores.documents = documents.get();
  }
  std::unique_ptr<Execution> start() { return std::make_unique<Execution>(program, context, options); }

  decltype(make_library()) library = make_library();
  std::shared_ptr<const Program> program;
  std::string token = test::expand_tokens(R"($(jwt RS256 rsa1 {"iss":"me","exp":"@9000"} {"kid":"k"}))");
  std::string metadata = R"({"issuer":"me","jwks_uri":"https://id/keys"})";
  std::string keys = test::expand_tokens(R"({"keys":[$(jwk rsa1 k)]})");
  std::vector<HeaderView> headers;
  StoppedClock clock;
  std::unique_ptr<DocumentStore> documents = make_memory_documents();
  ContextView context;
  ExecutionOptions options;
};

const Effect& only(const Step& step) {
  REQUIRE(step.effects.size() == 1);
  return step.effects[0];
}
bool asks_for(const Step& step, std::string_view url) {
  const auto* call = step.effects.size() == 1 ? std::get_if<HttpCall>(&step.effects[0].request) : nullptr;
  return call != nullptr && call->url == url;
}
Step answer(Execution& execution, const Step& step, std::string_view body, std::uint16_t status = 200) {
  const std::vector<Reply> replies{
      {only(step).id,
       ResponseReply{{.status = status, .reason = {}, .headers = {}, .body = {BodyState::kBuffered, body}}}}};
  return execution.resume(replies);
}
Step done(Execution& execution, const Step& step) {
  const std::vector<Reply> replies{{only(step).id, DoneReply{}}};
  return execution.resume(replies);
}

TEST_CASE("while one request fetches the keys the others wait for them", "[unit]") {
  Fixture fixture;
  const auto first = fixture.start();
  const auto second = fixture.start();
  Step fetching = first->resume();
  CHECK(asks_for(fetching, "https://id/meta"));
  Step waiting = second->resume();
  CHECK(std::holds_alternative<Delay>(only(waiting).request));
  fetching = answer(*first, fetching, fixture.metadata);
  CHECK(asks_for(fetching, "https://id/keys"));
  waiting = done(*second, waiting);
  CHECK(std::holds_alternative<Delay>(only(waiting).request));
  fetching = answer(*first, fetching, fixture.keys);
  CHECK(fetching.done());
  CHECK(first->response().status == 200);
  CHECK(done(*second, waiting).done());
  CHECK(second->response().status == 200);
}

TEST_CASE("who fetched may vanish: another one fetches after a while", "[unit]") {
  Fixture fixture;
  auto first = fixture.start();
  CHECK(asks_for(first->resume(), "https://id/meta"));
  first.reset();
  const auto second = fixture.start();
  Step step = second->resume();
  CHECK(std::holds_alternative<Delay>(only(step).request));
  fixture.clock.advance(std::chrono::milliseconds(16'000));
  // It waited long enough, and goes on without keys.
  step = done(*second, step);
  CHECK(step.done());
  CHECK(second->response().status == 401);
  fixture.clock.advance(std::chrono::milliseconds(15'000));
  const auto third = fixture.start();
  CHECK(asks_for(third->resume(), "https://id/meta"));
}

TEST_CASE("a fetch that fails leaves those who waited without keys, not without an answer", "[unit]") {
  Fixture fixture;
  const auto first = fixture.start();
  const auto second = fixture.start();
  const Step fetching = first->resume();
  const Step waiting = second->resume();
  const std::vector<Reply> gone{{only(fetching).id, FailureReply{FailureReply::Kind::kClientGone, {}}}};
  CHECK(first->resume(gone).done());
  CHECK(done(*second, waiting).done());
  CHECK(second->response().status == 401);
  CHECK(second->last_error()->reason == "TokenSignatureKeyNotFound");
}

TEST_CASE("keys that change between two answers do not let anybody in", "[unit]") {
  Fixture fixture;
  const auto first = fixture.start();
  Step step = answer(*first, first->resume(), fixture.metadata);
  const std::string other = test::expand_tokens(R"({"keys":[$(jwk rsa2 k)]})");
  step = answer(*first, step, other);
  CHECK(step.done());
  CHECK(first->last_error()->reason == "TokenSignatureInvalid");
}

TEST_CASE("without a store each request fetches for itself, once", "[unit]") {
  Fixture fixture;
  fixture.options.stores.documents = nullptr;
  for (int i = 0; i < 2; ++i) {
    const auto execution = fixture.start();
    Step step = execution->resume();
    CHECK(asks_for(step, "https://id/meta"));
    step = answer(*execution, step, fixture.metadata);
    CHECK(asks_for(step, "https://id/keys"));
    step = answer(*execution, step, fixture.keys);
    CHECK(step.done());
    CHECK(execution->response().status == 200);
  }
}

TEST_CASE("a host that answers with the wrong kind of reply lets nobody in", "[unit]") {
  Fixture fixture;
  const auto execution = fixture.start();
  const Step step = execution->resume();
  CHECK(done(*execution, step).done());
  CHECK(execution->response().status == 401);
}

}  // namespace
}  // namespace portcullis
