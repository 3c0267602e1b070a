#include "engine/liquid/filters.h"

namespace portcullis::liquid {

namespace {

const Filter* find_in(std::span<const Filter> filters, std::string_view name) {
  for (const Filter& filter : filters) {
    if (filter.name == name) return &filter;
  }
  return nullptr;
}

}  // namespace

const Filter* find_filter(std::string_view name) {
  for (const std::span<const Filter> filters : {text_filters(), number_filters(), list_filters()}) {
    if (const Filter* found = find_in(filters, name)) return found;
  }
  return nullptr;
}

std::vector<std::string_view> filter_names() {
  std::vector<std::string_view> names;
  for (const std::span<const Filter> filters : {text_filters(), number_filters(), list_filters()}) {
    for (const Filter& filter : filters) names.push_back(filter.name);
  }
  return names;
}

}  // namespace portcullis::liquid
