// json-to-xml: converts a JSON body to XML. source: json-to-xml-policy
//
//     {"order": {"@id": 7, "line": ["a", null]}}   ->   <order id="7"><line>a</line><line xsi:nil="true" …/></order>
//
// Written straight from the JSON tree; no XML tree is made. The attributes that only the editor's schema knows
// (attribute-prefix, namespace-block-name, invalid-character-replacement, null-values, trim-values, empty-values) do
// what their names say (chosen).
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/date_format.h"
#include "engine/dotnet/number_format.h"
#include "engine/json/json.h"
#include "engine/json/text_builder.h"
#include "engine/policy/codes.h"
#include "engine/xml/xml_tree.h"
#include "policies/support/body.h"
#include "policies/support/conversion.h"
#include "policies/support/exists_action.h"
#include "policies/support/media_type.h"
#include "policies/table.h"

namespace portcullis {
namespace {

constexpr Word kApplyWords[] = {{"always", 0}, {"content-type-json", 1}};
constexpr Word kEmptyWords[] = {{"preserve", 0}, {"as-null", 1}};
constexpr ConversionTypes kTypes{.apply_words = kApplyWords, .is_source = &is_json_type, .is_target = &is_xml_type};

struct JsonToXml {
  ConversionGate gate;
  bool parse_date = true;
  Setting<std::string_view> namespace_separator = std::string_view("_");
  Setting<std::string_view> namespace_prefix;
  Setting<std::string_view> attribute_block_name;
  Setting<std::string_view> attribute_prefix;
  Setting<std::string_view> namespace_block_name;
  Setting<std::string_view> invalid_character_replacement;
  Setting<std::string_view> null_values;
  bool trim_values = false;
  Setting<std::string_view> empty_values;
};

constexpr AttributeSpec kAttributes[] = {
    gate_attribute<JsonToXml, &ConversionGate::apply>("apply", true),
    gate_attribute<JsonToXml, &ConversionGate::consider_accept_header>("consider-accept-header", false),
    optional<&JsonToXml::parse_date>("parse-date"),
    optional<&JsonToXml::namespace_separator>("namespace-separator"),
    optional<&JsonToXml::namespace_prefix>("namespace-prefix"),
    optional<&JsonToXml::attribute_block_name>("attribute-block-name"),
    optional<&JsonToXml::attribute_prefix>("attribute-prefix"),
    optional<&JsonToXml::namespace_block_name>("namespace-block-name"),
    optional<&JsonToXml::invalid_character_replacement>("invalid-character-replacement"),
    optional<&JsonToXml::null_values>("null-values"),
    optional<&JsonToXml::trim_values>("trim-values"),
    optional<&JsonToXml::empty_values>("empty-values"),
};

void check(Reader& reader, const Element& element, void* config) {
  check_word(reader, element, "apply", kApplyWords);
  check_word(reader, element, "empty-values", kEmptyWords);
  const auto& separator = static_cast<const JsonToXml*>(config)->namespace_separator;
  if (!separator.is_present || separator.expression != nullptr || utf16_length(separator.literal) == 1) return;
  if (const Attribute* given = element.find("namespace-separator"); given != nullptr && given->value.is_literal()) {
    reader.report(given->value.span, policy_code::kWrongLiteral, "`namespace-separator` is one character");
  }
}

/// The attributes' values for one conversion.
struct Options {
  std::string_view separator;
  std::string_view namespace_prefix;
  std::string_view attribute_block;
  std::string_view attribute_prefix;
  std::string_view namespace_block;
  std::string_view replacement;
  bool replaces = false;
  std::string_view null_text;
  bool has_null_text = false;
  bool trims = false;
  bool empty_is_null = false;
};

constexpr std::string_view kSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

class Converter {
 public:
  Converter(Run& run, const Options& options) : run_(run), options_(options), out_(run, 1024) {}

