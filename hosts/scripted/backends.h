// Backend entities under the names that the management API gives their properties, as scenarios and configuration
// files write them: BackendViews with the memory behind them. source: docs/interfaces.md, `service.backends`
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/files/owned_context.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::hosts {

/// Owns what `views()` point to. Not movable once filled.
class OwnedBackends {
 public:
  OwnedBackends() = default;
  OwnedBackends(const OwnedBackends&) = delete;
  OwnedBackends& operator=(const OwnedBackends&) = delete;

  /// `backends` is {id: entity}, an entity's properties directly or under `properties`. `{{name}}` in credentials and
  /// URLs is replaced. Certificates are found among `certificates` by id. What is wrong and where, or nullopt.
  std::optional<FileError> read(const Json& backends, std::span<const NamedValueText> named_values,
                                std::span<const CertificateView> certificates);
  /// For ContextView::backends; never without data, so that an unknown id is an error.
  [[nodiscard]] std::span<const BackendView> views() const { return views_; }

 private:
  friend class BackendReader;
  std::vector<BackendView> views_{};
  std::deque<std::string> texts_;
  std::deque<std::vector<HeaderView>> headers_;
  std::deque<std::vector<ParameterView>> parameters_;
  std::deque<std::vector<PoolMemberView>> members_;
  std::deque<std::vector<CircuitBreakerView>> breakers_;
  std::deque<std::vector<StatusRangeView>> ranges_;
  std::deque<std::vector<std::string_view>> words_;
};

/// An ISO 8601 duration of days, hours, minutes and seconds: `PT1M30S`, `P1D`. nullopt for anything else.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace portcullis::hosts
