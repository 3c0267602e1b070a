// schema: the policies of this build as the validator reads them: a list for people, JSON for programs, an XML schema
// for editors.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/options.h"
#include "engine/policy/spec.h"
#include "hosts/files/owned_context.h"
#include "policies/table.h"

namespace portcullis::cli {

using hosts::Json;

namespace {

std::string_view name_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::kText:
      return "text";
    case ValueKind::kBoolean:
      return "boolean";
    case ValueKind::kInteger:
      return "integer";
    case ValueKind::kNumber:
      return "number";
    case ValueKind::kSeconds:
      return "seconds";
    case ValueKind::kWord:
      return "word";
    case ValueKind::kAny:
      return "any";
  }
  return "text";
}

/// What the schema table knows about the default; null: nothing.
Json default_of(const AttributeSpec& attribute, const void* config) {
  if (attribute.is_required || attribute.initial == nullptr || attribute.read != attribute.own_read ||
      config == nullptr)
    return nullptr;
  const DefaultValue value = attribute.initial(config);
  if (value.is_boolean) return value.number != 0;
  if (!value.text.empty()) return std::string(value.text);
  if (value.number > 0) return value.number;
  return nullptr;
}

Json json_of(const ElementSpec& element);

Json json_of(const AttributeSpec& attribute, const void* config) {
  Json out;
  out["name"] = std::string(attribute.name);
  out["required"] = attribute.is_required;
  out["expression"] = attribute.allows_expression;
  out["type"] = std::string(name_of(attribute.kind));
  if (!attribute.words.empty()) {
    out["words"] = Json::array();
    for (const Word& word : attribute.words) out["words"].push_back(std::string(word.text));
  }
  if (const Json value = default_of(attribute, config); !value.is_null()) out["default"] = value;
  return out;
}

Json json_of(const ChildSpec& child) {
  Json out;
  out["name"] = std::string(child.name);
  out["min"] = child.min;
  out["max"] = child.max == kMany ? Json(nullptr) : Json(child.max);
  if (child.element != nullptr) {
    out["element"] = json_of(*child.element);
  } else {
    out["expression"] = child.allows_expression;
    out["type"] = std::string(name_of(child.kind));
  }
  return out;
}

Json json_of(const ElementSpec& element) {
  Json out;
  // A fresh configuration, to read its defaults from.
  std::vector<std::max_align_t> memory(element.config_size / sizeof(std::max_align_t) + 1);
  const void* config = nullptr;
  if (element.construct != nullptr && element.config_align <= alignof(std::max_align_t)) {
    element.construct(memory.data());
    config = memory.data();
  }
  out["attributes"] = Json::array();
  for (const AttributeSpec& attribute : element.attributes) out["attributes"].push_back(json_of(attribute, config));
  out["children"] = Json::array();
  for (const ChildSpec& child : element.children) out["children"].push_back(json_of(child));
  out["text"] = element.allows_text || element.read_text != nullptr;
  if (element.text_allows_expression) out["textExpression"] = true;
  out["holds"] = element.holds == ElementSpec::Holds::kAnyPolicy        ? "any"
                 : element.holds == ElementSpec::Holds::kListedPolicies ? "listed"
                                                                        : "none";
  if (!element.listed_policies.empty()) {
    out["policies"] = Json::array();
    for (const std::string_view name : element.listed_policies) out["policies"].push_back(std::string(name));
  }
  return out;
}

Json json_of(const PolicySpec& spec) {
  Json out;
  out["name"] = std::string(spec.name);
  if (spec.is_missing) {
    out["supported"] = false;
    out["refused"] = std::string(spec.refusal);
    return out;
  }
  out["supported"] = true;
  out["sections"] = Json::array();
  for (std::size_t i = 0; i < kSectionCount; ++i) {
    if ((spec.sections & (1U << i)) != 0)
      out["sections"].push_back(std::string(portcullis::name_of(static_cast<Section>(i))));
  }
  out["scopes"] = Json::array();
  for (std::size_t i = 0; i < kScopeCount; ++i) {
    if ((spec.scopes & (1U << i)) != 0)
      out["scopes"].push_back(std::string(portcullis::name_of(static_cast<Scope>(i))));
  }
  out["oncePerSection"] = spec.once_per_section;
  out.update(json_of(spec.element));
  return out;
}

std::vector<const PolicySpec*> sorted_policies() {
  const auto all = builtin_policies();
  std::vector<const PolicySpec*> sorted(all.begin(), all.end());
  std::sort(sorted.begin(), sorted.end(), [](const PolicySpec* a, const PolicySpec* b) { return a->name < b->name; });
  return sorted;
}

Json whole_json() {
  Json out;
  out["version"] = std::string(version());
  out["policies"] = Json::array();
  for (const PolicySpec* spec : sorted_policies()) out["policies"].push_back(json_of(*spec));
  return out;
}

// ---- XML schema
// -----------------------------------------------------------------------------------------------------------

