// The object that get-authorization-context stores.
#pragma once

#include <string_view>

#include "engine/run/run.h"

namespace portcullis {

/// `claims_json`: a JSON object, or empty. Null, without raising, when it is none.
Object* make_authorization(Run& run, std::string_view access_token, std::string_view claims_json);

}  // namespace portcullis
