#include "policies/support/graphql_introspection.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "policies/support/graphql_input.h"

namespace portcullis {

namespace {

class Introspection {
 public:
  Introspection(Run& run, const GraphqlSchema& schema, SelectionCollector& collector)
      : run_(run), schema_(schema), collector_(collector) {}

  JToken* whole(const FieldGroup& group) {
    return object("__Schema", group, [&](std::string_view name, const FieldGroup& inside) -> JToken* {
      if (name == "types")
        return list(schema_.types,
                    [&](const GraphqlType& one) { return is_hidden(one) ? nullptr : type(one, inside); });
      if (name == "queryType") return root(0, inside);
      if (name == "mutationType") return root(1, inside);
      if (name == "subscriptionType") return root(2, inside);
      if (name == "directives")
        return list(schema_.directives, [&](const GraphqlDirectiveType& one) { return directive(one, inside); });
      return null();
    });
  }

  JToken* type(const GraphqlType& one, const FieldGroup& group) {
    return object("__Type", group, [&](std::string_view name, const FieldGroup& inside) -> JToken* {
      using Kind = GraphqlTypeKind;
      const bool has_fields = one.kind == Kind::kObject || one.kind == Kind::kInterface;
      constexpr std::string_view kKinds[] = {"SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT"};
      if (name == "kind") return text(kKinds[static_cast<std::size_t>(one.kind)]);
      if (name == "name") return text(one.name);
      if (name == "fields" && has_fields)
        return list(one.fields, [&](const GraphqlField& each) { return field(each, inside); });
      if (name == "interfaces" && has_fields) return interfaces(one, inside);
      if (name == "possibleTypes" && (one.kind == Kind::kInterface || one.kind == Kind::kUnion))
        return list(one.possible, [&](const GraphqlType* each) { return type(*each, inside); });
      if (name == "enumValues" && one.kind == Kind::kEnum)
        return list(one.values, [&](std::string_view each) { return enum_value(each, inside); });
      if (name == "inputFields" && one.kind == Kind::kInput)
        return list(one.inputs, [&](const GraphqlInput& each) { return input(each, inside); });
      if (name == "isOneOf" && one.kind == Kind::kInput) return make_jvalue(run_, false);
      return null();
    });
  }

 private:
  JToken* null() { return make_jnull(run_, JTokenType::kNull); }
  JToken* text(std::string_view value) { return make_jstring(run_, value); }
  static bool is_hidden(const GraphqlType& one) { return one.name == "__Root"; }

  /// `resolve(name, group)` gives the value of a field.
  template <typename Resolve>
  JToken* object(std::string_view type_name, const FieldGroup& group, Resolve&& resolve) {
    JObject* made = make_jobject(run_);
    const GraphqlType* own = schema_.find(type_name);
    const SelectionSets* sets = sets_inside(run_.arena, group);
    for (const FieldGroup* at = collector_.collect(*own, *sets); at != nullptr; at = at->next) {
      const GraphqlSelection& selection = *at->first->selection;
      JToken* value = selection.name == "__typename" ? text(type_name) : resolve(selection.name, *at);
      set_member(run_, *made, selection.key(), value);
    }
    return made;
  }

  template <typename Item, typename Make>
  JToken* list(std::span<const Item> items, Make&& make) {
    JArray* made = make_jarray(run_);
    for (const Item& item : items) {
      if (run_.arena.exhausted()) break;
      JToken* value = make(item);
      if (value != nullptr) append_item(run_, *made, value);
    }
    return made;
  }

  JToken* root(std::size_t which, const FieldGroup& group) {
    return schema_.roots[which] == nullptr ? null() : type(*schema_.roots[which], group);
  }

  JToken* interfaces(const GraphqlType& one, const FieldGroup& group) {
    return list(schema_.types, [&](const GraphqlType& other) -> JToken* {
      const bool implements = other.kind == GraphqlTypeKind::kInterface && &other != &one &&
                              std::find(other.possible.begin(), other.possible.end(), &one) != other.possible.end();
      return implements ? type(other, group) : nullptr;
    });
  }

