#include "tests/policies/token_writer.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "engine/dotnet/certificate.h"
#include "engine/dotnet/certificate_handles.h"
#include "policies/support/jwt_key.h"

namespace portcullis::test {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kStart = 1'746'360'000;  // 2025-05-04T12:00:00Z

std::string read_key_file(const std::string& name) {
  std::ifstream file(std::filesystem::path(PORTCULLIS_TEST_DATA) / "policies" / "keys" / name, std::ios::binary);
  if (!file) throw std::runtime_error("there is no tests/policies/keys/" + name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string base64(std::string_view bytes) {
  std::string out(bytes.size() / 3 * 4 + 8, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), octets(bytes), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}
std::string base64url(std::string_view bytes) {
  std::string out = base64(bytes);
  while (out.ends_with('=')) out.pop_back();
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}
std::string decoded(std::string_view text) {
  std::string bytes;
  if (!decode_key_text(text, bytes)) throw std::runtime_error("no base64: " + std::string(text));
  return bytes;
}

KeyHandle private_key(const std::string& name) {
  Arena arena;
  const std::string pem = read_key_file(name + ".key");
  const std::size_t start = pem.find('\n');
  std::string body = pem.substr(start, pem.rfind("-----END") - start);
  KeyHandle key = private_key_of(decoded(body));
  if (key == nullptr) throw std::runtime_error(name + ".key is no key");
  return key;
}

std::string number(const EVP_PKEY* key, const char* name, int width = 0) {
  BIGNUM* read = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &read) != 1) throw std::runtime_error("the key has no such number");
  std::string bytes(static_cast<std::size_t>(width > 0 ? width : BN_num_bytes(read)), '\0');
  BN_bn2binpad(read, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  BN_free(read);
  return bytes;
}

// ---- signing ------------------------------------------------------------------------------------------------------

std::string hmac(const EVP_MD* digest, std::string_view key, std::string_view text) {
  const KeyHandle made(EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, nullptr, octets(key), key.size()));
  const DigestContextHandle context(EVP_MD_CTX_new());
  std::size_t size = EVP_MAX_MD_SIZE;
  std::string mac(size, '\0');
  EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, made.get());
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(mac.data()), &size, octets(text), text.size());
  mac.resize(size);
  return mac;
}

const EVP_MD* digest_of(std::string_view algorithm) {
  if (algorithm.ends_with("384")) return EVP_sha384();
  return algorithm.ends_with("512") ? EVP_sha512() : EVP_sha256();
}

std::string signature(const std::string& algorithm, const std::string& key_name, std::string_view text) {
  const EVP_MD* digest = digest_of(algorithm);
  if (algorithm.starts_with("HS")) return hmac(digest, decoded(key_name), text);
  const KeyHandle key = private_key(key_name);
  const DigestContextHandle context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* rules = nullptr;
  EVP_DigestSignInit(context.get(), &rules, digest, nullptr, key.get());
  if (algorithm.starts_with("PS")) {
    EVP_PKEY_CTX_ctrl_str(rules, "rsa_padding_mode", "pss");
    EVP_PKEY_CTX_ctrl_str(rules, "rsa_pss_saltlen", "digest");
  }
  std::size_t size = 1024;
  std::string made(size, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size, octets(text), text.size());
  made.resize(size);
  if (!algorithm.starts_with("ES")) return made;
  // SEQUENCE { r, s } to fixed widths.
  const auto width = static_cast<std::size_t>((EVP_PKEY_get_bits(key.get()) + 7) / 8);
  std::string pair;
  std::size_t at = made[1] & 0x80 ? 3 : 2;
  for (int i = 0; i < 2; ++i) {
    const auto length = static_cast<unsigned char>(made[at + 1]);
    std::string part = made.substr(at + 2, length);
    at += 2 + length;
    while (part.size() > width) part.erase(0, 1);
    pair += std::string(width - part.size(), '\0') + part;
  }
  return pair;
}

Json with_dates(Json claims) {
  for (auto& [name, value] : claims.items()) {
    if (value.is_string() && value.get<std::string>().starts_with('@'))
      value = kStart + std::stoll(value.get<std::string>().substr(1));
  }
  return claims;
}

std::string make_jwt(const std::string& algorithm, const std::string& key, const std::string& claims,
                     const std::string& more) {
  Json header{{"alg", algorithm}, {"typ", "JWT"}};
  if (!more.empty()) header.update(Json::parse(more));
  const std::string text = base64url(header.dump()) + "." + base64url(with_dates(Json::parse(claims)).dump());
  return text + "." + (algorithm == "none" ? "" : base64url(signature(algorithm, key, text)));
}

// ---- encrypting ---------------------------------------------------------------------------------------------------

