#include "tests/engine/bind/library.h"

#include <catch2/catch.hpp>
#include <charconv>
#include <deque>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"

namespace portcullis::test {

namespace {

Slot no_code(Run&, const Slot*, const CallSite&) { return {}; }

struct Library {
  std::deque<std::string> texts;
  std::deque<std::vector<Member>> members;
  std::deque<std::vector<EnumValue>> values;
  std::deque<TypeDefinition> definitions;
  std::vector<const TypeDefinition*> list;
  std::unique_ptr<TypeTable> table;

  std::string_view keep(std::string_view text) { return texts.emplace_back(text); }

  void type(std::string_view line) {
    const std::size_t bar = line.find(" | ");
    TypeDefinition& definition = definitions.emplace_back();
    definition.declaration = keep(line.substr(0, bar));
    members.emplace_back();
    if (bar == std::string_view::npos) return;
    const std::string_view option = line.substr(bar + 3);
    if (option == "storage integer") definition.storage = Storage::kInteger;
    if (option == "storage float") definition.storage = Storage::kFloat;
    if (option == "storage double") definition.storage = Storage::kDouble;
    if (option.starts_with("values ")) enum_values(definition, option.substr(7));
  }

  void enum_values(TypeDefinition& definition, std::string_view text) {
    std::vector<EnumValue>& made = values.emplace_back();
    std::istringstream words{std::string(text)};
    for (std::string word; words >> word;) {
      const std::size_t equals = word.find('=');
      std::int64_t number = 0;
      std::from_chars(word.data() + equals + 1, word.data() + word.size(), number);
      made.push_back({keep(std::string_view(word).substr(0, equals)), number});
    }
    definition.values = made;
    definition.storage = Storage::kInteger;
  }

  void member(std::string_view line) {
    Member member;
    member.declaration = keep(line);
    if (line.starts_with("const ")) {
      member.constant = Slot::of_real(3.14);
    } else {
      member.native = &no_code;
    }
    if (line.find("set; }") != std::string_view::npos) member.setter = &no_code;
    members.back().push_back(member);
  }

  void read() {
    std::ifstream file(std::string(PORTCULLIS_TEST_DATA) + "/engine/bind/library.txt");
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == '#') continue;
      if (line[0] == ' ') {
        member(trim_ascii(line));
      } else {
        type(line);
      }
    }
    for (std::size_t i = 0; i < definitions.size(); ++i) {
      definitions[i].members = members[i];
      list.push_back(&definitions[i]);
    }
    table = std::make_unique<TypeTable>(list);
  }
};

}  // namespace

const TypeTable& binding_library() {
  static Library* const library = [] {
    auto* made = new Library;
    made->read();
    return made;
  }();
  return *library->table;
}

TEST_CASE("the binder's library reads") {
  const TypeTable& types = binding_library();
  CHECK(types.find("JObject", 0) != nullptr);
  CHECK(types.declared(types.known(Known::kString), "Substring").size() == 2);
}

}  // namespace portcullis::test
