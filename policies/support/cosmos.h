// The REST interface of Azure Cosmos DB: account, resource links, the authorization header. source: cosmos-db REST,
// "Access control on Cosmos DB resources"
#pragma once

#include <string>
#include <string_view>

#include "portcullis/stores.hpp"

namespace portcullis {

inline constexpr std::string_view kCosmosVersion = "2018-12-31";

/// `AccountEndpoint=https://…;AccountKey=…;`; views into the text.
struct CosmosAccount {
  std::string_view endpoint;  // without a slash at its end
  std::string_view key;       // base64; empty: an identity is used

  /// What a token of an identity is for: scheme and host.
  [[nodiscard]] std::string_view origin() const;
};
bool read_cosmos_account(std::string_view text, CosmosAccount& account, std::string_view& problem);

struct CosmosLink {
  std::string_view database;
  std::string_view container;
  std::string_view id;  // empty: the container's documents

  [[nodiscard]] std::string url(const CosmosAccount& account) const;
  /// What is signed: names as they are.
  [[nodiscard]] std::string signed_link() const;
};

/// `Tue, 01 Nov 1994 08:12:31 GMT`
std::string cosmos_date(SystemTime time);
/// False when the key is no base64.
bool cosmos_key_authorization(std::string_view key, std::string_view method, const CosmosLink& link,
                              std::string_view date, std::string& header);
std::string cosmos_token_authorization(std::string_view token);

/// JSON escapes for everything but ASCII too: headers carry nothing else.
void append_json_ascii(std::string& out, std::string_view text);
bool is_json_number(std::string_view text);

}  // namespace portcullis
