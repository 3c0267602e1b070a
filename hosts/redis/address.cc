#include "hosts/redis/address.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace portcullis::hosts {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t i = 0; i <= text.size();) {
    const std::size_t end = std::min(text.find(at, i), text.size());
    parts.push_back(text.substr(i, end - i));
    i = end + 1;
  }
  return parts;
}

/// Reads one text into options; the first mistake stays.
class AddressReader {
 public:
  explicit AddressReader(std::string& problem) : problem_(problem) {}

  std::optional<RedisOptions> read(std::string_view text) {
    const std::size_t scheme_end = text.find("://");
    const bool good = scheme_end == std::string_view::npos
                          ? connection_string(text)
                          : url(text.substr(0, scheme_end), text.substr(scheme_end + 3));
    if (!good) return std::nullopt;
    return std::move(options_);
  }

 private:
  bool fail(std::string_view what) {
    if (problem_.empty()) problem_ = what;
    return false;
  }

  bool url(std::string_view scheme, std::string_view rest) {
    using Topology = RedisOptions::Topology;
    const std::size_t plus = scheme.find('+');
    const std::string_view base = scheme.substr(0, plus);
    const std::string_view kind = plus == std::string_view::npos ? std::string_view() : scheme.substr(plus + 1);
    if (base != "redis" && base != "rediss")
      return fail("the scheme is redis, rediss (TLS), and either with +sentinel or +cluster");
    options_.tls = base == "rediss";
    if (kind == "sentinel")
      options_.topology = Topology::kSentinel;
    else if (kind == "cluster")
      options_.topology = Topology::kCluster;
    else if (!kind.empty())
      return fail("the scheme is redis, rediss (TLS), and either with +sentinel or +cluster");
    const std::size_t question = rest.find('?');
    if (question != std::string_view::npos) {
      for (const std::string_view part : split(rest.substr(question + 1), '&')) {
        const std::size_t equals = part.find('=');
        if (part.empty()) continue;
        if (!parameter(part.substr(0, equals),
                       decoded(equals == std::string_view::npos ? "" : part.substr(equals + 1))))
          return false;
      }
      rest = rest.substr(0, question);
    }
    const std::size_t slash = rest.find('/');
    const std::string_view path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    return authority(rest.substr(0, slash), options_.topology == Topology::kSentinel ? 26379 : 6379) &&
           path_parts(path);
  }

  bool authority(std::string_view text, std::uint16_t default_port) {
    if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
      const std::string_view user = text.substr(0, at);
      const std::size_t colon = user.find(':');
      if (colon != std::string_view::npos) options_.password = decoded(user.substr(colon + 1));
      options_.username = decoded(user.substr(0, colon));
      text.remove_prefix(at + 1);
    }
    for (const std::string_view host : split(text, ',')) {
      if (!address(host, default_port)) return false;
    }
    return true;
  }

  bool address(std::string_view text, std::uint16_t default_port) {
    RedisAddress address{.host = {}, .port = default_port};
    const bool is_bracketed = text.starts_with('[');
    const std::size_t close = is_bracketed ? text.find(']') : std::string_view::npos;
    if (is_bracketed && close == std::string_view::npos) return fail("an IPv6 address lacks its ]");
    const std::size_t colon = text.find(':', is_bracketed ? close : 0);
    if (colon != std::string_view::npos && !read_number(text.substr(colon + 1), address.port))
      return fail("a port is a number up to 65535");
    address.host = is_bracketed ? text.substr(1, close - 1) : text.substr(0, colon);
    if (address.host.empty()) return fail("a server needs a host");
    options_.addresses.push_back(std::move(address));
    return true;
  }

  bool path_parts(std::string_view path) {
    if (options_.topology == RedisOptions::Topology::kSentinel) {
      const std::size_t slash = path.find('/');
      options_.master_name = decoded(path.substr(0, slash));
      if (options_.master_name.empty())
        return fail("sentinels need the name of the master: redis+sentinel://host/name");
      path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    }
    if (path.empty()) return true;
    if (!read_number(path, options_.database) || options_.database < 0) return fail("a database is a number");
    if (options_.topology == RedisOptions::Topology::kCluster && options_.database != 0)
      return fail("a cluster has one database, 0");
    return true;
  }

  bool milliseconds(std::string_view value, std::chrono::milliseconds& into) {
    std::int64_t number = 0;
    if (!read_number(value, number) || number <= 0 || number > 600'000)
      return fail("a timeout is a number of milliseconds");
    into = std::chrono::milliseconds(number);
    return true;
  }

  bool parameter(std::string_view name, const std::string& value) {
    if (name == "timeout") return milliseconds(value, options_.timeout);
    if (name == "connectTimeout") return milliseconds(value, options_.connect_timeout);
    if (name == "maxBackoff") return milliseconds(value, options_.max_backoff);
    if (name == "rates") {
      options_.token_bucket = same(value, "token-bucket");
      return options_.token_bucket || same(value, "sliding-window") || fail("rates are sliding-window or token-bucket");
    }
    if (name == "prefix")
      options_.prefix = value;
    else if (name == "ca")
      options_.ca_file = value;
    else if (name == "serverName")
      options_.server_name = value;
    else if (name == "sentinelPassword")
      options_.sentinel_password = value;
    else if (name == "verify")
      options_.verify = !same(value, "false");
    else
      return fail("there is no parameter `" + std::string(name) +
                  "`: timeout, connectTimeout, maxBackoff, prefix, ca, serverName, sentinelPassword, verify, rates");
    return true;
  }

  // The StackExchange form of the platform's cache entity. source: rate-and-cache-distribution.md#4
  bool connection_string(std::string_view text) {
    for (const std::string_view part : split(text, ',')) {
      const std::size_t equals = part.find('=');
      if (part.empty()) continue;
      if (equals == std::string_view::npos) {
        if (!address(part, 6379)) return false;
      } else if (!setting(part.substr(0, equals), std::string(part.substr(equals + 1)))) {
        return false;
      }
    }
    return !options_.addresses.empty() || fail("a connection string begins with host:port");
  }

  bool setting(std::string_view name, const std::string& value) {
    if (same(name, "password"))
      options_.password = value;
    else if (same(name, "user"))
      options_.username = value;
    else if (same(name, "ssl"))
      options_.tls = same(value, "true");
    else if (same(name, "sslHost"))
      options_.server_name = value;
    else if (same(name, "channelPrefix"))
      return true;
    else if (same(name, "defaultDatabase"))
      return read_number(value, options_.database) || fail("defaultDatabase is a number");
    else if (same(name, "connectTimeout"))
      return milliseconds(value, options_.connect_timeout);
    else if (same(name, "syncTimeout"))
      return milliseconds(value, options_.timeout);
    else if (same(name, "serviceName")) {
      options_.topology = RedisOptions::Topology::kSentinel;
      options_.master_name = value;
    }
    // The others (abortConnect, allowAdmin, …) are about that client.
    return true;
  }

  std::string& problem_;
  RedisOptions options_;
};

}  // namespace

std::optional<RedisOptions> parse_redis_address(std::string_view text, std::string& problem) {
  problem.clear();
  return AddressReader(problem).read(text);
}

}  // namespace portcullis::hosts
