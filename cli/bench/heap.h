// How often this program has asked the heap for memory: malloc and its kin, from C and C++ alike. glibc only;
// elsewhere, and under sanitizers, which bring their own, `counts` is false.
#pragma once

#include <cstddef>

namespace portcullis::cli {

struct Heap {
  static bool counts();
  static std::size_t allocations();  // of this thread
};

}  // namespace portcullis::cli
