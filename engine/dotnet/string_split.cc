// String.Split. Pieces are views of the string; the array is sized by a first walk that counts separators.
#include <algorithm>
#include <cstring>
#include <vector>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/exceptions.h"
#include "engine/dotnet/string.h"
#include "engine/dotnet/text.h"
#include "engine/types/type_table.h"
#include "engine/unicode/category.h"

namespace portcullis {

extern const TypeDefinition kStringSplitOptionsDefinition;

namespace {
constexpr EnumValue kOptions[] = {{"None", 0}, {"RemoveEmptyEntries", 1}, {"TrimEntries", 2}};
}

const TypeDefinition kStringSplitOptionsDefinition{.declaration = "[flags] enum System.StringSplitOptions : int",
                                                   .values = kOptions};

}  // namespace portcullis

namespace portcullis::strings {

namespace {

constexpr std::int32_t kRemoveEmpty = 1;
constexpr std::int32_t kTrim = 2;
constexpr std::int32_t kAll = INT32_MAX;

// What separates. One of: a single text; white space; a set of characters, ASCII ones as a table, others as texts;
// texts.
struct Separators {
  std::string_view single;
  bool white_space = false;
  bool has_ascii = false;
  bool ascii[128] = {};
  std::span<std::string_view> texts;

  [[nodiscard]] TextMatch next(std::string_view text, std::size_t from) const {
    if (!single.empty()) return next_single(text, from);
    for (std::size_t at = from; at < text.size(); ++at) {
      if (const std::size_t size = size_at(text, at)) return {true, at, size};
    }
    return kNoMatch;
  }

 private:
  [[nodiscard]] TextMatch next_single(std::string_view text, std::size_t from) const {
    const std::size_t found = single.size() == 1 ? text.find(single[0], from) : find_text(text, from);
    return found == std::string_view::npos ? kNoMatch : TextMatch{true, found, single.size()};
  }
  [[nodiscard]] std::size_t find_text(std::string_view text, std::size_t from) const {
    const void* found = memmem(text.data() + from, text.size() - from, single.data(), single.size());
    return found == nullptr ? std::string_view::npos : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
  }
  // 0: no separator here.
  [[nodiscard]] std::size_t size_at(std::string_view text, std::size_t at) const {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x80 && has_ascii && ascii[c]) return 1;
    if (white_space && c >= 0xC0) {
      const Decoded decoded = decode_utf8(text, at);
      return is_white_space(decoded.code) ? decoded.length : 0;
    }
    for (const std::string_view separator : texts) {
      if (text.compare(at, separator.size(), separator) == 0) return separator.size();
    }
    return 0;
  }
};

void use_white_space(Separators& separators) {
  separators.white_space = true;
  separators.has_ascii = true;
  for (const char c : std::string_view(" \t\n\v\f\r")) separators.ascii[static_cast<unsigned char>(c)] = true;
}

std::string_view encoded(Run& run, char16_t c) {
  char* bytes = run.arena.text(4);
  return {bytes, encode_utf8(bytes, c)};
}

Separators of_chars(Run& run, const Array* chars) {
  Separators separators;
  if (chars == nullptr || chars->length == 0) {
    use_white_space(separators);
    return separators;
  }
  if (chars->length == 1) {
    separators.single = encoded(run, static_cast<char16_t>(chars->items[0].integer));
    return separators;
  }
  separators.texts = run.arena.array<std::string_view>(chars->length);
  std::size_t count = 0;
  for (const Slot item : chars->span()) {
    const auto c = static_cast<char16_t>(item.integer);
    if (c < 0x80) {
      separators.has_ascii = true;
      separators.ascii[c] = true;
    } else {
      separators.texts[count++] = encoded(run, c);
    }
  }
  separators.texts = separators.texts.first(count);
  return separators;
}

// Empty texts separate nothing.
Separators of_texts(Run& run, const Array* texts) {
  Separators separators;
  if (texts == nullptr || texts->length == 0) {
    use_white_space(separators);
    return separators;
  }
  separators.texts = run.arena.array<std::string_view>(texts->length);
  std::size_t count = 0;
  for (const Slot item : texts->span()) {
    const auto* text = static_cast<const String*>(item.object);
    if (text != nullptr && text->size > 0) separators.texts[count++] = text->view();
  }
  separators.texts = separators.texts.first(count);
  if (count == 1) separators.single = separators.texts[0];
  return separators;
}

class Splitter {
 public:
  Splitter(Run& run, String* text, const Separators& separators, std::int32_t count, std::int32_t options)
      : run_(run), self_(text), text_(text->view()), separators_(separators), count_(count), options_(options) {}