  String* convert(JToken* root) {
    if (!write_root(root) || run_.failed() || !problem_.empty()) return nullptr;
    return out_.finish();
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  /// What a property of an object becomes.
  enum class Role : std::uint8_t { kElement, kAttribute, kText, kAttributeBlock, kNamespace, kNamespaceBlock };

  bool fail(std::string message) {
    problem_ = std::move(message);
    return false;
  }

  // ---- roles ------------------------------------------------------------------------------------------------------

  /// `xmlns`, `xmlns_x`, `xmlns:x`, `@xmlns…`: the prefix declared.
  bool declared_prefix(std::string_view name, std::string_view& prefix) const {
    std::string_view word = options_.namespace_prefix;
    if (name.starts_with("@xmlns")) word = "@xmlns";
    if (word.empty() || !name.starts_with(word)) return false;
    prefix = name.substr(word.size());
    if (prefix.empty()) return true;
    for (const std::string_view separator : {options_.separator, std::string_view(":"), std::string_view("$")}) {
      if (separator.empty() || !prefix.starts_with(separator)) continue;
      prefix.remove_prefix(separator.size());
      return !prefix.empty();
    }
    return false;
  }

  Role role_of(const JProperty& property) const {
    const std::string_view name = property.name();
    std::string_view prefix;
    const JValue* plain = as_value(property.value);
    const bool is_text = plain != nullptr && plain->kind == JTokenType::kString;
    if (is_text && declared_prefix(name, prefix)) return Role::kNamespace;
    const bool is_object = property.value->kind == JTokenType::kObject;
    if (is_object && !options_.attribute_block.empty() && name == options_.attribute_block)
      return Role::kAttributeBlock;
    if (is_object && !options_.namespace_block.empty() && name == options_.namespace_block)
      return Role::kNamespaceBlock;
    if (name == "#text" || name == "#cdata-section") return Role::kText;
    if (attribute_name(name).data() != nullptr && !property.value->is_container()) return Role::kAttribute;
    return Role::kElement;
  }

  /// Without the mark that makes a property an attribute; data() null: it is none.
  std::string_view attribute_name(std::string_view name) const {
    const std::string_view mark = options_.attribute_prefix;
    if (!mark.empty() && name.size() > mark.size() && name.starts_with(mark)) return name.substr(mark.size());
    return name.size() > 1 && name.starts_with('@') ? name.substr(1) : std::string_view();
  }

  // ---- elements ---------------------------------------------------------------------------------------------------

  // The one property that makes an element is the document element. source: transformation.md#8
  bool write_root(JToken* root) {
    if (const JArray* array = as_array(root)) {
      if (!out_.add("<Document>")) return false;
      for (JToken* item : array->children()) {
        if (!element("Item", item, nullptr)) return false;
      }
      return out_.add("</Document>");
    }
    JObject* object = as_object(root);
    if (object == nullptr) return element("Document", root, nullptr);
    const JProperty* only = nullptr;
    std::size_t count = 0;
    bool has_text = false;
    for (std::uint32_t i = 0; i < object->count; ++i) {
      const Role role = role_of(*object->property_at(i));
      has_text = has_text || role == Role::kText;
      if (role == Role::kElement) only = object->property_at(i), ++count;
    }
    if (count != 1 || has_text || only->value->kind == JTokenType::kArray) return element("Document", root, nullptr);
    // What else stands at the root belongs to the document element.
    return element(only->name(), only->value, object);
  }

  bool property(const JProperty& property) {
    const JArray* array = as_array(property.value);
    return array == nullptr ? element(property.name(), property.value, nullptr) : repeated(property.name(), *array);
  }

  // Once for each item; an empty one leaves an empty element.
  bool repeated(std::string_view name, const JArray& array) {
    if (array.count == 0) return out_.add('<') && element_name(name) && out_.add(" />");
    for (JToken* item : array.children()) {
      if (!element(name, item, nullptr)) return false;
    }
    return true;
  }

  /// `outer` holds attributes and declarations besides those of `value`.
  bool element(std::string_view name, JToken* value, const JObject* outer) {
    if (!run_.spend(1)) return false;
    if (++depth_ > static_cast<int>(kMaxXmlDepth)) return run_.raise_limit(Limit::kDepth);
    const std::size_t scope = scope_.size();
    const JObject* object = as_object(value);
    if (outer != nullptr) declare(*outer);
    if (object != nullptr) declare(*object);
    const std::size_t name_at = scope_.size();
    bool good = out_.add('<') && element_name(name) && write_declarations(scope, name_at);
    if (good && outer != nullptr) good = attributes(*outer);
    if (good && object != nullptr) good = attributes(*object);
    if (good) good = content(name, value, object);
    scope_.resize(scope);
    --depth_;
    return good;
  }

  bool content(std::string_view name, JToken* value, const JObject* object) {
    if (object != nullptr) return members(name, *object);
    if (const JArray* array = as_array(value)) {
      if (array->count == 0) return out_.add(" />");
      return out_.add('>') && repeated(name, *array) && close(name);
    }
    std::string_view text;
    bool is_null = false;
    if (!text_of(value, text, is_null)) return false;
    if (is_null && options_.has_null_text) text = options_.null_text;
    if (is_null && !options_.has_null_text)
      return out_.add(" xsi:nil=\"true\" xmlns:xsi=\"") && out_.add(kSchemaInstance) && out_.add("\" />");
    if (text.empty()) return out_.add(" />");
    return out_.add('>') && escaped(text, false) && close(name);
  }

  bool members(std::string_view name, const JObject& object) {
    bool is_open = false;
    for (std::uint32_t i = 0; i < object.count; ++i) {
      const JProperty& member = *object.property_at(i);
      const Role role = role_of(member);
      if (role != Role::kElement && role != Role::kText) continue;
      if (!is_open && !out_.add('>')) return false;
      is_open = true;
      if (role == Role::kText ? !texts(member) : !property(member)) return false;
    }
    return is_open ? close(name) : out_.add(" />");
  }

  bool texts(const JProperty& member) {
    if (const JArray* array = as_array(member.value)) {
      for (JToken* item : array->children()) {
        if (!text(member.name(), item)) return false;
      }
      return true;
    }
    return text(member.name(), member.value);
  }

  bool text(std::string_view name, JToken* value) {
    std::string_view text;
    bool is_null = false;
    if (!text_of(value, text, is_null)) return false;
    const bool is_section = name == "#cdata-section" && text.find("]]>") == std::string_view::npos && is_plain(text);
    return is_section ? out_.add("<![CDATA[") && out_.add(text) && out_.add("]]>") : escaped(text, false);
  }

  bool close(std::string_view name) { return out_.add("</") && element_name(name) && out_.add('>'); }

  // ---- namespaces -------------------------------------------------------------------------------------------------

  struct Declaration {
    std::string_view prefix;
    JToken* uri;
  };

  void declare(const JObject& object) {
    for (std::uint32_t i = 0; i < object.count; ++i) {
      const JProperty& member = *object.property_at(i);
      const Role role = role_of(member);
      std::string_view prefix;
      if (role == Role::kNamespace && declared_prefix(member.name(), prefix)) scope_.push_back({prefix, member.value});
      if (role != Role::kNamespaceBlock) continue;
      const JObject& block = *as_object(member.value);
      for (std::uint32_t k = 0; k < block.count; ++k) {
        const JProperty& one = *block.property_at(k);
        if (one.value->kind != JTokenType::kString) continue;
        scope_.push_back({one.name() == "xmlns" ? std::string_view() : one.name(), one.value});
      }
    }
  }

  bool write_declarations(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      bool again = false;
      for (std::size_t k = from; k < i; ++k) again = again || scope_[k].prefix == scope_[i].prefix;
      if (again) continue;
      std::string_view uri;
      bool is_null = false;
      if (!text_of(scope_[i].uri, uri, is_null) || !out_.add(" xmlns")) return false;
      if (!scope_[i].prefix.empty() && (!out_.add(':') || !name_part(scope_[i].prefix))) return false;
      if (!out_.add("=\"") || !escaped(uri, true) || !out_.add('"')) return false;
    }
    return true;
  }

