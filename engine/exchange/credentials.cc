#include "engine/exchange/credentials.h"

#include "base/text.h"
#include "base/utf.h"
#include "engine/exchange/base64.h"
#include "engine/exchange/members.h"

namespace portcullis {

extern const TypeDefinition kBasicAuthCredentialsDefinition;
extern const TypeDefinition kCredentialExtensionsDefinition;
extern const TypeDefinition kAuthorizationDefinition;

namespace {

String* latin1(Run& run, std::string_view bytes) {
  if (is_ascii(bytes)) return run.view(bytes);
  char* out = run.arena.text(bytes.size() * 2);
  std::size_t size = 0;
  for (const char c : bytes) size += encode_utf8(out + size, static_cast<unsigned char>(c));
  return run.view({out, size});
}

// The first colon ends the user id, which cannot hold one. source: context.md#8
BasicAuthCredentials* as_basic(Run& run, String* value) {
  constexpr std::string_view kScheme = "basic ";
  if (value == nullptr) return nullptr;
  const std::string_view text = trim_ascii(value->view());
  if (text.size() < kScheme.size() || !equals_ignoring_ascii_case(text.substr(0, kScheme.size()), kScheme))
    return nullptr;
  const std::optional<std::string_view> decoded =
      decode_base64(trim_ascii(text.substr(kScheme.size())), Base64::kStandard, run.arena);
  if (!decoded.has_value()) return nullptr;
  const std::size_t colon = decoded->find(':');
  if (colon == std::string_view::npos || colon == 0) return nullptr;
  auto* credentials = run.make<BasicAuthCredentials>(Known::kBasicAuthCredentials);
  credentials->user_id = latin1(run, decoded->substr(0, colon));
  credentials->password = latin1(run, decoded->substr(colon + 1));
  return credentials;
}

bool try_parse_basic(Run& run, String* value, Slot* result) {
  BasicAuthCredentials* credentials = as_basic(run, value);
  *result = Slot::of_object(credentials);
  return credentials != nullptr;
}

String* user_id(BasicAuthCredentials* self) { return self->user_id; }
String* password(BasicAuthCredentials* self) { return self->password; }
String* access_token(Authorization* self) { return self->access_token; }
Object* authorization_claims(Authorization* self) { return self->claims; }

constexpr Member kBasicMembers[] = {
    property<&password>("string Password { get; }").with(kNoRaise),
    property<&user_id>("string UserId { get; }").with(kNoRaise),
};
constexpr Member kAuthorizationMembers[] = {
    property<&access_token>("string AccessToken { get; }").with(kNoRaise),
    property<&authorization_claims>("IReadOnlyDictionary<string, object> Claims { get; }").with(kNoRaise),
};
constexpr Member kExtensions[] = {
    method<&as_basic>("static BasicAuthCredentials AsBasic(this string value)"),
    method<&try_parse_basic>("static bool TryParseBasic(this string value, out BasicAuthCredentials result)"),
};

}  // namespace

const TypeDefinition kBasicAuthCredentialsDefinition{
    .declaration = "sealed class Microsoft.Azure.ApiManagement.BasicAuthCredentials", .members = kBasicMembers};
const TypeDefinition kAuthorizationDefinition{.declaration = "sealed class Microsoft.Azure.ApiManagement.Authorization",
                                              .members = kAuthorizationMembers};
const TypeDefinition kCredentialExtensionsDefinition{
    .declaration = "static class Microsoft.Azure.ApiManagement.CredentialExtensions", .members = kExtensions};

}  // namespace portcullis
