// .NET values to JSON, as text (JsonConvert.SerializeObject) or as a tree (JToken.FromObject): one walk, two sinks.
#include <string>

#include "base/text.h"
#include "engine/dotnet/jconvert.h"
#include "engine/json/boxed.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"
#include "engine/xml/xml_tree.h"

namespace portcullis {
namespace {

class TextSink {
 public:
  explicit TextSink(JsonWriter& writer) : writer_(writer) {}
  bool start_object() { return writer_.start_object(); }
  bool end_object() { return writer_.end_object(); }
  bool start_array() { return writer_.start_array(); }
  bool end_array() { return writer_.end_array(); }
  bool member(std::string_view name) { return writer_.next_item() && writer_.name(name); }
  bool element() { return writer_.next_item(); }
  bool token(JToken* token) { return writer_.token(token); }
  bool text(std::string_view text) { return writer_.string(text); }
  bool boxed(Object* value, bool& known) { return writer_.boxed(value, known); }

 private:
  JsonWriter& writer_;
};

class TreeSink {
 public:
  explicit TreeSink(Run& run) : run_(run) {}
  bool start_object() { return start(make_jobject(run_)); }
  bool start_array() { return start(make_jarray(run_)); }
  bool end_object() { return end(); }
  bool end_array() { return end(); }
  bool member(std::string_view name) {
    name_ = run_.arena.copy(name);
    return true;
  }
  bool element() { return true; }
  bool token(JToken* token) { return put(deep_clone(run_, token)); }
  bool text(std::string_view text) { return put(make_jvalue(run_, run_.string(text))); }
  bool boxed(Object* value, bool& known) {
    known = true;
    if (value == nullptr) return put(make_jnull(run_));
    if (value->type->is(Known::kChar)) return put(make_jvalue(run_, to_string(run_, *value->type, unboxed(value))));
    if (value->type->kind == TypeKind::kEnum) return put(make_jvalue(run_, unboxed(value).integer));
    if (!has_json_kind(*value->type)) {
      known = false;
      return false;
    }
    return put(token_from_content(run_, value));
  }
  [[nodiscard]] JToken* root() const { return root_; }

 private:
  static bool has_json_kind(const Type& type) {
    switch (type.known) {
      case Known::kString: case Known::kBoolean: case Known::kSByte: case Known::kByte: case Known::kInt16: case Known::kUInt16:
      case Known::kInt32: case Known::kUInt32: case Known::kInt64: case Known::kUInt64: case Known::kBigInteger: case Known::kSingle:
      case Known::kDouble: case Known::kDecimal: case Known::kDateTime: case Known::kDateTimeOffset: case Known::kGuid: case Known::kUri:
      case Known::kTimeSpan:
        return true;
      default:
        return type.kind == TypeKind::kArray && is_packed_array(type) && type.element->is(Known::kByte);
    }
  }

  bool put(JToken* token) {
    if (token == nullptr || run_.failed()) return false;
    if (at_ == nullptr) {
      root_ = token;
    } else if (at_->kind == JTokenType::kObject) {
      set_member(run_, static_cast<JObject&>(*at_), name_, token);
    } else {
      insert_item(run_, *at_, at_->count, token);
    }
    return !run_.failed();
  }

  bool start(JContainer* container) {
    if (!put(container)) return false;
    at_ = container;
    return true;
  }

  bool end() {
    JContainer* parent = at_->parent;
    at_ = parent != nullptr && parent->kind == JTokenType::kProperty ? parent->parent : parent;
    return true;
  }

  Run& run_;
  JToken* root_ = nullptr;
  JContainer* at_ = nullptr;
  std::string_view name_;
};

template <typename Sink>
class Walk {
 public:
  Walk(Run& run, Sink& sink, const SerializeOptions& options) : run_(run), sink_(sink), options_(options) {}

  bool value(Object* value, std::uint32_t depth) {
    if (depth == 0) return run_.raise_limit(Limit::kDepth);
    if (!run_.spend(1)) return false;
    if (JToken* token = as_token(value); token != nullptr) return sink_.token(token);
    bool known = false;
    if (sink_.boxed(value, known)) return true;
    if (known || run_.failed()) return false;
    if (XObject* node = as_xobject(value); node != nullptr) return xml_root(*node, depth);
    const Type& type = *value->type;
    if (type.kind == TypeKind::kAnonymous || type.kind == TypeKind::kTuple) return record(*static_cast<Record*>(value), depth);
    if (is_assignable(type, run_.type(Known::kException))) return exception(*static_cast<Exception*>(value), depth);
    if (is_dictionary(type)) return dictionary(value, depth);
    if (find_operation(type, &TypeOperations::enumerate) != nullptr) return sequence(value, depth);
    return object(value, depth);
  }

