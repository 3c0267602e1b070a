#include "hosts/live/identity_source.h"

#include <string_view>

#include "hosts/files/ascii.h"

namespace portcullis::hosts {

namespace {

std::string trimmed(std::string text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string with_query(std::string url, const std::string& query) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  return url + query;
}

constexpr std::size_t kMaxKeyBytes = 4096;
constexpr std::size_t kMaxTokenBytes = 65536;
constexpr std::string_view kScopeEnding = "/.default";

// An author may write the scope form; all but the token service of Entra want the resource.
std::string resource_of(const std::string& resource) {
  return resource.ends_with(kScopeEnding) ? resource.substr(0, resource.size() - kScopeEnding.size()) : resource;
}
std::string scope_of(const std::string& resource) { return resource.ends_with(kScopeEnding) ? resource : resource + std::string(kScopeEnding); }

class Asking {
 public:
  Asking(const IdentityEnvironment& environment, const std::string& resource, const std::string& client_id)
      : environment_(environment), resource_(trimmed(resource)), client_id_(client_id) {}

  IdentityAnswer ask() {
    if (has("AZURE_FEDERATED_TOKEN_FILE") && has("AZURE_CLIENT_ID") && has("AZURE_TENANT_ID")) return workload_identity();
    if (has("IDENTITY_ENDPOINT") && has("IDENTITY_HEADER")) {
      if (has("IDENTITY_SERVER_THUMBPRINT")) return service_fabric();
      return get(with_query(value("IDENTITY_ENDPOINT"), "api-version=2019-08-01"), {"X-IDENTITY-HEADER", value("IDENTITY_HEADER")}, "client_id", client_id_);
    }
    if (has("MSI_ENDPOINT") && has("MSI_SECRET")) {
      const std::string& id = client_id_.empty() ? value("DEFAULT_IDENTITY_CLIENT_ID") : client_id_;
      return get(with_query(value("MSI_ENDPOINT"), "api-version=2017-09-01"), {"secret", value("MSI_SECRET")}, "clientid", id);
    }
    if (has("MSI_ENDPOINT")) return cloud_shell();
    if (has("IDENTITY_ENDPOINT") && has("IMDS_ENDPOINT")) return arc();
    const std::string host = has("AZURE_POD_IDENTITY_AUTHORITY_HOST") ? value("AZURE_POD_IDENTITY_AUTHORITY_HOST") : "http://169.254.169.254";
    IdentityAnswer answer = get(with_query(host + "/metadata/identity/oauth2/token", "api-version=2018-02-01"), {"Metadata", "true"}, "client_id", client_id_);
    answer.retries_404 = true;
    return answer;
  }

 private:
  [[nodiscard]] std::string value(const char* name) const { return environment_.variable(name).value_or(std::string()); }
  [[nodiscard]] bool has(const char* name) const { return !value(name).empty(); }

