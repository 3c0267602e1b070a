// Events come out the same however the bytes are cut; JSON is walked in place.
#include "policies/support/event_stream.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "policies/support/json_cursor.h"
#include "policies/support/model_exchange.h"

namespace portcullis {
namespace {

std::vector<std::string> events_of(const std::string& bytes, std::size_t piece) {
  std::vector<std::string> events;
  EventStream stream;
  const auto keep = [&](std::string_view data, std::size_t) { events.emplace_back(data); };
  for (std::size_t at = 0; at < bytes.size(); at += piece) stream.take(std::string_view(bytes).substr(at, piece), keep);
  stream.end(keep);
  return events;
}

TEST_CASE("events are the same for every piece size", "[unit]") {
  const std::string bytes =
      "\xEF\xBB\xBF"
      "data: one\n\n: comment\n\nevent: x\r\ndata:two\r\ndata:  three\r\n\r\ndata\rdata: \xC3\xA4\r\rid: 5\n\n"
      "datax: no\n\ndata: last";
  const std::vector<std::string> whole = events_of(bytes, bytes.size());
  CHECK(whole == std::vector<std::string>{"one", "", "two\n three", "\n\xC3\xA4", "", "", "last"});
  for (std::size_t piece = 1; piece < bytes.size(); ++piece) CHECK(events_of(bytes, piece) == whole);
}

TEST_CASE("ends of events are counted from the piece's start", "[unit]") {
  EventStream stream;
  std::vector<std::size_t> ends;
  const auto keep = [&](std::string_view, std::size_t end) { ends.push_back(end); };
  stream.take("data: a\n\ndata: b\n", keep);
  stream.take("\ndata: c\r\n\r\n", keep);
  CHECK(ends == std::vector<std::size_t>{9, 1, 11});
}

TEST_CASE("an event that is too large comes without its data, and the next one is whole", "[unit]") {
  EventStream stream;
  std::vector<std::pair<bool, std::string>> events;
  const auto keep = [&](std::string_view data, std::size_t) { events.emplace_back(data.data() == nullptr, data); };
  stream.take("data: ", keep);
  const std::string block(100'000, 'x');
  for (int i = 0; i < 20; ++i) stream.take(block, keep);
  stream.take("\n\ndata: next\n\n", keep);
  for (int i = 0; i < 20; ++i) stream.take("data: " + block + "\n", keep);
  stream.take("\ndata: last\n\n", keep);
  REQUIRE(events.size() == 4);
  CHECK(events[0].first);
  CHECK(events[1].second == "next");
  CHECK(events[2].first);
  CHECK(events[3].second == "last");
}

TEST_CASE("texts are decoded, names compared by what they mean", "[unit]") {
  JsonCursor cursor(R"({"a\u0062": "x\n\u00e4\ud83d\ude00\ud800\"\\", "n": [1, {"b": []}, "]"], "t": true})");
  JsonText name;
  JsonText text;
  REQUIRE(cursor.open_object());
  REQUIRE(cursor.next_member(name));
  CHECK(name.is("ab"));
  CHECK_FALSE(name.is("a"));
  CHECK_FALSE(name.is("abc"));
  REQUIRE(cursor.text(text));
  std::string decoded;
  text.append_to(decoded);
  CHECK(decoded == "x\n\xC3\xA4\xF0\x9F\x98\x80\xEF\xBF\xBD\"\\");
  CHECK(text.size() == decoded.size());
  REQUIRE(cursor.next_member(name));
  CHECK(cursor.source() == R"([1, {"b": []}, "]"])");
  bool truth = false;
  REQUIRE(cursor.next_member(name));
  CHECK(cursor.boolean(truth));
  CHECK(truth);
  CHECK_FALSE(cursor.next_member(name));
  CHECK_FALSE(cursor.broken());
}

TEST_CASE("no cut of a text makes the cursor run on", "[unit]") {
  const std::string text =
      R"({"messages":[{"role":"user","content":[{"type":"text","text":"a\"b"}]}],"stream":true,"n":1})";
  for (std::size_t size = 0; size < text.size(); ++size) {
    const ModelRequest request = read_model_request("/v1/chat/completions", text.substr(0, size), false);
    CHECK(request.api == ModelApi::kNone);
  }
  CHECK(read_model_request("/v1/chat/completions", text, false).api == ModelApi::kChat);
}

TEST_CASE("deep nesting is stepped over without recursion", "[unit]") {
  std::string text = "{\"x\":" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + ",\"messages\":[]}";
  CHECK(read_model_request("/a", text, false).api == ModelApi::kChat);
  text = "{\"messages\":[{\"content\":";
  for (int i = 0; i < 100'000; ++i) text += "[{\"content\":";
  class Nothing final : public TextVisitor {
    void text(const JsonText&) override {}
  } nothing;
  visit_prompt(ModelApi::kChat, text, nothing);
  ReportedUsage usage;
  read_usage(std::string(1'000'000, '['), usage);
  visit_answer(std::string(1'000'000, '['), nothing);
  CHECK_FALSE(usage.has_any());
}

}  // namespace
}  // namespace portcullis
