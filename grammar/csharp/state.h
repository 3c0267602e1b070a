// What the rules share during one parse.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "grammar/csharp/diagnostic.h"
#include "grammar/csharp/parse.h"
#include "grammar/csharp/token.h"

namespace portcullis::csharp {

struct ParseState {
  Arena& arena;
  DiagnosticSink& sink;
  const ParseOptions& options;
  std::uint32_t depth = 0;
  std::uint32_t queries = 0;    // enclosing query expressions
  std::uint64_t looks = 0;      // how often a rule compared a token, for tests of linearity
  bool reported = false;

  void report(SyntaxError code, Span span, std::string message, std::string help = {}) {
    reported = true;
    Diagnostic diagnostic;
    diagnostic.code = static_cast<std::uint16_t>(code);
    diagnostic.span = span;
    diagnostic.message = std::move(message);
    diagnostic.help = std::move(help);
    sink.add(std::move(diagnostic));
  }
};

/// Thrown after a report that ends the parse (a limit); never leaves parse.cc.
struct GaveUp {};

}  // namespace portcullis::csharp
