// From a URL and a key to API, operation, product and subscription. source: learn.microsoft.com, "Subscriptions in Azure API
// Management", "Versions", "Revisions"; what they leave open is in docs/conformance.md
#include "portcullis/service.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "engine/exchange/exchange.h"
#include "engine/exchange/header_list.h"
#include "service/url_template.h"

namespace portcullis {

namespace {

using Index = std::unordered_map<std::string, std::vector<std::size_t>>;

struct Operation {
  UrlTemplate url_template;
  std::size_t index = 0;  // in the API's own order
};

/// The last segment of a resource id: "/service/x/products/gold" is "gold".
std::string_view last_segment(std::string_view id) {
  const std::size_t slash = id.rfind('/');
  return slash == std::string_view::npos ? id : id.substr(slash + 1);
}

std::string_view without_revision(std::string_view id) { return id.substr(0, id.find(";rev=")); }

/// "customers;rev=3" to "customers" and "3".
std::string_view split_revision(std::string_view segment, std::string_view& revision) {
  constexpr std::string_view kMark = ";rev=";
  for (std::size_t at = segment.find(';'); at != std::string_view::npos; at = segment.find(';', at + 1)) {
    if (segment.size() - at < kMark.size() || !equals_ignoring_ascii_case(segment.substr(at, kMark.size()), kMark)) continue;
    revision = segment.substr(at + kMark.size());
    return segment.substr(0, at);
  }
  return segment;
}

std::string_view header_value(const RequestView& request, std::string_view name) {
  for (const HeaderView& line : request.headers) {
    if (equals_ignoring_ascii_case(line.name, name)) return trim_ascii(line.value);
  }
  return {};
}

/// nullopt: no such parameter.
std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  Arena arena(std::size_t{1} << 20);
  Url url;
  url.query = query;
  for (const QueryParameter& item : query_parameters(url, arena).items) {
    if (equals_ignoring_ascii_case(item.name, name)) return std::string(item.value);
  }
  return std::nullopt;
}

std::string trimmed_path(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return ascii_lower(path);
}

}  // namespace

struct Service::State {
  explicit State(ServiceDescription given);

  /// What a subscription opens.
  struct Grant {
    enum class Kind : std::uint8_t { kNothing, kProduct, kApi, kAllApis } kind = Kind::kNothing;
    std::size_t index = 0;  // of the product
    std::string api_id;
  };
  struct ApiMatch {
    std::size_t api = 0;
    std::vector<std::string_view> rest;  // segments behind API path and version
  };

  void add_apis();
  void add_operations(std::size_t api);
  void add_products();
  void add_users();
  void add_subscriptions();
  Grant grant_of(const SubscriptionDescription& subscription);

  [[nodiscard]] std::optional<ApiMatch> find_api(const RequestView& request) const;
  [[nodiscard]] bool matches_version(std::size_t api, const RequestView& request, std::string_view next) const;
  bool find_operation(std::size_t api, std::string_view method, const std::vector<std::string_view>& rest, std::string_view query, Route& route) const;
  [[nodiscard]] Admission admit(std::size_t api, const RequestView& request, Route& route) const;
  [[nodiscard]] bool holds(std::size_t product, std::string_view api_id) const;
  void set_subscription(std::size_t index, std::string_view key, Route& route) const;

  ServiceDescription description;
  std::vector<std::string> problems;
  std::vector<ApiView> apis;
  std::vector<const VersionSetDescription*> version_sets;  // of each API; null: not versioned
  std::vector<const ProductView*> open_products;           // of each API; null: none holds it
  std::vector<std::vector<std::string_view>> protocols;
  std::vector<std::vector<OperationView>> operation_views;
  std::vector<std::vector<Operation>> operations;  // closest first
  std::vector<ProductView> products;
  std::vector<std::vector<GroupView>> product_groups, user_groups;
  std::vector<std::vector<ApiView>> product_apis;
  std::vector<UserView> users;
  std::vector<std::vector<IdentityView>> identities;
  std::vector<Grant> grants;  // of each subscription
  Index apis_by_path;
  std::unordered_map<std::string, std::size_t> apis_by_id, users_by_id;
  std::unordered_map<std::string, std::size_t> subscriptions_by_key;
  std::size_t longest_path = 0;  // in segments
};

