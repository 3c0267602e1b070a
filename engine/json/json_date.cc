// Date-times in JSON: which strings Newtonsoft takes for one while reading, and how it writes them back. The local zone is UTC.
#include <array>
#include <charconv>
#include <cstdint>

#include "base/text.h"
#include "engine/json/json.h"

namespace portcullis {
namespace {

constexpr std::int64_t kTicksPerSecond = 10'000'000;
constexpr std::int64_t kTicksPerDay = 86'400 * kTicksPerSecond;
constexpr std::int64_t kMaxTicks = 3'155'378'975'999'999'999;
constexpr std::int64_t kUnixEpochTicks = 621'355'968'000'000'000;
constexpr std::int64_t kUtc = std::int64_t{1} << 62;
constexpr std::int64_t kTicksMask = kUtc - 1;

constexpr std::int64_t local(std::int64_t ticks) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(ticks) | (std::uint64_t{2} << 62));
}

constexpr bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
constexpr int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}
// Days since 0001-01-01.
constexpr std::int64_t days_of(int year, int month, int day) {
  const std::int64_t y = year - 1;
  std::int64_t days = y * 365 + y / 4 - y / 100 + y / 400;
  for (int m = 1; m < month; ++m) days += days_in_month(year, m);
  return days + day - 1;
}

class IsoReader {
 public:
  explicit IsoReader(std::string_view text) : text_(text) {}

  bool read(std::int64_t& date_time) {
    if (!read_day() || !read_time() || !read_fraction() || !read_zone()) return false;
    std::int64_t ticks = days_of(year_, month_, day_) * kTicksPerDay + seconds_ * kTicksPerSecond + fraction_;
    if (ticks > kMaxTicks) return false;
    if (zone_ == 0) {
      date_time = ticks;
    } else if (zone_ == 'Z') {
      date_time = ticks | kUtc;
    } else {
      ticks -= offset_minutes_ * 60 * kTicksPerSecond;
      if (ticks < 0) ticks = 0;
      if (ticks > kMaxTicks) ticks = kMaxTicks;
      date_time = local(ticks);
    }
    return true;
  }

 private:
  bool number(std::size_t digits, int& out) {
    if (at_ + digits > text_.size()) return false;
    out = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = text_[at_ + i];
      if (!is_ascii_digit(c)) return false;
      out = out * 10 + (c - '0');
    }
    at_ += digits;
    return true;
  }
  bool character(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool read_day() {
    return number(4, year_) && year_ >= 1 && character('-') && number(2, month_) && month_ >= 1 && month_ <= 12 &&
           character('-') && number(2, day_) && day_ >= 1 && day_ <= days_in_month(year_, month_);
  }
  bool read_time() {
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!character('T') || !number(2, hour) || hour > 24 || !character(':') || !number(2, minute) || minute > 59 ||
        !character(':') || !number(2, second) || second > 59) {
      return false;
    }
    if (hour == 24 && (minute != 0 || second != 0)) return false;
    ends_day_ = hour == 24;
    seconds_ = hour * 3600 + minute * 60 + second;
    return true;
  }
  bool read_fraction() {
    if (!character('.')) return true;
    int digits = 0;
    for (; digits < 7 && at_ < text_.size() && is_ascii_digit(text_[at_]); ++digits, ++at_) fraction_ = fraction_ * 10 + (text_[at_] - '0');
    if (digits == 0) return false;
    for (; digits < 7; ++digits) fraction_ *= 10;
    return !ends_day_ || fraction_ == 0;
  }
  bool read_zone() {
    if (at_ == text_.size()) return true;
    const char c = text_[at_];
    if (c == 'Z' || c == 'z') {
      zone_ = 'Z';
      return ++at_ == text_.size();
    }
    if (c != '+' && c != '-') return false;
    zone_ = c;
    ++at_;
    int hours = 0;
    int minutes = 0;
    if (!number(2, hours)) return false;
    if (at_ < text_.size()) {
      character(':');
      if (!number(2, minutes)) return false;
    }
    offset_minutes_ = (c == '-' ? -1 : 1) * (hours * 60 + minutes);
    return at_ == text_.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int year_ = 0;
  int month_ = 0;
  int day_ = 0;
  int seconds_ = 0;
  bool ends_day_ = false;
  std::int64_t fraction_ = 0;
  char zone_ = 0;
  int offset_minutes_ = 0;
};

// /Date(1700000000000)/ and /Date(1700000000000+0100)/
bool read_milliseconds(std::string_view text, std::int64_t& date_time) {
  text = text.substr(6, text.size() - 8);
  const std::size_t zone = text.find_first_of("+-", 1);
  const std::string_view digits = text.substr(0, zone);
  std::int64_t milliseconds = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), milliseconds);
  if (result.ec != std::errc{} || result.ptr != digits.data() + digits.size()) return false;
  if (milliseconds > 253'402'300'799'999 || milliseconds < -62'135'596'800'000) return false;
  const std::int64_t ticks = kUnixEpochTicks + milliseconds * 10'000;
  date_time = zone == std::string_view::npos ? (ticks | kUtc) : local(ticks);
  return true;
}

char* put(char* out, int value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + digits;
}

}  // namespace

bool read_json_date(std::string_view text, std::int64_t& date_time) {
  if (text.size() >= 9 && text[0] == '/') {
    return text.starts_with("/Date(") && text.ends_with(")/") && read_milliseconds(text, date_time);
  }
  if (text.size() < 19 || text.size() > 40 || !is_ascii_digit(text[0]) || text[10] != 'T') return false;
  return IsoReader(text).read(date_time);
}

std::size_t write_json_date(char* out, std::int64_t date_time) {
  const std::int64_t ticks = date_time & kTicksMask;
  std::int64_t days = ticks / kTicksPerDay;
  const std::int64_t of_day = ticks % kTicksPerDay;
  const int seconds = static_cast<int>(of_day / kTicksPerSecond);
  const int fraction = static_cast<int>(of_day % kTicksPerSecond);
  int year = static_cast<int>(days / 366) + 1;
  while (days_of(year + 1, 1, 1) <= days) ++year;
  days -= days_of(year, 1, 1);
  int month = 1;
  while (days >= days_in_month(year, month)) days -= days_in_month(year, month++);
  char* at = put(out, year, 4);
  *at++ = '-';
  at = put(at, month, 2);
  *at++ = '-';
  at = put(at, static_cast<int>(days) + 1, 2);
  *at++ = 'T';
  at = put(at, seconds / 3600, 2);
  *at++ = ':';
  at = put(at, seconds / 60 % 60, 2);
  *at++ = ':';
  at = put(at, seconds % 60, 2);
  if (fraction != 0) {
    *at++ = '.';
    at = put(at, fraction, 7);
    while (at[-1] == '0') --at;
  }
  const auto kind = static_cast<std::uint64_t>(date_time) >> 62;
  if (kind == 1) *at++ = 'Z';
  if (kind >= 2) {
    const std::string_view offset = "+00:00";
    at += offset.copy(at, offset.size());
  }
  return static_cast<std::size_t>(at - out);
}

}  // namespace portcullis
