#include "policies/support/call.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <string>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/text.h"

namespace portcullis {

namespace {

enum class Sent : std::uint8_t { kAsItIs, kNever, kApart, kHost };

struct SpecialName {
  std::string_view name;
  Sent sent;
};

// Hop-by-hop (RFC 9110 7.6.1), framing and what is for the gateway alone; headers whose values may hold commas themselves, so that several
// stay separate lines. source: gateway-environment.md#2, set-header-policy#usage-notes
constexpr SpecialName kSpecialNames[] = {
    {"Connection", Sent::kNever},        {"Keep-Alive", Sent::kNever},
    {"Proxy-Authenticate", Sent::kNever}, {"Proxy-Authorization", Sent::kNever},
    {"Proxy-Connection", Sent::kNever},  {"TE", Sent::kNever},
    {"Trailer", Sent::kNever},           {"Transfer-Encoding", Sent::kNever},
    {"Upgrade", Sent::kNever},           {"Content-Length", Sent::kNever},
    {"Ocp-Apim-Trace", Sent::kNever},    {"Apim-Debug-Authorization", Sent::kNever},
    {"Ocp-Apim-Debug", Sent::kNever},    {"Host", Sent::kHost},
    {"User-Agent", Sent::kApart},        {"WWW-Authenticate", Sent::kApart},
    {"Cookie", Sent::kApart},            {"Set-Cookie", Sent::kApart},
    {"Warning", Sent::kApart},           {"Date", Sent::kApart},
    {"Expires", Sent::kApart},           {"If-Modified-Since", Sent::kApart},
    {"If-Unmodified-Since", Sent::kApart}, {"Last-Modified", Sent::kApart},
    {"Retry-After", Sent::kApart},
};

/// For each first letter, the sizes of the special names: nearly every other name is told apart by it.
struct Sizes {
  std::uint32_t of[32] = {};
  constexpr Sizes() {
    for (const SpecialName& special : kSpecialNames) of[special.name[0] & 31] |= 1U << special.name.size();
  }
};
constexpr Sizes kSizes;

Sent how_sent(std::string_view name) {
  if (name.empty() || name.size() > 31 || ((kSizes.of[name[0] & 31] >> name.size()) & 1) == 0) return Sent::kAsItIs;
  for (const SpecialName& special : kSpecialNames) {
    if (equals_ignoring_ascii_case(name, special.name)) return special.sent;
  }
  return Sent::kAsItIs;
}

// Named by Connection: hop-by-hop too. source: RFC 9110 7.6.1
bool is_named_by(std::string_view connection, std::string_view name) {
  for (std::size_t at = 0; at <= connection.size();) {
    const std::size_t end = std::min(connection.find(',', at), connection.size());
    if (equals_ignoring_ascii_case(trim_ascii(connection.substr(at, end - at)), name)) return true;
    at = end + 1;
  }
  return false;
}

/// Finds lines of one name in one pass over all: positions + 1 in an open-addressing table.
class Names {
 public:
  Names(Arena& arena, std::size_t most) : size_(std::bit_ceil(most * 2 + 1)), places_(arena.array<std::uint32_t>(size_)) {}

  /// The place for the name: 0 when it has not been seen, else its position + 1.
  std::uint32_t& place(std::string_view name, std::span<const HeaderView> lines) {
    std::size_t at = hash(name) & (size_ - 1);
    while (places_[at] != 0 && !equals_ignoring_ascii_case(lines[places_[at] - 1].name, name)) at = (at + 1) & (size_ - 1);
    return places_[at];
  }

 private:
  // Without the bit that tells cases apart.
  static std::size_t hash(std::string_view name) {
    std::uint64_t state = name.size();
    for (std::size_t at = 0; at < name.size(); at += 8) {
      std::uint64_t part = 0;
      if (name.size() - at >= 8) {
        std::memcpy(&part, name.data() + at, 8);
      } else if (name.size() >= 8) {
        std::memcpy(&part, name.data() + name.size() - 8, 8);
      } else {
        for (const char c : name) part = part << 8 | static_cast<unsigned char>(c);
      }
      state = (state ^ (part | 0x2020202020202020ULL)) * 0x9E3779B97F4A7C15ULL;
      state ^= state >> 32;
    }
    return static_cast<std::size_t>(state);
  }

