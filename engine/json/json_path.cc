// The path's grammar and its evaluation, filter by filter. Follows what Newtonsoft accepts, so `$` is optional, a member may
// hold almost any character, and parentheses do not group inside queries.
#include "engine/json/json_path.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/text.h"
#include "base/utf.h"
#include "engine/json/boxed.h"
#include "engine/json/json.h"

namespace portcullis {

enum class FilterKind : std::uint8_t { kRoot, kField, kFields, kAllFields, kIndex, kIndexes, kAllItems, kSlice, kScan, kScanFields, kScanAll, kQuery, kQueryScan };

struct PathFilter {
  FilterKind kind;
  std::span<const std::string_view> names = {};
  std::span<const std::int32_t> indexes = {};
  bool has_start = false;
  bool has_end = false;
  bool has_step = false;
  std::int32_t start = 0;
  std::int32_t end = 0;
  std::int32_t step = 1;
  const PathQuery* query = nullptr;
};

enum class QueryOperator : std::uint8_t {
  kExists, kEquals, kNotEquals, kStrictEquals, kStrictNotEquals, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kRegex, kAnd, kOr,
};

/// One side of a comparison: a path from `@` or `$`, or a constant.
struct QuerySide {
  bool is_path = false;
  std::span<const PathFilter> filters = {};
  JTokenType kind = JTokenType::kNull;  // of the constant
  std::string_view text = {};           // string, number text, or the pattern of a regular expression
  std::string_view options = {};
  bool boolean = false;
};

struct PathQuery {
  QueryOperator op = QueryOperator::kExists;
  QuerySide left = {};
  QuerySide right = {};
  std::span<const PathQuery* const> parts = {};  // of kAnd and kOr
};

namespace {

/// A small list that ends up in the arena.
template <typename T>
class ArenaList {
 public:
  explicit ArenaList(Arena& arena) : arena_(arena) {}
  void add(const T& item) {
    if (count_ == room_) {
      const std::size_t room = room_ == 0 ? 4 : room_ * 2;
      T* grown = static_cast<T*>(arena_.allocate(sizeof(T) * room, alignof(T)));
      for (std::size_t i = 0; i < count_; ++i) new (grown + i) T(items_[i]);
      items_ = grown;
      room_ = room;
    }
    new (items_ + count_++) T(item);
  }
  [[nodiscard]] std::span<const T> view() const { return {items_, count_}; }
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  Arena& arena_;
  T* items_ = nullptr;
  std::size_t count_ = 0;
  std::size_t room_ = 0;
};

// ---- grammar -------------------------------------------------------------------------------------------------------------

class PathParser {
 public:
  PathParser(Arena& arena, std::string_view text) : arena_(arena), text_(arena.copy(text)) {}

  const JsonPath* parse() {
    ArenaList<PathFilter> filters(arena_);
    parse_main(filters);
    JsonPath* path = arena_.make<JsonPath>();
    path->filters = filters.view();
    path->error = error_.empty() ? std::string_view{} : arena_.copy(std::string_view(error_));
    return path;
  }

 private:
  static constexpr std::uint32_t kMaxNesting = 32;

  bool fail(std::string_view message) {
    if (error_.empty()) error_ = message;
    at_ = text_.size();
    return false;
  }
  bool fail_at(std::string_view message) {
    const bool inside = at_ < text_.size();
    return fail(joined(message, inside ? text_.substr(at_, decode_utf8(text_, at_).length) : std::string_view{}));
  }
  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool has_more(std::string_view message) { return at_ < text_.size() || fail(message); }

  void parse_main(ArenaList<PathFilter>& filters) {
    std::size_t start = at_;
    skip_spaces();
    if (at_ == text_.size()) return;
    if (text_[at_] == '$') {
      if (text_.size() == 1) return;
      const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      if (next == '.' || next == '[') start = ++at_;
    }
    if (parse_path(filters, start, false) || !error_.empty()) return;
    const std::size_t last = at_;
    skip_spaces();
    if (at_ < text_.size()) {
      at_ = last;
      fail_at("Unexpected character while parsing path: ");
    }
  }

