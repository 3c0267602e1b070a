#include "policies/support/http_date.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/text.h"

namespace portcullis {

namespace {

constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

bool digits(std::string_view text, std::int64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && is_ascii_digit(text.front()) && error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  text = trim_ascii(text);
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (text.size() != 29 || !text.ends_with(" GMT") || text[3] != ',' || text[19] != ':' || text[22] != ':')
    return std::nullopt;
  std::int64_t day = 0;
  std::int64_t year = 0;
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  if (!digits(text.substr(5, 2), day) || !digits(text.substr(12, 4), year) || !digits(text.substr(17, 2), hour))
    return std::nullopt;
  if (!digits(text.substr(20, 2), minute) || !digits(text.substr(23, 2), second)) return std::nullopt;
  const std::size_t month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text,
                                                           std::chrono::sys_time<std::chrono::milliseconds> now) {
  constexpr std::int64_t kMaxSeconds = 365LL * 86'400;
  text = trim_ascii(text);
  std::int64_t seconds = 0;
  if (digits(text, seconds)) return std::chrono::seconds(std::min(seconds, kMaxSeconds));
  const auto date = parse_http_date(text);
  if (!date.has_value()) return std::nullopt;
  const std::chrono::milliseconds left = std::chrono::sys_time<std::chrono::milliseconds>(*date) - now;
  return std::clamp<std::chrono::milliseconds>(left, std::chrono::milliseconds(0), std::chrono::seconds(kMaxSeconds));
}

}  // namespace portcullis