  static OutgoingRequest base(std::string url) {
    OutgoingRequest request;
    request.url = std::move(url);
    request.timeout = std::chrono::milliseconds(5'000);
    request.connect_timeout = std::chrono::milliseconds(1'000);
    request.max_response_bytes = std::size_t{1} << 20;
    return request;
  }

  IdentityAnswer get(const std::string& url, std::pair<std::string, std::string> proof, const char* client_parameter, const std::string& client_id) {
    OutgoingRequest request = base(url + "&resource=" + percent_encoded(resource_of(resource_)));
    if (!client_id.empty()) request.url += std::string("&") + client_parameter + "=" + percent_encoded(client_id);
    request.headers.push_back(std::move(proof));
    return {.response = environment_.send(request), .problem = {}};
  }

  static void set_form(OutgoingRequest& request, std::string form) {
    request.method = "POST";
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body = std::move(form);
  }

  // The endpoint's certificate is self-signed; its thumbprint is what proves it. source: managed-identity-protocols.md#9
  IdentityAnswer service_fabric() {
    if (!client_id_.empty()) return {.response = {}, .problem = "Service Fabric's application manifest says which identity it is; leave out client-id."};
    if (!value("IDENTITY_ENDPOINT").starts_with("https://")) return {.response = {}, .problem = "IDENTITY_ENDPOINT of Service Fabric is no https URL."};
    OutgoingRequest request = base(with_query(value("IDENTITY_ENDPOINT"), "api-version=2019-07-01-preview&resource=" + percent_encoded(resource_of(resource_))));
    request.headers.emplace_back("Secret", value("IDENTITY_HEADER"));
    request.pinned_thumbprint = value("IDENTITY_SERVER_THUMBPRINT");
    return {.response = environment_.send(request), .problem = {}};
  }

  IdentityAnswer cloud_shell() {
    if (!client_id_.empty()) return {.response = {}, .problem = "Cloud Shell has one identity; leave out client-id."};
    OutgoingRequest request = base(value("MSI_ENDPOINT"));
    request.headers.emplace_back("Metadata", "true");
    set_form(request, "resource=" + percent_encoded(resource_of(resource_)));
    return {.response = environment_.send(request), .problem = {}};
  }

  // The file is the cluster's token for this pod; it is replaced long before it expires, so it is read each time.
  IdentityAnswer workload_identity() {
    std::string authority = has("AZURE_AUTHORITY_HOST") ? value("AZURE_AUTHORITY_HOST") : "https://login.microsoftonline.com/";
    if (!authority.starts_with("https://")) return {.response = {}, .problem = "AZURE_AUTHORITY_HOST is no https URL."};
    if (!authority.ends_with('/')) authority += '/';
    const std::optional<std::string> assertion = environment_.read_file(value("AZURE_FEDERATED_TOKEN_FILE"), kMaxTokenBytes, true);
    if (!assertion.has_value() || trimmed(*assertion).empty()) return {.response = {}, .problem = "Federated token file cannot be read."};
    OutgoingRequest request = base(authority + percent_encoded(value("AZURE_TENANT_ID")) + "/oauth2/v2.0/token");
    set_form(request, "grant_type=client_credentials&client_id=" + percent_encoded(client_id_.empty() ? value("AZURE_CLIENT_ID") : client_id_) + "&scope=" + percent_encoded(scope_of(resource_)) +
                          "&client_assertion_type=" + percent_encoded("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") + "&client_assertion=" + percent_encoded(trimmed(*assertion)));
    return {.response = environment_.send(request), .problem = {}};
  }

  // The agent names a file that only members of its group can read; its content proves that we are one of them.
  IdentityAnswer arc() {
    if (!client_id_.empty()) return {.response = {}, .problem = "Azure Arc has the system-assigned identity only; leave out client-id."};
    const std::string url = with_query(value("IDENTITY_ENDPOINT"), "api-version=2020-06-01&resource=" + percent_encoded(resource_of(resource_)));
    OutgoingRequest request = base(url);
    request.headers.emplace_back("Metadata", "true");
    IncomingResponse challenge = environment_.send(request);
    if (challenge.outcome != IncomingResponse::Outcome::kOk) return {.response = std::move(challenge), .problem = {}};
    const auto rejected = [](const std::string& why) { return IdentityAnswer{.response = {}, .problem = "Azure Arc challenge rejected: " + why}; };
    if (challenge.status != 401) return rejected("the agent answered " + std::to_string(challenge.status) + " instead of 401.");
    const std::string path = realm_of(challenge);
    // Before it is opened: whoever listens there must not make us read other files.
    constexpr std::string_view kFolder = "/var/opt/azcmagent/tokens/";
    if (!path.starts_with(kFolder) || path.find('/', kFolder.size()) != std::string::npos) return rejected("the key is not in /var/opt/azcmagent/tokens.");
    if (!path.ends_with(".key")) return rejected("the key's file does not end in .key.");
    std::optional<std::string> key = environment_.read_file(path, kMaxKeyBytes, false);
    if (!key.has_value()) return rejected("the key's file cannot be read; the process must be in the group `himds`.");
    request.headers.emplace_back("Authorization", "Basic " + trimmed(std::move(*key)));
    return {.response = environment_.send(request), .problem = {}};
  }

  static std::string realm_of(const IncomingResponse& response) {
    constexpr std::string_view kMark = "Basic realm=";
    for (const auto& [name, text] : response.headers) {
      if (name.size() != 16 || (name[0] | 0x20) != 'w' || !text.starts_with(kMark)) continue;
      std::string realm = trimmed(text.substr(kMark.size()));
      if (realm.size() >= 2 && realm.front() == '"' && realm.back() == '"') realm = realm.substr(1, realm.size() - 2);
      return realm;
    }
    return {};
  }

  const IdentityEnvironment& environment_;
  std::string resource_;
  std::string client_id_;
};

}  // namespace

IdentityAnswer ask_identity(const IdentityEnvironment& environment, const std::string& resource, const std::string& client_id) {
  return Asking(environment, resource, client_id).ask();
}

}  // namespace portcullis::hosts
