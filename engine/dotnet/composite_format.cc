// See composite_format.h. Parsing follows .NET 8 step by step, since its messages tell where it stood.
#include "engine/dotnet/composite_format.h"

#include <vector>

#include "base/text.h"
#include "base/utf.h"
#include "engine/types/type_table.h"

namespace portcullis {

namespace {

constexpr std::int32_t kMost = 1'000'000;  // of index and width; larger numbers are malformed
constexpr std::string_view kEndsEarly = "Format item ends prematurely.";
constexpr std::string_view kNoDigit = "Expected an ASCII digit.";
constexpr std::string_view kClosingBrace = "Unexpected closing brace without a corresponding opening brace.";

class FormatParser {
 public:
  FormatParser(Arena& arena, const Type& string_type, std::string_view format)
      : arena_(arena), string_type_(string_type), format_(format) {}

  CompositeFormat parse() {
    while (at_ < format_.size() && !failed_) {
      const std::size_t brace = std::min(format_.find_first_of("{}", at_), format_.size());
      add_text(format_.substr(at_, brace - at_));
      at_ = brace;
      if (at_ < format_.size()) parse_brace();
    }
    return arena_.copy(std::span<const FormatPiece>(pieces_));
  }

 private:
  void add_text(std::string_view text) {
    if (!text.empty()) pieces_.push_back(FormatPiece{.kind = FormatPiece::Kind::kText, .text = text});
  }

  void fail(std::string_view why) {
    if (failed_) return;
    failed_ = true;
    pieces_.push_back(
        {.kind = FormatPiece::Kind::kError, .text = why, .offset_utf16 = utf16_length(format_.substr(0, at_))});
  }

  // The next byte, 0 after failing at the end.
  char advance() {
    ++at_;
    if (at_ < format_.size()) return format_[at_];
    fail(kEndsEarly);
    return '\0';
  }

  char skip_spaces(char c) {
    while (c == ' ') c = advance();
    return c;
  }

  void parse_brace() {
    const char brace = format_[at_];
    const char next = advance();
    if (failed_) return;
    if (next == brace) {
      add_text(format_.substr(at_, 1));
      ++at_;
    } else if (brace == '}') {
      fail(kClosingBrace);
    } else {
      parse_item(next);
    }
  }

  // A number of at least one digit, the first of which is `c`.
  char parse_number(char c, std::int32_t& value) {
    if (!is_ascii_digit(c)) {
      fail(kNoDigit);
      return c;
    }
    value = c - '0';
    for (c = advance(); is_ascii_digit(c) && value < kMost; c = advance()) value = value * 10 + (c - '0');
    return c;
  }

  void parse_item(char c) {
    FormatPiece item;
    item.kind = FormatPiece::Kind::kItem;
    c = skip_spaces(parse_number(c, item.index));
    if (!failed_ && c == ',') c = parse_alignment(item);
    if (!failed_ && c == ':') {
      parse_item_format(item);
    } else if (!failed_ && c != '}') {
      fail(kEndsEarly);
    }
    if (failed_) return;
    ++at_;
    pieces_.push_back(item);
  }

  char parse_alignment(FormatPiece& item) {
    char c = skip_spaces(advance());
    const bool left = c == '-';
    if (left) c = advance();
    if (failed_) return c;
    c = skip_spaces(parse_number(c, item.width));
    if (left) item.width = -item.width;
    return c;
  }

  void parse_item_format(FormatPiece& item) {
    const std::size_t start = at_ + 1;
    for (char c = advance(); !failed_ && c != '}'; c = advance()) {
      if (c == '{') fail(kEndsEarly);
    }
    if (failed_ || at_ == start) return;
    auto* made = arena_.make<String>();
    made->type = &string_type_;
    made->data = format_.data() + start;
    made->size = static_cast<std::uint32_t>(at_ - start);
    static_cast<void>(made->length_utf16());
    item.format = made;
  }

  Arena& arena_;
  const Type& string_type_;
  std::string_view format_;
  std::size_t at_ = 0;
  bool failed_ = false;
  std::vector<FormatPiece> pieces_;
};

Raised raise_piece(Run& run, const FormatPiece& piece) {
  return run.raise(Known::kFormatException,
                   joined("Input string was not in a correct format. Failure to parse near offset ", piece.offset_utf16,
                          ". ", piece.text));
}

bool append_item(Run& run, TextBuffer& out, const FormatPiece& item, std::span<const Slot> arguments) {
  if (static_cast<std::size_t>(item.index) >= arguments.size()) {
    run.raise(Known::kFormatException,
              "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.");
    return false;
  }
  const Slot argument = arguments[static_cast<std::size_t>(item.index)];
  const String* text = format(run, run.type(Known::kObject), argument, item.format);
  return !run.failed() && append_aligned(run, out, text, item.width);
}

}  // namespace

CompositeFormat parse_composite_format(Arena& arena, const Type& string_type, std::string_view format) {
  return FormatParser(arena, string_type, format).parse();
}

bool append_aligned(Run& run, TextBuffer& out, const String* text, std::int32_t width) {
  if (width == 0) return out.append(run, text);
  const auto length = text == nullptr ? 0 : static_cast<std::int64_t>(text->length_utf16());
  const std::int64_t wanted = width < 0 ? -static_cast<std::int64_t>(width) : width;
  const auto padding = static_cast<std::uint64_t>(wanted > length ? wanted - length : 0);
  if (width > 0) out.append_repeated(run, u' ', padding);
  out.append(run, text);
  if (width < 0) out.append_repeated(run, u' ', padding);
  return !run.failed();
}

bool append_composite(Run& run, TextBuffer& out, CompositeFormat format, std::span<const Slot> arguments) {
  for (const FormatPiece& piece : format) {
    switch (piece.kind) {
      case FormatPiece::Kind::kText:
        if (!out.append(run, piece.text)) return false;
        break;
      case FormatPiece::Kind::kItem:
        if (!append_item(run, out, piece, arguments)) return false;
        break;
      case FormatPiece::Kind::kError:
        raise_piece(run, piece);
        return false;
    }
  }
  return run.spend(format.size());
}

String* format_composite(Run& run, String* format, std::span<const Slot> arguments) {
  if (format == nullptr) return run.raise_null("format");
  TextBuffer out;
  if (!append_composite(run, out, composite_format_of(run, CallSite{}, *format), arguments)) return nullptr;
  return out.take(run);
}

const void* prepare_composite_format(Preparation& preparation, const ConstantArgument& format) {
  if (format.type == nullptr || format.value.object == nullptr || !format.type->is(Known::kString)) return nullptr;
  // The constant itself may move before it becomes the Program's.
  const std::string_view text = preparation.arena().copy(static_cast<const String*>(format.value.object)->view());
  auto* parsed = preparation.arena().make<CompositeFormat>(
      parse_composite_format(preparation.arena(), preparation.types().known(Known::kString), text));
  return parsed;
}

CompositeFormat composite_format_of(Run& run, const CallSite& site, const String& format) {
  if (site.prepared != nullptr) return *static_cast<const CompositeFormat*>(site.prepared);
  return parse_composite_format(run.arena, run.type(Known::kString), format.view());
}

}  // namespace portcullis
