#include "hosts/scripted/backends.h"

#include <algorithm>
#include <charconv>

namespace portcullis::hosts {

namespace {

constexpr std::size_t kMaxPoolMembers = 30;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P') return std::nullopt;
  std::int64_t total = 0;
  bool in_time = false;
  for (std::size_t at = 1; at < text.size();) {
    if (text[at] == 'T' && !in_time) {
      in_time = true;
      ++at;
      continue;
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
    if (error != std::errc{} || number < 0 || number > 1'000'000'000 || end == text.data() + text.size())
      return std::nullopt;
    at = static_cast<std::size_t>(end - text.data());
    const char unit = text[at++];
    constexpr std::int64_t kSecond = 1000;
    if (!in_time && unit == 'W')
      total += number * 604'800 * kSecond;
    else if (!in_time && unit == 'D')
      total += number * 86'400 * kSecond;
    else if (in_time && unit == 'H')
      total += number * 3'600 * kSecond;
    else if (in_time && unit == 'M')
      total += number * 60 * kSecond;
    else if (in_time && unit == 'S')
      total += number * kSecond;
    else
      return std::nullopt;
  }
  return std::chrono::milliseconds(total);
}

/// Walks the JSON; the first mistake wins, with the path to it.
class BackendReader {
 public:
  BackendReader(OwnedBackends& into, std::span<const NamedValueText> named_values,
                std::span<const CertificateView> certificates)
      : into_(into), named_values_(named_values), certificates_(certificates) {}

  std::optional<FileError> read(const Json& backends) {
    if (!backends.is_object()) return FileError{"backends is an object of entities by id"};
    into_.views_.reserve(std::max<std::size_t>(1, backends.size()));
    for (const auto& [id, entity] : backends.items()) {
      where_ = "backends." + id;
      if (!entity.is_object()) {
        fail("is an object");
        break;
      }
      backend(id, entity.contains("properties") && entity["properties"].is_object() ? entity["properties"] : entity);
    }
    if (error_.empty()) check_pools();
    if (!error_.empty()) return FileError{error_};
    return std::nullopt;
  }

 private:
  void fail(std::string_view what) {
    if (error_.empty()) error_ = where_ + " " + std::string(what);
  }
  std::string_view keep(std::string text) { return into_.texts_.emplace_back(std::move(text)); }

  static const Json* find(const Json& object, const char* name) {
    if (!object.is_object() || !object.contains(name) || object[name].is_null()) return nullptr;
    return &object[name];
  }
  std::string resolved(const std::string& text) {
    std::string out;
    for (std::size_t at = 0;;) {
      const std::size_t open = text.find("{{", at);
      const std::size_t close = open == std::string::npos ? open : text.find("}}", open);
      if (close == std::string::npos) return out + text.substr(at);
      const std::string name = text.substr(open + 2, close - open - 2);
      const auto value =
          std::ranges::find_if(named_values_, [&](const NamedValueText& given) { return same(given.name, name); });
      if (value == named_values_.end()) fail("uses the named value `" + name + "`, which is not given");
      out += text.substr(at, open - at);
      if (value != named_values_.end()) out += value->value;
      at = close + 2;
    }
  }
  std::string_view text(const Json& object, const char* name) {
    const Json* value = find(object, name);
    if (value == nullptr) return {};
    if (!value->is_string()) {
      fail(std::string(name) + " is a text");
      return {};
    }
    return keep(resolved(value->get<std::string>()));
  }
  bool flag(const Json& object, const char* name, bool fallback) {
    const Json* value = find(object, name);
    if (value == nullptr) return fallback;
    if (value->is_boolean()) return value->get<bool>();
    fail(std::string(name) + " is true or false");
    return fallback;
  }
  // Templates write numbers as texts too. source: service-model.md#5
  std::int64_t number(const Json& object, const char* name, std::int64_t fallback) {
    const Json* value = find(object, name);
    if (value == nullptr) return fallback;
    if (value->is_number_integer()) return value->get<std::int64_t>();
    if (value->is_string()) {
      const auto& digits = value->get_ref<const std::string&>();
      std::int64_t parsed = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
      if (!digits.empty() && error == std::errc{} && end == digits.data() + digits.size()) return parsed;
    }
    fail(std::string(name) + " is a whole number");
    return fallback;
  }
  std::chrono::milliseconds duration(const Json& object, const char* name) {
    const Json* value = find(object, name);
    const auto parsed =
        value != nullptr && value->is_string() ? parse_duration(value->get<std::string>()) : std::nullopt;
    if (!parsed.has_value()) fail(std::string(name) + " is an ISO 8601 duration like PT1M");
    return parsed.value_or(std::chrono::milliseconds(0));
  }

  void backend(const std::string& id, const Json& entity) {
    BackendView view;
    view.id = keep(id);
    if (same(id, "dapr")) return fail("has an id that is reserved");
    const std::string_view type = text(entity, "type");
    if (!type.empty() && !same(type, "single") && !same(type, "pool")) return fail("type is Single or Pool");
    view.type = same(type, "pool") || (type.empty() && find(entity, "pool") != nullptr) ? BackendView::Type::kPool
                                                                                        : BackendView::Type::kSingle;
    view.url = text(entity, "url");
    view.azure_region = text(entity, "azureRegion");
    if (const Json* properties = find(entity, "properties");
        properties != nullptr && find(*properties, "serviceFabricCluster") != nullptr)
      return fail("is a Service Fabric cluster, which is not supported");
    if (view.type == BackendView::Type::kPool) {
      pool(entity, view);
    } else {
      url(view.url);
    }
    if (const Json* credentials = find(entity, "credentials")) read_credentials(*credentials, view);
    if (const Json* tls = find(entity, "tls")) {
      view.verify_peer = flag(*tls, "validateCertificateChain", true);
      view.verify_host = flag(*tls, "validateCertificateName", true);
    }
    if (const Json* proxy = find(entity, "proxy")) {
      view.proxy_url = text(*proxy, "url");
      view.proxy_username = text(*proxy, "username");
      view.proxy_password = text(*proxy, "password");
    }
    if (const Json* breaker = find(entity, "circuitBreaker")) rules(*breaker, view);
    into_.views_.push_back(view);
  }

  void url(std::string_view text) {
    const std::optional<UrlView> parts = split_url(text);
    if (!parts.has_value() || (parts->scheme != "http" && parts->scheme != "https"))
      return fail("url is an absolute http or https URL");
    if (!parts->query.empty()) fail("url has a query string, which a backend's may not");
  }

  void pool(const Json& entity, BackendView& view) {
    const Json* pool = find(entity, "pool");
    const Json* services = pool == nullptr ? nullptr : find(*pool, "services");
    if (services == nullptr || !services->is_array() || services->empty())
      return fail("pool.services is a list of backends");
    if (services->size() > kMaxPoolMembers) return fail("pool.services has more than 30 members");
    std::vector<PoolMemberView>& members = into_.members_.emplace_back();
    for (const Json& service : *services) {
      // A resource id, or a short form: the last segment counts. source: service-model.md#5
      std::string_view id = text(service, "id");
      id = id.substr(id.rfind('/') + 1);
      if (id.empty()) return fail("pool.services has a member without an id");
      members.push_back({id, static_cast<std::int32_t>(number(service, "priority", 0)),
                         static_cast<std::int32_t>(number(service, "weight", 1))});
    }
    view.pool = members;
    const Json* affinity = find(*pool, "sessionAffinity");
    if (affinity == nullptr) affinity = find(entity, "sessionAffinity");
    const Json* session = affinity == nullptr ? nullptr : find(*affinity, "sessionId");
    if (session == nullptr) return;
    if (const std::string_view source = text(*session, "source"); !source.empty() && !same(source, "cookie"))
      return fail("sessionAffinity.sessionId.source is Cookie");
    view.affinity_cookie = text(*session, "name");
    if (view.affinity_cookie.empty()) fail("sessionAffinity.sessionId has no name");
  }

  // Members are single backends of this service.
  void check_pools() {
    for (const BackendView& view : into_.views_) {
      where_ = "backends." + std::string(view.id);
      for (const PoolMemberView& member : view.pool) {
        const auto found =
            std::ranges::find_if(into_.views_, [&](const BackendView& other) { return same(other.id, member.id); });
        if (found == into_.views_.end())
          return fail("has the member `" + std::string(member.id) + "`, which is not there");
        if (found->type == BackendView::Type::kPool)
          return fail("has the member `" + std::string(member.id) + "`, which is a pool itself");
      }
    }
  }

  template <typename Line>
  std::span<const Line> lines(const Json& credentials, const char* name, std::deque<std::vector<Line>>& into) {
    const Json* all = find(credentials, name);
    if (all == nullptr) return {};
    std::vector<Line>& list = into.emplace_back();
    if (!all->is_object()) {
      fail(std::string("credentials.") + name + " is an object");
      return {};
    }
    for (const auto& [key, value] : all->items()) {
      const Json values = value.is_array() ? value : Json::array({value});
      for (const Json& item : values) {
        if (!item.is_string()) {
          fail(std::string("credentials.") + name + "." + key + " is a text or a list of texts");
          return {};
        }
        list.push_back({keep(key), keep(resolved(item.get<std::string>()))});
      }
    }
    return list;
  }

  void read_credentials(const Json& credentials, BackendView& view) {
    view.credential_headers = lines(credentials, "header", into_.headers_);
    view.credential_query = lines(credentials, "query", into_.parameters_);
    if (const Json* authorization = find(credentials, "authorization")) {
      const std::string_view scheme = text(*authorization, "scheme");
      if (scheme.empty()) return fail("credentials.authorization has no scheme");
      const std::string_view parameter = text(*authorization, "parameter");
      view.authorization = keep(std::string(scheme) + (parameter.empty() ? "" : " ") + std::string(parameter));
    }
    if (const Json* identity = find(credentials, "managedIdentity")) {
      view.identity_resource = text(*identity, "resource");
      view.identity_client_id = text(*identity, "clientId");
      if (view.identity_resource.empty()) return fail("credentials.managedIdentity has no resource");
    }
    for (const char* name : {"certificateIds", "certificate"}) {
      const Json* ids = find(credentials, name);
      if (ids == nullptr || ids->empty()) continue;
      if (!ids->is_array() || !ids->front().is_string())
        return fail(std::string("credentials.") + name + " is a list of texts");
      certificate(ids->front().get<std::string>(), view);
    }
  }

  void certificate(const std::string& id, BackendView& view) {
    const std::string last = id.substr(id.rfind('/') + 1);
    const auto found =
        std::ranges::find_if(certificates_, [&](const CertificateView& given) { return same(given.id, last); });
    if (found == certificates_.end()) return fail("names the certificate `" + last + "`, which is not there");
    if (found->pem.find("-----BEGIN") == std::string_view::npos)
      return fail("names the certificate `" + last + "`, which has to be PEM with its key here, not PKCS#12");
    view.client_certificate_pem = found->pem;
  }

  void rules(const Json& breaker, BackendView& view) {
    const Json* all = find(breaker, "rules");
    if (all == nullptr || !all->is_array()) return fail("circuitBreaker.rules is a list");
    std::vector<CircuitBreakerView>& list = into_.breakers_.emplace_back();
    for (const Json& item : *all) {
      CircuitBreakerView rule;
      rule.name = text(item, "name");
      rule.trip_duration = duration(item, "tripDuration");
      rule.accept_retry_after = flag(item, "acceptRetryAfter", false);
      const Json* condition = find(item, "failureCondition");
      if (condition == nullptr) return fail("circuitBreaker has a rule without failureCondition");
      failure_condition(*condition, rule);
      failure_response(item, rule);
      list.push_back(rule);
    }
    view.circuit_breakers = list;
  }

  void failure_condition(const Json& condition, CircuitBreakerView& rule) {
    rule.failure_count = number(condition, "count", 0);
    rule.failure_percentage = static_cast<std::int32_t>(number(condition, "percentage", 0));
    if (rule.failure_count <= 0 && rule.failure_percentage <= 0)
      return fail("failureCondition has neither count nor percentage");
    rule.interval = duration(condition, "interval");
    if (const Json* ranges = find(condition, "statusCodeRanges")) {
      std::vector<StatusRangeView>& list = into_.ranges_.emplace_back();
      for (const Json& range : *ranges) {
        const std::int64_t min = number(range, "min", 0);
        const std::int64_t max = number(range, "max", min);
        if (min < 200 || max > 599 || min > max)
          return fail("statusCodeRanges has a range that is not from 200 to 599");
        list.push_back({static_cast<std::uint16_t>(min), static_cast<std::uint16_t>(max)});
      }
      rule.status_ranges = list;
    }
    if (const Json* reasons = find(condition, "errorReasons")) {
      std::vector<std::string_view>& list = into_.words_.emplace_back();
      for (const Json& reason : *reasons)
        list.push_back(keep(reason.is_string() ? reason.get<std::string>() : reason.dump()));
      rule.error_reasons = list;
    }
  }

  // A number, or an object's statusCode. source: service-model.md#5 (chosen)
  void failure_response(const Json& item, CircuitBreakerView& rule) {
    const Json* given = find(item, "failureResponse");
    if (given == nullptr) return;
    const std::int64_t status =
        given->is_object() ? number(*given, "statusCode", 503) : number(item, "failureResponse", 503);
    if (status < 100 || status > 599) return fail("failureResponse is a status from 100 to 599");
    rule.failure_status = static_cast<std::uint16_t>(status);
  }

  OwnedBackends& into_;
  std::span<const NamedValueText> named_values_;
  std::span<const CertificateView> certificates_;
  std::string where_;
  std::string error_;
};

std::optional<FileError> OwnedBackends::read(const Json& backends, std::span<const NamedValueText> named_values,
                                             std::span<const CertificateView> certificates) {
  return BackendReader(*this, named_values, certificates).read(backends);
}

}  // namespace portcullis::hosts
