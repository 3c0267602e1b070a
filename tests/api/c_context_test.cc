// The C ABI: all that the C++ API loads and shows in `context`, and what an execution leaves.
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "portcullis/portcullis.h"
#include "tests/support/c_abi.h"

namespace {

using portcullis::test::Owned;
using portcullis::test::string_of;
using portcullis::test::text;

template <typename T>
T sized() {
  T made{};
  made.size = sizeof made;
  return made;
}

struct World {
  Owned<pc_library> library{pc_library_new()};
  Owned<pc_program> program;
  Owned<pc_reports> reports;
  Owned<pc_execution> execution;

  void load(std::string_view inbound, const pc_load_options& options) {
    const std::string document = "<policies><inbound>" + std::string(inbound) + "</inbound></policies>";
    const pc_document given{.size = sizeof(pc_document), .scope = PC_API, .name = text("test"), .text = text(document)};
    pc_reports* found = nullptr;
    program.reset(pc_program_load_with(library.get(), &given, 1, &options, &found));
    reports.reset(found);
  }
  void start(const pc_options& options, std::string_view url = "https://api.example/shop/orders") {
    REQUIRE(program != nullptr);
    pc_request request = sized<pc_request>();
    request.method = text("GET");
    request.url = text(url);
    execution.reset(pc_execution_new(program.get(), &request, &options));
  }
  std::string variable(std::string_view name) const {
    pc_variable found = sized<pc_variable>();
    for (size_t i = 0; pc_execution_variable(execution.get(), i, &found) == 1; ++i) {
      if (string_of(found.name) == name) return string_of(found.value_json);
    }
    return "none";
  }
  std::string report(size_t index) const {
    pc_report found = sized<pc_report>();
    REQUIRE(pc_reports_get(reports.get(), index, &found) == PC_DONE);
    return string_of(found.code) + " " + string_of(found.file) + ":" + std::to_string(found.line) + " " +
           string_of(found.message);
  }
};

}  // namespace

TEST_CASE("fragments and named values are loaded", "[api]") {
  World world;
  const pc_source fragment{text("mark"), text("mark.xml"),
                           text(R"(<fragment><set-variable name="a" value="{{colour}}" /></fragment>)")};
  const pc_header colour{text("colour"), text("green")};
  pc_load_options options = sized<pc_load_options>();
  options.fragments = &fragment;
  options.fragment_count = 1;
  options.named_values = &colour;
  options.named_value_count = 1;
  world.load(R"(<include-fragment fragment-id="mark" />)", options);
  world.start(sized<pc_options>());
  pc_execution_resume(world.execution.get());
  CHECK(world.variable("a") == "\"green\"");
}

