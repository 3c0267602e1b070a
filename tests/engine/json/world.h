// A Run over the whole type library, for tests that call natives directly.
#pragma once

#include <string>

#include "engine/json/json.h"
#include "engine/types/type_table.h"

namespace portcullis::json_test {

class StillWorld final : public Environment {
 public:
  std::int64_t utc_now_ticks() override { return 638'500'000'000'000'000; }
  std::uint64_t random() override { return 4; }
  bool out_of_time() override { return false; }
};

struct World {
  Arena arena;
  TypeTable types{library_definitions()};
  StillWorld environment;
  RunLimits limits;
  Run run{arena, types, environment, nullptr, limits};

  JToken* parse(std::string_view text, JsonRoot root = JsonRoot::kToken) { return parse_json(run, arena.copy(text), {.root = root}); }
  std::string compact(const JToken* token) {
    if (token == nullptr) return "!! " + message();
    const String* text = write_json(run, token, Formatting::kNone);
    return text == nullptr ? "!! " + message() : std::string(text->view());
  }
  std::string round(std::string_view text) { return compact(parse(text)); }
  std::string message() {
    if (run.pending == nullptr) return "nothing raised";
    const std::string text(run.pending->message->view());
    run.pending = nullptr;
    return text;
  }
};

}  // namespace portcullis::json_test
