// BasicAuthCredentials and Authorization: what policies and expressions keep of credentials.
#pragma once

#include "engine/run/object.h"

namespace portcullis {

struct BasicAuthCredentials : Object {
  String* user_id = nullptr;
  String* password = nullptr;
};

/// What get-authorization-context stores.
struct Authorization : Object {
  String* access_token = nullptr;
  Object* claims = nullptr;  // IReadOnlyDictionary<string, object>
};

}  // namespace portcullis
