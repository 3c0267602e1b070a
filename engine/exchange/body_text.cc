#include "engine/exchange/body_text.h"

#include <algorithm>
#include <brotli/decode.h>
#include <cstring>
#include <zlib.h>

#include "base/text.h"
#include "base/utf.h"

namespace portcullis {

// ---- charsets -----------------------------------------------------------------------------------------------------

namespace {

// The charset parameter of Content-Type, or "".
std::string_view charset_of(const MessageBody& body, Arena& arena) {
  if (body.message == nullptr) return {};
  const HeaderName content_type("Content-Type");
  const std::string_view type = body.message->headers.joined(content_type, arena);
  for (std::size_t at = type.find(';'); at != std::string_view::npos; at = type.find(';', at + 1)) {
    std::string_view parameter = trim_ascii(type.substr(at + 1, type.find(';', at + 1) - at - 1));
    if (parameter.size() < 8 || !equals_ignoring_ascii_case(parameter.substr(0, 8), "charset=")) continue;
    parameter.remove_prefix(8);
    if (parameter.size() >= 2 && parameter.front() == '"' && parameter.back() == '"')
      parameter = parameter.substr(1, parameter.size() - 2);
    return parameter;
  }
  return {};
}

// What Windows puts where ISO 8859-1 has control characters; 0: nothing, the byte's own number.
constexpr char16_t kWindows1252[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                       0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                       0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

std::string_view latin1_to_text(std::string_view content, bool is_windows, Arena& arena) {
  if (is_ascii(content)) return content;
  char* out = arena.text(content.size() * 3);
  std::size_t size = 0;
  for (const char c : content) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_special = is_windows && byte >= 0x80 && byte < 0xA0 && kWindows1252[byte - 0x80] != 0;
    size += encode_utf8(out + size, is_special ? kWindows1252[byte - 0x80] : byte);
  }
  return {out, size};
}

std::string_view utf16_to_text(std::string_view content, bool big_endian, Arena& arena) {
  const auto unit = [&](std::size_t i) {
    const auto first = static_cast<unsigned char>(content[i]);
    const auto second = static_cast<unsigned char>(content[i + 1]);
    return static_cast<char32_t>(big_endian ? first * 256 + second : second * 256 + first);
  };
  char* out = arena.text(content.size() / 2 * 3 + 3);
  std::size_t size = 0;
  for (std::size_t i = 0; i + 1 < content.size(); i += 2) {
    char32_t code = unit(i);
    if (i == 0 && code == 0xFEFF) continue;
    if (is_high_surrogate(code) && i + 3 < content.size() && is_low_surrogate(unit(i + 2))) {
      code = combine_surrogates(code, unit(i + 2));
      i += 2;
    } else if (is_surrogate(code)) {
      code = 0xFFFD;
    }
    size += encode_utf8(out + size, code);
  }
  return {out, size};
}

}  // namespace

std::string_view text_of_body(const MessageBody& body, Arena& arena) {
  const std::string_view charset = charset_of(body, arena);
  const bool is_windows = equals_ignoring_ascii_case(charset, "windows-1252");
  if (is_windows || equals_ignoring_ascii_case(charset, "iso-8859-1") || equals_ignoring_ascii_case(charset, "latin1")) {
    return latin1_to_text(body.content, is_windows, arena);
  }
  if (equals_ignoring_ascii_case(charset, "utf-16") || equals_ignoring_ascii_case(charset, "utf-16le"))
    return utf16_to_text(body.content, false, arena);
  if (equals_ignoring_ascii_case(charset, "utf-16be")) return utf16_to_text(body.content, true, arena);
  std::string_view text = body.content;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (is_ascii(text) || is_valid_utf8(text)) return text;
  return arena.copy(std::string_view(sanitize_utf8(text)));
}

// ---- Content-Encoding ---------------------------------------------------------------------------------------------

namespace {

/// Text of unknown size at the tip of the arena's memory.
class Output {
 public:
  Output(Arena& arena, std::size_t expected) : arena_(arena) { grow(std::max<std::size_t>(expected, 4096)); }

  [[nodiscard]] bool has_failed() const { return data_ == nullptr; }
  [[nodiscard]] char* tip() const { return data_ + size_; }
  [[nodiscard]] std::size_t room() const { return capacity_ - size_; }
  void advance(std::size_t count) { size_ += count; }
  /// False when the budget does not allow more.
  bool more() { return room() > 0 || grow(capacity_ * 2); }
  std::string_view finish() {
    if (arena_.extend_text(data_ + capacity_, 0)) arena_.shrink_text(capacity_ - size_);
    return {data_, size_};
  }

 private:
  bool grow(std::size_t wanted) {
    const std::size_t left = arena_.remaining();
    if (data_ != nullptr && wanted - capacity_ <= left && arena_.extend_text(data_ + capacity_, wanted - capacity_)) {
      capacity_ = wanted;
      return true;
    }
    char* moved = arena_.try_text(wanted);
    if (moved == nullptr) return false;
    if (size_ > 0) std::memcpy(moved, data_, size_);
    data_ = moved;
    capacity_ = wanted;
    return true;
  }

