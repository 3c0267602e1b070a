#include "cli/bench/heap.h"

#include <cstdlib>

namespace {
thread_local std::size_t allocated = 0;
}

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#define PORTCULLIS_COUNTS 1
// glibc's own functions under the names it exports for this purpose.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* malloc(std::size_t size) {
  ++allocated;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++allocated;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  ++allocated;
  return __libc_realloc(memory, size);
}
}

#else
#define PORTCULLIS_COUNTS 0
#endif

namespace portcullis::cli {

bool Heap::counts() { return PORTCULLIS_COUNTS != 0; }
std::size_t Heap::allocations() { return allocated; }

}  // namespace portcullis::cli
