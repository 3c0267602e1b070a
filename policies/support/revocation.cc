#include "policies/support/revocation.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <openssl/pem.h>

#include "base/text.h"

namespace portcullis {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kTimeout = 10s;
constexpr std::chrono::milliseconds kLongestLife = 24h;
constexpr std::chrono::milliseconds kShortestLife = 5min;
constexpr std::size_t kMostBytes = std::size_t{16} << 20;
constexpr std::size_t kMostSources = 8;
constexpr int kLongestChain = 10;

struct ListDocument final : DocumentStore::Document {
  std::string der;
};

RevocationListHandle read_list(std::string_view bytes) {
  if (bytes.starts_with("-----BEGIN")) {
    const BioHandle bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
    return RevocationListHandle(PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
  }
  const unsigned char* at = octets(bytes);
  return RevocationListHandle(d2i_X509_CRL(nullptr, &at, static_cast<long>(bytes.size())));
}

std::string der_of(X509_CRL* list) {
  unsigned char* data = nullptr;
  const int size = i2d_X509_CRL(list, &data);
  std::string der(text_of_octets(data, static_cast<std::size_t>(std::max(size, 0))));
  OPENSSL_free(data);
  return der;
}

// Until the list says there is a newer one, within bounds.
SystemTime good_until(const X509_CRL* list, SystemTime now) {
  const std::optional<Ticks> next = ticks_of(X509_CRL_get0_nextUpdate(list));
  constexpr Ticks kUnixEpoch = 621'355'968'000'000'000;
  const SystemTime stated =
      next.has_value() ? SystemTime(std::chrono::milliseconds((*next - kUnixEpoch) / 10'000)) : now;
  return std::clamp(stated, now + kShortestLife, now + kLongestLife);
}

void add_sources(PolicyRun& run, const X509* certificate, std::span<RevocationSource> into, std::size_t& count) {
  for (const std::string_view url : crl_urls(run.arena(), certificate)) {
    if (count == into.size()) return;
    into[count].url = url;
    into[count].key = run.text(joined("crl\n", url));
    ++count;
  }
}

}  // namespace

std::span<RevocationSource> revocation_sources(PolicyRun& run, const Certificate& certificate) {
  const std::span<RevocationSource> sources = run.arena().array<RevocationSource>(kMostSources);
  std::size_t count = 0;
  const DeploymentView* deployment = run.exchange().view.deployment;
  const std::span<const CertificateView> authorities =
      deployment == nullptr ? std::span<const CertificateView>() : deployment->authorities;
  Certificate at = certificate;
  for (int i = 0; i < kLongestChain; ++i) {
    const CertificateHandle read = certificate_of(at.der);
    if (read == nullptr || is_self_signed(read.get())) break;
    add_sources(run, read.get(), sources, count);
    const CertificateHandle issuer = find_issuer(run.arena(), at, authorities);
    if (issuer == nullptr) break;
    unsigned char* data = nullptr;
    const int size = i2d_X509(issuer.get(), &data);
    at.der = run.arena().copy(text_of_octets(data, static_cast<std::size_t>(std::max(size, 0))));
    OPENSSL_free(data);
  }
  return sources.first(count);
}

DocumentStore::Next ask_for_list(PolicyRun& run, const RevocationSource& source) {
  if (source.was_fetched) return DocumentStore::Next::kUse;
  if (run.stores().documents == nullptr) return DocumentStore::Next::kFetch;
  return run.stores().documents->find(source.key, false, run.now()).next;
}

HttpCall list_call(PolicyRun& run, RevocationSource& source) {
  source.was_fetched = true;
  if (run.tracing()) run.trace(joined("Fetching ", source.url));
  HttpCall call;
  call.purpose = Purpose::kCallout;
  call.policy = run.step().element;
  call.method = "GET";
  call.url = source.url;
  call.timeout = kTimeout;
  call.follow_redirects = true;
  return call;
}

void take_list(PolicyRun& run, RevocationSource& source, const ReplyValue& reply) {
  const auto* answer = std::get_if<ResponseReply>(&reply);
  DocumentStore* store = run.stores().documents;
  const bool is_answer =
      answer != nullptr && answer->response.status == 200 && answer->response.body.content.size() <= kMostBytes;
  const RevocationListHandle list = is_answer ? read_list(answer->response.body.content) : nullptr;
  if (list == nullptr) {
    if (run.tracing()) run.trace(joined("The revocation list at ", source.url, " cannot be had."));
    if (store != nullptr) store->failed(source.key, run.now());
    return;
  }
  auto document = std::make_shared<ListDocument>();
  document->der = der_of(list.get());
  source.list = run.text(document->der);
  const std::size_t bytes = document->der.size();
  if (store != nullptr)
    store->store(source.key, std::move(document), bytes, good_until(list.get(), run.now()), run.now());
}

std::span<const std::string_view> known_lists(PolicyRun& run, std::span<const RevocationSource> sources) {
  const std::span<std::string_view> lists = run.arena().array<std::string_view>(sources.size());
  std::size_t count = 0;
  for (const RevocationSource& source : sources) {
    if (!source.list.empty()) {
      lists[count++] = source.list;
    } else if (run.stores().documents != nullptr) {
      const auto found = run.stores().documents->find(source.key, false, run.now());
      if (found.document != nullptr) lists[count++] = run.text(static_cast<const ListDocument&>(*found.document).der);
    }
  }
  return lists.first(count);
}

}  // namespace portcullis