  Array* split() {
    const std::size_t pieces = count_ <= 1 || text_.empty() ? 1 : count_pieces();
    if (!run_.spend(1 + text_.size() / 8 + pieces)) return nullptr;
    result_ = run_.array(run_.types.string_array(), count_ == 0 ? 0 : pieces);
    if (result_ == nullptr || count_ == 0) return result_;
    const std::uint32_t room = result_->length;
    result_->length = 0;
    std::size_t from = 0;
    while (room > 1 && result_->length + 1 < static_cast<std::uint32_t>(count_)) {
      const TextMatch match = separators_.next(text_, from);
      if (!match.found) break;
      add(text_.substr(from, match.offset - from));
      from = match.offset + match.size;
    }
    if (removes_empty() && count_ != kAll) skip_empty(from);
    add(text_.substr(from));
    return result_;
  }

 private:
  [[nodiscard]] bool removes_empty() const { return (options_ & kRemoveEmpty) != 0; }

  [[nodiscard]] std::size_t count_pieces() const {
    const auto most = static_cast<std::size_t>(count_);
    std::size_t pieces = 1;
    std::size_t from = 0;
    while (pieces < most || removes_empty()) {
      const TextMatch match = separators_.next(text_, from);
      if (!match.found) break;
      from = match.offset + match.size;
      ++pieces;
    }
    return std::min(pieces, most);
  }

  // The last piece holds the rest, which does not begin with empty pieces.
  void skip_empty(std::size_t& from) const {
    if (result_->length + 1 != static_cast<std::uint32_t>(count_)) return;
    while (true) {
      const TextMatch match = separators_.next(text_, from);
      if (!match.found || !trimmed(text_.substr(from, match.offset - from)).empty()) return;
      from = match.offset + match.size;
    }
  }

  [[nodiscard]] std::string_view trimmed(std::string_view piece) const {
    if ((options_ & kTrim) == 0) return piece;
    while (!piece.empty()) {
      const Decoded first = decode_utf8(piece, 0);
      if (!is_white_space(first.code)) break;
      piece.remove_prefix(first.length);
    }
    while (!piece.empty()) {
      std::size_t last = piece.size() - 1;
      while (last > 0 && (static_cast<unsigned char>(piece[last]) & 0xC0U) == 0x80U) --last;
      if (!is_white_space(decode_utf8(piece, last).code)) break;
      piece = piece.substr(0, last);
    }
    return piece;
  }

  void add(std::string_view piece) {
    piece = trimmed(piece);
    if (piece.empty() && removes_empty()) return;
    result_->items[result_->length++] = Slot::of_object(string_of(piece));
  }

  [[nodiscard]] String* string_of(std::string_view piece) const {
    if (piece.size() == text_.size()) return self_;
    if (piece.empty()) return run_.empty_string();
    return run_.view(piece, self_->is_ascii() ? static_cast<std::uint32_t>(piece.size()) : String::kNotCounted);
  }

