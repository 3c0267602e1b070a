// XSLT 1.0 by libxslt, the only code that includes it and libxml2. Stylesheets are compiled at load; a transformation
// reads no files, reaches no network and stops at its bounds.
//
// libxml2 and libxslt keep two things for the whole process: where messages go, and who hands out memory. Both are set
// once, to functions that look at a thread's own transformation, count for it, and otherwise do what was done before.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::xslt {

/// Immutable; threads share it.
class Stylesheet;

struct Mistake {
  std::uint32_t line = 1;  // of the stylesheet's text
  std::string message;
};

/// Null with `mistakes`. Includes, imports and scripts are mistakes too.
std::shared_ptr<const Stylesheet> compile(std::string_view text, std::vector<Mistake>& mistakes);

struct Parameter {
  std::string_view name;
  std::string_view value;
};

struct Bounds {
  std::uint64_t operations = 5'000'000;
  std::size_t memory_bytes = std::size_t{64} << 20;
};

struct Outcome {
  std::string output;
  std::string encoding;               // as xsl:output names it; empty: UTF-8
  std::vector<std::string> messages;  // of xsl:message
  std::string problem;                // empty: it worked
  std::uint64_t operations = 0;
};

/// `document` is UTF-8, whatever its declaration says. Entity declarations are refused.
Outcome transform(const Stylesheet& stylesheet, std::string_view document, std::span<const Parameter> parameters,
                  const Bounds& bounds);

}  // namespace portcullis::xslt
