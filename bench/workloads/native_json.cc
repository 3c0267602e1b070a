// W4 JSON body, W8 claims: by hand, with simdjson. The body is not built as a tree: it is minified, and the few changes
// are spliced in.
#include <algorithm>
#include <charconv>

#include "bench/workloads/native_state.h"

namespace portcullis::bench::native {

namespace {

using simdjson::ondemand::document;
using simdjson::ondemand::field;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

char* put_json_text(char* at, std::string_view text) {
  *at++ = '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      *at++ = '\\';
      *at++ = c;
    } else if (byte < 0x20) {
      at = put(at, "\\u00");
      *at++ = "0123456789abcdef"[byte >> 4];
      *at++ = "0123456789abcdef"[byte & 15];
    } else {
      *at++ = c;
    }
  }
  *at++ = '"';
  return at;
}

/// A piece of the minified text that something else takes the place of.
struct Edit {
  const char* begin = nullptr;
  const char* end = nullptr;
  std::string_view text;
};

struct Found {
  List<Edit, 8> edits;
  std::string_view model, last_role;
  std::int64_t max_tokens = 1024;
  std::int64_t messages = 0;
  bool has_user = false, has_max_tokens = false, has_model = false;
};

std::string_view trimmed(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n')) token.remove_suffix(1);
  return token;
}

void replace(Found& found, std::string_view token, std::string_view text) {
  found.edits.add({token.data(), token.data() + token.size(), text});
}

void read_messages(value& messages, Found& found) {
  for (auto element : messages.get_array()) {
    if (found.messages++ == 5) found.last_role = element["role"].get_string();
  }
}

void edit_metadata(value& metadata, Found& found) {
  object members = metadata.get_object();
  bool empty = true;
  for (field member : members) {
    empty = false;
    if (member.key() != "gateway") continue;
    replace(found, trimmed(member.value().raw_json_token()), R"("portcullis")");
    return;
  }
  members.reset();
  const std::string_view raw = members.raw_json();
  const char* const closing = raw.data() + raw.size() - 1;
  found.edits.add({closing, closing, empty ? R"("gateway":"portcullis")" : R"(,"gateway":"portcullis")"});
}

void visit(field& member, Found& found, std::string_view user, Scratch& scratch) {
  const auto key = member.key();
  value& content = member.value();
  if (key == "model") {
    replace(found, trimmed(content.raw_json_token()), R"("gpt-4o-mini")");
    found.model = content.get_string();
    found.has_model = true;
  } else if (key == "messages") {
    read_messages(content, found);
  } else if (key == "max_tokens") {
    const std::string_view token = trimmed(content.raw_json_token());
    found.max_tokens = std::min<std::int64_t>(content.get_int64(), 1024);
    char* const start = scratch.here();
    replace(found, token, scratch.finish(start, std::to_chars(start, start + 20, found.max_tokens).ptr));
    found.has_max_tokens = true;
  } else if (key == "user") {
    replace(found, trimmed(content.raw_json_token()), user);
    found.has_user = true;
  } else if (key == "metadata") {
    edit_metadata(content, found);
  }
}

char* put_edited(char* at, std::string_view json, const Found& found) {
  const char* from = json.data();
  for (const Edit& edit : found.edits) {
    at = put(at, {from, static_cast<std::size_t>(edit.begin - from)});
    at = put(at, edit.text);
    from = edit.end;
  }
  return put(at, {from, static_cast<std::size_t>(json.data() + json.size() - from)});
}

}  // namespace

void json_body(const Input& input, State& state, Scratch& scratch, Effects& effects) {
  char* const minified = scratch.here();
  std::size_t size = 0;
  if (simdjson::minify(input.body.data(), input.body.size(), minified, size) != simdjson::SUCCESS) return;
  const std::string_view json = scratch.finish(minified, minified + size);
  scratch.finish(minified, minified + size + simdjson::SIMDJSON_PADDING);
  const std::string_view user_id = header(input, "x-user-id", "N/A");
  char* const user_start = scratch.here();
  const std::string_view user = scratch.finish(user_start, put_json_text(user_start, user_id));

  Found found;
  try {
    document parsed = state.parser.iterate(json.data(), json.size(), json.size() + simdjson::SIMDJSON_PADDING);
    for (field member : parsed.get_object()) visit(member, found, user, scratch);
  } catch (const simdjson::simdjson_error&) {
    return;
  }
  effects.set("userId", user_id);
  effects.set("model", found.model);
  effects.set("messageCount", found.messages);
  effects.set("lastRole", found.last_role);
  effects.set("maxTokens", found.max_tokens);
  char* const start = scratch.here();
  char* at = put(start, found.model);
  *at++ = ';';
  at = std::to_chars(at, at + 20, found.messages).ptr;
  *at++ = ';';
  at = put(at, found.last_role);
  effects.headers.add({"X-Model", scratch.finish(start, at)});

  char* const body = scratch.here();
  at = put_edited(body, json.substr(0, json.size() - 1), found);
  if (!found.has_model) at = put(at, R"(,"model":"gpt-4o-mini")");
  if (!found.has_max_tokens) at = put(at, R"(,"max_tokens":1024)");
  if (!found.has_user) at = put(put(at, R"(,"user":)"), user);
  *at++ = '}';
  effects.body = scratch.finish(body, at);
}

