// See encoding.h. Replacement follows .NET: U+FFFD, and `?` in ASCII both ways and where Latin-1 has no byte.
#include "engine/dotnet/encoding.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/exceptions.h"
#include "engine/dotnet/text.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kEncodingDefinition;
extern const TypeDefinition kUTF8EncodingDefinition;

namespace {

struct EncodingFacts {
  EncodingKind kind;
  std::int32_t code_page;
  std::string_view web_name;
  std::string_view display_name;
  std::string_view preamble;
};

constexpr EncodingFacts kFacts[] = {
    {EncodingKind::kUtf8, 65001, "utf-8", "Unicode (UTF-8)", "\xEF\xBB\xBF"},
    {EncodingKind::kUtf16, 1200, "utf-16", "Unicode", "\xFF\xFE"},
    {EncodingKind::kUtf16BigEndian, 1201, "utf-16BE", "Unicode (Big-Endian)", "\xFE\xFF"},
    {EncodingKind::kUtf32, 12000, "utf-32", "Unicode (UTF-32)", {"\xFF\xFE\0\0", 4}},
    {EncodingKind::kUtf32BigEndian, 12001, "utf-32BE", "Unicode (UTF-32 Big-Endian)", {"\0\0\xFE\xFF", 4}},
    {EncodingKind::kAscii, 20127, "us-ascii", "US-ASCII", ""},
    {EncodingKind::kLatin1, 28591, "iso-8859-1", "Western European (ISO)", ""},
};

struct Alias {
  std::string_view name;  // lower case
  EncodingKind kind;
};
constexpr Alias kAliases[] = {
    {"ansi_x3.4-1968", EncodingKind::kAscii},
    {"ansi_x3.4-1986", EncodingKind::kAscii},
    {"ascii", EncodingKind::kAscii},
    {"cp367", EncodingKind::kAscii},
    {"cp819", EncodingKind::kLatin1},
    {"csascii", EncodingKind::kAscii},
    {"csisolatin1", EncodingKind::kLatin1},
    {"ibm367", EncodingKind::kAscii},
    {"ibm819", EncodingKind::kLatin1},
    {"iso-10646-ucs-2", EncodingKind::kUtf16},
    {"iso-8859-1", EncodingKind::kLatin1},
    {"iso-ir-100", EncodingKind::kLatin1},
    {"iso-ir-6", EncodingKind::kAscii},
    {"iso646-us", EncodingKind::kAscii},
    {"iso8859-1", EncodingKind::kLatin1},
    {"iso_646.irv:1991", EncodingKind::kAscii},
    {"iso_8859-1", EncodingKind::kLatin1},
    {"iso_8859-1:1987", EncodingKind::kLatin1},
    {"l1", EncodingKind::kLatin1},
    {"latin1", EncodingKind::kLatin1},
    {"ucs-2", EncodingKind::kUtf16},
    {"ucs-4", EncodingKind::kUtf32},
    {"unicode", EncodingKind::kUtf16},
    {"unicode-1-1-utf-8", EncodingKind::kUtf8},
    {"unicode-2-0-utf-8", EncodingKind::kUtf8},
    {"unicodefffe", EncodingKind::kUtf16BigEndian},
    {"us", EncodingKind::kAscii},
    {"us-ascii", EncodingKind::kAscii},
    {"utf-16", EncodingKind::kUtf16},
    {"utf-16be", EncodingKind::kUtf16BigEndian},
    {"utf-16le", EncodingKind::kUtf16},
    {"utf-32", EncodingKind::kUtf32},
    {"utf-32be", EncodingKind::kUtf32BigEndian},
    {"utf-32le", EncodingKind::kUtf32},
    {"utf-8", EncodingKind::kUtf8},
    {"x-unicode-1-1-utf-8", EncodingKind::kUtf8},
    {"x-unicode-2-0-utf-8", EncodingKind::kUtf8},
};

const EncodingFacts& facts_of(EncodingKind kind) { return kFacts[static_cast<std::size_t>(kind)]; }

// ---- encoding -----------------------------------------------------------------------------------------------

bool has_lone_surrogates(std::string_view text) {
  for (std::size_t at = text.find('\xED'); at != std::string_view::npos; at = text.find('\xED', at + 1)) {
    if (static_cast<unsigned char>(text[at + 1]) >= 0xA0) return true;
  }
  return false;
}

void put_unit(std::string& out, std::uint32_t value, int bytes, bool big_endian) {
  for (int i = 0; i < bytes; ++i) {
    const int shift = 8 * (big_endian ? bytes - 1 - i : i);
    out.push_back(static_cast<char>((value >> shift) & 0xFF));
  }
}

void put_code(std::string& out, EncodingKind kind, char32_t code) {
  if (is_surrogate(code)) code = kind == EncodingKind::kAscii || kind == EncodingKind::kLatin1 ? U'?' : 0xFFFD;
  const bool big = kind == EncodingKind::kUtf16BigEndian || kind == EncodingKind::kUtf32BigEndian;
  switch (kind) {
    case EncodingKind::kUtf8:
      append_utf8(out, code);
      break;
    case EncodingKind::kUtf16:
    case EncodingKind::kUtf16BigEndian:
      if (code >= 0x10000) {
        put_unit(out, 0xD800 + ((code - 0x10000) >> 10), 2, big);
        code = 0xDC00 + ((code - 0x10000) & 0x3FF);
      }
      put_unit(out, code, 2, big);
      break;
    case EncodingKind::kUtf32:
    case EncodingKind::kUtf32BigEndian:
      put_unit(out, code, 4, big);
      break;
    case EncodingKind::kAscii:
    case EncodingKind::kLatin1: {
      // A pair is two characters that cannot be written.
      const char32_t last = kind == EncodingKind::kAscii ? 0x7F : 0xFF;
      if (code > last)
        out.append(code >= 0x10000 ? 2 : 1, '?');
      else
        out.push_back(static_cast<char>(code));
      break;
    }
  }
}

std::string encode_all(EncodingKind kind, std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    put_code(out, kind, decoded.code);
    at += decoded.length;
  }
  return out;
}

