#include "policies/support/basic.h"

#include <string>

namespace portcullis {

std::string_view basic_credentials(PolicyRun& run, std::string_view username, std::string_view password) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string plain(username);
  plain += ':';
  plain += password;
  std::string out = "Basic ";
  for (std::size_t i = 0; i < plain.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) group = (group << 8) | (i + j < plain.size() ? static_cast<unsigned char>(plain[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += i + j <= plain.size() ? kAlphabet[(group >> (18 - 6 * j)) & 63U] : '=';
  }
  return run.text(out);
}

}  // namespace portcullis
