// Text to tree in one pass, without recursion: Newtonsoft's superset of JSON, with its messages, paths and places.
//
// Open containers are frames; finished items of all of them lie on one stack, and a container takes its own when it closes.
// Lines, positions and paths are worked out only when something is wrong.
#include <array>
#include <charconv>
#include <cstring>

#include "base/text.h"
#include "base/utf.h"
#include "engine/json/json.h"
#include "engine/json/scan.h"
#include "engine/json/tree_index.h"

namespace portcullis {
namespace {

// Newtonsoft's reader states, as far as messages depend on them.
enum class State : std::uint8_t { kStart, kProperty, kArrayStart, kArray, kObjectStart, kObject, kPostValue, kFinished };

struct Frame {
  JContainer* container;
  JProperty* property;  // read last; null before the first
  std::uint32_t base;   // of its items on the stack
};

/// White space beyond ASCII that char.IsWhiteSpace knows; its length in bytes or 0.
std::uint32_t wide_space(const char* at, const char* end) {
  if (static_cast<unsigned char>(*at) < 0xC2) return 0;
  const Decoded c = decode_utf8({at, static_cast<std::size_t>(end - at)}, 0);
  const bool space = c.code == 0x85 || c.code == 0xA0 || c.code == 0x1680 || (c.code >= 0x2000 && c.code <= 0x200A) ||
                     c.code == 0x2028 || c.code == 0x2029 || c.code == 0x202F || c.code == 0x205F || c.code == 0x3000;
  return space ? c.length : 0;
}

bool is_identifier(char c) {
  return is_ascii_letter(c) || is_ascii_digit(c) || c == '_' || c == '$' || static_cast<signed char>(c) < 0;
}

class Reader {
 public:
  Reader(Run& run, std::string_view text, const JsonParseOptions& options)
      : run_(run), options_(options), start_(text.data()), at_(text.data()), end_(text.data() + text.size()),
        object_type_(&run.type(Known::kJObject)), array_type_(&run.type(Known::kJArray)),
        property_type_(&run.type(Known::kJProperty)), value_type_(&run.type(Known::kJValue)) {}

  JToken* read() {
    if (!run_.spend(static_cast<std::uint64_t>(end_ - start_) / 16 + 1)) return nullptr;
    while (state_ != State::kFinished) {
      if (!step()) return nullptr;
    }
    if (!read_rest()) return nullptr;
    return root_;
  }

 private:
  static constexpr std::uint32_t kInlineFrames = 65;
  static constexpr std::uint32_t kInlineItems = 192;

  // ---- states -------------------------------------------------------------------------------------------------------
  bool step() {
    switch (state_) {
      case State::kStart:
      case State::kProperty:
      case State::kArrayStart:
      case State::kArray:
        return read_value();
      case State::kObjectStart:
      case State::kObject:
        return read_member();
      case State::kPostValue:
        return read_after_value();
      case State::kFinished:
        return true;
    }
    return true;
  }

  void set_state_after_value() { state_ = depth_ == 0 ? State::kFinished : State::kPostValue; }

