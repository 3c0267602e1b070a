#include "policies/support/odata_model.h"

#include <map>
#include <vector>

#include "base/text.h"
#include "policies/support/schema_xml.h"

namespace portcullis {

const ODataProperty* ODataType::property(std::string_view name) const {
  int depth = 0;
  for (const ODataType* type = this; type != nullptr && depth < 64; type = type->base, ++depth) {
    for (const ODataProperty& one : type->properties) {
      if (one.name == name) return &one;
    }
  }
  return nullptr;
}

bool ODataType::is_or_extends(const ODataType& other) const {
  int depth = 0;
  for (const ODataType* type = this; type != nullptr && depth < 64; type = type->base, ++depth) {
    if (type == &other) return true;
  }
  return false;
}

bool ODataType::allows_any_property() const {
  int depth = 0;
  for (const ODataType* type = this; type != nullptr && depth < 64; type = type->base, ++depth) {
    if (type->is_open) return true;
  }
  return false;
}

const ODataType* ODataModel::find_type(std::string_view full_name) const {
  for (const ODataType& type : types) {
    if (type.full_name == full_name) return &type;
  }
  return nullptr;
}

const ODataResource* ODataModel::find_resource(std::string_view name) const {
  for (const ODataResource& resource : resources) {
    if (resource.name == name) return &resource;
  }
  return nullptr;
}

namespace {

class Builder {
 public:
  explicit Builder(Arena& arena) : arena_(arena) {}

  const ODataModel* build(const XmlItem& edmx, std::string& problem) {
    const XmlItem* services = edmx.child("DataServices");
    if (services == nullptr) return problem = "it has no <edmx:DataServices>", nullptr;
    for (const XmlItem& schema : services->children) {
      if (schema.name == "Schema") schemas_.push_back(&schema);
    }
    name_types();
    fill_types();
    for (const XmlItem* schema : schemas_) read_operations(*schema);
    for (const XmlItem* schema : schemas_) {
      for (const XmlItem& container : schema->children) {
        if (container.name == "EntityContainer") read_container(container);
      }
    }
    if (resources_.empty()) return problem = "it has no entity container", nullptr;
    auto* model = arena_.make<ODataModel>();
    model->types = types_;
    model->resources = arena_.copy(std::span<const ODataResource>(resources_));
    model->bound = arena_.copy(std::span<const ODataBoundOperation>(bound_));
    return model;
  }

 private:
  static bool is_type(const XmlItem& item) { return item.name == "EntityType" || item.name == "ComplexType"; }

  void name_types() {
    std::size_t count = 0;
    for (const XmlItem* schema : schemas_) {
      for (const XmlItem& item : schema->children) count += is_type(item);
    }
    types_ = arena_.array<ODataType>(count);
    std::size_t i = 0;
    for (const XmlItem* schema : schemas_) {
      const std::string_view name_space = schema->attribute("Namespace");
      const std::string_view alias = schema->attribute("Alias");
      if (!alias.empty()) aliases_[std::string(alias)] = std::string(name_space);
      for (const XmlItem& item : schema->children) {
        if (!is_type(item)) continue;
        types_[i].full_name = arena_.copy(std::string_view(joined(name_space, ".", item.attribute("Name"))));
        by_name_[std::string(types_[i].full_name)] = &types_[i];
        items_.emplace_back(&types_[i++], &item);
      }
    }
  }

  std::string full_name(std::string_view written) const {
    const std::size_t dot = written.rfind('.');
    if (dot == std::string_view::npos) return std::string(written);
    const auto alias = aliases_.find(std::string(written.substr(0, dot)));
    return alias == aliases_.end() ? std::string(written)
                                   : joined(std::string_view(alias->second), written.substr(dot));
  }

  /// `Collection(Shop.Order)` or `Edm.String`.
  const ODataType* type_of(std::string_view written, bool& is_collection) const {
    is_collection = written.starts_with("Collection(") && written.ends_with(')');
    if (is_collection) written = written.substr(11, written.size() - 12);
    const auto found = by_name_.find(full_name(written));
    return found == by_name_.end() ? nullptr : found->second;
  }

  void fill_types() {
    for (const auto& [type, item] : items_) {
      bool ignored = false;
      if (!item->attribute("BaseType").empty()) type->base = type_of(item->attribute("BaseType"), ignored);
      type->is_open = item->attribute("OpenType") == "true";
      std::vector<ODataProperty> properties;
      std::vector<std::string_view> keys;
      for (const XmlItem& child : item->children) {
        if (child.name == "Key") {
          for (const XmlItem& key : child.children) keys.push_back(arena_.copy(key.attribute("Name")));
        }
        if (child.name != "Property" && child.name != "NavigationProperty") continue;
        ODataProperty& made = properties.emplace_back();
        made.name = arena_.copy(child.attribute("Name"));
        made.type = type_of(child.attribute("Type"), made.is_collection);
        made.is_navigation = child.name == "NavigationProperty";
      }
      type->properties = arena_.copy(std::span<const ODataProperty>(properties));
      type->keys = arena_.copy(std::span<const std::string_view>(keys));
    }
  }

  void read_operations(const XmlItem& schema) {
    for (const XmlItem& item : schema.children) {
      if (item.name != "Function" && item.name != "Action") continue;
      ODataBoundOperation made;
      made.full_name =
          arena_.copy(std::string_view(joined(schema.attribute("Namespace"), ".", item.attribute("Name"))));
      made.is_function = item.name == "Function";
      made.result.is_operation = true;
      if (const XmlItem* result = item.child("ReturnType"))
        made.result.type = type_of(result->attribute("Type"), made.result.is_collection);
      if (item.attribute("IsBound") == "true") {
        const XmlItem* binding = item.child("Parameter");
        if (binding == nullptr) continue;
        made.binding = type_of(binding->attribute("Type"), made.binds_collection);
        bound_.push_back(made);
      }
      operations_[std::string(made.full_name)] = made.result;
    }
  }

  void read_container(const XmlItem& container) {
    for (const XmlItem& item : container.children) {
      ODataResource made;
      if (item.name == "EntitySet") {
        made.type = type_of(item.attribute("EntityType"), made.is_collection);
        made.is_collection = true;
      } else if (item.name == "Singleton") {
        made.type = type_of(item.attribute("Type"), made.is_collection);
      } else if (item.name == "FunctionImport" || item.name == "ActionImport") {
        const auto found =
            operations_.find(full_name(item.attribute(item.name == "FunctionImport" ? "Function" : "Action")));
        if (found != operations_.end()) made = found->second;
        made.is_operation = true;
      } else {
        continue;
      }
      made.name = arena_.copy(item.attribute("Name"));
      resources_.push_back(made);
    }
  }

  Arena& arena_;
  std::vector<const XmlItem*> schemas_;
  std::map<std::string, std::string> aliases_;
  std::span<ODataType> types_;
  std::map<std::string, const ODataType*> by_name_;
  std::vector<std::pair<ODataType*, const XmlItem*>> items_;
  std::map<std::string, ODataResource> operations_;
  std::vector<ODataBoundOperation> bound_;
  std::vector<ODataResource> resources_;
};

}  // namespace

const ODataModel* read_odata_model(Arena& arena, const XmlItem& edmx, std::string& problem) {
  return Builder(arena).build(edmx, problem);
}

}  // namespace portcullis
