// The C ABI: what a host hands over reaches the policies, and what they ask for reaches the host.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/portcullis.h"
#include "tests/support/c_abi.h"

namespace {

using portcullis::test::Owned;
using portcullis::test::string_of;
using portcullis::test::text;

struct Loaded {
  explicit Loaded(std::string_view inbound) : library(pc_library_new()) {
    const std::string document = "<policies><inbound>" + std::string(inbound) + "</inbound></policies>";
    const pc_document given{.size = sizeof(pc_document), .scope = PC_API, .name = text("test"), .text = text(document)};
    program.reset(pc_program_load(library.get(), &given, 1, nullptr));
    REQUIRE(program != nullptr);
  }
  Owned<pc_library> library;
  Owned<pc_program> program;
};

pc_request request_of(std::string_view url) {
  pc_request request{};
  request.size = sizeof request;
  request.method = text("GET");
  request.url = text(url);
  request.ip_address = text("203.0.113.7");
  return request;
}
pc_options options_of() {
  pc_options options{};
  options.size = sizeof options;
  return options;
}

std::string variable(pc_execution* execution, std::string_view name) {
  pc_variable found{};
  found.size = sizeof found;
  for (size_t i = 0; pc_execution_variable(execution, i, &found) == 1; ++i) {
    if (string_of(found.name) == name) return string_of(found.type) + " " + string_of(found.value_json);
  }
  return "none";
}

/// The effect that an execution waits for first.
pc_effect effect_of(pc_execution* execution) {
  pc_effect effect{};
  effect.size = sizeof effect;
  REQUIRE(pc_execution_resume(execution) == PC_WAITING);
  REQUIRE(pc_execution_next_effect(execution, &effect) == 1);
  return effect;
}

}  // namespace

TEST_CASE("a request's matched parameters, the clock and the variables", "[api]") {
  const Loaded loaded(R"x(<set-variable name="id" value="@(context.Request.MatchedParameters["id"])" />
                          <set-variable name="year" value="@(DateTime.UtcNow.Year)" />
                          <set-variable name="elapsed" value="@(context.Elapsed.Ticks)" />)x");
  pc_request request = request_of("https://api.example/orders/42");
  const pc_header parameter{text("id"), text("42")};
  request.matched_parameters = &parameter;
  request.matched_parameter_count = 1;
  pc_options options = options_of();
  options.now_unix_milliseconds = 1'000'000'000'000;  // September 2001
  const Owned<pc_execution> execution(pc_execution_new(loaded.program.get(), &request, &options));
  REQUIRE(execution != nullptr);
  CHECK(effect_of(execution.get()).is_backend == 1);
  CHECK(variable(execution.get(), "id") == "string \"42\"");
  CHECK(variable(execution.get(), "year") == "int \"2001\"");
  CHECK(variable(execution.get(), "elapsed") == "long \"0\"");
  CHECK(variable(execution.get(), "no") == "none");
}

TEST_CASE("stores outlive an execution", "[api]") {
  const Loaded loaded(R"(<rate-limit-by-key calls="1" renewal-period="60" counter-key="k" />)");
  const pc_request request = request_of("https://api.example/");
  const Owned<pc_stores> stores(pc_stores_new());
  pc_options options = options_of();
  options.stores = stores.get();
  options.now_unix_milliseconds = 1'000'000'000'000;
  const Owned<pc_execution> first(pc_execution_new(loaded.program.get(), &request, &options));
  CHECK(effect_of(first.get()).kind == PC_EFFECT_HTTP_CALL);
  const Owned<pc_execution> second(pc_execution_new(loaded.program.get(), &request, &options));
  CHECK(pc_execution_resume(second.get()) == PC_DONE);
  pc_response response{};
  response.size = sizeof response;
  REQUIRE(pc_execution_response(second.get(), &response) == PC_DONE);
  CHECK(response.status == 429);
  // Without stores the host is asked.
  const Owned<pc_execution> third(pc_execution_new(loaded.program.get(), &request, nullptr));
  CHECK(effect_of(third.get()).kind == PC_EFFECT_STORE);
}

