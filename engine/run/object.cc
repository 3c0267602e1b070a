#include "engine/run/object.h"

#include "base/utf.h"

namespace portcullis {

void String::count() const {
  const std::size_t ascii = ascii_prefix_size(view());
  ascii_prefix = static_cast<std::uint32_t>(ascii);
  counted_length_utf16 = ascii_prefix + utf16_length(view().substr(ascii));
}

}  // namespace portcullis
