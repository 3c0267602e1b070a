// Places in what the author typed.
//
// Text reaches the C# parser changed: named values are pasted in, entities are decoded, CRLF is folded. `MappedText`
// keeps the text as the parser sees it together with the way back to the bytes of the file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portcullis {

/// Half-open byte range. Which text it counts in is said where it is declared.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] std::uint32_t size() const { return end - begin; }
  bool operator==(const Span&) const = default;
};

/// 1-based; a column counts Unicode code points.
struct LineColumn {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  bool operator==(const LineColumn&) const = default;
};

/// One file (or string) as typed, and its lines.
class SourceText {
 public:
  SourceText(std::string name, std::string text);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] LineColumn line_column(std::uint32_t offset) const;
  /// The line's text, without its end. `line` is 1-based.
  [[nodiscard]] std::string_view line(std::uint32_t line) const;
  [[nodiscard]] std::uint32_t line_start(std::uint32_t line) const;
  [[nodiscard]] std::uint32_t line_count() const { return static_cast<std::uint32_t>(line_starts_.size()); }

 private:
  std::string name_;
  std::string text_;
  std::vector<std::uint32_t> line_starts_;
};

/// A named value whose text was pasted into what the author typed.
struct NamedText {
  std::string name;
  std::string text;
};

/// From offsets of a derived text back to offsets of the file. Pieces are ordered by `derived`.
///
/// Inside a piece that is `verbatim`, offsets run in step. In any other piece (a decoded entity, a pasted named value)
/// every derived byte leads to the whole original range.
class PositionMap {
 public:
  struct Piece {
    std::uint32_t derived;  // where the piece starts in the derived text
    Span original;          // what it came from, in the file
    bool verbatim;
    std::int32_t named_value = -1;  // index into the document's list of pasted named values, or -1
    std::uint32_t offset_in_named_value = 0;
  };

  void add(Piece piece) { pieces_.push_back(piece); }
  /// The range of the file that `span` of the derived text came from.
  [[nodiscard]] Span original(Span span) const;
  [[nodiscard]] const Piece* piece_at(std::uint32_t derived) const;
  [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }
  /// A map for the part of the derived text that starts at `begin`.
  [[nodiscard]] PositionMap from(std::uint32_t begin, std::uint32_t end) const;
  /// What `Piece::named_value` counts in; null when nothing was pasted.
  [[nodiscard]] const std::vector<NamedText>* named_texts() const { return named_texts_.get(); }
  void set_named_texts(std::shared_ptr<const std::vector<NamedText>> texts) { named_texts_ = std::move(texts); }

 private:
  std::vector<Piece> pieces_;
  std::shared_ptr<const std::vector<NamedText>> named_texts_;
};

/// Text as a later stage reads it, with its way back to the file.
struct MappedText {
  std::string text;
  PositionMap map;
};

}  // namespace portcullis