  void add_member(ArenaList<PathFilter>& filters, std::string_view member, bool& scan) {
    PathFilter filter{.kind = scan ? FilterKind::kScanFields : FilterKind::kField};
    if (member == "*") {
      filter.kind = scan ? FilterKind::kScanAll : FilterKind::kAllFields;
    } else {
      filter.names = arena_.copy(std::span<const std::string_view>(&member, 1));
    }
    filters.add(filter);
    scan = false;
  }

  static bool ends_query_path(char c) { return c == '=' || c == '<' || c == '!' || c == '>' || c == '|' || c == '&'; }

  // True when the whole text was used.
  bool parse_path(ArenaList<PathFilter>& filters, std::size_t start, bool in_query) {
    bool scan = false;
    bool behind_indexer = false;
    bool behind_dot = false;
    for (bool ended = false; at_ < text_.size() && !ended;) {
      const char c = text_[at_];
      if (c == '[' || c == '(') {
        if (at_ > start) add_member(filters, text_.substr(start, at_ - start), scan);
        if (!parse_indexer(c == '[' ? ']' : ')', scan, filters)) return false;
        scan = false;
        start = ++at_;
        behind_indexer = true;
        behind_dot = false;
      } else if (c == ']' || c == ')' || c == ' ') {
        ended = true;
      } else if (c == '.') {
        if (at_ > start) add_member(filters, text_.substr(start, at_ - start), scan);
        if (at_ + 1 < text_.size() && text_[at_ + 1] == '.') {
          scan = true;
          ++at_;
        }
        start = ++at_;
        behind_indexer = false;
        behind_dot = true;
      } else if (in_query && ends_query_path(c)) {
        ended = true;
      } else {
        if (behind_indexer) return fail_at("Unexpected character following indexer: ");
        ++at_;
      }
    }
    const bool at_end = at_ == text_.size();
    if (at_ > start) {
      std::string_view member = text_.substr(start, at_ - start);
      while (member.ends_with(' ')) member.remove_suffix(1);
      add_member(filters, member, scan);
    } else if (behind_dot && (at_end || in_query)) {
      return fail("Unexpected end while parsing path.");
    }
    return at_end;
  }

  bool parse_indexer(char close, bool scan, ArenaList<PathFilter>& filters) {
    ++at_;
    if (!has_more("Path ended with open indexer.")) return false;
    skip_spaces();
    if (!has_more("Path ended with open indexer.")) return false;
    if (text_[at_] == '\'') return parse_quoted_fields(close, scan, filters);
    if (text_[at_] == '?') return parse_query_filter(close, scan, filters);
    return parse_array_indexer(close, filters);
  }

  bool parse_quoted_fields(char close, bool scan, ArenaList<PathFilter>& filters) {
    ArenaList<std::string_view> names(arena_);
    while (at_ < text_.size()) {
      std::string_view name;
      if (text_[at_] != '\'') return fail_at("Unexpected character while parsing path indexer: ");
      if (!read_quoted(name)) return false;
      names.add(name);
      skip_spaces();
      if (!has_more("Path ended with open indexer.")) return false;
      if (text_[at_] == close) {
        const bool single = names.view().size() == 1;
        filters.add({.kind = scan ? FilterKind::kScanFields : single ? FilterKind::kField : FilterKind::kFields, .names = names.view()});
        return true;
      }
      if (text_[at_] != ',') return fail_at("Unexpected character while parsing path indexer: ");
      ++at_;
      skip_spaces();
    }
    return fail("Path ended with open indexer.");
  }

  bool read_quoted(std::string_view& out) {
    std::string text;
    for (++at_; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '\'') {
        ++at_;
        out = arena_.copy(std::string_view(text));
        return true;
      }
      if (c == '\\' && at_ + 1 < text_.size()) {
        c = text_[++at_];
        const std::size_t known = std::string_view("btnfr\\\"'/").find(c);
        if (known == std::string_view::npos) return fail_at("Unknown escape character: \\");
        text.push_back("\b\t\n\f\r\\\"'/"[known]);
      } else {
        text.push_back(c);
      }
    }
    return fail("Path ended with an open string.");
  }

  bool read_index(std::size_t start, std::size_t end, std::int32_t& out) {
    const auto result = std::from_chars(text_.data() + start, text_.data() + end, out);
    if (result.ec == std::errc{} && result.ptr == text_.data() + end) return true;
    if (result.ec == std::errc::result_out_of_range) return fail("Value was either too large or too small for an Int32.");
    return fail(joined("The input string '", text_.substr(start, end - start), "' was not in a correct format."));
  }

