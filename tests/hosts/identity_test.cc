// What is asked of each platform's identity endpoint, with variables, files and answers of our own.
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <unistd.h>
#include <vector>

#include <catch2/catch.hpp>

#include "hosts/live/identity_source.h"

namespace portcullis::hosts {
namespace {

struct Fake {
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;
  std::vector<IncomingResponse> answers;
  std::vector<OutgoingRequest> asked;

  IdentityEnvironment environment() {
    return {.variable = [this](const char* name) -> std::optional<std::string> {
              const auto found = variables.find(name);
              return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
            },
            .send =
                [this](const OutgoingRequest& request) {
                  asked.push_back(request);
                  return answers.at(std::min(asked.size(), answers.size()) - 1);
                },
            .now = [] { return std::chrono::sys_seconds(std::chrono::seconds(1'767'225'600)); },
            .sleep = [](std::chrono::milliseconds) {},
            .read_file = [this](const std::string& path, std::size_t, bool) -> std::optional<std::string> {
              const auto found = files.find(path);
              return found == files.end() ? std::nullopt : std::optional<std::string>(found->second);
            }};
  }
  TokenResult acquire(const std::string& resource, const std::string& client_id = {}) { return IdentityClient(environment()).acquire(resource, client_id); }
};

IncomingResponse answer(int status, std::string body) {
  IncomingResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

const IncomingResponse kToken = answer(200, R"({"access_token":"t","expires_in":3600,"token_type":"Bearer"})");

std::string header(const OutgoingRequest& request, const std::string& name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "none";
}

TEST_CASE("a virtual machine asks IMDS") {
  Fake fake{.variables = {{"IDENTITY_ENDPOINT", ""}}, .files = {}, .answers = {kToken}, .asked = {}};
  CHECK(fake.acquire(" https://x&client_id=evil/.default ").token->text == "t");
  REQUIRE(fake.asked.size() == 1);
  CHECK(fake.asked[0].url == "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fx%26client_id%3Devil");
  CHECK(header(fake.asked[0], "Metadata") == "true");
}

TEST_CASE("Azure ML has a default client id for the old protocol") {
  Fake fake{.variables = {{"MSI_ENDPOINT", "http://localhost/msi"}, {"MSI_SECRET", "s"}, {"DEFAULT_IDENTITY_CLIENT_ID", "ml"}}, .files = {}, .answers = {kToken}, .asked = {}};
  CHECK(fake.acquire("r").token.has_value());
  CHECK(fake.acquire("r", "mine").token.has_value());
  REQUIRE(fake.asked.size() == 2);
  CHECK(fake.asked[0].url == "http://localhost/msi?api-version=2017-09-01&resource=r&clientid=ml");
  CHECK(fake.asked[1].url == "http://localhost/msi?api-version=2017-09-01&resource=r&clientid=mine");
}

TEST_CASE("Cloud Shell is asked with a form") {
  Fake fake{.variables = {{"MSI_ENDPOINT", "http://localhost:50342/oauth2/token"}}, .files = {}, .answers = {kToken}, .asked = {}};
  CHECK(fake.acquire("https://r/").token.has_value());
  REQUIRE(fake.asked.size() == 1);
  CHECK(fake.asked[0].method == "POST");
  CHECK(fake.asked[0].body == "resource=https%3A%2F%2Fr%2F");
  CHECK(header(fake.asked[0], "Metadata") == "true");
  CHECK(fake.acquire("r", "mine").error == "Cloud Shell has one identity; leave out client-id.");
}

TEST_CASE("AKS workload identity exchanges the pod's token") {
  Fake fake{.variables = {{"AZURE_FEDERATED_TOKEN_FILE", "/token"}, {"AZURE_CLIENT_ID", "c"}, {"AZURE_TENANT_ID", "t"}, {"IDENTITY_ENDPOINT", "x"}, {"IDENTITY_HEADER", "y"}},
            .files = {{"/token", "first\n"}},
            .answers = {kToken},
            .asked = {}};
  CHECK(fake.acquire("https://management.azure.com/").token.has_value());
  fake.files["/token"] = "second";
  CHECK(fake.acquire("r", "mine").token.has_value());
  REQUIRE(fake.asked.size() == 2);
  CHECK(fake.asked[0].url == "https://login.microsoftonline.com/t/oauth2/v2.0/token");
  CHECK(fake.asked[0].body ==
        "grant_type=client_credentials&client_id=c&scope=https%3A%2F%2Fmanagement.azure.com%2F%2F.default&client_assertion_type="
        "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=first");
  CHECK(fake.asked[1].body->find("client_id=mine&scope=r%2F.default") != std::string::npos);
  CHECK(fake.asked[1].body->ends_with("client_assertion=second"));
  fake.files.clear();
  CHECK(fake.acquire("r").error == "Federated token file cannot be read.");
  fake.variables["AZURE_AUTHORITY_HOST"] = "http://evil/";
  CHECK(fake.acquire("r").error == "AZURE_AUTHORITY_HOST is no https URL.");
  CHECK(fake.asked.size() == 2);
}

TEST_CASE("Azure Arc proves itself with the file that the agent names") {
  IncomingResponse challenge = answer(401, "");
  challenge.headers = {{"WWW-Authenticate", "Basic realm=\"/var/opt/azcmagent/tokens/a.key\""}};
  Fake fake{.variables = {{"IDENTITY_ENDPOINT", "http://localhost:40342/token"}, {"IMDS_ENDPOINT", "http://localhost:40342"}},
            .files = {{"/var/opt/azcmagent/tokens/a.key", "secret\n"}, {"/etc/passwd", "x"}},
            .answers = {challenge, kToken},
            .asked = {}};
  CHECK(fake.acquire("r").token.has_value());
  REQUIRE(fake.asked.size() == 2);
  CHECK(header(fake.asked[0], "Authorization") == "none");
  CHECK(header(fake.asked[1], "Authorization") == "Basic secret");
  CHECK(fake.asked[1].url == "http://localhost:40342/token?api-version=2020-06-01&resource=r");

  const auto refused = [&](const std::string& realm, int status = 401) {
    Fake hostile = fake;
    hostile.asked.clear();
    hostile.answers[0].status = status;
    hostile.answers[0].headers = {{"WWW-Authenticate", "Basic realm=" + realm}};
    const TokenResult result = hostile.acquire("r");
    CHECK(hostile.asked.size() == 1);
    return result.error;
  };
  CHECK(refused("/etc/passwd") == "Azure Arc challenge rejected: the key is not in /var/opt/azcmagent/tokens.");
  CHECK(refused("/var/opt/azcmagent/tokens/../../../etc/x.key") == "Azure Arc challenge rejected: the key is not in /var/opt/azcmagent/tokens.");
  CHECK(refused("/var/opt/azcmagent/tokens/a.txt") == "Azure Arc challenge rejected: the key's file does not end in .key.");
  CHECK(refused("/var/opt/azcmagent/tokens/b.key") == "Azure Arc challenge rejected: the key's file cannot be read; the process must be in the group `himds`.");
  CHECK(refused("/var/opt/azcmagent/tokens/a.key", 200) == "Azure Arc challenge rejected: the agent answered 200 instead of 401.");
}

TEST_CASE("files are read as far as they may") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("portcullis-identity-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "keys");
  std::ofstream(folder / "secret") << "12345";
  std::ofstream(folder / "keys" / "a.key") << "12345";
  std::filesystem::create_symlink(folder / "secret", folder / "keys" / "link.key");
  const auto read = real_identity_environment().read_file;
  CHECK(read(folder / "keys" / "a.key", 5, false) == "12345");
  CHECK_FALSE(read(folder / "keys" / "a.key", 4, false).has_value());
  CHECK_FALSE(read(folder / "keys" / "link.key", 5, false).has_value());
  CHECK(read(folder / "keys" / "link.key", 5, true) == "12345");
  CHECK_FALSE(read(folder / "keys" / "none.key", 5, true).has_value());
  std::filesystem::remove_all(folder);
}

TEST_CASE("an expiry may be written in many ways") {
  const auto seconds = [](const std::string& members) {
    const TokenResult result = read_token_response(answer(200, "{\"access_token\":\"t\"," + members + "}"), std::chrono::sys_seconds(std::chrono::seconds(1000)));
    return result.token.has_value() ? result.token->expires_at.time_since_epoch().count() : -1;
  };
  CHECK(seconds(R"("expires_on":"1767225600")") == 1'767'225'600);
  CHECK(seconds(R"("expires_on":"2026-01-01T00:00:00Z")") == 1'767'225'600);
  CHECK(seconds(R"("expires_on":"01/01/2026 00:00:00 +00:00")") == 1'767'225'600);
  CHECK(seconds(R"("expires_on":"01/01/2026 12:00:00 AM +00:00")") == 1'767'225'600);
  CHECK(seconds(R"("expires_on":"2026-01-01 00:00:00")") == 1'767'225'600);
  CHECK(seconds(R"("expires_on":"Thu, 01 Jan 2026 00:00:00 GMT")") == 1'767'225'600);
  CHECK(seconds(R"("expires_in":"60")") == 1060);
  CHECK(seconds(R"("expires_on":"soon")") == -1);
}

}  // namespace
}  // namespace portcullis::hosts
