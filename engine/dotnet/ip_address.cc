// See ip_address.h.
#include "engine/dotnet/ip_address.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kIPAddressDefinition;
extern const TypeDefinition kAddressFamilyDefinition;

namespace {

using Groups = std::array<std::uint16_t, 8>;

// ---- reading ------------------------------------------------------------------------------------------------

std::optional<std::uint64_t> read_part(std::string_view part) {
  int base = 10;
  if (part.starts_with("0x") || part.starts_with("0X")) {
    base = 16;
    part.remove_prefix(2);
  } else if (part.size() > 1 && part[0] == '0') {
    base = 8;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value, base);
  if (part.empty() || error != std::errc{} || end != part.data() + part.size()) return std::nullopt;
  return value;
}

// `a.b` means 8 bits and 24: the last part fills what is left.
std::optional<std::uint32_t> read_v4(std::string_view text) {
  std::uint64_t address = 0;
  for (int parts = 1; parts <= 4; ++parts) {
    const std::size_t dot = text.find('.');
    const auto value = read_part(text.substr(0, dot));
    if (!value) return std::nullopt;
    if (dot == std::string_view::npos) {
      const int bits = 8 * (5 - parts);
      if (*value >= (std::uint64_t{1} << bits)) return std::nullopt;
      return static_cast<std::uint32_t>((address << bits) | *value);
    }
    if (*value > 255) return std::nullopt;
    address = (address << 8) | *value;
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

bool read_group(std::string_view text, std::uint16_t& group) {
  if (text.empty() || text.size() > 4) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), group, 16);
  return error == std::errc{} && end == text.data() + text.size();
}

// Four decimal parts only.
bool read_embedded_v4(std::string_view text, std::uint16_t* groups) {
  if (std::count(text.begin(), text.end(), '.') != 3) return false;
  const auto value = read_v4(text);
  if (!value) return false;
  groups[0] = static_cast<std::uint16_t>(*value >> 16);
  groups[1] = static_cast<std::uint16_t>(*value);
  return true;
}

// Groups divided by colons; how many, or -1.
int read_groups(std::string_view text, std::uint16_t* groups, int room) {
  int count = 0;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    const bool last = colon == std::string_view::npos;
    if (last && part.find('.') != std::string_view::npos) {
      if (count + 2 > room || !read_embedded_v4(part, groups + count)) return -1;
      return count + 2;
    }
    if (count >= room || !read_group(part, groups[count])) return -1;
    ++count;
    if (last) return count;
    text.remove_prefix(colon + 1);
    if (text.empty()) return -1;
  }
  return count;
}

bool read_v6(std::string_view text, Groups& groups) {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return read_groups(text, groups.data(), 8) == 8;
  Groups head{};
  Groups tail{};
  const int before = read_groups(text.substr(0, gap), head.data(), 7);
  const std::string_view behind = text.substr(gap + 2);
  if (before < 0 || behind.find("::") != std::string_view::npos) return false;
  const int after = read_groups(behind, tail.data(), 7 - before);
  if (after < 0) return false;
  std::copy_n(head.begin(), before, groups.begin());
  std::copy_n(tail.begin(), after, groups.end() - after);
  return true;
}

// `[address]:port`; what is inside the brackets, which must close.
std::optional<std::string_view> without_brackets(std::string_view text) {
  if (!text.starts_with('[')) return text;
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view port = text.substr(close + 1);
  if (!port.empty() && (port[0] != ':' || port.size() < 2 || !std::ranges::all_of(port.substr(1), &is_ascii_digit)))
    return std::nullopt;
  return text.substr(1, close - 1);
}

