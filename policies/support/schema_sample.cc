// A value made from a schema, for answers without an example. source: transformation.md#13 (chosen)
#include <algorithm>
#include <set>

#include "base/text.h"
#include "engine/json/json.h"
#include "policies/support/schema.h"

namespace portcullis {

namespace {

constexpr int kMostDepth = 12;
constexpr std::size_t kMostText = std::size_t{256} << 10;

std::string_view text_of_format(const JsonSchema& schema) {
  switch (schema.format) {
    case JsonFormat::kDate:
      return "2000-01-23";
    case JsonFormat::kDateTime:
      return "2000-01-23T04:56:07Z";
    case JsonFormat::kUuid:
      return "00000000-0000-0000-0000-000000000000";
    case JsonFormat::kUri:
      return "https://example.com";
    case JsonFormat::kEmail:
      return "user@example.com";
    case JsonFormat::kIpv4:
      return "192.0.2.1";
    case JsonFormat::kIpv6:
      return "2001:db8::1";
    case JsonFormat::kHostname:
      return "example.com";
    case JsonFormat::kByte:
      return "c3RyaW5n";
    default:
      return "string";
  }
}

class Sampler {
 public:
  std::string take() && { return std::move(out_); }

  void write(const JsonSchema& schema, int depth) {
    if (out_.size() > kMostText) return null();
    const bool again = std::find(open_.begin(), open_.end(), &schema) != open_.end();
    if (again || depth > kMostDepth) return null();
    open_.push_back(&schema);
    write_new(schema, depth);
    open_.pop_back();
  }

 private:
  void null() { out_ += "null"; }

  // What the author wrote goes first. source: transformation.md#13
  bool write_given(const JsonSchema& schema) {
    if (schema.source == nullptr) return false;
    for (const std::string_view keyword : {"example", "default", "x-example"}) {
      if (const JsonNode* given = schema.source->find(keyword)) return copy(*given), true;
    }
    if (const JsonNode* examples = schema.source->find("examples");
        examples != nullptr && examples->is_array() && examples->first != nullptr)
      return copy(*examples->first), true;
    if (schema.constant != nullptr) return copy(*schema.constant), true;
    if (schema.allowed_values != nullptr && schema.allowed_values->first != nullptr)
      return copy(*schema.allowed_values->first), true;
    return false;
  }

  void write_new(const JsonSchema& schema, int depth) {
    if (write_given(schema)) return;
    if (schema.reference != nullptr) return write(*schema.reference, depth);
    if (!schema.one_of.empty()) return write(*schema.one_of.front(), depth);
    if (!schema.any_of.empty()) return write(*schema.any_of.front(), depth);
    if (schema.types == kAnyType ? !schema.properties.empty() || !schema.all_of.empty() : schema.allows(kObjectType)) {
      if (schema.properties.empty() && schema.all_of.size() == 1 && schema.types == kAnyType)
        return write(*schema.all_of.front(), depth);
      return write_object(schema, depth);
    }
    if (schema.types == kAnyType ? schema.items != nullptr : schema.allows(kArrayType)) {
      out_ += '[';
      if (!schema.prefix_items.empty()) {
        for (std::size_t i = 0; i < schema.prefix_items.size(); ++i) {
          if (i > 0) out_ += ',';
          write(*schema.prefix_items[i], depth + 1);
        }
      } else if (schema.items != nullptr && !is_open(*schema.items)) {
        write(*schema.items, depth + 1);
      }
      out_ += ']';
      return;
    }
    if (schema.types == kAnyType) {
      out_ += schema.source != nullptr && schema.format != JsonFormat::kNone
                  ? joined("\"", text_of_format(schema), "\"")
                  : "{}";
    } else if (schema.allows(kStringType)) {
      append(out_, "\"", text_of_format(schema), "\"");
    } else if (schema.allows(kIntegerType)) {
      out_ += schema.minimum.integer.value_or(0) > 0 ? std::string(schema.minimum.text) : "0";
    } else if (schema.allows(kNumberType)) {
      out_ += "0.0";
    } else if (schema.allows(kBooleanType)) {
      out_ += "true";
    } else {
      null();
    }
  }

  // A list of what is being written already stays empty.
  [[nodiscard]] bool is_open(const JsonSchema& schema) const {
    const JsonSchema* target = schema.resolved();
    return std::find(open_.begin(), open_.end(), target) != open_.end() ||
           std::find(open_.begin(), open_.end(), &schema) != open_.end();
  }

  void write_object(const JsonSchema& schema, int depth) {
    out_ += '{';
    std::set<std::string_view> written;
    write_members(schema, depth, written, 0);
    out_ += '}';
  }

  // In the order of the document, branches of allOf first.
  void write_members(const JsonSchema& schema, int depth, std::set<std::string_view>& written, int nested) {
    if (nested > kMostDepth) return;
    if (schema.reference != nullptr) write_members(*schema.reference, depth, written, nested + 1);
    for (const JsonSchema* branch : schema.all_of) write_members(*branch, depth, written, nested + 1);
    const JsonNode* properties = schema.source == nullptr ? nullptr : schema.source->find("properties");
    for (const JsonNode* item = properties == nullptr ? nullptr : properties->first; item != nullptr;
         item = item->next) {
      const JsonSchema::Property* property = schema.property(item->name);
      if (property == nullptr || property->schema->write_only || is_open(*property->schema)) continue;
      if (!written.insert(item->name).second) continue;
      if (written.size() > 1) out_ += ',';
      out_ += '"';
      append_json_escaped(out_, item->name);
      out_ += "\":";
      write(*property->schema, depth + 1);
    }
  }

  void copy(const JsonNode& node) { append_json(out_, node); }

  std::string out_;
  std::vector<const JsonSchema*> open_;
};

}  // namespace

std::string sample_json(const JsonSchema& schema) {
  Sampler sampler;
  sampler.write(schema, 0);
  return std::move(sampler).take();
}

void append_json(std::string& out, const JsonNode& node) {
  switch (node.kind) {
    case JsonKind::kNull:
      out += "null";
      return;
    case JsonKind::kBoolean:
      out += node.boolean ? "true" : "false";
      return;
    case JsonKind::kInteger:
    case JsonKind::kNumber:
      out += node.text;
      return;
    case JsonKind::kString:
      out += '"';
      append_json_escaped(out, node.text);
      out += '"';
      return;
    case JsonKind::kArray:
    case JsonKind::kObject:
      break;
  }
  const bool is_object = node.is_object();
  out += is_object ? '{' : '[';
  for (const JsonNode* item = node.first; item != nullptr; item = item->next) {
    if (item != node.first) out += ',';
    if (is_object) {
      out += '"';
      append_json_escaped(out, item->name);
      out += "\":";
    }
    append_json(out, *item);
  }
  out += is_object ? '}' : ']';
}

}  // namespace portcullis
