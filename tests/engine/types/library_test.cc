// The definition tables themselves: every row reads, every type it names exists.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/types/type_table.h"

namespace portcullis {

TEST_CASE("every row of the library reads") {
  const TypeTable types(library_definitions());
  const std::vector<std::string> expected;
  CHECK(types.problems() == expected);
}

}  // namespace portcullis
