// System.Guid. source: types.md#8
#include "engine/dotnet/guid.h"

#include <cstring>

#include "base/text.h"
#include "engine/dotnet/number_format.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kGuidDefinition;

Guid* make_guid(Run& run, const std::uint8_t (&bytes)[16]) {
  auto* guid = run.make<Guid>(Known::kGuid);
  std::memcpy(guid->bytes, bytes, sizeof bytes);
  return guid;
}

namespace {

// The stored byte that stands at each place of the text.
constexpr std::uint8_t kTextOrder[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr std::string_view kNotDashed = "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).";
constexpr std::string_view kNotPlain = "Guid should contain only hexadecimal characters.";
constexpr std::string_view kNotHex = "Could not find a comma, or the length between the previous token and the comma was zero (i.e., '0x,'etc.).";
constexpr std::string_view kUnrecognized = "Unrecognized Guid format.";

using Bytes = std::uint8_t[16];

// ---- reading -------------------------------------------------------------------------------------------------------------

int hex_digit(char c) {
  if (is_ascii_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool read_plain(std::string_view text, Bytes& bytes) {
  if (text.size() != 32) return false;
  for (std::size_t i = 0; i < 16; ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[kTextOrder[i]] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}
bool read_dashed(std::string_view text, Bytes& bytes) {
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
  char plain[32];
  std::size_t count = 0;
  for (const char c : text) {
    if (c == '-') continue;
    if (count == sizeof plain) return false;
    plain[count++] = c;
  }
  return read_plain({plain, count}, bytes);
}
bool read_enclosed(std::string_view text, char open, char close, Bytes& bytes) {
  return text.size() == 38 && text.front() == open && text.back() == close && read_dashed(text.substr(1, 36), bytes);
}

// `0x` and up to `most` digits.
bool read_hex_number(std::string_view& text, std::size_t most, std::uint32_t& value) {
  if (text.size() < 3 || text[0] != '0' || ascii_lower(text[1]) != 'x') return false;
  text.remove_prefix(2);
  value = 0;
  std::size_t count = 0;
  for (; !text.empty() && hex_digit(text[0]) >= 0; ++count) {
    if (count == most) return false;
    value = value * 16 + static_cast<std::uint32_t>(hex_digit(text[0]));
    text.remove_prefix(1);
  }
  return count > 0;
}
bool take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}
// {0x00000000,0x0000,0x0000,{0x00,0x00,0x00,0x00,0x00,0x00,0x00,0x00}}, white space anywhere
bool read_nested(std::string_view given, Bytes& bytes) {
  char buffer[80];
  std::size_t size = 0;
  for (const char c : given) {
    if (is_ascii_space(c)) continue;
    if (size == sizeof buffer) return false;
    buffer[size++] = c;
  }
  std::string_view text(buffer, size);
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  std::uint32_t third = 0;
  if (!take(text, '{') || !read_hex_number(text, 8, first) || !take(text, ',') || !read_hex_number(text, 4, second) ||
      !take(text, ',') || !read_hex_number(text, 4, third) || !take(text, ',') || !take(text, '{')) {
    return false;
  }
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(first >> (8 * i));
  for (std::size_t i = 0; i < 2; ++i) bytes[4 + i] = static_cast<std::uint8_t>(second >> (8 * i));
  for (std::size_t i = 0; i < 2; ++i) bytes[6 + i] = static_cast<std::uint8_t>(third >> (8 * i));
  for (std::size_t i = 8; i < 16; ++i) {
    std::uint32_t value = 0;
    if ((i > 8 && !take(text, ',')) || !read_hex_number(text, 2, value)) return false;
    bytes[i] = static_cast<std::uint8_t>(value);
  }
  return text == "}}";
}

// Empty when `text` was read, else why not.
std::string_view read(std::string_view text, Bytes& bytes) {
  text = trim_ascii(text);
  if (text.size() < 32) return kUnrecognized;
  if (text[0] == '(') return read_enclosed(text, '(', ')', bytes) ? std::string_view{} : kNotDashed;
  if (text[0] == '{') {
    if (text[9] == '-') return read_enclosed(text, '{', '}', bytes) ? std::string_view{} : kNotDashed;
    return read_nested(text, bytes) ? std::string_view{} : kNotHex;
  }
  if (text[8] == '-') return read_dashed(text, bytes) ? std::string_view{} : kNotDashed;
  return read_plain(text, bytes) ? std::string_view{} : kNotPlain;
}

std::string_view read_exactly(std::string_view text, char format, Bytes& bytes) {
  text = trim_ascii(text);
  switch (format) {
    case 'd':
      return read_dashed(text, bytes) ? std::string_view{} : kNotDashed;
    case 'n':
      return read_plain(text, bytes) ? std::string_view{} : kNotPlain;
    case 'b':
      return read_enclosed(text, '{', '}', bytes) ? std::string_view{} : kNotDashed;
    case 'p':
      return read_enclosed(text, '(', ')', bytes) ? std::string_view{} : kNotDashed;
    default:
      return read_nested(text, bytes) ? std::string_view{} : kNotHex;
  }
}

// Too short a text says so in other words.
std::string_view reason(std::string_view text, std::string_view why) {
  return why == kUnrecognized && !trim_ascii(text).empty() ? kNotDashed : why;
}

// The lower-case letter of a format, 0 when it is none.
char format_letter(const String* format) {
  if (format == nullptr || format->size == 0) return 'd';
  const char letter = ascii_lower(format->data[0]);
  return format->size == 1 && std::string_view("dnbpx").find(letter) != std::string_view::npos ? letter : '\0';
}
Raised raise_bad_format(Run& run) {
  return run.raise(Known::kFormatException,
                   "Format string can be only \"D\", \"d\", \"N\", \"n\", \"P\", \"p\", \"B\", \"b\", \"X\" or \"x\".");
}

// ---- making --------------------------------------------------------------------------------------------------------------

Guid* parse_named(Run& run, const String* text, std::string_view parameter) {
  if (text == nullptr) return run.raise_null(parameter);
  Bytes bytes{};
  const std::string_view why = read(text->view(), bytes);
  if (why.empty()) return make_guid(run, bytes);
  return run.raise(Known::kFormatException, reason(text->view(), why));
}
Guid* of_text(Run& run, String* g) { return parse_named(run, g, "g"); }
Guid* parse(Run& run, String* input) { return parse_named(run, input, "input"); }
Guid* parse_in_culture(Run& run, String* s, Object*) { return parse_named(run, s, "s"); }
Guid* parse_exact(Run& run, String* input, String* format) {
  if (input == nullptr) return run.raise_null("input");
  if (format == nullptr) return run.raise_null("format");
  const char letter = format->size == 0 ? '\0' : format_letter(format);
  if (letter == 0) return raise_bad_format(run);
  Bytes bytes{};
  const std::string_view why = read_exactly(input->view(), letter, bytes);
  if (!why.empty()) return run.raise(Known::kFormatException, why);
  return make_guid(run, bytes);
}
Guid* empty(Run& run) { return make_guid(run, Bytes{}); }
bool give(Run& run, Slot* result, bool good, Bytes& bytes) {
  *result = Slot::of_object(good ? make_guid(run, bytes) : empty(run));
  return good;
}
bool try_parse(Run& run, String* input, Slot* result) {
  Bytes bytes{};
  return give(run, result, input != nullptr && read(input->view(), bytes).empty(), bytes);
}
bool try_parse_in_culture(Run& run, String* s, Object*, Slot* result) { return try_parse(run, s, result); }
bool try_parse_exact(Run& run, String* input, String* format, Slot* result) {
  Bytes bytes{};
  const char letter = format == nullptr || format->size == 0 ? '\0' : format_letter(format);
  return give(run, result, input != nullptr && letter != 0 && read_exactly(input->view(), letter, bytes).empty(), bytes);
}

Guid* of_bytes(Run& run, ByteArray* b) {
  if (b == nullptr) return run.raise_null("b");
  if (b->length != 16) {
    return run.raise_argument(Known::kArgumentException, "Byte array for Guid must be exactly 16 bytes long.", "b");
  }
  Bytes bytes;
  std::memcpy(bytes, b->data, sizeof bytes);
  return make_guid(run, bytes);
}
Guid* of_fields(Run& run, std::uint32_t a, std::uint16_t b, std::uint16_t c, const Bytes& rest) {
  Bytes bytes;
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(a >> (8 * i));
  for (std::size_t i = 0; i < 2; ++i) bytes[4 + i] = static_cast<std::uint8_t>(b >> (8 * i));
  for (std::size_t i = 0; i < 2; ++i) bytes[6 + i] = static_cast<std::uint8_t>(c >> (8 * i));
  std::memcpy(bytes + 8, rest + 8, 8);
  return make_guid(run, bytes);
}
Guid* of_array(Run& run, std::int32_t a, std::int16_t b, std::int16_t c, ByteArray* d) {
  if (d == nullptr) return run.raise_null("d");
  if (d->length != 8) return run.raise_argument(Known::kArgumentException, "Byte array for Guid must be exactly 8 bytes long.", "d");
  Bytes rest{};
  std::memcpy(rest + 8, d->data, 8);
  return of_fields(run, static_cast<std::uint32_t>(a), static_cast<std::uint16_t>(b), static_cast<std::uint16_t>(c), rest);
}
Guid* of_parts(Run& run, std::int32_t a, std::int16_t b, std::int16_t c, std::uint8_t d, std::uint8_t e, std::uint8_t f,
               std::uint8_t g, std::uint8_t h, std::uint8_t i, std::uint8_t j, std::uint8_t k) {
  const Bytes rest = {0, 0, 0, 0, 0, 0, 0, 0, d, e, f, g, h, i, j, k};
  return of_fields(run, static_cast<std::uint32_t>(a), static_cast<std::uint16_t>(b), static_cast<std::uint16_t>(c), rest);
}
Guid* of_unsigned_parts(Run& run, std::uint32_t a, std::uint16_t b, std::uint16_t c, std::uint8_t d, std::uint8_t e, std::uint8_t f,
                        std::uint8_t g, std::uint8_t h, std::uint8_t i, std::uint8_t j, std::uint8_t k) {
  const Bytes rest = {0, 0, 0, 0, 0, 0, 0, 0, d, e, f, g, h, i, j, k};
  return of_fields(run, a, b, c, rest);
}
Guid* make_empty(Run& run) { return empty(run); }
Guid* new_guid(Run& run) {
  Bytes bytes;
  const std::uint64_t first = run.environment.random();
  const std::uint64_t second = run.environment.random();
  std::memcpy(bytes, &first, 8);
  std::memcpy(bytes + 8, &second, 8);
  bytes[7] = static_cast<std::uint8_t>((bytes[7] & 0x0F) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  return make_guid(run, bytes);
}

// ---- text ----------------------------------------------------------------------------------------------------------------

char* put_hex(char* out, const std::uint8_t* bytes, std::initializer_list<std::uint8_t> order) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (const std::uint8_t index : order) {
    *out++ = kDigits[bytes[index] >> 4];
    *out++ = kDigits[bytes[index] & 15];
  }
  return out;
}
char* put_text(char* out, std::string_view text) { return out + text.copy(out, text.size()); }

char* put_fields(char* out, const std::uint8_t* bytes, std::string_view dash) {
  out = put_text(put_hex(out, bytes, {3, 2, 1, 0}), dash);
  out = put_text(put_hex(out, bytes, {5, 4}), dash);
  out = put_text(put_hex(out, bytes, {7, 6}), dash);
  out = put_text(put_hex(out, bytes, {8, 9}), dash);
  return put_hex(out, bytes, {10, 11, 12, 13, 14, 15});
}
char* put_nested(char* out, const std::uint8_t* bytes) {
  out = put_hex(put_text(out, "{0x"), bytes, {3, 2, 1, 0});
  out = put_hex(put_text(out, ",0x"), bytes, {5, 4});
  out = put_hex(put_text(out, ",0x"), bytes, {7, 6});
  out = put_text(out, ",{0x");
  for (std::uint8_t i = 8; i < 16; ++i) out = put_hex(i == 8 ? out : put_text(out, ",0x"), bytes, {i});
  return put_text(out, "}}");
}

String* formatted(Run& run, Guid* self, String* format) {
  char text[72];
  char* at = text;
  switch (format_letter(format)) {
    case 'd':
      at = put_fields(at, self->bytes, "-");
      break;
    case 'n':
      at = put_fields(at, self->bytes, "");
      break;
    case 'b':
      at = put_text(put_fields(put_text(at, "{"), self->bytes, "-"), "}");
      break;
    case 'p':
      at = put_text(put_fields(put_text(at, "("), self->bytes, "-"), ")");
      break;
    case 'x':
      at = put_nested(at, self->bytes);
      break;
    default:
      return raise_bad_format(run);
  }
  return ascii_string(run, {text, static_cast<std::size_t>(at - text)});
}
String* text(Run& run, Guid* self) { return formatted(run, self, nullptr); }
String* formatted_in_culture(Run& run, Guid* self, String* format, Object*) { return formatted(run, self, format); }
ByteArray* to_bytes(Run& run, Guid* self) { return run.bytes({reinterpret_cast<const char*>(self->bytes), 16}); }

// ---- order ---------------------------------------------------------------------------------------------------------------

bool equals_same(Guid* a, Guid* b) { return std::memcmp(a->bytes, b->bytes, 16) == 0; }
bool differs(Guid* a, Guid* b) { return !equals_same(a, b); }
bool equals_object(Guid* self, Object* other) {
  return other != nullptr && other->type->is(Known::kGuid) && equals_same(self, static_cast<Guid*>(other));
}
std::int32_t compare(Guid* a, Guid* b) {
  for (const std::uint8_t index : kTextOrder) {
    if (a->bytes[index] != b->bytes[index]) return a->bytes[index] < b->bytes[index] ? -1 : 1;
  }
  return 0;
}
std::int32_t compare_object(Run& run, Guid* self, Object* other) {
  if (other == nullptr) return 1;
  if (!other->type->is(Known::kGuid)) return run.raise_argument(Known::kArgumentException, "Object must be of type GUID.", "value");
  return compare(self, static_cast<Guid*>(other));
}
bool is_less(Guid* a, Guid* b) { return compare(a, b) < 0; }
bool is_greater(Guid* a, Guid* b) { return compare(a, b) > 0; }
bool is_less_or_equal(Guid* a, Guid* b) { return compare(a, b) <= 0; }
bool is_greater_or_equal(Guid* a, Guid* b) { return compare(a, b) >= 0; }
// The four words, combined by exclusive or. source: types.md#2.1
std::int32_t hash_of(Guid* self) {
  std::uint32_t words[4];
  std::memcpy(words, self->bytes, sizeof words);
  return static_cast<std::int32_t>(words[0] ^ words[1] ^ words[2] ^ words[3]);
}

Guid* self_of(Slot slot) { return static_cast<Guid*>(slot.object); }
String* guid_to_string(Run& run, const Type&, Slot self) { return text(run, self_of(self)); }
String* guid_format(Run& run, const Type&, Slot self, String* format) { return formatted(run, self_of(self), format); }
bool guid_equals(Run&, const Type&, Slot a, Slot b) { return equals_same(self_of(a), self_of(b)); }
std::int32_t guid_hash(Run&, const Type&, Slot self) { return hash_of(self_of(self)); }
std::int32_t guid_compare(Run&, const Type&, Slot a, Slot b) { return compare(self_of(a), self_of(b)); }
Object* guid_zero(Run& run, const Type&) { return empty(run); }

constexpr TypeOperations kOperations{.to_string = &guid_to_string,
                                     .format = &guid_format,
                                     .equals = &guid_equals,
                                     .hash = &guid_hash,
                                     .compare = &guid_compare,
                                     .zero = &guid_zero};
constexpr std::uint8_t kSafe = kPure | kNoRaise;

constexpr Member kMembers[] = {
    constructor<&make_empty>("new Guid()").with(kSafe),
    constructor<&of_text>("new Guid(string g)").with(kPure),
    constructor<&of_bytes>("new Guid(byte[] b)"),
    constructor<&of_array>("new Guid(int a, short b, short c, byte[] d)"),
    constructor<&of_parts>("new Guid(int a, short b, short c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k)").with(kSafe),
    constructor<&of_unsigned_parts>(
        "new Guid(uint a, ushort b, ushort c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k)")
        .with(kSafe),
    property<&empty>("static Guid Empty { get; }").with(kSafe),
    method<&new_guid>("static Guid NewGuid()").with(kNoRaise),
    method<&parse>("static Guid Parse(string input)").with(kPure),
    method<&parse_in_culture>("static Guid Parse(string s, IFormatProvider provider)"),
    method<&parse_exact>("static Guid ParseExact(string input, string format)").with(kPure),
    method<&try_parse>("static bool TryParse(string input, out Guid result)").with(kNoRaise),
    method<&try_parse_in_culture>("static bool TryParse(string s, IFormatProvider provider, out Guid result)").with(kNoRaise),
    method<&try_parse_exact>("static bool TryParseExact(string input, string format, out Guid result)").with(kNoRaise),
    method<&to_bytes>("byte[] ToByteArray()").with(kNoRaise),
    method<&text>("string ToString()").with(kSafe),
    method<&formatted>("string ToString(string format)").with(kPure),
    method<&formatted_in_culture>("string ToString(string format, IFormatProvider provider)"),
    method<&equals_same>("bool Equals(Guid g)").with(kSafe),
    method<&equals_object>("bool Equals(object o)").with(kNoRaise),
    method<&compare>("int CompareTo(Guid value)").with(kSafe),
    method<&compare_object>("int CompareTo(object value)"),
    method<&hash_of>("int GetHashCode()").with(kSafe),
    method<&equals_same>("static bool operator ==(Guid a, Guid b)").with(kSafe),
    method<&differs>("static bool operator !=(Guid a, Guid b)").with(kSafe),
    method<&is_less>("static bool operator <(Guid left, Guid right)").with(kSafe),
    method<&is_less_or_equal>("static bool operator <=(Guid left, Guid right)").with(kSafe),
    method<&is_greater>("static bool operator >(Guid left, Guid right)").with(kSafe),
    method<&is_greater_or_equal>("static bool operator >=(Guid left, Guid right)").with(kSafe),
};

}  // namespace

const TypeDefinition kGuidDefinition{
    .declaration = "struct System.Guid : IComparable, IComparable<Guid>, IEquatable<Guid>, IFormattable",
    .members = kMembers,
    .operations = &kOperations,
    .storage = Storage::kReference};

}  // namespace portcullis
