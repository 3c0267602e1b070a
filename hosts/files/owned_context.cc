#include "hosts/files/owned_context.h"

namespace portcullis::hosts {

// What a context that says nothing has: an address of the documentation range, a fixed time.
OwnedContext::OwnedContext() {
  view_.timestamp = 638'000'000'000'000'000;
  view_.request.ip_address = "203.0.113.7";
  view_.request.url = {.scheme = "https", .host = "localhost", .port = 443, .path = "/", .query = {}};
}

std::string_view OwnedContext::keep(std::string text) { return texts_.emplace_back(std::move(text)); }

/// Walks the JSON; the first mistake wins, with the path to it.
class ContextReader {
 public:
  explicit ContextReader(OwnedContext& into) : into_(into) {}

  std::optional<FileError> read(const Json& context) {
    if (!context.is_object()) return FileError{"a context is a JSON object"};
    request(context);
    if (present(context, "response")) into_.view_.response = &(into_.response_ = response(context["response"], "response"));
    variables(context);
    if (present(context, "subscription")) subscription(context["subscription"]);
    if (present(context, "user")) user(context["user"]);
    if (present(context, "product")) product(context["product"]);
    if (present(context, "api")) into_.view_.api = &(into_.api_ = api(context["api"], "api"));
    if (present(context, "operation")) operation(context["operation"]);
    into_.view_.deployment = nullptr;  // absent: null to expressions
    if (present(context, "deployment")) deployment(context["deployment"]);
    if (present(context, "lastError")) last_error(context["lastError"]);
    if (present(context, "requestId") && !parse_guid(text(context, "requestId", ""), into_.view_.request_id)) fail("requestId", "is no Guid");
    if (present(context, "timestamp")) into_.view_.timestamp = date(context, "timestamp", "");
    if (present(context, "elapsedMs")) into_.elapsed_ms_ = context["elapsedMs"].is_number() ? context["elapsedMs"].get<double>() : 0;
    into_.view_.tracing = flag(context, "tracing", false);
    if (!error_.empty()) return FileError{error_};
    return std::nullopt;
  }

 private:
  void fail(std::string_view where, std::string_view what) {
    if (error_.empty()) error_ = std::string(where) + " " + std::string(what);
  }
  static bool present(const Json& object, const char* name) { return object.contains(name) && !object[name].is_null(); }

  // A missing or null text is null to expressions: a view without data.
  std::string_view text(const Json& object, const char* name, std::string_view where) {
    if (!present(object, name)) return {};
    if (!object[name].is_string()) {
      fail(std::string(where) + name, "is a text");
      return {};
    }
    return into_.keep(object[name].get<std::string>());
  }
  bool flag(const Json& object, const char* name, bool fallback) {
    return present(object, name) && object[name].is_boolean() ? object[name].get<bool>() : fallback;
  }
  Ticks date(const Json& object, const char* name, std::string_view where) {
    const std::optional<Ticks> ticks = parse_ticks(text(object, name, where));
    if (!ticks.has_value()) fail(std::string(where) + name, "is an ISO 8601 date");
    return ticks.value_or(0);
  }
  std::optional<Ticks> optional_date(const Json& object, const char* name, std::string_view where) {
    if (!present(object, name)) return std::nullopt;
    return date(object, name, where);
  }

  UrlView url(const Json& object, const char* name, std::string_view where) {
    const std::string_view given = text(object, name, where);
    const std::optional<UrlView> parts = split_url(given);
    if (!parts.has_value()) fail(std::string(where) + name, "is an absolute URL");
    return parts.value_or(UrlView{});
  }

  std::span<const HeaderView> headers(const Json& object, std::string_view where) {
    std::vector<HeaderView>& lines = into_.headers_.emplace_back();
    if (!present(object, "headers")) return {};
    if (!object["headers"].is_object()) return fail(std::string(where) + "headers", "is an object"), std::span<const HeaderView>();
    for (const auto& [name, value] : object["headers"].items()) {
      const std::string_view kept = into_.keep(name);
      const auto add = [&](const Json& line) {
        if (!line.is_string()) return fail(std::string(where) + "headers." + name, "is a text or a list of texts");
        lines.push_back({kept, into_.keep(line.get<std::string>())});
      };
      if (value.is_array()) {
        for (const Json& line : value) add(line);
      } else {
        add(value);
      }
    }
    return lines;
  }

