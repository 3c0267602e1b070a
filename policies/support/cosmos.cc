#include "policies/support/cosmos.h"

#include <charconv>
#include <chrono>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.h"
#include "base/utf.h"
#include "engine/exchange/base64.h"
#include "engine/exchange/exchange.h"
#include "engine/json/json.h"

namespace portcullis {

std::string_view CosmosAccount::origin() const {
  const std::size_t scheme = endpoint.find("://");
  const std::size_t end = endpoint.find_first_of("/:", scheme + 3);
  return endpoint.substr(0, end);
}

bool read_cosmos_account(std::string_view text, CosmosAccount& account, std::string_view& problem) {
  account = {};
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view pair = trim_ascii(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = trim_ascii(pair.substr(0, equals));
    const std::string_view value = trim_ascii(pair.substr(equals + 1));
    if (equals_ignoring_ascii_case(name, "AccountEndpoint")) account.endpoint = value;
    if (equals_ignoring_ascii_case(name, "AccountKey")) account.key = value;
  }
  while (account.endpoint.ends_with('/')) account.endpoint.remove_suffix(1);
  UrlView url;
  if (account.endpoint.empty()) return problem = "the connection string has no `AccountEndpoint`", false;
  if (!parse_url(account.endpoint, url)) return problem = "`AccountEndpoint` is no absolute http or https URL", false;
  return true;
}

std::string CosmosLink::signed_link() const {
  std::string link = joined("dbs/", database, "/colls/", container);
  if (!id.empty()) append(link, "/docs/", id);
  return link;
}

std::string CosmosLink::url(const CosmosAccount& account) const {
  std::string out = joined(account.endpoint, "/dbs/");
  append_percent_encoded(out, database);
  out += "/colls/";
  append_percent_encoded(out, container);
  out += "/docs";
  if (id.empty()) return out;
  out += '/';
  append_percent_encoded(out, id);
  return out;
}

std::string cosmos_date(SystemTime time) {
  constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  const auto two = [](std::int64_t number) {
    return std::string{static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
  };
  return joined(kDays[std::chrono::weekday(day).c_encoding()], ", ", two(static_cast<unsigned>(date.day())), " ",
                kMonths[static_cast<unsigned>(date.month()) - 1], " ", static_cast<int>(date.year()), " ",
                two(clock.hours().count()), ":", two(clock.minutes().count()), ":", two(clock.seconds().count()),
                " GMT");
}

bool cosmos_key_authorization(std::string_view key, std::string_view method, const CosmosLink& link,
                              std::string_view date, std::string& header) {
  Arena arena(std::size_t{1} << 20);
  const auto secret = decode_base64(key, Base64::kStandard, arena);
  if (!secret.has_value() || secret->empty()) return false;
  // Verb, kind and date in lower case, the link as it is; each ends its line, and so does an empty one.
  const std::string text = joined(ascii_lower(method), "\ndocs\n", link.signed_link(), "\n", ascii_lower(date), "\n\n");
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), secret->data(), static_cast<int>(secret->size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size) == nullptr)
    return false;
  unsigned char signature[EVP_MAX_MD_SIZE * 2];
  const int length = EVP_EncodeBlock(signature, digest, static_cast<int>(size));
  header.clear();
  append_percent_encoded(
      header, joined("type=master&ver=1.0&sig=",
                     std::string_view(reinterpret_cast<const char*>(signature), static_cast<std::size_t>(length))));
  return true;
}

std::string cosmos_token_authorization(std::string_view token) {
  std::string header;
  append_percent_encoded(header, joined("type=aad&ver=1.0&sig=", token));
  return header;
}

void append_json_ascii(std::string& out, std::string_view text) {
  std::string escaped;
  append_json_escaped(escaped, text);
  const auto unit = [&](std::uint32_t value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[(value >> shift) & 15];
  };
  for (std::size_t at = 0; at < escaped.size();) {
    const auto lead = static_cast<unsigned char>(escaped[at]);
    if (lead < 0x80) {
      out += escaped[at++];
      continue;
    }
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    std::uint32_t point = lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size && at + i < escaped.size(); ++i)
      point = point << 6 | (static_cast<unsigned char>(escaped[at + i]) & 0x3FU);
    at += size;
    if (point < 0x10000) {
      unit(point);
    } else {
      unit(0xD800 + ((point - 0x10000) >> 10));
      unit(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
}

bool is_json_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool has_digit_first =
      !text.empty() && (is_ascii_digit(text[0]) || (text[0] == '-' && text.size() > 1 && is_ascii_digit(text[1])));
  return has_digit_first && error == std::errc{} && end == text.data() + text.size();
}

}  // namespace portcullis
