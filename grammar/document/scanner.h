// First pass over a policy file: where elements, attributes' values and expressions begin and end.
//
// Raw documents are no XML, so no XML parser can find these places. Afterwards every expression is overwritten with a
// placeholder of the same length, and what is left is XML whose offsets are those of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "grammar/document/document.h"
#include "grammar/document/report.h"

namespace portcullis {

/// A stretch that the XML parser must not see.
struct Lifted {
  enum class Kind : std::uint8_t {
    kCode,     // `@( )` or `@{ }`, a whole value
    kLiteral,  // a literal with an expression in it, bare characters included
    kBroken,   // an expression without end, reported
  };
  Span span;
  Kind kind;
  bool bare_quotes = false;  // kCode: holds the quote that delimits the attribute
};

/// One element, in the order of start tags.
struct ScannedElement {
  Span name;
  std::uint32_t start_tag_end = 0;
  std::uint32_t inner_end = 0;
  std::uint32_t end = 0;
  bool self_closed = false;
  bool liquid = false;  // template="liquid"
};

struct Scan {
  std::vector<ScannedElement> elements;
  std::vector<Lifted> lifted;  // ordered, disjoint
  std::vector<Span> blanks;    // byte-order mark, XML declaration, no-break spaces in tags
  std::size_t attribute_count = 0;
  bool sound = true;  // the rest is XML
};

Scan scan_document(std::string_view text, const ReadOptions& options, DocumentReport& report);

/// Elements whose content may be markup: what stands in them is text then.
constexpr bool takes_markup(std::string_view name, std::string_view parent) {
  return name == "set-body" || name == "publish-to-dapr" || (name == "data" && parent == "invoke-dapr-binding");
}

/// A copy of `text` that is XML.
std::string masked(std::string_view text, const Scan& scan);

/// The part of `code` (which starts with `@(` or `@{`) up to its closing bracket, when the bracket is there and only
/// white space follows; else 0. References are decoded first, so this is the reading of well-formed XML.
std::size_t well_formed_code(std::string_view code);

}  // namespace portcullis