std::string crypt(const EVP_CIPHER* cipher, std::string_view key, std::string_view iv, std::string_view text,
                  std::string_view aad, std::string* tag) {
  const CipherContextHandle context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  EVP_EncryptInit_ex(context.get(), cipher, nullptr, octets(key), iv.empty() ? nullptr : octets(iv));
  int size = 0;
  int last = 0;
  if (tag != nullptr) EVP_EncryptUpdate(context.get(), nullptr, &size, octets(aad), static_cast<int>(aad.size()));
  std::string out(text.size() + 64, '\0');
  auto* into = reinterpret_cast<unsigned char*>(out.data());
  EVP_EncryptUpdate(context.get(), into, &size, octets(text), static_cast<int>(text.size()));
  EVP_EncryptFinal_ex(context.get(), into + size, &last);
  out.resize(static_cast<std::size_t>(size + last));
  if (tag != nullptr) {
    tag->resize(16);
    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, tag->data());
  }
  return out;
}

std::string wrapped_key(const std::string& management, const std::string& key, std::string_view content_key) {
  if (management == "A128KW") return crypt(EVP_aes_128_wrap(), decoded(key), {}, content_key, {}, nullptr);
  if (management == "A192KW") return crypt(EVP_aes_192_wrap(), decoded(key), {}, content_key, {}, nullptr);
  if (management == "A256KW") return crypt(EVP_aes_256_wrap(), decoded(key), {}, content_key, {}, nullptr);
  const KeyHandle own = private_key(key);
  const KeyContextHandle context(EVP_PKEY_CTX_new(own.get(), nullptr));
  EVP_PKEY_encrypt_init(context.get());
  EVP_PKEY_CTX_ctrl_str(context.get(), "rsa_padding_mode", management == "RSA1_5" ? "pkcs1" : "oaep");
  if (management == "RSA-OAEP-256") {
    EVP_PKEY_CTX_ctrl_str(context.get(), "rsa_oaep_md", "sha256");
    EVP_PKEY_CTX_ctrl_str(context.get(), "rsa_mgf1_md", "sha256");
  }
  std::size_t size = 1024;
  std::string out(size, '\0');
  EVP_PKEY_encrypt(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, octets(content_key),
                   content_key.size());
  out.resize(size);
  return out;
}

std::string make_jwe(const std::string& management, const std::string& encryption, const std::string& key,
                     const std::string& token, const std::string& more) {
  Json json{{"alg", management}, {"enc", encryption}, {"cty", "JWT"}};
  if (!more.empty()) json.update(Json::parse(more));
  const std::string header = base64url(json.dump());
  const bool is_gcm = encryption.ends_with("GCM");
  const std::size_t bits = std::stoul(encryption.substr(1, 3));
  std::string content_key(bits / 8 * (is_gcm ? 1 : 2), 'k');
  std::string wrapped;
  if (management == "dir") {
    content_key = decoded(key);
  } else {
    wrapped = wrapped_key(management, key, content_key);
  }
  const std::string iv(is_gcm ? 12 : 16, 'i');
  const auto cipher = [&](auto a, auto b, auto c) { return bits == 128 ? a() : bits == 192 ? b() : c(); };
  std::string tag;
  std::string content;
  if (is_gcm) {
    content = crypt(cipher(EVP_aes_128_gcm, EVP_aes_192_gcm, EVP_aes_256_gcm), content_key, iv, token, header, &tag);
  } else {
    const std::size_t half = content_key.size() / 2;
    content = crypt(cipher(EVP_aes_128_cbc, EVP_aes_192_cbc, EVP_aes_256_cbc), content_key.substr(half), iv, token, {},
                    nullptr);
    std::string text = header + iv + content;
    for (int shift = 56; shift >= 0; shift -= 8)
      text.push_back(static_cast<char>(std::uint64_t{header.size()} * 8 >> shift & 0xFF));
    tag = hmac(cipher(EVP_sha256, EVP_sha384, EVP_sha512), content_key.substr(0, half), text).substr(0, half);
  }
  return header + "." + base64url(wrapped) + "." + base64url(iv) + "." + base64url(content) + "." + base64url(tag);
}

// ---- keys ---------------------------------------------------------------------------------------------------------

// DEFLATE's form for what is not compressed.
std::string stored(std::string_view text) {
  const auto size = static_cast<unsigned>(text.size());
  const char head[] = {1, static_cast<char>(size & 255), static_cast<char>(size >> 8 & 255),
                       static_cast<char>(~size & 255), static_cast<char>(~size >> 8 & 255)};
  return std::string(head, sizeof head).append(text);
}

