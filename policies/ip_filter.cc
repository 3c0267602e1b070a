// ip-filter: allows or refuses callers by address. X-Forwarded-For is not looked at. source: ip-filter-policy
#include <algorithm>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "engine/dotnet/ip_address.h"
#include "engine/policy/codes.h"
#include "policies/support/exists_action.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct AddressRange {
  Setting<std::string_view> from;
  Setting<std::string_view> to;
  std::optional<IpValue> known_from;  // of a literal
  std::optional<IpValue> known_to;
};
struct IpFilter {
  Setting<std::string_view> action;
  std::span<const Setting<std::string_view>> addresses;
  std::span<const AddressRange> ranges;
  std::int64_t literal_action = 0;
  std::span<std::optional<IpValue>> known_addresses;  // parallel to `addresses`
};

// ---- addresses ----------------------------------------------------------------------------------------------------

/// An address to compare with. IPv4 in IPv6 counts as IPv4; zones do not count. source: access-and-auth.md#5 (chosen)
std::optional<IpValue> read_address(std::string_view text) {
  text = trim_ascii(text);
  std::optional<IpValue> address = parse_ip_address(text);
  if (!address.has_value()) return std::nullopt;
  constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (address->is_v6 && std::memcmp(address->bytes.data(), kMapped, sizeof kMapped) == 0) {
    IpValue v4;
    std::copy_n(address->bytes.begin() + 12, 4, v4.bytes.begin());
    return v4;
  }
  address->scope = 0;
  return address;
}

bool is_in_range(const IpValue& address, const IpValue& from, const IpValue& to) {
  return address.is_v6 == from.is_v6 && address.is_v6 == to.is_v6 && from.bytes <= address.bytes &&
         address.bytes <= to.bytes;
}

// ---- load ---------------------------------------------------------------------------------------------------------

std::optional<IpValue> known_address(const Setting<std::string_view>& setting) {
  return setting.expression == nullptr ? read_address(setting.literal) : std::nullopt;
}

void read_range(Reader&, const Element&, void* config) {
  auto& range = *static_cast<AddressRange*>(config);
  range.known_from = known_address(range.from);
  range.known_to = known_address(range.to);
}

constexpr Word kActions[] = {{"allow", 0}, {"forbid", 1}};
constexpr AttributeSpec kRangeAttributes[] = {required<&AddressRange::from>("from"), required<&AddressRange::to>("to")};
constexpr ElementSpec kRange = checked(element_of<AddressRange>(kRangeAttributes), &read_range);
constexpr AttributeSpec kAttributes[] = {required<&IpFilter::action>("action")};
constexpr ChildSpec kChildren[] = {
    texts<&IpFilter::addresses>("address", 0, kMany),
    elements<&IpFilter::ranges, &kRange>("address-range", 0, kMany),
};

std::optional<IpValue> check_address(Reader& reader, const Value& value) {
  if (!value.is_literal()) return std::nullopt;
  const std::string_view text = value.trimmed();
  std::optional<IpValue> address = read_address(text);
  if (address.has_value()) return address;
  const bool is_block = text.find('/') != std::string_view::npos;
  reader.report(value.span, policy_code::kWrongLiteral, joined("`", text.substr(0, 60), "` is no IP address"),
                is_block ? "write <address-range from=\"…\" to=\"…\" /> instead of a prefix length"
                         : "write an IPv4 or IPv6 address");
  return std::nullopt;
}

