// A request's context read from a file (JSON or .http): a ContextView with the memory behind it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "portcullis/portcullis.hpp"

namespace portcullis::hosts {

using Json = nlohmann::ordered_json;

/// Where and why a file could not be read.
struct FileError {
  std::string message;
};

/// Owns what `view()` and `variables()` point to. Not movable once filled: views point inside.
class OwnedContext {
 public:
  OwnedContext();
  OwnedContext(const OwnedContext&) = delete;
  OwnedContext& operator=(const OwnedContext&) = delete;

  /// Context JSON as docs/interfaces.md describes it. Null, or what is wrong and where ("request.url: …").
  std::optional<FileError> read_json(const Json& context);
  /// The first request of an .http file, `@name = value` and `{{name}}` resolved.
  std::optional<FileError> read_http(std::string_view text);
  /// By the file's ending and content.
  std::optional<FileError> read_file(const std::string& path);

  [[nodiscard]] const ContextView& view() const { return view_; }
  [[nodiscard]] ContextView& view() { return view_; }
  [[nodiscard]] const std::vector<VariableText>& variables() const { return variables_; }
  /// `elapsedMs`: how long ago the request arrived.
  [[nodiscard]] double elapsed_ms() const { return elapsed_ms_; }
  /// A copy that lives as long as this.
  std::string_view keep(std::string text);

 private:
  friend class ContextReader;

  std::deque<std::string> texts_;
  std::deque<std::vector<HeaderView>> headers_;
  std::deque<std::vector<ParameterView>> parameters_;
  std::deque<std::vector<GroupView>> groups_;
  std::deque<std::vector<IdentityView>> identities_;
  std::deque<std::vector<ApiView>> apis_;
  std::deque<std::vector<std::string_view>> words_;
  std::vector<CertificateView> certificates_, authorities_;
  ResponseView response_;
  SubscriptionView subscription_;
  UserView user_;
  ProductView product_;
  ApiView api_;
  OperationView operation_;
  DeploymentView deployment_;
  LastErrorView last_error_;
  ContextView view_;
  std::vector<VariableText> variables_;
  double elapsed_ms_ = 0;
};

/// Splits an absolute URL into views of `text`, which must outlive the result.
std::optional<UrlView> split_url(std::string_view text);
std::optional<std::string> decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);
/// Guid text (D) to bytes in .NET order.
bool parse_guid(std::string_view text, std::uint8_t (&bytes)[16]);
/// The whole file, or what went wrong.
std::optional<std::string> read_whole_file(const std::string& path);

}  // namespace portcullis::hosts