std::string make_jwk(const std::string& name, const std::string& id, const std::string& more) {
  const KeyHandle key = private_key(name);
  Json made;
  if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA) {
    made = {{"kty", "RSA"},
            {"kid", id},
            {"n", base64url(number(key.get(), "n"))},
            {"e", base64url(number(key.get(), "e"))}};
  } else {
    const int bits = EVP_PKEY_get_bits(key.get());
    const int width = (bits + 7) / 8;
    made = {{"kty", "EC"},
            {"kid", id},
            {"crv", "P-" + std::to_string(bits)},
            {"x", base64url(number(key.get(), "qx", width))},
            {"y", base64url(number(key.get(), "qy", width))}};
  }
  if (id == "-") made.erase("kid");
  if (!more.empty()) made.update(Json::parse("{" + more + "}"));
  return made.dump();
}

std::string der_of(const std::string& text) {
  if (!text.starts_with("-----BEGIN")) return text;
  const std::size_t start = text.find('\n');
  return decoded(text.substr(start, text.find("-----END") - start));
}
std::string der_of_file(const std::string& name) { return der_of(read_key_file(name)); }

std::string flipped(std::size_t part, std::string token) {
  std::size_t at = 0;
  for (; part > 0; --part) at = token.find('.', at) + 1;
  // Not the last character, some of whose bits say nothing.
  token[at + 2] = token[at + 2] == 'A' ? 'B' : 'A';
  return token;
}

std::string part_of(std::size_t part, const std::string& token) {
  std::size_t at = 0;
  for (; part > 0; --part) at = token.find('.', at) + 1;
  return token.substr(at, token.find('.', at) - at);
}

// Words, and JSON objects as one word each.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  int depth = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"' && !word.ends_with('\\')) quoted = !quoted;
    if (!quoted && c == '{') ++depth;
    if (!quoted && c == '}') --depth;
    if (c != ' ' || depth > 0 || quoted) {
      word.push_back(c);
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  words.resize(std::max<std::size_t>(words.size(), 7));
  return words;
}

std::string expand_one(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  const std::string& what = words[0];
  if (what == "pem") {
    const std::string quoted = Json(read_key_file(words[1])).dump();
    return quoted.substr(1, quoted.size() - 2);
  }
  if (what == "base64") return base64(der_of_file(words[1]));
  if (what == "jwk") return make_jwk(words[1], words[2], words[3]);
  if (what == "x5c")
    return Json{{"kty", "RSA"}, {"kid", words[2]}, {"x5c", {base64(der_of_file(words[1] + ".crt"))}}}.dump();
  if (what == "n") return base64url(number(private_key(words[1]).get(), "n"));
  if (what == "e") return base64url(number(private_key(words[1]).get(), "e"));
  if (what == "x5t") return certificate_x5t(der_of_file(words[1] + ".crt"));
  if (what == "thumbprint") return thumbprint(der_of_file(words[1] + ".crt"));
  if (what == "jwt") return make_jwt(words[1], words[2], words[3], words[4]);
  if (what == "jwe") return make_jwe(words[1], words[2], words[3], words[4], words[5]);
  if (what == "zipped-jwe") {
    const bool is_file = words[4].ends_with(".deflate");
    return make_jwe(words[1], words[2], words[3], is_file ? read_key_file(words[4]) : stored(words[4]), R"({"zip":"DEF"})");
  }
  if (what == "flip") return flipped(std::stoul(words[1]), words[2]);
  if (what == "part") return part_of(std::stoul(words[1]), words[2]);
  if (what == "repeat") {
    std::string out;
    for (unsigned long i = std::stoul(words[1]); i > 0; --i) out += words[2];
    return out;
  }
  throw std::runtime_error("no such thing as $(" + what + " …)");
}

}  // namespace

std::string expand_tokens(std::string_view text) {
  std::string out(text);
  for (std::size_t open = out.rfind("$("); open != std::string::npos;
       open = open == 0 ? std::string::npos : out.rfind("$(", open - 1)) {
    // The last one that opens holds no other.
    int depth = 0;
    bool quoted = false;
    std::size_t close = open + 2;
    for (; close < out.size() && (depth > 0 || quoted || out[close] != ')'); ++close) {
      if (out[close] == '"') quoted = !quoted;
      if (!quoted && out[close] == '(') ++depth;
      if (!quoted && out[close] == ')') --depth;
    }
    if (close == out.size()) throw std::runtime_error("$( without its )");
    out.replace(open, close + 1 - open, expand_one(std::string_view(out).substr(open + 2, close - open - 2)));
  }
  return out;
}

std::string thumbprint_of_pem(const std::string& pem) { return thumbprint(der_of(pem)); }

TEST_CASE("what stands in $( ) is replaced, innermost first", "[unit]") {
  CHECK(expand_tokens("a $(repeat 3 $(repeat 2 x)) b") == "a xxxxxx b");
  CHECK(expand_tokens("$(jwt none - {\"a\":1})") == "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJhIjoxfQ.");
  CHECK_THROWS(expand_tokens("$(nothing)"));
}

}  // namespace portcullis::test
