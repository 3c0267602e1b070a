// Answers that stream past the AI policies: cut anywhere they give the same, and take a bounded amount of memory.
#include "hosts/scripted/streaming.h"

#include <algorithm>
#include <malloc.h>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "hosts/files/owned_context.h"
#include "hosts/scripted/backends.h"
#include "hosts/scripted/world.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::test {
namespace {

using hosts::Json;

constexpr std::string_view kPolicy = R"(<policies>
  <inbound>
    <llm-token-limit counter-key="k" tokens-per-minute="100000000" remaining-tokens-header-name="x-left" />
    <llm-emit-token-metric><dimension name="API ID" /></llm-emit-token-metric>
  </inbound>
  <backend><forward-request /></backend>
  <outbound>SAFETY</outbound>
</policies>)";
constexpr std::string_view kSafety =
    R"(<llm-content-safety backend-id="safety" window-size="1000"><categories><category name="Hate" threshold="4" /></categories></llm-content-safety>)";

/// One request whose answer streams.
class Streaming {
 public:
  Streaming(bool checks, const Json& chunks, const Json& severities) {
    std::string text(kPolicy);
    text.replace(text.find("SAFETY"), 6, checks ? kSafety : "");
    library_ = make_library();
    const PolicyText document{Scope::kApi, "api", text};
    Loaded loaded = load(*library_, {.documents = {&document, 1}});
    REQUIRE(loaded.program != nullptr);
    Json calls = Json::array();
    for (const Json& severity : severities) {
      calls.push_back(
          {{"times", severity["times"]},
           {"reply",
            {{"status", 200},
             {"body", {{"categoriesAnalysis", {{{"category", "Hate"}, {"severity", severity["severity"]}}}}}}}}});
    }
    const Json reply = {{"status", 200}, {"headers", {{"Content-Type", "text/event-stream"}}}, {"chunks", chunks}};
    const auto error =
        world_.read({{"backend", {{{"reply", reply}}}}, {"calls", calls}, {"identity", {{"*", "token"}}}});
    REQUIRE_FALSE(error.has_value());
    REQUIRE_FALSE(backends_.read({{"safety", {{"url", "https://safety.example"}}}}, {}, {}).has_value());
    REQUIRE_FALSE(context_
                      .read_http("POST /v1/chat/completions\nContent-Type: application/json\n\n"
                                 R"({"model":"m","stream":true,"messages":[{"role":"user","content":"Hello"}]})")
                      .has_value());
    context_.view().backends = backends_.views();
    options_.stores = world_.stores();
    options_.environment = &world_.clock;
    execution_ = std::make_unique<Execution>(loaded.program, context_.view(), options_);
    std::vector<Reply> replies;
    for (Step step = execution_->resume(); !step.done(); step = execution_->resume(replies)) {
      world_.perform(step.effects, {}, record);
      replies = world_.next_replies();
    }
    REQUIRE(execution_->watches_response_body());
  }
  hosts::StreamedBody pass(std::size_t piece) { return hosts::stream_body(*execution_, world_, {}, record, piece); }
  Execution& execution() { return *execution_; }
  hosts::World& world() { return world_; }

  hosts::Recorded record;

 private:
  std::shared_ptr<const Library> library_;
  hosts::World world_;
  hosts::OwnedBackends backends_;
  hosts::OwnedContext context_;
  ExecutionOptions options_;
  std::unique_ptr<Execution> execution_;
};

std::string delta(const std::string& text) {
  return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
}

Json good(int times) { return {{"times", times}, {"severity", 0}}; }
Json bad(int times) { return {{"times", times}, {"severity", 6}}; }

