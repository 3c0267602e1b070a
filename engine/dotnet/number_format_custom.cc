// Custom number formats: `0 # . , % ‰ E0 ; 'text' \c`. source: types.md#6.2
#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/text.h"
#include "engine/dotnet/number_format.h"
#include "engine/dotnet/text_buffer.h"

namespace portcullis {

namespace {

constexpr std::string_view kPerMille = "‰";

// Sections are cut at `;` outside literals.
struct Sections {
  std::string_view parts[3];
  int count = 0;
};

// Where a quoted piece that opens at `at` ends: behind the closing quote, or at the end of the text.
std::size_t skip_quoted(std::string_view text, std::size_t at) {
  const std::size_t close = text.find(text[at], at + 1);
  return close == std::string_view::npos ? text.size() : close + 1;
}

Sections cut_sections(std::string_view text) {
  Sections sections;
  std::size_t start = 0;
  std::size_t at = 0;
  while (at < text.size() && sections.count < 3) {
    const char c = text[at];
    if (c == '\'' || c == '"') {
      at = skip_quoted(text, at);
    } else if (c == '\\') {
      at = std::min(at + 2, text.size());
    } else if (c == ';') {
      sections.parts[sections.count++] = text.substr(start, at - start);
      start = ++at;
    } else {
      ++at;
    }
  }
  if (sections.count < 3) sections.parts[sections.count++] = text.substr(start);
  return sections;
}

// An empty second or third section gives way to the first.
int choose(const Sections& sections, int wanted) {
  return wanted < sections.count && !sections.parts[wanted].empty() ? wanted : 0;
}

// `E0`, `E+0`, `e-0` at `at`: the number of characters, 0 when it is none.
std::size_t exponent_length(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  if (end < text.size() && (text[end] == '+' || text[end] == '-')) ++end;
  if (end >= text.size() || text[end] != '0') return 0;
  while (end < text.size() && text[end] == '0') ++end;
  return end - at;
}

// What the first look at a section says.
struct Plan {
  std::int32_t digit_count = 0;
  std::int32_t point = -1;        // places before the point; -1: no point
  std::int32_t first_zero = INT32_MAX;
  std::int32_t last_zero = 0;
  std::int32_t scale_adjust = 0;
  bool is_scientific = false;
  bool has_groups = false;
};

class Planner {
 public:
  explicit Planner(std::string_view section) : text_(section) {}

  Plan make() {
    while (at_ < text_.size()) step();
    if (plan_.point < 0) plan_.point = plan_.digit_count;
    if (comma_at_ >= 0) {
      if (comma_at_ == plan_.point) {
        plan_.scale_adjust -= commas_ * 3;
      } else {
        plan_.has_groups = true;
      }
    }
    return plan_;
  }

 private:
  void step() {
    switch (text_[at_]) {
      case '#':
        ++plan_.digit_count;
        break;
      case '0':
        if (plan_.first_zero == INT32_MAX) plan_.first_zero = plan_.digit_count;
        ++plan_.digit_count;
        plan_.last_zero = plan_.digit_count;
        break;
      case '.':
        if (plan_.point < 0) plan_.point = plan_.digit_count;
        break;
      case ',':
        see_comma();
        break;
      case '%':
        plan_.scale_adjust += 2;
        break;
      case '\'':
      case '"':
        at_ = skip_quoted(text_, at_);
        return;
      case '\\':
        ++at_;
        break;
      case 'E':
      case 'e':
        if (const std::size_t length = exponent_length(text_, at_); length > 0) {
          plan_.is_scientific = true;
          at_ += length;
          return;
        }
        break;
      default:
        if (text_.substr(at_).starts_with(kPerMille)) plan_.scale_adjust += 3;
        break;
    }
    ++at_;
  }
  void see_comma() {
    if (plan_.digit_count == 0 || plan_.point >= 0) return;
    if (comma_at_ >= 0) {
      if (comma_at_ == plan_.digit_count) {
        ++commas_;
        return;
      }
      plan_.has_groups = true;
    }
    comma_at_ = plan_.digit_count;
    commas_ = 1;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Plan plan_;
  std::int32_t comma_at_ = -1;
  std::int32_t commas_ = 0;
};

class CustomWriter {
 public:
  CustomWriter(Run& run, const Digits& digits, const Plan& plan, std::string_view section)
      : run_(run), digits_(digits), plan_(plan), text_(section) {}

  String* write(bool with_sign) {
    if (with_sign) put("-");
    // Places before and behind the point at which a zero must stand.
    first_ = plan_.first_zero < plan_.point ? plan_.point - plan_.first_zero : 0;
    last_ = plan_.last_zero > plan_.point ? plan_.point - plan_.last_zero : 0;
    if (plan_.is_scientific) {
      place_ = plan_.point;
    } else {
      place_ = std::max(digits_.scale, plan_.point);
      surplus_ = digits_.scale - plan_.point;
    }
    while (at_ < text_.size()) step();
    return out_.take(run_);
  }

