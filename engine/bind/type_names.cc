// What the author's type names mean.
#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

const Type* Binder::predefined(ast::PredefinedType type) {
  using enum ast::PredefinedType;
  switch (type) {
    case kBool: return &known(Known::kBoolean);
    case kByte: return &known(Known::kByte);
    case kSByte: return &known(Known::kSByte);
    case kShort: return &known(Known::kInt16);
    case kUShort: return &known(Known::kUInt16);
    case kInt: return &known(Known::kInt32);
    case kUInt: return &known(Known::kUInt32);
    case kLong: return &known(Known::kInt64);
    case kULong: return &known(Known::kUInt64);
    case kChar: return &known(Known::kChar);
    case kFloat: return &known(Known::kSingle);
    case kDouble: return &known(Known::kDouble);
    case kDecimal: return &known(Known::kDecimal);
    case kString: return &known(Known::kString);
    case kObject: return &known(Known::kObject);
    case kVoid: return &known(Known::kVoid);
  }
  return &types_.error_type();
}

std::span<const Type* const> Binder::resolve_types(std::span<ast::Type* const> types) {
  if (types.empty()) return {};
  const std::span<const Type*> out = arena_.array<const Type*>(types.size());
  for (std::size_t i = 0; i < types.size(); ++i) out[i] = resolve_type(types[i]);
  return out;
}

const Type* Binder::construct(const Type& generic, std::span<ast::Type* const> arguments, Span span) {
  const auto resolved = resolve_types(arguments);
  for (std::size_t i = 0; i < resolved.size(); ++i) {
    if (resolved[i]->kind == TypeKind::kError) return &types_.error_type();
    if (resolved[i]->kind == TypeKind::kVoid || resolved[i]->is_static) {
      error(BindingError::kTypeArgumentCount, arguments[i]->span, joined(quoted(*resolved[i]), " cannot be a type argument"));
      return &types_.error_type();
    }
  }
  if (generic.is(Known::kNullable)) {
    if (!resolved[0]->is_value_type || is_nullable(*resolved[0])) {
      error(BindingError::kNoConversion, span, joined(quoted(*resolved[0]), " cannot be made nullable: only value types can"));
      return &types_.error_type();
    }
    return &types_.nullable_of(*resolved[0]);
  }
  return &types_.construct(generic, resolved);
}

const Type* Binder::find_nested(const Type& outer, std::string_view name, std::size_t arity) {
  if (outer.name.empty() || outer.kind == TypeKind::kArray) return nullptr;
  const Type* found = nullptr;
  // Nested types are in the tables under `Namespace.Outer` as their namespace.
  std::string place(outer.namespace_name);
  if (!place.empty()) place.push_back('.');
  place.append(outer.name);
  found = types_.find_in(place, name, arity);
  return found;
}

const Type* Binder::resolve_type(const ast::Type* type) {
  switch (type->kind) {
    case ast::TypeKind::kPredefined: return predefined(static_cast<const ast::PredefinedTypeName*>(type)->type);
    case ast::TypeKind::kDynamic: return &types_.dynamic_type();
    case ast::TypeKind::kNamed: return resolve_named(static_cast<const ast::NamedType*>(type), true);
    case ast::TypeKind::kVar:
      error(BindingError::kUnknownType, type->span, "`var` stands only where a local is declared");
      return &types_.error_type();
    case ast::TypeKind::kNullable: {
      const Type* element = resolve_type(static_cast<const ast::NullableType*>(type)->element);
      if (element->kind == TypeKind::kError) return element;
      if (!element->is_value_type || is_nullable(*element)) {
        Diagnostic& report = error(BindingError::kNoConversion, type->span,
                                   joined(quoted(*element), " cannot be made nullable: only value types can in C# 7"));
        report.help = joined("write ", quoted(*element), ": it may be null already");
        return &types_.error_type();
      }
      return &types_.nullable_of(*element);
    }
    case ast::TypeKind::kArray: {
      const auto* array = static_cast<const ast::ArrayType*>(type);
      const Type* element = resolve_type(array->element);
      if (element->kind == TypeKind::kError) return element;
      if (element->kind == TypeKind::kVoid || element->is_static) {
        error(BindingError::kNoConversion, type->span, joined("there are no arrays of ", quoted(*element)));
        return &types_.error_type();
      }
      return &types_.array_of(*element, static_cast<std::uint8_t>(array->rank));
    }
    case ast::TypeKind::kTuple: {
      const auto* tuple = static_cast<const ast::TupleType*>(type);
      const auto elements = arena_.array<const Type*>(tuple->elements.size());
      const auto names = arena_.array<std::string_view>(tuple->elements.size());
      bool named = false;
      for (std::size_t i = 0; i < elements.size(); ++i) {
        elements[i] = resolve_type(tuple->elements[i].type);
        names[i] = tuple->elements[i].name.text;
        named = named || !names[i].empty();
        if (elements[i]->kind == TypeKind::kError) return elements[i];
      }
      return &types_.tuple_of(elements, named ? std::span<const std::string_view>(names) : std::span<const std::string_view>{});
    }
  }
  return &types_.error_type();
}

// A dotted name: the longest namespace that the tables know, then a type, then nested types.
const Type* Binder::resolve_named(const ast::NamedType* type, bool report) {
  const auto parts = type->parts;
  const auto arity_of = [](const ast::NamePart& part) {
    return part.arguments.empty() ? static_cast<std::size_t>(part.unbound_arity) : part.arguments.size();
  };
  const Type* found = nullptr;
  std::size_t at = 0;
  if (type->alias.empty()) {
    if (parts.size() == 1 && parts[0].arguments.empty()) {
      if (const Symbol* symbol = find_symbol(parts[0].name.text); symbol != nullptr && symbol->kind == SymbolKind::kTypeParameter) {
        return symbol->type;
      }
    }
    found = types_.find(parts[0].name.text, arity_of(parts[0]));
  }
  std::string space;
  if (found == nullptr) {
    space = parts[0].name.text;
    for (at = 1; at < parts.size(); ++at) {
      found = types_.find_in(space, parts[at].name.text, arity_of(parts[at]));
      if (found != nullptr) break;
      append(space, ".", parts[at].name.text);
    }
  }
  if (found == nullptr) {
    if (report) report_unknown_type(space, type->span, arity_of(parts.back()));
    return report ? &types_.error_type() : nullptr;
  }
  if (report) check_allowed_type(*found, type->span);
  if (parts.back().unbound_arity > 0 && !allow_unbound_) {
    if (!report) return nullptr;
    error(BindingError::kTypeArgumentCount, type->span, joined("`", parts.back().name.text, "<>` stands only in `typeof`: name the type arguments"));
    return &types_.error_type();
  }
  if (!parts[at].arguments.empty()) found = construct(*found, parts[at].arguments, type->span);
  for (++at; at < parts.size() && found->kind != TypeKind::kError; ++at) {
    const Type* nested = find_nested(*found, parts[at].name.text, arity_of(parts[at]));
    if (nested == nullptr) {
      if (!report) return nullptr;
      error(BindingError::kUnknownType, parts[at].name.span, joined(quoted(*found), " has no type `", parts[at].name.text, "` inside"));
      return &types_.error_type();
    }
    found = parts[at].arguments.empty() ? nested : construct(*nested, parts[at].arguments, type->span);
  }
  return found;
}

}  // namespace portcullis::binding
