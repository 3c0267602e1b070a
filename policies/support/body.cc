#include "policies/support/body.h"

#include <string>

#include "base/text.h"
#include "engine/dotnet/exceptions.h"
#include "engine/exchange/body_text.h"

namespace portcullis {

namespace {

// `text/xml; charset=iso-8859-1` -> `text/xml; charset=utf-8`; empty when there is nothing to change.
std::string with_charset(std::string_view type, std::string_view charset) {
  for (std::size_t at = type.find(';'); at != std::string_view::npos; at = type.find(';', at + 1)) {
    std::size_t start = at + 1;
    while (start < type.size() && is_ascii_space(type[start])) ++start;
    if (!equals_ignoring_ascii_case(type.substr(start, 8), "charset=")) continue;
    const std::size_t end = std::min(type.find(';', start), type.size());
    const std::string_view given = trim_ascii(type.substr(start + 8, end - start - 8));
    if (equals_ignoring_ascii_case(given, charset)) return {};
    return joined(type.substr(0, start), "charset=", charset, type.substr(end));
  }
  return {};
}

}  // namespace

std::uint8_t needs_body_of(Section section) {
  const bool is_request = section == Section::kInbound || section == Section::kBackend;
  return static_cast<std::uint8_t>(is_request ? kNeedsRequestBody : kNeedsResponseBody);
}

bool decode_body(PolicyRun& run, Message& message) {
  switch (decode_content(message.body, run.arena())) {
    case ContentDecoding::kGood:
      return true;
    case ContentDecoding::kCorrupt:
      run.fail({}, "The body is not what its Content-Encoding says.");
      return false;
    case ContentDecoding::kTooLarge:
      run.fail({}, "The decompressed body is larger than the memory limit.");
      return false;
  }
  return true;
}

bool read_body(PolicyRun& run, Message& message, std::string_view& text) {
  text = {};
  if (message.body.state != BodyState::kBuffered) return true;
  if (!decode_body(run, message)) return false;
  text = text_of_body(message.body, run.arena());
  return true;
}

void replace_body(PolicyRun& run, Message& message, std::string_view content) {
  replace_body_in(run, message, content, "utf-8");
}

void replace_body_in(PolicyRun& run, Message& message, std::string_view content, std::string_view charset) {
  Exchange& exchange = run.exchange();
  exchange.set_body(message, content);
  Arena& arena = exchange.arena;
  const HeaderView* type = message.headers.find(HeaderName("Content-Type"));
  if (type != nullptr) {
    const std::string changed = with_charset(type->value, charset);
    if (!changed.empty()) message.headers.set("Content-Type", arena.copy(std::string_view(changed)), arena);
  }
  message.headers.remove(HeaderName("Content-Encoding"), arena);
}

void replace_body(PolicyRun& run, Message& message, std::string_view content, std::string_view content_type) {
  message.headers.set("Content-Type", content_type, run.arena());
  replace_body(run, message, content);
}

Outcome fail_with_pending(PolicyRun& run, std::string_view what) {
  const Exception* pending = run.run().pending;
  const String* message = pending == nullptr            ? nullptr
                          : pending->message != nullptr ? pending->message
                                                        : default_message(run.run(), *pending->type);
  const std::string_view why = message == nullptr ? std::string_view() : message->view();
  const bool is_limit = run.run().exceeded != Limit::kNone;
  run.run().pending = nullptr;
  run.run().exceeded = Limit::kNone;
  return run.fail({}, is_limit ? std::string(why) : joined(what, why.empty() ? "" : " ", why));
}

}  // namespace portcullis
