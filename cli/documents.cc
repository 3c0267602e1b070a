#include "cli/documents.h"

#include <filesystem>

#include "cli/options.h"

namespace portcullis::cli {

namespace fs = std::filesystem;
using hosts::Json;

std::optional<Scope> scope_of(std::string_view name) {
  name = name.substr(0, name.find(':'));
  if (name == "global") return Scope::kGlobal;
  if (name == "workspace") return Scope::kWorkspace;
  if (name == "product") return Scope::kProduct;
  if (name == "api") return Scope::kApi;
  if (name == "operation") return Scope::kOperation;
  return std::nullopt;
}

std::vector<FragmentText> Documents::fragments_view() const {
  std::vector<FragmentText> views;
  for (const auto& [id, text] : fragments) views.push_back({.id = id, .name = id, .text = text});
  return views;
}

std::vector<NamedValueText> Documents::named_values_view() const {
  std::vector<NamedValueText> views;
  for (const auto& [name, value] : named_values) views.push_back({name, value});
  return views;
}

Loaded Documents::load(const Library& library, std::span<const ScopeText* const> chain) const {
  std::vector<PolicyText> policies;
  for (const ScopeText* scope : chain) policies.push_back({.scope = scope_of(scope->scope).value_or(Scope::kApi), .name = scope->file, .text = scope->text});
  const std::vector<FragmentText> fragment_texts = fragments_view();
  const std::vector<NamedValueText> values = named_values_view();
  return portcullis::load(library, {.documents = policies, .fragments = fragment_texts, .named_values = values});
}

Loaded Documents::load(const Library& library) const {
  std::vector<const ScopeText*> chain;
  for (const ScopeText& scope : scopes) chain.push_back(&scope);
  return load(library, chain);
}

std::vector<const Documents::ScopeText*> Documents::chain_of(const Route& route) const {
  std::vector<const ScopeText*> chain;
  const auto add = [&](const std::string& kind, std::initializer_list<std::string> names) {
    const ScopeText* found = nullptr;
    for (const ScopeText& scope : scopes) {
      if (scope.scope == kind && found == nullptr) found = &scope;
      for (const std::string& name : names) {
        if (scope.scope == kind + ":" + name) found = &scope;
      }
    }
    if (found != nullptr) chain.push_back(found);
  };
  add("global", {});
  if (route.api == nullptr) return chain;
  const std::string api(route.api->id);
  if (route.api->workspace.has_value()) add("workspace", {std::string(route.api->workspace->id)});
  if (route.product != nullptr) add("product", {std::string(route.product->id)});
  add("api", {api, api + ";rev=" + std::string(route.api->revision)});
  if (route.operation == nullptr) return chain;
  const std::string operation(route.operation->id);
  add("operation", {operation, api + "/" + operation});
  return chain;
}

bool add_named_values(const std::vector<std::string>& pairs, Documents& documents) {
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      complain("--named-value wants NAME=VALUE, not `" + pair + "`");
      return false;
    }
    documents.named_values.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return true;
}

bool add_neighbours(const std::string& folder, Documents& documents) {
  const fs::path values = fs::path(folder) / "named-values.json";
  if (fs::exists(values)) {
    const Json json = Json::parse(hosts::read_whole_file(values.string()).value_or(""), nullptr, false);
    if (!json.is_object()) {
      complain(values.string() + " is no JSON object of names and values");
      return false;
    }
    for (const auto& [name, value] : json.items()) documents.named_values.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  }
  const fs::path fragments = fs::path(folder) / "fragments";
  if (!fs::is_directory(fragments)) return true;
  for (const fs::directory_entry& entry : fs::directory_iterator(fragments)) {
    if (entry.path().extension() != ".xml") continue;
    documents.fragments.emplace_back(entry.path().stem().string(), hosts::read_whole_file(entry.path().string()).value_or(""));
  }
  return true;
}

}  // namespace portcullis::cli