  bool read_value() {
    if (!skip_space()) return end_of_text();
    switch (*at_) {
      case '"':
      case '\'':
        return read_string();
      case '{':
        ++at_;
        return open(object_type_, JTokenType::kObject, State::kObjectStart);
      case '[':
        ++at_;
        return open(array_type_, JTokenType::kArray, State::kArrayStart);
      case ']':
        ++at_;
        return close(JTokenType::kArray, "EndArray");
      case ')':
        ++at_;
        return close(JTokenType::kConstructor, "EndConstructor");
      case ',':
        return add_value(JTokenType::kUndefined, JContent::kNull) != nullptr;
      case 't':
        return read_word("true", "Error parsing boolean value.", JTokenType::kBoolean, JContent::kBoolean, Slot::of(1));
      case 'f':
        return read_word("false", "Error parsing boolean value.", JTokenType::kBoolean, JContent::kBoolean, Slot::of(0));
      case 'n':
        return read_null_or_constructor();
      case 'u':
        return read_word("undefined", "Error parsing undefined value.", JTokenType::kUndefined, JContent::kNull, {});
      case 'N':
        return read_word("NaN", "Error parsing NaN value.", JTokenType::kFloat, JContent::kReal, Slot::of_real(__builtin_nan("")));
      case 'I':
        return read_word("Infinity", "Error parsing Infinity value.", JTokenType::kFloat, JContent::kReal, Slot::of_real(__builtin_inf()));
      case '/':
        return read_comment();
      case '-':
        if (end_ - at_ > 1 && at_[1] == 'I') {
          return read_word("-Infinity", "Error parsing -Infinity value.", JTokenType::kFloat, JContent::kReal, Slot::of_real(-__builtin_inf()));
        }
        return read_number();
      default:
        if (is_ascii_digit(*at_) || *at_ == '.') return read_number();
        return unexpected("Unexpected character encountered while parsing value: ");
    }
  }

  bool read_member() {
    if (!skip_space()) return end_of_text();
    if (*at_ == '}') {
      ++at_;
      return close(JTokenType::kObject, "EndObject");
    }
    if (*at_ == '/') return read_comment();
    return read_property();
  }

  bool read_after_value() {
    if (!skip_space()) return end_of_text();
    switch (*at_) {
      case '}':
        ++at_;
        return close(JTokenType::kObject, "EndObject");
      case ']':
        ++at_;
        return close(JTokenType::kArray, "EndArray");
      case ')':
        ++at_;
        return close(JTokenType::kConstructor, "EndConstructor");
      case '/':
        return read_comment();
      case ',':
        ++at_;
        state_ = top().container->kind == JTokenType::kObject ? State::kObject : State::kArray;
        return true;
      default:
        return unexpected("After parsing a value an unexpected character was encountered: ");
    }
  }

  // Behind the root: white space and comments only.
  bool read_rest() {
    while (skip_space()) {
      if (*at_ == '/') {
        if (!skip_comment()) return false;
        continue;
      }
      return unexpected("Additional text encountered after finished reading JSON content: ");
    }
    return true;
  }

  // ---- containers ---------------------------------------------------------------------------------------------------
  Frame& top() { return frames_[depth_ - 1]; }

  bool open(const Type* type, JTokenType kind, State state) {
    if (depth_ >= run_.limits.json_depth) {
      // Newtonsoft has entered the container by now, so the path names it.
      state_ = State::kPostValue;
      number_counts_ = true;
      return fail(joined("The reader's MaxDepth of ", run_.limits.json_depth, " has been exceeded."));
    }
    JContainer* container = nullptr;
    if (kind == JTokenType::kObject) {
      container = run_.arena.make<JObject>();
    } else if (kind == JTokenType::kArray) {
      container = run_.arena.make<JArray>();
    } else {
      container = run_.arena.make<JConstructor>();
    }
    container->type = type;
    container->kind = kind;
    if (!attach(container)) return false;
    if (depth_ == frame_room_) grow_frames();
    frames_[depth_++] = {container, nullptr, item_count_};
    state_ = state;
    if (depth_ == 1) return check_root(container, kind == JTokenType::kObject ? "StartObject" : kind == JTokenType::kArray ? "StartArray" : "StartConstructor");
    return true;
  }

  bool close(JTokenType kind, std::string_view token) {
    if (depth_ == 0) return fail(joined("JsonToken ", token, " is not valid for closing JsonType None."));
    const JTokenType open_kind = top().container->kind;
    if (open_kind != kind) {
      --depth_;
      state_ = State::kPostValue;
      return fail(joined("JsonToken ", token, " is not valid for closing JsonType ", name_of(open_kind), "."));
    }
    Frame& frame = top();
    // A value may be missing only where Newtonsoft reads `undefined` or stops, so every property has one by now.
    take_items(*frame.container, frame.base);
    item_count_ = frame.base;
    --depth_;
    set_state_after_value();
    return true;
  }

