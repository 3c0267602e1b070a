// The C ABI's functions for a body that streams: a host in C passes each piece by the policies and answers what they
// ask in the middle of it.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/portcullis.h"
#include "tests/support/c_abi.h"

namespace {

using portcullis::test::Owned;
using portcullis::test::text;
std::string string_of(pc_text value) { return portcullis::test::string_of(value, ""); }

constexpr std::string_view kCounts =
    R"(<llm-token-limit counter-key="k" tokens-per-minute="1000" /><llm-emit-token-metric><dimension name="API ID" /></llm-emit-token-metric>)";
constexpr std::string_view kSafety =
    R"(<llm-content-safety backend-id="safety" window-size="20"><categories><category name="Hate" threshold="4" /></categories></llm-content-safety>)";
constexpr std::string_view kBody = R"({"model":"m","stream":true,"messages":[{"role":"user","content":"Hello"}]})";
constexpr std::string_view kUsage =
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":6,\"total_tokens\":10}}\n\n";

std::string event(std::string_view content) {
  return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + std::string(content) + "\"}}]}\n\n";
}

/// A host in C: one request whose backend answers with a stream.
class Host {
 public:
  explicit Host(std::string_view inbound, std::string_view outbound = {}, bool streams = true) {
    const std::string document = "<policies><inbound>" + std::string(inbound) +
                                 "</inbound><backend><forward-request /></backend><outbound>" + std::string(outbound) +
                                 "</outbound></policies>";
    const pc_document given{.size = sizeof(pc_document), .scope = PC_API, .name = text("test"), .text = text(document)};
    program_.reset(pc_program_load(library_.get(), &given, 1, nullptr));
    REQUIRE(program_ != nullptr);
    pc_request request{};
    request.size = sizeof request;
    request.method = text("POST");
    request.url = text("https://api.example/v1/chat/completions");
    static const pc_header type{text("Content-Type"), text("application/json")};
    request.headers = &type;
    request.header_count = 1;
    request.body = text(kBody);
    request.ip_address = text("203.0.113.7");
    pc_options options{};
    options.size = sizeof options;
    options.stores = stores_.get();
    options.now_unix_milliseconds = 1'000'000'000'000;
    execution_.reset(pc_execution_new(program_.get(), &request, &options));
    REQUIRE(execution_ != nullptr);
    streams_ = streams;
    while (pc_execution_resume(execution_.get()) == PC_WAITING) answer_effects();
  }

  pc_execution* get() const { return execution_.get(); }

  /// Passes a piece and answers what is asked meanwhile. False when a policy ends the stream.
  bool pass(std::string_view piece) {
    pc_passage passage = fresh();
    const pc_status status = pc_execution_pass(get(), text(piece), &passage);
    REQUIRE(status == (passage.waiting != 0 ? PC_WAITING : PC_DONE));
    return settle(passage);
  }
  bool finish(bool complete) {
    pc_passage passage = fresh();
    const pc_status status = pc_execution_finish(get(), complete ? 1 : 0, &passage);
    REQUIRE(status == (passage.waiting != 0 ? PC_WAITING : PC_DONE));
    return settle(passage);
  }
  static pc_passage fresh() {
    pc_passage passage{};
    passage.size = sizeof passage;
    return passage;
  }

  std::string forwarded;
  std::vector<std::string> asked;      // the texts that the safety service judged
  std::vector<std::string> metrics;    // "name=value"
  std::vector<std::string> questions;  // "kind:id" of effects that came while the body passed
  bool says_no = false;                // the safety service is out of order

 private:
  bool settle(pc_passage passage) {
    for (;;) {
      forwarded += string_of(passage.forward);
      is_passing_ = true;
      answer_effects();
      is_passing_ = false;
      if (passage.waiting == 0) return passage.cut == 0;
      // Nothing else fits while it waits.
      pc_passage other = fresh();
      CHECK(pc_execution_pass(get(), text("x"), &other) == PC_WRONG_STATE);
      CHECK(pc_execution_finish(get(), 1, &other) == PC_WRONG_STATE);
      passage = fresh();
      const pc_status status = pc_execution_resume_passage(get(), &passage);
      REQUIRE(status == (passage.waiting != 0 ? PC_WAITING : PC_DONE));
    }
  }

