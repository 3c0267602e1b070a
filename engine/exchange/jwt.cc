#include "engine/exchange/jwt.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/date_time.h"
#include "engine/dotnet/dictionary.h"
#include "engine/exchange/base64.h"
#include "engine/exchange/members.h"
#include "engine/json/json.h"

namespace portcullis {

extern const TypeDefinition kJwtDefinition;
extern const TypeDefinition kTokenExtensionsDefinition;

// Strings that look like dates stay strings.
JObject* parse_jwt_part(Run& run, std::string_view part) {
  const std::optional<std::string_view> json = decode_base64(part, Base64::kUrl, run.arena);
  if (!json.has_value() || json->empty()) return nullptr;
  if (!is_ascii(*json) && !is_valid_utf8(*json)) return nullptr;
  JToken* token = parse_json(run, *json, {.root = JsonRoot::kObject, .dates = false});
  if (!run.failed()) return as_object(token);
  // A limit that was crossed ends the expression; text that is no JSON is just no token.
  if (run.exceeded == Limit::kNone) run.pending = nullptr;
  return nullptr;
}

namespace {

std::string_view without_scheme(std::string_view text) {
  constexpr std::string_view kScheme = "bearer ";
  text = trim_ascii(text);
  if (text.size() > kScheme.size() && equals_ignoring_ascii_case(text.substr(0, kScheme.size()), kScheme))
    text = trim_ascii(text.substr(kScheme.size()));
  return text;
}

}  // namespace

Jwt* parse_jwt(Run& run, std::string_view text) {
  text = without_scheme(text);
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) return nullptr;
  JObject* header = parse_jwt_part(run, text.substr(0, first));
  JObject* payload = header == nullptr ? nullptr : parse_jwt_part(run, text.substr(first + 1, second - first - 1));
  if (payload == nullptr) return nullptr;
  auto* jwt = run.make<Jwt>(Known::kJwt);
  jwt->token = text;
  jwt->header = header;
  jwt->payload = payload;
  return jwt;
}

namespace {

// ---- Jwt ----------------------------------------------------------------------------------------------------------

// A claim's value as text; null for a JSON null. source: context.md#8
String* claim_text(Run& run, JToken* token) {
  JValue* value = as_value(token);
  if (value == nullptr) return write_json(run, token, Formatting::kNone);
  if (value->kind == JTokenType::kNull || value->kind == JTokenType::kUndefined) return nullptr;
  if (value->kind == JTokenType::kString) return string_of(run, value);
  return write_json(run, value, Formatting::kNone);
}

}  // namespace

String* claim_text(Run& run, const JObject& object, std::string_view name) {
  JToken* token = find(object, name);
  String* text = token == nullptr ? nullptr : claim_text(run, token);
  return text == nullptr ? run.empty_string() : text;
}

Array* claim_values(Run& run, JToken* token) {
  JArray* list = as_array(token);
  const std::span<JToken* const> items = list != nullptr ? list->children() : std::span<JToken* const>(&token, 1);
  const std::span<String*> texts = run.arena.array<String*>(items.size());
  std::size_t count = 0;
  for (JToken* item : items) {
    String* text = claim_text(run, item);
    if (run.failed()) return nullptr;
    if (text != nullptr) texts[count++] = text;
  }
  return string_array(run, texts.first(count));
}

std::optional<double> claim_date(Run& run, const JObject& payload, std::string_view name) {
  JValue* value = as_value(find(payload, name));
  if (value == nullptr || (value->kind != JTokenType::kInteger && value->kind != JTokenType::kFloat)) return std::nullopt;
  return real_of(run.arena, *value);
}