  JToken* reference(const GraphqlTypeRef& ref, const FieldGroup& group) {
    if (!ref.is_non_null && ref.item == nullptr) return type(*schema_.find(ref.name), group);
    return object("__Type", group, [&](std::string_view name, const FieldGroup& inside) -> JToken* {
      if (name == "kind") return text(ref.is_non_null ? "NON_NULL" : "LIST");
      if (name != "ofType") return null();
      GraphqlTypeRef inner = ref;
      inner.is_non_null = false;
      return reference(ref.is_non_null ? inner : *ref.item, inside);
    });
  }

  JToken* field(const GraphqlField& one, const FieldGroup& group) {
    return object("__Field", group, [&](std::string_view name, const FieldGroup& inside) -> JToken* {
      if (name == "name") return text(one.name);
      if (name == "args") return list(one.arguments, [&](const GraphqlInput& each) { return input(each, inside); });
      if (name == "type") return reference(*one.type, inside);
      return name == "isDeprecated" ? make_jvalue(run_, false) : null();
    });
  }

  JToken* input(const GraphqlInput& one, const FieldGroup& group) {
    return object("__InputValue", group, [&](std::string_view name, const FieldGroup& inside) -> JToken* {
      if (name == "name") return text(one.name);
      if (name == "type") return reference(*one.type, inside);
      if (name == "isDeprecated") return make_jvalue(run_, false);
      if (name != "defaultValue" || one.fallback == nullptr) return null();
      std::string out;
      print(*one.fallback, out);
      return text(run_.arena.copy(std::string_view(out)));
    });
  }

  JToken* enum_value(std::string_view value, const FieldGroup& group) {
    return object("__EnumValue", group, [&](std::string_view name, const FieldGroup&) -> JToken* {
      if (name == "name") return text(value);
      return name == "isDeprecated" ? make_jvalue(run_, false) : null();
    });
  }

  JToken* directive(const GraphqlDirectiveType& one, const FieldGroup& group) {
    return object("__Directive", group, [&](std::string_view name, const FieldGroup& inside) -> JToken* {
      if (name == "name") return text(one.name);
      if (name == "locations") return list(one.locations, [&](std::string_view each) { return text(each); });
      if (name == "args") return list(one.arguments, [&](const GraphqlInput& each) { return input(each, inside); });
      return name == "isRepeatable" ? make_jvalue(run_, one.is_repeatable) : null();
    });
  }

  void print(const GraphqlValue& value, std::string& out) {
    const bool is_list = value.kind == GraphqlValueKind::kList;
    if (value.kind == GraphqlValueKind::kString) {
      out += '"';
      append_json_escaped(out, graphql_string(run_.arena, value));
      out += '"';
    } else if (is_list || value.kind == GraphqlValueKind::kObject) {
      out += is_list ? '[' : '{';
      for (const GraphqlValue& item : value.items) {
        if (&item != value.items.first) out += ", ";
        if (!is_list) append(out, item.name, ": ");
        print(item, out);
      }
      out += is_list ? ']' : '}';
    } else {
      out += value.kind == GraphqlValueKind::kNull ? std::string_view("null") : value.text;
    }
  }

  Run& run_;
  const GraphqlSchema& schema_;
  SelectionCollector& collector_;
};

}  // namespace

JToken* introspect_root(Run& run, const GraphqlSchema& schema, SelectionCollector& collector, const FieldGroup& group,
                        const JObject& variables) {
  Introspection introspection(run, schema, collector);
  const GraphqlSelection& field = *group.first->selection;
  if (field.name == "__schema") return introspection.whole(group);
  const GraphqlField* definition = schema.find("__Root")->field("__type");
  std::string_view problem;
  const JObject* arguments = coerce_arguments(run, definition->arguments, field.arguments, variables, problem);
  const JValue* name = arguments == nullptr ? nullptr : as_value(find(*arguments, "name"));
  const GraphqlType* type = name == nullptr ? nullptr : schema.find(text_of(*name, run.arena));
  return type == nullptr ? nullptr : introspection.type(*type, group);
}

}  // namespace portcullis
