// JSON Schema as its published test suite has it (drafts 4, 6, 7), from Debian's package json-schema-test-suite.
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "engine/types/type_table.h"
#include "policies/support/schema.h"

namespace portcullis {

namespace {

namespace fs = std::filesystem;

class NoClock final : public Environment {
 public:
  Ticks utc_now_ticks() override { return 0; }
  std::uint64_t random() override { return 0; }
  bool out_of_time() override { return false; }
};

/// Groups of tests, by their description, that ask for what is refused on purpose.
const std::set<std::string> kLeftOut = {
    "remote ref, containing refs itself",      // the meta-schema would be fetched
    "validate definition against metaschema",  // the same
    "valid definition",
    "invalid definition",                    // the same, in older suites
    "Recursive references between schemas",  // absolute URIs resolved against a base
    "base URI change",
    "base URI change - change folder",
    "base URI change - change folder in subschema",
    "refs with relative uris and defs",
    "relative refs with absolute uris and defs",
    "$ref to boolean schema true",
    "Location-independent identifier with absolute URI",
    "Location-independent identifier with base URI change in subschema",
    "id inside an enum is not a real identifier",
    "$id inside an enum is not a real identifier",
};

std::string read_file(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Outcome {
  int run = 0;
  int skipped = 0;
};

void check_group(const JsonNode& group, JsonDialect dialect, const std::string& file, Outcome& outcome) {
  const std::string description(group.string("description"));
  if (kLeftOut.contains(description)) {
    ++outcome.skipped;
    return;
  }
  Arena memory(std::size_t{64} << 20);
  SchemaCompiler compiler(memory, [](std::string_view) { return SchemaDocument{}; });
  const JsonNode& root = *group.find("schema");
  const JsonSchema* schema = compiler.compile({&root, dialect}, root);
  const TypeTable types(library_definitions());
  NoClock clock;
  for (const JsonNode* test = group.find("tests")->first; test != nullptr; test = test->next) {
    Arena arena(std::size_t{64} << 20);
    Run run(arena, types, clock, nullptr, {});
    SchemaErrors errors;
    const SchemaResult result = validate_json(run, *schema, *test->find("data"), {}, errors);
    INFO(file << ": " << description << ": " << test->string("description"));
    CHECK(std::string(result.problem) == "");
    CHECK((result.answer == SchemaAnswer::kValid) == test->is_true("valid"));
    CHECK(errors.empty() == (result.answer != SchemaAnswer::kInvalid));
    ++outcome.run;
  }
}

void check_draft(const char* name, JsonDialect dialect, int at_least) {
  const fs::path folder = fs::path("/usr/share/json-schema-test-suite/tests") / name;
  if (!fs::is_directory(folder)) {
    WARN("the package json-schema-test-suite is not installed");
    return;
  }
  Outcome outcome;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const fs::path& file = entry.path();
    if (file.extension() != ".json" || file.filename() == "refRemote.json") continue;  // nothing is ever fetched
    const std::string text = read_file(file);
    Arena arena(std::size_t{64} << 20);
    JsonMistake mistake;
    const JsonNode* groups = read_json(arena, text, 500, mistake);
    REQUIRE(groups != nullptr);
    for (const JsonNode* group = groups->first; group != nullptr; group = group->next)
      check_group(*group, dialect, file.filename().string(), outcome);
  }
  CHECK(outcome.run >= at_least);
}

}  // namespace

TEST_CASE("JSON Schema draft 4 holds to its test suite") { check_draft("draft4", JsonDialect::kDraft4, 290); }
TEST_CASE("JSON Schema draft 6 holds to its test suite") { check_draft("draft6", JsonDialect::kDraft6, 380); }
TEST_CASE("JSON Schema draft 7 holds to its test suite") { check_draft("draft7", JsonDialect::kDraft7, 400); }

}  // namespace portcullis