  bool is_in_scope(std::string_view prefix) const {
    if (prefix == "xml") return true;
    for (const Declaration& one : scope_) {
      if (one.prefix == prefix) return true;
    }
    return false;
  }

  // ---- attributes -------------------------------------------------------------------------------------------------

  bool attributes(const JObject& object) {
    for (std::uint32_t i = 0; i < object.count; ++i) {
      const JProperty& member = *object.property_at(i);
      const Role role = role_of(member);
      if (role == Role::kAttribute && !attribute(attribute_name(member.name()), member.value)) return false;
      if (role != Role::kAttributeBlock) continue;
      const JObject& block = *as_object(member.value);
      for (std::uint32_t k = 0; k < block.count; ++k) {
        if (!attribute(block.property_at(k)->name(), block.property_at(k)->value)) return false;
      }
    }
    return true;
  }

  bool attribute(std::string_view name, JToken* value) {
    std::string_view text;
    bool is_null = false;
    if (!run_.spend(1) || !text_of(value, text, is_null)) return false;
    if (is_null && options_.has_null_text) text = options_.null_text;
    return out_.add(' ') && element_name(name) && out_.add("=\"") && escaped(text, true) && out_.add('"');
  }

  // ---- names ------------------------------------------------------------------------------------------------------

  // `a_b` is `a:b` when the prefix is in scope; the separator that was configured comes first.
  bool element_name(std::string_view name) {
    for (const std::string_view separator : {options_.separator, std::string_view(":"), std::string_view("$")}) {
      const std::size_t at = separator.empty() ? std::string_view::npos : name.find(separator);
      if (at == std::string_view::npos || at == 0 || at + separator.size() == name.size()) continue;
      if (!is_in_scope(name.substr(0, at))) continue;
      return name_part(name.substr(0, at)) && out_.add(':') && name_part(name.substr(at + separator.size()));
    }
    return name_part(name);
  }

