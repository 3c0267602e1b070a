// xml-to-json: converts an XML body to JSON. source: xml-to-json-policy
//
//     <s:a xmlns:s="urn:s" id="1"><b>x</b><b/></s:a>
//     direct:               {"s$a": {"@xmlns$s": "urn:s", "@id": "1", "b": ["x", ""]}}
//     javascript-friendly:  {"s$a": {"id": "1", "b": ["x", ""]}}
//
// No recorded output shows the second form; it is our reading of the page. source: transformation.md#9 (chosen)
#include <span>
#include <string>

#include "base/text.h"
#include "engine/json/writer.h"
#include "engine/xml/xml.h"
#include "policies/support/body.h"
#include "policies/support/conversion.h"
#include "policies/support/exists_action.h"
#include "policies/support/media_type.h"
#include "policies/table.h"

namespace portcullis {
namespace {

constexpr Word kApplyWords[] = {{"always", 0}, {"content-type-xml", 1}};
constexpr Word kKindWords[] = {{"javascript-friendly", 0}, {"direct", 1}};
constexpr Word kEmptyWords[] = {{"preserve", 0}, {"as-null", 1}, {"asNull", 1}};
constexpr ConversionTypes kTypes{.apply_words = kApplyWords, .is_source = &is_xml_type, .is_target = &is_json_type};

struct XmlToJson {
  ConversionGate gate;
  Setting<std::string_view> kind;
  Setting<bool> always_array_child_elements;
  Setting<bool> always_array_children;  // an older name of the same
  Setting<std::string_view> empty_values;
  Setting<bool> trim_values;
  Setting<bool> preserve_whitespace_nodes;
};

constexpr AttributeSpec kAttributes[] = {
    required<&XmlToJson::kind>("kind"),
    gate_attribute<XmlToJson, &ConversionGate::apply>("apply", true),
    gate_attribute<XmlToJson, &ConversionGate::consider_accept_header>("consider-accept-header", false),
    optional<&XmlToJson::always_array_child_elements>("always-array-child-elements"),
    optional<&XmlToJson::always_array_children>("always-array-children"),
    optional<&XmlToJson::empty_values>("empty-values"),
    optional<&XmlToJson::trim_values>("trim-values"),
    optional<&XmlToJson::preserve_whitespace_nodes>("preserve-whitespace-nodes"),
};

void check(Reader& reader, const Element& element, void*) {
  check_word(reader, element, "kind", kKindWords);
  check_word(reader, element, "apply", kApplyWords);
  check_word(reader, element, "empty-values", kEmptyWords);
}

struct Options {
  bool is_direct = false;
  bool always_array = false;
  bool empty_is_null = false;
  bool trims = false;
  bool keeps_white_space = false;
};

constexpr std::string_view kSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

class Converter {
 public:
  Converter(Run& run, const Options& options) : run_(run), options_(options), out_(run, Formatting::kNone) {}

  String* convert(XDocument& document) {
    if (!out_.start_object()) return nullptr;
    if (options_.is_direct && document.declaration != nullptr) {
      const XDeclaration& declaration = *document.declaration;
      if (!pseudo("version", declaration.version) || !pseudo("encoding", declaration.encoding) ||
          !pseudo("standalone", declaration.standalone))
        return nullptr;
    }
    for (XNode* node = document.first; node != nullptr; node = node->next) {
      XElement* root = as_element(node);
      if (root != nullptr && (!out_.next_item() || !out_.name(name_of(*root)) || !value(*root))) return nullptr;
    }
    return out_.end_object() ? out_.finish() : nullptr;
  }

 private:
  /// The children of one name, text included, in order.
  struct Group {
    std::string_view name;
    XNode* first;
    std::uint32_t first_at;
    std::uint32_t last_at;
    std::uint32_t count;
  };
  struct Entry {
    XNode* node;
    std::uint32_t next;  // of the same group
  };

  bool pseudo(std::string_view name, const String* value) {
    return value == nullptr || (out_.next_item() && out_.name(name) && out_.string(value->view()));
  }

  // ---- names ------------------------------------------------------------------------------------------------------