// ---- building ---------------------------------------------------------------------------------------------------------

Service::State::State(ServiceDescription given) : description(std::move(given)) {
  add_apis();
  add_products();
  add_users();
  add_subscriptions();
}

void Service::State::add_apis() {
  std::unordered_map<std::string_view, const VersionSetDescription*> sets_by_id;
  for (const VersionSetDescription& set : description.version_sets) sets_by_id.emplace(set.id, &set);
  protocols.resize(description.apis.size());
  operation_views.resize(description.apis.size());
  operations.resize(description.apis.size());
  for (std::size_t i = 0; i < description.apis.size(); ++i) {
    const ApiDescription& api = description.apis[i];
    if (!apis_by_id.emplace(api.id, i).second) problems.push_back(joined("apis: `", api.id, "` is there twice"));
    protocols[i].assign(api.protocols.begin(), api.protocols.end());
    ApiView& view = apis.emplace_back();
    view = {.id = without_revision(api.id),
            .name = api.name,
            .path = api.path,
            .revision = api.revision,
            .version = api.version,
            .is_current_revision = api.is_current,
            .service_url = {},
            .protocols = protocols[i],
            .key_header = api.key_header,
            .key_query = api.key_query,
            .workspace = {}};
    if (!api.workspace_id.empty()) view.workspace = WorkspaceView{api.workspace_id, api.workspace_name};
    UrlView url;
    if (!api.service_url.empty()) {
      if (parse_url(api.service_url, url)) {
        view.service_url = url;
      } else {
        problems.push_back(joined("apis.", api.id, ".serviceUrl: `", api.service_url, "` is no absolute http or https URL"));
      }
    }
    const auto set = api.version_set_id.empty() ? sets_by_id.end() : sets_by_id.find(last_segment(api.version_set_id));
    version_sets.push_back(set == sets_by_id.end() ? nullptr : set->second);
    if (!api.version_set_id.empty() && version_sets.back() == nullptr) {
      problems.push_back(joined("apis.", api.id, ".apiVersionSetId: there is no version set `", last_segment(api.version_set_id), "`"));
    }
    const std::string path = trimmed_path(api.path);
    std::vector<std::size_t>& here = apis_by_path[path];
    for (const std::size_t other : here) {
      const ApiDescription& twin = description.apis[other];
      if (equals_ignoring_ascii_case(twin.version, api.version) && twin.revision == api.revision && twin.protocols == api.protocols) {
        problems.push_back(joined("apis: `", twin.id, "` and `", api.id, "` have the same path, version and revision; the first is used"));
      }
    }
    here.push_back(i);
    longest_path = std::max(longest_path, path_segments(path).size());
    add_operations(i);
  }
}

void Service::State::add_operations(std::size_t api) {
  const ApiDescription& owner = description.apis[api];
  for (std::size_t i = 0; i < owner.operations.size(); ++i) {
    const OperationDescription& operation = owner.operations[i];
    operation_views[api].push_back({operation.id, operation.name, operation.method, operation.url_template});
    std::string problem;
    std::optional<UrlTemplate> url_template = UrlTemplate::read(operation.url_template, problem);
    if (url_template.has_value()) {
      operations[api].push_back({std::move(*url_template), i});
    } else {
      problems.push_back(joined("apis.", owner.id, ".operations.", operation.id, ".urlTemplate: `", operation.url_template, "` has ", problem));
    }
  }
  std::stable_sort(operations[api].begin(), operations[api].end(), [](const Operation& a, const Operation& b) { return a.url_template.is_closer_than(b.url_template); });
}

