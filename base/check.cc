#include "base/check.h"

#include <string>

#if defined(PORTCULLIS_ABORT_ON_CHECK)
#include <cstdio>
#include <cstdlib>
#endif

namespace portcullis {

void check_failed(const char* condition, const char* sentence, const char* file, int line) {
  const std::string text = std::string(file) + ":" + std::to_string(line) + ": " + sentence + " (" + condition + ")";
#if defined(PORTCULLIS_ABORT_ON_CHECK)
  std::fprintf(stderr, "%s\n", text.c_str());
  std::abort();
#else
  throw InternalError(text);
#endif
}

}  // namespace portcullis