  /// `prefix$local`
  std::string_view joined_name(const XElement& scope, const XName& name, bool is_attribute, std::string_view before) {
    std::string_view prefix;
    const std::string_view uri = name.space->uri;
    if (uri == kXmlUri) {
      prefix = "xml";
    } else if (uri == kXmlnsUri) {
      prefix = "xmlns";
    } else if (!uri.empty()) {
      static_cast<void>(prefix_of(&scope, uri, !is_attribute, prefix));
    }
    if (prefix.empty() && before.empty()) return name.local;
    return run_.arena.copy(std::string_view(joined(before, prefix, prefix.empty() ? "" : "$", name.local)));
  }
  std::string_view name_of(const XElement& element) { return joined_name(element, *element.name, false, {}); }

  static bool is_nil(const XAttribute& attribute) {
    return attribute.name->local == "nil" && attribute.name->space->uri == kSchemaInstance &&
           (attribute.value == "true" || attribute.value == "1");
  }

  // ---- values -----------------------------------------------------------------------------------------------------

  bool value(XElement& element) {
    if (!run_.spend(1)) return false;
    if (++depth_ > kMaxXmlDepth) return run_.raise_limit(Limit::kDepth);
    const bool good = is_nil_element(element) ? out_.null() : content(element);
    --depth_;
    return good;
  }

  bool is_nil_element(const XElement& element) const {
    if (options_.is_direct) return false;
    for (const XAttribute* at = element.first_attribute; at != nullptr; at = at->next) {
      if (is_nil(*at)) return true;
    }
    return false;
  }

  bool is_written(const XAttribute& attribute) const {
    return options_.is_direct || !is_namespace_declaration(attribute);
  }

  bool content(XElement& element) {
    bool has_members = first_element(element, nullptr) != nullptr;
    for (const XAttribute* at = element.first_attribute; at != nullptr; at = at->next)
      has_members = has_members || is_written(*at);
    const std::span<Group> groups = group_children(element);
    if (run_.failed()) return false;
    const bool is_mixed = groups.size() > 1;  // texts and CDATA
    if (!has_members && !is_mixed) return leaf(groups);
    if (!out_.start_object() || !attributes(element)) return false;
    for (const Group& group : groups) {
      if (!member(element, group)) return false;
    }
    return out_.end_object();
  }

  bool leaf(std::span<const Group> groups) {
    if (groups.empty()) return options_.empty_is_null ? out_.null() : out_.string("");
    std::string_view text;
    const std::span<const Entry> entries = entries_;
    for (std::uint32_t at = groups.front().first_at;; at = entries[at].next) {
      const std::string_view part = static_cast<const XText*>(entries[at].node)->value;
      text = text.empty() ? part : run_.arena.copy(std::string_view(joined(text, part)));
      if (at == groups.front().last_at) break;
    }
    text = trimmed(text);
    return text.empty() && options_.empty_is_null ? out_.null() : out_.string(text);
  }

  std::string_view trimmed(std::string_view text) const { return options_.trims ? trim_ascii(text) : text; }

  bool attributes(const XElement& element) {
    for (const XAttribute* at = element.first_attribute; at != nullptr; at = at->next) {
      if (!is_written(*at)) continue;
      if (!run_.spend(1) || !out_.next_item() || !out_.name(attribute_name(element, *at)) || !out_.string(at->value))
        return false;
    }
    return true;
  }

  // Without the mark, unless a child has the name.
  std::string_view attribute_name(const XElement& element, const XAttribute& attribute) {
    const bool is_default = attribute.name->local == "xmlns" && attribute.name->space->uri.empty();
    if (is_default) return "@xmlns";
    if (options_.is_direct) return joined_name(element, *attribute.name, true, "@");
    const std::string_view bare = joined_name(element, *attribute.name, true, {});
    for (const XNode* node = element.first; node != nullptr; node = node->next) {
      const XElement* child = node->kind == XKind::kElement ? static_cast<const XElement*>(node) : nullptr;
      if (child != nullptr && name_of(*child) == bare) return joined_name(element, *attribute.name, true, "@");
      if (!run_.spend(1)) return bare;
    }
    return bare;
  }

  bool member(const XElement& element, const Group& group) {
    const bool is_text = group.first->kind != XKind::kElement;
    const bool is_array = group.count > 1 || (options_.always_array && !is_text);
    const std::string_view name =
        is_text && !options_.is_direct && !has_child_named(element, "text") ? std::string_view("text") : group.name;
    if (!out_.next_item() || !out_.name(name) || (is_array && !out_.start_array())) return false;
    for (std::uint32_t at = group.first_at;; at = entries_[at].next) {
      if (is_array && !out_.next_item()) return false;
      XNode* node = entries_[at].node;
      if (is_text ? !out_.string(trimmed(static_cast<const XText*>(node)->value)) : !value_of_child(*as_element(node)))
        return false;
      if (at == group.last_at) break;
    }
    return !is_array || out_.end_array();
  }

