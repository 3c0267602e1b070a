// Requests that overlap, replies in odd orders, bodies that stream past: what case files cannot show.
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/portcullis.hpp"
#include "tests/support/stopped_clock.h"

namespace portcullis {
namespace {

using test::StoppedClock;

constexpr Ticks kNow = 638'819'568'000'000'000;

std::shared_ptr<const Program> load_api(const Library& library, std::string_view text) {
  const PolicyText document{Scope::kApi, "api", text};
  const Loaded loaded = load(library, {.documents = {&document, 1}});
  for (const Report& report : loaded.reports) UNSCOPED_INFO(report.text);
  REQUIRE(loaded.program != nullptr);
  return loaded.program;
}

ContextView context_of(std::string_view method = "GET") {
  ContextView context;
  context.request.method = method;
  context.request.url = {.scheme = "https", .host = "gw.example", .port = 443, .path = "/a", .query = {}};
  context.timestamp = kNow;
  return context;
}

const HttpCall* only_call(const Step& step) {
  REQUIRE(step.effects.size() == 1);
  return std::get_if<HttpCall>(&step.effects[0].request);
}

Reply ok(EffectId id, BodyView body = {}) {
  return {id, ResponseReply{{.status = 200, .reason = "OK", .headers = {}, .body = body}}};
}

TEST_CASE("limit-concurrency refuses the request that comes while another is inside", "[unit]") {
  const auto library = make_library();
  const auto program = load_api(
      *library,
      R"xml(<policies><backend><limit-concurrency key="k" max-count="1"><forward-request /></limit-concurrency></backend></policies>)xml");
  StoppedClock clock;
  const auto slots = make_memory_slots();
  const ContextView context = context_of();
  const ExecutionOptions options{.stores = {.slots = slots.get()}, .environment = &clock};
  Execution first(program, context, options);
  Execution second(program, context, options);
  const Step waiting = first.resume();
  REQUIRE(only_call(waiting) != nullptr);
  CHECK(second.resume().done());
  CHECK(second.response().status == 429);
  const std::vector<Reply> replies{ok(waiting.effects[0].id)};
  CHECK(first.resume(replies).done());
  CHECK(first.response().status == 200);
  Execution third(program, context, options);
  CHECK_FALSE(third.resume().done());
}

TEST_CASE("a branch that another one made useless gives its slot back", "[unit]") {
  const auto library = make_library();
  const auto program = load_api(*library, R"xml(<policies><inbound><wait for="any">
    <choose><when condition="@(true)"><limit-concurrency key="k" max-count="1"><send-request mode="new"><set-url>https://a.example/</set-url></send-request></limit-concurrency></when></choose>
    <send-request mode="new"><set-url>https://b.example/</set-url></send-request>
  </wait></inbound></policies>)xml");
  StoppedClock clock;
  const auto slots = make_memory_slots();
  const ContextView context = context_of();
  Execution execution(program, context, {.stores = {.slots = slots.get()}, .environment = &clock});
  const Step step = execution.resume();
  REQUIRE(step.effects.size() == 2);
  const EffectId late = step.effects[0].id;
  const std::vector<Reply> replies{ok(step.effects[1].id)};
  CHECK_FALSE(execution.resume(replies).done());
  CHECK(*slots->acquire("k", 1));
  // The late answer disturbs nobody.
  const std::vector<Reply> too_late{ok(late)};
  const Step after = execution.resume(too_late);
  CHECK_FALSE(after.done());
  CHECK(after.status == Status::kUnknownEffect);
}

TEST_CASE("a body that was read first is not taken for a store's answer", "[unit]") {
  const auto library = make_library();
  const auto program = load_api(*library, R"xml(<policies><inbound>
    <cache-store-value key="k" value="@(context.Request.Body.As<string>(true))" duration="60" />
    <cache-lookup-value key="@(context.Request.Body.As<string>(true).Substring(0, 1))" variable-name="v" default-value="miss" />
    <cache-lookup-value key="k" variable-name="w" default-value="miss" />
  </inbound></policies>)xml");
  StoppedClock clock;
  const auto cache = make_memory_cache();
  ContextView context = context_of("POST");
  context.request.body = {BodyState::kStream, {}};
  Execution execution(program, context, {.stores = {.cache = cache.get()}, .environment = &clock});
  const Step step = execution.resume();
  REQUIRE(step.effects.size() == 1);
  REQUIRE(std::holds_alternative<ReadBody>(step.effects[0].request));
  const std::vector<Reply> body{{step.effects[0].id, BodyReply{"text"}}};
  const Step sending = execution.resume(body);
  REQUIRE(only_call(sending) != nullptr);
  CHECK(only_call(sending)->body.content == "text");
  const std::vector<VariableView> variables = execution.variables();
  REQUIRE(variables.size() == 2);
  CHECK(variables[0].value_json == "\"miss\"");
  CHECK(variables[1].value_json == "\"text\"");
}

TEST_CASE("a caller who goes away while the body is read is an error of the pipeline", "[unit]") {
  const auto library = make_library();
  const auto program = load_api(
      *library,
      R"xml(<policies><inbound><set-variable name="a" value="@(context.Request.Body.As<string>())" /></inbound></policies>)xml");
  StoppedClock clock;
  ContextView context = context_of("POST");
  context.request.body = {BodyState::kStream, {}};
  Execution execution(program, context, {.environment = &clock});
  const Step step = execution.resume();
  REQUIRE(step.effects.size() == 1);
  const std::vector<Reply> gone{{step.effects[0].id, FailureReply{FailureReply::Kind::kClientGone, "gone"}}};
  CHECK(execution.resume(gone).done());
  REQUIRE(execution.last_error().has_value());
  CHECK(execution.last_error()->reason == "ClientConnectionFailure");
  CHECK(execution.last_error()->source == "set-variable");
}

TEST_CASE("stores that do not answer become effects, and their failure lets the call pass", "[unit]") {
  const auto library = make_library();
  const auto program = load_api(*library, R"xml(<policies><inbound>
    <rate-limit-by-key calls="1" renewal-period="10" counter-key="k" />
    <cache-lookup-value key="k" variable-name="v" default-value="miss" />
    <cache-remove-value key="k" fail-on-cache-removal-error="true" />
  </inbound></policies>)xml");
  StoppedClock clock;
  const ContextView context = context_of();
  Execution execution(program, context, {.environment = &clock});
  Step step = execution.resume();
  REQUIRE(std::holds_alternative<CounterOperation>(step.effects[0].request));
  std::vector<Reply> failed{{step.effects[0].id, FailureReply{FailureReply::Kind::kUnavailable, "no"}}};
  step = execution.resume(failed);
  REQUIRE(std::holds_alternative<CacheOperation>(step.effects[0].request));
  std::vector<Reply> garbage{{step.effects[0].id, CacheReply{"PC1s\xFFgarbage"}}};
  step = execution.resume(garbage);
  REQUIRE(std::holds_alternative<CacheOperation>(step.effects[0].request));
  failed = {{step.effects[0].id, FailureReply{FailureReply::Kind::kUnavailable, "no"}}};
  CHECK(execution.resume(failed).done());
  REQUIRE(execution.last_error().has_value());
  CHECK(execution.last_error()->source == "cache-remove-value");
  CHECK(execution.variables()[0].value_json == "\"miss\"");
}

// Everything a cache may hand back, cut and changed anywhere: a miss or a value, never a crash.
TEST_CASE("broken cache entries are misses", "[unit]") {
  const auto library = make_library();
  const auto store = load_api(*library, R"xml(<policies><inbound>
    <cache-store-value key="k" duration="60" value="@{
      var all = new Dictionary<string, object> {
        { "n", null }, { "i", 1 }, { "d", 1.5m }, { "g", Guid.Empty }, { "t", DateTime.MinValue }, { "o", DateTimeOffset.MinValue },
        { "u", new Uri("https://a.example/b") }, { "b", new byte[] { 1, 2 } }, { "a", new [] { "x", null } }, { "l", new List<int?> { 1, null } },
        { "s", new HashSet<string> { "x" } }, { "p", (1, "x") }, { "y", new { A = 1 } }, { "j", JObject.Parse("{\"a\": [1, 2.5, \"2020-01-01T00:00:00Z\", null, {}]}") },
        { "x", XElement.Parse("<a b='1'>t<c/></a>") }, { "e", DayOfWeek.Friday }, { "c", 'c' } };
      return all;
    }" />
    <cache-lookup-value key="k" variable-name="v" /></inbound></policies>)xml");
  const auto look_up = load_api(
      *library, R"xml(<policies><inbound><cache-lookup-value key="k" variable-name="v" /></inbound></policies>)xml");
  StoppedClock clock;
  const ContextView context = context_of();
  const auto cache = make_memory_cache();
  Execution writing(store, context, {.stores = {.cache = cache.get()}, .environment = &clock});
  static_cast<void>(writing.resume());
  REQUIRE(writing.variables().size() == 1);
  CHECK(writing.variables()[0].type == "Dictionary<string,object>");
  std::string bytes;
  cache->get("k", SystemTime(std::chrono::milliseconds(0)), &bytes,
             [](void* receiver, std::string_view value) { static_cast<std::string*>(receiver)->assign(value); });
  REQUIRE(bytes.size() > 100);
  std::uint64_t seed = 12345;
  for (int round = 0; round < 3000; ++round) {
    std::string changed = bytes;
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    const std::size_t at = 3 + (seed >> 33) % (bytes.size() - 3);
    if (round % 3 == 0) changed.resize(at);
    if (round % 3 != 0) changed[at] = static_cast<char>(seed >> 25);
    if (round % 3 == 2) changed[3 + (seed >> 40) % (bytes.size() - 3)] = static_cast<char>(seed >> 17);
    Execution reading(look_up, context, {.environment = &clock});
    const Step step = reading.resume();
    REQUIRE(step.effects.size() == 1);
    const std::vector<Reply> reply{{step.effects[0].id, CacheReply{changed}}};
    static_cast<void>(reading.resume(reply));
    static_cast<void>(reading.variables());
  }
}

TEST_CASE("the closing entry of a step says how long it took, waiting included", "[unit]") {
  const auto library = make_library();
  const auto program = load_api(*library, "<policies><backend><forward-request /></backend></policies>");
  StoppedClock clock;
  const ContextView context = context_of();
  Execution execution(program, context, {.environment = &clock, .collect_trace = true});
  const Step waiting = execution.resume();
  clock.now += 250'000;
  const std::vector<Reply> replies{ok(waiting.effects[0].id)};
  REQUIRE(execution.resume(replies).done());
  std::size_t ends = 0;
  for (const TraceView& entry : execution.trace()) {
    if (!entry.is_step_end || entry.policy != "forward-request") continue;
    ++ends;
    CHECK(entry.duration == std::chrono::milliseconds(25));
  }
  CHECK(ends == 1);
}

}  // namespace
}  // namespace portcullis