void Service::State::add_products() {
  product_groups.resize(description.products.size());
  product_apis.resize(description.products.size());
  std::unordered_map<std::string, std::string_view> first_open;  // by API
  for (std::size_t i = 0; i < description.products.size(); ++i) {
    const ProductDescription& product = description.products[i];
    for (const GroupDescription& group : product.groups) product_groups[i].push_back({group.id, group.name});
    for (const std::string& id : product.api_ids) {
      const auto found = apis_by_id.find(std::string(last_segment(id)));
      if (found == apis_by_id.end()) {
        problems.push_back(joined("products.", product.id, ".apis: there is no API `", last_segment(id), "`"));
        continue;
      }
      product_apis[i].push_back(apis[found->second]);
      if (product.subscription_required) continue;
      const auto [other, is_first] = first_open.emplace(found->first, product.id);
      if (!is_first) problems.push_back(joined("products: the API `", found->first, "` is in two open products, `", other->second, "` and `", product.id, "`; the first is used"));
    }
    products.push_back({.id = product.id,
                        .name = product.name,
                        .published = product.published,
                        .approval_required = product.approval_required,
                        .subscription_required = product.subscription_required,
                        .subscription_limit = product.subscription_limit,
                        .groups = product_groups[i],
                        .apis = product_apis[i]});
  }
  for (const ApiView& api : apis) {
    std::size_t i = 0;
    while (i < products.size() && (products[i].subscription_required || !holds(i, api.id))) ++i;
    open_products.push_back(i < products.size() ? &products[i] : nullptr);
  }
}

void Service::State::add_users() {
  user_groups.resize(description.users.size());
  identities.resize(description.users.size());
  for (std::size_t i = 0; i < description.users.size(); ++i) {
    const UserDescription& user = description.users[i];
    users_by_id.emplace(user.id, i);
    for (const GroupDescription& group : user.groups) user_groups[i].push_back({group.id, group.name});
    for (const auto& [id, provider] : user.identities) identities[i].push_back({id, provider});
    users.push_back({.id = user.id,
                     .email = user.email,
                     .first_name = user.first_name,
                     .last_name = user.last_name,
                     .note = user.note,
                     .registration_date = user.registration_date,
                     .groups = user_groups[i],
                     .identities = identities[i]});
  }
}

Service::State::Grant Service::State::grant_of(const SubscriptionDescription& subscription) {
  if (subscription.id == "master") return {.kind = Grant::Kind::kAllApis, .index = 0, .api_id = {}};
  const std::string_view scope = subscription.scope;
  const std::string_view name = last_segment(scope);
  const std::string_view above = name.size() >= scope.size() ? std::string_view() : last_segment(scope.substr(0, scope.size() - name.size() - 1));
  if (above == "products") {
    for (std::size_t i = 0; i < products.size(); ++i) {
      if (products[i].id == name) return {.kind = Grant::Kind::kProduct, .index = i, .api_id = {}};
    }
    problems.push_back(joined("subscriptions.", subscription.id, ".scope: there is no product `", name, "`"));
    return {};
  }
  if (above == "apis") return {.kind = Grant::Kind::kApi, .index = 0, .api_id = std::string(without_revision(name))};
  // "/apis", and what the management API writes for the whole service: an id that ends with a slash.
  if (name == "apis" || scope.ends_with('/')) return {.kind = Grant::Kind::kAllApis, .index = 0, .api_id = {}};
  problems.push_back(joined("subscriptions.", subscription.id, ".scope: `", scope, "` is none of /products/{id}, /apis/{id}, /apis"));
  return {};
}

void Service::State::add_subscriptions() {
  for (std::size_t i = 0; i < description.subscriptions.size(); ++i) {
    const SubscriptionDescription& subscription = description.subscriptions[i];
    grants.push_back(grant_of(subscription));
    for (const std::string* key : {&subscription.primary_key, &subscription.secondary_key}) {
      if (key->empty()) continue;
      const auto [other, is_first] = subscriptions_by_key.emplace(*key, i);
      if (!is_first && other->second != i) {
        problems.push_back(joined("subscriptions: `", description.subscriptions[other->second].id, "` and `", subscription.id, "` have the same key; the first is used"));
      }
    }
  }
}

// ---- which API --------------------------------------------------------------------------------------------------------