  bool parse_array_indexer(char close, ArenaList<PathFilter>& filters) {
    ArenaList<std::int32_t> indexes(arena_);
    PathFilter slice{.kind = FilterKind::kSlice};
    int colons = 0;
    std::size_t start = at_;
    std::size_t end = std::string_view::npos;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const std::size_t stop = end != std::string_view::npos ? end : at_;
      std::int32_t index = 0;
      if (c == ' ') {
        end = at_;
        skip_spaces();
      } else if (c == close) {
        const bool empty = stop == start;
        if (colons == 0 && empty) return fail("Array index expected.");
        if (!empty && !read_index(start, stop, index)) return false;
        if (colons > 0) {
          if (!empty) set_slice(slice, colons, index);
          filters.add(slice);
          return true;
        }
        const bool single = indexes.empty();
        indexes.add(index);
        filters.add({.kind = single ? FilterKind::kIndex : FilterKind::kIndexes, .indexes = indexes.view()});
        return true;
      } else if (c == ',') {
        if (stop == start) return fail("Array index expected.");
        if (!read_index(start, stop, index)) return false;
        indexes.add(index);
        ++at_;
        skip_spaces();
        start = at_;
        end = std::string_view::npos;
      } else if (c == '*') {
        ++at_;
        if (!has_more("Path ended with open indexer.")) return false;
        skip_spaces();
        if (at_ == text_.size() || text_[at_] != close) return fail("Unexpected character while parsing path indexer: *");
        filters.add({.kind = FilterKind::kAllItems});
        return true;
      } else if (c == ':') {
        if (stop != start) {
          if (!read_index(start, stop, index)) return false;
          set_slice(slice, colons, index);
        }
        ++colons;
        ++at_;
        skip_spaces();
        start = at_;
        end = std::string_view::npos;
      } else if ((!is_ascii_digit(c) && c != '-') || end != std::string_view::npos) {
        return fail_at("Unexpected character while parsing path indexer: ");
      } else {
        ++at_;
      }
    }
    return fail("Path ended with open indexer.");
  }

  static void set_slice(PathFilter& slice, int colons, std::int32_t value) {
    if (colons == 0) {
      slice.has_start = true;
      slice.start = value;
    } else if (colons == 1) {
      slice.has_end = true;
      slice.end = value;
    } else {
      slice.has_step = true;
      slice.step = value;
    }
  }

  // ---- queries ------------------------------------------------------------------------------------------------------
  bool parse_query_filter(char close, bool scan, ArenaList<PathFilter>& filters) {
    if (++nesting_ > kMaxNesting) return fail("Path queries are nested too deeply.");
    ++at_;
    if (!has_more("Path ended with open indexer.")) return false;
    if (text_[at_] != '(') return fail_at("Unexpected character while parsing path indexer: ");
    ++at_;
    const PathQuery* query = parse_query();
    if (query == nullptr) return false;
    ++at_;
    if (!has_more("Path ended with open indexer.")) return false;
    skip_spaces();
    if (!has_more("Path ended with open indexer.")) return false;
    if (text_[at_] != close) return fail_at("Unexpected character while parsing path indexer: ");
    filters.add({.kind = scan ? FilterKind::kQueryScan : FilterKind::kQuery, .query = query});
    --nesting_;
    return true;
  }

  // Comparisons joined by && and ||, which nest to the right as they come: there is no precedence.
  struct Composite {
    PathQuery* query;
    ArenaList<const PathQuery*> parts;
  };

  const PathQuery* parse_query() {
    const PathQuery* root = nullptr;
    Composite* parent = nullptr;
    while (at_ < text_.size()) {
      PathQuery* comparison = arena_.make<PathQuery>();
      if (!parse_side(comparison->left)) return nullptr;
      const char c = text_[at_];
      if (c != ')' && c != '|' && c != '&') {
        if (!parse_operator(comparison->op) || !parse_side(comparison->right)) return nullptr;
      }
      switch (text_[at_]) {
        case ')':
          if (parent == nullptr) return comparison;
          add_part(*parent, comparison);
          return root;
        case '&':
          if (!join(parent, root, QueryOperator::kAnd, "&&", comparison)) return nullptr;
          break;
        case '|':
          if (!join(parent, root, QueryOperator::kOr, "||", comparison)) return nullptr;
          break;
        default:
          break;
      }
    }
    fail("Path ended with open query.");
    return nullptr;
  }

