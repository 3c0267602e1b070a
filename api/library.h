// What a `Library` is inside, and how diagnostics become reports.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/check.h"
#include "base/diagnostic.h"
#include "engine/policy/spec.h"
#include "engine/types/type_table.h"
#include "portcullis/portcullis.hpp"

namespace portcullis {

class Library {
 public:
  Library();

  TypeTable types;
  std::span<const PolicySpec* const> policies;
};

std::vector<Report> make_reports(const Diagnostics& diagnostics);

}  // namespace portcullis