/// Documents in the escaped style. Children may stand in any order, so counts are left to `check`.
class XsdWriter {
 public:
  std::string write() && {
    out_ =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<!-- Policy documents as portcullis reads them (escaped style). Made by `portcullis schema` with its option "
        "xsd. -->\n"
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" elementFormDefault=\"qualified\">\n";
    write_simple_types();
    write_root();
    const std::vector<const PolicySpec*> policies = sorted_policies();
    for (const PolicySpec* spec : policies) {  // documents of GraphQL resolvers
      if (spec->sections == 0 && !spec->is_missing && spec->name.ends_with("-data-source"))
        line(1, joined("<xs:element name=\"", spec->name, "\" type=\"policy.", spec->name, "\"/>"));
    }
    for (std::size_t i = 0; i < kSectionCount; ++i) {
      const auto section = static_cast<Section>(i);
      write_group(joined("section.", portcullis::name_of(section)), policies, bit(section), true);
    }
    write_group("any-policy", policies, kAnySection, false);
    for (const PolicySpec* spec : policies) {
      if (!spec->is_missing) write_type(joined("policy.", spec->name), spec->element);
    }
    // Types of nested elements are found while the policies are written.
    while (!pending_.empty()) {
      const auto [name, element] = pending_.back();
      pending_.pop_back();
      write_type(name, *element);
    }
    out_ += "</xs:schema>\n";
    return std::move(out_);
  }

 private:
  void line(int depth, std::string_view text) {
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
    append(out_, text, "\n");
  }

  void write_union(std::string_view name, std::string_view literal) {
    line(1, joined("<xs:simpleType name=\"", name, "\"><xs:union memberTypes=\"", literal,
                   " named-value\"/></xs:simpleType>"));
    line(1, joined("<xs:simpleType name=\"", name, "-or-expression\"><xs:union memberTypes=\"", literal,
                   " named-value expression\"/></xs:simpleType>"));
  }

  void write_simple_types() {
    line(1,
         "<xs:simpleType name=\"expression\"><xs:restriction base=\"xs:string\"><xs:pattern "
         "value=\"\\s*@[\\(\\{][\\s\\S]*\"/></xs:restriction></xs:simpleType>");
    line(1,
         "<xs:simpleType name=\"named-value\"><xs:restriction base=\"xs:string\"><xs:pattern "
         "value=\"[\\s\\S]*\\{\\{[\\s\\S]*\\}\\}[\\s\\S]*\"/></xs:restriction></xs:simpleType>");
    // Any case is taken for booleans.
    line(1,
         "<xs:simpleType name=\"boolean-word\"><xs:restriction base=\"xs:string\"><xs:pattern "
         "value=\"\\s*([tT][rR][uU][eE]|[fF][aA][lL][sS][eE])\\s*\"/></xs:restriction></xs:simpleType>");
    write_union("boolean", "boolean-word");
    write_union("integer", "xs:integer");
    write_union("number", "xs:decimal xs:double");
    line(1, "<xs:simpleType name=\"literal\"><xs:restriction base=\"xs:string\"/></xs:simpleType>");
  }

  void write_root() {
    line(1, "<xs:element name=\"policies\"><xs:complexType><xs:all>");
    for (std::size_t i = 0; i < kSectionCount; ++i) {
      const std::string_view name = portcullis::name_of(static_cast<Section>(i));
      line(2, joined("<xs:element name=\"", name, "\" minOccurs=\"0\"><xs:complexType><xs:group ref=\"section.", name,
                     "\" minOccurs=\"0\" maxOccurs=\"unbounded\"/></xs:complexType></xs:element>"));
    }
    line(1, "</xs:all></xs:complexType></xs:element>");
    line(1,
         "<xs:element name=\"fragment\"><xs:complexType><xs:group ref=\"any-policy\" minOccurs=\"0\" "
         "maxOccurs=\"unbounded\"/></xs:complexType></xs:element>");
    line(1, "<xs:complexType name=\"base\"><xs:attribute name=\"id\" type=\"literal\"/></xs:complexType>");
    line(1,
         "<xs:complexType name=\"include-fragment\"><xs:attribute name=\"fragment-id\" type=\"literal\" "
         "use=\"required\"/><xs:attribute name=\"id\" type=\"literal\"/></xs:complexType>");
  }

  void write_policy_element(int depth, const PolicySpec& spec) {
    // Known by name only: editors should not complain, `check` will.
    line(depth, spec.is_missing ? joined("<xs:element name=\"", spec.name, "\" type=\"xs:anyType\"/>")
                                : joined("<xs:element name=\"", spec.name, "\" type=\"policy.", spec.name, "\"/>"));
  }

  void write_group(std::string_view name, const std::vector<const PolicySpec*>& policies, SectionSet sections,
                   bool by_section) {
    line(1, joined("<xs:group name=\"", name, "\"><xs:choice>"));
    line(2, "<xs:element name=\"base\" type=\"base\"/>");
    line(2, "<xs:element name=\"include-fragment\" type=\"include-fragment\"/>");
    for (const PolicySpec* spec : policies) {
      if (!by_section || spec->is_missing || (spec->sections & sections) != 0) write_policy_element(2, *spec);
    }
    line(1, "</xs:choice></xs:group>");
  }

