// Finds policies of one section that can never run: those behind a return-response or a mock-response that always
// answers.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/diagnostic.h"
#include "engine/policy/flow.h"

namespace portcullis {

/// Operations that stand elsewhere and were put in for one element: a fragment's, an outer scope's.
struct Splice {
  std::uint32_t begin = 0, end = 0;  // in the section's operations
  Span span = {};                    // of `<base />` or `<include-fragment>`
  std::shared_ptr<const SourceText> source;
  std::string_view element;
};

/// One warning for each stretch of policies that nothing leads to, at the first of them: at the element that put it in,
/// if the whole of what that element stands for is out of reach. `sources` holds the files of all steps. `splices`:
/// outer ones before inner ones.
void warn_unreachable(std::span<const FlowOp> ops, std::span<const Splice> splices,
                      std::span<const std::shared_ptr<const SourceText>> sources, Diagnostics& diagnostics);

}  // namespace portcullis
