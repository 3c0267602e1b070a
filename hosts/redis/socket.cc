#include "hosts/redis/socket.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace portcullis::hosts {

namespace {

constexpr std::size_t kBufferBytes = 16384;

std::string error_text(int number) {
  char text[128];
  return strerror_r(number, text, sizeof text);
}

std::string tls_error() {
  char text[256] = "TLS failed";
  if (const unsigned long code = ERR_get_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeTls {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

bool is_ip_address(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 || inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

}  // namespace

/// OpenSSL between two memory buffers; the socket is ours, so that a closed one raises no signal.
struct RedisSocket::Tls {
  std::unique_ptr<SSL_CTX, FreeContext> context;
  std::unique_ptr<SSL, FreeTls> ssl;
  BIO* incoming = nullptr;  // owned by ssl
  BIO* outgoing = nullptr;
};

RedisSocket::RedisSocket() : buffer_(std::make_unique<char[]>(kBufferBytes)) {}

RedisSocket::~RedisSocket() { close(); }

void RedisSocket::close() {
  tls_.reset();
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

bool RedisSocket::fail(std::string what) {
  problem_ = std::move(what);
  return false;
}

bool RedisSocket::wait(short events, RedisClock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - RedisClock::now()).count();
    if (left <= 0) return fail("no answer in time");
    pollfd entry{descriptor_, events, 0};
    const int ready = poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return fail(error_text(errno));
  }
}

bool RedisSocket::open(const RedisAddress& address, const RedisOptions& options, RedisClock::time_point deadline) {
  close();
  problem_.clear();
  return connect(address, deadline) && (!options.tls || start_tls(address, options, deadline));
}

// The resolver cannot be given a deadline; it runs on the connection's own thread, where nobody waits for it longer
// than for a connection.
bool RedisSocket::connect(const RedisAddress& address, RedisClock::time_point deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
      error != 0)
    return fail(address.host + ": " + gai_strerror(error));
  const std::unique_ptr<addrinfo, FreeAddresses> list(found);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    close();
    descriptor_ = socket(one->ai_family, one->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, one->ai_protocol);
    if (descriptor_ < 0) {
      fail(error_text(errno));
      continue;
    }
    const int on = 1;
    setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(descriptor_, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (::connect(descriptor_, one->ai_addr, one->ai_addrlen) == 0) return true;
    if (errno != EINPROGRESS) {
      fail(error_text(errno));
      continue;
    }
    if (!wait(POLLOUT, deadline)) continue;
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error == 0) return true;
    fail(error_text(error));
  }
  close();
  return false;
}

bool RedisSocket::start_tls(const RedisAddress& address, const RedisOptions& options, RedisClock::time_point deadline) {
  auto tls = std::make_unique<Tls>();
  tls->context.reset(SSL_CTX_new(TLS_client_method()));
  if (tls->context == nullptr) return fail(tls_error());
  SSL_CTX_set_min_proto_version(tls->context.get(), TLS1_2_VERSION);
  if (options.verify) {
    SSL_CTX_set_verify(tls->context.get(), SSL_VERIFY_PEER, nullptr);
    const bool loaded = options.ca_file.empty()
                            ? SSL_CTX_set_default_verify_paths(tls->context.get()) == 1
                            : SSL_CTX_load_verify_locations(tls->context.get(), options.ca_file.c_str(), nullptr) == 1;
    if (!loaded) return fail("cannot read the authorities: " + tls_error());
  }
  tls->ssl.reset(SSL_new(tls->context.get()));
  if (tls->ssl == nullptr) return fail(tls_error());
  const std::string& name = options.server_name.empty() ? address.host : options.server_name;
  if (is_ip_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls->ssl.get()), name.c_str());
  } else {
    std::string host = name;  // the call takes it without const
    SSL_ctrl(tls->ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
    SSL_set1_host(tls->ssl.get(), name.c_str());
  }
  tls->incoming = BIO_new(BIO_s_mem());
  tls->outgoing = BIO_new(BIO_s_mem());
  SSL_set_bio(tls->ssl.get(), tls->incoming, tls->outgoing);
  SSL_set_connect_state(tls->ssl.get());
  tls_ = std::move(tls);
  for (;;) {
    ERR_clear_error();
    const int done = SSL_do_handshake(tls_->ssl.get());
    const int error = SSL_get_error(tls_->ssl.get(), done);
    if (!flush_tls(deadline)) return false;
    if (done == 1) return true;
    if (error != SSL_ERROR_WANT_READ) return fail(tls_error());
    if (!feed_tls(deadline)) return false;
  }
}

