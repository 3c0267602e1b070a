// What the tests of the document reader share.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "grammar/document/codes.h"
#include "grammar/document/document.h"

namespace portcullis::testing {

struct Reading {
  Diagnostics diagnostics;
  Parsed<Document> document = Failure{Reported{}};

  [[nodiscard]] bool is_clean() const { return document.has_value() && diagnostics.empty(); }
  [[nodiscard]] std::string reports() const {
    std::string all;
    for (const Diagnostic& diagnostic : diagnostics.all()) all += render(diagnostic, false);
    return all;
  }
  [[nodiscard]] const Diagnostic* report(DocumentCode code) const {
    for (const Diagnostic& diagnostic : diagnostics.all()) {
      if (diagnostic.code == static_cast<std::uint16_t>(code)) return &diagnostic;
    }
    return nullptr;
  }
  /// What the report about `code` underlines; "?" when there is none.
  [[nodiscard]] std::string underlined(DocumentCode code) const {
    const Diagnostic* found = report(code);
    if (found == nullptr) return "?";
    return std::string(found->source->text().substr(found->span.begin, found->span.size()));
  }
};

inline Reading read(std::string text, const NamedValues& named_values = {}, const ReadOptions& options = {}) {
  Reading reading;
  reading.document = read_document(std::make_shared<SourceText>("policy.xml", std::move(text)), named_values,
                                   reading.diagnostics, options);
  return reading;
}

/// A fragment of one element `x` with the given attributes and text.
inline Reading read_element(std::string_view inside, const NamedValues& named_values = {}) {
  return read("<fragment>" + std::string(inside) + "</fragment>", named_values);
}

inline const Element& first(const Reading& reading) { return reading.document->root().elements()[0]; }

inline std::string file(const std::string& name) {
  const std::string path = std::string(PORTCULLIS_TEST_DATA) + "/grammar/document/data/" + name;
  std::string text;
  if (std::FILE* handle = std::fopen(path.c_str(), "rb")) {
    char buffer[4096];
    while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, handle)) text.append(buffer, size);
    std::fclose(handle);
  }
  return text;
}

}  // namespace portcullis::testing
