// System.Guid as an object.
#pragma once

#include <cstdint>

#include "engine/run/object.h"

namespace portcullis {

/// `bytes` are in .NET's order (ToByteArray): the first three fields little-endian.
struct Guid : Object {
  std::uint8_t bytes[16];
};

Guid* make_guid(Run& run, const std::uint8_t (&bytes)[16]);

}  // namespace portcullis
