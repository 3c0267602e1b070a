// Tokens, keys and certificates inside case files: `$(...)` is replaced before a case is read. Innermost first.
//
//     $(pem client.crt)                    the file of keys/, escaped for a JSON string
//     $(base64 client.crt)                 its PEM block as base64; of other files all bytes
//     $(jwk rsa1 k1 "use":"sig")           the public half of keys/rsa1.key as a JSON Web Key with that id and further
//     members
//     $(x5c root k1)                       a JSON Web Key that has only a certificate
//     $(n rsa1)  $(e rsa1)                 its numbers in base64url
//     $(thumbprint client)                 upper-case hexadecimal of the SHA-1 of keys/client.crt
//     $(x5t client)                        base64url of the SHA-1 of keys/client.crt
//     $(jwt RS256 rsa1 {"sub":"a"} {"kid":"k1"})   a signed token: algorithm, key (HS: the secret in base64), claims,
//     more of the header
//     $(jwt none - {...})                  an unsigned one
//     $(jwe RSA-OAEP A128CBC-HS256 rsa1 TOKEN)     an encrypted one; dir and A*KW take the secret in base64
//     $(zipped-jwe dir A128CBC-HS256 SECRET TOKEN) with "zip":"DEF"; a name that ends in .deflate is a file of keys/
//     $(flip 2 TOKEN)                      the token with another character in its third part
//     $(part 1 TOKEN)                      one part of it
//     $(repeat 1000 x)                     a text many times
//
// In claims a text `@60` or `@-60` stands for the seconds since 1970 of the world's start plus that many.
#pragma once

#include <string>
#include <string_view>

namespace portcullis::test {

std::string expand_tokens(std::string_view text);
/// Of the first certificate in it.
std::string thumbprint_of_pem(const std::string& pem);

}  // namespace portcullis::test
