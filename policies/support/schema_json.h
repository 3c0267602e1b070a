// JSON with places: what JSON Schema validates and is written in. Strict (RFC 8259), because what passes validation
// must read the same everywhere; each node knows where it stands in the text. Not the tree of expressions
// (engine/json), which reads as leniently as .NET.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"

namespace portcullis {

enum class JsonKind : std::uint8_t { kNull, kBoolean, kInteger, kNumber, kString, kArray, kObject };

struct JsonNode {
  JsonKind kind = JsonKind::kNull;
  bool boolean = false;
  std::uint32_t count = 0;     // of members or items, duplicates of names left out
  std::uint32_t begin = 0;     // offsets in the text
  std::uint32_t end = 0;       // behind the last character
  std::uint32_t name_end = 0;  // behind the colon of its name
  std::string_view name;       // as a member, decoded
  std::string_view text;       // a string's content, decoded; a number's digits
  const JsonNode* first = nullptr;
  const JsonNode* next = nullptr;

  /// The member of an object, or null.
  [[nodiscard]] const JsonNode* find(std::string_view member) const;
  /// Text of the string member, or "".
  [[nodiscard]] std::string_view string(std::string_view member) const;
  [[nodiscard]] bool is_true(std::string_view member) const;
  [[nodiscard]] bool is_object() const { return kind == JsonKind::kObject; }
  [[nodiscard]] bool is_array() const { return kind == JsonKind::kArray; }
  [[nodiscard]] bool is_string() const { return kind == JsonKind::kString; }
  [[nodiscard]] bool is_number() const { return kind == JsonKind::kInteger || kind == JsonKind::kNumber; }
};

struct JsonPosition {
  std::uint32_t line = 1;
  std::uint32_t position = 0;  // characters of the line that were read
};
/// Where the reader stands after `offset` bytes.
JsonPosition place_in(std::string_view text, std::uint32_t offset);

struct JsonMistake {
  std::string_view message;  // static, or in the arena
  std::uint32_t offset = 0;
};

/// The tree, or null with `mistake`. It lies in `arena` and borrows `text`. Of members with the same name the last
/// stays. Depth is at most `max_depth`, memory what the arena has.
const JsonNode* read_json(Arena& arena, std::string_view text, std::uint32_t max_depth, JsonMistake& mistake);

/// Equal as JSON Schema has it: numbers by value, objects without order. `budget` counts down; at 0 the answer is
/// false.
bool json_equal(const JsonNode& a, const JsonNode& b, std::uint64_t& budget);
std::uint64_t json_hash(const JsonNode& node);

/// The number as a double, and as an integer when it is one (`1.0` and `1e2` are).
double json_real(const JsonNode& node);
std::optional<std::int64_t> json_integer(const JsonNode& node);

/// Appends the node as JSON text without white space.
void append_json(std::string& out, const JsonNode& node);

/// The node at a JSON pointer, what stands behind `#` (`~1` and `%2F` decoded); null: there is none.
const JsonNode* follow_pointer(const JsonNode& root, std::string_view pointer);

}  // namespace portcullis
