// OData URLs: resource paths against a model, system query options by their grammar (OData 4.01, part 2: URL
// conventions).
#pragma once

#include <string>
#include <string_view>

#include "engine/exchange/exchange.h"
#include "policies/support/odata_model.h"

namespace portcullis {

struct ODataProblem {
  std::string name;     // the segment or the option
  std::string message;  // empty: all is well
};

/// Where a path leads: what query options are about.
struct ODataTarget {
  const ODataType* type = nullptr;
  bool is_collection = false;
};

/// `path` is below the service's root, percent-encoded.
ODataProblem check_odata_path(const ODataModel& model, std::string_view path, ODataTarget& target);

/// One option with its value, decoded. `type` may be null: names are not checked then.
ODataProblem check_odata_option(std::string_view option, std::string_view value, const ODataType* type);
/// `$filter` of `$filter` and, in 4.01, of `filter`; empty when it is no system query option.
std::string_view odata_option_name(std::string_view name, bool allows_bare_names);
bool is_known_odata_option(std::string_view name);

}  // namespace portcullis
