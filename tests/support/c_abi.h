// What tests of the C ABI share: texts in and out, and handles that free themselves.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "portcullis/portcullis.h"

namespace portcullis::test {

inline pc_text text(std::string_view value) { return {value.data(), value.size()}; }
/// `none` stands for null data.
inline std::string string_of(pc_text value, std::string_view none = "none") {
  return value.data == nullptr ? std::string(none) : std::string(value.data, value.size);
}

struct Free {
  void operator()(pc_library* library) const { pc_library_free(library); }
  void operator()(pc_program* program) const { pc_program_free(program); }
  void operator()(pc_reports* reports) const { pc_reports_free(reports); }
  void operator()(pc_stores* stores) const { pc_stores_free(stores); }
  void operator()(pc_execution* execution) const { pc_execution_free(execution); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

}  // namespace portcullis::test