 private:
  bool member(std::string_view name, Object* item, std::uint32_t depth) {
    if (item == nullptr && options_.skip_nulls) return true;
    return sink_.member(name) && value(item, depth - 1);
  }

  bool record(const Record& record, std::uint32_t depth) {
    if (!sink_.start_object()) return false;
    const Type& type = *record.type;
    for (std::uint32_t i = 0; i < record.count; ++i) {
      const bool named = type.kind == TypeKind::kAnonymous && i < type.names.size();
      const std::string numbered = named ? std::string{} : joined("Item", i + 1);
      const std::string_view name = named ? type.names[i] : std::string_view(numbered);
      if (!member(name, run_.box(*type.arguments[i], record.fields[i]), depth)) return false;
    }
    return sink_.end_object();
  }

  bool text_member(std::string_view name, String* text) {
    if (text == nullptr && options_.skip_nulls) return true;
    bool known = false;
    return sink_.member(name) && sink_.boxed(text, known);
  }

  // As ISerializable gives it.
  bool exception(const Exception& thrown, std::uint32_t depth) {
    return sink_.start_object() && text_member("ClassName", run_.string(full_name(*thrown.type))) && text_member("Message", thrown.message) &&
           member("Data", thrown.data, depth) && member("InnerException", thrown.inner, depth) && text_member("HelpURL", thrown.help_link) &&
           text_member("StackTraceString", nullptr) && text_member("RemoteStackTraceString", nullptr) &&
           member("RemoteStackIndex", run_.box_raw(run_.type(Known::kInt32), Slot::of(0)), depth) && text_member("ExceptionMethod", nullptr) &&
           member("HResult", run_.box_raw(run_.type(Known::kInt32), Slot::of(hresult(thrown))), depth) && text_member("Source", thrown.source) &&
           text_member("WatsonBuckets", nullptr) && sink_.end_object();
  }

  std::int64_t hresult(const Exception& thrown) {
    for (const MemberInfo* property : run_.types.declared(run_.type(Known::kException), "HResult")) {
      const Slot self = Slot::of_object(const_cast<Exception*>(&thrown));
      return property->row->native(run_, &self, CallSite{.result = property->type, .declaring = thrown.type}).integer;
    }
    return -2146233088;
  }

  bool is_dictionary(const Type& type) {
    return run_.types.implemented(type, run_.type(Known::kIDictionary2)) != nullptr || run_.types.implemented(type, run_.type(Known::kIReadOnlyDictionary2)) != nullptr;
  }

  bool dictionary(Object* value, std::uint32_t depth) {
    if (!sink_.start_object()) return false;
    Enumerator* walk = enumerate(run_, value, "value");
    while (walk != nullptr && walk->next(run_, walk)) {
      const auto& pair = *static_cast<const Record*>(walk->current.object);
      String* key = to_text(run_, *pair.type->arguments[0], pair.fields[0]);
      if (key == nullptr || !sink_.member(key->view())) return false;
      if (!this->value(run_.box(*pair.type->arguments[1], pair.fields[1]), depth - 1)) return false;
    }
    return walk != nullptr && !run_.failed() && sink_.end_object();
  }

  bool sequence(Object* value, std::uint32_t depth) {
    if (!sink_.start_array()) return false;
    const bool good = for_each_object(run_, value, [&](Run&, Object* item) { return sink_.element() && this->value(item, depth - 1); });
    return good && sink_.end_array();
  }

  // ---- XML: attributes as "@name", text as "#text", equal names as an array ------------------------------------------
  std::string xml_name(const XName& name, const XElement* scope, bool is_attribute) {
    if (is_attribute && name.space->uri == kXmlnsUri) return joined("@xmlns:", name.local);
    std::string_view prefix;
    if (!name.space->uri.empty()) prefix_of(scope, name.space->uri, !is_attribute, prefix);
    return joined(is_attribute ? "@" : "", prefix, prefix.empty() ? "" : ":", name.local);
  }

  std::string xml_member_name(const XNode& node) {
    switch (node.kind) {
      case XKind::kElement: {
        const auto& element = static_cast<const XElement&>(node);
        return xml_name(*element.name, &element, false);
      }
      case XKind::kText: return "#text";
      case XKind::kCData: return "#cdata-section";
      case XKind::kComment: return "#comment";
      case XKind::kProcessingInstruction: return joined("?", static_cast<const XInstruction&>(node).target);
      default: return "!DOCTYPE";
    }
  }