namespace {

struct Base64Url {
  std::array<std::uint8_t, 256> value{};
  constexpr Base64Url() {
    for (auto& each : value) each = 0xFF;
    for (std::uint8_t i = 0; i < 26; ++i) {
      value[static_cast<std::size_t>('A' + i)] = i;
      value[static_cast<std::size_t>('a' + i)] = static_cast<std::uint8_t>(26 + i);
    }
    for (std::uint8_t i = 0; i < 10; ++i) value[static_cast<std::size_t>('0' + i)] = static_cast<std::uint8_t>(52 + i);
    value['-'] = value['+'] = 62;
    value['_'] = value['/'] = 63;
  }
};
constexpr Base64Url kBase64Url;

}  // namespace

char* decode_base64url(std::string_view text, char* at) {
  std::uint32_t bad = 0;
  std::size_t i = 0;
  const auto value = [&](std::size_t k) {
    return static_cast<std::uint32_t>(kBase64Url.value[static_cast<unsigned char>(text[k])]);
  };
  for (; i + 4 <= text.size(); i += 4) {
    const std::uint32_t a = value(i), b = value(i + 1), c = value(i + 2), d = value(i + 3);
    bad |= a | b | c | d;
    *at++ = static_cast<char>((a << 2) | (b >> 4));
    *at++ = static_cast<char>((b << 4) | (c >> 2));
    *at++ = static_cast<char>((c << 6) | d);
  }
  const std::size_t left = text.size() - i;
  if (left == 1 || (bad & 0x80) != 0) return nullptr;
  if (left >= 2) {
    const std::uint32_t a = value(i), b = value(i + 1), c = left == 3 ? value(i + 2) : 0;
    if (((a | b | c) & 0x80) != 0) return nullptr;
    *at++ = static_cast<char>((a << 2) | (b >> 4));
    if (left == 3) *at++ = static_cast<char>((b << 4) | (c >> 2));
  }
  return at;
}

namespace {

bool has_admin(value& roles) {
  for (auto role : roles.get_array()) {
    if (std::string_view(role.get_string()) == "admin") return true;
  }
  return false;
}

void forbid(const Input& input, std::string_view subject, Scratch& scratch, Effects& effects) {
  effects.response_status = 403;
  effects.response_reason = "Forbidden";
  effects.response_headers.add({"Content-Type", "application/json"});
  char* const start = scratch.here();
  char* at = put(start, R"({"error":"forbidden","sub":)");
  at = put_json_text(at, subject);
  at = put(at, R"(,"requestId":")");
  at = put(at, input.request_id);
  at = put(at, "\"}");
  effects.response_body = scratch.finish(start, at);
}

}  // namespace

void claims(const Input& input, State& state, Scratch& scratch, Effects& effects) {
  std::string_view token = header(input, "authorization", "");
  token.remove_prefix(std::min<std::size_t>(7, token.size()));
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return;
  token.remove_prefix(first + 1);
  char* const start = scratch.here();
  char* const end = decode_base64url(token.substr(0, token.find('.')), start);
  if (end == nullptr) return;
  const std::string_view json = scratch.finish(start, end);
  scratch.finish(start, end + simdjson::SIMDJSON_PADDING);

  std::int64_t expires = 0;
  bool is_admin = false;
  std::string_view subject;
  try {
    document parsed = state.parser.iterate(json.data(), json.size(), json.size() + simdjson::SIMDJSON_PADDING);
    for (field member : parsed.get_object()) {
      const auto key = member.key();
      if (key == "exp")
        expires = member.value().get_int64();
      else if (key == "roles")
        is_admin = has_admin(member.value());
      else if (key == "sub")
        subject = member.value().get_string();
    }
  } catch (const simdjson::simdjson_error&) {
    return;
  }
  if (expires < 1'700'000'000 || !is_admin) return forbid(input, subject, scratch, effects);
  effects.headers.add({"X-Sub", subject});
}

}  // namespace portcullis::bench::native
