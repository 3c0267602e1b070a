// Which operations never go on to the next one, for the loader's warning about policies that can never run.
#pragma once

#include <cstdint>
#include <limits>

namespace portcullis {

/// As the `target` of an operation: it ends the pipeline or fails, whatever the request. Only for operations that are
/// no jumps.
constexpr std::uint32_t kNoNext = std::numeric_limits<std::uint32_t>::max();

}  // namespace portcullis