std::optional<IpValue> parse_v6(std::string_view text) {
  const auto inside = without_brackets(text);
  if (!inside) return std::nullopt;
  text = *inside;
  IpValue value{.is_v6 = true};
  const std::size_t percent = text.find('%');
  if (percent != std::string_view::npos) {
    const std::string_view scope = text.substr(percent + 1);
    const auto [end, error] = std::from_chars(scope.data(), scope.data() + scope.size(), value.scope);
    if (scope.empty() || error != std::errc{} || end != scope.data() + scope.size()) return std::nullopt;
    text = text.substr(0, percent);
  }
  Groups groups{};
  if (!read_v6(text, groups)) return std::nullopt;
  for (std::size_t i = 0; i < 8; ++i) {
    value.bytes[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
    value.bytes[2 * i + 1] = static_cast<std::uint8_t>(groups[i]);
  }
  return value;
}

// ---- writing ------------------------------------------------------------------------------------------------

void append_hex(std::string& out, std::uint16_t group) {
  char digits[4];
  out.append(digits, std::to_chars(digits, digits + 4, group, 16).ptr);
}

void append_v4(std::string& out, const std::uint8_t* bytes) {
  append(out, bytes[0], '.', bytes[1], '.', bytes[2], '.', bytes[3]);
}

// The last 32 bits of mapped, compatible, translated and ISATAP addresses are written as IPv4.
bool has_embedded_v4(const Groups& groups) {
  if (std::any_of(groups.begin(), groups.begin() + 4, [](std::uint16_t group) { return group != 0; })) return false;
  if (groups[4] == 0 && groups[5] == 0x5EFE) return true;
  if (groups[6] == 0) return false;
  return (groups[4] == 0 && (groups[5] == 0 || groups[5] == 0xFFFF)) || (groups[4] == 0xFFFF && groups[5] == 0);
}

struct Gap {
  std::size_t start = 8;
  std::size_t length = 0;
};
// The first longest run of zero groups, of two at least.
Gap longest_gap(const Groups& groups, std::size_t count) {
  Gap best;
  for (std::size_t i = 0; i < count;) {
    std::size_t end = i;
    while (end < count && groups[end] == 0) ++end;
    if (end - i > best.length && end - i > 1) best = {i, end - i};
    i = end + 1;
  }
  return best;
}

std::string v6_text(const IpValue& value) {
  Groups groups{};
  for (std::size_t i = 0; i < 8; ++i)
    groups[i] = static_cast<std::uint16_t>(value.bytes[2 * i] << 8 | value.bytes[2 * i + 1]);
  const bool embedded = has_embedded_v4(groups);
  const std::size_t count = embedded ? 6 : 8;
  const Gap gap = longest_gap(groups, count);
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (i == gap.start) {
      out += "::";
      i += gap.length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    append_hex(out, groups[i]);
  }
  if (embedded) {
    if (!out.empty() && out.back() != ':') out += ':';
    append_v4(out, value.bytes.data() + 12);
  }
  if (value.scope != 0) append(out, '%', value.scope);
  return out;
}

// ---- members ------------------------------------------------------------------------------------------------

IPAddress* make(Run& run, const IpValue& value) {
  auto* made = run.make<IPAddress>(Known::kIPAddress);
  made->value = value;
  return made;
}

template <bool kV6, std::uint8_t kFill, std::uint8_t kFirst, std::uint8_t kLast>
IPAddress* fixed(Run& run) {
  IpValue value{.is_v6 = kV6};
  const std::size_t size = kV6 ? 16 : 4;
  std::fill_n(value.bytes.begin(), size, kFill);
  value.bytes[0] = kFirst;
  value.bytes[size - 1] = kLast;
  return make(run, value);
}

IPAddress* parse(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("ipString");
  const auto value = parse_ip_address(text->view());
  if (!value) return run.raise(Known::kFormatException, "An invalid IP address was specified.");
  return make(run, *value);
}

bool try_parse(Run& run, String* text, Slot* result) {
  const auto value = text == nullptr ? std::nullopt : parse_ip_address(text->view());
  *result = Slot::of_object(value ? make(run, *value) : nullptr);
  return value.has_value();
}

IPAddress* of_bytes(Run& run, ByteArray* bytes) {
  if (bytes == nullptr) return run.raise_null("address");
  if (bytes->length != 4 && bytes->length != 16) {
    return run.raise_argument(Known::kArgumentException, "An invalid IP address was specified.", "address");
  }
  IpValue value{.is_v6 = bytes->length == 16};
  std::copy_n(bytes->data, bytes->length, value.bytes.begin());
  return make(run, value);
}

// The number's lowest byte is the address's first.
IPAddress* of_number(Run& run, std::int64_t number) {
  if (number < 0 || number > 0xFFFFFFFF) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Specified argument was out of the range of valid values.", "newAddress");
  }
  IpValue value;
  for (std::size_t i = 0; i < 4; ++i) value.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return make(run, value);
}