  void answer_effects() {
    pc_effect effect{};
    effect.size = sizeof effect;
    while (pc_execution_next_effect(get(), &effect) == 1) {
      if (is_passing_) questions.push_back(std::to_string(effect.kind));
      if (effect.kind == PC_EFFECT_METRIC) {
        metrics.push_back(string_of(effect.name) + "=" + std::to_string(static_cast<int>(effect.value)));
      } else if (effect.kind == PC_EFFECT_TOKEN) {
        REQUIRE(pc_execution_reply_token(get(), effect.id, text("t"), 1'000'003'600) == PC_WAITING);
      } else if (effect.kind == PC_EFFECT_HTTP_CALL) {
        answer_call(effect);
      } else {
        CHECK(effect.needs_reply == 0);
      }
    }
  }

  void answer_call(const pc_effect& effect) {
    static const pc_header type{text("Content-Type"), text("text/event-stream")};
    pc_response response{};
    response.size = sizeof response;
    response.status = 200;
    std::string verdict;
    if (effect.is_backend != 0) {
      response.headers = &type;
      response.header_count = 1;
      response.streams = streams_ ? 1 : 0;
      if (!streams_) response.body = text("data: [DONE]\n\n");
    } else {
      asked.push_back(string_of(effect.body));
      const bool is_hate = asked.back().find("hate") != std::string::npos;
      verdict = std::string(R"({"categoriesAnalysis":[{"category":"Hate","severity":)") + (is_hate ? "6" : "0") + "}]}";
      response.body = text(verdict);
      if (says_no) response.status = 500;
    }
    REQUIRE(pc_execution_reply_response(get(), effect.id, &response) == PC_WAITING);
    // A reply's texts are borrowed until the next resume: those of a passage are kept here.
    verdicts_.push_back(std::move(verdict));
  }

  Owned<pc_library> library_{pc_library_new()};
  Owned<pc_program> program_;
  Owned<pc_stores> stores_{pc_stores_new()};
  Owned<pc_execution> execution_;
  std::vector<std::string> verdicts_;
  bool streams_ = true;
  bool is_passing_ = false;
};

TEST_CASE("a stream is counted as it passes, every byte by itself", "[api]") {
  Host host(kCounts);
  REQUIRE(pc_execution_watches_body(host.get()) == 1);
  pc_response response{};
  response.size = sizeof response;
  REQUIRE(pc_execution_response(host.get(), &response) == PC_DONE);
  CHECK(response.streams == 1);
  const std::string whole = event("Gr\xC3\xBC\xC3\x9F dich") + std::string(kUsage) + "data: [DONE]\n\n";
  for (const char& byte : whole) REQUIRE(host.pass({&byte, 1}));
  REQUIRE(host.finish(true));
  CHECK(host.forwarded == whole);
  CHECK(host.metrics == std::vector<std::string>{"Total Tokens=10", "Prompt Tokens=4", "Completion Tokens=6"});
  pc_passage passage = Host::fresh();
  CHECK(pc_execution_pass(host.get(), text("x"), &passage) == PC_WRONG_STATE);  // it is over
}

TEST_CASE("a piece that nobody holds back is the very piece given", "[api]") {
  Host host(kCounts);
  const std::string piece = event("Hello");
  pc_passage passage = Host::fresh();
  REQUIRE(pc_execution_pass(host.get(), text(piece), &passage) == PC_DONE);
  CHECK(passage.forward.data == piece.data());
  CHECK(passage.forward.size == piece.size());
  CHECK(passage.waiting == 0);
}

TEST_CASE("effects in the middle of a passage are answered, and it goes on", "[api]") {
  Host host({}, kSafety);
  REQUIRE(pc_execution_watches_body(host.get()) == 1);
  std::string whole;
  for (int i = 0; i < 8; ++i) whole += event("All is well here. ");
  whole += "data: [DONE]\n\n";
  // In one piece: several windows are judged before any of it is done.
  REQUIRE(host.pass(whole));
  REQUIRE(host.finish(true));
  CHECK(host.forwarded == whole);
  CHECK(host.asked.size() > 3);
  CHECK(std::count(host.questions.begin(), host.questions.end(), std::to_string(PC_EFFECT_HTTP_CALL)) ==
        static_cast<std::ptrdiff_t>(host.asked.size()));
  const std::size_t in_one = host.asked.size();
  Host slow({}, kSafety);
  for (const char& byte : whole) REQUIRE(slow.pass({&byte, 1}));
  REQUIRE(slow.finish(true));
  CHECK(slow.forwarded == whole);
  CHECK(slow.asked.size() == in_one);
}

TEST_CASE("a violation in the middle of a piece cuts it there", "[api]") {
  Host host(kCounts, kSafety);
  const std::string good = event("All is well with us.") + event("Really, it is well.");
  REQUIRE_FALSE(host.pass(good + event("I hate all of this now.") + event("and more of it.......")));
  CHECK(host.forwarded.find("All is well") != std::string::npos);
  CHECK(host.forwarded.find("hate") == std::string::npos);
  CHECK(host.forwarded.find("more") == std::string::npos);
  pc_passage passage = Host::fresh();
  CHECK(pc_execution_pass(host.get(), text("x"), &passage) == PC_WRONG_STATE);
}

TEST_CASE("a safety service that fails cuts the stream", "[api]") {
  Host host({}, kSafety);
  host.says_no = true;
  REQUIRE_FALSE(host.pass(event("All is well with us, and more.")));
  CHECK(host.forwarded.empty());
}

TEST_CASE("a stream that breaks is settled with an estimate", "[api]") {
  Host host(kCounts);
  REQUIRE(host.pass(event("twelve bytes")));
  REQUIRE(host.pass("data: {\"choi"));
  REQUIRE(host.finish(false));
  REQUIRE(host.metrics.size() == 3);
  CHECK(host.metrics[2] == "Completion Tokens=3");
}

TEST_CASE("what does not fit is refused", "[api]") {
  Host buffered(kCounts, {}, false);
  CHECK(pc_execution_watches_body(buffered.get()) == 0);
  pc_passage passage = Host::fresh();
  CHECK(pc_execution_pass(buffered.get(), text("x"), &passage) == PC_WRONG_STATE);
  CHECK(pc_execution_resume_passage(buffered.get(), &passage) == PC_WRONG_STATE);
  CHECK(pc_execution_finish(buffered.get(), 1, &passage) == PC_WRONG_STATE);
  Host host(kCounts);
  CHECK(pc_execution_resume_passage(host.get(), &passage) == PC_WRONG_STATE);
  passage.size = 4;
  CHECK(pc_execution_pass(host.get(), text("x"), &passage) == PC_BAD_ARGUMENT);
  CHECK(pc_execution_pass(host.get(), text("x"), nullptr) == PC_BAD_ARGUMENT);
  CHECK(pc_execution_pass(nullptr, text("x"), &passage) == PC_BAD_ARGUMENT);
  CHECK(pc_execution_watches_body(nullptr) == 0);
  Host unwatched({});
  CHECK(pc_execution_watches_body(unwatched.get()) == 0);
}

}  // namespace