  void take_items(JContainer& container, std::uint32_t base) {
    const std::uint32_t count = item_count_ - base;
    container.count = count;
    container.capacity = count;
    if (count == 0) return;
    container.items = static_cast<JToken**>(run_.arena.allocate(sizeof(JToken*) * count, alignof(JToken*)));
    std::memcpy(static_cast<void*>(container.items), items_ + base, sizeof(JToken*) * count);
  }

  // Puts a token where the reader stands.
  bool attach(JToken* token) {
    if (depth_ == 0) {
      root_ = token;
      return true;
    }
    Frame& frame = top();
    if (frame.container->kind == JTokenType::kObject) {
      JProperty* property = frame.property;
      token->parent = property;
      property->value = token;
      return true;
    }
    token->parent = frame.container;
    token->position = item_count_ - frame.base;
    push_item(token);
    return true;
  }

  void push_item(JToken* token) {
    if (item_count_ == item_room_) grow_items();
    items_[item_count_++] = token;
  }

  void grow_items() {
    auto* grown = static_cast<JToken**>(run_.arena.allocate(sizeof(JToken*) * item_room_ * 2, alignof(JToken*)));
    std::memcpy(static_cast<void*>(grown), items_, sizeof(JToken*) * item_count_);
    items_ = grown;
    item_room_ *= 2;
  }

  void grow_frames() {
    auto* grown = static_cast<Frame*>(run_.arena.allocate(sizeof(Frame) * frame_room_ * 2, alignof(Frame)));
    std::memcpy(static_cast<void*>(grown), frames_, sizeof(Frame) * depth_);
    frames_ = grown;
    frame_room_ *= 2;
  }

  JValue* new_value(JTokenType kind, JContent content, Slot slot = {}) {
    JValue* value = run_.arena.make<JValue>();
    value->type = value_type_;
    value->kind = kind;
    value->content = content;
    value->value = slot;
    return value;
  }

  JValue* add_value(JTokenType kind, JContent content, Slot slot = {}) {
    JValue* value = new_value(kind, content, slot);
    attach(value);
    set_state_after_value();
    if (depth_ == 0 && !check_root(value, name_of(kind))) return nullptr;
    return value;
  }

  bool check_root(const JToken* token, std::string_view read) {
    if (options_.root == JsonRoot::kObject && token->kind != JTokenType::kObject) {
      return fail(joined("Error reading JObject from JsonReader. Current JsonReader item is not an object: ", read, "."));
    }
    if (options_.root == JsonRoot::kArray && token->kind != JTokenType::kArray) {
      return fail(joined("Error reading JArray from JsonReader. Current JsonReader item is not an array: ", read, "."));
    }
    return true;
  }

  // ---- properties ---------------------------------------------------------------------------------------------------
  bool read_property() {
    JProperty* property = run_.arena.make<JProperty>();
    property->type = property_type_;
    property->kind = JTokenType::kProperty;
    property->items = &property->value;
    property->count = 1;
    property->capacity = 1;
    const char first = *at_;
    if (first == '"' || first == '\'') {
      if (!read_quoted_name(*property, first)) return false;
    } else if (is_identifier(first) && wide_space(at_, end_) == 0) {
      if (!read_bare_name(*property)) return false;
    } else {
      return unexpected("Invalid property identifier character: ");
    }
    if (!skip_space() || *at_ != ':') {
      const bool ended = at_ == end_;
      return fail(joined("Invalid character after parsing property name. Expected ':' but got: ",
                         ended ? std::string_view("\0", 1) : here(), "."));
    }
    ++at_;
    return add_property(property);
  }

  bool read_quoted_name(JProperty& property, char quote) {
    ScannedString scanned;
    if (!scan_string(quote, scanned)) return false;
    property.flags = scanned.flags;
    std::string_view name{scanned.start, scanned.size};
    if (scanned.escaped) {
      name = decode_json_string(run_.arena, name);
      property.flags = kJNoFlags;
    }
    property.name_data = name.data();
    property.name_size = static_cast<std::uint32_t>(name.size());
    return true;
  }

