// Loading through the public API.
#include <string>

#include "api/library.h"
#include "engine/pipeline/program.h"
#include "engine/policy/codes.h"
#include "policies/support/graphql_schema.h"
#include "service/api_description.h"

namespace portcullis {

std::vector<Report> make_reports(const Diagnostics& diagnostics) {
  std::vector<Report> reports;
  reports.reserve(diagnostics.all().size());
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    Report& report = reports.emplace_back();
    report.code = code_text(diagnostic.code);
    report.is_error = diagnostic.severity == Severity::kError;
    report.message = diagnostic.message;
    report.help = diagnostic.help;
    report.notes = diagnostic.notes;
    if (diagnostic.source != nullptr) {
      const LineColumn begin = diagnostic.source->line_column(diagnostic.span.begin);
      const LineColumn end = diagnostic.source->line_column(diagnostic.span.end);
      report.file = diagnostic.source->name();
      report.line = begin.line;
      report.column = begin.column;
      report.end_line = end.line;
      report.end_column = end.column;
    }
    report.text = render(diagnostic, false);
    report.coloured = render(diagnostic, true);
  }
  return reports;
}

namespace {

Fragments make_fragments(std::span<const FragmentText> texts) {
  Fragments fragments;
  for (const FragmentText& fragment : texts) {
    fragments.emplace(std::string(fragment.id), std::make_shared<SourceText>(std::string(fragment.name), std::string(fragment.text)));
  }
  return fragments;
}

NamedValues make_named_values(std::span<const NamedValueText> texts) {
  NamedValues values;
  for (const NamedValueText& value : texts) values.emplace(std::string(value.name), std::string(value.value));
  return values;
}

/// Which field a resolver is for; reports those that can never be called. source: graphql-resolvers.md#1
std::vector<ResolverDocument> make_resolvers(std::span<const ResolverText> texts, const ApiDefinition* description, Diagnostics& diagnostics) {
  std::vector<ResolverDocument> resolvers;
  const GraphqlSchema* schema = description == nullptr ? nullptr : description->graphql;
  for (const ResolverText& text : texts) {
    const auto source = std::make_shared<SourceText>(std::string(text.name), std::string(text.text));
    diagnostics.set_source(source);
    const std::size_t slash = text.field.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.field.size()) {
      diagnostics.add({.code = policy_code::kBadResolver, .message = "`" + std::string(text.field) + "` names no field", .help = "write `Type/field`: `Query/users`"});
      continue;
    }
    ResolverDocument& resolver = resolvers.emplace_back();
    resolver = {.type = std::string(text.field.substr(0, slash)), .field = std::string(text.field.substr(slash + 1)), .source = source};
    if (schema == nullptr) {
      diagnostics.add({.code = policy_code::kBadResolver, .message = "a resolver is given, but no GraphQL schema", .help = "give the schema (SDL) as a description of the API"});
      continue;
    }
    const GraphqlType* type = schema->find(resolver.type);
    if (type == nullptr || type->field(resolver.field) == nullptr) {
      diagnostics.add({.code = policy_code::kBadResolver,
                       .severity = Severity::kWarning,
                       .message = "the schema has no field `" + resolver.type + "." + resolver.field + "`: this resolver is never called"});
    }
  }
  return resolvers;
}

}  // namespace

Loaded load(const Library& library, const LoadRequest& request) {
  std::vector<ScopeDocument> documents;
  for (const PolicyText& document : request.documents) {
    documents.push_back({document.scope, std::make_shared<SourceText>(std::string(document.name), std::string(document.text))});
  }
  const Fragments fragments = make_fragments(request.fragments);
  const NamedValues named_values = make_named_values(request.named_values);

  Diagnostics diagnostics;
  const std::shared_ptr<const ApiDefinition> description = describe_api(request.descriptions, request.schemas, diagnostics);
  const std::vector<ResolverDocument> resolvers = make_resolvers(request.resolvers, description.get(), diagnostics);
  const LoadInput input{.documents = documents,
                        .fragments = &fragments,
                        .named_values = &named_values,
                        .types = &library.types,
                        .policies = library.policies,
                        .description = description,
                        .operation_id = request.operation_id,
                        .loggers = request.loggers,
                        .resolvers = resolvers,
                        .allow_nested_fragments = request.allow_nested_fragments,
                        .strict_members = request.strict_members};
  Loaded loaded;
  try {
    loaded.program = load_program(input, diagnostics);
  } catch (const InternalError& error) {
    diagnostics.add({.code = 5999, .message = std::string("an internal check failed: ") + error.what(), .help = "please report this document"});
  }
  if (diagnostics.has_errors()) loaded.program = nullptr;
  loaded.reports = make_reports(diagnostics);
  return loaded;
}

std::vector<Report> check(const Library& library, const CheckedText& file, std::span<const FragmentText> fragment_texts,
                          std::span<const NamedValueText> named_values, const CheckOptions& options) {
  const Fragments fragments = make_fragments(fragment_texts);
  const NamedValues values = make_named_values(named_values);
  Diagnostics diagnostics;
  // Without any schemas nothing can be said about those that a document names.
  std::shared_ptr<const ApiDefinition> description;
  if (!options.descriptions.empty() || !options.schemas.empty()) description = describe_api(options.descriptions, options.schemas, diagnostics);
  const LoadInput input{.fragments = &fragments,
                        .named_values = &values,
                        .types = &library.types,
                        .policies = library.policies,
                        .description = description,
                        .loggers = options.loggers,
                        .strict_members = options.strict_members,
                        .keep_unknown_named_values = options.keep_unknown_named_values};
  try {
    check_document(input, std::make_shared<SourceText>(std::string(file.name), std::string(file.text)), diagnostics);
  } catch (const InternalError& error) {
    diagnostics.add({.code = 5999, .message = std::string("an internal check failed: ") + error.what(), .help = "please report this document"});
  }
  return make_reports(diagnostics);
}

Requirements requirements(const Program& program) {
  std::uint8_t needs = 0;
  for (const std::uint8_t of_section : program.needs) needs = static_cast<std::uint8_t>(needs | of_section);
  return {.reads_request_body = (needs & kNeedsRequestBody) != 0, .reads_response_body = (needs & kNeedsResponseBody) != 0};
}

}  // namespace portcullis
