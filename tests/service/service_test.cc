// Routing and keys: every rule of how a request finds API, operation, product and subscription.
#include <string>

#include <catch2/catch.hpp>

#include "portcullis/service.hpp"
#include "service/url_template.h"

namespace portcullis {
namespace {

MatchedParameters matched(std::string_view url_template, std::string_view path, std::string_view query = {}) {
  std::string problem;
  const std::optional<UrlTemplate> read = UrlTemplate::read(url_template, problem);
  INFO(url_template << ": " << problem);
  REQUIRE(read.has_value());
  MatchedParameters parameters;
  if (!read->match(path_segments(path), query, parameters)) return {{"no", "match"}};
  return parameters;
}

const MatchedParameters kNoMatch = {{"no", "match"}};

TEST_CASE("URL templates match whole paths") {
  CHECK(matched("/", "").empty());
  CHECK(matched("/", "/").empty());
  CHECK(matched("/orders", "/Orders/").empty());
  CHECK(matched("/orders", "/orders/1") == kNoMatch);
  CHECK(matched("/orders/{id}/lines", "/orders/a%20b/lines") == MatchedParameters{{"id", "a b"}});
  CHECK(matched("/orders/{id}", "/orders/a%2Fb") == MatchedParameters{{"id", "a/b"}});
  CHECK(matched("/orders/{id}", "/orders/") == kNoMatch);
  CHECK(matched("/report.{format}", "/report.json") == MatchedParameters{{"format", "json"}});
  CHECK(matched("/{a}-{b}", "/x-y-z") == MatchedParameters{{"a", "x"}, {"b", "y-z"}});
  CHECK(matched("/{a}-{b}", "/x-") == kNoMatch);
  CHECK(matched("/files/*", "/files") == MatchedParameters{{"*", ""}});
  CHECK(matched("/files/*", "/files/a/b%20c/") == MatchedParameters{{"*", "a/b c"}});
  CHECK(matched("/files/{*rest}", "/files/a/b") == MatchedParameters{{"rest", "a/b"}});
  CHECK(matched("/a//b", "/a//b").empty());
}

TEST_CASE("URL templates require their query parts, anywhere and in any case") {
  CHECK(matched("/search?kind={kind}&page={page}", "/search", "x=1&PAGE=2&kind=a+b") == MatchedParameters{{"kind", "a b"}, {"page", "2"}});
  CHECK(matched("/search?kind=book", "/search", "kind=Book").empty());
  CHECK(matched("/search?kind=book", "/search", "kind=film") == kNoMatch);
  CHECK(matched("/search?kind={kind}", "/search", "") == kNoMatch);
  CHECK(matched("/?soapAction={any}", "/", "soapAction=Add") == MatchedParameters{{"any", "Add"}});
}

TEST_CASE("URL templates that contradict themselves are refused") {
  const auto problem_of = [](std::string_view text) {
    std::string problem;
    CHECK_FALSE(UrlTemplate::read(text, problem).has_value());
    return problem;
  };
  CHECK(problem_of("/a/{id") == "`{` without `}`");
  CHECK(problem_of("/a/id}") == "`}` without `{`");
  CHECK(problem_of("/a/{}") == "a parameter without a name");
  CHECK(problem_of("/{id}/{id}") == "the parameter `id` twice");
  CHECK(problem_of("/*/a") == "a wildcard that is not last");
}

// ---- a shop -----------------------------------------------------------------------------------------------------------

ServiceDescription shop() {
  ServiceDescription shop;
  ApiDescription orders{.id = "orders", .name = "Orders", .path = "shop/orders", .service_url = "https://backend.example/base/"};
  orders.operations = {{"any", "", "GET", "/*"}, {"one", "", "GET", "/{id}"}, {"latest", "", "GET", "/latest"}, {"create", "", "POST", "/"}};
  ApiDescription next = orders;
  next.id = "orders;rev=2";
  next.revision = "2";
  next.is_current = false;
  next.operations.push_back({"new", "", "PUT", "/{id}"});
  ApiDescription open{.id = "open", .path = "open", .subscription_required = false};
  open.operations = {{"get", "", "GET", "/"}, {"preflight", "", "OPTIONS", "/own"}};
  ApiDescription trial{.id = "trial", .path = "trial", .key_header = "api-key"};
  trial.operations = {{"get", "", "GET", "/"}};
  ApiDescription rest{.id = "rest", .path = ""};
  rest.operations = {{"all", "", "GET", "/*"}};
  shop.apis = {orders, next, open, trial, rest};
  for (const char* version : {"", "v1", "v2"}) {
    ApiDescription api{.id = std::string("pets") + version, .path = "pets", .subscription_required = false, .version = version, .version_set_id = "/apiVersionSets/pets"};
    api.operations = {{"list", "", "GET", "/list"}};
    shop.apis.push_back(api);
    api.id = std::string("cars") + version;
    api.path = "cars";
    api.version_set_id = "cars";
    shop.apis.push_back(api);
  }
  shop.version_sets = {{.id = "pets", .header_name = {}, .query_name = {}},
                       {.scheme = VersionSetDescription::Scheme::kHeader, .id = "cars", .header_name = "Api-Version", .query_name = {}}};
  shop.products = {{.id = "gold", .name = "Gold", .api_ids = {"orders"}, .groups = {}},
                   {.id = "free", .name = "Free", .subscription_required = false, .api_ids = {"/service/x/apis/trial"}, .groups = {}}};
  shop.users = {{.id = "jane", .email = "jane@example.org", .groups = {{"d", "Developers"}}, .identities = {}}};
  shop.subscriptions = {{.id = "s1", .scope = "/products/gold", .primary_key = "gold-1", .secondary_key = "gold-2", .owner_id = "/users/jane"},
                        {.id = "s2", .scope = "/apis/open", .primary_key = "open-1"},
                        {.id = "s3", .scope = "/apis", .primary_key = "all-1"},
                        {.id = "s4", .scope = "/products/gold", .active = false, .primary_key = "late-1"},
                        {.id = "master", .scope = "/subscriptions/a/service/b/", .primary_key = "master-1"}};
  return shop;
}

struct Asked {
  std::string path;
  std::string method = "GET";
  std::vector<HeaderView> headers = {};
  std::string query = {};
  std::string scheme = "https";
};

Route route(const Service& service, const Asked& asked) {
  RequestView request;
  request.method = asked.method;
  request.url = {.scheme = asked.scheme, .host = "gateway.example", .port = 443, .path = asked.path, .query = asked.query};
  request.headers = asked.headers;
  Route found = service.route(request);
  // The request's own texts die here; what is looked at below lives in the service or in the route.
  found.backend_url.query = {};
  return found;
}

const HeaderView kGold{"ocp-apim-subscription-key", "gold-2"};

TEST_CASE("a consistent service has no problems") {
  const Service service(shop());
  CHECK(service.problems().empty());
}

TEST_CASE("the closest operation answers") {
  const Service service(shop());
  const auto operation = [&](const std::string& path, const std::string& method = "GET") {
    const Route found = route(service, {.path = path, .method = method, .headers = {kGold}});
    return found.operation == nullptr ? std::string("none") : std::string(found.operation->id);
  };
  CHECK(operation("/shop/orders/latest") == "latest");
  CHECK(operation("/SHOP/orders/7") == "one");
  CHECK(operation("/shop/orders/7/lines") == "any");
  CHECK(operation("/shop/orders", "POST") == "create");
  CHECK(operation("/shop/orders/7", "post") == "none");
  CHECK(operation("/shop/orders/7", "HEAD") == "none");
  CHECK(operation("/shop/other") == "all");
}

TEST_CASE("the URL for the backend is the service URL with the rest of the path") {
  const Service service(shop());
  ContextView context;
  context.request.url = {.scheme = "https", .host = "gateway.example", .port = 443, .path = "/shop/orders/a%2Fb/", .query = "x=1"};
  const HeaderView key = kGold;
  context.request.headers = {&key, 1};
  Route found = service.route(context.request);
  found.apply(context);
  CHECK(context.admission == Admission::kAdmitted);
  CHECK(context.request.url.host == "backend.example");
  CHECK(context.request.url.path == "/base/a%2Fb/");
  CHECK(context.request.url.base_path_size == 5);
  CHECK(context.request.url.query == "x=1");
  CHECK(context.request.original_url.host == "gateway.example");
  REQUIRE(context.request.matched_parameters.size() == 1);
  CHECK(context.request.matched_parameters[0].value == "a/b");
  REQUIRE(context.subscription != nullptr);
  CHECK(context.subscription->key == "gold-2");
  CHECK(context.product->id == "gold");
  CHECK(context.user->email == "jane@example.org");
}

TEST_CASE("revisions and versions") {
  const Service service(shop());
  const auto api = [&](const Asked& asked) {
    const Route found = route(service, asked);
    return found.api == nullptr ? std::string("none") : std::string(found.api->id) + "/" + std::string(found.api->revision) + (found.operation == nullptr ? " no operation" : "");
  };
  CHECK(api({.path = "/shop/orders/1"}) == "orders/1");
  CHECK(api({.path = "/shop/orders;rev=2/1", .method = "PUT"}) == "orders/2");
  CHECK(api({.path = "/shop/orders;rev=1/1"}) == "orders/1");
  CHECK(api({.path = "/shop/orders;rev=9/1"}) == "none");
  CHECK(api({.path = "/pets/list"}) == "pets/1");
  CHECK(api({.path = "/pets/V2/list"}) == "petsv2/1");
  CHECK(api({.path = "/pets/v2;rev=1/list"}) == "petsv2/1");
  CHECK(api({.path = "/pets/v9/list"}) == "pets/1 no operation");
  CHECK(api({.path = "/cars/list"}) == "cars/1");
  CHECK(api({.path = "/cars/list", .headers = {{"api-version", "V1"}}}) == "carsv1/1");
  CHECK(api({.path = "/cars/list", .headers = {{"Api-Version", "v9"}}}) == "none");
  CHECK(api({.path = "/pets/list", .scheme = "http"}) == "none");
}

TEST_CASE("the subscription key decides") {
  const Service service(shop());
  struct Decided {
    std::string path;
    std::vector<HeaderView> headers;
    std::string query;
    Admission admission;
    std::string subscription, product;
  };
  const std::string header = "Ocp-Apim-Subscription-Key";
  const std::vector<Decided> table = {
      {"/shop/orders/1", {}, "", Admission::kSubscriptionKeyMissing, "", ""},
      {"/shop/orders/1", {{header, "gold-1"}}, "", Admission::kAdmitted, "s1", "gold"},
      {"/shop/orders/1", {}, "Subscription-Key=gold-1", Admission::kAdmitted, "s1", "gold"},
      {"/shop/orders/1", {{header, "nonsense"}}, "subscription-key=gold-1", Admission::kSubscriptionKeyInvalid, "", ""},
      {"/shop/orders/1", {{header, "late-1"}}, "", Admission::kSubscriptionKeyInvalid, "", ""},
      {"/shop/orders/1", {{header, "open-1"}}, "", Admission::kSubscriptionKeyInvalid, "", ""},
      {"/shop/orders/1", {{header, "all-1"}}, "", Admission::kAdmitted, "s3", ""},
      {"/shop/orders/1", {{header, "master-1"}}, "", Admission::kAdmitted, "master", ""},
      {"/open", {}, "", Admission::kAdmitted, "", ""},
      {"/open", {{header, "open-1"}}, "", Admission::kAdmitted, "s2", ""},
      {"/open", {{header, "gold-1"}}, "", Admission::kSubscriptionKeyInvalid, "", ""},
      {"/trial", {}, "", Admission::kAdmitted, "", "free"},
      {"/trial", {{"api-key", "gold-1"}}, "", Admission::kAdmitted, "", "free"},
      {"/trial", {{"api-key", "nonsense"}}, "", Admission::kSubscriptionKeyInvalid, "", ""},
      {"/trial", {{header, "nonsense"}}, "", Admission::kAdmitted, "", "free"},
  };
  for (const Decided& row : table) {
    const Route found = route(service, {.path = row.path, .headers = row.headers, .query = row.query});
    INFO(row.path << " " << (row.headers.empty() ? "" : row.headers[0].value) << " " << row.query);
    CHECK(found.admission == row.admission);
    CHECK((found.subscription.has_value() ? std::string(found.subscription->id) : "") == row.subscription);
    CHECK((found.product != nullptr ? std::string(found.product->id) : "") == row.product);
  }
}

TEST_CASE("preflights find the operation they ask for, without a key") {
  const Service service(shop());
  const std::vector<HeaderView> asks = {{"Origin", "https://a.example"}, {"Access-Control-Request-Method", "GET"}};
  CHECK(route(service, {.path = "/shop/orders/latest", .method = "OPTIONS", .headers = asks}).admission == Admission::kPreflight);
  CHECK(route(service, {.path = "/shop/orders/latest", .method = "OPTIONS", .headers = asks}).operation->id == "latest");
  CHECK(route(service, {.path = "/open/own", .method = "OPTIONS", .headers = asks}).admission == Admission::kAdmitted);
  CHECK(route(service, {.path = "/open/none", .method = "OPTIONS", .headers = asks}).admission == Admission::kOperationNotFound);
  CHECK(route(service, {.path = "/shop/orders/latest", .method = "OPTIONS"}).admission == Admission::kOperationNotFound);
  CHECK(route(service, {.path = "/shop/orders/latest", .method = "OPTIONS", .headers = asks, .query = "subscription-key=gold-1"}).product->id == "gold");
}

TEST_CASE("what contradicts itself is named") {
  ServiceDescription broken;
  broken.apis = {{.id = "a", .path = "x", .service_url = "nowhere", .version_set_id = "none"}, {.id = "b", .path = "/x/"}};
  broken.apis[1].version_set_id = "none";
  broken.apis[0].operations = {{"o", "", "GET", "/{"}};
  broken.products = {{.id = "p", .name = {}, .api_ids = {"ghost"}, .groups = {}}};
  broken.subscriptions = {{.id = "s", .scope = "/products/ghost", .primary_key = "k"}, {.id = "t", .scope = "elsewhere", .primary_key = "k"}};
  const Service service(std::move(broken));
  std::string all;
  for (const std::string& problem : service.problems()) all += problem + "\n";
  CHECK(all ==
        "apis.a.serviceUrl: `nowhere` is no absolute http or https URL\n"
        "apis.a.apiVersionSetId: there is no version set `none`\n"
        "apis.a.operations.o.urlTemplate: `/{` has `{` without `}`\n"
        "apis.b.apiVersionSetId: there is no version set `none`\n"
        "apis: `a` and `b` have the same path, version and revision; the first is used\n"
        "products.p.apis: there is no API `ghost`\n"
        "subscriptions.s.scope: there is no product `ghost`\n"
        "subscriptions.t.scope: `elsewhere` is none of /products/{id}, /apis/{id}, /apis\n"
        "subscriptions: `s` and `t` have the same key; the first is used\n");
}

TEST_CASE("operations are taken from an OpenAPI document", "[service]") {
  std::string problem;
  const std::vector<OperationDescription> found = operations_of(R"(openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /orders/{id}:
    get: {operationId: read, responses: {'200': {description: ok}}}
    delete: {responses: {'204': {description: gone}}}
)", problem);
  CHECK(problem.empty());
  REQUIRE(found.size() == 2);
  CHECK(found[0].id == "read");
  CHECK(found[0].method == "GET");
  CHECK(found[0].url_template == "/orders/{id}");
  CHECK(found[1].id == "delete-orders-id");

  ServiceDescription description;
  ApiDescription& api = description.apis.emplace_back();
  api.id = "shop";
  api.path = "shop";
  api.subscription_required = false;
  api.operations = found;
  const Service service(std::move(description));
  CHECK(service.problems().empty());
  RequestView request;
  request.method = "DELETE";
  request.url = {.scheme = "https", .host = "gw", .port = 443, .path = "/shop/orders/7", .query = {}};
  const Route route = service.route(request);
  REQUIRE(route.operation != nullptr);
  CHECK(route.operation->id == "delete-orders-id");
}

TEST_CASE("what describes no operations says so", "[service]") {
  std::string problem;
  CHECK(operations_of("type Query { a: Int }", problem).empty());
  CHECK(problem == "it describes no operations");
  CHECK(operations_of("{\"openapi\": ", problem).empty());
  CHECK(problem.find("no operations") == std::string::npos);
  CHECK_FALSE(problem.empty());
}

}  // namespace
}  // namespace portcullis