  Run& run_;
  String* self_;
  std::string_view text_;
  const Separators& separators_;
  std::int32_t count_;
  std::int32_t options_;
  Array* result_ = nullptr;
};

// A separator that is half of a pair: the pieces are cut from units.
bool all_pair_safe(const Separators& separators) {
  return is_pair_safe(separators.single) && std::ranges::all_of(separators.texts, &is_pair_safe);
}

Array* split_units(Run& run, String* self, const Separators& separators, std::int32_t count, std::int32_t options) {
  std::vector<std::vector<char16_t>> wanted;
  const auto add = [&](std::string_view text) {
    std::vector<char16_t> units;
    UnitReader reader(text);
    for (char16_t unit = 0; reader.next(unit);) units.push_back(unit);
    if (!units.empty()) wanted.push_back(units);
  };
  add(separators.single);
  for (const std::string_view text : separators.texts) add(text);
  for (unsigned c = 0; c < 128; ++c) {
    if (separators.ascii[c]) wanted.push_back({static_cast<char16_t>(c)});
  }
  const auto units = utf16_units(run, *self);
  if (run.failed() || !run.spend(units.size())) return nullptr;
  std::vector<String*> pieces;
  std::size_t from = 0;
  const auto take = [&](std::size_t begin, std::size_t end) {
    String* piece = substring(run, self, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin));
    if (piece != nullptr && (options & kTrim) != 0) piece = trim(run, piece);
    if (piece != nullptr && (piece->size > 0 || (options & kRemoveEmpty) == 0)) pieces.push_back(piece);
  };
  for (std::size_t at = 0; at < units.size() && pieces.size() + 1 < static_cast<std::size_t>(count);) {
    const auto hit = std::ranges::find_if(wanted, [&](const std::vector<char16_t>& what) {
      return units.size() - at >= what.size() &&
             std::equal(what.begin(), what.end(), units.begin() + static_cast<std::ptrdiff_t>(at));
    });
    if (hit == wanted.end()) {
      ++at;
      continue;
    }
    take(from, at);
    at += hit->size();
    from = at;
  }
  take(from, units.size());
  Array* result = run.array(run.types.string_array(), pieces.size());
  if (result == nullptr) return nullptr;
  std::ranges::transform(pieces, result->items, [](String* piece) { return Slot::of_object(piece); });
  return result;
}

// False after raising.
bool check(Run& run, std::int32_t count, std::int32_t options) {
  if (raise_if_negative(run, count, "count")) return false;
  if (options >= 0 && options <= (kRemoveEmpty | kTrim)) return true;
  run.raise_argument(Known::kArgumentException, joined("Illegal enum value: ", options, "."), "options");
  return false;
}

Array* split_by(Run& run, String* self, const Separators& separators, std::int32_t count, std::int32_t options) {
  if (!all_pair_safe(separators) && count > 1) return split_units(run, self, separators, count, options);
  return Splitter(run, self, separators, count, options).split();
}

}  // namespace

Array* split_chars(Run& run, String* self, Array* separators) {
  return split_chars_count_options(run, self, separators, kAll, 0);
}
Array* split_chars_count(Run& run, String* self, Array* separators, std::int32_t count) {
  return split_chars_count_options(run, self, separators, count, 0);
}
Array* split_chars_options(Run& run, String* self, Array* separators, std::int32_t options) {
  return split_chars_count_options(run, self, separators, kAll, options);
}
Array* split_chars_count_options(Run& run, String* self, Array* separators, std::int32_t count, std::int32_t options) {
  if (!check(run, count, options)) return nullptr;
  return split_by(run, self, of_chars(run, separators), count, options);
}

Array* split_char_options(Run& run, String* self, char16_t separator, std::int32_t options) {
  return split_char_count_options(run, self, separator, kAll, options);
}
Array* split_char_count_options(Run& run, String* self, char16_t separator, std::int32_t count, std::int32_t options) {
  if (!check(run, count, options)) return nullptr;
  Separators separators;
  separators.single = encoded(run, separator);
  return split_by(run, self, separators, count, options);
}

Array* split_text_options(Run& run, String* self, String* separator, std::int32_t options) {
  return split_text_count_options(run, self, separator, kAll, options);
}
Array* split_text_count_options(Run& run, String* self, String* separator, std::int32_t count, std::int32_t options) {
  if (!check(run, count, options)) return nullptr;
  Separators separators;
  if (separator != nullptr) separators.single = separator->view();
  return split_by(run, self, separators, count, options);
}

Array* split_texts_options(Run& run, String* self, Array* separators, std::int32_t options) {
  return split_texts_count_options(run, self, separators, kAll, options);
}
Array* split_texts_count_options(Run& run, String* self, Array* separators, std::int32_t count, std::int32_t options) {
  if (!check(run, count, options)) return nullptr;
  return split_by(run, self, of_texts(run, separators), count, options);
}

}  // namespace portcullis::strings
