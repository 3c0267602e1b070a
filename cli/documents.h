// Files the commands load: policies with their named values and fragments.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hosts/files/owned_context.h"
#include "portcullis/portcullis.hpp"
#include "portcullis/service.hpp"

namespace portcullis::cli {

/// One document with what stands beside it, as `load` wants it. Views point inside: keep it while loading.
struct Documents {
  std::vector<std::pair<std::string, std::string>> named_values;
  std::vector<std::pair<std::string, std::string>> fragments;  // id, text
  struct ScopeText {
    std::string scope, file, text;
  };
  std::vector<ScopeText> scopes;

  /// The documents of one chain of scopes.
  Loaded load(const Library& library, std::span<const ScopeText* const> chain) const;
  /// All of them, whatever they are named after: there is no service that could tell them apart.
  Loaded load(const Library& library) const;
  /// Those that run for a route: of several of one scope the one named after the entity, else the one without a name.
  [[nodiscard]] std::vector<const ScopeText*> chain_of(const Route& route) const;
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
