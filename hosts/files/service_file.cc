#include "hosts/files/service_file.h"

#include <array>
#include <utility>

namespace portcullis::hosts {

namespace {

/// Walks the JSON; the first mistake wins, with the path to it.
class ServiceReader {
 public:
  explicit ServiceReader(ServiceDescription& into) : into_(into) {}

  std::optional<FileError> read(const Json& service) {
    constexpr std::array kKnown = {"apis", "apiVersionSets", "products", "subscriptions", "users", "backends", "loggers", "certificates", "authorities", "openapi", "graphql", "wsdl", "xsd", "odata", "schemas", "resolvers"};
    if (!service.is_object()) return FileError{"service is a JSON object"};
    for (const auto& [name, value] : service.items()) {
      bool known = false;
      for (const char* one : kKnown) known = known || name == one;
      if (!known) return FileError{"service." + name + ": there is no such member; it may have apis, apiVersionSets, products, subscriptions, users, backends, loggers, certificates, authorities, openapi, graphql, wsdl, xsd, odata, schemas, resolvers"};
    }
    each(service, "apiVersionSets", "service", [&](const std::string& id, const Json& item, const std::string& where) { version_set(id, item, where); });
    each(service, "apis", "service", [&](const std::string& id, const Json& item, const std::string& where) { api(id, item, where); });
    each(service, "products", "service", [&](const std::string& id, const Json& item, const std::string& where) { product(id, item, where); });
    each(service, "subscriptions", "service", [&](const std::string& id, const Json& item, const std::string& where) { subscription(id, item, where); });
    each(service, "users", "service", [&](const std::string& id, const Json& item, const std::string& where) { user(id, item, where); });
    if (error_.empty()) return std::nullopt;
    return FileError{error_};
  }

 private:
  void fail(const std::string& where, std::string_view what) {
    if (error_.empty()) error_ = where + " " + std::string(what);
  }
  static bool present(const Json& object, const char* name) { return object.contains(name) && !object[name].is_null(); }

  /// Entities by id.
  template <typename Visit>
  void each(const Json& object, const char* name, const std::string& where, Visit&& visit) {
    if (!present(object, name)) return;
    const std::string here = where + "." + name;
    if (!object[name].is_object()) return fail(here, "is an object of ids and their properties");
    for (const auto& [id, item] : object[name].items()) {
      if (!item.is_object()) return fail(here + "." + id, "is an object");
      visit(id, item, here + "." + id + ".");
    }
  }

  std::string text(const Json& object, const char* name, const std::string& where, std::string_view fallback = {}) {
    if (!present(object, name)) return std::string(fallback);
    if (object[name].is_string()) return object[name].get<std::string>();
    fail(where + name, "is a text");
    return {};
  }
  bool flag(const Json& object, const char* name, const std::string& where, bool fallback) {
    if (!present(object, name)) return fallback;
    if (object[name].is_boolean()) return object[name].get<bool>();
    fail(where + name, "is true or false");
    return fallback;
  }
  std::vector<std::string> texts(const Json& object, const char* name, const std::string& where) {
    std::vector<std::string> list;
    if (!present(object, name)) return list;
    if (!object[name].is_array()) return fail(where + name, "is a list of texts"), list;
    for (const Json& item : object[name]) {
      if (!item.is_string()) return fail(where + name, "is a list of texts"), list;
      list.push_back(item.get<std::string>());
    }
    return list;
  }
  std::optional<Ticks> date(const Json& object, const char* name, const std::string& where) {
    if (!present(object, name)) return std::nullopt;
    const std::optional<Ticks> ticks = parse_ticks(text(object, name, where));
    if (!ticks.has_value()) fail(where + name, "is an ISO 8601 date");
    return ticks;
  }
  std::vector<GroupDescription> groups(const Json& object, const std::string& where) {
    std::vector<GroupDescription> list;
    if (!present(object, "groups")) return list;
    if (!object["groups"].is_array()) return fail(where + "groups", "is a list of names, or of {id, name}"), list;
    for (const Json& item : object["groups"]) {
      if (item.is_string()) {
        list.push_back({item.get<std::string>(), item.get<std::string>()});
      } else if (item.is_object()) {
        list.push_back({text(item, "id", where + "groups."), text(item, "name", where + "groups.")});
      } else {
        fail(where + "groups", "is a list of names, or of {id, name}");
      }
    }
    return list;
  }

  void version_set(const std::string& id, const Json& item, const std::string& where) {
    VersionSetDescription set;
    set.id = id;
    const std::string scheme = text(item, "versioningScheme", where, "Segment");
    if (scheme == "Header") {
      set.scheme = VersionSetDescription::Scheme::kHeader;
    } else if (scheme == "Query") {
      set.scheme = VersionSetDescription::Scheme::kQuery;
    } else if (scheme != "Segment") {
      fail(where + "versioningScheme", "is Segment, Header or Query");
    }
    set.header_name = text(item, "versionHeaderName", where);
    set.query_name = text(item, "versionQueryName", where);
    if (scheme == "Header" && set.header_name.empty()) fail(where + "versionHeaderName", "is missing");
    if (scheme == "Query" && set.query_name.empty()) fail(where + "versionQueryName", "is missing");
    into_.version_sets.push_back(std::move(set));
  }

