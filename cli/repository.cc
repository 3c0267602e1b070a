#include "cli/repository.h"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace portcullis::cli {

namespace fs = std::filesystem;
using hosts::Json;

namespace {

constexpr const char* kNamedValues = "named values";
constexpr const char* kFragments = "policy fragments";
constexpr int kDeepest = 8;  // folders between an artefact's policy and its root: workspaces/w/apis/a/operations/o

bool is_root(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder / kNamedValues, ignored) || fs::is_directory(folder / kFragments, ignored);
}

// The folders that hold artefacts for a file, nearest first.
std::vector<fs::path> roots_of(const fs::path& file) {
  std::vector<fs::path> roots;
  fs::path folder = fs::absolute(file).lexically_normal().parent_path();
  for (int i = 0; i < kDeepest && !folder.empty(); ++i, folder = folder.parent_path()) {
    if (is_root(folder)) roots.push_back(folder);
    if (folder == folder.root_path()) break;
  }
  return roots;
}

// Sorted, so that output repeats.
std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

// Documents name the display name. A secret's value is not extracted: its reference stays as it is written.
void add_named_value(const fs::path& folder, Documents& documents) {
  const std::optional<std::string> text = hosts::read_whole_file((folder / "namedValueInformation.json").string());
  const Json json = Json::parse(text.value_or(""), nullptr, false);
  const Json properties = json.is_object() ? json.value("properties", Json::object()) : Json::object();
  std::string name = folder.filename().string();
  std::string value;
  if (properties.is_object() && properties.contains("displayName") && properties["displayName"].is_string())
    name = properties["displayName"].get<std::string>();
  if (properties.is_object() && properties.contains("value") && properties["value"].is_string()) {
    value = properties["value"].get<std::string>();
  } else {
    value = "{{" + name + "}}";
  }
  documents.named_values.emplace_back(name, value);
}

void add_fragment(const fs::path& folder, Documents& documents) {
  const std::optional<std::string> text = hosts::read_whole_file((folder / "policy.xml").string());
  if (text.has_value()) documents.fragments.emplace_back(folder.filename().string(), *text);
}

// Of `apis/{api}` above the file, at most as far as the root, unless it lies beside the file and is known.
void add_description(const fs::path& file, const fs::path& root, Documents& documents) {
  if (!documents.descriptions.empty()) return;
  for (fs::path folder = fs::absolute(file).lexically_normal().parent_path(); folder != root && folder.has_relative_path();
       folder = folder.parent_path()) {
    if (folder.parent_path().filename() == "apis") return add_descriptions(folder.string(), documents);
  }
}

}  // namespace

void add_repository(const std::string& file, Documents& documents) {
  const std::vector<fs::path> roots = roots_of(file);
  for (const fs::path& root : roots) {
    for (const fs::path& folder : folders_in(root / kNamedValues)) add_named_value(folder, documents);
    for (const fs::path& folder : folders_in(root / kFragments)) add_fragment(folder, documents);
  }
  if (!roots.empty()) add_description(file, roots.back(), documents);
}

bool add_surroundings(const std::string& file, Documents& documents) {
  if (!add_neighbours(fs::path(file).parent_path().string(), documents)) return false;
  add_repository(file, documents);
  return true;
}

}  // namespace portcullis::cli