// ---- decoding -----------------------------------------------------------------------------------------------

std::uint32_t unit_from(std::string_view bytes, std::size_t at, int size, bool big_endian) {
  std::uint32_t value = 0;
  for (int i = 0; i < size; ++i) {
    const std::size_t place = at + static_cast<std::size_t>(big_endian ? i : size - 1 - i);
    value = (value << 8) | static_cast<unsigned char>(bytes[place]);
  }
  return value;
}

void decode_utf16(std::string& out, std::string_view bytes, bool big_endian) {
  std::size_t at = 0;
  while (at + 2 <= bytes.size()) {
    char32_t code = unit_from(bytes, at, 2, big_endian);
    at += 2;
    if (is_high_surrogate(code) && at + 2 <= bytes.size() && is_low_surrogate(unit_from(bytes, at, 2, big_endian))) {
      code = combine_surrogates(code, unit_from(bytes, at, 2, big_endian));
      at += 2;
    }
    append_utf8(out, is_surrogate(code) ? U'\xFFFD' : code);
  }
  if (at < bytes.size()) append_utf8(out, 0xFFFD);
}

void decode_utf32(std::string& out, std::string_view bytes, bool big_endian) {
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    const char32_t code = unit_from(bytes, at, 4, big_endian);
    append_utf8(out, code > 0x10FFFF || is_surrogate(code) ? U'\xFFFD' : code);
  }
  if (at < bytes.size()) append_utf8(out, 0xFFFD);
}