  static void add_part(Composite& parent, const PathQuery* part) {
    parent.parts.add(part);
    parent.query->parts = parent.parts.view();
  }

  bool join(Composite*& parent, const PathQuery*& root, QueryOperator op, std::string_view word, const PathQuery* comparison) {
    if (!match(word)) return fail_at("Unexpected character while parsing path query: ");
    if (parent == nullptr || parent->query->op != op) {
      PathQuery* query = arena_.make<PathQuery>();
      query->op = op;
      Composite* made = arena_.make<Composite>(query, ArenaList<const PathQuery*>(arena_));
      if (parent != nullptr) add_part(*parent, query);
      parent = made;
      if (root == nullptr) root = query;
    }
    add_part(*parent, comparison);
    return true;
  }

  bool match(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  bool parse_operator(QueryOperator& op) {
    if (at_ + 1 >= text_.size()) return fail("Path ended with open query.");
    struct Word {
      std::string_view text;
      QueryOperator op;
    };
    constexpr Word kWords[] = {{"===", QueryOperator::kStrictEquals}, {"==", QueryOperator::kEquals}, {"=~", QueryOperator::kRegex},
                               {"!==", QueryOperator::kStrictNotEquals}, {"!=", QueryOperator::kNotEquals}, {"<>", QueryOperator::kNotEquals},
                               {"<=", QueryOperator::kLessOrEqual}, {"<", QueryOperator::kLess}, {">=", QueryOperator::kGreaterOrEqual},
                               {">", QueryOperator::kGreater}};
    for (const Word& word : kWords) {
      if (!match(word.text)) continue;
      op = word.op;
      return true;
    }
    return fail("Could not read query operator.");
  }

  bool parse_side(QuerySide& side) {
    skip_spaces();
    if (!has_more("Path ended with open query.")) return false;
    const char c = text_[at_];
    if (c == '$' || c == '@') {
      ArenaList<PathFilter> filters(arena_);
      if (c == '$') filters.add({.kind = FilterKind::kRoot});
      ++at_;
      if (parse_path(filters, at_, true)) return fail("Path ended with open query.");
      if (!error_.empty()) return false;
      side.is_path = true;
      side.filters = filters.view();
    } else if (!parse_constant(side)) {
      return error_.empty() ? fail_at("Unexpected character while parsing path query: ") : false;
    }
    skip_spaces();
    return has_more("Path ended with open query.");
  }

  bool parse_constant(QuerySide& side) {
    const char c = text_[at_];
    if (c == '\'') {
      side.kind = JTokenType::kString;
      return read_quoted(side.text);
    }
    if (is_ascii_digit(c) || c == '-') return parse_number(side);
    if (c == 't' && match("true")) {
      side.kind = JTokenType::kBoolean;
      side.boolean = true;
      return true;
    }
    if (c == 'f' && match("false")) {
      side.kind = JTokenType::kBoolean;
      return true;
    }
    if (c == 'n' && match("null")) return true;
    if (c == '/') return parse_regex(side);
    return false;
  }

  bool parse_number(QuerySide& side) {
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != ')') ++at_;
    if (at_ == text_.size()) return fail("Path ended with open query.");
    side.text = text_.substr(start, at_ - start);
    side.kind = side.text.find_first_of(".eE") != std::string_view::npos ? JTokenType::kFloat : JTokenType::kInteger;
    double real = 0;
    const auto result = std::from_chars(side.text.data(), side.text.data() + side.text.size(), real);
    if (result.ec != std::errc::invalid_argument && result.ptr == side.text.data() + side.text.size()) return true;
    at_ = start;
    return fail_at("Unexpected character while parsing path query: ");
  }

  bool parse_regex(QuerySide& side) {
    const std::size_t start = ++at_;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ++at_;
        continue;
      }
      if (text_[at_] != '/') continue;
      side.text = text_.substr(start, at_ - start);
      const std::size_t options = ++at_;
      while (at_ < text_.size() && is_ascii_letter(text_[at_])) ++at_;
      side.options = text_.substr(options, at_ - options);
      side.kind = JTokenType::kRaw;
      return true;
    }
    return fail("Path ended with an open regex.");
  }

  Arena& arena_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t nesting_ = 0;
  std::string error_;
};

