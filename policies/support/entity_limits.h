// The nested limits of `rate-limit` and `quota`: for the current API, and for the current operation in it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"

namespace portcullis {

/// `id` is the resource name, `name` the display name; `id` wins. Case does not count.
struct EntityName {
  std::string_view id;
  std::string_view name;

  [[nodiscard]] bool matches(std::string_view entity_id, std::string_view entity_name) const {
    return id.empty() ? equals_ignoring_ascii_case(name, entity_name) : equals_ignoring_ascii_case(id, entity_id);
  }
  [[nodiscard]] std::string_view text() const { return id.empty() ? name : id; }
};

inline void check_entity_name(Reader& reader, const Element& element, const EntityName& name) {
  if (!name.id.empty() || !name.name.empty() || element.find("id") != nullptr || element.find("name") != nullptr)
    return;
  reader.report(element.name_span, policy_code::kMissingAttribute,
                joined("`", element.name, "` lacks its attribute `id` or `name`"));
}

inline bool is_current_api(const PolicyRun& run, const EntityName& name) {
  const ApiView* api = run.exchange().view.api;
  return api != nullptr && name.matches(api->id, api->name);
}
inline bool is_current_operation(const PolicyRun& run, const EntityName& name) {
  const OperationView* operation = run.exchange().view.operation;
  return operation != nullptr && name.matches(operation->id, operation->name);
}

}  // namespace portcullis
