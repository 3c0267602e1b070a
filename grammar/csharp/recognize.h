// From the place where the rules could not go on to what the author probably meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "grammar/csharp/diagnostic.h"
#include "grammar/csharp/token.h"

namespace portcullis::csharp {

/// Where parsing stopped.
struct StopPlace {
  TokenIterator first;        // of all tokens
  TokenIterator at;           // the token nothing fits
  std::string_view expected;  // "`)`", "an expression"
  bool in_block = false;      // `@{ }`, not `@( )`
};

struct Mistake {
  SyntaxError code{};
  Span span;
  std::string message;
  std::string help;
};

/// A form of a later C#, a part of C# that policies lack, or a typical slip; nullopt when it is none we know.
std::optional<Mistake> recognize(const StopPlace& stop);

}  // namespace portcullis::csharp