  // What no XML name may hold is written `_xHHHH_`, or replaced. source: transformation.md#8 (chosen)
  bool name_part(std::string_view name) {
    if (name.empty()) return out_.add('_');
    for (std::size_t at = 0; at < name.size();) {
      const Decoded decoded = decode_utf8(name, at);
      const bool is_good = at == 0 ? is_name_start(decoded.code) : is_name_character(decoded.code);
      const bool is_escape = decoded.code == '_' && looks_encoded(name.substr(at));
      if (is_good && !is_escape) {
        if (!out_.add(name.substr(at, decoded.length))) return false;
      } else if (options_.replaces && !is_escape) {
        if (!out_.add(options_.replacement)) return false;
      } else if (!encoded(decoded.code)) {
        return false;
      }
      at += decoded.length;
    }
    return true;
  }

  static bool looks_encoded(std::string_view text) {
    if (text.size() < 7 || text[1] != 'x' || text[6] != '_') return false;
    for (std::size_t i = 2; i < 6; ++i) {
      if (!is_ascii_digit(text[i]) && !(ascii_lower(text[i]) >= 'a' && ascii_lower(text[i]) <= 'f')) return false;
    }
    return true;
  }

  bool encoded(char32_t code) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const int digits = code > 0xFFFF ? 8 : 4;
    if (!out_.add("_x")) return false;
    for (int i = digits - 1; i >= 0; --i) {
      if (!out_.add(kDigits[(code >> (4 * i)) & 15U])) return false;
    }
    return out_.add('_');
  }

  // ---- texts ------------------------------------------------------------------------------------------------------

  bool text_of(JToken* token, std::string_view& text, bool& is_null) {
    JValue* value = as_value(token);
    if (value == nullptr) {
      const String* json = write_json(run_, token, Formatting::kNone);
      if (json != nullptr) text = json->view();
      return json != nullptr;
    }
    resolve_number(run_.arena, *value);
    switch (value->content) {
      case JContent::kNull:
        is_null = true;
        return true;
      case JContent::kBoolean:
        text = value->value.integer != 0 ? "True" : "False";
        return true;
      case JContent::kDate:
        return take(format_date(run_, Moment::of(DateTime::from_slot(value->value)), nullptr), text);
      case JContent::kReal:
        return take(real_text(run_, value->value.real), text);
      case JContent::kText:
      case JContent::kEscaped:
        text = portcullis::text_of(*value, run_.arena);
        if (options_.trims) text = trim_ascii(text);
        is_null = text.empty() && options_.empty_is_null;
        return true;
      default:
        return take(token_to_string(run_, value), text);
    }
  }

  static bool take(const String* made, std::string_view& text) {
    if (made != nullptr) text = made->view();
    return made != nullptr;
  }

