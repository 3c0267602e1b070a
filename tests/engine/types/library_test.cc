// The definition tables themselves: every row reads, every type it names exists.
#include <catch2/catch.hpp>

#include "engine/types/type_table.h"

namespace portcullis {

TEST_CASE("every row of the library reads") {
  const TypeTable types(library_definitions());
  for (const std::string& problem : types.problems()) WARN(problem);
}

}  // namespace portcullis