  BodyView body(const Json& object, std::string_view where) {
    if (!present(object, "body")) return {};
    const Json& value = object["body"];
    if (value.is_string()) return {BodyState::kBuffered, into_.keep(value.get<std::string>())};
    if (value.is_object() && value.contains("base64") && value["base64"].is_string()) {
      std::optional<std::string> bytes = decode_base64(value["base64"].get<std::string>());
      if (bytes.has_value()) return {BodyState::kBuffered, into_.keep(std::move(*bytes))};
    }
    fail(std::string(where) + "body", "is null, a text or {\"base64\": …}");
    return {};
  }

  void request(const Json& context) {
    if (!present(context, "request")) return;
    const Json& object = context["request"];
    RequestView& request = into_.view_.request;
    if (present(object, "method")) request.method = text(object, "method", "request.");
    if (present(object, "url")) request.url = url(object, "url", "request.");
    if (present(object, "originalUrl")) request.original_url = url(object, "originalUrl", "request.");
    if (present(object, "ipAddress")) request.ip_address = text(object, "ipAddress", "request.");
    request.headers = headers(object, "request.");
    request.body = body(object, "request.");
    request.certificate_pem = text(object, "certificate", "request.");
    if (!present(object, "matchedParameters")) return;
    std::vector<ParameterView>& parameters = into_.parameters_.emplace_back();
    for (const auto& [name, value] : object["matchedParameters"].items()) {
      parameters.push_back({into_.keep(name), into_.keep(value.is_string() ? value.get<std::string>() : value.dump())});
    }
    request.matched_parameters = parameters;
  }

  ResponseView response(const Json& object, std::string_view where) {
    const std::string prefix = std::string(where) + ".";
    ResponseView view;
    if (present(object, "statusCode")) view.status = object["statusCode"].get<std::uint16_t>();
    view.reason = text(object, "statusReason", prefix);
    view.headers = headers(object, prefix);
    view.body = body(object, prefix);
    return view;
  }

  void variables(const Json& context) {
    if (!present(context, "variables")) return;
    for (const auto& [name, value] : context["variables"].items()) {
      VariableText variable{.name = into_.keep(name), .type = {}, .json = {}};
      if (value.is_object() && value.contains("$type")) {
        variable.type = into_.keep(value["$type"].get<std::string>());
        variable.json = into_.keep(value.contains("value") ? value["value"].dump() : "null");
      } else {
        variable.json = into_.keep(value.dump());
      }
      into_.variables_.push_back(variable);
    }
  }

  void subscription(const Json& object) {
    SubscriptionView& view = into_.subscription_;
    view.id = text(object, "id", "subscription.");
    view.name = text(object, "name", "subscription.");
    view.key = text(object, "key", "subscription.");
    view.primary_key = text(object, "primaryKey", "subscription.");
    view.secondary_key = text(object, "secondaryKey", "subscription.");
    view.created_date = optional_date(object, "createdDate", "subscription.").value_or(0);
    view.start_date = optional_date(object, "startDate", "subscription.");
    view.end_date = optional_date(object, "endDate", "subscription.");
    into_.view_.subscription = &view;
  }

  std::span<const GroupView> groups(const Json& object) {
    std::vector<GroupView>& groups = into_.groups_.emplace_back();
    if (!present(object, "groups")) return {};
    for (const Json& group : object["groups"]) groups.push_back({text(group, "id", "groups."), text(group, "name", "groups.")});
    return groups;
  }

  void user(const Json& object) {
    UserView& view = into_.user_;
    view.id = text(object, "id", "user.");
    view.email = text(object, "email", "user.");
    view.first_name = text(object, "firstName", "user.");
    view.last_name = text(object, "lastName", "user.");
    view.note = text(object, "note", "user.");
    view.registration_date = optional_date(object, "registrationDate", "user.").value_or(0);
    view.groups = groups(object);
    if (present(object, "identities")) {
      std::vector<IdentityView>& identities = into_.identities_.emplace_back();
      for (const Json& identity : object["identities"]) identities.push_back({text(identity, "id", "identities."), text(identity, "provider", "identities.")});
      view.identities = identities;
    }
    into_.view_.user = &view;
  }

  void product(const Json& object) {
    ProductView& view = into_.product_;
    view.id = text(object, "id", "product.");
    view.name = text(object, "name", "product.");
    view.published = text(object, "state", "product.") != "NotPublished";
    view.approval_required = flag(object, "approvalRequired", false);
    view.subscription_required = flag(object, "subscriptionRequired", true);
    if (present(object, "subscriptionLimit")) view.subscription_limit = object["subscriptionLimit"].get<std::int32_t>();
    view.groups = groups(object);
    if (present(object, "apis")) {
      std::vector<ApiView>& apis = into_.apis_.emplace_back();
      for (const Json& item : object["apis"]) apis.push_back(api(item, "product.apis"));
      view.apis = apis;
    }
    into_.view_.product = &view;
  }

