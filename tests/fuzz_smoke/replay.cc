// Gives every file of the folders named on the command line to a fuzz target, and a few inputs no folder need hold.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void give(std::string_view input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::size_t give_folder(const char* folder) {
  std::size_t count = 0;
  if (!std::filesystem::is_directory(folder)) return count;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    give(text);
    for (std::size_t part = 1; part < 8; ++part) give(std::string_view(text).substr(0, text.size() * part / 8));
    ++count;
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  give("");
  give(std::string(1, '\0'));
  give("\xFF\xFE\x80");
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i) count += give_folder(argv[i]);
  std::printf("%zu files\n", count);
  return 0;
}