// `next` is the segment behind the API's path.
bool Service::State::matches_version(std::size_t index, const RequestView& request, std::string_view next) const {
  const ApiDescription& api = description.apis[index];
  const VersionSetDescription* set = version_sets[index];
  if (set == nullptr) return api.version.empty();
  switch (set->scheme) {
    case VersionSetDescription::Scheme::kSegment: return api.version.empty() || equals_ignoring_ascii_case(api.version, next);
    case VersionSetDescription::Scheme::kHeader: return equals_ignoring_ascii_case(api.version, header_value(request, set->header_name));
    case VersionSetDescription::Scheme::kQuery: return equals_ignoring_ascii_case(api.version, query_value(request.url.query, set->query_name).value_or(std::string()));
  }
  return false;
}

// The longest path that some API has decides; its versions and revisions are told apart after that.
std::optional<Service::State::ApiMatch> Service::State::find_api(const RequestView& request) const {
  const std::vector<std::string_view> segments = path_segments(request.url.path);
  for (std::size_t length = std::min(segments.size(), longest_path) + 1; length-- > 0;) {
    std::string path;
    std::string_view revision;
    for (std::size_t i = 0; i < length; ++i) append(path, i == 0 ? "" : "/", i + 1 == length ? split_revision(segments[i], revision) : segments[i]);
    const auto here = apis_by_path.find(ascii_lower(path));
    if (here == apis_by_path.end()) continue;
    std::string_view version_revision = revision;
    const std::string_view next = length < segments.size() ? split_revision(segments[length], version_revision) : std::string_view();
    const ApiDescription* found = nullptr;
    bool by_segment = false;
    std::size_t index = 0;
    for (const std::size_t candidate : here->second) {
      const ApiDescription& api = description.apis[candidate];
      if (std::find(api.protocols.begin(), api.protocols.end(), request.url.scheme) == api.protocols.end()) continue;
      if (!matches_version(candidate, request, next)) continue;
      const VersionSetDescription* set = version_sets[candidate];
      const bool takes_segment = !api.version.empty() && set != nullptr && set->scheme == VersionSetDescription::Scheme::kSegment;
      const std::string_view wanted = takes_segment ? version_revision : revision;
      if (wanted.empty() ? !api.is_current : wanted != api.revision) continue;
      // The Original of a version set gives way to a version that the segment names.
      if (found != nullptr && !(takes_segment && !by_segment)) continue;
      found = &api;
      by_segment = takes_segment;
      index = candidate;
    }
    if (found == nullptr) return std::nullopt;
    const auto skipped = static_cast<std::ptrdiff_t>(length + (by_segment ? 1 : 0));
    return ApiMatch{index, {segments.begin() + skipped, segments.end()}};
  }
  return std::nullopt;
}

// ---- which operation --------------------------------------------------------------------------------------------------

bool Service::State::find_operation(std::size_t api, std::string_view method, const std::vector<std::string_view>& rest, std::string_view query, Route& route) const {
  for (const Operation& operation : operations[api]) {
    const OperationView& view = operation_views[api][operation.index];
    if (!equals_ignoring_ascii_case(view.method, method) || !operation.url_template.match(rest, query, route.matched_parameters)) continue;
    route.operation = &view;
    return true;
  }
  route.matched_parameters.clear();
  return false;
}

// ---- who may ----------------------------------------------------------------------------------------------------------

bool Service::State::holds(std::size_t product, std::string_view api_id) const {
  const std::span<const ApiView> members = products[product].apis;
  return std::any_of(members.begin(), members.end(), [&](const ApiView& member) { return member.id == api_id; });
}

void Service::State::set_subscription(std::size_t index, std::string_view key, Route& route) const {
  const SubscriptionDescription& subscription = description.subscriptions[index];
  route.subscription = SubscriptionView{.id = subscription.id,
                                        .name = subscription.name,
                                        .key = key == subscription.secondary_key ? subscription.secondary_key : subscription.primary_key,
                                        .primary_key = subscription.primary_key,
                                        .secondary_key = subscription.secondary_key,
                                        .created_date = subscription.created_date,
                                        .start_date = subscription.start_date,
                                        .end_date = subscription.end_date};
  const auto owner = users_by_id.find(std::string(last_segment(subscription.owner_id)));
  if (!subscription.owner_id.empty() && owner != users_by_id.end()) route.user = &users[owner->second];
}

