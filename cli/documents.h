// Files the commands load: policies with their named values and fragments.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hosts/files/logger_file.h"
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
  struct ApiText {
    std::string api;  // whose description it is; empty: of whichever API
    std::string name, text;
  };
  std::vector<ApiText> descriptions;
  std::vector<std::pair<std::string, std::string>> schemas;  // id, text
  std::optional<std::vector<hosts::LoggerDescription>> loggers;  // nullopt: nothing is known of them
  struct ResolverFile {
    std::string api;    // as above
    std::string field;  // "Query/users"
    std::string file, text;
  };
  std::vector<ResolverFile> resolvers;

  /// The documents of one chain of scopes, for requests to `api`.
  Loaded load(const Library& library, std::span<const ScopeText* const> chain, std::string_view api = {}) const;
  /// All of them, whatever they are named after: there is no service that could tell them apart.
  Loaded load(const Library& library) const;
  /// Those that run for a route: of several of one scope the one named after the entity, else the one without a name.
  [[nodiscard]] std::vector<const ScopeText*> chain_of(const Route& route) const;
  [[nodiscard]] std::vector<FragmentText> fragments_view() const;
  [[nodiscard]] std::vector<NamedValueText> named_values_view() const;
  [[nodiscard]] std::vector<DescriptionText> descriptions_view(std::string_view api = {}) const;
  [[nodiscard]] std::vector<SchemaText> schemas_view() const;
  /// Ids of the loggers of type Event Hubs.
  [[nodiscard]] std::vector<std::string_view> loggers_view() const;
  [[nodiscard]] std::vector<ResolverText> resolvers_view(std::string_view api = {}) const;
};

/// `name=value` pairs; false after complaining.
bool add_named_values(const std::vector<std::string>& pairs, Documents& documents);
/// named-values.json, loggers.json, fragments/*.xml, the API's description (openapi.yaml, schema.graphql, …) and schemas/* beside a policy. False after
/// complaining.
bool add_neighbours(const std::string& folder, Documents& documents);
/// Those of them that describe an API.
void add_descriptions(const std::string& folder, Documents& documents);
/// The descriptions and schemas in a scenario's `service`: `openapi` and its like for whichever API, `apis.<id>.openapi` for one,
/// `schemas.<id>`. A text, or the JSON itself.
std::optional<hosts::FileError> read_descriptions(const hosts::Json& service, Documents& documents);
/// The files that a command's PATH means: the document itself, or policy.xml, request.http or request.json, and answers.json of a folder.
/// What is given already stays. False after complaining.
struct PolicyFiles {
  std::string policy, request, answers;
};
bool find_policy_files(const std::string& path, bool wants_answers, PolicyFiles& files);
/// An .http file or a context as JSON; empty: a GET of https://localhost/. False after complaining.
bool read_request(const std::string& path, hosts::OwnedContext& context);
/// False after complaining.
bool read_json_file(const std::string& path, hosts::Json& into);
/// On standard error.
void print_reports(const std::vector<Report>& reports);
/// `{"Query/users": text}`, for one API or whichever.
std::optional<hosts::FileError> read_resolvers(const hosts::Json& resolvers, const std::string& api, const std::string& where, Documents& documents);
/// "api", "product:gold" …
std::optional<Scope> scope_of(std::string_view name);

}  // namespace portcullis::cli
