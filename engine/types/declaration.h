// Reads the C# declarations of the definition tables, lexically: what is the name, where are the types. Types stay text;
// the TypeTable resolves them. A declaration that does not read is our bug and fails a PC_CHECK with its text.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/types/type_table.h"

namespace portcullis {

/// `sealed class System.Uri : IComparable`, `delegate TResult System.Func<in T, out TResult>(T arg)`.
struct TypeSyntax {
  TypeKind kind = TypeKind::kClass;
  bool is_static = false;
  bool is_sealed = false;
  bool is_abstract = false;
  bool is_flags = false;
  std::string_view namespace_name;
  std::string_view name;
  std::string_view type_parameters;  // inside < >
  std::string_view bases;            // after the colon; enums: the underlying type
  std::string_view result;           // delegates
  std::string_view parameters;       // delegates
};
TypeSyntax split_type(std::string_view declaration);

/// One row of a type's members.
struct MemberSyntax {
  MemberKind kind = MemberKind::kMethod;
  bool is_static = false;
  bool is_constant = false;
  bool is_extension = false;
  bool has_setter = false;
  std::string_view name;             // as MemberInfo has it
  std::string_view type;             // empty for constructors
  std::string_view type_parameters;  // inside < >
  std::string_view parameters;       // inside ( ) or [ ]
  std::string_view constraints;      // `where T : JToken where U : class`
};
MemberSyntax split_member(std::string_view declaration);

struct ParameterSyntax {
  ParameterMode mode = ParameterMode::kValue;
  bool is_this = false;
  bool is_optional = false;
  std::string_view type;
  std::string_view name;
  std::string_view default_text;
};
ParameterSyntax split_parameter(std::string_view text);

struct TypeParameterSyntax {
  std::string_view name;
  std::int8_t variance = 0;
};
TypeParameterSyntax split_type_parameter(std::string_view text);

/// One `where T : list` off the front of a method's constraints; false at the end.
bool next_constraint(std::string_view& text, std::string_view& parameter, std::string_view& list);

/// Takes the part of `list` before the first comma that is not inside brackets; false at the end.
bool next_item(std::string_view& list, std::string_view& item);
std::size_t count_items(std::string_view list);

/// Removes spaces at both ends.
std::string_view trim_spaces(std::string_view text);
/// The length of the type that `text` begins with: `Dictionary<string, int>[]`, `(int a, string b)?`.
std::size_t type_length(std::string_view text);

}  // namespace portcullis
