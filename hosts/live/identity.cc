#include "hosts/live/identity.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <thread>

#include <nlohmann/json.hpp>

#include "hosts/files/owned_context.h"

namespace portcullis::hosts {

namespace {

constexpr const char* kNotAvailable = "Managed identity endpoint is not available on this host.";
constexpr const char* kInvalid = "Managed identity endpoint returned an invalid response.";

std::string encoded(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

/// How one platform wants to be asked.
struct Source {
  std::string url;
  std::pair<std::string, std::string> proof;
  std::string client_parameter;
  bool retries_404 = false;  // IMDS: the endpoint comes up late
};

// An author may write the scope form; the endpoints here want the resource.
std::string resource_of(std::string_view resource) {
  constexpr std::string_view kScope = "/.default";
  if (resource.ends_with(kScope)) resource.remove_suffix(kScope.size());
  return std::string(resource);
}

std::string with_query(std::string url, const std::string& query) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  return url + query;
}

// source: managed-identity detection order of the platform's libraries; empty variables count as unset
std::optional<Source> detect(const IdentityEnvironment& environment, std::string& error) {
  const auto value = [&](const char* name) {
    std::optional<std::string> text = environment.variable(name);
    return text.has_value() && !text->empty() ? text : std::nullopt;
  };
  if (value("AZURE_FEDERATED_TOKEN_FILE") && value("AZURE_CLIENT_ID") && value("AZURE_TENANT_ID")) {
    error = "AKS workload identity is not supported yet; unset AZURE_FEDERATED_TOKEN_FILE to use another source.";
    return std::nullopt;
  }
  const auto endpoint = value("IDENTITY_ENDPOINT");
  const auto header = value("IDENTITY_HEADER");
  if (endpoint && header) {
    if (value("IDENTITY_SERVER_THUMBPRINT")) {
      error = "Service Fabric managed identity is not supported yet.";
      return std::nullopt;
    }
    return Source{with_query(*endpoint, "api-version=2019-08-01"), {"X-IDENTITY-HEADER", *header}, "client_id", false};
  }
  const auto old_endpoint = value("MSI_ENDPOINT");
  if (const auto secret = value("MSI_SECRET"); old_endpoint && secret) {
    return Source{with_query(*old_endpoint, "api-version=2017-09-01"), {"secret", *secret}, "clientid", false};
  }
  if (old_endpoint) {
    error = "Cloud Shell managed identity is not supported yet.";
    return std::nullopt;
  }
  if (endpoint && value("IMDS_ENDPOINT")) {
    error = "Azure Arc managed identity is not supported yet.";
    return std::nullopt;
  }
  const std::string host = value("AZURE_POD_IDENTITY_AUTHORITY_HOST").value_or("http://169.254.169.254");
  return Source{with_query(host + "/metadata/identity/oauth2/token", "api-version=2018-02-01"), {"Metadata", "true"}, "client_id", true};
}

bool is_retryable(const IncomingResponse& response, bool retries_404) {
  if (response.outcome == IncomingResponse::Outcome::kTimeout) return true;
  if (response.outcome != IncomingResponse::Outcome::kOk) return false;
  if (response.status == 404 || response.status == 410) return retries_404;
  return response.status == 408 || response.status == 429 || (response.status >= 500 && response.status <= 511);
}

std::optional<std::int64_t> integer(const nlohmann::json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// RFC 3339, or the old App Service form `01/31/2026 23:59:59 +00:00`.
std::optional<std::int64_t> unix_seconds_of_text(const std::string& text) {
  constexpr Ticks kUnixEpoch = 621'355'968'000'000'000;
  std::string iso = text;
  if (text.size() >= 19 && text[2] == '/' && text[5] == '/') {
    iso = text.substr(6, 4) + "-" + text.substr(0, 2) + "-" + text.substr(3, 2) + "T" + text.substr(11, 8);
    std::size_t rest = 19;
    const bool has_half = text.size() >= 22 && (text.substr(20, 2) == "AM" || text.substr(20, 2) == "PM");
    if (has_half) {
      int hour = std::atoi(text.substr(11, 2).c_str()) % 12 + (text[20] == 'P' ? 12 : 0);
      iso.replace(11, 2, hour < 10 ? "0" + std::to_string(hour) : std::to_string(hour));
      rest = 22;
    }
    if (text.size() > rest + 1) iso += text.substr(rest + 1);
  }
  if (iso.size() > 10 && iso[10] == ' ') iso[10] = 'T';
  const std::optional<Ticks> ticks = parse_ticks(iso);
  if (!ticks.has_value()) return std::nullopt;
  return (*ticks - kUnixEpoch) / 10'000'000;
}

std::string first_line(std::string text) {
  text = text.substr(0, text.find_first_of("\r\n"));
  return text.substr(0, 500);
}

std::string error_text(const IncomingResponse& response) {
  const nlohmann::json json = nlohmann::json::parse(response.body, nullptr, false);
  std::string out = std::to_string(response.status);
  if (!json.is_object()) return out + " " + (response.reason.empty() ? "from the managed identity endpoint" : response.reason);
  const auto text = [&](const char* name) { return json.contains(name) && json[name].is_string() ? json[name].get<std::string>() : std::string(); };
  if (!text("error").empty()) return first_line(out + " " + text("error") + ": " + text("error_description"));
  for (const char* name : {"ErrorCode", "Message", "CorrelationId"}) {
    if (!text(name).empty()) out += " " + text(name);
  }
  return first_line(out);
}

}  // namespace

IdentityEnvironment real_identity_environment() {
  return {.variable =
              [](const char* name) -> std::optional<std::string> {
                const char* value = std::getenv(name);
                return value == nullptr ? std::nullopt : std::optional<std::string>(value);
              },
          .send = [](const OutgoingRequest& request) { return send(request); },
          .now = [] { return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now()); },
          .sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }};
}

