// .NET's patterns match UTF-16 units: `.` takes half of a surrogate pair. So a text with characters above U+FFFF is
// matched as a copy that spells each of them as two halves of three bytes, and what goes back to C# has its pairs
// joined again.
#include <cstring>

#include "base/utf.h"
#include "engine/dotnet/regex.h"
#include "engine/dotnet/text_buffer.h"

namespace portcullis::regex {

namespace {

bool is_four_bytes(char c) { return static_cast<unsigned char>(c) >= 0xF0; }

// A high half with a low one behind it.
std::size_t find_pair(std::string_view text, std::size_t from) {
  for (std::size_t at = from; at + 6 <= text.size(); ++at) {
    const void* found = std::memchr(text.data() + at, '\xED', text.size() - at);
    if (found == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    if (at + 6 > text.size()) break;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    if ((byte(1) & 0xF0) == 0xA0 && byte(3) == 0xED && byte(4) >= 0xB0) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view split_pairs(Run& run, std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += is_four_bytes(c) ? 1U : 0U;
  if (count == 0 || !run.spend(text.size() / 8)) return text;
  char* made = run.text(text.size() + 2 * count);
  if (made == nullptr) return text;
  std::size_t size = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_four_bytes(text[at])) {
      made[size++] = text[at++];
      continue;
    }
    const Decoded decoded = decode_utf8(text, at);
    const char32_t above = decoded.code - 0x10000;
    size += encode_utf8(made + size, 0xD800 + (above >> 10));
    size += encode_utf8(made + size, 0xDC00 + (above & 0x3FF));
    at += decoded.length;
  }
  return {made, size};
}

String* in_units(Run& run, String* text) {
  if (text == nullptr || text->is_ascii()) return text;
  const std::string_view split = split_pairs(run, text->view());
  return split.data() == text->data ? text : run.view(split);
}

String* whole(Run& run, std::string_view text) {
  std::size_t pair = find_pair(text, 0);
  if (pair == std::string_view::npos) return text.empty() ? run.empty_string() : run.view(text);
  TextBuffer out;
  std::size_t from = 0;
  for (; pair != std::string_view::npos; pair = find_pair(text, from)) {
    out.append(run, text.substr(from, pair - from));
    out.append_code(run, combine_surrogates(decode_utf8(text, pair).code, decode_utf8(text, pair + 3).code));
    from = pair + 6;
  }
  out.append(run, text.substr(from));
  return out.take(run);
}

String* whole(Run& run, String* text) {
  if (text == nullptr || text->is_ascii() || find_pair(text->view(), 0) == std::string_view::npos) return text;
  return whole(run, text->view());
}

}  // namespace portcullis::regex