  std::size_t size_;
  std::span<std::uint32_t> places_;
};

// The text last written grows in place.
std::string_view with_comma(Arena& arena, std::string_view first, std::string_view second) {
  if (!arena.extend_text(first.data() + first.size(), second.size() + 1)) return concatenated(arena, {first, ",", second});
  char* end = const_cast<char*>(first.data() + first.size());
  *end = ',';
  std::copy(second.begin(), second.end(), end + 1);
  return {first.data(), first.size() + 1 + second.size()};
}

}  // namespace

bool is_never_passed_on(std::string_view name) { return how_sent(name) == Sent::kNever; }

std::span<const HeaderView> outgoing_headers(PolicyRun& run, const HeaderList& headers, bool keep_host) {
  Arena& arena = run.arena();
  const std::string_view connection = headers.joined(HeaderName("Connection"), arena);
  const std::size_t most = headers.size();
  auto* lines = static_cast<HeaderView*>(arena.allocate(most * sizeof(HeaderView), alignof(HeaderView)));
  std::size_t count = 0;
  Names names(arena, most);
  headers.for_each([&](const HeaderView& line) {
    const Sent sent = how_sent(line.name);
    if (sent == Sent::kNever || (sent == Sent::kHost && !keep_host)) return;
    if (!connection.empty() && is_named_by(connection, line.name)) return;
    if (sent != Sent::kApart) {
      std::uint32_t& place = names.place(line.name, {lines, count});
      if (place != 0) {
        std::string_view& value = lines[place - 1].value;
        value = with_comma(arena, value, line.value);
        return;
      }
      place = static_cast<std::uint32_t>(count + 1);
    }
    new (lines + count++) HeaderView(line);
  });
  return {lines, count};
}

void check_timeouts(Reader& reader, const Element& element) {
  const Attribute* milliseconds = element.find("timeout-ms");
  if (milliseconds != nullptr && element.find("timeout") != nullptr) {
    reader.report(milliseconds->name_span, policy_code::kConflict, "`timeout` and `timeout-ms` exclude each other", "write one of the two");
  }
}

// Null leaves the default. source: routing.md#1
template <typename Duration>
static bool get_number(PolicyRun& run, const CompiledExpression* expression, std::int64_t literal, Duration& value) {
  if (expression == nullptr) {
    value = Duration(literal);
    return true;
  }
  Setting<std::string_view> setting;
  setting.expression = expression;
  std::string_view text;
  bool is_null = false;
  if (!run.get(setting, text, is_null)) return false;
  if (is_null) return true;
  std::int64_t number = 0;
  text = trim_ascii(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || number < 0 || number > INT32_MAX) {
    run.fail("ExpressionValueEvaluationFailure", joined("Expression evaluation failed. A whole number was expected, not `", text, "`."));
    return false;
  }
  value = Duration(number);
  return true;
}

bool get_timeout(PolicyRun& run, const Setting<std::chrono::seconds>& seconds, const Setting<std::int64_t>& milliseconds,
                 std::chrono::seconds fallback, std::chrono::milliseconds& timeout) {
  timeout = fallback;
  if (milliseconds.is_present) return get_number(run, milliseconds.expression, milliseconds.literal, timeout);
  if (!seconds.is_present) return true;
  auto whole = std::chrono::duration_cast<std::chrono::seconds>(fallback);
  if (!get_number(run, seconds.expression, seconds.literal.count(), whole)) return false;
  timeout = whole;
  return true;
}

PolicyError call_error(PolicyRun& run, const FailureReply& failure) {
  switch (failure.kind) {
    case FailureReply::Kind::kTimeout: return {.reason = "Timeout", .message = failure.message.empty() ? "Request to the backend service timed out" : run.text(failure.message)};
    case FailureReply::Kind::kClientGone: return {.reason = "ClientConnectionFailure", .message = run.text(failure.message)};
    case FailureReply::Kind::kConnection:
    case FailureReply::Kind::kRefused:
    case FailureReply::Kind::kUnavailable: break;
  }
  return {.reason = "BackendConnectionFailure", .message = failure.message.empty() ? "The connection to the backend failed." : run.text(failure.message)};
}

}  // namespace portcullis
