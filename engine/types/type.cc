// Names of types, simple questions about them, and assignability, which needs no table because types are interned.
#include "engine/types/type.h"

#include <algorithm>

namespace portcullis {
namespace {

std::string_view keyword(const Type& type) {
  switch (type.known) {
    case Known::kObject: return "object";
    case Known::kString: return "string";
    case Known::kBoolean: return "bool";
    case Known::kChar: return "char";
    case Known::kSByte: return "sbyte";
    case Known::kByte: return "byte";
    case Known::kInt16: return "short";
    case Known::kUInt16: return "ushort";
    case Known::kInt32: return "int";
    case Known::kUInt32: return "uint";
    case Known::kInt64: return "long";
    case Known::kUInt64: return "ulong";
    case Known::kSingle: return "float";
    case Known::kDouble: return "double";
    case Known::kDecimal: return "decimal";
    case Known::kVoid: return "void";
    default: return {};
  }
}

// C# reads the ranks of `int[][,]` from the outside in, so the innermost element goes first and the suffixes follow outermost first.
void append_array(std::string& out, const Type& array) {
  const Type* element = array.element;
  while (element->kind == TypeKind::kArray) element = element->element;
  append_csharp_name(out, *element);
  for (const Type* at = &array; at->kind == TypeKind::kArray; at = at->element) {
    out += '[';
    out.append(at->rank > 1 ? at->rank - 1u : 0u, ',');
    out += ']';
  }
}

void append_members(std::string& out, const Type& type) {
  for (std::size_t i = 0; i < type.arguments.size(); ++i) {
    if (i > 0) out += ", ";
    append_csharp_name(out, *type.arguments[i]);
    if (i < type.names.size() && !type.names[i].empty()) out.append(" ").append(type.names[i]);
  }
}

void append_full_name(std::string& out, const Type& type);

void append_generic_arguments(std::string& out, std::span<const Type* const> arguments) {
  out.append("`").append(std::to_string(arguments.size()));
  out += '[';
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0) out += ',';
    append_full_name(out, *arguments[i]);
  }
  out += ']';
}

void append_full_name(std::string& out, const Type& type) {
  switch (type.kind) {
    case TypeKind::kArray:
      append_full_name(out, *type.element);
      out += '[';
      out.append(type.rank > 1 ? type.rank - 1u : 0u, ',');
      out += ']';
      return;
    case TypeKind::kTuple:
      out += "System.ValueTuple";
      return append_generic_arguments(out, type.arguments);
    case TypeKind::kAnonymous:
      out += "<>f__AnonymousType0";
      if (!type.arguments.empty()) append_generic_arguments(out, type.arguments);
      return;
    case TypeKind::kDynamic: out += "System.Object"; return;
    case TypeKind::kNullable:
      out += "System.Nullable";
      return append_generic_arguments(out, type.arguments);
    default: break;
  }
  if (!type.namespace_name.empty()) out.append(type.namespace_name).append(".");
  out += type.name;
  if (!type.arguments.empty()) append_generic_arguments(out, type.arguments);
}

bool same_arguments(const Type& a, const Type& b) {
  return std::ranges::equal(a.arguments, b.arguments, [](const Type* x, const Type* y) { return is_identical(*x, *y); });
}

bool is_reference_type(const Type& type) {
  return !type.is_value_type && type.kind != TypeKind::kTypeParameter && type.kind != TypeKind::kVoid;
}

// Whether `from`, constructed from the same definition as `to`, converts by the variance of its parameters.
bool is_variant(const Type& from, const Type& to) {
  const std::span<const Type* const> parameters = to.generic->arguments;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Type& a = *from.arguments[i];
    const Type& b = *to.arguments[i];
    if (is_identical(a, b)) continue;
    if (!is_reference_type(a) || !is_reference_type(b)) return false;
    if (parameters[i]->variance > 0 && is_assignable(a, b)) continue;
    if (parameters[i]->variance < 0 && is_assignable(b, a)) continue;
    return false;
  }
  return true;
}

bool matches(const Type& from, const Type& to) {
  if (is_identical(from, to)) return true;
  return from.generic != nullptr && from.generic == to.generic && is_variant(from, to);
}

bool implements(const Type& from, const Type& to) {
  if (matches(from, to)) return true;
  for (const Type* at = &from; at != nullptr; at = at->base) {
    for (const Type* interface : at->interfaces) {
      if (implements(*interface, to)) return true;
    }
  }
  return false;
}