// The key decides alone: a key belongs to one scope, and with several products on one API there is no merge.
Admission Service::State::admit(std::size_t api_index, const RequestView& request, Route& route) const {
  const ApiDescription& api = description.apis[api_index];
  const std::string_view api_id = without_revision(api.id);
  std::string key(header_value(request, api.key_header));
  if (key.empty()) key = query_value(request.url.query, api.key_query).value_or(std::string());

  const ProductView* open_product = open_products[api_index];
  if (key.empty()) {
    route.product = open_product;
    return open_product != nullptr || !api.subscription_required ? Admission::kAdmitted : Admission::kSubscriptionKeyMissing;
  }
  const auto found = subscriptions_by_key.find(key);
  if (found == subscriptions_by_key.end() || !description.subscriptions[found->second].active) return Admission::kSubscriptionKeyInvalid;
  const Grant& grant = grants[found->second];
  const bool fits = grant.kind == Grant::Kind::kAllApis || (grant.kind == Grant::Kind::kApi && grant.api_id == api_id) ||
                    (grant.kind == Grant::Kind::kProduct && holds(grant.index, api_id));
  if (fits) {
    set_subscription(found->second, key, route);
    if (grant.kind == Grant::Kind::kProduct) route.product = &products[grant.index];
    return Admission::kAdmitted;
  }
  // A key of another product counts as none where an open product holds the API.
  if (open_product == nullptr) return Admission::kSubscriptionKeyInvalid;
  route.product = open_product;
  return Admission::kAdmitted;
}

// ---- routing ----------------------------------------------------------------------------------------------------------

Service::Service(ServiceDescription description) : state_(std::make_unique<const State>(std::move(description))) {}
Service::~Service() = default;

std::span<const std::string> Service::problems() const { return state_->problems; }
std::span<const ApiView> Service::apis() const { return state_->apis; }
std::span<const ProductView> Service::products() const { return state_->products; }

Route Service::route(const RequestView& request) const {
  Route route;
  const std::optional<State::ApiMatch> api = state_->find_api(request);
  if (!api.has_value()) return route;
  route.api = &state_->apis[api->api];
  // A slash at the end is ignored to match, and kept.
  for (const std::string_view segment : api->rest) append(route.path_, '/', segment);
  if (request.url.path.ends_with('/') && !route.path_.ends_with('/')) route.path_ += '/';
  const bool is_found = state_->find_operation(api->api, request.method, api->rest, request.url.query, route);
  const std::string_view wanted = header_value(request, "Access-Control-Request-Method");
  const bool is_preflight = !is_found && request.method == "OPTIONS" && !wanted.empty() && !header_value(request, "Origin").empty();
  if (!is_found && !(is_preflight && state_->find_operation(api->api, wanted, api->rest, request.url.query, route))) return route;
  route.admission = state_->admit(api->api, request, route);
  if (is_preflight) route.admission = Admission::kPreflight;  // whoever asks: browsers send no keys with it
  if (!route.api->service_url.has_value()) return route;
  route.backend_url = *route.api->service_url;
  std::string_view base = route.backend_url.path;
  while (base.ends_with('/')) base.remove_suffix(1);
  route.path_.insert(0, base);
  route.backend_url.base_path_size = base.size();
  route.backend_url.query = request.url.query;
  return route;
}

void Route::apply(ContextView& context) {
  context.admission = admission;
  context.api = api;
  context.operation = operation;
  context.product = product;
  context.user = user;
  context.subscription = subscription.has_value() ? &*subscription : nullptr;
  for (const auto& [name, value] : matched_parameters) parameters_.push_back({name, value});
  context.request.matched_parameters = parameters_;
  if (context.request.original_url.scheme.empty()) context.request.original_url = context.request.url;
  if (backend_url.scheme.empty()) return;
  backend_url.path = path_.empty() ? std::string_view("/") : std::string_view(path_);
  context.request.url = backend_url;
}

}  // namespace portcullis
