// Files the commands load: policies with their named values and fragments.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hosts/files/owned_context.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::cli {

/// One document with what stands beside it, as `load` wants it. Views point inside: keep it while loading.
struct Documents {
  std::vector<std::pair<std::string, std::string>> named_values;
  std::vector<std::pair<std::string, std::string>> fragments;  // id, text
  struct ScopeText {
    std::string scope, file, text;
  };
  std::vector<ScopeText> scopes;

  Loaded load(const Library& library, bool strict = false) const;
  [[nodiscard]] std::vector<FragmentText> fragments_view() const;
  [[nodiscard]] std::vector<NamedValueText> named_values_view() const;
};

/// `name=value` pairs; false after complaining.
bool add_named_values(const std::vector<std::string>& pairs, Documents& documents);
/// named-values.json and fragments/*.xml beside a policy. False after complaining.
bool add_neighbours(const std::string& folder, Documents& documents);
/// "api", "product:gold" …
std::optional<Scope> scope_of(std::string_view name);

}  // namespace portcullis::cli