std::string decode_all(EncodingKind kind, std::string_view bytes) {
  std::string out;
  switch (kind) {
    case EncodingKind::kUtf8:
      return sanitize_utf8(bytes);
    case EncodingKind::kUtf16:
    case EncodingKind::kUtf16BigEndian:
      decode_utf16(out, bytes, kind == EncodingKind::kUtf16BigEndian);
      break;
    case EncodingKind::kUtf32:
    case EncodingKind::kUtf32BigEndian:
      decode_utf32(out, bytes, kind == EncodingKind::kUtf32BigEndian);
      break;
    case EncodingKind::kAscii:
    case EncodingKind::kLatin1:
      for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        append_utf8(out, kind == EncodingKind::kAscii && byte >= 0x80 ? U'?' : byte);
      }
      break;
  }
  return out;
}

// ---- members: which -----------------------------------------------------------------------------------------

Encoding* make_encoding(Run& run, EncodingKind kind) {
  auto* made = run.make<Encoding>(Known::kEncoding);
  made->kind = kind;
  return made;
}
template <EncodingKind kKind>
Encoding* fixed(Run& run) {
  return make_encoding(run, kKind);
}

Encoding* by_name(Run& run, String* name) {
  if (name == nullptr) return run.raise_null("name");
  EncodingKind kind{};
  if (find_encoding(name->view(), kind)) return make_encoding(run, kind);
  return run.raise_argument(
      Known::kArgumentException,
      joined("'", name->view(),
             "' is not a supported encoding name. For information on defining a custom encoding, see the "
             "documentation for the Encoding.RegisterProvider method."),
      "name");
}

Encoding* by_code_page(Run& run, std::int32_t code_page) {
  if (code_page == 0) return make_encoding(run, EncodingKind::kUtf8);
  for (const EncodingFacts& facts : kFacts) {
    if (facts.code_page == code_page) return make_encoding(run, facts.kind);
  }
  if (code_page < 0 || code_page > 65535) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Valid values are between 0 and 65535, inclusive.",
                              "codepage");
  }
  return run.raise(Known::kNotSupportedException, joined("No data is available for encoding ", code_page,
                                                         ". For information on defining a custom encoding, see the "
                                                         "documentation for the Encoding.RegisterProvider method."));
}

String* web_name(Run& run, Encoding* self) { return run.view(facts_of(self->kind).web_name); }
String* encoding_name(Run& run, Encoding* self) { return run.view(facts_of(self->kind).display_name); }
std::int32_t code_page(Encoding* self) { return facts_of(self->kind).code_page; }
bool is_single_byte(Encoding* self) {
  return self->kind == EncodingKind::kAscii || self->kind == EncodingKind::kLatin1;
}
// `new UTF8Encoding(…)` has one only when told so.
struct Utf8Encoding : Encoding {
  bool has_preamble;
};
Utf8Encoding* make_utf8_marked(Run& run, bool has_preamble, const CallSite& site) {
  auto* made = run.make<Utf8Encoding>(*site.result);
  made->kind = EncodingKind::kUtf8;
  made->has_preamble = has_preamble;
  return made;
}
Utf8Encoding* make_utf8(Run& run, const CallSite& site) { return make_utf8_marked(run, false, site); }

ByteArray* preamble(Run& run, Encoding* self) {
  const bool is_bare = self->type->definition == &kUTF8EncodingDefinition && !static_cast<Utf8Encoding*>(self)->has_preamble;
  return run.bytes(is_bare ? std::string_view{} : facts_of(self->kind).preamble);
}

// ---- members: text to bytes ---------------------------------------------------------------------------------

Raised raise_null_text(Run& run) {
  return run.raise_argument(Known::kArgumentNullException, "String reference not set to an instance of a String.", "s");
}
Raised raise_null_array(Run& run, std::string_view parameter) {
  return run.raise_argument(Known::kArgumentNullException, "Array cannot be null.", parameter);
}