// ---- evaluation ----------------------------------------------------------------------------------------------------------

class PathWalk {
 public:
  PathWalk(Run& run, JToken* root, PathRegex regex) : run_(run), root_(root), regex_(regex) {}

  bool walk(std::span<const PathFilter> filters, JToken* start, bool strict, TokenList& out) {
    TokenList current(run_.arena);
    current.add(start);
    for (const PathFilter& filter : filters) {
      TokenList next(run_.arena);
      for (JToken* token : current.view()) {
        if (!run_.spend(1) || !apply(filter, token, strict, next)) return false;
      }
      current.take(next);
    }
    for (JToken* token : current.view()) out.add(token);
    return !run_.failed();
  }

 private:
  bool miss(bool strict, std::string_view message) {
    if (!strict) return true;
    run_.raise(Known::kJsonException, message);
    return false;
  }

  bool apply(const PathFilter& filter, JToken* token, bool strict, TokenList& out) {
    switch (filter.kind) {
      case FilterKind::kRoot:
        out.add(root_);
        return true;
      case FilterKind::kField:
      case FilterKind::kFields:
        return fields(filter, token, strict, out);
      case FilterKind::kAllFields:
        return all_fields(token, strict, out);
      case FilterKind::kIndex:
      case FilterKind::kIndexes:
        return indexes(filter, token, strict, out);
      case FilterKind::kAllItems:
        return all_items(token, strict, out);
      case FilterKind::kSlice:
        return slice(filter, token, strict, out);
      case FilterKind::kScan:
      case FilterKind::kScanFields:
        return scan(&filter, token, kMaxTreeDepth, out);
      case FilterKind::kScanAll:
        return scan(nullptr, token, kMaxTreeDepth, out);
      case FilterKind::kQuery:
        return query(*filter.query, token, out);
      case FilterKind::kQueryScan:
        return query_scan(*filter.query, token, kMaxTreeDepth, out);
    }
    return true;
  }

  bool fields(const PathFilter& filter, JToken* token, bool strict, TokenList& out) {
    const JObject* object = as_object(token);
    if (object == nullptr) return miss(strict, not_valid("Property", filter, token));
    for (const std::string_view name : filter.names) {
      JToken* value = find(*object, name);
      if (value != nullptr) {
        out.add(value);
      } else if (!miss(strict, strict ? joined("Property '", name, "' does not exist on JObject.") : std::string{})) {
        return false;
      }
    }
    return true;
  }

  static std::string not_valid(std::string_view, const PathFilter& filter, const JToken* token) {
    if (filter.names.size() == 1) return joined("Property '", filter.names[0], "' not valid on ", token->type->name, ".");
    std::string names;
    for (const std::string_view name : filter.names) append(names, names.empty() ? "'" : ", '", name, "'");
    return joined("Properties ", names, " not valid on ", token->type->name, ".");
  }

  bool all_fields(JToken* token, bool strict, TokenList& out) {
    const JObject* object = as_object(token);
    if (object == nullptr) {
      // A star behind a point also takes array items: `list.*`.
      return miss(strict, joined("Property '*' not valid on ", token->type->name, "."));
    }
    for (std::uint32_t i = 0; i < object->count; ++i) out.add(object->property_at(i)->value);
    return run_.spend(object->count);
  }

  bool indexes(const PathFilter& filter, JToken* token, bool strict, TokenList& out) {
    for (const std::int32_t index : filter.indexes) {
      if (token->kind != JTokenType::kArray && token->kind != JTokenType::kConstructor) {
        if (!miss(strict, strict ? joined("Index ", index, " not valid on ", token->type->name, ".") : std::string{})) return false;
        continue;
      }
      const auto& container = static_cast<JContainer&>(*token);
      if (index >= 0 && static_cast<std::uint32_t>(index) < container.count) {
        out.add(container.items[index]);
      } else if (index < 0) {
        run_.raise_argument(Known::kArgumentOutOfRangeException,
                            "Index was out of range. Must be non-negative and less than the size of the collection.", "index");
        return false;
      } else if (!miss(strict, strict ? joined("Index ", index, " outside the bounds of ", token->type->name, ".") : std::string{})) {
        return false;
      }
    }
    return true;
  }

