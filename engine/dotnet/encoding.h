// System.Text.Encoding: the encodings that .NET knows without extra providers, and their conversions for other files.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/run/run.h"

namespace portcullis {

enum class EncodingKind : std::uint8_t { kUtf8, kUtf16, kUtf16BigEndian, kUtf32, kUtf32BigEndian, kAscii, kLatin1 };

struct Encoding : Object {
  EncodingKind kind;
};

/// Bytes of a text. Null after raising the memory limit.
ByteArray* encode_text(Run& run, EncodingKind kind, std::string_view text);
/// The text of bytes; what cannot be decoded becomes U+FFFD. Copies. Null after raising the memory limit.
String* decode_bytes(Run& run, EncodingKind kind, std::string_view bytes);
/// By name or alias as `Encoding.GetEncoding` knows them, without case; false for an unknown one.
bool find_encoding(std::string_view name, EncodingKind& kind);

}  // namespace portcullis