// False after raising.
bool check_range(Run& run, std::int64_t length, std::int32_t index, std::int32_t count, std::string_view whole) {
  if (index < 0 || count < 0) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.",
                       index < 0 ? "index" : "count");
    return false;
  }
  if (length - index < count) {
    run.raise_argument(Known::kArgumentOutOfRangeException,
                       "Index and count must refer to a location within the buffer.", whole);
    return false;
  }
  return true;
}

String* chars_part(Run& run, Array* chars, std::int32_t index, std::int32_t count) {
  if (chars == nullptr) return raise_null_array(run, "chars");
  if (!check_range(run, chars->length, index, count, "chars")) return nullptr;
  return string_of_chars(run, *chars, static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(count));
}

ByteArray* bytes_of_text(Run& run, Encoding* self, String* text) {
  if (text == nullptr) return raise_null_text(run);
  return encode_text(run, self->kind, text->view());
}
ByteArray* bytes_of_chars_part(Run& run, Encoding* self, Array* chars, std::int32_t index, std::int32_t count) {
  String* text = chars_part(run, chars, index, count);
  return text == nullptr ? nullptr : encode_text(run, self->kind, text->view());
}
ByteArray* bytes_of_chars(Run& run, Encoding* self, Array* chars) {
  return bytes_of_chars_part(run, self, chars, 0, chars == nullptr ? 0 : static_cast<std::int32_t>(chars->length));
}
ByteArray* bytes_of_text_part(Run& run, Encoding* self, String* text, std::int32_t index, std::int32_t count) {
  if (text == nullptr) return raise_null_text(run);
  if (!check_range(run, text->length_utf16(), index, count, "s")) return nullptr;
  return encode_text(
      run, self->kind,
      substring(run, text, static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(count))->view());
}
std::int32_t count_of(const ByteArray* bytes) {
  return bytes == nullptr ? 0 : static_cast<std::int32_t>(bytes->length);
}
std::int32_t byte_count_of_text(Run& run, Encoding* self, String* text) {
  return count_of(bytes_of_text(run, self, text));
}
std::int32_t byte_count_of_chars(Run& run, Encoding* self, Array* chars) {
  return count_of(bytes_of_chars(run, self, chars));
}

std::int64_t widest(EncodingKind kind) {
  if (kind == EncodingKind::kUtf8) return 3;
  if (kind == EncodingKind::kUtf16 || kind == EncodingKind::kUtf16BigEndian) return 2;
  return kind == EncodingKind::kUtf32 || kind == EncodingKind::kUtf32BigEndian ? 4 : 1;
}
std::int32_t max_byte_count(Run& run, Encoding* self, std::int32_t chars) {
  if (raise_if_negative(run, chars, "charCount")) return 0;
  return static_cast<std::int32_t>(std::min<std::int64_t>((std::int64_t{chars} + 1) * widest(self->kind), INT32_MAX));
}
std::int32_t max_char_count(Run& run, Encoding* self, std::int32_t bytes) {
  if (raise_if_negative(run, bytes, "byteCount")) return 0;
  switch (widest(self->kind)) {
    case 3:
      return static_cast<std::int32_t>(std::min<std::int64_t>(std::int64_t{bytes} + 1, INT32_MAX));
    case 2:
      return (bytes >> 1) + (bytes & 1) + 1;
    case 4:
      return bytes / 2 + 2;
    default:
      return bytes;
  }
}

// ---- members: bytes to text ---------------------------------------------------------------------------------

