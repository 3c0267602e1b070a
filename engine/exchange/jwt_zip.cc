#include "engine/exchange/jwt_zip.h"

#include <zlib.h>

namespace portcullis {

std::optional<std::string_view> inflate_token(std::string_view compressed, std::size_t most, Arena& arena) {
  constexpr int kRaw = -15;  // no header, the largest window
  char* out = arena.try_text(most);
  z_stream stream{};
  if (out == nullptr || inflateInit2(&stream, kRaw) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out);
  stream.avail_out = static_cast<uInt>(most);
  const bool is_whole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0;
  const std::size_t size = most - stream.avail_out;
  inflateEnd(&stream);
  arena.shrink_text(most - (is_whole ? size : 0));
  if (!is_whole) return std::nullopt;
  return std::string_view(out, size);
}

}  // namespace portcullis
