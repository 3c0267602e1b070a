// check: every mistake in documents and fragments, as text, JSON or SARIF; or a batch of them.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "cli/documents.h"
#include "cli/options.h"
#include "cli/repository.h"

namespace portcullis::cli {

namespace fs = std::filesystem;
using hosts::Json;

namespace {

bool is_document(const fs::path& path) {
  const std::string name = path.filename().string();
  if (path.parent_path().filename() == "schemas") return false;  // what validate-content names
  return name.ends_with(".xml") || name.ends_with(".policy");
}

// Sorted, so that output repeats.
std::vector<std::string> files_under(const std::string& path) {
  std::vector<std::string> files;
  if (!fs::is_directory(path)) return {path};
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied)) {
    if (entry.is_regular_file() && is_document(entry.path())) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Json json_of(const Report& report) {
  Json out;
  out["code"] = report.code;
  out["severity"] = report.is_error ? "error" : "warning";
  out["message"] = report.message;
  out["file"] = report.file;
  out["line"] = report.line;
  out["column"] = report.column;
  if (!report.help.empty()) out["help"] = report.help;
  if (!report.notes.empty()) out["notes"] = report.notes;
  return out;
}

Json sarif_of(const std::vector<Report>& reports) {
  Json results = Json::array();
  for (const Report& report : reports) {
    Json result;
    result["ruleId"] = report.code;
    result["level"] = report.is_error ? "error" : "warning";
    result["message"]["text"] = report.help.empty() ? report.message : report.message + " (" + report.help + ")";
    Json place;
    place["physicalLocation"]["artifactLocation"]["uri"] = report.file;
    place["physicalLocation"]["region"] = {{"startLine", report.line}, {"startColumn", report.column}, {"endLine", report.end_line}, {"endColumn", report.end_column}};
    result["locations"] = Json::array({place});
    results.push_back(std::move(result));
  }
  Json run;
  run["tool"]["driver"] = {{"name", "portcullis"}, {"version", std::string(version())}};
  run["results"] = std::move(results);
  Json out;
  out["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  out["version"] = "2.1.0";
  out["runs"] = Json::array({std::move(run)});
  return out;
}

std::string dump(const Json& json, int indent = -1) { return json.dump(indent, ' ', false, Json::error_handler_t::replace); }

std::vector<Report> check_file(const Library& library, const std::string& path, Documents documents, const CheckOptions& options) {
  const std::optional<std::string> text = hosts::read_whole_file(path);
  if (!text.has_value()) {
    Report report;
    report.code = "PC1000";
    report.file = path;
    report.message = "the file cannot be read";
    report.text = report.coloured = "error[PC1000]: cannot read " + path + "\n";
    return {report};
  }
  const std::vector<DescriptionText> descriptions = documents.descriptions_view();
  const std::vector<SchemaText> schemas = documents.schemas_view();
  const std::vector<std::string_view> logger_ids = documents.loggers_view();
  std::optional<std::span<const std::string_view>> loggers;
  if (documents.loggers.has_value()) loggers = logger_ids;
  return check(library, {.name = path, .text = *text}, documents.fragments_view(), documents.named_values_view(),
               {.strict_members = options.strict,
                .keep_unknown_named_values = options.allow_unknown_named_values,
                .descriptions = descriptions,
                .schemas = schemas,
                .loggers = loggers});
}

// Events of a logger whose endpoint nobody gave: said, not reported, because a document cannot help it.
bool lacks_endpoint(const std::string& path, const Documents& documents) {
  const std::string text = hosts::read_whole_file(path).value_or("");
  if (text.find("<log-to-eventhub") == std::string::npos) return false;
  if (!documents.loggers.has_value()) return true;
  return std::any_of(documents.loggers->begin(), documents.loggers->end(), [&](const hosts::LoggerDescription& logger) {
    return logger.is_event_hub && logger.endpoint.empty() && text.find("\"" + logger.id + "\"") != std::string::npos;
  });
}

int check_batch(const CheckOptions& options) {
  const std::shared_ptr<const Library> library = make_library();
  std::ifstream in(options.batch == "-" ? "/dev/stdin" : options.batch);
  if (!in) {
    complain("cannot read " + options.batch);
    return kUsage;
  }
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    const Json request = Json::parse(line, nullptr, false);
    Json out;
    if (!request.is_object() || !request.contains("path") || !request["path"].is_string()) {
      out["ok"] = false;
      out["errors"] = Json::array({{{"code", "PC1000"}, {"message", "the line lacks `path`"}, {"line", 0}, {"column", 0}}});
      write_out(dump(out) + "\n");
      continue;
    }
    Documents documents;
    if (request.contains("named_values") && request["named_values"].is_object()) {
      for (const auto& [name, value] : request["named_values"].items()) documents.named_values.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
    }
    if (request.contains("id")) out["id"] = request["id"];
    Json errors = Json::array();
    Json warnings = Json::array();
    for (const Report& report : check_file(*library, request["path"].get<std::string>(), documents, options)) {
      (report.is_error ? errors : warnings).push_back({{"code", report.code}, {"message", report.message}, {"line", report.line}, {"column", report.column}});
    }
    out["ok"] = errors.empty();
    out["errors"] = std::move(errors);
    out["warnings"] = std::move(warnings);
    write_out(dump(out) + "\n");
  }
  return kDone;
}

void print_text(const std::vector<Report>& reports, std::size_t files) {
  const bool colour = use_colour(STDOUT_FILENO);
  std::size_t errors = 0;
  for (const Report& report : reports) {
    errors += report.is_error ? 1 : 0;
    write_out((colour ? report.coloured : report.text) + "\n");
  }
  const std::size_t warnings = reports.size() - errors;
  std::fprintf(stderr, "%zu file%s: %zu error%s, %zu warning%s\n", files, files == 1 ? "" : "s", errors, errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
}

}  // namespace

int check_command(const CheckOptions& options) {
  if (!options.batch.empty()) return check_batch(options);
  if (options.paths.empty()) {
    complain("check needs files or folders: portcullis check policies/");
    return kUsage;
  }
  const std::shared_ptr<const Library> library = make_library();
  std::vector<Report> reports;
  std::size_t files = 0;
  std::size_t without_endpoint = 0;
  for (const std::string& path : options.paths) {
    if (!fs::exists(path)) {
      complain("there is no " + path);
      return kUsage;
    }
    const std::string folder = fs::is_directory(path) ? path : fs::path(path).parent_path().string();
    for (const std::string& file : files_under(path)) {
      Documents documents;
      if (!add_named_values(options.named_values, documents) || !add_neighbours(folder, documents)) return kUsage;
      add_repository(file, documents);
      without_endpoint += lacks_endpoint(file, documents) ? 1 : 0;
      const std::vector<Report> found = check_file(*library, file, std::move(documents), options);
      reports.insert(reports.end(), found.begin(), found.end());
      ++files;
    }
  }
  if (options.format == "json") {
    Json out = Json::array();
    for (const Report& report : reports) out.push_back(json_of(report));
    write_out(dump(out, 2) + "\n");
  } else if (options.format == "sarif") {
    write_out(dump(sarif_of(reports), 2) + "\n");
  } else {
    print_text(reports, files);
  }
  if (without_endpoint > 0) {
    complain("log-to-eventhub in " + std::to_string(without_endpoint) + " of them names a logger without an endpoint: `run --live` writes its events as JSON lines (loggers.json says where it is)");
  }
  const bool bad = std::any_of(reports.begin(), reports.end(), [](const Report& report) { return report.is_error; });
  return bad ? kNo : kDone;
}

}  // namespace portcullis::cli