TEST_CASE("a token that the host has already is not asked for", "[api]") {
  const Loaded loaded(R"(<authentication-managed-identity resource="https://r.example" />)");
  const pc_request request = request_of("https://api.example/");
  const Owned<pc_stores> stores(pc_stores_new());
  pc_options options = options_of();
  options.stores = stores.get();
  options.now_unix_milliseconds = 1'000'000'000'000;
  CHECK(effect_of(Owned<pc_execution>(pc_execution_new(loaded.program.get(), &request, &options)).get()).kind ==
        PC_EFFECT_TOKEN);
  const Owned<pc_stores> filled(pc_stores_new());
  options.stores = filled.get();
  REQUIRE(pc_stores_put_token(filled.get(), text("https://r.example"), text(""), text("t0"), 1'000'003'600) == PC_DONE);
  const Owned<pc_execution> execution(pc_execution_new(loaded.program.get(), &request, &options));
  const pc_effect effect = effect_of(execution.get());
  REQUIRE(effect.kind == PC_EFFECT_HTTP_CALL);
  std::string authorization;
  for (size_t i = 0; i < effect.header_count; ++i) {
    if (string_of(effect.headers[i].name) == "Authorization") authorization = string_of(effect.headers[i].value);
  }
  CHECK(authorization == "Bearer t0");
}

TEST_CASE("memory that is given holds the execution, however little it is", "[api]") {
  const Loaded loaded(
      R"(<set-backend-service backend-id="pool" /><set-header name="A"><value>@(new string('x', 3000))</value></set-header>)");
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back("X-Line-" + std::to_string(i));
  std::vector<pc_header> lines;
  for (const std::string& name : names) lines.push_back({text(name), text("value")});
  pc_request request = request_of("https://api.example/");
  request.headers = lines.data();
  request.header_count = lines.size();
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{100}, std::size_t{1500}, std::size_t{4000}, std::size_t{1} << 20}) {
    std::vector<std::byte> memory(size + 1);
    pc_options options = options_of();
    options.memory = memory.data() + 1;  // not aligned
    options.memory_size = size;
    const Owned<pc_execution> execution(pc_execution_new(loaded.program.get(), &request, &options));
    const pc_effect effect = effect_of(execution.get());
    CAPTURE(size);
    CHECK(string_of(effect.backend_id) == "pool");
    CHECK(effect.header_count >= 101);
    const auto* place = reinterpret_cast<const std::byte*>(execution.get());
    CHECK((place >= memory.data() && place < memory.data() + memory.size()) == (size >= 1500));
  }
}

TEST_CASE("effects that were not taken are still there after the next resume", "[api]") {
  const Loaded loaded(
      R"(<send-one-way-request><set-url>https://one.example/</set-url><set-method>GET</set-method></send-one-way-request>
                         <send-request mode="new" response-variable-name="r"><set-url>https://two.example/</set-url><set-method>GET</set-method></send-request>)");
  const pc_request request = request_of("https://api.example/");
  const Owned<pc_execution> execution(pc_execution_new(loaded.program.get(), &request, nullptr));
  REQUIRE(pc_execution_resume(execution.get()) == PC_WAITING);
  pc_response answer{};
  answer.size = sizeof answer;
  answer.status = 200;
  // The second effect asked for has the second id; it is answered unseen.
  REQUIRE(pc_execution_reply_response(execution.get(), 2, &answer) == PC_WAITING);
  REQUIRE(pc_execution_resume(execution.get()) == PC_WAITING);
  std::vector<std::string> urls;
  pc_effect effect{};
  effect.size = sizeof effect;
  while (pc_execution_next_effect(execution.get(), &effect) == 1) urls.push_back(string_of(effect.url));
  CHECK(urls == std::vector<std::string>{"https://one.example/", "https://two.example/", "https://api.example/"});
}

TEST_CASE("what cannot be is refused", "[api]") {
  const Loaded loaded("");
  pc_request request = request_of("nonsense");
  CHECK(pc_execution_new(loaded.program.get(), &request, nullptr) == nullptr);
  request = request_of("https://api.example/");
  request.size = 8;
  CHECK(pc_execution_new(loaded.program.get(), &request, nullptr) == nullptr);
  CHECK(pc_stores_put_token(nullptr, text("a"), text(""), text("b"), 1) == PC_BAD_ARGUMENT);
  pc_execution_free(nullptr);
}

TEST_CASE("events, messages and metrics have their fields", "[api]") {
  const Loaded loaded(R"x(
      <log-to-eventhub logger-id="hub" partition-key="k">event</log-to-eventhub>
      <emit-metric name="calls" namespace="shop" value="2.5"><dimension name="team" value="a" /></emit-metric>
      <send-service-bus-message topic-name="t" namespace="ns.example" client-id="c">
        <message-properties><message-property name="p">v</message-property></message-properties><payload>text</payload>
      </send-service-bus-message>)x");
  const pc_request request = request_of("https://api.example/");
  const Owned<pc_execution> execution(pc_execution_new(loaded.program.get(), &request, nullptr));
  const pc_effect event = effect_of(execution.get());
  CHECK(event.kind == PC_EFFECT_EVENT);
  CHECK(event.needs_reply == 0);
  CHECK(string_of(event.name) == "hub");
  CHECK(string_of(event.body) == "event");
  REQUIRE(event.header_count == 1);
  CHECK(string_of(event.headers[0].name) + string_of(event.headers[0].value) == "partition-keyk");
  pc_effect metric{};
  metric.size = sizeof metric;
  REQUIRE(pc_execution_next_effect(execution.get(), &metric) == 1);
  CHECK(metric.kind == PC_EFFECT_METRIC);
  CHECK(string_of(metric.url) + "/" + string_of(metric.name) == "shop/calls");
  CHECK(metric.value == 2.5);
  REQUIRE(metric.header_count == 1);
  CHECK(string_of(metric.headers[0].name) + string_of(metric.headers[0].value) == "teama");
  pc_effect message{};
  message.size = sizeof message;
  REQUIRE(pc_execution_next_effect(execution.get(), &message) == 1);
  CHECK(message.kind == PC_EFFECT_MESSAGE);
  CHECK(message.needs_reply == 1);
  CHECK(string_of(message.url) + " " + string_of(message.method) + " " + string_of(message.name) == "ns.example topic t");
  CHECK(string_of(message.client_id) + string_of(message.body) == "ctext");
  REQUIRE(message.header_count == 1);
  REQUIRE(pc_execution_reply_failure(execution.get(), message.id, PC_FAILURE_REFUSED, text("no")) == PC_WAITING);
  CHECK(pc_execution_resume(execution.get()) == PC_DONE);
  pc_response response{};
  response.size = sizeof response;
  REQUIRE(pc_execution_response(execution.get(), &response) == PC_DONE);
  CHECK(response.status == 500);
}