String* text_of_part(Run& run, Encoding* self, ByteArray* bytes, std::int32_t index, std::int32_t count) {
  if (bytes == nullptr) return raise_null_array(run, "bytes");
  if (!check_range(run, bytes->length, index, count, "bytes")) return nullptr;
  return decode_bytes(run, self->kind,
                      bytes->view().substr(static_cast<std::size_t>(index), static_cast<std::size_t>(count)));
}
String* text_of(Run& run, Encoding* self, ByteArray* bytes) {
  return text_of_part(run, self, bytes, 0, count_of(bytes));
}
Array* chars_of_text(Run& run, const String* text) {
  return text == nullptr ? nullptr : char_array(run, *text, 0, text->length_utf16());
}
Array* chars_of(Run& run, Encoding* self, ByteArray* bytes) { return chars_of_text(run, text_of(run, self, bytes)); }
Array* chars_of_part(Run& run, Encoding* self, ByteArray* bytes, std::int32_t index, std::int32_t count) {
  return chars_of_text(run, text_of_part(run, self, bytes, index, count));
}
std::int32_t length_of(const String* text) {
  return text == nullptr ? 0 : static_cast<std::int32_t>(text->length_utf16());
}
std::int32_t char_count(Run& run, Encoding* self, ByteArray* bytes) { return length_of(text_of(run, self, bytes)); }
std::int32_t char_count_of_part(Run& run, Encoding* self, ByteArray* bytes, std::int32_t index, std::int32_t count) {
  return length_of(text_of_part(run, self, bytes, index, count));
}

ByteArray* convert_part(Run& run, Encoding* from, Encoding* to, ByteArray* bytes, std::int32_t index,
                        std::int32_t count) {
  if (from == nullptr || to == nullptr) return run.raise_null(from == nullptr ? "srcEncoding" : "dstEncoding");
  if (bytes == nullptr) return raise_null_array(run, "bytes");
  const String* text = text_of_part(run, from, bytes, index, count);
  return text == nullptr ? nullptr : encode_text(run, to->kind, text->view());
}
ByteArray* convert(Run& run, Encoding* from, Encoding* to, ByteArray* bytes) {
  return convert_part(run, from, to, bytes, 0, count_of(bytes));
}

String* encoding_to_string(Run& run, const Type&, Slot self) {
  switch (static_cast<const Encoding*>(self.object)->kind) {
    case EncodingKind::kUtf8:
      return run.view("System.Text.UTF8Encoding+UTF8EncodingSealed");
    case EncodingKind::kUtf16:
    case EncodingKind::kUtf16BigEndian:
      return run.view("System.Text.UnicodeEncoding");
    case EncodingKind::kUtf32:
    case EncodingKind::kUtf32BigEndian:
      return run.view("System.Text.UTF32Encoding");
    case EncodingKind::kAscii:
      return run.view("System.Text.ASCIIEncoding+ASCIIEncodingSealed");
    case EncodingKind::kLatin1:
      return run.view("System.Text.Latin1Encoding+Latin1EncodingSealed");
  }
  return nullptr;
}
bool same_encoding(Run&, const Type&, Slot a, Slot b) {
  return static_cast<const Encoding*>(a.object)->kind == static_cast<const Encoding*>(b.object)->kind;
}
std::int32_t hash_encoding(Run&, const Type&, Slot self) { return code_page(static_cast<Encoding*>(self.object)); }

constexpr TypeOperations kOperations{
    .to_string = &encoding_to_string, .equals = &same_encoding, .hash = &hash_encoding};

constexpr Member kUtf8Members[] = {
    constructor<&make_utf8>("new UTF8Encoding()").with(kNoRaise),
    constructor<&make_utf8_marked>("new UTF8Encoding(bool encoderShouldEmitUTF8Identifier)").with(kNoRaise),
};

