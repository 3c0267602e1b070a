// Loading through the C ABI, and what was found.
#include <string>

#include "api/c_handles.h"

using namespace pc::c_abi;  // NOLINT(google-build-using-namespace): of this library, and C functions stand in no
                            // namespace

namespace {

/// `options` as the C++ API has them; what it holds is borrowed from the host's.
class LoadParts {
 public:
  explicit LoadParts(const pc_load_options& given) : given_(given) {
    for (const pc_source& source : std::span(given.fragments, given.fragment_count))
      fragments.push_back({view(source.id), view(source.name), view(source.text)});
    for (const pc_header& value : std::span(given.named_values, given.named_value_count))
      named_values.push_back({view(value.name), view(value.value)});
    for (const pc_source& source : std::span(given.descriptions, given.description_count))
      descriptions.push_back({view(source.name), view(source.text)});
    for (const pc_source& source : std::span(given.schemas, given.schema_count))
      schemas.push_back({view(source.id), view(source.name), view(source.text)});
    for (const pc_source& source : std::span(given.resolvers, given.resolver_count))
      resolvers.push_back({view(source.id), view(source.name), view(source.text)});
    for (const pc_text& logger : std::span(given.loggers, given.logger_count)) loggers_.push_back(view(logger));
  }

  std::optional<std::span<const std::string_view>> loggers() const {
    if (given_.loggers == nullptr) return std::nullopt;
    return std::span<const std::string_view>(loggers_);
  }

  std::vector<pc::FragmentText> fragments;
  std::vector<pc::NamedValueText> named_values;
  std::vector<pc::DescriptionText> descriptions;
  std::vector<pc::SchemaText> schemas;
  std::vector<pc::ResolverText> resolvers;

 private:
  const pc_load_options& given_;
  std::vector<std::string_view> loggers_;
};

bool read_documents(const pc_document* documents, size_t count, std::vector<pc::PolicyText>& texts) {
  for (size_t i = 0; i < count; ++i) {
    if (documents[i].size < sizeof(pc_document) || documents[i].scope < PC_GLOBAL || documents[i].scope > PC_OPERATION)
      return false;
    texts.push_back({.scope = static_cast<pc::Scope>(documents[i].scope),
                     .name = view(documents[i].name),
                     .text = view(documents[i].text)});
  }
  return true;
}

}  // namespace

extern "C" {

pc_program* pc_program_load(const pc_library* library, const pc_document* documents, size_t count,
                            pc_reports** reports) {
  return pc_program_load_with(library, documents, count, nullptr, reports);
}

pc_program* pc_program_load_with(const pc_library* library, const pc_document* documents, size_t count,
                                 const pc_load_options* options, pc_reports** reports) {
  if (reports != nullptr) *reports = nullptr;
  if (library == nullptr || (documents == nullptr && count > 0)) return nullptr;
  const std::optional<pc_load_options> given = options == nullptr ? pc_load_options{} : taken(options);
  if (!given.has_value()) return nullptr;
  return guarded(static_cast<pc_program*>(nullptr), [&]() -> pc_program* {
    std::vector<pc::PolicyText> texts;
    if (!read_documents(documents, count, texts)) return nullptr;
    const LoadParts parts(*given);
    pc::Loaded loaded = pc::load(*library->library, {.documents = texts,
                                                     .fragments = parts.fragments,
                                                     .named_values = parts.named_values,
                                                     .descriptions = parts.descriptions,
                                                     .schemas = parts.schemas,
                                                     .resolvers = parts.resolvers,
                                                     .operation_id = view(given->operation_id),
                                                     .loggers = parts.loggers(),
                                                     .allow_nested_fragments = given->allow_nested_fragments != 0,
                                                     .strict_members = given->strict_members != 0});
    if (reports != nullptr) *reports = new pc_reports{std::move(loaded.reports)};
    return loaded.program == nullptr ? nullptr : new pc_program{std::move(loaded.program)};
  });
}
void pc_program_free(pc_program* program) { delete program; }

pc_status pc_check(const pc_library* library, const pc_source* file, const pc_load_options* options,
                   pc_reports** reports) {
  if (library == nullptr || file == nullptr || reports == nullptr) return PC_BAD_ARGUMENT;
  *reports = nullptr;
  const std::optional<pc_load_options> given = options == nullptr ? pc_load_options{} : taken(options);
  if (!given.has_value()) return PC_BAD_ARGUMENT;
  return guarded(PC_OUT_OF_MEMORY, [&] {
    const LoadParts parts(*given);
    const pc::CheckOptions chosen{.strict_members = given->strict_members != 0,
                                  .keep_unknown_named_values = given->keep_unknown_named_values != 0,
                                  .descriptions = parts.descriptions,
                                  .schemas = parts.schemas,
                                  .loggers = parts.loggers()};
    *reports = new pc_reports{pc::check(*library->library, {view(file->name), view(file->text)}, parts.fragments,
                                        parts.named_values, chosen)};
    return PC_DONE;
  });
}

pc_status pc_program_requirements(const pc_program* program, pc_requirements* requirements) {
  if (program == nullptr || !has_room(requirements)) return PC_BAD_ARGUMENT;
  const pc::Requirements found = pc::requirements(*program->program);
  give(requirements, pc_requirements{0, found.reads_request_body ? 1 : 0, found.reads_response_body ? 1 : 0});
  return PC_DONE;
}

size_t pc_reports_count(const pc_reports* reports) { return reports == nullptr ? 0 : reports->reports.size(); }
const char* pc_reports_text(const pc_reports* reports, size_t index) {
  return reports == nullptr || index >= reports->reports.size() ? "" : reports->reports[index].text.c_str();
}
int pc_reports_is_error(const pc_reports* reports, size_t index) {
  return reports != nullptr && index < reports->reports.size() && reports->reports[index].is_error ? 1 : 0;
}
pc_status pc_reports_get(const pc_reports* reports, size_t index, pc_report* report) {
  if (reports == nullptr || index >= reports->reports.size() || !has_room(report)) return PC_BAD_ARGUMENT;
  const pc::Report& found = reports->reports[index];
  give(report, pc_report{.size = 0,
                         .code = text(found.code),
                         .is_error = found.is_error ? 1 : 0,
                         .file = text(found.file),
                         .line = found.line,
                         .column = found.column,
                         .end_line = found.end_line,
                         .end_column = found.end_column,
                         .message = text(found.message),
                         .help = text(found.help)});
  return PC_DONE;
}
void pc_reports_free(pc_reports* reports) { delete reports; }

}  // extern "C"
