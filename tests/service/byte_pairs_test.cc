// Byte pairs over ranks made here: letters, a few pairs of them.
#include <string>

#include <catch2/catch.hpp>

#include "portcullis/tokens.hpp"

namespace portcullis {
namespace {

std::string base64(const std::string& bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += i + j > bytes.size() ? '=' : kDigits[group >> (18 - 6 * j) & 63U];
  }
  return out;
}

std::string ranks() {
  std::string lines;
  unsigned rank = 0;
  for (unsigned byte = 0; byte < 256; ++byte)
    lines += base64(std::string(1, static_cast<char>(byte))) + " " + std::to_string(rank++) + "\n";
  for (const char* merged : {"he", "ll", "hell", "hello", " w", "or", " wor", "ld", " world", "aa", "aaaa", "12", "'s"})
    lines += base64(merged) + " " + std::to_string(rank++) + "\n";
  return lines;
}

std::size_t count(const std::string& text, TokenSplit split = TokenSplit::kCl100k) {
  std::string problem;
  const auto counter = make_byte_pair_counter(ranks(), split, problem);
  INFO(problem);
  REQUIRE(counter != nullptr);
  return *counter->count("any", text);
}

TEST_CASE("pairs are merged by rank", "[unit]") {
  CHECK(count("") == 0);
  CHECK(count("x") == 1);
  CHECK(count("hello") == 1);
  CHECK(count("hello world") == 2);
  CHECK(count("hellx") == 2);
  CHECK(count("helhello") == 3);  // he l hello
  CHECK(count(std::string(8, 'a')) == 2);
  CHECK(count(std::string(7, 'a')) == 3);  // aaaa aa a
  CHECK(count(std::string(100'001, 'a')) == 25'001);
}

TEST_CASE("words are cut before pairs are merged", "[unit]") {
  CHECK(count("hello\n\n  world") == 1 + 2 + 1 + 1);  // "\n\n" has no pair, one space stays for itself
  CHECK(count("12123") == 3 + 1);                     // digits in threes: 12 1, 2 3
  CHECK(count("he's") == 2);
  CHECK(count("he'S") == 3);
  CHECK(count("he's", TokenSplit::kO200k) == 2);             // one word: he 's
  CHECK(count("helloWorld", TokenSplit::kCl100k) == 1 + 3);  // one word: hello W or ld
  CHECK(count("\xC3\xA4") == 2);
  CHECK(count("a \xE2\x80\xA6") == 1 + 4);
}

TEST_CASE("a ranks file that is none says where", "[unit]") {
  std::string problem;
  CHECK(make_byte_pair_counter("", TokenSplit::kCl100k, problem) == nullptr);
  CHECK(problem == "the ranks are empty");
  for (const char* bad :
       {"YQ== 0\nYg==\n", "YQ== 0\n!! 1\n", "YQ== 0\nYg== x\n", "YQ== 0\nYQ== 1\n", "YQ== 0\nYg== -1\n"}) {
    INFO(bad);
    CHECK(make_byte_pair_counter(bad, TokenSplit::kO200k, problem) == nullptr);
    CHECK(problem.find("line 2") == 0);
  }
  CHECK(make_byte_pair_counter("YQ== 0\r\n\nYg== 1\r\n", TokenSplit::kO200k, problem) != nullptr);
}

}  // namespace
}  // namespace portcullis