  bool read_bare_name(JProperty& property) {
    const char* first = at_;
    while (at_ != end_ && is_identifier(*at_) && wide_space(at_, end_) == 0) ++at_;
    if (at_ == end_) return fail("Unexpected end while parsing unquoted property name.");
    if (*at_ != ':' && !is_ascii_space(*at_) && wide_space(at_, end_) == 0) return unexpected("Invalid JavaScript property identifier character: ");
    property.name_data = first;
    property.name_size = static_cast<std::uint32_t>(at_ - first);
    return true;
  }

  bool add_property(JProperty* property) {
    Frame& frame = top();
    auto& object = static_cast<JObject&>(*frame.container);
    property->parent = &object;
    state_ = State::kProperty;
    const std::span<JToken* const> siblings{items_ + frame.base, item_count_ - frame.base};
    std::uint32_t probes = 0;
    const std::uint32_t same = find_among(object, siblings, property->name(), probes);
    if (probes > 64 && !run_.spend(probes)) return false;
    frame.property = property;
    if (same != kNotFound) return add_duplicate(frame, property, same);
    property->position = static_cast<std::uint32_t>(siblings.size());
    push_item(property);
    if (siblings.size() >= kIndexFrom) index_added(run_.arena, object, {items_ + frame.base, item_count_ - frame.base});
    return true;
  }

  bool add_duplicate(const Frame& frame, JProperty* property, std::uint32_t same) {
    switch (options_.duplicates) {
      case JsonDuplicates::kError:
        return fail(joined("Property with the name '", property->name(), "' already exists in the current JSON object."));
      case JsonDuplicates::kIgnore:
        return true;
      case JsonDuplicates::kReplace:
        property->position = same;
        items_[frame.base + same] = property;
        return true;
    }
    return true;
  }

  // ---- strings ------------------------------------------------------------------------------------------------------
  struct ScannedString {
    const char* start = nullptr;
    std::uint32_t size = 0;
    std::uint8_t flags = kJNoFlags;
    bool escaped = false;
  };

  bool read_string() {
    const char quote = *at_;
    ScannedString scanned;
    if (!scan_string(quote, scanned)) return false;
    JValue* value = new_value(JTokenType::kString, scanned.escaped ? JContent::kEscaped : JContent::kText);
    value->text = scanned.start;
    value->size = scanned.size;
    value->flags = scanned.flags;
    if (options_.dates && scanned.size >= 9) recognise_date(*value);
    attach(value);
    set_state_after_value();
    return depth_ != 0 || check_root(value, value->kind == JTokenType::kDate ? "Date" : "String");
  }

  void recognise_date(JValue& value) {
    // `/Date(…)/` is mostly written with escaped slashes.
    if (value.content == JContent::kEscaped) {
      if (value.size > 60 || value.text[0] != '\\' || value.text[1] != '/') return;
      value = with_text(value, decode_json_string(run_.arena, value.view()));
    }
    const char first = value.text[0];
    std::int64_t date_time = 0;
    if (!(is_ascii_digit(first) && value.size > 10 && value.text[10] == 'T') && first != '/') return;
    if (!read_json_date(value.view(), date_time)) return;
    value.kind = JTokenType::kDate;
    value.content = JContent::kDate;
    value.value = Slot::of(date_time);
    value.flags = kJNoFlags;
  }

  static JValue with_text(JValue value, std::string_view text) {
    value.content = JContent::kText;
    value.text = text.data();
    value.size = static_cast<std::uint32_t>(text.size());
    value.flags = kJNoFlags;
    return value;
  }

