// DateTime.GetDateTimeFormats: the date in every pattern of the invariant culture. source: learn.microsoft.com
// DateTime.GetDateTimeFormats
#include <algorithm>

#include "base/text.h"
#include "engine/dotnet/date_format.h"
#include "engine/run/run.h"
#include "engine/types/type_table.h"

namespace portcullis {

namespace {

struct Patterns {
  std::string_view letters;   // standard letters with these patterns
  std::string_view patterns;  // parted by |
};

constexpr Patterns kPatterns[] = {
    {"d", "MM/dd/yyyy|yyyy-MM-dd"},
    {"D", "dddd, dd MMMM yyyy"},
    {"f", "dddd, dd MMMM yyyy HH:mm|dddd, dd MMMM yyyy hh:mm tt|dddd, dd MMMM yyyy H:mm|dddd, dd MMMM yyyy h:mm tt"},
    {"F", "dddd, dd MMMM yyyy HH:mm:ss"},
    {"g",
     "MM/dd/yyyy HH:mm|MM/dd/yyyy hh:mm tt|MM/dd/yyyy H:mm|MM/dd/yyyy h:mm tt|"
     "yyyy-MM-dd HH:mm|yyyy-MM-dd hh:mm tt|yyyy-MM-dd H:mm|yyyy-MM-dd h:mm tt"},
    {"G", "MM/dd/yyyy HH:mm:ss|yyyy-MM-dd HH:mm:ss"},
    {"mM", "MMMM dd"},
    {"oO", "o"},
    {"rR", "r"},
    {"s", "s"},
    {"t", "HH:mm|hh:mm tt|H:mm|h:mm tt"},
    {"T", "HH:mm:ss"},
    {"u", "u"},
    {"U", "U"},
    {"yY", "yyyy MMMM"},
};

Array* texts(Run& run, DateTime value, char letter) {
  std::size_t count = 0;
  for (const Patterns& one : kPatterns) {
    if (letter != 0 && one.letters.find(letter) == std::string_view::npos) continue;
    const auto each = static_cast<std::size_t>(std::ranges::count(one.patterns, '|')) + 1;
    count += each * (letter == 0 ? one.letters.size() : 1);
  }
  if (count == 0) return run.raise(Known::kFormatException, "Input string was not in a correct format.");
  Array* made = run.array(run.types.string_array(), count);
  std::size_t at = 0;
  for (const Patterns& one : kPatterns) {
    if (made == nullptr || (letter != 0 && one.letters.find(letter) == std::string_view::npos)) continue;
    for (std::size_t again = letter == 0 ? one.letters.size() : 1; again > 0; --again) {
      for (std::string_view left = one.patterns; !left.empty() && !run.failed();) {
        const std::size_t end = std::min(left.find('|'), left.size());
        made->items[at++] = Slot::of_object(format_date(run, Moment::of(value), run.view(left.substr(0, end))));
        left.remove_prefix(std::min(end + 1, left.size()));
      }
    }
  }
  return run.failed() ? nullptr : made;
}

}  // namespace

Array* all_date_texts(Run& run, DateTime value) { return texts(run, value, 0); }
Array* date_texts(Run& run, DateTime value, char16_t letter) {
  return texts(run, value, letter < 0x80 && letter != 0 ? static_cast<char>(letter) : '?');
}
Array* all_date_texts_in_culture(Run& run, DateTime value, Object*) { return texts(run, value, 0); }
Array* date_texts_in_culture(Run& run, DateTime value, char16_t letter, Object*) {
  return date_texts(run, value, letter);
}

}  // namespace portcullis
