// The formats of JSON Schema that are enforced; any other is a remark. source: content-validation.md#2 (chosen)
#include "base/text.h"
#include "engine/dotnet/ip_address.h"
#include "policies/support/schema.h"

namespace portcullis {

JsonFormat format_named(std::string_view name) {
  constexpr std::pair<std::string_view, JsonFormat> kFormats[] = {
      {"date", JsonFormat::kDate},   {"date-time", JsonFormat::kDateTime}, {"uuid", JsonFormat::kUuid},
      {"uri", JsonFormat::kUri},     {"email", JsonFormat::kEmail},        {"ipv4", JsonFormat::kIpv4},
      {"ipv6", JsonFormat::kIpv6},   {"hostname", JsonFormat::kHostname},  {"int32", JsonFormat::kInt32},
      {"int64", JsonFormat::kInt64}, {"byte", JsonFormat::kByte},
  };
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
  }
  return JsonFormat::kNone;
}

namespace {

/// Reads a number of exactly `digits` digits; -1 when there is none.
int take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!is_ascii_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || ascii_lower(text.front()) != c) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text) {
  const int year = take_number(text, 4);
  if (year < 0 || !take(text, '-')) return false;
  const int month = take_number(text, 2);
  if (month < 1 || month > 12 || !take(text, '-')) return false;
  const int day = take_number(text, 2);
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day >= 1 && day <= kDays[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

// RFC 3339, with the offset left out as .NET's round-trip texts may have it.
bool take_time(std::string_view& text) {
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return false;
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ':')) return false;
  const int second = take_number(text, 2);
  if (second < 0 || second > 60) return false;
  if (take(text, '.')) {
    if (text.empty() || !is_ascii_digit(text.front())) return false;
    while (!text.empty() && is_ascii_digit(text.front())) text.remove_prefix(1);
  }
  if (text.empty() || take(text, 'z')) return true;
  if (!take(text, '+') && !take(text, '-')) return false;
  const int offset_hour = take_number(text, 2);
  if (offset_hour < 0 || offset_hour > 23 || !take(text, ':')) return false;
  const int offset_minute = take_number(text, 2);
  return offset_minute >= 0 && offset_minute <= 59;
}

bool is_hex(char c) { return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f'); }

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

bool is_uri(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && (is_ascii_letter(text[at]) || (at > 0 && (is_ascii_digit(text[at]) || text[at] == '+' ||
                                                                       text[at] == '-' || text[at] == '.'))))
    ++at;
  if (at == 0 || at >= text.size() || text[at] != ':') return false;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) <= 0x20 || std::string_view("<>\"\\^`{|}").find(c) != std::string_view::npos)
      return false;
    if (c == '%' && (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2]))) return false;
  }
  return true;
}

bool is_hostname(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  std::size_t label = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.') {
      if (label == 0 || text[i - 1] == '-') return false;
      label = 0;
      continue;
    }
    if (!is_ascii_letter(c) && !is_ascii_digit(c) && (c != '-' || label == 0)) return false;
    if (++label > 63) return false;
  }
  return label > 0 && text.back() != '-';
}

bool is_email(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  const std::string_view local = text.substr(0, at);
  std::string_view domain = text.substr(at + 1);
  if (local.front() == '"' && local.size() > 2 && local.back() == '"') {
    return is_hostname(domain);
  }
  char before = '.';
  for (const char c : local) {
    if (static_cast<unsigned char>(c) <= 0x20 || std::string_view("()<>[]:;@\\,\"").find(c) != std::string_view::npos)
      return false;
    if (c == '.' && before == '.') return false;
    before = c;
  }
  if (before == '.') return false;
  if (domain.starts_with('[') && domain.ends_with(']')) {
    domain = domain.substr(1, domain.size() - 2);
    if (domain.starts_with("IPv6:")) domain.remove_prefix(5);
    return parse_ip_address(domain).has_value();
  }
  return is_hostname(domain);
}

bool is_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && !take(text, '.')) return false;
    std::size_t digits = 0;
    int value = 0;
    while (digits < text.size() && digits < 3 && is_ascii_digit(text[digits]))
      value = value * 10 + (text[digits++] - '0');
    if (digits == 0 || value > 255 || (digits > 1 && text.front() == '0')) return false;
    text.remove_prefix(digits);
  }
  return text.empty();
}

bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == '=') {
      if (++padding > 2) return false;
    } else if (padding > 0 || (!is_ascii_letter(c) && !is_ascii_digit(c) && c != '+' && c != '/')) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool matches_format(JsonFormat format, std::string_view text) {
  switch (format) {
    case JsonFormat::kDate:
      return take_date(text) && text.empty();
    case JsonFormat::kDateTime:
      return take_date(text) && (take(text, 't') || take(text, ' ')) && take_time(text) && text.empty();
    case JsonFormat::kTime:
      return take_time(text) && text.empty();
    case JsonFormat::kUuid:
      return is_uuid(text);
    case JsonFormat::kUri:
      return is_uri(text);
    case JsonFormat::kEmail:
      return is_email(text);
    case JsonFormat::kIpv4:
      return is_ipv4(text);
    case JsonFormat::kIpv6: {
      const auto address = parse_ip_address(text);
      return address.has_value() && address->is_v6 && text.find('%') == std::string_view::npos &&
             text.find('[') == std::string_view::npos;
    }
    case JsonFormat::kHostname:
      return is_hostname(text);
    case JsonFormat::kByte:
      return is_base64(text);
    case JsonFormat::kNone:
    case JsonFormat::kInt32:
    case JsonFormat::kInt64:
      return true;
  }
  return true;
}

}  // namespace portcullis