  // `entries_` is that of the element being written; a child brings its own.
  bool value_of_child(XElement& child) {
    const std::span<Entry> own = entries_;
    const bool good = value(child);
    entries_ = own;
    return good;
  }

  static bool has_child_named(const XElement& element, std::string_view local) {
    for (const XNode* node = element.first; node != nullptr; node = node->next) {
      if (node->kind == XKind::kElement && static_cast<const XElement*>(node)->name->local == local) return true;
    }
    return false;
  }

  // ---- grouping ---------------------------------------------------------------------------------------------------

  std::string_view group_name(XNode& node) {
    if (node.kind == XKind::kElement) return name_of(static_cast<XElement&>(node));
    return node.kind == XKind::kCData && options_.is_direct ? "#cdata-section" : "#text";
  }

  bool counts(const XNode& node) const {
    if (node.kind == XKind::kElement) return true;
    if (!is_text_kind(node)) return false;
    return node.kind == XKind::kCData || options_.keeps_white_space ||
           !trim_ascii(static_cast<const XText&>(node).value).empty();
  }

  /// In the order of their first members. Cost: children times different names, which is counted.
  std::span<Group> group_children(const XElement& element) {
    std::uint32_t count = 0;
    for (const XNode* node = element.first; node != nullptr; node = node->next) count += counts(*node) ? 1U : 0U;
    if (!run_.spend(count)) return {};
    entries_ = run_.arena.array<Entry>(count);
    const std::span<Group> groups = run_.arena.array<Group>(count);
    std::uint32_t used = 0;
    std::uint32_t at = 0;
    for (XNode* node = element.first; node != nullptr; node = node->next) {
      if (!counts(*node)) continue;
      const std::string_view name = group_name(*node);
      std::uint32_t found = 0;
      while (found < used && groups[found].name != name) ++found;
      if (!run_.spend(found / 4)) return {};
      if (found == used) {
        groups[used++] = {name, node, at, at, 1};
      } else {
        entries_[groups[found].last_at].next = at;
        groups[found].last_at = at;
        ++groups[found].count;
      }
      entries_[at++] = {node, 0};
    }
    return groups.first(used);
  }

  Run& run_;
  const Options& options_;
  JsonWriter out_;
  std::span<Entry> entries_;
  std::uint32_t depth_ = 0;
};

bool get_options(PolicyRun& run, const XmlToJson& config, Options& options) {
  std::int64_t kind = 0;
  std::int64_t empty = 0;
  const Setting<bool>& arrays =
      config.always_array_child_elements.is_present ? config.always_array_child_elements : config.always_array_children;
  const bool good = get_word(run, config.kind, "kind", kKindWords, kind) &&
                    get_word(run, config.empty_values, "empty-values", kEmptyWords, empty) &&
                    run.get(arrays, options.always_array) && run.get(config.trim_values, options.trims) &&
                    run.get(config.preserve_whitespace_nodes, options.keeps_white_space);
  options.is_direct = kind == 1;
  options.empty_is_null = empty == 1;
  return good;
}

Outcome run(PolicyRun& run, const XmlToJson& config) {
  bool converts = false;
  std::string_view text;
  Options options;
  if (!passes_gate(run, config.gate, kTypes, converts, text)) return Outcome::kFail;
  if (!converts) return Outcome::kContinue;
  if (!get_options(run, config, options)) return Outcome::kFail;
  Run& evaluation = run.run();
  evaluation.start_expression();
  XContainer* document = parse_xml(evaluation, text, {.preserve_whitespace = options.keeps_white_space});
  if (document == nullptr) return fail_with_pending(run, "The body is not well-formed XML.");
  const String* json = Converter(evaluation, options).convert(static_cast<XDocument&>(*document));
  if (json == nullptr) return fail_with_pending(run, "The body cannot be written as JSON.");
  replace_body(run, run.message(), json->view(), "application/json; charset=utf-8");
  if (run.tracing()) run.trace(joined("XML was converted to JSON: ", json->size, " bytes"));
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kXmlToJson =
    policy<XmlToJson, &run>("xml-to-json", kAttributes).checked_by(&check).emitting(&emit_with_body<XmlToJson, &run>);

}  // namespace portcullis