  void write_type(const std::string& name, const ElementSpec& element) {
    const bool has_text = element.allows_text || element.read_text != nullptr;
    line(1, joined("<xs:complexType name=\"", name, "\"", has_text ? " mixed=\"true\">" : ">"));
    write_content(name, element);
    bool has_id = false;
    for (const AttributeSpec& attribute : element.attributes) {
      has_id = has_id || attribute.name == "id";
      write_attribute(attribute);
    }
    if (!has_id) line(2, "<xs:attribute name=\"id\" type=\"literal\"/>");
    line(1, "</xs:complexType>");
  }

  void write_content(const std::string& name, const ElementSpec& element) {
    const bool holds_any = element.holds == ElementSpec::Holds::kAnyPolicy;
    if (element.children.empty() && element.listed_policies.empty() && !holds_any) return;
    line(2, "<xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">");
    if (holds_any) line(3, "<xs:group ref=\"any-policy\"/>");
    bool has_foreign = false;
    for (const ChildSpec& child : element.children) {
      if (child.name.find(':') != std::string_view::npos) {  // of another namespace: a stylesheet
        if (!has_foreign) line(3, "<xs:any namespace=\"##other\" processContents=\"skip\"/>");
        has_foreign = true;
        continue;
      }
      if (child.element == nullptr) {
        line(3, joined("<xs:element name=\"", child.name, "\" type=\"xs:anyType\"/>"));
        continue;
      }
      const std::string type = joined(name, ".", child.name);
      line(3, joined("<xs:element name=\"", child.name, "\" type=\"", type, "\"/>"));
      pending_.emplace_back(type, child.element);
    }
    for (const std::string_view policy : element.listed_policies) write_listed(policy, element);
    if (!element.listed_policies.empty()) line(3, "<xs:element name=\"include-fragment\" type=\"include-fragment\"/>");
    line(2, "</xs:choice>");
  }

  void write_listed(std::string_view name, const ElementSpec& element) {
    for (const ChildSpec& child : element.children) {
      if (child.name == name) return;
    }
    if (name == "include-fragment") return;
    for (const PolicySpec* spec : builtin_policies()) {
      if (spec->name == name) return write_policy_element(3, *spec);
    }
    line(3, joined("<xs:element name=\"", name, "\" type=\"xs:anyType\"/>"));
  }

  void write_attribute(const AttributeSpec& attribute) {
    const std::string start =
        joined("<xs:attribute name=\"", attribute.name, "\"", attribute.is_required ? " use=\"required\"" : "");
    const std::string_view suffix = attribute.allows_expression ? "-or-expression" : "";
    std::string_view type;
    if (attribute.kind == ValueKind::kBoolean) type = "boolean";
    if (attribute.kind == ValueKind::kInteger || attribute.kind == ValueKind::kSeconds) type = "integer";
    if (attribute.kind == ValueKind::kNumber) type = "number";
    if (!type.empty()) return line(2, joined(start, " type=\"", type, suffix, "\"/>"));
    if (attribute.words.empty()) return line(2, joined(start, " type=\"literal\"/>"));
    line(2, joined(start, "><xs:simpleType><xs:union memberTypes=\"named-value",
                   attribute.allows_expression ? " expression" : "",
                   "\"><xs:simpleType><xs:restriction base=\"xs:string\">"));
    for (const Word& word : attribute.words) line(3, joined("<xs:enumeration value=\"", word.text, "\"/>"));
    line(2, "</xs:restriction></xs:simpleType></xs:union></xs:simpleType></xs:attribute>");
  }

  std::string out_;
  std::vector<std::pair<std::string, const ElementSpec*>> pending_;
};

// ---- for people
// -------------------------------------------------------------------------------------------------------------

void print_list() {
  std::string out;
  for (const PolicySpec* spec : sorted_policies()) {
    append(out, spec->name);
    if (!spec->refusal.empty()) {
      append(out, "  (refused: ", spec->refusal, ")");
    }
    out += "\n";
    for (const AttributeSpec& attribute : spec->element.attributes) {
      append(out, "    ", attribute.name, attribute.is_required ? " (required)" : "", ": ", name_of(attribute.kind),
             attribute.allows_expression ? " or expression" : "");
      for (const Word& word : attribute.words) append(out, &word == attribute.words.data() ? ": " : ", ", word.text);
      out += "\n";
    }
  }
  write_out(out);
}

}  // namespace

int schema_command(const SchemaOptions& options) {
  if (options.json && options.xsd) {
    complain("schema prints either --json or --xsd");
    return kUsage;
  }
  if (options.json) {
    write_out(whole_json().dump(2) + "\n");
  } else if (options.xsd) {
    write_out(XsdWriter().write());
  } else {
    print_list();
  }
  return kDone;
}

}  // namespace portcullis::cli
