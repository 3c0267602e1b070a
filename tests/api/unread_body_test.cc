// A body that no policy reads is neither buffered nor parsed: it lies in memory that must not be touched, or is not
// there at all.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <utility>
#include <variant>

#include <catch2/catch.hpp>

#include "portcullis/portcullis.hpp"

using namespace portcullis;  // NOLINT(google-build-using-namespace)

namespace {

/// Bytes that nobody may read: whoever does is killed.
class Forbidden {
 public:
  Forbidden() : start_(mmap(nullptr, kSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    REQUIRE(start_ != MAP_FAILED);
  }
  ~Forbidden() { munmap(start_, kSize); }
  Forbidden(const Forbidden&) = delete;
  Forbidden& operator=(const Forbidden&) = delete;
  [[nodiscard]] std::string_view view() const { return {static_cast<const char*>(start_), kSize}; }

 private:
  static constexpr std::size_t kSize = std::size_t{10} << 20;
  void* start_;
};

constexpr HeaderView kJson[] = {{"Content-Type", "application/json"}};

ContextView posting(const BodyView& body) {
  ContextView context;
  context.request.method = "POST";
  context.request.url = {.scheme = "https", .host = "api.example", .port = 443, .path = "/orders"};
  context.request.headers = kJson;
  context.request.body = body;
  return context;
}

std::shared_ptr<const Program> program_of(const Library& library, const std::string& inbound,
                                          const std::string& outbound) {
  const std::string text =
      "<policies><inbound>" + inbound + "</inbound><outbound>" + outbound + "</outbound></policies>";
  const PolicyText document{.scope = Scope::kApi, .name = "test", .text = text};
  Loaded loaded = load(library, {.documents = {&document, 1}});
  CAPTURE(loaded.reports.empty() ? std::string() : loaded.reports.front().text);
  REQUIRE(loaded.program != nullptr);
  return std::move(loaded.program);
}

const std::string kLooksAtHeaders =
    R"x(<set-header name="X-Path"><value>@(context.Request.Url.Path + context.Request.Headers.GetValueOrDefault("A", ""))</value></set-header>
       <choose><when condition="@(context.Request.Method == "POST")"><set-query-parameter name="a"><value>b</value></set-query-parameter></when></choose>
       <rewrite-uri template="/other" />)x";
const std::string kLooksAtStatus =
    R"x(<set-header name="X-Status"><value>@(context.Response.StatusCode.ToString())</value></set-header>)x";

}  // namespace

TEST_CASE("bodies that nobody reads stream past", "[api]") {
  const auto library = make_library();
  const auto program = program_of(*library, kLooksAtHeaders, kLooksAtStatus);
  CHECK_FALSE(requirements(*program).reads_request_body);
  CHECK_FALSE(requirements(*program).reads_response_body);

  const ContextView context = posting({BodyState::kStream, {}});
  Execution execution(program, context);
  const Step step = execution.resume();
  REQUIRE(step.effects.size() == 1);
  const auto* call = std::get_if<HttpCall>(&step.effects.front().request);
  REQUIRE(call != nullptr);  // and no ReadBody before it
  CHECK(call->body.state == BodyState::kStream);

  const Reply reply{step.effects.front().id,
                    ResponseReply{{.status = 200, .reason = "OK", .headers = kJson, .body = {BodyState::kStream, {}}}}};
  const Step last = execution.resume({&reply, 1});
  REQUIRE(last.done());
  CHECK(last.effects.empty());
  CHECK(execution.response().body.state == BodyState::kStream);
}

TEST_CASE("bodies that nobody reads are not looked at, though they are there", "[api]") {
  const auto library = make_library();
  const auto program = program_of(*library, kLooksAtHeaders, kLooksAtStatus);
  const Forbidden sent, received;

  const ContextView context = posting({BodyState::kBuffered, sent.view()});
  Execution execution(program, context);
  const Step step = execution.resume();
  REQUIRE(step.effects.size() == 1);
  const auto* call = std::get_if<HttpCall>(&step.effects.front().request);
  REQUIRE(call != nullptr);
  CHECK(static_cast<const void*>(call->body.content.data()) == sent.view().data());  // not a copy
  CHECK(call->body.content.size() == sent.view().size());

  const Reply reply{
      step.effects.front().id,
      ResponseReply{
          {.status = 200, .reason = "OK", .headers = kJson, .body = {BodyState::kBuffered, received.view()}}}};
  REQUIRE(execution.resume({&reply, 1}).done());
  CHECK(static_cast<const void*>(execution.response().body.content.data()) == received.view().data());
  CHECK(execution.cost().arena_bytes < 100'000);
}

TEST_CASE("a body that is read is asked for", "[api]") {
  const auto library = make_library();
  const auto program =
      program_of(*library, R"x(<set-variable name="b" value="@(context.Request.Body.As<string>())" />)x",
                 R"x(<set-variable name="c" value="@(context.Response.Body.As<string>())" />)x");
  CHECK(requirements(*program).reads_request_body);
  CHECK(requirements(*program).reads_response_body);
  const ContextView context = posting({BodyState::kStream, {}});
  Execution execution(program, context);
  const Step step = execution.resume();
  REQUIRE(step.effects.size() == 1);
  CHECK(std::holds_alternative<ReadBody>(step.effects.front().request));
}
