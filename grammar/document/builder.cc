// The only file that includes pugixml. It parses the masked text in place and decodes nothing, so every pointer it
// hands out is an offset of the file. What stands at these places is read from the file itself.
//
// Elements are built breadth first: children lie side by side, and no depth of nesting costs call stack.
#include "grammar/document/builder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <pugixml.hpp>

#include "base/text.h"
#include "grammar/document/characters.h"

namespace portcullis {

using xml::span_of;

namespace {

constexpr unsigned kParseFlags = pugi::parse_comments | pugi::parse_cdata | pugi::parse_ws_pcdata_single;
constexpr std::uint32_t kCommentOpening = 4;  // <!--
constexpr std::uint32_t kCdataOpening = 9;    // <![CDATA[
constexpr std::uint32_t kSectionClosing = 3;  // --> or ]]>

bool has_element_child(pugi::xml_node node) {
  for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling()) {
    if (child.type() == pugi::node_element) return true;
  }
  return false;
}

/// A body whose markup stands in `<value>` is read from there. source: transformation.md#6.1
bool holds_one_value(pugi::xml_node node) {
  std::size_t values = 0;
  for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling()) {
    if (child.type() == pugi::node_comment || (child.type() == pugi::node_pcdata && xml::is_blank(child.value()))) continue;
    if (child.type() != pugi::node_element || std::strcmp(child.name(), "value") != 0 || child.first_attribute()) return false;
    if (has_element_child(child)) return false;
    ++values;
  }
  return values == 1;
}

/// `<xsl:stylesheet>` in xsl-transform, whatever its prefix: XSLT is no policy.
bool is_stylesheet_element(const Element& element) {
  if (element.parent == nullptr || element.parent->name != "xsl-transform") return false;
  const std::string_view local = element.name.substr(element.name.rfind(':') + 1);
  return local == "stylesheet" || local == "transform";
}

}  // namespace

struct DocumentBuilder::Tree {
  std::string buffer;
  pugi::xml_document document;
  std::vector<pugi::xml_node> nodes;  // of each element
  std::vector<Span> children;         // of each element, in `nodes_`; the document's come last

  [[nodiscard]] std::uint32_t offset(const char* place) const {
    return static_cast<std::uint32_t>(place - buffer.data());
  }
  /// The whole node, marks included.
  [[nodiscard]] Span span(pugi::xml_node node) const {
    const char* value = node.value();
    const std::uint32_t begin = offset(value);
    const auto end = static_cast<std::uint32_t>(begin + std::strlen(value));
    if (node.type() == pugi::node_comment) return {begin - kCommentOpening, end + kSectionClosing};
    if (node.type() == pugi::node_cdata) return {begin - kCdataOpening, end + kSectionClosing};
    return {begin, end};
  }
};

bool DocumentBuilder::build() {
  Tree tree{.buffer = masked(document_.source_->text(), scan_), .document = {}, .nodes = {}, .children = {}};
  const pugi::xml_parse_result result =
      tree.document.load_buffer_inplace(tree.buffer.data(), tree.buffer.size(), kParseFlags, pugi::encoding_utf8);
  if (!result) {
    const auto place = static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0));
    report_.error(DocumentCode::kRefusedXml, span_of(place, place + 1),
                  joined("this is no XML: ", ascii_lower(result.description())));
    return false;
  }
  const std::size_t count = scan_.elements.size();
  document_.elements_.reserve(count);
  document_.attributes_.reserve(scan_.attribute_count);
  document_.nodes_.reserve(count + count / 2);
  tree.nodes.reserve(count);
  tree.children.reserve(count + 1);
  build_top(tree);
  for (std::size_t i = 0; i < document_.elements_.size(); ++i) {
    build_attributes(tree, i);
    build_children(tree, i);
  }
  finish(tree);
  values_.report_mixed_styles();
  return check_root();
}

void DocumentBuilder::build_top(Tree& tree) {
  for (pugi::xml_node node = tree.document.first_child(); node; node = node.next_sibling()) {
    if (node.type() == pugi::node_element) {
      const Element& root = add_element(tree.offset(node.name()));
      tree.nodes.push_back(node);
      document_.nodes_.push_back({Node::Kind::kElement, root.span, &root});
    } else if (node.type() == pugi::node_comment) {
      document_.nodes_.push_back({Node::Kind::kComment, tree.span(node)});
    }
  }
  PC_CHECK(document_.elements_.size() == 1, "the scanner lets one root through");
}

