// The one door of the document reader: a policy file in, a tree of elements out, with every text's way back to the
// file.
//
// Both ways of writing are read: escaped (well-formed XML) and raw (`"`, `<` and `&&` bare inside expressions). What an
// element means, and whether it may stand where it stands, is not decided here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/diagnostic.h"
#include "base/result.h"
#include "base/source.h"

namespace portcullis {

/// Display name to text, as far as the document may see them.
using NamedValues = std::map<std::string, std::string, std::less<>>;

/// An attribute's value or an element's text, ready for the next stage: named values are pasted, entities decoded and
/// line ends folded to LF.
struct Value {
  enum class Form : std::uint8_t {
    kLiteral,
    kExpression,  // @( ): one expression
    kBlock,       // @{ }: statements
    kBroken,      // reported already; whoever meets it stays silent
  };

  Form form = Form::kLiteral;
  /// The text is the markup between the tags as typed, entities still encoded: a `set-body` that holds elements, or a
  /// Liquid template that does.
  bool as_written = false;
  /// For an expression the C# inside the brackets, for a literal all of it, white space included.
  MappedText text;
  /// In the file. An expression from `@` to its closing bracket; a literal from quote to quote or from tag to tag.
  Span span;

  [[nodiscard]] bool is_literal() const { return form == Form::kLiteral; }
  [[nodiscard]] bool is_code() const { return form == Form::kExpression || form == Form::kBlock; }
  /// The text without white space (no-break spaces too) at both ends.
  [[nodiscard]] std::string_view trimmed() const PC_LIFETIMEBOUND;
};

struct Attribute {
  std::string_view name;
  Span name_span;
  Span span;  // name to closing quote
  Value value;
};

struct Element;

/// What stands between two tags, in order. White space between elements is no node.
struct Node {
  enum class Kind : std::uint8_t { kElement, kText, kComment };
  Kind kind;
  Span span;                         // a comment with its marks
  const Element* element = nullptr;  // of kElement
};

/// Lifetime: all views and pointers are good as long as the Document.
struct Element {
  std::string_view name;
  Span span;       // first byte of the start tag to last byte of the end tag
  Span name_span;  // in the start tag
  Span start_tag;
  Span inner;  // between the tags; empty when self-closed
  bool self_closed = false;
  const Element* parent = nullptr;
  std::span<const Attribute> attributes;
  std::span<const Node> children;
  /// Everything between the tags without comments; nothing when there are child elements, except where
  /// `Value::as_written` says otherwise (then there are no `children`).
  std::optional<Value> text;
  const Element* first_element = nullptr;
  std::size_t element_count = 0;

  /// The child elements, which lie side by side.
  [[nodiscard]] std::span<const Element> elements() const;
  /// Null when there is none. Names are compared with case.
  [[nodiscard]] const Attribute* find(std::string_view attribute_name) const;
};

inline std::span<const Element> Element::elements() const { return {first_element, element_count}; }

/// A policy document as a tree. Movable; moving leaves pointers into it as they are.
class Document {
 public:
  enum class Kind : std::uint8_t { kPolicies, kFragment, kResolver };

  Document() = default;
  Document(Document&&) = default;
  Document& operator=(Document&&) = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document() = default;

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] const Element& root() const PC_LIFETIMEBOUND { return elements_[0]; }
  /// The root and the comments before and after it.
  [[nodiscard]] std::span<const Node> top() const PC_LIFETIMEBOUND { return top_; }
  [[nodiscard]] const std::shared_ptr<const SourceText>& source() const { return source_; }
  /// The bytes of the file that `span` covers.
  [[nodiscard]] std::string_view typed(Span span) const { return source_->text().substr(span.begin, span.size()); }
  /// What was pasted; `PositionMap::Piece::named_value` counts in it.
  [[nodiscard]] const std::vector<NamedText>& named_texts() const PC_LIFETIMEBOUND { return *named_texts_; }
  /// True when an expression is written with bare characters, so that the file is not well-formed XML.
  [[nodiscard]] bool is_raw() const { return raw_; }

 private:
  friend class DocumentBuilder;

  std::shared_ptr<const SourceText> source_;
  std::shared_ptr<const std::vector<NamedText>> named_texts_;
  std::vector<Element> elements_;  // breadth first, so children lie side by side; the root is the first
  std::vector<Attribute> attributes_;
  std::vector<Node> nodes_;
  std::span<const Node> top_;
  Kind kind_ = Kind::kPolicies;
  bool raw_ = false;
};

struct ReadOptions {
  std::size_t max_bytes = std::size_t{16} << 20;  // of the file, and of the texts once named values are pasted
  std::uint32_t max_depth = 256;                  // of elements in elements
  /// Leave `{{unknown}}` as it is, without a word. For tools that look at one file without its service.
  bool keep_unknown_named_values = false;
};

/// The document in `source`. A result may come along with errors in `diagnostics`, when the tree as such is good: a
/// value that is wrong is then `kBroken`. So look at `diagnostics` before running anything.
/// Errors: reported in the order of the file, each with `source`; `Diagnostics::set_source` is left to the caller.
/// The result is empty when the tags themselves do not fit or the root is unknown.
/// Cost: linear.
Parsed<Document> read_document(const std::shared_ptr<const SourceText>& source, const NamedValues& named_values,
                               Diagnostics& diagnostics, const ReadOptions& options = {});

/// One expression as given on a command line: `@( )`, `@{ }` or bare C#, which reads as `@( )`. Named values are
/// pasted; nothing is decoded, since nothing around it is XML.
Parsed<Value> read_value(const std::shared_ptr<const SourceText>& source, const NamedValues& named_values,
                         Diagnostics& diagnostics, const ReadOptions& options = {});

}  // namespace portcullis
