// Portcullis' effects in the format of bench/data/expected.
#pragma once

#include <string>
#include <vector>

#include "bench/workloads/data.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::bench {

/// Sorted, without JSON objects.
void describe_variables(const std::vector<VariableView>& variables, std::string& out);
/// Header lines that neither the caller nor the gateway sent; the query when it changed; the body when it is not the
/// caller's.
void describe_call(const HttpCall& call, const Input& input, std::string& out);
void describe_response(const ResponseView& response, std::string& out);

}  // namespace portcullis::bench
