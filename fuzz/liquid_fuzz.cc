// A template and the body it renders, separated by a NUL: neither may crash, hang or go beyond the bounds.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/utf.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/exchange/exchange.h"
#include "engine/json/json.h"
#include "engine/liquid/template.h"
#include "engine/types/type_table.h"
#include "engine/xml/xml.h"

namespace {

using namespace portcullis;  // NOLINT(google-build-using-namespace): a program, not a header

class StillEnvironment final : public Environment {
 public:
  Ticks utc_now_ticks() override { return 638'515'380'301'234'567; }
  std::uint64_t random() override { return 4; }
  bool out_of_time() override { return false; }
};

Object* body_of(Run& run, std::string_view text) {
  if (text.empty()) return nullptr;
  if (text.front() == '{' || text.front() == '[') return parse_json(run, text);
  if (text.front() == '<') return parse_xml(run, text);
  return run.string(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TypeTable types(library_definitions());
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (!is_valid_utf8(input)) return 0;  // policy files and bodies are UTF-8 by the time they get here
  const std::size_t nul = input.find('\0');
  const std::string_view text = input.substr(0, nul);
  Arena arena(std::size_t{8} << 20);
  std::vector<liquid::Mistake> mistakes;
  const liquid::Template* made = liquid::compile(arena, text, size % 2 == 0, mistakes);
  for (const liquid::Mistake& mistake : mistakes) {
    if (mistake.span.begin > mistake.span.end || mistake.span.end > text.size()) __builtin_trap();
  }
  if (made == nullptr) return 0;
  StillEnvironment environment;
  const ContextView view;
  Exchange exchange(arena, types, view, nullptr);
  Run run(arena, types, environment, &exchange, {.steps = 100'000, .regex_match_limit = 10'000});
  run.context = context_of(exchange);
  const liquid::Model model{
      .body = body_of(run, nul == std::string_view::npos ? std::string_view() : input.substr(nul + 1)),
      .context = run.context};
  if (run.failed()) return 0;
  TextBuffer out;
  static_cast<void>(liquid::render(run, *made, model, out));
  return 0;
}
