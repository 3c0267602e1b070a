// An OData model (CSDL in XML) as far as a URL can be checked against it. Immutable; lives in the description's arena.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"

namespace portcullis {

struct XmlItem;
struct ODataType;

struct ODataProperty {
  std::string_view name;
  const ODataType* type = nullptr;  // null: a primitive
  bool is_collection = false;
  bool is_navigation = false;
};

struct ODataType {
  std::string_view full_name;  // `Shop.Order`
  const ODataType* base = nullptr;
  bool is_open = false;
  std::span<const ODataProperty> properties;
  std::span<const std::string_view> keys;

  [[nodiscard]] const ODataProperty* property(std::string_view name) const;
  [[nodiscard]] bool is_or_extends(const ODataType& other) const;
  [[nodiscard]] bool allows_any_property() const;
};

/// An entity set, a singleton, or what a function or action gives.
struct ODataResource {
  std::string_view name;
  const ODataType* type = nullptr;  // null: a primitive, or nothing
  bool is_collection = false;
  bool is_operation = false;
};

struct ODataBoundOperation {
  std::string_view full_name;
  const ODataType* binding = nullptr;
  bool binds_collection = false;
  bool is_function = false;
  ODataResource result;
};

struct ODataModel {
  std::span<const ODataType> types;
  std::span<const ODataResource> resources;  // of the container
  std::span<const ODataBoundOperation> bound;

  [[nodiscard]] const ODataType* find_type(std::string_view full_name) const;
  [[nodiscard]] const ODataResource* find_resource(std::string_view name) const;
};

/// From `<edmx:Edmx>`; null with `problem`.
const ODataModel* read_odata_model(Arena& arena, const XmlItem& edmx, std::string& problem);

}  // namespace portcullis
