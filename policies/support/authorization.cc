#include "policies/support/authorization.h"

#include "engine/dotnet/jconvert.h"
#include "engine/exchange/credentials.h"
#include "engine/types/type_table.h"

namespace portcullis {

Object* make_authorization(Run& run, std::string_view access_token, std::string_view claims_json) {
  const Type& type = run.types.construct(Known::kDictionary2, {&run.type(Known::kString), &run.type(Known::kObject)});
  run.start_expression();
  String* json = run.string(claims_json.empty() ? std::string_view("{}") : claims_json);
  Object* claims = run.failed() ? nullptr : deserialize(run, json, type).object;
  if (run.failed() || claims == nullptr) {
    run.pending = nullptr;
    return nullptr;
  }
  auto* made = run.make<Authorization>(Known::kAuthorization);
  made->access_token = run.string(access_token);
  made->claims = claims;
  return made;
}

}  // namespace portcullis