 private:
  void put(std::string_view part) { out_.append(run_, part); }
  void put(char c) { put({&c, 1}); }
  // The digits that the format has no places for come with its first place.
  void put_surplus() {
    for (; surplus_ > 0; --surplus_) {
      put(next_ < digits_.count ? digits_.digit(next_++) : '0');
      separate();
      --place_;
    }
  }
  // A separator behind the digit at `place_`, which has `place_ - 1` digits to its right.
  void separate() {
    if (plan_.has_groups && place_ > 1 && (place_ - 1) % 3 == 0) put(',');
  }
  void put_place(char symbol) {
    char digit = 0;
    if (surplus_ < 0) {
      ++surplus_;
      digit = place_ <= first_ ? '0' : '\0';
    } else if (next_ < digits_.count) {
      digit = digits_.digit(next_++);
    } else {
      digit = place_ > last_ ? '0' : '\0';
    }
    static_cast<void>(symbol);
    if (digit != 0) {
      put(digit);
      if (place_ > 0) separate();
    }
    --place_;
  }
  void put_point() {
    if (place_ != 0 || point_written_) return;
    if (last_ < 0 || (plan_.point < plan_.digit_count && next_ < digits_.count)) {
      put('.');
      point_written_ = true;
    }
  }
  void step() {
    const char c = text_[at_];
    if (surplus_ > 0 && (c == '#' || c == '0' || c == '.')) put_surplus();
    switch (c) {
      case '#':
      case '0':
        put_place(c);
        break;
      case '.':
        put_point();
        break;
      case ',':
        break;
      case '\'':
      case '"': {
        const std::size_t end = skip_quoted(text_, at_);
        const bool is_closed = end > at_ + 1 && text_[end - 1] == c;
        put(text_.substr(at_ + 1, end - at_ - 1 - (is_closed ? 1 : 0)));
        at_ = end;
        return;
      }
      case '\\':
        if (at_ + 1 < text_.size()) put(text_[++at_]);
        break;
      case 'E':
      case 'e':
        if (put_exponent(c)) return;
        put(c);
        break;
      default:
        put(c);
        break;
    }
    ++at_;
  }
  // False where it is an ordinary letter.
  bool put_exponent(char letter) {
    if (!plan_.is_scientific) return false;
    const std::size_t length = exponent_length(text_, at_);
    if (length == 0) return false;
    const bool plus = text_[at_ + 1] == '+';
    const auto zeros = static_cast<std::int32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                            text_.begin() + static_cast<std::ptrdiff_t>(at_ + length), '0'));
    const std::int32_t exponent = digits_.count == 0 ? 0 : digits_.scale - plan_.point;
    put(letter);
    if (exponent < 0) {
      put('-');
    } else if (plus) {
      put('+');
    }
    char number[16];
    const auto end = std::to_chars(number, number + sizeof number, std::abs(exponent)).ptr;
    for (std::int64_t i = end - number; i < std::min(zeros, 10); ++i) put('0');
    put({number, static_cast<std::size_t>(end - number)});
    at_ += length;
    return true;
  }

  Run& run_;
  const Digits& digits_;
  const Plan& plan_;
  std::string_view text_;
  std::size_t at_ = 0;
  TextBuffer out_;
  std::int32_t first_ = 0;
  std::int32_t last_ = 0;
  std::int32_t place_ = 0;     // of the next digit: 1 is the one before the point
  std::int32_t surplus_ = 0;   // digits more (or fewer) than the format has places before the point
  std::int32_t next_ = 0;
  bool point_written_ = false;
};

}  // namespace

String* format_custom(Run& run, Digits& digits, std::string_view format) {
  if (!run.spend(1 + format.size() / 8)) return nullptr;
  const Sections sections = cut_sections(format);
  int section = choose(sections, digits.count == 0 ? 2 : digits.is_negative ? 1 : 0);
  Plan plan;
  for (;;) {
    plan = Planner(sections.parts[section]).make();
    if (digits.count == 0) {
      if (digits.kind != DigitsKind::kReal) digits.is_negative = false;
      digits.scale = 0;
      break;
    }
    digits.scale += plan.scale_adjust;
    const std::int64_t places = plan.is_scientific ? plan.digit_count : std::int64_t{digits.scale} + plan.digit_count - plan.point;
    digits.round(places);
    if (digits.count > 0) break;
    const int zero_section = choose(sections, 2);
    if (zero_section == section) break;
    section = zero_section;  // rounded to zero: the zero section has its say
  }
  const bool is_negative = digits.is_negative && section == 0;
  const bool is_zero = digits.count == 0;
  String* text = CustomWriter(run, digits, plan, sections.parts[section]).write(is_negative && !is_zero);
  // A real that is or rounds to zero keeps its sign, if anything of it is shown.
  return is_negative && is_zero && text != nullptr && text->size > 0 ? run.concat(run.view("-"), text) : text;
}

}  // namespace portcullis