// IList<U> and its like over a T[]: array covariance reaches the invariant interfaces too.
bool is_list_of_array(const Type& array, const Type& to) {
  if (array.rank != 1 || to.arguments.size() != 1) return false;
  switch (to.known) {
    case Known::kIList1:
    case Known::kICollection1:
    case Known::kIEnumerable1:
    case Known::kIReadOnlyList1:
    case Known::kIReadOnlyCollection1: break;
    default: return false;
  }
  const Type& element = *to.arguments[0];
  if (is_identical(*array.element, element)) return true;
  return is_reference_type(*array.element) && is_reference_type(element) && is_assignable(*array.element, element);
}

bool is_assignable_array(const Type& from, const Type& to) {
  if (to.kind == TypeKind::kArray) {
    return from.rank == to.rank && is_reference_type(*from.element) && is_reference_type(*to.element) &&
           is_assignable(*from.element, *to.element);
  }
  return is_list_of_array(from, to);
}

}  // namespace

void append_csharp_name(std::string& out, const Type& type) {
  switch (type.kind) {
    case TypeKind::kArray: return append_array(out, type);
    case TypeKind::kNullable:
      append_csharp_name(out, *type.element);
      out += '?';
      return;
    case TypeKind::kTuple:
      out += '(';
      append_members(out, type);
      out += ')';
      return;
    case TypeKind::kAnonymous:
      out += "<anonymous type: ";
      append_members(out, type);
      out += '>';
      return;
    case TypeKind::kNull: out += "<null>"; return;
    case TypeKind::kDynamic: out += "dynamic"; return;
    case TypeKind::kError: out += "?"; return;
    default: break;
  }
  const std::string_view word = keyword(type);
  if (!word.empty()) {
    out += word;
    return;
  }
  out += type.name;
  if (type.arguments.empty()) return;
  out += '<';
  for (std::size_t i = 0; i < type.arguments.size(); ++i) {
    if (i > 0) out += ", ";
    append_csharp_name(out, *type.arguments[i]);
  }
  out += '>';
}

std::string csharp_name(const Type& type) {
  std::string out;
  append_csharp_name(out, type);
  return out;
}

std::string full_name(const Type& type) {
  std::string out;
  append_full_name(out, type);
  return out;
}

// The numeric types stand together in known.def: char, sbyte … ulong, float, double, decimal.
bool is_integral(const Type& type) {
  return type.kind == TypeKind::kStruct && type.known >= Known::kChar && type.known <= Known::kUInt64;
}

bool is_numeric(const Type& type) {
  return type.kind == TypeKind::kStruct && type.known >= Known::kChar && type.known <= Known::kDecimal;
}

bool is_nullable(const Type& type) { return type.kind == TypeKind::kNullable; }

const Type& underlying(const Type& type) { return type.kind == TypeKind::kNullable ? *type.element : type; }

bool accepts_null(const Type& type) {
  switch (type.kind) {
    case TypeKind::kNullable:
    case TypeKind::kNull:
    case TypeKind::kDynamic:
    case TypeKind::kError: return true;
    case TypeKind::kVoid:
    case TypeKind::kTypeParameter: return false;
    default: return !type.is_value_type;
  }
}

bool is_identical(const Type& a, const Type& b) {
  if (&a == &b) return true;
  const bool a_is_object = a.kind == TypeKind::kDynamic || a.known == Known::kObject;
  const bool b_is_object = b.kind == TypeKind::kDynamic || b.known == Known::kObject;
  if (a_is_object || b_is_object) return a_is_object && b_is_object;
  if (a.kind != b.kind || a.arguments.size() != b.arguments.size()) return false;
  switch (a.kind) {
    case TypeKind::kArray: return a.rank == b.rank && is_identical(*a.element, *b.element);
    case TypeKind::kTuple: return same_arguments(a, b);
    case TypeKind::kAnonymous: return std::ranges::equal(a.names, b.names) && same_arguments(a, b);
    case TypeKind::kTypeParameter: return false;
    default: return a.generic != nullptr && a.generic == b.generic && same_arguments(a, b);
  }
}

bool is_assignable(const Type& from, const Type& to) {
  if (is_identical(from, to)) return true;
  if (to.known == Known::kObject || to.kind == TypeKind::kDynamic) return from.kind != TypeKind::kVoid;
  if (to.kind == TypeKind::kNullable) return is_assignable(underlying(from), *to.element);
  if (from.kind == TypeKind::kNullable) return is_assignable(*from.element, to);
  if (from.kind == TypeKind::kArray && is_assignable_array(from, to)) return true;
  if (to.kind == TypeKind::kInterface) return implements(from, to);
  for (const Type* at = &from; at != nullptr; at = at->base) {
    if (at == &to || matches(*at, to)) return true;
  }
  return false;
}

}  // namespace portcullis