  bool xml_root(XObject& node, std::uint32_t depth) {
    if (node.kind == XKind::kAttribute) {
      auto& attribute = static_cast<XAttribute&>(node);
      return sink_.start_object() && sink_.member(xml_name(*attribute.name, as_element(attribute.parent), true)) && sink_.text(attribute.value) && sink_.end_object();
    }
    if (node.kind == XKind::kDocument) return xml_container(static_cast<XContainer&>(node), depth);
    auto& inner = static_cast<XNode&>(node);
    return sink_.start_object() && sink_.member(xml_member_name(inner)) && xml_content(inner, depth) && sink_.end_object();
  }

  bool xml_content(XNode& node, std::uint32_t depth) {
    if (node.kind == XKind::kProcessingInstruction) return sink_.text(static_cast<XInstruction&>(node).data);
    XElement* element = as_element(&node);
    if (element == nullptr) return sink_.text(node.kind == XKind::kDocumentType ? static_cast<XDocumentType&>(node).name : static_cast<XText&>(node).value);
    if (element->first_attribute == nullptr) {
      bool known = false;
      if (element->first == nullptr) return element->has_end_tag ? sink_.text({}) : sink_.boxed(nullptr, known);
      if (element->first == element->last && element->first->kind == XKind::kText) return sink_.text(static_cast<XText*>(element->first)->value);
    }
    return xml_container(*element, depth);
  }

  bool xml_container(XContainer& parent, std::uint32_t depth) {
    if (depth == 0) return run_.raise_limit(Limit::kDepth);
    if (!sink_.start_object()) return false;
    if (XElement* element = as_element(&parent); element != nullptr) {
      for (XAttribute* at = element->first_attribute; at != nullptr; at = at->next) {
        if (!sink_.member(xml_name(*at->name, element, true)) || !sink_.text(at->value)) return false;
      }
    }
    for (XNode* at = parent.first; at != nullptr; at = at->next) {
      const std::string name = xml_member_name(*at);
      if (is_repeated_before(parent, at, name)) continue;
      if (!sink_.member(name) || !xml_group(at, name, depth)) return false;
    }
    return sink_.end_object();
  }

  bool is_repeated_before(const XContainer& parent, const XNode* until, std::string_view name) {
    for (XNode* at = parent.first; at != until; at = at->next) {
      if (!run_.spend(1)) return true;
      if (xml_member_name(*at) == name) return true;
    }
    return false;
  }

  // All siblings from `first` on that have its name.
  bool xml_group(XNode* first, std::string_view name, std::uint32_t depth) {
    XNode* second = first->next;
    while (second != nullptr && xml_member_name(*second) != name) second = second->next;
    if (second == nullptr) return xml_content(*first, depth - 1);
    if (!sink_.start_array()) return false;
    for (XNode* at = first; at != nullptr; at = at->next) {
      if (!run_.spend(1)) return false;
      if (xml_member_name(*at) == name && (!sink_.element() || !xml_content(*at, depth - 1))) return false;
    }
    return sink_.end_array();
  }

  // Public properties, those of the class itself first.
  bool object(Object* value, std::uint32_t depth) {
    if (!sink_.start_object()) return false;
    for (const Type* type = value->type; type != nullptr; type = type->base) {
      for (const MemberInfo* property : run_.types.declared(*type)) {
        if (property->kind != MemberKind::kProperty || property->is_static || property->row == nullptr || property->row->native == nullptr) continue;
        const Slot self = unboxed(value);
        const Slot got = property->row->native(run_, &self, CallSite{.result = property->type, .declaring = type});
        if (run_.failed() || !member(property->name, run_.box(*property->type, got), depth)) return false;
      }
    }
    return sink_.end_object();
  }

  Run& run_;
  Sink& sink_;
  const SerializeOptions& options_;
};

constexpr std::uint32_t kMaxDepth = 100;

}  // namespace

bool serialize(Run& run, JsonWriter& writer, Object* value, const SerializeOptions& options) {
  TextSink sink(writer);
  return Walk<TextSink>(run, sink, options).value(value, kMaxDepth);
}

JToken* token_from_object(Run& run, Object* value) {
  TreeSink sink(run);
  const SerializeOptions options;
  return Walk<TreeSink>(run, sink, options).value(value, kMaxDepth) ? sink.root() : nullptr;
}

}  // namespace portcullis
