#include "engine/dotnet/xjson.h"

#include "base/text.h"
#include "engine/dotnet/jconvert.h"
#include "engine/dotnet/xcontent.h"
#include "engine/json/json.h"

namespace portcullis {
namespace {

class Builder {
 public:
  explicit Builder(Run& run) : run_(run), none_(make_xnamespace(run, {})) {}

  XDocument* build(JToken* token, String* root) {
    XDocument* document = make_xdocument(run_);
    if (root != nullptr) {
      add_element(*document, root->view(), token, kMaxXmlDepth);
    } else if (const JObject* object = as_object(token); object != nullptr) {
      add_members(*document, *object, kMaxXmlDepth);
    } else {
      return run_.raise(Known::kJsonSerializationException, "XmlNodeConverter can only convert JSON that begins with an object. Path ''.");
    }
    return run_.failed() ? nullptr : document;
  }

 private:
  bool add_members(XContainer& parent, const JObject& object, std::uint32_t depth) {
    for (std::uint32_t i = 0; i < object.count; ++i) {
      const JProperty& property = *object.property_at(i);
      if (!run_.spend(1) || !add_member(parent, property.name(), property.value, depth)) return false;
    }
    return true;
  }

  bool add_member(XContainer& parent, std::string_view name, JToken* value, std::uint32_t depth) {
    if (name == "#text") return add_text(parent, value);
    if (name == "#cdata-section") {
      String* text = text_of_value(value);
      return text != nullptr && insert_xnode(run_, parent, nullptr, make_xtext(run_, XKind::kCData, text->view()));
    }
    if (name.starts_with("?") || name.starts_with("!")) return add_prolog(parent, name, value);
    if (name.starts_with("@")) return true;  // taken when the element was made
    if (const JArray* array = as_array(value); array != nullptr) {
      for (JToken* item : array->children()) {
        if (!add_element(parent, name, item, depth)) return false;
      }
      return true;
    }
    return add_element(parent, name, value, depth);
  }

  bool add_prolog(XContainer& parent, std::string_view name, JToken* value) {
    const JObject* object = as_object(value);
    if (parent.kind == XKind::kDocument && name == "?xml" && object != nullptr) {
      const auto part = [&](std::string_view key) -> String* {
        JToken* found = find(*object, key);
        return found == nullptr ? nullptr : token_to_string(run_, found);
      };
      static_cast<XDocument&>(parent).declaration = make_xdeclaration(run_, part("@version"), part("@encoding"), part("@standalone"));
    }
    return true;
  }

  bool add_text(XContainer& parent, JToken* value) {
    if (const JArray* array = as_array(value); array != nullptr) {
      for (JToken* item : array->children()) {
        if (!add_text(parent, item)) return false;
      }
      return true;
    }
    String* text = text_of_value(value);
    return text != nullptr && insert_xtext(run_, parent, nullptr, text->view());
  }

  String* text_of_value(JToken* value) {
    JValue* plain = as_value(value);
    if (plain == nullptr) return run_.raise(Known::kJsonSerializationException, "Unexpected JSON in XML text.");
    if (plain->content == JContent::kNull) return run_.empty_string();
    Object* held = value_object(run_, plain);
    return held == nullptr ? nullptr : xml_value(run_, held);
  }

  XName* name_in(const XElement& scope, std::string_view qualified, bool is_attribute) {
    const std::size_t colon = qualified.find(':');
    const std::string_view prefix = colon == std::string_view::npos ? std::string_view{} : qualified.substr(0, colon);
    const std::string_view local = colon == std::string_view::npos ? qualified : qualified.substr(colon + 1);
    if (!check_ncname(run_, local)) return nullptr;
    std::string_view uri;
    const bool is_found = (!prefix.empty() || !is_attribute) && namespace_of(&scope, prefix, uri);
    if (is_attribute && prefix == "xmlns") uri = kXmlnsUri;
    return make_xname(run_, is_found || !uri.empty() ? make_xnamespace(run_, uri) : none_, local);
  }

  bool add_element(XContainer& parent, std::string_view name, JToken* value, std::uint32_t depth) {
    if (depth == 0) return run_.raise_limit(Limit::kDepth);
    if (parent.kind == XKind::kDocument && first_element(parent, nullptr) != nullptr) {
      run_.raise(Known::kJsonSerializationException,
                 joined("JSON root object has multiple properties. The root object must have a single property in order to create a valid XML document. "
                        "Consider specifying a DeserializeRootElementName. Path '", name, "'."));
      return false;
    }
    XElement* element = make_xelement(run_, make_xname(run_, none_, name));
    if (!insert_xnode(run_, parent, nullptr, element)) return false;
    const JObject* object = as_object(value);
    if (object != nullptr && !add_attributes(*element, *object)) return false;
    element->name = name_in(*element, name, false);
    if (element->name == nullptr) return false;
    if (object != nullptr) return add_members(*element, *object, depth - 1);
    if (const JArray* array = as_array(value); array != nullptr) {
      for (JToken* item : array->children()) {
        if (!add_element(*element, name, item, depth - 1)) return false;
      }
      return true;
    }
    return static_cast<JValue*>(value)->content == JContent::kNull || add_text(*element, value);
  }

  // Declarations first, so that the other names find their namespaces.
  bool add_attributes(XElement& element, const JObject& object) {
    for (const bool declares : {true, false}) {
      for (std::uint32_t i = 0; i < object.count; ++i) {
        const JProperty& property = *object.property_at(i);
        const std::string_view name = property.name();
        if (!name.starts_with('@') || name.size() < 2) continue;
        if ((name == "@xmlns" || name.starts_with("@xmlns:")) != declares) continue;
        XName* attribute = name_in(element, name.substr(1), true);
        String* text = attribute == nullptr ? nullptr : text_of_value(property.value);
        if (text == nullptr || !append_xattribute(run_, element, make_xattribute(run_, attribute, text->view()))) return false;
      }
    }
    return true;
  }

  Run& run_;
  XNamespace* none_;
};

}  // namespace

XDocument* xml_from_json(Run& run, JToken* token, String* root) { return Builder(run).build(token, root); }

}  // namespace portcullis
