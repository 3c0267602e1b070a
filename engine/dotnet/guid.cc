#include "engine/dotnet/guid.h"

#include <cstring>

#include "engine/run/run.h"

namespace portcullis {

Guid* make_guid(Run& run, const std::uint8_t (&bytes)[16]) {
  auto* guid = run.make<Guid>(Known::kGuid);
  std::memcpy(guid->bytes, bytes, sizeof bytes);
  return guid;
}

}  // namespace portcullis
