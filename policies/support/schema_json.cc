#include "policies/support/schema_json.h"

#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

#include "base/text.h"
#include "base/utf.h"

namespace portcullis {

namespace {

constexpr std::uint32_t kHighestDepth = 512;

class Reader {
 public:
  Reader(Arena& arena, std::string_view text, std::uint32_t max_depth, JsonMistake& mistake)
      : arena_(arena),
        text_(text),
        max_depth_(max_depth < kHighestDepth ? max_depth : kHighestDepth),
        mistake_(mistake) {}

  const JsonNode* read() {
    if (text_.size() > 0xFFFFFFF0U) return fail("The text is too long.");
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    if (!is_ascii(text_) && !is_valid_utf8(text_)) return fail("The text is not valid UTF-8.");
    skip_space();
    if (at_ == text_.size()) return fail("The JSON text is empty.");
    JsonNode* root = value();
    if (root == nullptr) return nullptr;
    skip_space();
    if (at_ != text_.size()) return fail("Additional text found after the JSON value.");
    return root;
  }

 private:
  std::nullptr_t fail(std::string_view message) {
    mistake_ = {message, static_cast<std::uint32_t>(at_)};
    return nullptr;
  }
  std::nullptr_t fail_here() {
    if (at_ >= text_.size()) return fail("Unexpected end of the JSON text.");
    const std::uint32_t size = decode_utf8(text_, at_).length;
    const std::string message = joined("Unexpected character '", text_.substr(at_, size), "'.");
    return fail(arena_.copy(std::string_view(message)));
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  // Nesting is bounded by max_depth, so recursion is.
  JsonNode* value() {
    if (arena_.exhausted()) return fail("The JSON text needs more memory than is allowed.");
    JsonNode* node = arena_.make<JsonNode>();
    node->begin = static_cast<std::uint32_t>(at_);
    bool good = false;
    switch (peek()) {
      case '{':
        good = container(*node, JsonKind::kObject, '}');
        break;
      case '[':
        good = container(*node, JsonKind::kArray, ']');
        break;
      case '"':
        node->kind = JsonKind::kString;
        good = string(node->text);
        break;
      case 't':
        good = word(*node, "true", JsonKind::kBoolean);
        break;
      case 'f':
        good = word(*node, "false", JsonKind::kBoolean);
        break;
      case 'n':
        good = word(*node, "null", JsonKind::kNull);
        break;
      default:
        good = number(*node);
        break;
    }
    if (!good) return nullptr;
    node->end = static_cast<std::uint32_t>(at_);
    return node;
  }

  bool word(JsonNode& node, std::string_view text, JsonKind kind) {
    if (text_.substr(at_, text.size()) != text) return fail_here(), false;
    at_ += text.size();
    node.kind = kind;
    node.boolean = text == "true";
    return true;
  }

  bool container(JsonNode& node, JsonKind kind, char close) {
    node.kind = kind;
    if (++depth_ > max_depth_) {
      const std::string message = joined("The reader's maximum depth of ", max_depth_, " has been exceeded.");
      return fail(arena_.copy(std::string_view(message))), false;
    }
    ++at_;
    skip_space();
    JsonNode* last = nullptr;
    if (peek() == close) return ++at_, --depth_, true;
    for (;;) {
      JsonNode* item = kind == JsonKind::kObject ? member() : value();
      if (item == nullptr) return false;
      (last == nullptr ? node.first : last->next) = item;
      last = item;
      ++node.count;
      skip_space();
      if (peek() == close) break;
      if (peek() != ',') return fail_here(), false;
      ++at_;
      skip_space();
    }
    ++at_;
    --depth_;
    if (kind == JsonKind::kObject && node.count > 1) drop_duplicates(node);
    return true;
  }

  JsonNode* member() {
    if (peek() != '"') return fail_here();
    std::string_view name;
    if (!string(name)) return nullptr;
    skip_space();
    if (peek() != ':') return fail_here();
    const auto name_end = static_cast<std::uint32_t>(++at_);
    skip_space();
    JsonNode* node = value();
    if (node == nullptr) return nullptr;
    node->name = name;
    node->name_end = name_end;
    return node;
  }

  // Seeded by where the text lies, so that a sender cannot choose names that collide.
  [[nodiscard]] std::uint64_t hash_of(std::string_view text) const {
    std::uint64_t hash = reinterpret_cast<std::uintptr_t>(text_.data()) * 0x9E3779B97F4A7C15ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash ^ (hash >> 29);
  }

  // An earlier member gives way to a later one of the same name.
  void drop_duplicates(JsonNode& object) {
    std::uint32_t size = 4;
    while (size < object.count * 2) size *= 2;
    const std::span<const JsonNode*> table = arena_.array<const JsonNode*>(size);
    std::uint32_t dropped = 0;
    for (const JsonNode* item = object.first; item != nullptr; item = item->next) {
      std::uint64_t slot = hash_of(item->name) & (size - 1);
      while (table[slot] != nullptr && table[slot]->name != item->name) slot = (slot + 1) & (size - 1);
      if (table[slot] != nullptr) {
        const_cast<JsonNode*>(table[slot])->name_end = 0;  // marked; members' names end behind 0
        ++dropped;
      }
      table[slot] = item;
    }
    if (dropped == 0) return;
    object.count -= dropped;
    const JsonNode** link = &object.first;
    while (*link != nullptr) {
      if ((*link)->name_end == 0) {
        *link = (*link)->next;
      } else {
        link = const_cast<const JsonNode**>(&(*link)->next);
      }
    }
  }

  bool string(std::string_view& content) {
    const std::size_t start = ++at_;
    bool escaped = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20) return fail_here(), false;
      if (c == '\\') {
        escaped = true;
        if (++at_ >= text_.size()) break;
        if (std::string_view("\"\\/bfnrtu").find(text_[at_]) == std::string_view::npos) return fail_here(), false;
      }
    }
    if (at_ >= text_.size()) return fail("Unterminated string."), false;
    content = text_.substr(start, at_ - start);
    ++at_;
    return !escaped || decode(content);
  }