  // Leaves `at_` behind the closing quote. Escapes are checked, not decoded.
  bool scan_string(char quote, ScannedString& out) {
    const char* first = ++at_;
    bool odd = false;
    bool canonical = quote == '"';
    for (;;) {
      const json_scan::Stretch stretch = quote == '"' ? json_scan::to_quote_or_backslash(at_, end_) : to_single_quote();
      odd = odd || stretch.odd;
      at_ = stretch.end;
      if (at_ == end_) return fail(joined("Unterminated string. Expected delimiter: ", quote, "."));
      if (*at_ == quote) break;
      if (*at_ != '\\') {
        ++at_;
        continue;
      }
      out.escaped = true;
      if (!check_escape(quote, canonical)) return false;
    }
    out.start = first;
    out.size = static_cast<std::uint32_t>(at_ - first);
    if (odd && canonical) canonical = !has_escapable(first, at_);
    if (quote == '"') out.flags = canonical ? kJCanonical | kJQuoted : kJNoFlags;
    ++at_;
    return true;
  }

  json_scan::Stretch to_single_quote() const {
    const char* at = at_;
    while (at != end_ && *at != '\'' && *at != '\\') ++at;
    return {at, true};
  }

  static bool has_escapable(const char* at, const char* end) {
    for (; at != end; ++at) {
      if (json_scan::escaped_length(at, end) != 0) return true;
    }
    return false;
  }

  bool check_escape(char quote, bool& canonical) {
    ++at_;
    if (at_ == end_) return fail(joined("Unterminated string. Expected delimiter: ", quote, "."));
    switch (*at_) {
      case '"': case '\\': case 'b': case 'f': case 'n': case 'r': case 't':
        ++at_;
        return true;
      case '\'': case '/':
        canonical = false;
        ++at_;
        return true;
      case 'u':
        canonical = false;
        ++at_;
        return check_unicode_escape();
      default: {
        const std::string message = joined("Bad JSON escape sequence: \\", here(), ".");
        at_ += here().size();
        return fail(message);
      }
    }
  }

  bool check_unicode_escape() {
    if (end_ - at_ < 4) {
      at_ = end_;
      return fail("Unexpected end while parsing Unicode escape sequence.");
    }
    for (int i = 0; i < 4; ++i) {
      const char c = ascii_lower(at_[i]);
      if (!is_ascii_digit(c) && (c < 'a' || c > 'f')) {
        return fail(joined("Invalid Unicode escape sequence: \\u", std::string_view(at_, 4), "."));
      }
    }
    at_ += 4;
    return true;
  }

  // ---- numbers ------------------------------------------------------------------------------------------------------
  static bool is_number_character(char c) {
    return is_ascii_digit(c) || c == '-' || c == '+' || c == '.' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == 'x' || c == 'X';
  }

  bool ends_number() const {
    if (at_ == end_) return true;
    const char c = *at_;
    return c == ',' || c == '}' || c == ']' || c == ')' || c == '/' || is_ascii_space(c) || wide_space(at_, end_) != 0;
  }

  bool read_number() {
    const char* first = at_;
    JTokenType kind = JTokenType::kInteger;
    bool canonical = false;
    if (scan_plain_number(kind, canonical) && ends_number()) return add_number({first, static_cast<std::size_t>(at_ - first)}, kind, canonical);
    at_ = first;
    while (at_ != end_ && is_number_character(*at_)) ++at_;
    if (!ends_number()) return unexpected("Unexpected character encountered while parsing number: ");
    return read_odd_number({first, static_cast<std::size_t>(at_ - first)});
  }

  // -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
  bool scan_plain_number(JTokenType& kind, bool& canonical) {
    const bool negative = *at_ == '-';
    if (negative) ++at_;
    const char* whole = at_;
    at_ = skip_digits(at_);
    const auto whole_digits = at_ - whole;
    if (whole_digits == 0 || (*whole == '0' && whole_digits > 1)) return false;
    canonical = whole_digits <= 18 && !(negative && *whole == '0');
    if (at_ == end_ || (*at_ != '.' && (*at_ | 0x20) != 'e')) return true;
    kind = JTokenType::kFloat;
    if (*at_ == '.') {
      const char* fraction = ++at_;
      at_ = skip_digits(at_);
      const auto digits = at_ - fraction;
      if (digits == 0) return false;
      // At most 15 digits are exactly what a double prints, unless it prints an exponent or fewer zeros.
      canonical = whole_digits + digits <= 15 && (at_[-1] != '0' || digits == 1);
      if (*whole == '0' && canonical) canonical = digits <= 3 || fraction[0] != '0' || fraction[1] != '0' || fraction[2] != '0';
    }
    if (at_ != end_ && (*at_ | 0x20) == 'e') {
      canonical = false;
      ++at_;
      if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
      const char* exponent = at_;
      at_ = skip_digits(at_);
      if (at_ == exponent) return false;
    }
    return true;
  }

