// System.Net.WebUtility: URL and HTML encoding. source: types.md#10.2
#include "engine/dotnet/web_utility.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/string_builder.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kWebUtilityDefinition;

namespace {

struct HtmlEntity {
  std::string_view name;
  char32_t code;
};
#include "engine/dotnet/html_entities.inc"

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// ---- URLs ---------------------------------------------------------------------------------------------------

bool is_url_safe(char c) {
  return is_ascii_letter(c) || is_ascii_digit(c) || std::string_view("-_.!*()").find(c) != std::string_view::npos;
}

void encode_byte(std::string& out, char c) {
  if (is_url_safe(c)) {
    out.push_back(c);
  } else if (c == ' ') {
    out.push_back('+');
  } else {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15]);
  }
}

String* url_encode(Run& run, String* value) {
  if (value == nullptr || std::ranges::all_of(value->view(), &is_url_safe)) return value;
  if (!run.spend(1 + value->size / 4)) return nullptr;
  std::string out;
  for (const char c : without_lone_surrogates(value->view())) encode_byte(out, c);
  TextBuffer buffer;
  buffer.append(run, std::string_view(out));
  return buffer.take(run);
}

// `+` is a space; `%XX` a byte; anything else itself.
std::string url_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+') {
      out.push_back(' ');
    } else if (text[at] == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 &&
               hex_value(text[at + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2])));
      at += 2;
    } else {
      out.push_back(text[at]);
    }
  }
  return out;
}

String* url_decode(Run& run, String* value) {
  if (value == nullptr || value->view().find_first_of("%+") == std::string_view::npos) return value;
  if (!run.spend(1 + value->size / 4)) return nullptr;
  std::string out = url_decoded(value->view());
  if (!is_valid_utf8(out)) out = sanitize_utf8(out);
  TextBuffer buffer;
  buffer.append(run, std::string_view(out));
  return buffer.take(run);
}

// False after raising.
bool check_range(Run& run, const ByteArray* value, std::int32_t offset, std::int32_t count) {
  if (value == nullptr) {
    if (count != 0) run.raise_null("bytes");
    return false;
  }
  const auto length = static_cast<std::int32_t>(value->length);
  if (offset < 0 || offset > length || count < 0 || count > length - offset) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Specified argument was out of the range of valid values.",
                       offset < 0 || offset > length ? "offset" : "count");
    return false;
  }
  return run.spend(1 + static_cast<std::uint64_t>(count) / 4);
}

ByteArray* url_encode_bytes(Run& run, ByteArray* value, std::int32_t offset, std::int32_t count) {
  if (!check_range(run, value, offset, count)) return nullptr;
  std::string out;
  for (const char c : value->view().substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(count)))
    encode_byte(out, c);
  return run.bytes(std::string_view(out));
}

ByteArray* url_decode_bytes(Run& run, ByteArray* value, std::int32_t offset, std::int32_t count) {
  if (!check_range(run, value, offset, count)) return nullptr;
  return run.bytes(std::string_view(
      url_decoded(value->view().substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(count)))));
}

// ---- HTML ---------------------------------------------------------------------------------------------------

std::string_view html_name(char32_t code) {
  switch (code) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

String* html_encode(Run& run, String* value) {
  if (value == nullptr) return nullptr;
  if (!run.spend(1 + value->size / 8)) return nullptr;
  const std::string_view text = value->view();
  TextBuffer out;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    const std::string_view name = html_name(decoded.code);
    const bool as_number =
        (decoded.code >= 160 && decoded.code < 256) || decoded.code >= 0x10000 || is_surrogate(decoded.code);
    if (!name.empty() || as_number) {
      out.append(run, text.substr(copied, at - copied));
      const char32_t code = is_surrogate(decoded.code) ? U'\xFFFD' : decoded.code;
      if (is_surrogate(decoded.code))
        out.append_code(run, code);
      else
        out.append(run, name.empty() ? std::string_view(joined("&#", static_cast<std::uint32_t>(code), ";")) : name);
      copied = at + decoded.length;
    }
    at += decoded.length;
  }
  if (copied == 0) return value;
  out.append(run, text.substr(copied));
  return out.take(run);
}

// 0 when `entity`, without & and ;, is none.
char32_t number_of(std::string_view entity) {
  entity.remove_prefix(1);
  int base = 10;
  if (entity.starts_with('x') || entity.starts_with('X')) {
    base = 16;
    entity.remove_prefix(1);
  }
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(entity.data(), entity.data() + entity.size(), value, base);
  if (entity.empty() || error != std::errc{} || end != entity.data() + entity.size()) return 0xFFFFFFFF;
  return value > 0x10FFFF || is_surrogate(value) ? 0xFFFFFFFF : static_cast<char32_t>(value);
}
char32_t named(std::string_view entity) {
  const auto* found = std::lower_bound(std::begin(kHtmlEntities), std::end(kHtmlEntities), entity,
                                       [](const HtmlEntity& one, std::string_view name) { return one.name < name; });
  return found != std::end(kHtmlEntities) && found->name == entity ? found->code : 0xFFFFFFFF;
}

String* html_decode(Run& run, String* value) {
  if (value == nullptr || value->view().find('&') == std::string_view::npos) return value;
  if (!run.spend(1 + value->size / 8)) return nullptr;
  const std::string_view text = value->view();
  TextBuffer out;
  std::size_t copied = 0;
  for (std::size_t at = text.find('&'); at != std::string_view::npos;) {
    const std::size_t end = text.find_first_of(";&", at + 1);
    if (end == std::string_view::npos) break;
    const std::string_view entity = text.substr(at + 1, end - at - 1);
    const char32_t code = text[end] != ';' || entity.empty()      ? 0xFFFFFFFF
                          : entity.size() > 1 && entity[0] == '#' ? number_of(entity)
                                                                  : named(entity);
    if (code != 0xFFFFFFFF) {
      out.append(run, text.substr(copied, at - copied));
      if (!out.append_code(run, code)) return nullptr;
      copied = end + 1;
    }
    at = text[end] == '&' ? end : text.find('&', end + 1);
  }
  if (copied == 0) return value;
  out.append(run, text.substr(copied));
  return out.take(run);
}

constexpr Member kMembers[] = {
    method<&url_encode>("static string UrlEncode(string value)").with(kPure),
    method<&url_decode>("static string UrlDecode(string encodedValue)").with(kPure),
    method<&url_encode_bytes>("static byte[] UrlEncodeToBytes(byte[] value, int offset, int count)"),
    method<&url_decode_bytes>("static byte[] UrlDecodeToBytes(byte[] encodedValue, int offset, int count)"),
    method<&html_encode>("static string HtmlEncode(string value)").with(kPure),
    method<&html_decode>("static string HtmlDecode(string value)").with(kPure),
};

}  // namespace

const TypeDefinition kWebUtilityDefinition{.declaration = "static class System.Net.WebUtility", .members = kMembers};

namespace web_utility {

String* url_encode(Run& run, String* value) { return portcullis::url_encode(run, value); }
String* url_decode(Run& run, String* value) { return portcullis::url_decode(run, value); }
String* html_encode(Run& run, String* value) { return portcullis::html_encode(run, value); }

}  // namespace web_utility

}  // namespace portcullis
