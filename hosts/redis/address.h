// Where a Redis-compatible server is and how to talk to it, from a URL or a StackExchange connection string.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::hosts {

struct RedisAddress {
  std::string host;
  std::uint16_t port = 6379;
  bool operator==(const RedisAddress&) const = default;
};

struct RedisOptions {
  /// kSingle also follows the redirections of a cluster; kCluster asks for the slots at the start.
  enum class Topology : std::uint8_t { kSingle, kSentinel, kCluster } topology = Topology::kSingle;
  std::vector<RedisAddress> addresses;  // of the server, the sentinels, or some nodes of the cluster
  std::string master_name;              // sentinels
  std::string username, password;
  std::string sentinel_password;
  int database = 0;
  bool tls = false;
  bool verify = true;       // the server's certificate
  std::string ca_file;      // PEM; empty: the system's
  std::string server_name;  // in the certificate; empty: the host
  std::chrono::milliseconds connect_timeout{1000};
  std::chrono::milliseconds timeout{250};  // of one operation; the policy goes on without the server after it
  std::chrono::milliseconds min_backoff{50};
  std::chrono::milliseconds max_backoff{5000};
  bool token_bucket = false;  // rates fill buckets, as in the v2 tiers; false: sliding windows
  std::string prefix = "portcullis:";  // of all keys: gateways of one service share it
};

/// `redis://[user:password@]host[:port][/database]`, `rediss://…` with TLS,
/// `redis+sentinel://host,host/master[/database]`, `redis+cluster://host,host`, with
/// `?timeout=MS&connectTimeout=MS&prefix=…&ca=FILE&verify=false&serverName=…&sentinelPassword=…&rates=token-bucket`; or
/// `host:port[,host:port],password=…,ssl=True,…`. nullopt: `problem` says why.
std::optional<RedisOptions> parse_redis_address(std::string_view text, std::string& problem);

}  // namespace portcullis::hosts