  const char* skip_digits(const char* at) const {
    while (at != end_ && is_ascii_digit(*at)) ++at;
    return at;
  }

  // Octal, hexadecimal, `.5`, `5.`, `-01`, and mistakes.
  bool read_odd_number(std::string_view text) {
    if (text[0] == '0' && text.size() > 1 && text[1] != '.' && (text[1] | 0x20) != 'e') return read_based_number(text);
    const bool negative = text[0] == '-';
    const std::string_view digits = text.substr(negative ? 1 : 0);
    if (!digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos) return add_number(text, JTokenType::kInteger, false);
    double real = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), real);
    const bool whole = result.ptr == text.data() + text.size() && result.ec != std::errc::invalid_argument;
    if (!whole || digits.starts_with('-')) return fail_number(joined("Input string '", text, "' is not a valid number."));
    return add_number(text, JTokenType::kFloat, false);
  }

  bool read_based_number(std::string_view text) {
    const bool hexadecimal = (text[1] | 0x20) == 'x';
    const std::string_view digits = text.substr(hexadecimal ? 2 : 0);
    std::uint64_t bits = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), bits, hexadecimal ? 16 : 8);
    if (result.ec != std::errc{} || result.ptr != digits.data() + digits.size()) {
      return fail_number(joined("Input string '", text, "' is not a valid number."));
    }
    return add_value(JTokenType::kInteger, JContent::kInteger, Slot::of(static_cast<std::int64_t>(bits))) != nullptr;
  }

  bool add_number(std::string_view text, JTokenType kind, bool canonical) {
    if (text.size() > 380 && kind == JTokenType::kInteger) return fail_number(joined("JSON integer ", text, " is too large to parse."));
    JValue* value = add_value(kind, JContent::kNumberText);
    if (value == nullptr) return false;
    value->text = text.data();
    value->size = static_cast<std::uint32_t>(text.size());
    value->flags = canonical ? kJCanonical : kJNoFlags;
    return true;
  }

  // Newtonsoft has counted the number as read by now.
  bool fail_number(std::string_view message) {
    set_state_after_value();
    number_counts_ = true;
    return fail(message);
  }

  // ---- words --------------------------------------------------------------------------------------------------------
  bool read_word(std::string_view word, std::string_view message, JTokenType kind, JContent content, Slot slot) {
    const auto left = static_cast<std::size_t>(end_ - at_);
    if (left < word.size()) {
      at_ = end_;
      return fail("Unexpected end when reading JSON.");
    }
    for (const char c : word) {
      if (*at_ != c) return fail(message);
      ++at_;
    }
    if (at_ != end_ && !is_separator()) return fail(message);
    return add_value(kind, content, slot) != nullptr;
  }

  bool is_separator() const {
    const char c = *at_;
    if (c == '}' || c == ']' || c == ',' || c == '\0' || is_ascii_space(c)) return true;
    if (c == '/') return end_ - at_ > 1 && (at_[1] == '*' || at_[1] == '/');
    if (c == ')') return depth_ > 0 && frames_[depth_ - 1].container->kind == JTokenType::kConstructor;
    return wide_space(at_, end_) != 0;
  }

  bool read_null_or_constructor() {
    if (end_ - at_ < 2) {
      ++at_;
      return fail("Unexpected end when reading JSON.");
    }
    if (at_[1] == 'u') return read_word("null", "Error parsing null value.", JTokenType::kNull, JContent::kNull, {});
    if (at_[1] == 'e') return read_constructor();
    return unexpected("Unexpected character encountered while parsing value: ");
  }

  bool read_constructor() {
    if (end_ - at_ < 3) {
      at_ = end_;
      return fail("Unexpected end when reading JSON.");
    }
    if (at_[2] != 'w' || end_ - at_ < 4 || !is_ascii_space(at_[3])) return fail("Unexpected content while parsing JSON.");
    at_ += 3;
    skip_space();
    const char* first = at_;
    while (at_ != end_ && (is_ascii_letter(*at_) || is_ascii_digit(*at_))) ++at_;
    const std::string_view name{first, static_cast<std::size_t>(at_ - first)};
    skip_space();
    if (at_ == end_) return fail("Unexpected end while parsing constructor.");
    if (*at_ != '(') return unexpected("Unexpected character while parsing constructor: ");
    ++at_;
    if (!open(&run_.type(Known::kJConstructor), JTokenType::kConstructor, State::kArrayStart)) return false;
    static_cast<JConstructor*>(top().container)->name = name;
    return true;
  }

  // ---- space and comments -------------------------------------------------------------------------------------------
  // False at the end of the text. NUL characters count as space, as in Newtonsoft.
  bool skip_space() {
    for (; at_ != end_; ++at_) {
      const char c = *at_;
      if (c > ' ') return true;
      if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\0' || c == '\v' || c == '\f') continue;
      const std::uint32_t wide = wide_space(at_, end_);
      if (wide == 0) return true;
      at_ += wide - 1;
    }
    return false;
  }

  bool skip_comment() {
    ++at_;
    if (at_ == end_) return fail("Unexpected end while parsing comment.");
    if (*at_ == '/') {
      while (at_ != end_ && *at_ != '\n' && *at_ != '\r') ++at_;
      return true;
    }
    if (*at_ != '*') {
      const std::string message = joined("Error parsing comment. Expected: *, got ", here(), ".");
      return fail(message);
    }
    ++at_;
    const std::string_view rest{at_, static_cast<std::size_t>(end_ - at_)};
    const std::size_t close = rest.find("*/");
    if (close == std::string_view::npos) {
      at_ = end_;
      return fail("Unexpected end while parsing comment.");
    }
    at_ += close + 2;
    return true;
  }

  bool read_comment() {
    const char* first = at_ + 2;
    if (!skip_comment()) return false;
    const bool block = first[-1] == '*';
    const bool is_root = depth_ == 0 && options_.root == JsonRoot::kToken && !options_.skip_root_comment;
    const bool keeps = options_.keep_comments && depth_ > 0 && top().container->kind != JTokenType::kObject && state_ != State::kProperty;
    if (!is_root && !keeps) return true;
    JValue* comment = new_value(JTokenType::kComment, JContent::kText);
    comment->text = first;
    comment->size = static_cast<std::uint32_t>(at_ - first - (block ? 2 : 0));
    if (is_root) {
      root_ = comment;
      return skip_behind_root_comment();
    }
    attach(comment);
    return true;
  }

  // JToken.Parse returns a comment that comes first, but reads on for mistakes.
  bool skip_behind_root_comment() {
    JToken* comment = root_;
    Reader rest(run_, {at_, static_cast<std::size_t>(end_ - at_)}, {.root = JsonRoot::kDeserialize});
    rest.read();
    if (run_.failed()) return false;
    at_ = end_;
    root_ = comment;
    state_ = State::kFinished;
    return true;
  }

  // ---- mistakes -----------------------------------------------------------------------------------------------------
  bool end_of_text() {
    if (state_ == State::kStart) return fail_empty();
    if (options_.root != JsonRoot::kDeserialize) {
      return fail(joined("Unexpected end of content while loading ", frames_[0].container->type->name, "."));
    }
    if (frames_[0].container->kind == JTokenType::kObject) {
      return fail(Known::kJsonSerializationException, "Unexpected end when deserializing object.");
    }
    return fail(Known::kJsonWriterException, "Unexpected end when reading token.");
  }

  bool fail_empty() {
    switch (options_.root) {
      case JsonRoot::kToken:
        return fail("Error reading JToken from JsonReader.");
      case JsonRoot::kObject:
        return fail("Error reading JObject from JsonReader.");
      case JsonRoot::kArray:
        return fail("Error reading JArray from JsonReader.");
      case JsonRoot::kDeserialize:
        root_ = nullptr;
        state_ = State::kFinished;
        return true;
    }
    return false;
  }

  std::string_view here() const {
    if (at_ == end_) return {};
    const std::string_view rest{at_, static_cast<std::size_t>(end_ - at_)};
    return rest.substr(0, decode_utf8(rest, 0).length);
  }

  bool unexpected(std::string_view message) { return fail(joined(message, here(), ".")); }
  bool fail(std::string_view message) { return fail(Known::kJsonReaderException, message); }

  bool fail(Known type, std::string_view message) {
    std::int32_t line = 1;
    const char* line_start = start_;
    for (const char* c = start_; c != at_; ++c) {
      const bool breaks = *c == '\n' || (*c == '\r' && (c + 1 == end_ || c[1] != '\n'));
      if (!breaks) continue;
      ++line;
      line_start = c + 1;
    }
    const auto position = static_cast<std::int32_t>(utf16_length({line_start, static_cast<std::size_t>(at_ - line_start)}));
    if (state_ == State::kStart && position == 0) line = 0;
    raise_json(run_, type, message, path(), line, position);
    return false;
  }

  std::string path() const {
    std::string out;
    for (std::uint32_t i = 0; i < depth_; ++i) {
      const bool is_top = i + 1 == depth_;
      if (is_top && (state_ == State::kArrayStart || state_ == State::kObjectStart)) break;
      const Frame& frame = frames_[i];
      if (frame.container->kind == JTokenType::kObject) {
        append_path_name(out, frame.property == nullptr ? std::string_view{} : frame.property->name());
        continue;
      }
      const std::uint32_t finished = (is_top ? item_count_ : frames_[i + 1].base) - frame.base;
      // The item being read counts once it is known to be one: containers at their start, numbers at their end.
      append(out, '[', static_cast<std::int64_t>(finished) - (is_top && number_counts_ ? 0 : 1), ']');
    }
    return out;
  }

  Run& run_;
  const JsonParseOptions& options_;
  const char* start_;
  const char* at_;
  const char* end_;
  const Type* object_type_;
  const Type* array_type_;
  const Type* property_type_;
  const Type* value_type_;
  JToken* root_ = nullptr;
  State state_ = State::kStart;
  bool number_counts_ = false;
  std::uint32_t depth_ = 0;
  std::uint32_t frame_room_ = kInlineFrames;
  std::uint32_t item_count_ = 0;
  std::uint32_t item_room_ = kInlineItems;
  Frame first_frames_[kInlineFrames];
  JToken* first_items_[kInlineItems];
  Frame* frames_ = first_frames_;
  JToken** items_ = first_items_;
};

}  // namespace

JToken* parse_json(Run& run, std::string_view text, const JsonParseOptions& options) {
  Reader reader(run, text, options);
  return reader.read();
}

Raised raise_json(Run& run, Known type, std::string_view message, std::string_view path, std::int32_t line, std::int32_t position) {
  std::string text(message);
  if (!text.ends_with('.')) text.push_back('.');
  append(text, " Path '", path, "'");
  if (line != 0 || position != 0 || type == Known::kJsonReaderException) append(text, ", line ", line, ", position ", position);
  text.push_back('.');
  run.raise(type, text);
  if (run.pending != nullptr) {
    JsonPlace* place = run.make<JsonPlace>(Known::kObject);
    place->path = run.string(path);
    place->line = line;
    place->position = position;
    run.pending->detail = place;
  }
  return {};
}

}  // namespace portcullis
