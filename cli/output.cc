// Where the command prints, and in which colour.
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include "cli/options.h"

namespace portcullis::cli {

bool use_colour(int file_descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  return (no_colour == nullptr || *no_colour == '\0') && isatty(file_descriptor) == 1;
}

void complain(const std::string& message) { std::fprintf(stderr, "portcullis: %s\n", message.c_str()); }

void write_out(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace portcullis::cli