ByteArray* get_bytes(Run& run, IPAddress* self) { return run.bytes(self->value.view()); }
std::int32_t address_family(IPAddress* self) { return self->value.is_v6 ? 23 : 2; }
std::int64_t scope_id(Run& run, IPAddress* self) {
  if (!self->value.is_v6)
    return run.raise(Known::kNotSupportedException,
                     "The attempted operation is not supported for the type of object referenced.");
  return self->value.scope;
}
bool is_mapped(const IpValue& value) {
  return value.is_v6 && value.view().substr(0, 12) == std::string_view("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);
}
bool is_v4_mapped(IPAddress* self) { return is_mapped(self->value); }
bool is_link_local(IPAddress* self) {
  return self->value.is_v6 && self->value.bytes[0] == 0xFE && (self->value.bytes[1] & 0xC0) == 0x80;
}
bool is_site_local(IPAddress* self) {
  return self->value.is_v6 && self->value.bytes[0] == 0xFE && (self->value.bytes[1] & 0xC0) == 0xC0;
}
bool is_multicast(IPAddress* self) { return self->value.is_v6 && self->value.bytes[0] == 0xFF; }
bool is_unique_local(IPAddress* self) { return self->value.is_v6 && (self->value.bytes[0] & 0xFE) == 0xFC; }

IPAddress* map_to_v4(Run& run, IPAddress* self) {
  if (!self->value.is_v6) return self;
  IpValue value;
  std::copy_n(self->value.bytes.begin() + 12, 4, value.bytes.begin());
  return make(run, value);
}
IPAddress* map_to_v6(Run& run, IPAddress* self) {
  if (self->value.is_v6) return self;
  IpValue value{.is_v6 = true};
  value.bytes[10] = value.bytes[11] = 0xFF;
  std::copy_n(self->value.bytes.begin(), 4, value.bytes.begin() + 12);
  return make(run, value);
}

bool is_loopback(Run& run, IPAddress* address) {
  if (address == nullptr) return run.raise_null("address");
  const IpValue& value = address->value;
  if (!value.is_v6) return value.bytes[0] == 127;
  if (is_mapped(value)) return value.bytes[12] == 127;
  return value.bytes[15] == 1 &&
         std::all_of(value.bytes.begin(), value.bytes.begin() + 15, [](std::uint8_t byte) { return byte == 0; });
}

String* text_of(Run& run, IPAddress* self) { return run.string(ip_address_text(self->value)); }

String* address_to_string(Run& run, const Type&, Slot self) {
  return text_of(run, static_cast<IPAddress*>(self.object));
}
bool same_address(Run&, const Type&, Slot a, Slot b) {
  return static_cast<const IPAddress*>(a.object)->value == static_cast<const IPAddress*>(b.object)->value;
}
std::int32_t hash_address(Run&, const Type&, Slot self) {
  std::uint32_t state = 0;
  for (const std::uint8_t byte : static_cast<const IPAddress*>(self.object)->value.bytes) state = state * 31 + byte;
  return static_cast<std::int32_t>(state);
}

constexpr TypeOperations kOperations{.to_string = &address_to_string, .equals = &same_address, .hash = &hash_address};

constexpr Member kMembers[] = {
    constructor<&of_bytes>("new IPAddress(byte[] address)"),
    constructor<&of_number>("new IPAddress(long newAddress)"),
    property<&fixed<false, 0, 0, 0>>("static IPAddress Any { get; }").with(kNoRaise),
    property<&fixed<false, 0, 127, 1>>("static IPAddress Loopback { get; }").with(kNoRaise),
    property<&fixed<false, 255, 255, 255>>("static IPAddress Broadcast { get; }").with(kNoRaise),
    property<&fixed<false, 255, 255, 255>>("static IPAddress None { get; }").with(kNoRaise),
    property<&fixed<true, 0, 0, 0>>("static IPAddress IPv6Any { get; }").with(kNoRaise),
    property<&fixed<true, 0, 0, 1>>("static IPAddress IPv6Loopback { get; }").with(kNoRaise),
    property<&fixed<true, 0, 0, 0>>("static IPAddress IPv6None { get; }").with(kNoRaise),
    method<&parse>("static IPAddress Parse(string ipString)"),
    method<&try_parse>("static bool TryParse(string ipString, out IPAddress address)").with(kNoRaise),
    method<&is_loopback>("static bool IsLoopback(IPAddress address)"),
    property<&address_family>("AddressFamily AddressFamily { get; }").with(kNoRaise),
    property<&scope_id>("long ScopeId { get; }"),
    property<&is_v4_mapped>("bool IsIPv4MappedToIPv6 { get; }").with(kNoRaise),
    property<&is_link_local>("bool IsIPv6LinkLocal { get; }").with(kNoRaise),
    property<&is_site_local>("bool IsIPv6SiteLocal { get; }").with(kNoRaise),
    property<&is_multicast>("bool IsIPv6Multicast { get; }").with(kNoRaise),
    property<&is_unique_local>("bool IsIPv6UniqueLocal { get; }").with(kNoRaise),
    method<&map_to_v4>("IPAddress MapToIPv4()").with(kNoRaise),
    method<&map_to_v6>("IPAddress MapToIPv6()").with(kNoRaise),
    method<&get_bytes>("byte[] GetAddressBytes()"),
    method<&text_of>("string ToString()").with(kNoRaise),
};

constexpr EnumValue kFamilies[] = {
    {"Unknown", -1}, {"Unspecified", 0}, {"Unix", 1}, {"InterNetwork", 2}, {"InterNetworkV6", 23}};

}  // namespace

std::optional<IpValue> parse_ip_address(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return parse_v6(text);
  const auto number = read_v4(text);
  if (!number) return std::nullopt;
  IpValue value;
  for (std::size_t i = 0; i < 4; ++i) value.bytes[i] = static_cast<std::uint8_t>(*number >> (24 - 8 * i));
  return value;
}

std::string ip_address_text(const IpValue& value) {
  if (value.is_v6) return v6_text(value);
  std::string out;
  append_v4(out, value.bytes.data());
  return out;
}

const TypeDefinition kIPAddressDefinition{
    .declaration = "class System.Net.IPAddress", .members = kMembers, .operations = &kOperations};
const TypeDefinition kAddressFamilyDefinition{.declaration = "enum System.Net.Sockets.AddressFamily : int",
                                              .values = kFamilies};

}  // namespace portcullis