  bool all_items(JToken* token, bool strict, TokenList& out) {
    if (token->kind != JTokenType::kArray && token->kind != JTokenType::kConstructor) {
      return miss(strict, joined("Index * not valid on ", token->type->name, "."));
    }
    for (JToken* item : static_cast<JContainer*>(token)->children()) out.add(item);
    return run_.spend(static_cast<JContainer*>(token)->count);
  }

  bool slice(const PathFilter& filter, JToken* token, bool strict, TokenList& out) {
    if (filter.has_step && filter.step == 0) {
      run_.raise(Known::kJsonException, "Step cannot be zero.");
      return false;
    }
    const JArray* array = as_array(token);
    if (array == nullptr) return miss(strict, joined("Array slice is not valid on ", token->type->name, "."));
    const std::int64_t count = array->count;
    const std::int64_t step = filter.has_step ? filter.step : 1;
    const bool forward = step > 0;
    std::int64_t start = filter.has_start ? filter.start : (forward ? 0 : count - 1);
    std::int64_t stop = filter.has_end ? filter.end : (forward ? count : -1);
    if (filter.has_start && filter.start < 0) start += count;
    if (filter.has_end && filter.end < 0) stop += count;
    if (forward) start = std::max<std::int64_t>(start, 0);
    start = std::min(start, forward ? count : count - 1);
    stop = std::clamp<std::int64_t>(stop, -1, count);
    const auto inside = [&](std::int64_t i) { return forward ? i < stop : i > stop; };
    if (!inside(start)) {
      if (!strict) return true;
      std::string message = "Array slice of ";
      filter.has_start ? append(message, filter.start) : append(message, '*');
      append(message, " to ");
      filter.has_end ? append(message, filter.end) : append(message, '*');
      return miss(true, message + " returned no results.");
    }
    for (std::int64_t i = start; inside(i) && i >= 0; i += step) out.add(array->items[i]);
    return run_.spend(array->count);
  }

  // In document order; a named member comes before what is inside it. `filter` null: every token but properties.
  bool scan(const PathFilter* filter, JToken* token, std::uint32_t depth, TokenList& out) {
    if (depth == 0) return run_.raise_limit(Limit::kDepth);
    if (!run_.spend(1)) return false;
    if (token->kind == JTokenType::kProperty) {
      auto* property = static_cast<JProperty*>(token);
      if (filter != nullptr && std::ranges::find(filter->names, property->name()) != filter->names.end()) out.add(property->value);
    } else if (filter == nullptr) {
      out.add(token);
    }
    if (JContainer* container = as_container(token); container != nullptr) {
      for (JToken* item : container->children()) {
        if (!scan(filter, item, depth - 1, out)) return false;
      }
    }
    return true;
  }

  bool query(const PathQuery& query, JToken* token, TokenList& out) {
    JContainer* container = as_container(token);
    if (container == nullptr) return true;
    for (JToken* item : container->children()) {
      if (matches(query, item)) out.add(item);
      if (run_.failed()) return false;
    }
    return true;
  }

  bool query_scan(const PathQuery& query, JToken* token, std::uint32_t depth, TokenList& out) {
    if (depth == 0) return run_.raise_limit(Limit::kDepth);
    if (matches(query, token)) out.add(token);
    if (run_.failed()) return false;
    if (JContainer* container = as_container(token); container != nullptr) {
      for (JToken* item : container->children()) {
        if (!query_scan(query, item, depth - 1, out)) return false;
      }
    }
    return true;
  }

  bool matches(const PathQuery& query, JToken* token) {
    if (!run_.spend(1)) return false;
    if (query.op == QueryOperator::kAnd || query.op == QueryOperator::kOr) {
      const bool stops_at = query.op == QueryOperator::kOr;
      for (const PathQuery* part : query.parts) {
        if (matches(*part, token) == stops_at) return stops_at;
        if (run_.failed()) return false;
      }
      return !stops_at;
    }
    TokenList left(run_.arena);
    if (!side(query.left, token, left)) return false;
    if (query.op == QueryOperator::kExists) return left.size() > 0;
    if (left.size() == 0) return false;
    TokenList right(run_.arena);
    if (!side(query.right, token, right)) return false;
    for (JToken* a : left.view()) {
      for (JToken* b : right.view()) {
        if (matches_pair(query, a, b)) return true;
        if (run_.failed()) return false;
      }
    }
    return false;
  }