TokenResult read_token_response(const IncomingResponse& response, std::chrono::sys_seconds sent_at) {
  if (response.outcome != IncomingResponse::Outcome::kOk) return {std::nullopt, kNotAvailable};
  if (response.status != 200) return {std::nullopt, error_text(response)};
  const nlohmann::json json = nlohmann::json::parse(response.body, nullptr, false);
  if (!json.is_object() || !json.contains("access_token") || !json["access_token"].is_string()) return {std::nullopt, kInvalid};
  Token token{json["access_token"].get<std::string>(), {}};
  if (token.text.empty()) return {std::nullopt, kInvalid};
  if (json.contains("token_type") && json["token_type"].is_string()) {
    std::string kind = json["token_type"].get<std::string>();
    std::transform(kind.begin(), kind.end(), kind.begin(), [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    if (kind != "bearer") return {std::nullopt, kInvalid};
  }
  const std::optional<std::int64_t> expires_in = json.contains("expires_in") ? integer(json["expires_in"]) : std::nullopt;
  std::optional<std::int64_t> expires_on = json.contains("expires_on") ? integer(json["expires_on"]) : std::nullopt;
  if (!expires_on.has_value() && json.contains("expires_on") && json["expires_on"].is_string()) expires_on = unix_seconds_of_text(json["expires_on"].get<std::string>());
  if (!expires_on.has_value() && !expires_in.has_value()) return {std::nullopt, kInvalid};
  const std::int64_t from_now = sent_at.time_since_epoch().count() + expires_in.value_or(0);
  std::int64_t expiry = expires_on.value_or(from_now);
  // A clock that is off: what counts from now is the better guide.
  if (expires_in.has_value() && std::abs(expiry - from_now) > 300) expiry = from_now;
  token.expires_at = std::chrono::sys_seconds(std::chrono::seconds(expiry));
  return {token, {}};
}

IdentityClient::IdentityClient(IdentityEnvironment environment) : environment_(std::move(environment)) {}

TokenResult IdentityClient::acquire(const std::string& resource, const std::string& client_id) {
  const std::string key = client_id + "\n" + resource;
  std::shared_ptr<Flight> flight;
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Flight>& known = flights_[key];
    first = known == nullptr;
    if (first) known = std::make_shared<Flight>();
    flight = known;
    if (first) flight->mutex.lock();
  }
  if (!first) {
    const std::lock_guard wait(flight->mutex);
    return flight->result;
  }
  flight->result = fetch(resource, client_id);
  {
    const std::lock_guard lock(mutex_);
    flights_.erase(key);
  }
  flight->mutex.unlock();
  return flight->result;
}

TokenResult IdentityClient::fetch(const std::string& resource, const std::string& client_id) {
  std::string problem;
  const auto started = environment_.now();
  for (int attempt = 0;; ++attempt) {
    // Anew for each attempt: the platform may rotate the proof.
    const std::optional<Source> source = detect(environment_, problem);
    if (!source.has_value()) return {std::nullopt, problem};
    OutgoingRequest request;
    request.url = source->url + "&resource=" + encoded(resource_of(resource));
    if (!client_id.empty()) request.url += "&" + source->client_parameter + "=" + encoded(client_id);
    request.headers.push_back(source->proof);
    request.timeout = std::chrono::milliseconds(5'000);
    request.connect_timeout = std::chrono::milliseconds(1'000);
    request.max_response_bytes = std::size_t{1} << 20;
    const auto sent_at = environment_.now();
    const IncomingResponse response = environment_.send(request);
    TokenResult result = read_token_response(response, sent_at);
    constexpr int kRetries = 3;
    const auto used = std::chrono::duration_cast<std::chrono::milliseconds>(environment_.now() - started);
    if (result.token.has_value() || attempt == kRetries || !is_retryable(response, source->retries_404) || used >= environment_.budget) return result;
    environment_.sleep(std::chrono::milliseconds(1'000));
  }
}

}  // namespace portcullis::hosts