void check(Reader& reader, const Element& element, void* config) {
  auto& filter = *static_cast<IpFilter*>(config);
  filter.literal_action = check_word(reader, element, "action", kActions);
  filter.known_addresses = reader.arena().array<std::optional<IpValue>>(filter.addresses.size());
  for (std::size_t i = 0; i < filter.addresses.size(); ++i)
    filter.known_addresses[i] = known_address(filter.addresses[i]);
  if (filter.addresses.empty() && filter.ranges.empty()) {
    reader.report(element.name_span, policy_code::kMissingChild, "`ip-filter` lacks its addresses",
                  "it needs at least one <address> or <address-range>");
  }
  for (const Element& child : element.elements()) {
    if (child.name == "address") {
      if (child.text.has_value()) check_address(reader, *child.text);
      if (!child.text.has_value()) reader.report(child.name_span, policy_code::kMissingText, "`address` is empty");
      continue;
    }
    const Attribute* from = child.find("from");
    const Attribute* to = child.find("to");
    if (from == nullptr || to == nullptr) continue;
    const std::optional<IpValue> first = check_address(reader, from->value);
    const std::optional<IpValue> last = check_address(reader, to->value);
    if (!first.has_value() || !last.has_value()) continue;
    if (first->is_v6 != last->is_v6) {
      reader.report(child.start_tag, policy_code::kWrongLiteral,
                    "the two ends of a range are of one family, IPv4 or IPv6");
    } else if (last->bytes < first->bytes) {
      reader.report(child.start_tag, policy_code::kWrongLiteral, "the range ends before it starts",
                    "exchange `from` and `to`");
    }
  }
}

// ---- run ----------------------------------------------------------------------------------------------------------

bool get_address(PolicyRun& run, const Setting<std::string_view>& setting, const std::optional<IpValue>& known,
                 IpValue& address) {
  if (known.has_value()) {
    address = *known;
    return true;
  }
  std::string_view text;
  if (!run.get(setting, text)) return false;
  const std::optional<IpValue> read = read_address(text);
  if (!read.has_value()) {
    run.fail({}, joined("`", text, "` is no IP address."));
    return false;
  }
  address = *read;
  return true;
}

bool find_match(PolicyRun& run, const IpFilter& config, const IpValue& caller, bool& matches) {
  matches = false;
  IpValue from;
  IpValue to;
  for (std::size_t i = 0; i < config.addresses.size(); ++i) {
    if (!get_address(run, config.addresses[i], config.known_addresses[i], from)) return false;
    matches = matches || caller == from;
  }
  for (const AddressRange& range : config.ranges) {
    if (!get_address(run, range.from, range.known_from, from) || !get_address(run, range.to, range.known_to, to))
      return false;
    matches = matches || is_in_range(caller, from, to);
  }
  return true;
}

// The caller only learns that it may not. source: access-and-auth.md#5
Outcome refuse(PolicyRun& run, std::string_view reason, std::string_view message) {
  return run.fail({.reason = reason, .message = run.text(message), .status = 403, .body_message = "Forbidden"});
}

Outcome run(PolicyRun& run, const IpFilter& config) {
  std::int64_t action = config.literal_action;
  if (config.action.expression != nullptr) {
    std::string_view word;
    if (!run.get(config.action, word)) return Outcome::kFail;
    if (!match_word(word, kActions, action))
      return run.fail({}, joined("`", word, "` is no action of ip-filter: it is `allow` or `forbid`."));
  }
  const std::string_view ip_address = run.exchange().request.ip_address;
  const std::optional<IpValue> caller = read_address(ip_address);
  if (!caller.has_value())
    return refuse(run, "FailedToParseCallerIP", "Failed to establish IP address for the caller. Access denied.");
  bool matches = false;
  if (!find_match(run, config, *caller, matches)) return Outcome::kFail;
  if (action == 0 && !matches)
    return refuse(run, "CallerIpNotAllowed",
                  joined("Caller IP address ", ip_address, " is not allowed. Access denied."));
  if (action == 1 && matches) return refuse(run, "CallerIpBlocked", "Caller IP address is blocked. Access denied.");
  if (run.tracing()) run.trace(joined("Caller IP address ", ip_address, " may pass."));
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kIpFilter =
    policy<IpFilter, &run>("ip-filter", kAttributes, kChildren).in(kInboundOnly).checked_by(&check);

}  // namespace portcullis
