#include "hosts/live/identity.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include "hosts/files/owned_context.h"
#include "hosts/live/identity_source.h"

namespace portcullis::hosts {

namespace {

constexpr const char* kNotAvailable = "Managed identity endpoint is not available on this host.";
constexpr const char* kInvalid = "Managed identity endpoint returned an invalid response.";

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

// RFC 3339, the old App Service form `01/31/2026 23:59:59 +00:00`, or RFC 1123.
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
  if (ticks.has_value()) return (*ticks - kUnixEpoch) / 10'000'000;
  const time_t seconds = curl_getdate(text.c_str(), nullptr);
  return seconds < 0 ? std::nullopt : std::optional<std::int64_t>(seconds);
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

namespace {

std::optional<std::string> read_bounded_file(const std::string& path, std::size_t max_bytes, bool follow_links) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  if (error) return std::nullopt;
  if (!follow_links && real.parent_path() != std::filesystem::canonical(std::filesystem::path(path).parent_path(), error)) return std::nullopt;
  std::ifstream file(real, std::ios::binary);
  std::string text(max_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.empty() || text.size() > max_bytes) return std::nullopt;
  return text;
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
          .sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); },
          .read_file = read_bounded_file};
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
  const auto started = environment_.now();
  for (int attempt = 0;; ++attempt) {
    const auto sent_at = environment_.now();
    // Detected anew for each attempt: the platform may rotate what proves us.
    const IdentityAnswer answer = ask_identity(environment_, resource, client_id);
    if (!answer.problem.empty()) return {std::nullopt, answer.problem};
    TokenResult result = read_token_response(answer.response, sent_at);
    constexpr int kRetries = 3;
    const auto used = std::chrono::duration_cast<std::chrono::milliseconds>(environment_.now() - started);
    if (result.token.has_value() || attempt == kRetries || !is_retryable(answer.response, answer.retries_404) || used >= environment_.budget) return result;
    environment_.sleep(std::chrono::milliseconds(1'000));
  }
}

}  // namespace portcullis::hosts
