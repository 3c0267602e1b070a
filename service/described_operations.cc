// Operations for routing from what describes the API.
#include <algorithm>

#include "base/text.h"
#include "portcullis/service.hpp"
#include "service/api_description.h"

namespace portcullis {

namespace {

// "GET", "/orders/{id}/lines" -> "get-orders-id-lines". For those that the document leaves without an id.
std::string id_of(std::string_view method, std::string_view url_template) {
  std::string id;
  for (const char letter : method) id += ascii_lower(letter);
  for (const char letter : url_template) {
    const bool is_plain =
        (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
    if (is_plain) {
      id += ascii_lower(letter);
    } else if (id.back() != '-') {
      id += '-';
    }
  }
  while (id.ends_with('-')) id.pop_back();
  return id;
}

std::string method_of(std::string_view method) {
  std::string upper(method);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return upper;
}

}  // namespace

std::vector<OperationDescription> operations_of(std::string_view description, std::string& problem) {
  problem.clear();
  Diagnostics diagnostics;
  const DescriptionText text{.name = "the description", .text = description};
  const std::shared_ptr<const ApiDefinition> api = describe_api({&text, 1}, {}, diagnostics);
  std::vector<OperationDescription> operations;
  for (const OperationDefinition& found : api->operations) {
    OperationDescription& made = operations.emplace_back();
    made.method = method_of(found.method);
    made.url_template = std::string(found.url_template);
    made.id = found.id.empty() ? id_of(made.method, made.url_template) : std::string(found.id);
    made.name = made.id;
  }
  if (!operations.empty()) return operations;
  const auto error = std::find_if(diagnostics.all().begin(), diagnostics.all().end(),
                                  [](const Diagnostic& said) { return said.severity == Severity::kError; });
  problem = error == diagnostics.all().end() ? "it describes no operations" : error->message;
  return operations;
}

}  // namespace portcullis