  void api(const std::string& id, const Json& item, const std::string& where) {
    ApiDescription api;
    api.id = id;
    api.name = text(item, "displayName", where, id);
    api.path = text(item, "path", where);
    if (present(item, "protocols")) api.protocols = texts(item, "protocols", where);
    api.service_url = text(item, "serviceUrl", where);
    api.subscription_required = flag(item, "subscriptionRequired", where, true);
    if (present(item, "subscriptionKeyParameterNames")) {
      const Json& names = item["subscriptionKeyParameterNames"];
      if (!names.is_object()) return fail(where + "subscriptionKeyParameterNames", "is {header, query}");
      api.key_header = text(names, "header", where + "subscriptionKeyParameterNames.", api.key_header);
      api.key_query = text(names, "query", where + "subscriptionKeyParameterNames.", api.key_query);
    }
    const std::size_t revision = id.find(";rev=");
    api.revision = text(item, "apiRevision", where, revision == std::string::npos ? "1" : id.substr(revision + 5));
    api.is_current = flag(item, "isCurrent", where, revision == std::string::npos);
    api.version = text(item, "apiVersion", where);
    api.version_set_id = text(item, "apiVersionSetId", where);
    if (present(item, "workspace")) {
      const Json& workspace = item["workspace"];
      if (!workspace.is_object()) return fail(where + "workspace", "is {id, name}");
      api.workspace_id = text(workspace, "id", where + "workspace.");
      api.workspace_name = text(workspace, "name", where + "workspace.", api.workspace_id);
    }
    each(item, "operations", where.substr(0, where.size() - 1), [&](const std::string& name, const Json& operation, const std::string& at) {
      api.operations.push_back({name, text(operation, "displayName", at, name), text(operation, "method", at, "GET"), text(operation, "urlTemplate", at, "/")});
    });
    if (!present(item, "operations")) take_described(item, where, api);
    into_.apis.push_back(std::move(api));
  }

  // An API that lists no operations has those of its description.
  void take_described(const Json& item, const std::string& where, ApiDescription& api) {
    for (const char* member : {"openapi", "wsdl"}) {
      if (!present(item, member) || !api.operations.empty()) continue;
      std::string problem;
      api.operations = operations_of(item[member].is_string() ? item[member].get<std::string>() : item[member].dump(), problem);
      if (!problem.empty()) fail(where + member, problem);
    }
  }

  void product(const std::string& id, const Json& item, const std::string& where) {
    ProductDescription product;
    product.id = id;
    product.name = text(item, "displayName", where, id);
    const std::string state = text(item, "state", where, "published");
    if (state != "published" && state != "notPublished") fail(where + "state", "is published or notPublished");
    product.published = state == "published";
    product.subscription_required = flag(item, "subscriptionRequired", where, true);
    product.approval_required = flag(item, "approvalRequired", where, false);
    if (present(item, "subscriptionsLimit")) {
      if (!item["subscriptionsLimit"].is_number_integer()) return fail(where + "subscriptionsLimit", "is a whole number");
      product.subscription_limit = item["subscriptionsLimit"].get<std::int32_t>();
    }
    product.api_ids = texts(item, "apis", where);
    product.groups = groups(item, where);
    into_.products.push_back(std::move(product));
  }

  void subscription(const std::string& id, const Json& item, const std::string& where) {
    constexpr std::array kStates = {"active", "suspended", "submitted", "rejected", "cancelled", "expired"};
    SubscriptionDescription subscription;
    subscription.id = id;
    subscription.name = text(item, "displayName", where, id);
    subscription.scope = text(item, "scope", where, "/apis");
    const std::string state = text(item, "state", where, "active");
    bool known = false;
    for (const char* one : kStates) known = known || state == one;
    if (!known) fail(where + "state", "is active, suspended, submitted, rejected, cancelled or expired");
    subscription.active = state == "active";
    subscription.primary_key = text(item, "primaryKey", where);
    subscription.secondary_key = text(item, "secondaryKey", where);
    subscription.owner_id = text(item, "ownerId", where);
    subscription.created_date = date(item, "createdDate", where).value_or(0);
    subscription.start_date = date(item, "startDate", where);
    subscription.end_date = date(item, "endDate", where);
    into_.subscriptions.push_back(std::move(subscription));
  }

  void user(const std::string& id, const Json& item, const std::string& where) {
    UserDescription user;
    user.id = id;
    user.email = text(item, "email", where);
    user.first_name = text(item, "firstName", where);
    user.last_name = text(item, "lastName", where);
    user.note = text(item, "note", where);
    user.registration_date = date(item, "registrationDate", where).value_or(0);
    user.groups = groups(item, where);
    if (present(item, "identities")) {
      if (!item["identities"].is_array()) return fail(where + "identities", "is a list of {id, provider}");
      for (const Json& identity : item["identities"]) {
        if (!identity.is_object()) return fail(where + "identities", "is a list of {id, provider}");
        user.identities.emplace_back(text(identity, "id", where + "identities."), text(identity, "provider", where + "identities."));
      }
    }
    into_.users.push_back(std::move(user));
  }

  ServiceDescription& into_;
  std::string error_;
};

}  // namespace

std::optional<FileError> read_service(const Json& service, ServiceDescription& description) { return ServiceReader(description).read(service); }

}  // namespace portcullis::hosts
