// The eight transformations written by hand in C++, each for its policy alone: the lower bound that the others are
// measured by. A function leaves its effects as bytes that a host can apply; texts that it makes lie in the scratch
// memory of the operation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "bench/workloads/data.h"

namespace portcullis::bench::native {

struct Variable {
  std::string_view name;
  std::string_view text;
  std::int64_t number = 0;
  bool is_number = false;
};

template <typename T, std::size_t N>
struct List {
  std::array<T, N> items;
  std::size_t size = 0;
  void add(const T& item) { items[size++] = item; }
  const T* begin() const { return items.data(); }
  const T* end() const { return items.data() + size; }
};

struct Effects {
  List<Variable, 16> variables;
  List<Pair, 16> headers;
  List<Pair, 32> query;
  std::string_view backend, body, response_reason, response_body;
  List<Pair, 8> response_headers;
  int response_status = 0;

  void set(std::string_view name, std::string_view text) { variables.add({name, text}); }
  void set(std::string_view name, std::int64_t number) { variables.add({name, {}, number, true}); }
  void clear() {
    variables.size = headers.size = query.size = response_headers.size = 0;
    backend = body = response_reason = response_body = {};
    response_status = 0;
  }
};

/// Memory of one operation. An operation of these workloads needs far less than it has, so no bounds are checked.
class Scratch {
 public:
  void clear() { used_ = memory_.get(); }
  char* here() { return used_; }
  /// Ends a text that begins at `start` and was written up to `end`.
  std::string_view finish(char* start, char* end) {
    used_ = end;
    return {start, static_cast<std::size_t>(end - start)};
  }

 private:
  std::unique_ptr<char[]> memory_ = std::make_unique<char[]>(std::size_t{1} << 20);
  char* used_ = memory_.get();
};

inline char* put(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}
inline char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
bool same_ignoring_case(std::string_view a, std::string_view lower);
/// The first header of that name (given in lower case), or `fallback`.
std::string_view header(const Input& input, std::string_view lower, std::string_view fallback);
inline std::string_view parameter(const Input& input, std::string_view name) {
  for (const auto& [key, value] : input.parameters) {
    if (key == name) return value;
  }
  return {};
}

/// Writes the bytes at `at`, with room for 4 more than 3 for each 4 characters; where they end, or null: a character is
/// none of the alphabet.
char* decode_base64url(std::string_view text, char* at);

/// What a gateway keeps between requests; shared by its threads.
class State;
using StateDeleter = void (*)(State*);
std::unique_ptr<State, StateDeleter> make_state(std::string_view token);

using Transformation = void (*)(const Input& input, State& state, Scratch& scratch, Effects& effects);
void seed(const Input&, State&, Scratch&, Effects&);
void settings(const Input&, State&, Scratch&, Effects&);
void choose(const Input&, State&, Scratch&, Effects&);
void json_body(const Input&, State&, Scratch&, Effects&);
void loop(const Input&, State&, Scratch&, Effects&);
void numeric(const Input&, State&, Scratch&, Effects&);
void limits(const Input&, State&, Scratch&, Effects&);
void claims(const Input&, State&, Scratch&, Effects&);

}  // namespace portcullis::bench::native