  static int hex(std::string_view digits) {
    if (digits.size() < 4) return -1;
    int code = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + 4, code, 16);
    return error == std::errc{} && end == digits.data() + 4 && digits[0] != '-' ? code : -1;
  }

  bool decode(std::string_view& content) {
    char* out = arena_.text(content.size());
    std::size_t size = 0;
    for (std::size_t i = 0; i < content.size(); ++i) {
      if (content[i] != '\\') {
        out[size++] = content[i];
        continue;
      }
      const char c = content[++i];
      constexpr std::string_view kNames = "bfnrt";
      constexpr std::string_view kValues = "\b\f\n\r\t";
      if (c != 'u') {
        const std::size_t known = kNames.find(c);
        out[size++] = known == std::string_view::npos ? c : kValues[known];
        continue;
      }
      int code = hex(content.substr(i + 1));
      if (code < 0) return fail("Bad Unicode escape."), false;
      i += 4;
      auto scalar = static_cast<char32_t>(code);
      if (is_high_surrogate(scalar) && content.substr(i + 1, 2) == "\\u") {
        const int low = hex(content.substr(i + 3));
        if (low >= 0 && is_low_surrogate(static_cast<char32_t>(low))) {
          scalar = combine_surrogates(scalar, static_cast<char32_t>(low));
          i += 6;
        }
      }
      if (is_surrogate(scalar)) scalar = 0xFFFD;
      size += encode_utf8(out + size, scalar);
    }
    content = {out, size};
    return true;
  }

  bool digits() {
    if (!is_ascii_digit(peek())) return false;
    while (is_ascii_digit(peek())) ++at_;
    return true;
  }

  bool number(JsonNode& node) {
    const std::size_t start = at_;
    node.kind = JsonKind::kInteger;
    if (peek() == '-') ++at_;
    if (peek() == '0') {
      ++at_;
    } else if (!digits()) {
      return fail_here(), false;
    }
    if (peek() == '.') {
      node.kind = JsonKind::kNumber;
      ++at_;
      if (!digits()) return fail_here(), false;
    }
    if (peek() == 'e' || peek() == 'E') {
      node.kind = JsonKind::kNumber;
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return fail_here(), false;
    }
    node.text = text_.substr(start, at_ - start);
    return true;
  }

  Arena& arena_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t depth_ = 0;
  std::uint32_t max_depth_;
  JsonMistake& mistake_;
};

}  // namespace

const JsonNode* read_json(Arena& arena, std::string_view text, std::uint32_t max_depth, JsonMistake& mistake) {
  return Reader(arena, text, max_depth, mistake).read();
}

JsonPosition place_in(std::string_view text, std::uint32_t offset) {
  JsonPosition place;
  text = text.substr(0, offset);
  std::size_t start = 0;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', start)) {
    ++place.line;
    start = end + 1;
  }
  place.position = utf16_length(text.substr(start));
  return place;
}

const JsonNode* JsonNode::find(std::string_view member) const {
  if (kind != JsonKind::kObject) return nullptr;
  for (const JsonNode* item = first; item != nullptr; item = item->next) {
    if (item->name == member) return item;
  }
  return nullptr;
}

std::string_view JsonNode::string(std::string_view member) const {
  const JsonNode* found = find(member);
  return found != nullptr && found->kind == JsonKind::kString ? found->text : std::string_view();
}

bool JsonNode::is_true(std::string_view member) const {
  const JsonNode* found = find(member);
  return found != nullptr && found->kind == JsonKind::kBoolean && found->boolean;
}

double json_real(const JsonNode& node) {
  double value = 0;
  const auto result = std::from_chars(node.text.data(), node.text.data() + node.text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    const bool tiny = node.text.find("e-") != std::string_view::npos || node.text.find("E-") != std::string_view::npos;
    return tiny ? 0 : node.text.starts_with('-') ? -HUGE_VAL : HUGE_VAL;
  }
  return value;
}