  bool side(const QuerySide& side, JToken* token, TokenList& out) {
    if (side.is_path) return walk(side.filters, token, false, out);
    out.add(constant(side));
    return true;
  }

  JValue* constant(const QuerySide& side) {
    switch (side.kind) {
      case JTokenType::kBoolean:
        return make_jvalue(run_, side.boolean);
      case JTokenType::kInteger:
      case JTokenType::kFloat: {
        JValue* number = make_jvalue(run_, std::int64_t{0});
        number->kind = side.kind;
        number->content = JContent::kNumberText;
        number->text = side.text.data();
        number->size = static_cast<std::uint32_t>(side.text.size());
        return number;
      }
      case JTokenType::kString:
      case JTokenType::kRaw:
        return make_jstring(run_, side.text);
      default:
        return make_jnull(run_);
    }
  }

  bool matches_pair(const PathQuery& query, JToken* a, JToken* b) {
    if (!a->is_value() || !b->is_value()) return query.op == QueryOperator::kNotEquals;
    JValue* left = static_cast<JValue*>(a);
    JValue* right = static_cast<JValue*>(b);
    switch (query.op) {
      case QueryOperator::kEquals:
        return equal(left, right);
      case QueryOperator::kNotEquals:
        return !equal(left, right);
      case QueryOperator::kStrictEquals:
        return strictly_equal(left, right);
      case QueryOperator::kStrictNotEquals:
        return !strictly_equal(left, right);
      case QueryOperator::kLess:
        return compare_values(run_, left, right) < 0 && !run_.failed();
      case QueryOperator::kLessOrEqual:
        return compare_values(run_, left, right) <= 0 && !run_.failed();
      case QueryOperator::kGreater:
        return compare_values(run_, left, right) > 0 && !run_.failed();
      case QueryOperator::kGreaterOrEqual:
        return compare_values(run_, left, right) >= 0 && !run_.failed();
      case QueryOperator::kRegex:
        return matches_regex(query.right, left);
      case QueryOperator::kExists:
      case QueryOperator::kAnd:
      case QueryOperator::kOr:
        return true;
    }
    return false;
  }

  bool matches_regex(const QuerySide& pattern, JValue* input) {
    if (input->kind != JTokenType::kString || pattern.kind != JTokenType::kRaw || regex_ == nullptr) return false;
    String* text = string_of(run_, input);
    const auto has = [&](char c) { return pattern.options.find(c) != std::string_view::npos; };
    return text != nullptr && regex_(run_, text, pattern.text, has('i'), has('m'), has('s'));
  }

  static bool is_number(const JValue* value) { return value->kind == JTokenType::kInteger || value->kind == JTokenType::kFloat; }

  // A text also equals a date, bytes, Guid, TimeSpan or Uri that is written so.
  bool equal(JValue* value, JValue* wanted) {
    if (values_equal(run_, value, wanted)) return true;
    if (is_number(value) && is_number(wanted)) return number_of(run_, value) == number_of(run_, wanted);
    if (wanted->kind != JTokenType::kString || wanted->content == JContent::kNull) return false;
    switch (value->kind) {
      case JTokenType::kDate:
      case JTokenType::kBytes: {
        String* text = write_json(run_, value, Formatting::kNone);
        return text != nullptr && text->size > 2 && text->view().substr(1, text->size - 2) == text_of(*wanted, run_.arena);
      }
      case JTokenType::kGuid:
      case JTokenType::kTimeSpan:
      case JTokenType::kUri: {
        String* text = token_to_string(run_, value);
        return text != nullptr && text->view() == text_of(*wanted, run_.arena);
      }
      default:
        return false;
    }
  }

  bool strictly_equal(JValue* value, JValue* wanted) {
    if (is_number(value) && is_number(wanted)) return number_of(run_, value) == number_of(run_, wanted);
    return value->kind == wanted->kind && values_equal(run_, value, wanted);
  }

  Run& run_;
  JToken* root_;
  PathRegex regex_;
};

}  // namespace

