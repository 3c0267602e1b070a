// From masked text to the tree. The one place that knows pugixml is builder.cc.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "grammar/document/document.h"
#include "grammar/document/report.h"
#include "grammar/document/scanner.h"
#include "grammar/document/values.h"

namespace portcullis {

class DocumentBuilder {
 public:
  DocumentBuilder(std::shared_ptr<const SourceText> source, const Scan& scan, ValueReader& values,
                  DocumentReport& report)
      : scan_(scan), values_(values), report_(report) {
    document_.source_ = std::move(source);
  }

  /// False when there is no tree or no document would start like this; reported.
  bool build();
  Document take() { return std::move(document_); }

 private:
  struct Tree;  // what pugixml made

  void build_top(Tree& tree);
  void build_attributes(Tree& tree, std::size_t index);
  void build_children(Tree& tree, std::size_t index);
  void build_text(Tree& tree, std::size_t index);
  [[nodiscard]] std::vector<TextRun> markup_runs(Span inner) const;
  void add_children(Tree& tree, std::size_t index);
  Element& add_element(std::uint32_t name_offset);
  void finish(const Tree& tree);
  bool check_root();
  void check_stray_text(const Element& parent);
  [[nodiscard]] const Lifted* lifted_in(Span span) const;
  [[nodiscard]] const ScannedElement& scanned(std::uint32_t name_offset) const;

  const Scan& scan_;
  ValueReader& values_;
  DocumentReport& report_;
  Document document_;
};

}  // namespace portcullis