  static bool is_xml_character(char32_t code) {
    return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code < 0xD800) ||
           (code >= 0xE000 && code < 0xFFFE) || code >= 0x10000;
  }
  static bool is_plain(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const Decoded decoded = decode_utf8(text, at);
      if (!is_xml_character(decoded.code)) return false;
      at += decoded.length;
    }
    return true;
  }

  static std::string_view reference(char c, bool in_attribute) {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '\r':
        return "&#xD;";
      case '"':
        return in_attribute ? "&quot;" : "";
      case '\n':
        return in_attribute ? "&#xA;" : "";
      case '\t':
        return in_attribute ? "&#x9;" : "";
      default:
        return "";
    }
  }

  bool escaped(std::string_view text, bool in_attribute) {
    if (!run_.spend(text.size() / 16)) return false;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size();) {
      const auto byte = static_cast<unsigned char>(text[at]);
      const Decoded decoded = byte < 0x80 ? Decoded{byte, 1} : decode_utf8(text, at);
      const std::string_view written = byte < 0x80 ? reference(text[at], in_attribute) : std::string_view();
      if (is_surrogate(decoded.code)) {
        if (!out_.add(text.substr(copied, at - copied)) || !out_.add("\xEF\xBF\xBD")) return false;
        copied = at + decoded.length;
      } else if (!is_xml_character(decoded.code)) {
        return fail(joined("'", hexadecimal(decoded.code), "' is no character that XML can hold."));
      } else if (!written.empty()) {
        if (!out_.add(text.substr(copied, at - copied)) || !out_.add(written)) return false;
        copied = at + 1;
      }
      at += decoded.length;
    }
    return out_.add(text.substr(copied));
  }

  static std::string hexadecimal(char32_t code) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string text = "0x";
    if (code > 0xFF) append(text, kDigits[(code >> 12) & 15U], kDigits[(code >> 8) & 15U]);
    append(text, kDigits[(code >> 4) & 15U], kDigits[code & 15U]);
    return text;
  }

  Run& run_;
  const Options& options_;
  TextBuilder out_;
  std::vector<Declaration> scope_;
  std::string problem_;
  int depth_ = 0;
};

bool get_options(PolicyRun& run, const JsonToXml& config, Options& options) {
  std::int64_t empty = 0;
  const bool good = run.get(config.namespace_separator, options.separator) &&
                    run.get(config.namespace_prefix, options.namespace_prefix) &&
                    run.get(config.attribute_block_name, options.attribute_block) &&
                    run.get(config.attribute_prefix, options.attribute_prefix) &&
                    run.get(config.namespace_block_name, options.namespace_block) &&
                    run.get(config.invalid_character_replacement, options.replacement) &&
                    run.get(config.null_values, options.null_text) &&
                    get_word(run, config.empty_values, "empty-values", kEmptyWords, empty);
  options.replaces = config.invalid_character_replacement.is_present;
  options.has_null_text = config.null_values.is_present;
  options.trims = config.trim_values;
  options.empty_is_null = empty == 1;
  if (good && utf16_length(options.separator) != 1) {
    run.fail({}, "The namespace-separator is not one character.");
    return false;
  }
  return good;
}

Outcome run(PolicyRun& run, const JsonToXml& config) {
  bool converts = false;
  std::string_view text;
  Options options;
  if (!passes_gate(run, config.gate, kTypes, converts, text)) return Outcome::kFail;
  if (!converts) return Outcome::kContinue;
  if (!get_options(run, config, options)) return Outcome::kFail;
  Run& evaluation = run.run();
  evaluation.start_expression();
  JToken* root = parse_json(evaluation, text, {.dates = config.parse_date});
  if (root == nullptr) return fail_with_pending(run, "The body is not well-formed JSON.");
  Converter converter(evaluation, options);
  const String* xml = converter.convert(root);
  if (!converter.problem().empty()) return run.fail({}, converter.problem());
  if (xml == nullptr) return fail_with_pending(run, "The body cannot be written as XML.");
  replace_body(run, run.message(), xml->view(), "application/xml; charset=utf-8");
  if (run.tracing()) run.trace(joined("JSON was converted to XML: ", xml->size, " bytes"));
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kJsonToXml =
    policy<JsonToXml, &run>("json-to-xml", kAttributes).checked_by(&check).emitting(&emit_with_body<JsonToXml, &run>);

}  // namespace portcullis
