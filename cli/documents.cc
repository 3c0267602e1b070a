#include "cli/documents.h"

#include <cstdio>
#include <filesystem>
#include <unistd.h>

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

std::vector<DescriptionText> Documents::descriptions_view(std::string_view api) const {
  std::vector<DescriptionText> views;
  for (const ApiText& description : descriptions) {
    if (description.api.empty() || description.api == api) views.push_back({description.name, description.text});
  }
  return views;
}

std::vector<SchemaText> Documents::schemas_view() const {
  std::vector<SchemaText> views;
  for (const auto& [id, text] : schemas) views.push_back({.id = id, .name = id, .text = text});
  return views;
}

std::vector<std::string_view> Documents::loggers_view() const {
  std::vector<std::string_view> ids;
  if (!loggers.has_value()) return ids;
  for (const hosts::LoggerDescription& logger : *loggers) {
    if (logger.is_event_hub) ids.push_back(logger.id);
  }
  return ids;
}

std::vector<ResolverText> Documents::resolvers_view(std::string_view api) const {
  std::vector<ResolverText> views;
  for (const ResolverFile& resolver : resolvers) {
    if (resolver.api.empty() || resolver.api == api) views.push_back({.field = resolver.field, .name = resolver.file, .text = resolver.text});
  }
  return views;
}

Loaded Documents::load(const Library& library, std::span<const ScopeText* const> chain, std::string_view api) const {
  std::vector<PolicyText> policies;
  for (const ScopeText* scope : chain) policies.push_back({.scope = scope_of(scope->scope).value_or(Scope::kApi), .name = scope->file, .text = scope->text});
  const std::vector<FragmentText> fragment_texts = fragments_view();
  const std::vector<NamedValueText> values = named_values_view();
  const std::vector<DescriptionText> description_texts = descriptions_view(api);
  const std::vector<SchemaText> schema_texts = schemas_view();
  const std::vector<std::string_view> logger_ids = loggers_view();
  std::optional<std::span<const std::string_view>> known_loggers;
  if (loggers.has_value()) known_loggers = logger_ids;
  const std::vector<ResolverText> resolver_texts = resolvers_view(api);
  return portcullis::load(library, {.documents = policies,
                                    .fragments = fragment_texts,
                                    .named_values = values,
                                    .descriptions = description_texts,
                                    .schemas = schema_texts,
                                    .resolvers = resolver_texts,
                                    .loggers = known_loggers});
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

namespace {

/// What describes an API, by the names that its folder or a scenario may use.
constexpr const char* kDescriptionFiles[] = {"openapi.json",         "openapi.yaml",       "openapi.yml",           "schema.graphql",
                                             "specification.json",   "specification.yaml", "specification.graphql", "specification.wsdl",
                                             "specification.edmx",   "service.wsdl",       "metadata.edmx"};
constexpr const char* kDescriptionMembers[] = {"openapi", "graphql", "wsdl", "xsd", "odata"};

void add_schemas(const fs::path& folder, Documents& documents) {
  if (!fs::is_directory(folder / "schemas")) return;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "schemas")) {
    if (entry.is_regular_file()) documents.schemas.emplace_back(entry.path().stem().string(), hosts::read_whole_file(entry.path().string()).value_or(""));
  }
}

// As `loggers` of a service. False after complaining.
bool add_loggers(const fs::path& path, Documents& documents) {
  if (!fs::exists(path)) return true;
  const Json json = Json::parse(hosts::read_whole_file(path.string()).value_or(""), nullptr, false);
  const std::vector<NamedValueText> values = documents.named_values_view();
  const auto error = hosts::read_loggers(json, values, documents.loggers.emplace());
  if (error.has_value()) complain(path.string() + ": " + error->message);
  return !error.has_value();
}

// resolvers/Query/users.xml
void add_resolver_files(const fs::path& folder, Documents& documents) {
  if (!fs::is_directory(folder)) return;
  for (const fs::directory_entry& type : fs::directory_iterator(folder)) {
    if (!type.is_directory()) continue;
    for (const fs::directory_entry& entry : fs::directory_iterator(type.path())) {
      if (entry.path().extension() != ".xml") continue;
      const std::string field = type.path().filename().string() + "/" + entry.path().stem().string();
      documents.resolvers.push_back({{}, field, entry.path().string(), hosts::read_whole_file(entry.path().string()).value_or("")});
    }
  }
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

}  // namespace