TEST_CASE("a stream that is cut at every byte gives the same", "[unit]") {
  std::string bytes = ": hello\r\n\r\n";
  for (int i = 0; i < 40; ++i) bytes += delta("part \xC3\xA4 " + std::to_string(i) + std::string(80, 'x'));
  bytes += "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":900}}\n\ndata: [DONE]\n\n";
  for (const bool is_bad : {false, true}) {
    const Json verdicts = is_bad ? Json::array({good(2), bad(-1)}) : Json::array({good(-1)});
    Streaming whole(true, {bytes}, verdicts);
    const hosts::StreamedBody wanted = whole.pass(0);
    CHECK(wanted.is_cut == is_bad);
    if (!is_bad) CHECK(wanted.content == bytes);
    CHECK(bytes.starts_with(wanted.content));
    CHECK(wanted.content.ends_with("\n\n"));
    for (const std::size_t piece : {1, 2, 3, 7, 64, 1000}) {
      Streaming cut(true, {bytes}, verdicts);
      const hosts::StreamedBody body = cut.pass(piece);
      INFO("pieces of " << piece);
      CHECK(body.content == wanted.content);
      CHECK(body.is_cut == wanted.is_cut);
      REQUIRE(cut.record.calls.size() == whole.record.calls.size());
      for (std::size_t i = 0; i < cut.record.calls.size(); ++i)
        CHECK(cut.record.calls[i].body == whole.record.calls[i].body);
      // A stream that was cut was read less far: the piece in which it was is all that was counted.
      if (!is_bad) {
        REQUIRE(cut.record.telemetry.metrics.size() == 3);
        CHECK(cut.record.telemetry.metrics[2].value == 900);
      }
    }
  }
}

// What passes 10 MB through, and how far memory grew at most.
struct Growth {
  std::size_t arena = 0, heap = 0;
};
Growth growth_of(bool checks) {
  Streaming streaming(checks, Json::array(), {});
  Execution& execution = streaming.execution();
  const std::string event = delta("some words of an answer that goes on and on");
  const Json verdict = {{"categoriesAnalysis", {{{"category", "Hate"}, {"severity", 0}}}}};
  const std::string body = verdict.dump();
  const std::size_t arena = execution.cost().arena_bytes;
  const std::size_t heap = mallinfo2().uordblks;
  Growth growth;
  std::size_t forwarded = 0;
  std::size_t given = 0;
  const auto take = [&](Passage passage) {
    while (passage.waiting) {
      forwarded += passage.forward.size();
      const Reply reply{passage.effects.front().id,
                        ResponseReply{{.status = 200, .body = {BodyState::kBuffered, body}}}};
      passage = execution.resume_passage({&reply, 1});
    }
    forwarded += passage.forward.size();
  };
  for (; given < 10'000'000; given += event.size()) {
    take(execution.pass(event));
    growth.heap = std::max(growth.heap, mallinfo2().uordblks - std::min<std::size_t>(heap, mallinfo2().uordblks));
  }
  take(execution.finish(true));
  CHECK(forwarded == given);
  growth.arena = execution.cost().arena_bytes - arena;
  return growth;
}

