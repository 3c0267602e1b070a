// What stands around the policies: APIs with their operations, versions and revisions, products, subscriptions, users; and how a
// request finds its way through them.
//
//     portcullis::Service service(std::move(description));       // once: immutable, shared by threads
//     portcullis::Route route = service.route(request);          // for each request
//     portcullis::ContextView context;
//     context.request = request;
//     route.apply(context);                                      // API, operation, product, subscription, user, URL, admission
//
// Property names are those of the management API. source: learn.microsoft.com, "API Management REST API" and "Subscriptions"
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "portcullis/exchange.hpp"

namespace portcullis {

struct OperationDescription {
  std::string id, name, method;
  std::string url_template;  // "/orders/{id}/lines?kind={kind}", "/files/*", "/{*rest}"
};
struct ApiDescription {
  std::string id;    // "orders" or "orders;rev=2"
  std::string name;
  std::string path;  // without slashes at its ends; empty: the last resort
  std::vector<std::string> protocols = {"https"};
  std::string service_url;
  bool subscription_required = true;
  std::string key_header = "Ocp-Apim-Subscription-Key", key_query = "subscription-key";
  std::string revision = "1";
  bool is_current = true;
  std::string version;         // empty in a version set: the Original
  std::string version_set_id;  // empty: not versioned
  std::string workspace_id, workspace_name;
  std::vector<OperationDescription> operations;
};
/// The operations that an API's OpenAPI document (JSON or YAML) or WSDL describes, for `ApiDescription::operations`: ids are the document's,
/// else `method-path`. Templates are the document's paths; where its server is does not count. Empty: `problem` says why.
std::vector<OperationDescription> operations_of(std::string_view description, std::string& problem);

struct VersionSetDescription {
  enum class Scheme : std::uint8_t { kSegment, kHeader, kQuery } scheme = Scheme::kSegment;
  std::string id;
  std::string header_name, query_name;
};
struct GroupDescription {
  std::string id, name;
};
struct ProductDescription {
  std::string id, name;
  bool published = true;
  bool approval_required = false;
  bool subscription_required = true;  // false: an open product
  std::optional<std::int32_t> subscription_limit;
  std::vector<std::string> api_ids;
  std::vector<GroupDescription> groups;
};
struct SubscriptionDescription {
  std::string id, name;
  std::string scope;  // "/products/gold", "/apis/orders", "/apis"; full resource ids too; the id `master`: everything
  bool active = true;
  std::string primary_key, secondary_key;
  std::string owner_id;  // "jane" or "/users/jane"
  Ticks created_date = 0;
  std::optional<Ticks> start_date, end_date;
};
struct UserDescription {
  std::string id, email, first_name, last_name, note;
  Ticks registration_date = 0;
  std::vector<GroupDescription> groups;
  std::vector<std::pair<std::string, std::string>> identities;  // id, provider
};

struct ServiceDescription {
  std::vector<ApiDescription> apis;
  std::vector<VersionSetDescription> version_sets;
  std::vector<ProductDescription> products;
  std::vector<SubscriptionDescription> subscriptions;
  std::vector<UserDescription> users;
};

/// Where one request goes and whose it is. Borrows from its Service and from the request that was routed; owns the rest, so keep it
/// until the Execution is destroyed, and do not move it after `apply`.
class Route {
 public:
  Admission admission = Admission::kOperationNotFound;
  /// Null: no API, operation, product, subscription or user. Which documents run follows from the first three.
  const ApiView* api = nullptr;
  const OperationView* operation = nullptr;
  const ProductView* product = nullptr;
  const UserView* user = nullptr;
  std::optional<SubscriptionView> subscription;
  /// Of path and query template, percent-decoded; a wildcard's rest under "*".
  std::vector<std::pair<std::string, std::string>> matched_parameters;
  /// The URL for the backend: the API's service URL with the rest of the path behind it. No scheme: the API has no service URL.
  UrlView backend_url;

  /// Sets api, operation, product, subscription, user, admission, request.url, request.original_url and request.matched_parameters.
  void apply(ContextView& context);

 private:
  friend class Service;
  std::string path_;
  std::vector<ParameterView> parameters_;
};

/// Immutable; any number of threads may route with it.
class Service {
 public:
  explicit Service(ServiceDescription description);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// What in the description contradicts itself: unknown ids, two APIs at one place, malformed templates. Each names its entity.
  [[nodiscard]] std::span<const std::string> problems() const;

  /// `request.url` is the URL as the caller sent it. Never fails: what has no place gets an admission that says so.
  [[nodiscard]] Route route(const RequestView& request) const;

  /// All views, for hosts that compose documents for each API, product and operation.
  [[nodiscard]] std::span<const ApiView> apis() const;
  [[nodiscard]] std::span<const ProductView> products() const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace portcullis