std::optional<hosts::FileError> read_descriptions(const Json& service, Documents& documents) {
  if (!service.is_object()) return hosts::FileError{"service is a JSON object"};
  const auto add = [&](const Json& object, const std::string& api, const std::string& where) {
    for (const char* member : kDescriptionMembers) {
      if (object.contains(member)) documents.descriptions.push_back({api, where + member, text_of(object[member])});
    }
  };
  std::optional<hosts::FileError> error;
  const auto add_resolvers = [&](const Json& object, const std::string& api, const std::string& where) {
    if (!error.has_value() && object.contains("resolvers")) error = read_resolvers(object["resolvers"], api, where + "resolvers", documents);
  };
  add(service, {}, "service.");
  add_resolvers(service, {}, "service.");
  const Json apis = service.value("apis", Json::object());
  for (const auto& [id, api] : apis.items()) {
    if (api.is_object()) add(api, id, "service.apis." + id + ".");
    if (api.is_object()) add_resolvers(api, id, "service.apis." + id + ".");
  }
  if (error.has_value()) return error;
  const Json schemas = service.value("schemas", Json::object());
  if (!schemas.is_object()) return hosts::FileError{"service.schemas is an object of ids and schemas"};
  for (const auto& [id, schema] : schemas.items()) documents.schemas.emplace_back(id, text_of(schema));
  return std::nullopt;
}

void add_descriptions(const std::string& folder, Documents& documents) {
  for (const char* name : kDescriptionFiles) {
    const fs::path file = fs::path(folder) / name;
    if (fs::is_regular_file(file)) documents.descriptions.push_back({{}, file.string(), hosts::read_whole_file(file.string()).value_or("")});
  }
}

std::optional<hosts::FileError> read_resolvers(const Json& resolvers, const std::string& api, const std::string& where, Documents& documents) {
  if (!resolvers.is_object()) return hosts::FileError{where + " is an object of fields (`Query/users`) and documents"};
  for (const auto& [field, text] : resolvers.items()) {
    if (!text.is_string()) return hosts::FileError{where + "." + field + " is the text of a document"};
    documents.resolvers.push_back({api, field, where + "." + field, text.get<std::string>()});
  }
  return std::nullopt;
}

bool add_neighbours(const std::string& folder, Documents& documents) {
  add_descriptions(folder, documents);
  add_schemas(folder, documents);
  const fs::path values = fs::path(folder) / "named-values.json";
  if (fs::exists(values)) {
    const Json json = Json::parse(hosts::read_whole_file(values.string()).value_or(""), nullptr, false);
    if (!json.is_object()) {
      complain(values.string() + " is no JSON object of names and values");
      return false;
    }
    for (const auto& [name, value] : json.items()) documents.named_values.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  }
  if (!add_loggers(fs::path(folder) / "loggers.json", documents)) return false;
  add_resolver_files(fs::path(folder) / "resolvers", documents);
  const fs::path fragments = fs::path(folder) / "fragments";
  if (!fs::is_directory(fragments)) return true;
  for (const fs::directory_entry& entry : fs::directory_iterator(fragments)) {
    if (entry.path().extension() != ".xml") continue;
    documents.fragments.emplace_back(entry.path().stem().string(), hosts::read_whole_file(entry.path().string()).value_or(""));
  }
  return true;
}

// ---- what a command line names --------------------------------------------------------------------------------------

namespace {

std::string first_existing(const fs::path& folder, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (fs::exists(folder / name)) return (folder / name).string();
  }
  return {};
}

}  // namespace

bool find_policy_files(const std::string& path, bool wants_answers, PolicyFiles& files) {
  if (!fs::exists(path)) {
    complain("there is no " + path);
    return false;
  }
  if (!fs::is_directory(path)) {
    files.policy = path;
    return true;
  }
  files.policy = first_existing(path, {"policy.xml"});
  if (files.policy.empty()) {
    complain("the folder " + path + " holds no policy.xml");
    return false;
  }
  if (files.request.empty()) files.request = first_existing(path, {"request.http", "request.json"});
  if (files.answers.empty() && wants_answers) files.answers = first_existing(path, {"answers.json"});
  return true;
}

bool read_request(const std::string& path, hosts::OwnedContext& context) {
  if (path.empty()) {
    static_cast<void>(context.read_http("GET https://localhost/"));
    return true;
  }
  const auto error = context.read_file(path);
  if (error.has_value()) complain(path + ": " + error->message);
  return !error.has_value();
}

bool read_json_file(const std::string& path, Json& into) {
  const std::optional<std::string> text = hosts::read_whole_file(path);
  if (!text.has_value()) {
    complain("cannot read " + path);
    return false;
  }
  try {
    into = Json::parse(*text);
    return true;
  } catch (const Json::parse_error& error) {
    complain(path + ": " + error.what());
    return false;
  }
}

void print_reports(const std::vector<Report>& reports) {
  for (const Report& report : reports) std::fprintf(stderr, "%s\n", (use_colour(STDERR_FILENO) ? report.coloured : report.text).c_str());
}

}  // namespace portcullis::cli
