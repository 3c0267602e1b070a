// System.Net.IPAddress, and reading addresses from text as .NET does.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/run/object.h"

namespace portcullis {

struct IpValue {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // IPv4: the first four
  std::uint32_t scope = 0;

  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), is_v6 ? 16U : 4U};
  }
  friend bool operator==(const IpValue&, const IpValue&) = default;
};

struct IPAddress : Object {
  IpValue value;
};

/// IPv4 in one to four parts, decimal, octal or hexadecimal, as `inet_aton`; IPv6 with optional brackets, port and
/// scope.
std::optional<IpValue> parse_ip_address(std::string_view text);
/// Canonical form: `203.0.113.7`, `2001:db8::1`, `::ffff:1.2.3.4`, `fe80::1%3`.
std::string ip_address_text(const IpValue& value);

}  // namespace portcullis
