#include "hosts/live/http_client.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <string_view>

#include <curl/curl.h>
#include <openssl/ssl.h>

#include "hosts/files/ascii.h"

namespace portcullis::hosts {

namespace {

/// What the callbacks fill while a transfer runs.
struct Transfer {
  IncomingResponse response;
  std::size_t max_bytes = 0;
  CURL* curl = nullptr;
  const OutgoingRequest* request = nullptr;
  BodySink sink;  // of a body that is not kept
  std::chrono::steady_clock::time_point deadline;
  const std::atomic<bool>* cancelled = nullptr;
  bool headers_done = false;
  bool timed_out = false;
  bool too_large = false;
};

void global_start() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

// Not for interim answers and those that are followed elsewhere.
void ask_for_sink(Transfer& transfer) {
  if (!transfer.request->streams) return;
  long status = 0;
  curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
  if (status < 200 || (status >= 300 && status < 400 && transfer.request->follow_redirects)) return;
  transfer.response.status = static_cast<int>(status);
  transfer.sink = transfer.request->streams(transfer.response);
}

// A status line starts a new header block: interim answers and redirects come before the one that counts.
std::size_t on_header(char* data, std::size_t size, std::size_t count, void* receiver) {
  auto& transfer = *static_cast<Transfer*>(receiver);
  const std::string_view line = trim({data, size * count});
  if (line.starts_with("HTTP/")) {
    transfer.response.headers.clear();
    transfer.response.reason.clear();
    const std::size_t first = line.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second != std::string_view::npos) transfer.response.reason = std::string(trim(line.substr(second + 1)));
  } else if (line.empty()) {
    transfer.headers_done = true;
    ask_for_sink(transfer);
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    transfer.response.headers.emplace_back(std::string(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1))));
  }
  return size * count;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* receiver) {
  auto& transfer = *static_cast<Transfer*>(receiver);
  if (transfer.sink) return transfer.sink({data, size * count}) ? size * count : 0;
  if (transfer.response.body.size() + size * count > transfer.max_bytes) {
    transfer.too_large = true;
    return 0;
  }
  transfer.response.body.append(data, size * count);
  return size * count;
}

int on_progress(void* receiver, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(receiver);
  if (transfer.cancelled != nullptr && transfer.cancelled->load()) return 1;
  if (transfer.headers_done || std::chrono::steady_clock::now() < transfer.deadline) return 0;
  transfer.timed_out = true;
  return 1;
}

void set_method_and_body(CURL* curl, const OutgoingRequest& request) {
  if (request.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  const bool wants_length = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (!request.body.has_value() && !wants_length) return;
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.has_value() ? request.body->size() : 0));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.has_value() ? request.body->data() : "");
}

curl_slist* make_headers(const OutgoingRequest& request) {
  curl_slist* list = nullptr;
  bool has_type = false;
  for (const auto& [name, value] : request.headers) {
    has_type = has_type || curl_strequal(name.c_str(), "Content-Type") != 0;
    list = curl_slist_append(list, (value.empty() ? name + ";" : name + ": " + value).c_str());
  }
  // libcurl would add these by itself.
  if (!has_type) list = curl_slist_append(list, "Content-Type:");
  return curl_slist_append(list, "Expect:");
}

std::string thumbprint_of(const X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (certificate == nullptr || X509_digest(certificate, EVP_sha1(), digest, &size) != 1) return {};
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

// Before anything of the request is sent.
int has_pinned_thumbprint(X509_STORE_CTX* handshake, void* pinned) {
  const std::string found = thumbprint_of(X509_STORE_CTX_get0_cert(handshake));
  const bool good = !found.empty() && same_ignoring_case(found, *static_cast<const std::string*>(pinned));
  X509_STORE_CTX_set_error(handshake, good ? X509_V_OK : X509_V_ERR_CERT_UNTRUSTED);
  return good ? 1 : 0;
}

CURLcode pin_certificate(CURL*, void* context, void* pinned) {
  SSL_CTX_set_cert_verify_callback(static_cast<SSL_CTX*>(context), &has_pinned_thumbprint, pinned);
  return CURLE_OK;
}

// A libcurl with another TLS library cannot ask: then no call is made.
bool pin(CURL* curl, const OutgoingRequest& request) {
  if (request.pinned_thumbprint.empty()) return true;
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  return curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, &pin_certificate) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, const_cast<std::string*>(&request.pinned_thumbprint)) == CURLE_OK;
}