Element& DocumentBuilder::add_element(std::uint32_t name_offset) {
  const ScannedElement& from = scanned(name_offset);
  Element& element = document_.elements_.emplace_back();
  element.name_span = from.name;
  element.name = document_.typed(from.name);
  element.span = {from.name.begin - 1, from.end};
  element.start_tag = {from.name.begin - 1, from.start_tag_end};
  element.inner = {from.start_tag_end, from.inner_end};
  element.self_closed = from.self_closed;
  return element;
}

void DocumentBuilder::build_attributes(Tree& tree, std::size_t index) {
  std::vector<Attribute>& attributes = document_.attributes_;
  const std::size_t first = attributes.size();
  const pugi::xml_node node = tree.nodes[index];
  for (pugi::xml_attribute from = node.first_attribute(); from; from = from.next_attribute()) {
    Attribute& attribute = attributes.emplace_back();
    const std::uint32_t name = tree.offset(from.name());
    const std::uint32_t begin = tree.offset(from.value());
    const TextRun run{.span = span_of(begin, begin + std::strlen(from.value()))};
    attribute.name_span = span_of(name, name + std::strlen(from.name()));
    attribute.name = document_.typed(attribute.name_span);
    attribute.span = {name, run.span.end + 1};
    attribute.value = values_.read({&run, 1}, run.span, lifted_in(run.span), ValueReader::Flavour::kPlain);
  }
  document_.elements_[index].attributes = {attributes.data() + first, attributes.size() - first};
}

void DocumentBuilder::build_children(Tree& tree, std::size_t index) {
  const auto first = static_cast<std::uint32_t>(document_.nodes_.size());
  const std::string_view name = document_.elements_[index].name;
  const bool has_elements = has_element_child(tree.nodes[index]);
  const bool liquid = scanned(document_.elements_[index].name_span.begin).liquid;
  const bool is_stylesheet = is_stylesheet_element(document_.elements_[index]);
  const Element* parent = document_.elements_[index].parent;
  const bool takes = takes_markup(name, parent == nullptr ? std::string_view() : parent->name);
  const bool is_markup = has_elements && (liquid || (takes && !(name == "set-body" && holds_one_value(tree.nodes[index]))));
  if (is_stylesheet || is_markup) {
    Element& element = document_.elements_[index];
    const std::vector<TextRun> runs = markup_runs(element.inner);
    element.text = values_.read(runs, element.inner, nullptr,
                                liquid || is_stylesheet ? ValueReader::Flavour::kLiquidMarkup : ValueReader::Flavour::kMarkup);
  } else {
    add_children(tree, index);
    if (!has_elements) build_text(tree, index);
  }
  tree.children.push_back({first, static_cast<std::uint32_t>(document_.nodes_.size())});
}

/// Markup as typed: what stands in CDATA sections and comments holds no references.
std::vector<TextRun> DocumentBuilder::markup_runs(Span inner) const {
  std::vector<TextRun> runs;
  const std::string_view text = document_.source_->text();
  std::size_t begin = inner.begin;
  for (std::size_t at = text.find("<!", begin); at < inner.end; at = text.find("<!", begin)) {
    const std::string_view closing = text.substr(at).starts_with("<!--") ? "-->" : "]]>";
    const std::size_t found = text.find(closing, at);
    const std::size_t end = found == std::string_view::npos ? inner.end : std::min<std::size_t>(found + closing.size(), inner.end);
    runs.push_back({.span = span_of(begin, at)});
    runs.push_back({.span = span_of(at, end), .cdata = true});
    begin = end;
  }
  runs.push_back({.span = span_of(begin, inner.end)});
  return runs;
}

void DocumentBuilder::add_children(Tree& tree, std::size_t index) {
  const std::size_t first = document_.elements_.size();
  for (pugi::xml_node node = tree.nodes[index].first_child(); node; node = node.next_sibling()) {
    if (node.type() == pugi::node_element) {
      Element& child = add_element(tree.offset(node.name()));
      child.parent = &document_.elements_[index];
      tree.nodes.push_back(node);
      document_.nodes_.push_back({Node::Kind::kElement, child.span, &child});
    } else if (node.type() == pugi::node_comment) {
      document_.nodes_.push_back({Node::Kind::kComment, tree.span(node)});
    } else if (const Span span = tree.span(node); !xml::is_blank(document_.typed(span))) {
      document_.nodes_.push_back({Node::Kind::kText, span});
    }
  }
  Element& element = document_.elements_[index];
  element.element_count = document_.elements_.size() - first;
  if (element.element_count > 0) element.first_element = document_.elements_.data() + first;
}

