// C# text to tokens, once, before any rule looks at it.
#pragma once

#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "grammar/csharp/token.h"

namespace portcullis::csharp {

/// The tokens of `text`, ended by kEnd tokens; nullopt-like `ok` false when a mistake was reported.
///
/// Interpolated strings come as kInterpolationStart, then kInterpolationText and holes (kHoleOpen, the tokens of the
/// hole, perhaps kHoleFormat, kHoleClose), then kInterpolationEnd; `,` before an alignment is an ordinary comma.
/// Lifetime: decoded texts are in `arena`, the others are views into `text`.
struct Lexed {
  std::vector<Token> tokens;
  bool ok = true;
};
Lexed lex(std::string_view text, Arena& arena, DiagnosticSink& sink);

}  // namespace portcullis::csharp
