#include "engine/run/object.h"

#include "base/utf.h"

namespace portcullis {

void String::count() const { counted_length_utf16 = utf16_length(view()); }

}  // namespace portcullis