  Arena& arena_;
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// zlib counts in 32 bits.
uInt piece(std::size_t size) { return static_cast<uInt>(std::min<std::size_t>(size, 1U << 30)); }

constexpr int kZlibOrGzip = 15 + 32;  // tells them apart by the header
constexpr int kRawDeflate = -15;

ContentDecoding inflate_into(std::string_view content, int window, Output& out) {
  z_stream stream{};
  if (inflateInit2(&stream, window) != Z_OK) return ContentDecoding::kTooLarge;
  std::size_t taken = 0;
  ContentDecoding result = ContentDecoding::kCorrupt;
  while (true) {
    if (!out.more()) {
      result = ContentDecoding::kTooLarge;
      break;
    }
    const uInt given = piece(content.size() - taken);
    const uInt room = piece(out.room());
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data() + taken));  // zlib does not write there
    stream.avail_in = given;
    stream.next_out = reinterpret_cast<Bytef*>(out.tip());
    stream.avail_out = room;
    const int status = inflate(&stream, Z_NO_FLUSH);
    taken += given - stream.avail_in;
    out.advance(room - stream.avail_out);
    if (status == Z_STREAM_END) {
      // Members of a gzip file stand one behind the other.
      const bool ends =
          window != kZlibOrGzip || taken == content.size() || static_cast<unsigned char>(content[taken]) != 0x1F;
      if (ends || inflateReset(&stream) != Z_OK) {
        result = ContentDecoding::kGood;
        break;
      }
      continue;
    }
    if (status != Z_OK && !(status == Z_BUF_ERROR && stream.avail_out == 0)) break;
    if (taken == content.size() && stream.avail_out != 0) break;  // cut off
  }
  inflateEnd(&stream);
  return result;
}

ContentDecoding unbrotli(std::string_view content, Output& out) {
  BrotliDecoderState* state = BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
  if (state == nullptr) return ContentDecoding::kTooLarge;
  const auto* next = reinterpret_cast<const std::uint8_t*>(content.data());
  std::size_t left = content.size();
  ContentDecoding result = ContentDecoding::kCorrupt;
  while (true) {
    if (!out.more()) {
      result = ContentDecoding::kTooLarge;
      break;
    }
    std::size_t room = out.room();
    const std::size_t had = room;
    auto* tip = reinterpret_cast<std::uint8_t*>(out.tip());
    const BrotliDecoderResult status = BrotliDecoderDecompressStream(state, &left, &next, &room, &tip, nullptr);
    out.advance(had - room);
    if (status == BROTLI_DECODER_RESULT_SUCCESS) result = ContentDecoding::kGood;
    if (status != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) break;
  }
  BrotliDecoderDestroyInstance(state);
  return result;
}

// `deflate` means zlib's form, but some send it bare.
bool has_zlib_header(std::string_view content) {
  if (content.size() < 2) return false;
  const unsigned first = static_cast<unsigned char>(content[0]);
  const unsigned second = static_cast<unsigned char>(content[1]);
  return (first & 15U) == 8 && (first * 256 + second) % 31 == 0;
}

bool is_known(std::string_view coding) {
  for (const std::string_view known : {"gzip", "x-gzip", "deflate", "br", "identity"}) {
    if (equals_ignoring_ascii_case(coding, known)) return true;
  }
  return false;
}

ContentDecoding undo(std::string_view coding, std::string_view& content, Arena& arena) {
  if (equals_ignoring_ascii_case(coding, "identity")) return ContentDecoding::kGood;
  Output out(arena, std::min(content.size() * 4, arena.remaining() / 2));
  if (out.has_failed()) return ContentDecoding::kTooLarge;
  const bool is_bare = equals_ignoring_ascii_case(coding, "deflate") && !has_zlib_header(content);
  const ContentDecoding result = equals_ignoring_ascii_case(coding, "br")
                                     ? unbrotli(content, out)
                                     : inflate_into(content, is_bare ? kRawDeflate : kZlibOrGzip, out);
  if (result == ContentDecoding::kGood) content = out.finish();
  return result;
}

}  // namespace

ContentDecoding decode_content(MessageBody& body, Arena& arena) {
  if (body.message == nullptr || body.state != BodyState::kBuffered || body.content.empty())
    return ContentDecoding::kGood;
  const HeaderName name("Content-Encoding");
  HeaderList& headers = body.message->headers;
  if (!headers.contains(name)) return ContentDecoding::kGood;
  std::string_view codings = headers.joined(name, arena);
  // From the last one applied to the first; one that is not known ends it.
  std::string_view content = body.content;
  while (!codings.empty()) {
    const std::size_t comma = codings.rfind(',');
    const std::string_view coding = trim_ascii(comma == std::string_view::npos ? codings : codings.substr(comma + 1));
    if (!coding.empty() && !is_known(coding)) break;
    if (!coding.empty()) {
      const ContentDecoding result = undo(coding, content, arena);
      if (result != ContentDecoding::kGood) return result;
    }
    codings = comma == std::string_view::npos ? std::string_view() : codings.substr(0, comma);
  }
  if (content.data() != body.content.data()) {
    body.content = content;
    body.replaced = true;
  }
  if (codings.empty()) {
    headers.remove(name, arena);
  } else {
    headers.set("Content-Encoding", arena.copy(codings), arena);
  }
  return ContentDecoding::kGood;
}

}  // namespace portcullis
