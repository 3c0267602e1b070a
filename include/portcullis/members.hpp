// The .NET types that expressions may use, as the binder knows them: for help texts, editors and documentation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "portcullis/portcullis.hpp"

namespace portcullis {

struct MemberDescription {
  enum class Kind : std::uint8_t { kConstructor, kProperty, kMethod, kOperator } kind = Kind::kMethod;
  std::string_view name;       // "Substring", ".ctor", "Item", "op_Addition"
  std::string_view signature;  // as C# declares it: `string Substring(int startIndex)`
  bool is_extra = false;       // beyond the documented allow-list: refused when members are strict
};
struct NamedNumber {
  std::string_view name;
  std::int64_t value = 0;
};
struct TypeDescription {
  std::string name;       // as C# writes it: `List<T>`, `int`
  std::string full_name;  // `System.Collections.Generic.List<T>`
  std::string_view declaration;
  std::vector<MemberDescription> members;
  std::vector<NamedNumber> values;  // of an enum
};

/// Every type, in alphabetical order of full names. Views live as long as the library.
std::vector<TypeDescription> describe_types(const Library& library);

}  // namespace portcullis