TEST_CASE("a description and schemas are what policies validate by", "[api]") {
  World world;
  const pc_source description{text(""), text("api.yaml"), text(R"(openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /orders:
    get:
      operationId: list
      parameters: [{name: top, in: query, schema: {type: integer}}]
      responses: {'200': {description: ok}}
)")};
  const std::string inbound =
      R"(<validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="ignore" />)";
  pc_load_options options = sized<pc_load_options>();
  options.descriptions = &description;
  options.description_count = 1;
  options.operation_id = text("list");
  world.load(inbound, options);
  world.start(sized<pc_options>(), "https://api.example/shop/orders?top=ten");
  REQUIRE(pc_execution_resume(world.execution.get()) == PC_DONE);
  pc_response response = sized<pc_response>();
  REQUIRE(pc_execution_response(world.execution.get(), &response) == PC_DONE);
  CHECK(response.status == 400);
  pc_last_error error = sized<pc_last_error>();
  REQUIRE(pc_execution_last_error(world.execution.get(), &error) == 1);
  CHECK(string_of(error.source) == "validate-parameters");
}

TEST_CASE("loggers that are listed are all there are", "[api]") {
  World world;
  const pc_text logger = text("hub");
  pc_load_options options = sized<pc_load_options>();
  options.loggers = &logger;
  options.logger_count = 1;
  world.load(R"(<log-to-eventhub logger-id="hob">x</log-to-eventhub>)", options);
  CHECK(world.program == nullptr);
  REQUIRE(pc_reports_count(world.reports.get()) >= 1);
  CHECK(world.report(0).starts_with("PC2034 test:1 "));
  options.loggers = nullptr;
  options.logger_count = 0;
  world.load(R"(<log-to-eventhub logger-id="hob">x</log-to-eventhub>)", options);
  CHECK(world.program != nullptr);
}

TEST_CASE("strict members are refused", "[api]") {
  World world;
  pc_load_options options = sized<pc_load_options>();
  const std::string inbound = R"x(<set-variable name="a" value="@(new SortedSet<int>().Count)" />)x";
  world.load(inbound, options);
  CHECK(world.program != nullptr);
  options.strict_members = 1;
  world.load(inbound, options);
  CHECK(world.program == nullptr);
}

TEST_CASE("a resolver without a schema is a mistake", "[api]") {
  World world;
  const pc_source resolver{text("Query/users"), text("users.xml"),
                           text("<http-data-source><http-request><set-method>GET</set-method><set-url>https://x</"
                                "set-url></http-request></http-data-source>")};
  pc_load_options options = sized<pc_load_options>();
  options.resolvers = &resolver;
  options.resolver_count = 1;
  world.load("", options);
  CHECK(world.program == nullptr);
  CHECK(world.report(0).starts_with("PC2053"));
}

TEST_CASE("one file is checked by itself", "[api]") {
  World world;
  const pc_source file{text(""), text("f.xml"), text("<fragment>\n<set-heeder /></fragment>")};
  pc_reports* found = nullptr;
  REQUIRE(pc_check(world.library.get(), &file, nullptr, &found) == PC_DONE);
  world.reports.reset(found);
  REQUIRE(pc_reports_count(found) == 1);
  CHECK(world.report(0) == "PC2004 f.xml:2 there is no policy `set-heeder`");
}

TEST_CASE("what a program reads is known at load", "[api]") {
  World world;
  world.load(R"x(<set-variable name="a" value="@(context.Request.Body.As<string>())" />)x", sized<pc_load_options>());
  pc_requirements requirements = sized<pc_requirements>();
  REQUIRE(pc_program_requirements(world.program.get(), &requirements) == PC_DONE);
  CHECK(requirements.reads_request_body == 1);
  CHECK(requirements.reads_response_body == 0);
}

TEST_CASE("the whole context is the host's to say", "[api]") {
  World world;
  world.load(
      R"x(<set-variable name="all" value="@(string.Join("|", context.Api.Name, context.Api.ServiceUrl.Host, context.Workspace.Name,
      context.Operation.UrlTemplate, context.Product.Name, context.Product.SubscriptionsLimit, context.Product.Groups.First().Name,
      context.Product.Apis.First().Id, context.User.Email, context.User.Groups.First().Id, context.User.Identities.First().Provider,
      context.Subscription.Name, context.Subscription.CreatedDate.Year, context.Deployment.Region, context.Variables["given"],
      context.LastError.Reason))" />)x",
      sized<pc_load_options>());
  const pc_group group{text("g1"), text("makers")};
  const pc_identity identity{text("i1"), text("Aad")};
  pc_api api = sized<pc_api>();
  api.id = text("orders");
  api.name = text("Orders");
  api.service_url = text("https://origin.example/v1");
  api.workspace_id = text("w");
  api.workspace_name = text("team");
  pc_operation operation = sized<pc_operation>();
  operation.url_template = text("/orders");
  pc_product product = sized<pc_product>();
  product.name = text("Gold");
  product.has_subscription_limit = 1;
  product.subscription_limit = 3;
  product.groups = &group;
  product.group_count = 1;
  product.apis = &api;
  product.api_count = 1;
  pc_user user = sized<pc_user>();
  user.email = text("jane@example.org");
  user.groups = &group;
  user.group_count = 1;
  user.identities = &identity;
  user.identity_count = 1;
  pc_subscription subscription = sized<pc_subscription>();
  subscription.name = text("main");
  subscription.created = 1'700'000'000'000;
  pc_deployment deployment = sized<pc_deployment>();
  deployment.region = text("West Europe");
  const pc_given_variable variable{text("given"), text("int"), text("7")};
  pc_last_error error = sized<pc_last_error>();
  error.reason = text("Before");
  pc_context context = sized<pc_context>();
  context.api = &api;
  context.operation = &operation;
  context.product = &product;
  context.user = &user;
  context.subscription = &subscription;
  context.deployment = &deployment;
  context.last_error = &error;
  context.variables = &variable;
  context.variable_count = 1;
  pc_options options = sized<pc_options>();
  options.context = &context;
  world.start(options);
  REQUIRE(world.execution != nullptr);
  CHECK(string_of(pc_execution_problem(world.execution.get())).empty());
  pc_execution_resume(world.execution.get());
  CHECK(world.variable("all") ==
        "\"Orders|origin.example|team|/orders|Gold|3|makers|orders|jane@example.org|g1|Aad|main|2023|West "
        "Europe|7|Before\"");
}

TEST_CASE("backends that are listed are called, others are unknown", "[api]") {
  World world;
  world.load(R"(<set-backend-service backend-id="blue" />)", sized<pc_load_options>());
  const pc_header key{text("X-Key"), text("secret")};
  pc_backend backend{};
  backend.id = text("blue");
  backend.url = text("https://blue.example/base");
  backend.credential_headers = &key;
  backend.credential_header_count = 1;
  backend.proxy_url = text("http://proxy.example:8080");
  backend.skip_host_check = 1;
  pc_context context = sized<pc_context>();
  context.backends = &backend;
  context.backend_count = 1;
  pc_options options = sized<pc_options>();
  options.context = &context;
  world.start(options);
  REQUIRE(pc_execution_resume(world.execution.get()) == PC_WAITING);
  pc_effect effect = sized<pc_effect>();
  REQUIRE(pc_execution_next_effect(world.execution.get(), &effect) == 1);
  CHECK(string_of(effect.url).starts_with("https://blue.example/base"));
  CHECK(string_of(effect.policy) == "forward-request");
  CHECK(string_of(effect.proxy_url) == "http://proxy.example:8080");
  CHECK(effect.skip_peer_check == 0);
  CHECK(effect.skip_host_check == 1);
  CHECK(effect.http_version >= 1);
  bool has_key = false;
  for (size_t i = 0; i < effect.header_count; ++i) has_key = has_key || string_of(effect.headers[i].value) == "secret";
  CHECK(has_key);

  context.backend_count = 0;  // but the list is there: nothing is known
  world.start(options);
  REQUIRE(pc_execution_resume(world.execution.get()) == PC_DONE);
  pc_response response = sized<pc_response>();
  REQUIRE(pc_execution_response(world.execution.get(), &response) == PC_DONE);
  CHECK(response.status == 500);
}

TEST_CASE("who is not admitted gets no further", "[api]") {
  World world;
  world.load("", sized<pc_load_options>());
  pc_context context = sized<pc_context>();
  context.admission = PC_SUBSCRIPTION_KEY_MISSING;
  pc_options options = sized<pc_options>();
  options.context = &context;
  world.start(options);
  REQUIRE(pc_execution_resume(world.execution.get()) == PC_DONE);
  pc_response response = sized<pc_response>();
  REQUIRE(pc_execution_response(world.execution.get(), &response) == PC_DONE);
  CHECK(response.status == 401);
  context.admission = static_cast<pc_admission>(7);
  world.start(options);
  CHECK(world.execution == nullptr);
}

TEST_CASE("an execution leaves its trace, its request and its cost", "[api]") {
  World world;
  world.load(
      R"x(<set-method>PUT</set-method><set-query-parameter name="a" exists-action="override"><value>1</value></set-query-parameter>
                 <trace source="mine"><message>hello</message><metadata name="k" value="v" /></trace><return-response />)x",
      sized<pc_load_options>());
  pc_options options = sized<pc_options>();
  options.collect_trace = 1;
  world.start(options);
  pc_request left = sized<pc_request>();
  CHECK(pc_execution_request(world.execution.get(), &left) == PC_WRONG_STATE);
  REQUIRE(pc_execution_resume(world.execution.get()) == PC_DONE);
  REQUIRE(pc_execution_request(world.execution.get(), &left) == PC_DONE);
  CHECK(string_of(left.method) == "PUT");
  CHECK(string_of(left.url) == "https://api.example/shop/orders?a=1");
  pc_trace_entry entry = sized<pc_trace_entry>();
  std::string mine;
  for (size_t i = 0; pc_execution_trace(world.execution.get(), i, &entry) == 1; ++i) {
    if (entry.is_custom == 0) continue;
    mine += string_of(entry.source) + " " + string_of(entry.message) + " " + string_of(entry.path) + " " +
            string_of(entry.metadata[0].value);
  }
  CHECK(mine == "mine hello trace[1] v");
  pc_cost cost = sized<pc_cost>();
  REQUIRE(pc_execution_cost(world.execution.get(), &cost) == PC_DONE);
  CHECK(cost.arena_bytes > 0);
  pc_last_error error = sized<pc_last_error>();
  CHECK(pc_execution_last_error(world.execution.get(), &error) == 0);
}

TEST_CASE("a host of an older header is understood", "[api]") {
  World world;
  world.load("", sized<pc_load_options>());
  pc_options options{};
  options.size = offsetof(pc_options, changes_only);
  std::memset(&options.changes_only, 0x5A,
              sizeof options - offsetof(pc_options, changes_only));  // is not the library's to read
  world.start(options);
  REQUIRE(world.execution != nullptr);
  REQUIRE(pc_execution_resume(world.execution.get()) == PC_WAITING);
  pc_effect effect{};
  effect.size = offsetof(pc_effect, policy);
  effect.policy = text("untouched");
  REQUIRE(pc_execution_next_effect(world.execution.get(), &effect) == 1);
  CHECK(string_of(effect.method) == "GET");
  CHECK(string_of(effect.policy) == "untouched");
  CHECK(effect.size == offsetof(pc_effect, policy));
}
