// Jwt: a JSON Web Token, read but not verified.
#pragma once

#include <string_view>

#include "engine/run/object.h"

namespace portcullis {

class Run;
struct JObject;

struct Jwt : Object {
  std::string_view token;  // the compact form, without `Bearer `
  JObject* header = nullptr;
  JObject* payload = nullptr;
  Object* claims = nullptr;  // Dictionary<string, string[]>, made on first use
};

/// Null, without raising, when `text` is no JWT: three parts whose first two are Base64Url of JSON objects. `Bearer `
/// in front (any case) and white space around do not matter. Borrows `text`. source: context.md#8
Jwt* parse_jwt(Run& run, std::string_view text);

}  // namespace portcullis