bool RedisSocket::send_raw(std::string_view bytes, RedisClock::time_point deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait(POLLOUT, deadline)) return false;
    } else if (errno != EINTR) {
      return fail(error_text(errno));
    }
  }
  return true;
}

bool RedisSocket::receive_raw(std::size_t& size, RedisClock::time_point deadline) {
  for (;;) {
    const ssize_t got = recv(descriptor_, buffer_.get(), kBufferBytes, 0);
    if (got > 0) {
      size = static_cast<std::size_t>(got);
      return true;
    }
    if (got == 0) return fail("the server closed the connection");
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait(POLLIN, deadline)) return false;
    } else if (errno != EINTR) {
      return fail(error_text(errno));
    }
  }
}

bool RedisSocket::flush_tls(RedisClock::time_point deadline) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(tls_->outgoing, &bytes);
  if (size <= 0) return true;
  const bool sent = send_raw({bytes, static_cast<std::size_t>(size)}, deadline);
  static_cast<void>(BIO_reset(tls_->outgoing));
  return sent;
}

bool RedisSocket::feed_tls(RedisClock::time_point deadline) {
  std::size_t size = 0;
  if (!receive_raw(size, deadline)) return false;
  return BIO_write(tls_->incoming, buffer_.get(), static_cast<int>(size)) == static_cast<int>(size) ||
         fail("TLS has no memory");
}

bool RedisSocket::write(std::string_view bytes, RedisClock::time_point deadline) {
  if (tls_ == nullptr) return send_raw(bytes, deadline);
  while (!bytes.empty()) {
    ERR_clear_error();
    const std::size_t piece = std::min<std::size_t>(bytes.size(), std::size_t{1} << 20);
    const int written = SSL_write(tls_->ssl.get(), bytes.data(), static_cast<int>(piece));
    if (!flush_tls(deadline)) return false;
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (SSL_get_error(tls_->ssl.get(), written) != SSL_ERROR_WANT_READ) {
      return fail(tls_error());
    } else if (!feed_tls(deadline)) {
      return false;
    }
  }
  return true;
}

bool RedisSocket::read(std::string_view& bytes, RedisClock::time_point deadline) {
  std::size_t size = 0;
  if (tls_ == nullptr) {
    if (!receive_raw(size, deadline)) return false;
    bytes = {buffer_.get(), size};
    return true;
  }
  for (;;) {
    ERR_clear_error();
    const int got = SSL_read(tls_->ssl.get(), buffer_.get(), static_cast<int>(kBufferBytes));
    if (got > 0) {
      bytes = {buffer_.get(), static_cast<std::size_t>(got)};
      return true;
    }
    if (SSL_get_error(tls_->ssl.get(), got) != SSL_ERROR_WANT_READ) return fail(tls_error());
    if (!flush_tls(deadline) || !feed_tls(deadline)) return false;
  }
}

// With TLS the server may send session tickets after the handshake: those are read, and it is quiet.
bool RedisSocket::is_quiet() const {
  pollfd entry{descriptor_, POLLIN | POLLRDHUP, 0};
  if (poll(&entry, 1, 0) <= 0) return true;
  if ((entry.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) return false;
  return tls_ != nullptr;
}

}  // namespace portcullis::hosts
