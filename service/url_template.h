// The URL template of an operation: what it matches, what it captures, which of two is closer.
// source: learn.microsoft.com, "Add an API manually" and "Import an API"; precedence is ours (docs/conformance.md)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portcullis {

using MatchedParameters = std::vector<std::pair<std::string, std::string>>;

class UrlTemplate {
 public:
  /// nullopt: braces that do not pair, a name twice, a wildcard that is not last. `problem` says which.
  static std::optional<UrlTemplate> read(std::string_view text, std::string& problem);

  /// `segments` are those of the path behind the API, raw; `query` has no leading '?'. Fills `matched`, percent-decoded.
  [[nodiscard]] bool match(const std::vector<std::string_view>& segments, std::string_view query, MatchedParameters& matched) const;

  /// True when this one is to be tried before `other`: literal segments before mixed ones, those before parameters, a wildcard last;
  /// then the one with more query requirements.
  [[nodiscard]] bool is_closer_than(const UrlTemplate& other) const;

 private:
  /// A literal or, with `is_parameter`, a name.
  struct Piece {
    std::string text;
    bool is_parameter = false;
  };
  enum class Kind : std::uint8_t { kLiteral, kMixed, kParameter, kWildcard };
  struct Segment {
    Kind kind = Kind::kLiteral;
    std::vector<Piece> pieces;
  };
  struct QueryPart {
    std::string name;
    Segment value;
  };

  static bool read_pieces(std::string_view text, Segment& segment, std::string& problem);
  bool add_name(std::string_view name, std::string& problem);
  static bool match_pieces(const Segment& segment, std::size_t at, std::string_view text, MatchedParameters& matched);

  std::vector<Segment> segments_;
  std::vector<QueryPart> query_;
  std::vector<std::string> names_;
};

/// Splits "a/b//c" at the slashes; an empty path has no segments, and one slash at the end is ignored.
std::vector<std::string_view> path_segments(std::string_view path);

}  // namespace portcullis