void TokenList::add(JToken* token) {
  if (count_ == room_) {
    const std::uint32_t room = room_ == 0 ? 8 : room_ * 2;
    auto* grown = static_cast<JToken**>(arena_.allocate(sizeof(JToken*) * room, alignof(JToken*)));
    if (count_ > 0) std::memcpy(static_cast<void*>(grown), items_, sizeof(JToken*) * count_);
    items_ = grown;
    room_ = room;
  }
  items_[count_++] = token;
}

const JsonPath* compile_json_path(Arena& arena, std::string_view text) { return PathParser(arena, text).parse(); }

bool select_tokens(Run& run, const JsonPath& path, JToken* root, bool error_when_no_match, PathRegex regex, TokenList& out) {
  if (!path.error.empty()) {
    run.raise(Known::kJsonException, path.error);
    return false;
  }
  return PathWalk(run, root, regex).walk(path.filters, root, error_when_no_match, out);
}

bool select_plain(const JsonPath& path, JToken* root, JToken*& found) {
  if (!path.error.empty()) return false;
  JToken* at = root;
  for (const PathFilter& filter : path.filters) {
    if (filter.kind == FilterKind::kField) {
      if (at == nullptr) continue;
      const JObject* object = as_object(at);
      at = object == nullptr ? nullptr : find(*object, filter.names[0]);
    } else if (filter.kind == FilterKind::kIndex && filter.indexes[0] >= 0) {
      if (at == nullptr) continue;
      const JArray* array = as_array(at);
      const auto index = static_cast<std::uint32_t>(filter.indexes[0]);
      if (array == nullptr && at->kind == JTokenType::kConstructor) return false;
      at = array == nullptr || index >= array->count ? nullptr : array->items[index];
    } else {
      return false;
    }
  }
  found = at;
  return true;
}

namespace {

template <typename T>
std::int32_t order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

// A number for comparing with one: texts are parsed, as Convert.ToDouble does.
double number_for_compare(Run& run, JValue* value) {
  if (value->kind != JTokenType::kString) return value->kind == JTokenType::kBoolean ? static_cast<double>(value->value.integer) : number_of(run, value);
  const std::string_view text = trim_ascii(text_of(*value, run.arena));
  double real = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), real);
  if (result.ec == std::errc::invalid_argument || result.ptr != text.data() + text.size()) {
    run.raise(Known::kFormatException, joined("The input string '", text_of(*value, run.arena), "' was not in a correct format."));
  }
  return real;
}

}  // namespace

std::int32_t compare_values(Run& run, JValue* a, JValue* b) {
  const bool null_left = a->content == JContent::kNull;
  const bool null_right = b->content == JContent::kNull;
  if (null_left || null_right) return null_left == null_right ? 0 : null_left ? -1 : 1;
  const JTokenType kind = a->kind == JTokenType::kString && b->kind != JTokenType::kString ? b->kind : a->kind;
  switch (kind) {
    case JTokenType::kInteger: {
      std::int64_t left = 0;
      std::int64_t right = 0;
      if (integer_of(run, a, left) && integer_of(run, b, right)) return order(left, right);
      [[fallthrough]];
    }
    case JTokenType::kFloat:
    case JTokenType::kBoolean: {
      const double left = number_for_compare(run, a);
      const double right = number_for_compare(run, b);
      return order(left, right);
    }
    case JTokenType::kDate:
      if (a->content == JContent::kDate && b->content == JContent::kDate) {
        return order(static_cast<std::uint64_t>(a->value.integer) << 2, static_cast<std::uint64_t>(b->value.integer) << 2);
      }
      if (b->kind == JTokenType::kString || a->kind == JTokenType::kString) {
        std::int64_t left = a->value.integer;
        std::int64_t right = b->value.integer;
        const bool good = (a->content == JContent::kDate || read_json_date(text_of(*a, run.arena), left)) &&
                          (b->content == JContent::kDate || read_json_date(text_of(*b, run.arena), right));
        if (good) return order(static_cast<std::uint64_t>(left) << 2, static_cast<std::uint64_t>(right) << 2);
      }
      break;
    default:
      break;
  }
  if (a->content == JContent::kObject && b->content == JContent::kObject && a->kind == b->kind) {
    return compare(run, run.type(Known::kObject), a->value, b->value);
  }
  String* left = token_to_string(run, a);
  String* right = token_to_string(run, b);
  if (left == nullptr || right == nullptr) return 0;
  return order(left->view(), right->view());
}

}  // namespace portcullis
