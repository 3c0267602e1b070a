// YAML 1.2 (core schema) to JSON, for descriptions. The one place that includes yaml-cpp; its exceptions end here.
#include <charconv>
#include <cmath>
#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "engine/json/json.h"
#include "service/described_api.h"

namespace portcullis {

namespace {

// A few lines of anchors can stand for more than memory holds.
constexpr std::size_t kMostText = std::size_t{64} << 20;
constexpr int kMostDepth = 300;

class Converter {
 public:
  explicit Converter(std::string& out) : out_(out) {}

  bool convert(const YAML::Node& node, int depth) {
    if (depth > kMostDepth) return fail(node, "it is nested too deeply, or refers to itself");
    if (out_.size() > kMostText) return fail(node, "it grows beyond 64 MB");
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        out_ += "null";
        return true;
      case YAML::NodeType::Scalar:
        scalar(node);
        return true;
      case YAML::NodeType::Sequence: {
        out_ += '[';
        bool first = true;
        for (const auto& item : node) {
          if (!first) out_ += ',';
          first = false;
          if (!convert(item, depth + 1)) return false;
        }
        out_ += ']';
        return true;
      }
      case YAML::NodeType::Map: {
        out_ += '{';
        bool first = true;
        if (!members(node, depth, first)) return false;
        out_ += '}';
        return true;
      }
    }
    return true;
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  bool fail(const YAML::Node& node, std::string_view what) {
    problem_ = joined("line ", node.Mark().line + 1, ": ", what);
    return false;
  }

  void string(std::string_view text) {
    out_ += '"';
    append_json_escaped(out_, text);
    out_ += '"';
  }

  bool members(const YAML::Node& node, int depth, bool& first) {
    if (depth > kMostDepth) return fail(node, "it is nested too deeply, or refers to itself");
    // What is merged in stands first: of equal names the last counts.
    if (const YAML::Node merged = node["<<"]; merged.IsDefined()) {
      if (merged.IsMap() && !members(merged, depth + 1, first)) return false;
      for (std::size_t i = merged.IsSequence() ? merged.size() : 0; i-- > 0;) {
        if (merged[i].IsMap() && !members(merged[i], depth + 1, first)) return false;
      }
    }
    for (const auto& pair : node) {
      if (!pair.first.IsScalar()) return fail(pair.first, "a key is no plain text");
      if (pair.first.Scalar() == "<<") continue;
      if (!first) out_ += ',';
      first = false;
      string(pair.first.Scalar());
      out_ += ':';
      if (!convert(pair.second, depth + 1)) return false;
    }
    return true;
  }

  void scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    const std::string& tag = node.Tag();
    if (tag != "?" && tag != "tag:yaml.org,2002:int" && tag != "tag:yaml.org,2002:float" &&
        tag != "tag:yaml.org,2002:bool")
      return string(text);
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
      out_ += "null";
    } else if (text == "true" || text == "True" || text == "TRUE") {
      out_ += "true";
    } else if (text == "false" || text == "False" || text == "FALSE") {
      out_ += "false";
    } else if (!number(text)) {
      string(text);
    }
  }

  bool number(std::string_view text) {
    const char* end = text.data() + text.size();
    std::int64_t integer = 0;
    if (text.starts_with("0x") || text.starts_with("0o")) {
      const auto result = std::from_chars(text.data() + 2, end, integer, text[1] == 'x' ? 16 : 8);
      if (result.ptr != end || result.ec != std::errc{}) return false;
      append(out_, integer);
      return true;
    }
    const char* start = text.data() + (text.front() == '+' ? 1 : 0);
    const char* digits = start + (start != end && *start == '-' ? 1 : 0);
    if (digits == end || (!is_ascii_digit(*digits) && *digits != '.')) return false;
    if (const auto result = std::from_chars(start, end, integer); result.ptr == end && result.ec == std::errc{}) {
      append(out_, integer);
      return true;
    }
    double real = 0;
    const auto result = std::from_chars(start, end, real);
    if (result.ptr != end || result.ec != std::errc{} || !std::isfinite(real)) return false;
    char buffer[32];
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, real);
    out_.append(buffer, written.ptr);
    return true;
  }

  std::string& out_;
  std::string problem_;
};

}  // namespace

bool yaml_to_json(std::string_view yaml, std::string& json, std::string& problem) {
  try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    Converter converter(json);
    if (converter.convert(root, 0)) return true;
    problem = converter.problem();
  } catch (const YAML::Exception& error) {
    problem = joined("line ", error.mark.line + 1, ": ", std::string_view(error.msg));
  }
  return false;
}

}  // namespace portcullis
