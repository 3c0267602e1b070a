#include "service/url_template.h"

#include <algorithm>

#include "base/text.h"
#include "engine/dotnet/uri_parts.h"

namespace portcullis {

namespace {

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equals_ignoring_ascii_case(text.substr(0, prefix.size()), prefix);
}

// '+' is a space, as everywhere in queries.
std::string decoded_query(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return unescape_data(spaced);
}

/// The next `name=value` of a query; false at its end. `value` has no data when there is no '='.
bool next_pair(std::string_view& query, std::string_view& name, std::string_view& value) {
  while (query.starts_with('&')) query.remove_prefix(1);
  if (query.empty()) return false;
  const std::string_view pair = query.substr(0, query.find('&'));
  query.remove_prefix(pair.size());
  const std::size_t equals = pair.find('=');
  name = pair.substr(0, equals);
  value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
  return true;
}

}  // namespace

std::vector<std::string_view> path_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
    if (path.empty()) segments.push_back(path);
  }
  return segments;
}

// ---- reading ----------------------------------------------------------------------------------------------------------

bool UrlTemplate::read_pieces(std::string_view text, Segment& segment, std::string& problem) {
  while (!text.empty()) {
    if (text.front() == '}') return problem = "`}` without `{`", false;
    if (text.front() != '{') {
      const std::size_t end = std::min(text.find_first_of("{}"), text.size());
      segment.pieces.push_back({std::string(text.substr(0, end)), false});
      text.remove_prefix(end);
      continue;
    }
    const std::size_t close = text.find('}');
    if (close == std::string_view::npos) return problem = "`{` without `}`", false;
    const std::string_view name = text.substr(1, close - 1);
    if (name.empty() || name.find('{') != std::string_view::npos) return problem = "a parameter without a name", false;
    segment.pieces.push_back({std::string(name), true});
    text.remove_prefix(close + 1);
  }
  const bool has_parameter = std::any_of(segment.pieces.begin(), segment.pieces.end(), [](const Piece& piece) { return piece.is_parameter; });
  segment.kind = !has_parameter ? Kind::kLiteral : segment.pieces.size() == 1 ? Kind::kParameter : Kind::kMixed;
  return true;
}

bool UrlTemplate::add_name(std::string_view name, std::string& problem) {
  if (std::find(names_.begin(), names_.end(), name) != names_.end()) return problem = joined("the parameter `", name, "` twice"), false;
  names_.emplace_back(name);
  return true;
}

std::optional<UrlTemplate> UrlTemplate::read(std::string_view text, std::string& problem) {
  UrlTemplate result;
  const auto add_names = [&](const Segment& segment) {
    for (const Piece& piece : segment.pieces) {
      if (piece.is_parameter && !result.add_name(piece.text, problem)) return false;
    }
    return true;
  };
  const std::size_t question = text.find('?');
  for (const std::string_view part : path_segments(text.substr(0, question))) {
    if (!result.segments_.empty() && result.segments_.back().kind == Kind::kWildcard) return problem = "a wildcard that is not last", std::nullopt;
    Segment segment;
    if (part == "*" || part.starts_with("{*")) {
      if (part != "*" && (!part.ends_with('}') || part.size() < 4)) return problem = "`{` without `}`", std::nullopt;
      segment.kind = Kind::kWildcard;
      segment.pieces.push_back({part == "*" ? "*" : std::string(part.substr(2, part.size() - 3)), true});
    } else if (!read_pieces(part, segment, problem)) {
      return std::nullopt;
    }
    if (!add_names(segment)) return std::nullopt;
    result.segments_.push_back(std::move(segment));
  }
  std::string_view query = question == std::string_view::npos ? std::string_view() : text.substr(question + 1);
  std::string_view name;
  std::string_view value;
  while (next_pair(query, name, value)) {
    QueryPart part{.name = decoded_query(name), .value = {}};
    if (!read_pieces(value, part.value, problem) || !add_names(part.value)) return std::nullopt;
    result.query_.push_back(std::move(part));
  }
  return result;
}

// ---- matching ---------------------------------------------------------------------------------------------------------

// A parameter takes as little as it can, and never nothing.
bool UrlTemplate::match_pieces(const Segment& segment, std::size_t at, std::string_view text, MatchedParameters& matched) {
  if (at == segment.pieces.size()) return text.empty();
  const Piece& piece = segment.pieces[at];
  if (!piece.is_parameter) {
    return starts_with_ignoring_case(text, piece.text) && match_pieces(segment, at + 1, text.substr(piece.text.size()), matched);
  }
  if (at + 1 == segment.pieces.size()) {
    if (text.empty()) return false;
    matched.emplace_back(piece.text, text);
    return true;
  }
  for (std::size_t size = 1; size <= text.size(); ++size) {
    const std::size_t before = matched.size();
    matched.emplace_back(piece.text, text.substr(0, size));
    if (match_pieces(segment, at + 1, text.substr(size), matched)) return true;
    matched.resize(before);
  }
  return false;
}

bool UrlTemplate::match(const std::vector<std::string_view>& segments, std::string_view query, MatchedParameters& matched) const {
  matched.clear();
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].kind == Kind::kWildcard) {
      std::string rest;
      for (std::size_t j = i; j < segments.size(); ++j) append(rest, j == i ? "" : "/", segments[j]);
      matched.emplace_back(segments_[i].pieces.front().text, unescape_data(rest));
      break;
    }
    if (i >= segments.size() || !match_pieces(segments_[i], 0, unescape_data(segments[i]), matched)) return false;
  }
  const bool is_open = !segments_.empty() && segments_.back().kind == Kind::kWildcard;
  if (!is_open && segments.size() != segments_.size()) return false;
  return std::all_of(query_.begin(), query_.end(), [&](const QueryPart& part) {
    std::string_view rest = query;
    std::string_view name;
    std::string_view value;
    while (next_pair(rest, name, value)) {
      if (!equals_ignoring_ascii_case(decoded_query(name), part.name)) continue;
      const std::size_t before = matched.size();
      if (match_pieces(part.value, 0, decoded_query(value), matched)) return true;
      matched.resize(before);
    }
    return false;
  });
}

bool UrlTemplate::is_closer_than(const UrlTemplate& other) const {
  const std::size_t longest = std::max(segments_.size(), other.segments_.size());
  for (std::size_t i = 0; i < longest; ++i) {
    // Where one ends, its end is as good as a literal: `/a` before `/a/*`.
    const Kind mine = i < segments_.size() ? segments_[i].kind : Kind::kLiteral;
    const Kind theirs = i < other.segments_.size() ? other.segments_[i].kind : Kind::kLiteral;
    if (mine != theirs) return mine < theirs;
  }
  return query_.size() > other.query_.size();
}

}  // namespace portcullis