TEST_CASE("10 MB pass in bounded memory", "[unit]") {
  const Growth counted = growth_of(false);
  WARN("counted: arena +" << counted.arena << " bytes, heap at most +" << counted.heap << " bytes");
  CHECK(counted.arena < 16'384);
  CHECK(counted.heap < 65'536);
  const Growth checked = growth_of(true);
  WARN("checked: arena +" << checked.arena << " bytes, heap at most +" << checked.heap << " bytes");
  CHECK(checked.arena < 16'384);
  CHECK(checked.heap < 131'072);
}

TEST_CASE("an event without an end is not held for ever", "[unit]") {
  Streaming streaming(true, Json::array(), {});
  const std::string block(100'000, 'x');
  Passage passage = streaming.execution().pass("data: ");
  std::size_t given = 0;
  for (; !passage.cut && given < 20'000'000; given += block.size()) passage = streaming.execution().pass(block);
  CHECK(passage.cut);
  CHECK(given < 5'000'000);
  CHECK(passage.forward.empty());
}

TEST_CASE("calls about a body in the wrong state are refused", "[unit]") {
  Streaming streaming(true, Json::array(), {});
  Execution& execution = streaming.execution();
  CHECK(execution.resume_passage({}).wrong_state);
  const Passage waiting = execution.pass(delta(std::string(1000, 'a')));
  REQUIRE(waiting.waiting);
  REQUIRE(waiting.effects.size() == 1);
  CHECK(execution.pass("data: x\n\n").wrong_state);
  CHECK(execution.finish(true).wrong_state);
  CHECK(execution.resume_passage({}).wrong_state);
  const Reply failed{waiting.effects.front().id, FailureReply{FailureReply::Kind::kTimeout, "slow"}};
  const Passage cut = execution.resume_passage({&failed, 1});
  CHECK(cut.cut);
  CHECK(cut.effects.size() >= 1);  // the samples of the metric
  CHECK_FALSE(execution.watches_response_body());
  CHECK(execution.finish(true).wrong_state);
  CHECK(execution.pass("x").wrong_state);
}

// ---- prompts --------------------------------------------------------------------------------------------------------

/// Knows one model, whose tokens are words.
class WordCounter final : public TokenCounter {
 public:
  std::optional<std::size_t> count(std::string_view model, std::string_view text) const override {
    if (model != "known") return std::nullopt;
    bytes += text.size();
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' '));
  }
  mutable std::size_t bytes = 0;
};

/// Runs a policy in inbound on a body; what a trace says and how the caller was answered.
struct Prompted {
  std::string trace;
  std::uint16_t status = 0;
  Cost cost;
};
Prompted run_prompt(std::string_view inbound, std::string_view body, const TokenCounter* counter) {
  const auto library = make_library();
  const std::string text = "<policies><inbound>" + std::string(inbound) + "<return-response /></inbound></policies>";
  const PolicyText document{Scope::kApi, "api", text};
  const Loaded loaded = load(*library, {.documents = {&document, 1}});
  REQUIRE(loaded.program != nullptr);
  ContextView context;
  context.request.method = "POST";
  context.request.url = {
      .scheme = "https", .host = "gw.example", .port = 443, .path = "/v1/chat/completions", .query = {}};
  context.request.body = {BodyState::kBuffered, body};
  hosts::World world;
  const ExecutionOptions options{
      .stores = world.stores(), .environment = &world.clock, .token_counter = counter, .collect_trace = true};
  Execution execution(loaded.program, context, options);
  REQUIRE(execution.resume().done());
  Prompted prompted{.trace = {}, .status = execution.response().status, .cost = execution.cost()};
  for (const TraceView& entry : execution.trace()) prompted.trace += std::string(entry.message) + "\n";
  return prompted;
}

constexpr std::string_view kEstimating =
    R"(<llm-token-limit counter-key="k" tokens-per-minute="900000000" estimate-prompt-tokens="true" />)";

TEST_CASE("the embedder's counter counts where it knows the model", "[unit]") {
  const WordCounter counter;
  const std::string known = R"({"model":"known","messages":[{"role":"user","content":"a b c d "}]})";
  CHECK(run_prompt(kEstimating, known, &counter).trace.find("prompt estimated at 10 (by the token counter)") !=
        std::string::npos);
  const std::string other = R"({"model":"other","messages":[{"role":"user","content":"a b c d "}]})";
  CHECK(run_prompt(kEstimating, other, &counter).trace.find("prompt estimated at 8 (by the bytes)") !=
        std::string::npos);
  CHECK(run_prompt(kEstimating, known, nullptr).trace.find("prompt estimated at 8 (by the bytes)") !=
        std::string::npos);
}

TEST_CASE("a prompt of 100 MB is read in place, and a counter sees a bounded part of it", "[unit]") {
  std::string body = R"({"model":"known","messages":[)";
  const std::string message = R"({"role":"user","content":")" + std::string(1'000'000, 'x') + R"( \n"},)";
  for (int i = 0; i < 100; ++i) body += message;
  body.back() = ']';
  body += '}';
  const WordCounter counter;
  const std::string policies =
      std::string(kEstimating) +
      R"(<llm-content-safety backend-id="none"><blocklists><id>a</id></blocklists></llm-content-safety>)";
  const Prompted prompted = run_prompt(policies, body, &counter);
  CHECK(prompted.trace.find("has more than 10 000 characters") != std::string::npos);
  CHECK(prompted.status == 403);
  CHECK(counter.bytes <= (std::size_t{1} << 20));
  CHECK(prompted.cost.arena_bytes < 262'144);
  CHECK(prompted.trace.find("prompt estimated at 2") != std::string::npos);
}

}  // namespace
}  // namespace portcullis::test