namespace {

String* algorithm(Run& run, Jwt* self) { return claim_text(run, *self->header, "alg"); }
String* token_type(Run& run, Jwt* self) { return claim_text(run, *self->header, "typ"); }
String* id(Run& run, Jwt* self) { return claim_text(run, *self->payload, "jti"); }
String* issuer(Run& run, Jwt* self) { return claim_text(run, *self->payload, "iss"); }
String* subject(Run& run, Jwt* self) { return claim_text(run, *self->payload, "sub"); }
Array* audiences(Run& run, Jwt* self) {
  JToken* token = find(*self->payload, "aud");
  return token == nullptr ? string_array(run, {}) : claim_values(run, token);
}

// Names compare without case; of several spellings the first counts. source: context.md#5
Object* claims(Run& run, Jwt* self) {
  if (self->claims != nullptr) return self->claims;
  auto* ignore_case = run.make<StringComparer>(Known::kStringComparer);
  ignore_case->comparison = StringComparison::kOrdinalIgnoreCase;
  const Type& type = run.types.construct(Known::kDictionary2, {&run.type(Known::kString), &run.types.string_array()});
  Dictionary* made = make_dictionary(run, type, ignore_case);
  for (JToken* item : self->payload->children()) {
    auto* property = as_property(item);
    Array* values = claim_values(run, property->value);
    if (run.failed()) return nullptr;
    bool added = false;
    HashTable::Entry* entry = made->table.find_or_add(run, Slot::of_object(run.view(property->name())), added);
    if (entry == nullptr) return nullptr;
    if (added) entry->value = Slot::of_object(values);
  }
  return self->claims = made;
}

// Seconds since 1970 as a UTC date; null when absent or no date.
Object* date(Run& run, const Jwt& self, std::string_view name) {
  const std::optional<double> seconds = claim_date(run, *self.payload, name);
  constexpr double kLastSecond = 253'402'300'799.0;
  if (!seconds.has_value() || !(*seconds >= -62'135'596'800.0 && *seconds <= kLastSecond)) return nullptr;
  const std::int64_t ticks =
      calendar::kUnixEpochTicks + static_cast<std::int64_t>(std::floor(*seconds)) * calendar::kTicksPerSecond;
  return run.box_raw(run.type(Known::kDateTime), Slot::of(utc_date_time(ticks)));
}
Object* expiration_time(Run& run, Jwt* self) { return date(run, *self, "exp"); }
Object* not_before(Run& run, Jwt* self) { return date(run, *self, "nbf"); }
Object* issued_at(Run& run, Jwt* self) { return date(run, *self, "iat"); }

constexpr Member kJwtMembers[] = {
    property<&algorithm>("string Algorithm { get; }"),
    property<&audiences>("IEnumerable<string> Audiences { get; }"),
    property<&claims>("IReadOnlyDictionary<string, string[]> Claims { get; }"),
    property<&expiration_time>("DateTime? ExpirationTime { get; }"),
    property<&id>("string Id { get; }"),
    property<&issued_at>("DateTime? IssuedAt { get; }"),
    property<&issuer>("string Issuer { get; }"),
    property<&not_before>("DateTime? NotBefore { get; }"),
    property<&subject>("string Subject { get; }"),
    property<&token_type>("string Type { get; }"),
};

// ---- extensions of string -----------------------------------------------------------------------------------------

Jwt* as_jwt(Run& run, String* value) { return value == nullptr ? nullptr : parse_jwt(run, value->view()); }

bool try_parse_jwt(Run& run, String* value, Slot* result) {
  Jwt* jwt = as_jwt(run, value);
  *result = Slot::of_object(jwt);
  return jwt != nullptr;
}

constexpr Member kExtensions[] = {
    method<&as_jwt>("static Jwt AsJwt(this string value)"),
    method<&try_parse_jwt>("static bool TryParseJwt(this string value, out Jwt result)"),
};

}  // namespace

const TypeDefinition kJwtDefinition{.declaration = "sealed class Microsoft.Azure.ApiManagement.Jwt",
                                    .members = kJwtMembers};
const TypeDefinition kTokenExtensionsDefinition{
    .declaration = "static class Microsoft.Azure.ApiManagement.TokenExtensions", .members = kExtensions};

}  // namespace portcullis
