#include "engine/policy/api_definition.h"

#include "base/text.h"

namespace portcullis {

namespace {

const ResponseDefinition* default_of(std::span<const ResponseDefinition> responses) {
  for (const ResponseDefinition& response : responses) {
    if (response.first_status == 0) return &response;
  }
  return nullptr;
}

/// Templates name the same paths when only their parameters' names differ; a query part does not count.
std::string_view path_of(std::string_view url_template) {
  url_template = url_template.substr(0, url_template.find('?'));
  while (url_template.size() > 1 && url_template.ends_with('/')) url_template.remove_suffix(1);
  return url_template;
}

std::string_view take_segment(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::size_t end = path.find('/');
  const std::string_view segment = path.substr(0, end);
  path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  return segment;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }
bool is_rest(std::string_view segment) { return segment == "*" || segment.starts_with("{*"); }

bool same_template(std::string_view a, std::string_view b) {
  a = path_of(a);
  b = path_of(b);
  while (!a.empty() || !b.empty()) {
    const std::string_view left = take_segment(a);
    const std::string_view right = take_segment(b);
    if (is_parameter(left) != is_parameter(right)) return false;
    if (!is_parameter(left) && !equals_ignoring_ascii_case(left, right)) return false;
  }
  return true;
}

/// `{id}.json` and the like: the literal parts around one parameter.
bool matches_segment(std::string_view pattern, std::string_view segment) {
  const std::size_t open = pattern.find('{');
  const std::size_t close = pattern.rfind('}');
  if (open == std::string_view::npos || close == std::string_view::npos)
    return equals_ignoring_ascii_case(pattern, segment);
  const std::string_view before = pattern.substr(0, open);
  const std::string_view after = pattern.substr(close + 1);
  return segment.size() > before.size() + after.size() && segment.starts_with(before) && segment.ends_with(after);
}

/// How well the template fits: two bits a segment, literal best; 0: it does not.
std::uint64_t fit(std::string_view url_template, std::string_view path) {
  url_template = path_of(url_template);
  path = path_of(path);
  std::uint64_t score = 1;
  while (!url_template.empty() || !path.empty()) {
    if (score >> 60 != 0) return score;
    const std::string_view pattern = take_segment(url_template);
    if (is_rest(pattern)) return score << 2;
    const std::string_view segment = take_segment(path);
    if (is_parameter(pattern) ? segment.empty() : !matches_segment(pattern, segment)) return 0;
    const unsigned kind = is_parameter(pattern) ? 1 : pattern.find('{') != std::string_view::npos ? 2 : 3;
    score = (score << 2) | kind;
  }
  return score;
}

}  // namespace

const ResponseDefinition* OperationDefinition::listed_response(std::int32_t status) const {
  const ResponseDefinition* range = nullptr;
  for (const ResponseDefinition& response : responses) {
    if (response.first_status == 0 || status < response.first_status || status > response.last_status) continue;
    if (response.first_status == response.last_status) return &response;
    range = &response;
  }
  return range;
}

const ResponseDefinition* OperationDefinition::response(std::int32_t status) const {
  const ResponseDefinition* listed = listed_response(status);
  return listed != nullptr ? listed : default_of(responses);
}

const StoredSchema* ApiDefinition::find_schema(std::string_view id) const {
  for (const StoredSchema& schema : schemas) {
    if (equals_ignoring_ascii_case(schema.id, id)) return &schema;
  }
  return nullptr;
}

const OperationDefinition* ApiDefinition::find_operation(std::string_view id, std::string_view method,
                                                         std::string_view url_template) const {
  for (const OperationDefinition& operation : operations) {
    if (!id.empty() && equals_ignoring_ascii_case(operation.id, id)) return &operation;
  }
  if (method.empty()) return nullptr;
  for (const OperationDefinition& operation : operations) {
    if (equals_ignoring_ascii_case(operation.method, method) && same_template(operation.url_template, url_template))
      return &operation;
  }
  return nullptr;
}

const OperationDefinition* ApiDefinition::match_operation(std::string_view method, std::string_view path) const {
  const OperationDefinition* best = nullptr;
  std::uint64_t best_fit = 0;
  for (const OperationDefinition& operation : operations) {
    if (!equals_ignoring_ascii_case(operation.method, method)) continue;
    const std::uint64_t how_well = fit(operation.url_template, path);
    if (how_well > best_fit) best = &operation, best_fit = how_well;
  }
  return best;
}

}  // namespace portcullis
