// describe_types: the tables that the binder reads, as text.
#include "portcullis/members.hpp"

#include <algorithm>

#include "api/library.h"
#include "engine/types/type_table.h"

namespace portcullis {

namespace {

MemberDescription::Kind kind_of(const MemberInfo& member) {
  switch (member.kind) {
    case MemberKind::kConstructor:
      return MemberDescription::Kind::kConstructor;
    case MemberKind::kProperty:
    case MemberKind::kIndexer:
      return MemberDescription::Kind::kProperty;
    case MemberKind::kMethod:
      return MemberDescription::Kind::kMethod;
    case MemberKind::kOperator:
    case MemberKind::kImplicitConversion:
    case MemberKind::kExplicitConversion:
      return MemberDescription::Kind::kOperator;
  }
  return MemberDescription::Kind::kMethod;
}

std::string type_parameters(const Type& type) {
  std::string out;
  for (const Type* parameter : type.arguments) out += (out.empty() ? "<" : ", ") + std::string(parameter->name);
  return out.empty() ? out : out + ">";
}

TypeDescription describe(const TypeTable& types, const Type& type) {
  TypeDescription out;
  out.name = csharp_name(type);
  out.full_name = std::string(type.namespace_name) + (type.namespace_name.empty() ? "" : ".") + std::string(type.name) +
                  type_parameters(type);
  out.declaration = type.definition->declaration;
  for (const EnumValue& value : types.enum_values(type))
    out.values.push_back({.name = value.name, .value = value.value});
  for (const MemberInfo* member : types.declared(type)) {
    if (member->row == nullptr || member->row->declaration.empty()) continue;  // an enum's names
    out.members.push_back({.kind = kind_of(*member),
                           .name = member->name,
                           .signature = member->row->declaration,
                           .is_extra = (member->row->flags & kHidden) != 0});
  }
  std::stable_sort(out.members.begin(), out.members.end(), [](const MemberDescription& a, const MemberDescription& b) {
    return a.kind != b.kind ? a.kind < b.kind : a.name < b.name;
  });
  return out;
}

}  // namespace

std::vector<TypeDescription> describe_types(const Library& library) {
  std::vector<TypeDescription> out;
  for (const Type* type : library.types.all()) {
    if (type->definition != nullptr) out.push_back(describe(library.types, *type));
  }
  std::sort(out.begin(), out.end(),
            [](const TypeDescription& a, const TypeDescription& b) { return a.full_name < b.full_name; });
  return out;
}

}  // namespace portcullis