  ApiView api(const Json& object, std::string_view where) {
    const std::string prefix = std::string(where) + ".";
    ApiView view;
    view.id = text(object, "id", prefix);
    view.name = text(object, "name", prefix);
    view.path = text(object, "path", prefix);
    view.revision = text(object, "revision", prefix);
    view.version = text(object, "version", prefix);
    view.is_current_revision = flag(object, "isCurrentRevision", true);
    if (present(object, "serviceUrl")) view.service_url = url(object, "serviceUrl", prefix);
    if (present(object, "protocols")) {
      std::vector<std::string_view>& words = into_.words_.emplace_back();
      for (const Json& protocol : object["protocols"]) words.push_back(into_.keep(protocol.get<std::string>()));
      view.protocols = words;
    }
    if (present(object, "subscriptionKeyParameterNames")) {
      const Json& names = object["subscriptionKeyParameterNames"];
      if (present(names, "header")) view.key_header = text(names, "header", prefix);
      if (present(names, "query")) view.key_query = text(names, "query", prefix);
    }
    if (present(object, "workspace")) view.workspace = WorkspaceView{text(object["workspace"], "id", prefix), text(object["workspace"], "name", prefix)};
    return view;
  }

  void operation(const Json& object) {
    into_.operation_ = {text(object, "id", "operation."), text(object, "name", "operation."), text(object, "method", "operation."), text(object, "urlTemplate", "operation.")};
    into_.view_.operation = &into_.operation_;
  }

  // Each is PEM (or PKCS#12 in base64), or {"data", "password"?}.
  std::span<const CertificateView> certificates(const Json& object, const char* name, std::vector<CertificateView>& list) {
    if (!present(object, name)) return {};
    const std::string where = std::string("deployment.") + name + ".";
    for (const auto& [id, given] : object[name].items()) {
      CertificateView& view = list.emplace_back();
      view.id = into_.keep(id);
      if (given.is_string()) {
        view.pem = into_.keep(given.get<std::string>());
      } else if (given.is_object()) {
        view.pem = text(given, "data", where + id + ".");
        view.password = text(given, "password", where + id + ".");
      } else {
        fail(where + id, "is PEM, or has a member `data`");
      }
    }
    return list;
  }

  void deployment(const Json& object) {
    DeploymentView& view = into_.deployment_;
    const auto set = [&](std::string_view& field, const char* name) {
      if (present(object, name)) field = text(object, name, "deployment.");
    };
    set(view.region, "region");
    set(view.service_id, "serviceId");
    set(view.service_name, "serviceName");
    set(view.gateway_id, "gatewayId");
    set(view.gateway_instance_id, "gatewayInstanceId");
    view.is_managed = view.gateway_id == "managed";
    if (present(object, "daprPort")) {
      const Json& port = object["daprPort"];
      const bool is_port = port.is_number_integer() && port.get<std::int64_t>() > 0 && port.get<std::int64_t>() <= UINT16_MAX;
      if (!is_port) fail("deployment.daprPort", "is a port");
      if (is_port) view.dapr_port = port.get<std::uint16_t>();
    }
    view.certificates = certificates(object, "certificates", into_.certificates_);
    view.authorities = certificates(object, "authorities", into_.authorities_);
    into_.view_.deployment = &view;
  }

  void last_error(const Json& object) {
    LastErrorView& view = into_.last_error_;
    view.source = text(object, "source", "lastError.");
    view.reason = text(object, "reason", "lastError.");
    view.message = text(object, "message", "lastError.");
    view.scope = text(object, "scope", "lastError.");
    view.section = text(object, "section", "lastError.");
    view.path = text(object, "path", "lastError.");
    view.policy_id = text(object, "policyId", "lastError.");
    into_.view_.last_error = &view;
  }

  OwnedContext& into_;
  std::string error_;
};

std::optional<FileError> OwnedContext::read_json(const Json& context) {
  try {
    return ContextReader(*this).read(context);
  } catch (const Json::exception& error) {
    return FileError{std::string("the context has a value of the wrong kind: ") + error.what()};
  }
}

std::optional<FileError> OwnedContext::read_file(const std::string& path) {
  std::optional<std::string> text = read_whole_file(path);
  if (!text.has_value()) return FileError{"cannot read " + path};
  if (path.ends_with(".http") || path.ends_with(".rest")) return read_http(keep(std::move(*text)));
  const Json json = Json::parse(*text, nullptr, false);
  if (json.is_discarded()) return FileError{"the file is no JSON"};
  return read_json(json);
}

}  // namespace portcullis::hosts