/// The text of an element without child elements: all between the tags but comments.
void DocumentBuilder::build_text(Tree& tree, std::size_t index) {
  Element& element = document_.elements_[index];
  std::vector<TextRun> cut;
  TextRun rest{.span = element.inner};
  for (pugi::xml_node node = tree.nodes[index].first_child(); node; node = node.next_sibling()) {
    if (node.type() == pugi::node_pcdata) continue;
    const Span span = tree.span(node);
    cut.push_back({.span = {rest.span.begin, span.begin}});
    if (node.type() == pugi::node_cdata) {
      cut.push_back({.span = {span.begin + kCdataOpening, span.end - kSectionClosing}, .cdata = true});
    }
    rest.span.begin = span.end;
  }
  std::span<const TextRun> runs{&rest, 1};
  if (!cut.empty()) {
    cut.push_back(rest);
    runs = cut;
  }
  const bool liquid = scanned(element.name_span.begin).liquid;
  element.text = values_.read(runs, element.inner, lifted_in(element.inner),
                              liquid ? ValueReader::Flavour::kLiquid : ValueReader::Flavour::kPlain);
}

/// Nodes do not move any more.
void DocumentBuilder::finish(const Tree& tree) {
  const Node* nodes = document_.nodes_.data();
  for (std::size_t i = 0; i < document_.elements_.size(); ++i) {
    document_.elements_[i].children = {nodes + tree.children[i].begin, tree.children[i].size()};
  }
  document_.top_ = {nodes, tree.children.front().begin};
  document_.named_texts_ = values_.pasted();
  document_.raw_ = values_.saw_raw_code();
}

bool DocumentBuilder::check_root() {
  const Element& root = document_.root();
  static constexpr std::array<std::string_view, 6> kRoots{
      "policies", "fragment", "http-data-source", "sql-data-source", "cosmosdb-data-source", "graphql-data-source"};
  const auto found = std::ranges::find(kRoots, root.name);
  if (found == kRoots.end()) {
    const std::string_view meant = closest(root.name, {kRoots.begin(), kRoots.end()});
    report_.error(DocumentCode::kWrongRoot, root.name_span, joined("`<", root.name, ">` starts no document"),
                  meant.empty()
                      ? "put policies into `<policies><inbound>...</inbound></policies>`, or into `<fragment>`"
                      : joined("did you mean `<", meant, ">`?"));
    return false;
  }
  const auto index = found - kRoots.begin();
  document_.kind_ = index == 0   ? Document::Kind::kPolicies
                    : index == 1 ? Document::Kind::kFragment
                                 : Document::Kind::kResolver;
  check_stray_text(root);
  if (document_.kind_ == Document::Kind::kPolicies) {
    for (const Element& section : root.elements()) check_stray_text(section);
  }
  return true;
}

/// Only policies and sections may stand here. Inside of policies, text is their own affair.
void DocumentBuilder::check_stray_text(const Element& parent) {
  for (const Node& node : parent.children) {
    if (node.kind != Node::Kind::kText || report_.full()) continue;
    const Span text = xml::trimmed_span(document_.typed(node.span));
    report_.error(DocumentCode::kTextBetweenElements, span_of(node.span.begin + text.begin, node.span.begin + text.end),
                  joined("text directly in `<", parent.name, ">`"),
                  joined("only elements and comments may stand here; remove it, or make it a comment: `<!-- ... -->`"));
  }
}

/// What the scanner lifted out of `span` first.
const Lifted* DocumentBuilder::lifted_in(Span span) const {
  const auto at =
      std::ranges::lower_bound(scan_.lifted, span.begin, {}, [](const Lifted& lifted) { return lifted.span.begin; });
  return at != scan_.lifted.end() && at->span.begin < span.end ? &*at : nullptr;
}

const ScannedElement& DocumentBuilder::scanned(std::uint32_t name_offset) const {
  const auto at = std::ranges::lower_bound(scan_.elements, name_offset, {},
                                           [](const ScannedElement& element) { return element.name.begin; });
  PC_CHECK(at != scan_.elements.end() && at->name.begin == name_offset, "pugixml sees the elements the scanner saw");
  return *at;
}

}  // namespace portcullis