constexpr Member kMembers[] = {
    property<&fixed<EncodingKind::kUtf8>>("static Encoding UTF8 { get; }").with(kNoRaise),
    property<&fixed<EncodingKind::kUtf8>>("static Encoding Default { get; }").with(kNoRaise),
    property<&fixed<EncodingKind::kAscii>>("static Encoding ASCII { get; }").with(kNoRaise),
    property<&fixed<EncodingKind::kUtf16>>("static Encoding Unicode { get; }").with(kNoRaise),
    property<&fixed<EncodingKind::kUtf16BigEndian>>("static Encoding BigEndianUnicode { get; }").with(kNoRaise),
    property<&fixed<EncodingKind::kUtf32>>("static Encoding UTF32 { get; }").with(kNoRaise),
    property<&fixed<EncodingKind::kLatin1>>("static Encoding Latin1 { get; }").with(kNoRaise),
    method<&by_name>("static Encoding GetEncoding(string name)"),
    method<&by_code_page>("static Encoding GetEncoding(int codepage)"),
    method<&convert>("static byte[] Convert(Encoding srcEncoding, Encoding dstEncoding, byte[] bytes)"),
    method<&convert_part>(
        "static byte[] Convert(Encoding srcEncoding, Encoding dstEncoding, byte[] bytes, int index, int count)"),
    property<&web_name>("string WebName { get; }").with(kNoRaise),
    property<&web_name>("string HeaderName { get; }").with(kNoRaise),
    property<&web_name>("string BodyName { get; }").with(kNoRaise),
    property<&encoding_name>("string EncodingName { get; }").with(kNoRaise),
    property<&code_page>("int CodePage { get; }").with(kNoRaise),
    property<&is_single_byte>("bool IsSingleByte { get; }").with(kNoRaise),
    method<&preamble>("byte[] GetPreamble()"),
    method<&bytes_of_text>("byte[] GetBytes(string s)"),
    method<&bytes_of_chars>("byte[] GetBytes(char[] chars)"),
    method<&bytes_of_chars_part>("byte[] GetBytes(char[] chars, int index, int count)"),
    method<&bytes_of_text_part>("byte[] GetBytes(string s, int index, int count)"),
    method<&byte_count_of_text>("int GetByteCount(string s)"),
    method<&byte_count_of_chars>("int GetByteCount(char[] chars)"),
    method<&max_byte_count>("int GetMaxByteCount(int charCount)"),
    method<&max_char_count>("int GetMaxCharCount(int byteCount)"),
    method<&text_of>("string GetString(byte[] bytes)"),
    method<&text_of_part>("string GetString(byte[] bytes, int index, int count)"),
    method<&chars_of>("char[] GetChars(byte[] bytes)"),
    method<&chars_of_part>("char[] GetChars(byte[] bytes, int index, int count)"),
    method<&char_count>("int GetCharCount(byte[] bytes)"),
    method<&char_count_of_part>("int GetCharCount(byte[] bytes, int index, int count)"),
};

}  // namespace

ByteArray* encode_text(Run& run, EncodingKind kind, std::string_view text) {
  if (!run.spend(1 + text.size() / 8)) return nullptr;
  const bool as_stored = kind == EncodingKind::kUtf8
                             ? !has_lone_surrogates(text)
                             : (kind == EncodingKind::kAscii || kind == EncodingKind::kLatin1) && is_ascii(text);
  return run.bytes(as_stored ? text : std::string_view(encode_all(kind, text)));
}

String* decode_bytes(Run& run, EncodingKind kind, std::string_view bytes) {
  if (!run.spend(1 + bytes.size() / 8)) return nullptr;
  TextBuffer out;
  const bool as_stored = kind == EncodingKind::kUtf8
                             ? is_valid_utf8(bytes)
                             : (kind == EncodingKind::kAscii || kind == EncodingKind::kLatin1) && is_ascii(bytes);
  out.append(run, as_stored ? bytes : std::string_view(decode_all(kind, bytes)));
  return out.take(run);
}

bool find_encoding(std::string_view name, EncodingKind& kind) {
  for (const Alias& alias : kAliases) {
    if (!equals_ignoring_ascii_case(alias.name, name)) continue;
    kind = alias.kind;
    return true;
  }
  return false;
}

const TypeDefinition kUTF8EncodingDefinition{
    .declaration = "class System.Text.UTF8Encoding : Encoding", .members = kUtf8Members, .operations = &kOperations};
const TypeDefinition kEncodingDefinition{
    .declaration = "abstract class System.Text.Encoding", .members = kMembers, .operations = &kOperations};

}  // namespace portcullis
