#include "policies/support/body.h"

#include <string>

#include "base/text.h"

namespace portcullis {

namespace {

// `text/xml; charset=iso-8859-1` -> `text/xml; charset=utf-8`; empty when there is nothing to change.
std::string with_utf8(std::string_view type) {
  for (std::size_t at = type.find(';'); at != std::string_view::npos; at = type.find(';', at + 1)) {
    std::size_t start = at + 1;
    while (start < type.size() && is_ascii_space(type[start])) ++start;
    if (!equals_ignoring_ascii_case(type.substr(start, 8), "charset=")) continue;
    const std::size_t end = std::min(type.find(';', start), type.size());
    const std::string_view given = trim_ascii(type.substr(start + 8, end - start - 8));
    if (equals_ignoring_ascii_case(given, "utf-8")) return {};
    return joined(type.substr(0, start), "charset=utf-8", type.substr(end));
  }
  return {};
}

}  // namespace

void replace_body(PolicyRun& run, Message& message, std::string_view content) {
  Exchange& exchange = run.exchange();
  exchange.set_body(message, content);
  Arena& arena = exchange.arena;
  const HeaderView* type = message.headers.find(HeaderName("Content-Type"));
  if (type != nullptr) {
    const std::string changed = with_utf8(type->value);
    if (!changed.empty()) message.headers.set("Content-Type", arena.copy(std::string_view(changed)), arena);
  }
  message.headers.remove(HeaderName("Content-Encoding"), arena);
}

}  // namespace portcullis
