// Jwt: a JSON Web Token, read but not verified.
#pragma once

#include <optional>
#include <string_view>

#include "engine/run/object.h"

namespace portcullis {

class Run;
struct JObject;
struct JToken;

struct Jwt : Object {
  std::string_view token;  // the compact form, without `Bearer `
  JObject* header = nullptr;
  JObject* payload = nullptr;
  Object* claims = nullptr;  // Dictionary<string, string[]>, made on first use
};

/// Null, without raising, when `text` is no JWT: three parts whose first two are Base64Url of JSON objects. `Bearer `
/// in front (any case) and white space around do not matter. Borrows `text`. source: context.md#8
Jwt* parse_jwt(Run& run, std::string_view text);

/// One part of a compact token: the object, or null, without raising, when it is no Base64Url of a JSON object.
JObject* parse_jwt_part(Run& run, std::string_view part);
/// A claim's values as texts, one for each item of an array; null after raising. source: context.md#8
Array* claim_values(Run& run, JToken* token);
/// A registered claim that is one text, or "".
String* claim_text(Run& run, const JObject& object, std::string_view name);
/// A NumericDate in seconds since 1970; nullopt when the claim is absent or no number.
std::optional<double> claim_date(Run& run, const JObject& payload, std::string_view name);

}  // namespace portcullis