std::optional<std::int64_t> json_integer(const JsonNode& node) {
  std::int64_t value = 0;
  if (node.kind == JsonKind::kInteger) {
    const auto [end, error] = std::from_chars(node.text.data(), node.text.data() + node.text.size(), value);
    if (error == std::errc{}) return value;
    return std::nullopt;
  }
  if (node.kind != JsonKind::kNumber) return std::nullopt;
  const double real = json_real(node);
  if (std::floor(real) != real || std::abs(real) > 9e15) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

bool json_equal(const JsonNode& a, const JsonNode& b, std::uint64_t& budget) {
  if (budget == 0) return false;
  --budget;
  if (a.is_number() && b.is_number()) {
    const auto left = json_integer(a);
    const auto right = json_integer(b);
    if (left.has_value() || right.has_value()) return left == right;
    return a.text == b.text ||
           (json_real(a) == json_real(b) && (a.kind == JsonKind::kNumber || b.kind == JsonKind::kNumber));
  }
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case JsonKind::kBoolean:
      return a.boolean == b.boolean;
    case JsonKind::kString:
      return a.text == b.text;
    case JsonKind::kArray: {
      if (a.count != b.count) return false;
      const JsonNode* right = b.first;
      for (const JsonNode* left = a.first; left != nullptr; left = left->next, right = right->next) {
        if (!json_equal(*left, *right, budget)) return false;
      }
      return true;
    }
    case JsonKind::kObject:
      if (a.count != b.count) return false;
      for (const JsonNode* left = a.first; left != nullptr; left = left->next) {
        if (budget < b.count) return budget = 0, false;
        budget -= b.count;
        const JsonNode* right = b.find(left->name);
        if (right == nullptr || !json_equal(*left, *right, budget)) return false;
      }
      return true;
    default:
      return true;
  }
}

std::uint64_t json_hash(const JsonNode& node) {
  const auto mix = [](std::uint64_t hash, std::uint64_t value) { return (hash ^ value) * 0x9E3779B97F4A7C15ULL; };
  const auto of_text = [&](std::string_view text) {
    std::uint64_t hash = 7;
    for (const char c : text) hash = mix(hash, static_cast<unsigned char>(c));
    return hash;
  };
  switch (node.kind) {
    case JsonKind::kNull:
      return 1;
    case JsonKind::kBoolean:
      return node.boolean ? 2 : 3;
    case JsonKind::kInteger:
    case JsonKind::kNumber: {
      const double real = json_real(node);
      std::uint64_t bits = 0;
      const double plain = real == 0 ? 0 : real;
      static_assert(sizeof bits == sizeof plain);
      std::memcpy(&bits, &plain, sizeof bits);
      return mix(4, bits);
    }
    case JsonKind::kString:
      return mix(5, of_text(node.text));
    case JsonKind::kArray: {
      std::uint64_t hash = 6;
      for (const JsonNode* item = node.first; item != nullptr; item = item->next) hash = mix(hash, json_hash(*item));
      return hash;
    }
    case JsonKind::kObject: {
      std::uint64_t hash = 8;  // order does not count
      for (const JsonNode* item = node.first; item != nullptr; item = item->next)
        hash += mix(of_text(item->name), json_hash(*item));
      return hash;
    }
  }
  return 0;
}

const JsonNode* follow_pointer(const JsonNode& root, std::string_view pointer) {
  const JsonNode* node = &root;
  std::string token;
  while (!pointer.empty()) {
    if (pointer.front() != '/') return nullptr;
    pointer.remove_prefix(1);
    const std::size_t end = pointer.find('/');
    const std::string_view raw = pointer.substr(0, end);
    pointer = end == std::string_view::npos ? std::string_view() : pointer.substr(end);
    token.clear();
    for (std::size_t i = 0; i < raw.size(); ++i) {
      unsigned octet = 0;
      if (raw[i] == '%' && i + 2 < raw.size() + 0 &&
          std::from_chars(raw.data() + i + 1, raw.data() + i + 3, octet, 16).ptr == raw.data() + i + 3) {
        token += static_cast<char>(octet);
        i += 2;
      } else {
        token += raw[i];
      }
    }
    std::string name;
    for (std::size_t i = 0; i < token.size(); ++i) {
      if (token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
        name += token[++i] == '1' ? '/' : '~';
      } else {
        name += token[i];
      }
    }
    if (node->is_array()) {
      std::uint32_t index = 0;
      const auto [stop, error] = std::from_chars(name.data(), name.data() + name.size(), index);
      if (error != std::errc{} || stop != name.data() + name.size()) return nullptr;
      const JsonNode* item = node->first;
      while (item != nullptr && index-- > 0) item = item->next;
      node = item;
    } else {
      node = node->find(name);
    }
    if (node == nullptr) return nullptr;
  }
  return node;
}

}  // namespace portcullis