void set_security(CURL* curl, const OutgoingRequest& request) {
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, request.url.starts_with("https:") ? "https" : "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, request.follow_redirects ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 50L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, request.verify_peer ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, request.verify_peer && request.verify_host ? 2L : 0L);
  // As OpenSSL's own programs do: more authorities than the machine's, for networks with their own.
  if (const char* authorities = std::getenv("SSL_CERT_FILE"); authorities != nullptr && *authorities != '\0') curl_easy_setopt(curl, CURLOPT_CAINFO, authorities);
  if (!request.client_certificate_pem.empty()) {
    curl_blob blob{const_cast<char*>(request.client_certificate_pem.data()), request.client_certificate_pem.size(), CURL_BLOB_COPY};
    curl_easy_setopt(curl, CURLOPT_SSLCERTTYPE, "PEM");
    curl_easy_setopt(curl, CURLOPT_SSLCERT_BLOB, &blob);
    curl_easy_setopt(curl, CURLOPT_SSLKEYTYPE, "PEM");
    curl_easy_setopt(curl, CURLOPT_SSLKEY_BLOB, &blob);
  }
  curl_easy_setopt(curl, CURLOPT_PROXY, request.proxy_url.c_str());  // "": none, whatever the environment says
  if (!request.proxy_username.empty()) {
    curl_easy_setopt(curl, CURLOPT_PROXYUSERNAME, request.proxy_username.c_str());
    curl_easy_setopt(curl, CURLOPT_PROXYPASSWORD, request.proxy_password.c_str());
    curl_easy_setopt(curl, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_NTLM));
  }
}

IncomingResponse::Outcome outcome_of(CURLcode code, const Transfer& transfer) {
  using Outcome = IncomingResponse::Outcome;
  if (code == CURLE_OK) return Outcome::kOk;
  if (transfer.too_large) return Outcome::kTooLarge;
  if (transfer.timed_out || code == CURLE_OPERATION_TIMEDOUT || (transfer.cancelled != nullptr && transfer.cancelled->load())) return Outcome::kTimeout;
  return Outcome::kConnection;
}

IncomingResponse send_with(CURL* curl, const OutgoingRequest& request) {
  Transfer transfer;
  transfer.max_bytes = request.max_response_bytes;
  transfer.request = &request;
  transfer.deadline = std::chrono::steady_clock::now() + request.timeout;
  transfer.cancelled = request.cancelled;
  transfer.curl = curl;
  char error[CURL_ERROR_SIZE] = {};
  curl_slist* headers = make_headers(request);
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(request.connect_timeout, request.timeout).count()));
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
                   static_cast<long>(request.http_version == 1 ? CURL_HTTP_VERSION_1_1 : request.http_version == 2 ? CURL_HTTP_VERSION_2 : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE));
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  if (request.total_timeout.has_value()) curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.total_timeout->count()));
  set_method_and_body(curl, request);
  set_security(curl, request);
  const CURLcode code = pin(curl, request) ? curl_easy_perform(curl) : CURLE_NOT_BUILT_IN;
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_slist_free_all(headers);
  transfer.response.outcome = outcome_of(code, transfer);
  transfer.response.status = static_cast<int>(status);
  if (code != CURLE_OK) transfer.response.error = error[0] != '\0' ? error : curl_easy_strerror(code);
  return std::move(transfer.response);
}

}  // namespace

IncomingResponse send(const OutgoingRequest& request) { return HttpConnections().send(request); }

HttpConnections::~HttpConnections() {
  for (void* curl : idle_) curl_easy_cleanup(curl);
}

IncomingResponse HttpConnections::send(const OutgoingRequest& request) {
  constexpr std::size_t kMostIdle = 8;
  global_start();
  void* curl = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      curl = idle_.back();
      idle_.pop_back();
    }
  }
  if (curl == nullptr) curl = curl_easy_init();
  if (curl == nullptr) return {.outcome = IncomingResponse::Outcome::kConnection, .error = "libcurl cannot start"};
  IncomingResponse response = send_with(curl, request);
  curl_easy_reset(curl);  // its connections stay
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMostIdle) {
    idle_.push_back(curl);
  } else {
    curl_easy_cleanup(curl);
  }
  return response;
}

}  // namespace portcullis::hosts
