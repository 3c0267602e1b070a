// The filters by name. source: transformation.md#6.3
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/liquid/value.h"

namespace portcullis::liquid {

using Arguments = std::span<const Value>;

struct Filter {
  std::string_view name;
  std::uint8_t min_arguments = 0;
  std::uint8_t max_arguments = 0;
  Value (*apply)(World&, const Value& input, Arguments) = nullptr;
};

/// Null when there is none; names are compared with case.
const Filter* find_filter(std::string_view name);
std::vector<std::string_view> filter_names();

// The tables of the files by subject.
std::span<const Filter> text_filters();    // text_filters.cc
std::span<const Filter> number_filters();  // number_filters.cc
std::span<const Filter> list_filters();    // list_filters.cc

}  // namespace portcullis::liquid
