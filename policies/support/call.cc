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

enum class Sent : std::uint8_t { kAsItIs, kNever, kApart, kHost, kConnection, kForwardedFor };

struct SpecialName {
  std::string_view name;
  Sent sent;
};

// Hop-by-hop (RFC 9110 7.6.1), framing and what is for the gateway alone; headers whose values may hold commas themselves, so that several
// stay separate lines. By first letter. source: gateway-environment.md#2, set-header-policy#usage-notes
constexpr SpecialName kSpecialNames[] = {
    {"Apim-Debug-Authorization", Sent::kNever},
    {"Connection", Sent::kConnection},
    {"Content-Length", Sent::kNever},
    {"Cookie", Sent::kApart},
    {"Date", Sent::kApart},
    {"Expires", Sent::kApart},
    {"Host", Sent::kHost},
    {"If-Modified-Since", Sent::kApart},
    {"If-Unmodified-Since", Sent::kApart},
    {"Keep-Alive", Sent::kNever},
    {"Last-Modified", Sent::kApart},
    {"Ocp-Apim-Debug", Sent::kNever},
    {"Ocp-Apim-Trace", Sent::kNever},
    {"Proxy-Authenticate", Sent::kNever},
    {"Proxy-Authorization", Sent::kNever},
    {"Proxy-Connection", Sent::kNever},
    {"Retry-After", Sent::kApart},
    {"Set-Cookie", Sent::kApart},
    {"TE", Sent::kNever},
    {"Trailer", Sent::kNever},
    {"Transfer-Encoding", Sent::kNever},
    {"Upgrade", Sent::kNever},
    {"User-Agent", Sent::kApart},
    {"Warning", Sent::kApart},
    {"WWW-Authenticate", Sent::kApart},
    {"X-Forwarded-For", Sent::kForwardedFor},
};

/// For each first letter the sizes of the special names, which tells nearly every other name apart, and where they begin.
struct Letters {
  std::uint32_t sizes[32] = {};
  std::uint8_t first[32] = {};
  constexpr Letters() {
    for (std::size_t i = std::size(kSpecialNames); i-- > 0;) {
      const std::size_t letter = kSpecialNames[i].name[0] & 31;
      sizes[letter] |= 1U << kSpecialNames[i].name.size();
      first[letter] = static_cast<std::uint8_t>(i);
    }
  }
};
constexpr Letters kLetters;

Sent how_sent(std::string_view name) {
  if (name.empty() || name.size() > 31) return Sent::kAsItIs;
  const std::size_t letter = name[0] & 31;
  if (((kLetters.sizes[letter] >> name.size()) & 1) == 0) return Sent::kAsItIs;
  for (std::size_t i = kLetters.first[letter]; i < std::size(kSpecialNames) && static_cast<std::size_t>(kSpecialNames[i].name[0] & 31) == letter; ++i) {
    if (equals_ignoring_ascii_case(name, kSpecialNames[i].name)) return kSpecialNames[i].sent;
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
  // Of the beginning and the end, without the bit that tells cases apart: that tells most names apart.
  static std::size_t hash(std::string_view name) {
    const auto part = [&](std::size_t at, std::size_t size) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, name.data() + at, size);
      return bits;
    };
    std::uint64_t bits = 0;
    if (name.size() >= 8) {
      bits = part(0, 8) ^ std::rotl(part(name.size() - 8, 8), 29);
    } else if (name.size() >= 4) {
      bits = part(0, 4) | part(name.size() - 4, 4) << 32;
    } else if (!name.empty()) {
      bits = part(0, 1) | part(name.size() / 2, 1) << 8 | part(name.size() - 1, 1) << 16;
    }
    return static_cast<std::size_t>(((bits | 0x2020202020202020ULL) * 0x9E3779B97F4A7C15ULL) >> 40);
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

bool is_never_passed_on(std::string_view name) {
  const Sent sent = how_sent(name);
  return sent == Sent::kNever || sent == Sent::kConnection;
}

std::span<const HeaderView> outgoing_headers(PolicyRun& run, const HeaderList& headers, bool keep_host, std::string_view caller) {
  Arena& arena = run.arena();
  const std::size_t most = headers.size() + 1;
  auto* lines = static_cast<HeaderView*>(arena.allocate(most * sizeof(HeaderView), alignof(HeaderView)));
  std::size_t count = 0;
  Names names(arena, most);
  std::string_view connection;
  std::string_view forwarded_for;
  const auto join = [&](std::string_view& value, std::string_view more) { value = value.empty() ? more : with_comma(arena, value, more); };
  headers.for_each([&](const HeaderView& line) {
    const Sent sent = how_sent(line.name);
    if (sent == Sent::kNever || (sent == Sent::kHost && !keep_host)) return;
    if (sent == Sent::kConnection) return join(connection, line.value);
    if (sent == Sent::kForwardedFor && !caller.empty()) return join(forwarded_for, line.value);
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
  if (!connection.empty()) {
    HeaderView* const end = std::remove_if(lines, lines + count, [&](const HeaderView& line) { return is_named_by(connection, line.name); });
    count = static_cast<std::size_t>(end - lines);
  }
  if (!caller.empty()) {
    join(forwarded_for, caller);
    new (lines + count++) HeaderView{"X-Forwarded-For", forwarded_for};
  }
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
