// Which conversion leads from one type to another, as C# 7.3 defines it. source: language.md#6
//
// Order: identity and the other standard implicit conversions, user-defined implicit ones, standard explicit ones,
// user-defined explicit ones.
#include <array>

#include "engine/types/table_state.h"
#include "engine/types/type_table.h"

namespace portcullis {
namespace {

constexpr Conversion kNo{};

constexpr Conversion implicit(ConversionKind kind) { return {.kind = kind, .is_implicit = true, .operator_ = nullptr}; }
constexpr Conversion explicit_only(ConversionKind kind) { return {.kind = kind, .is_implicit = false, .operator_ = nullptr}; }

// ---- numbers ----------------------------------------------------------------------------------------------------------------

constexpr unsigned bit(Known known) { return 1u << (static_cast<unsigned>(known) - static_cast<unsigned>(Known::kChar)); }

template <typename... K>
constexpr unsigned bits(K... known) {
  return (bit(known) | ...);
}

// The targets of the implicit numeric conversions of each type, from char to decimal. source: language.md#6.2
constexpr auto kWidening = [] {
  using enum Known;
  constexpr unsigned kReal = bits(kSingle, kDouble, kDecimal);
  std::array<unsigned, 12> table{};
  const auto set = [&](Known from, unsigned to) { table[static_cast<std::size_t>(from) - static_cast<std::size_t>(kChar)] = to; };
  set(kChar, kReal | bits(kUInt16, kInt32, kUInt32, kInt64, kUInt64));
  set(kSByte, kReal | bits(kInt16, kInt32, kInt64));
  set(kByte, kReal | bits(kInt16, kUInt16, kInt32, kUInt32, kInt64, kUInt64));
  set(kInt16, kReal | bits(kInt32, kInt64));
  set(kUInt16, kReal | bits(kInt32, kUInt32, kInt64, kUInt64));
  set(kInt32, kReal | bits(kInt64));
  set(kUInt32, kReal | bits(kInt64, kUInt64));
  set(kInt64, kReal);
  set(kUInt64, kReal);
  set(kSingle, bits(kDouble));
  return table;
}();
static_assert(static_cast<int>(Known::kDecimal) - static_cast<int>(Known::kChar) == 11, "known.def keeps the numbers together");

bool widens(const Type& from, const Type& to) {
  return (kWidening[static_cast<std::size_t>(from.known) - static_cast<std::size_t>(Known::kChar)] & bit(to.known)) != 0;
}

bool fits(std::int64_t value, Known type) {
  switch (type) {
    case Known::kSByte: return value >= INT8_MIN && value <= INT8_MAX;
    case Known::kByte: return value >= 0 && value <= UINT8_MAX;
    case Known::kInt16: return value >= INT16_MIN && value <= INT16_MAX;
    case Known::kUInt16: return value >= 0 && value <= UINT16_MAX;
    case Known::kUInt32: return value >= 0 && value <= UINT32_MAX;
    case Known::kUInt64: return value >= 0;
    default: return false;
  }
}

// byte b = 5; ulong u = 5L; an enum from 0.
bool is_constant_conversion(const Type& from, const Type& to, const ConstantValue* constant) {
  if (constant == nullptr || constant->type == nullptr || !is_integral(from)) return false;
  if (to.kind == TypeKind::kEnum) return constant->value.integer == 0 && !from.is(Known::kChar);
  if (!is_integral(to)) return false;
  if (from.is(Known::kInt32)) return fits(constant->value.integer, to.known);
  return from.is(Known::kInt64) && to.is(Known::kUInt64) && constant->value.integer >= 0;
}

bool is_number_or_enum(const Type& type) { return is_numeric(type) || type.kind == TypeKind::kEnum; }

// Between types that are not nullable.
Conversion numeric(const Type& from, const Type& to, const ConstantValue* constant) {
  if (is_constant_conversion(from, to, constant)) return implicit(ConversionKind::kConstant);
  if (!is_number_or_enum(from) || !is_number_or_enum(to)) return kNo;
  if (is_numeric(from) && is_numeric(to) && widens(from, to)) return implicit(ConversionKind::kNumeric);
  return explicit_only(ConversionKind::kNumeric);
}

// ---- standard conversions ---------------------------------------------------------------------------------------------------

Conversion standard(const TypeTable& types, const Type& from, const Type& to, const ConstantValue* constant);

bool is_reference_type(const Type& type) {
  return !type.is_value_type && type.kind != TypeKind::kTypeParameter && type.kind != TypeKind::kVoid;
}

Conversion nullable(const TypeTable& types, const Type& from, const Type& to, const ConstantValue* constant) {
  const Type& inner_from = underlying(from);
  const Type& inner_to = underlying(to);
  if (!inner_from.is_value_type) return kNo;
  const Conversion inner = is_identical(inner_from, inner_to) ? implicit(ConversionKind::kIdentity)
                                                              : standard(types, inner_from, inner_to, constant);
  switch (inner.kind) {
    case ConversionKind::kIdentity:
    case ConversionKind::kNumeric:
    case ConversionKind::kConstant:
    case ConversionKind::kTuple: break;
    default: return kNo;
  }
  const bool loses_null = is_nullable(from) && !is_nullable(to);
  return inner.is_implicit && !loses_null ? implicit(ConversionKind::kNullable) : explicit_only(ConversionKind::kNullable);
}

Conversion tuple(const TypeTable& types, const Type& from, const Type& to) {
  if (from.arguments.size() != to.arguments.size()) return kNo;
  bool all_implicit = true;
  for (std::size_t i = 0; i < from.arguments.size(); ++i) {
    const Conversion element = classify_conversion(types, *from.arguments[i], *to.arguments[i]);
    if (!element) return kNo;
    all_implicit &= element.is_implicit;
  }
  return all_implicit ? implicit(ConversionKind::kTuple) : explicit_only(ConversionKind::kTuple);
}

bool explicit_reference(const Type& from, const Type& to);

// Between elements of arrays and lists: identity or a reference conversion either way.
bool elements_convert(const Type& from, const Type& to) {
  if (is_identical(from, to)) return true;
  return is_reference_type(from) && is_reference_type(to) && (is_assignable(from, to) || explicit_reference(from, to));
}

bool is_list_interface(const Type& type) {
  switch (type.known) {
    case Known::kIEnumerable1:
    case Known::kICollection1:
    case Known::kIList1:
    case Known::kIReadOnlyCollection1:
    case Known::kIReadOnlyList1: return true;
    default: return false;
  }
}

// T[] to S[], T[] to IList<S> and back.
bool explicit_array(const Type& from, const Type& to) {
  if (from.kind == TypeKind::kArray && to.kind == TypeKind::kArray) {
    return from.rank == to.rank && elements_convert(*from.element, *to.element);
  }
  const Type& array = from.kind == TypeKind::kArray ? from : to;
  const Type& list = from.kind == TypeKind::kArray ? to : from;
  if (array.rank != 1 || !is_list_interface(list)) return false;
  return &array == &from ? elements_convert(*array.element, *list.arguments[0])
                         : elements_convert(*list.arguments[0], *array.element);
}

// From reference type to reference type where no implicit one exists: down the hierarchy, and sideways where an object may be both.
bool explicit_reference(const Type& from, const Type& to) {
  if (is_assignable(to, from)) return true;
  if (from.kind == TypeKind::kArray || to.kind == TypeKind::kArray) return explicit_array(from, to);
  if (from.kind == TypeKind::kInterface) return to.kind == TypeKind::kInterface || !to.is_sealed;
  if (to.kind == TypeKind::kInterface) return !from.is_sealed;
  // Delegates of one definition whose arguments may differ by variance.
  if (from.kind == TypeKind::kDelegate && from.generic != nullptr && from.generic == to.generic) {
    for (std::size_t i = 0; i < from.arguments.size(); ++i) {
      const bool varies = to.generic->arguments[i]->variance != 0 && is_reference_type(*from.arguments[i]) &&
                          is_reference_type(*to.arguments[i]);
      if (!varies && !is_identical(*from.arguments[i], *to.arguments[i])) return false;
    }
    return true;
  }
  return false;
}

Conversion reference_or_boxing(const Type& from, const Type& to) {
  if (from.kind == TypeKind::kTypeParameter || to.kind == TypeKind::kTypeParameter) {
    if (to.is(Known::kObject)) return implicit(ConversionKind::kBoxing);
    return from.is(Known::kObject) || from.kind == TypeKind::kInterface ? explicit_only(ConversionKind::kUnboxing) : kNo;
  }
  if (from.is_value_type) {
    if (to.is_value_type) return kNo;
    return is_assignable(from, to) ? implicit(ConversionKind::kBoxing) : kNo;
  }
  if (to.is_value_type) {
    return is_assignable(underlying(to), from) ? explicit_only(ConversionKind::kUnboxing) : kNo;
  }
  if (is_assignable(from, to)) return implicit(ConversionKind::kReference);
  return explicit_reference(from, to) ? explicit_only(ConversionKind::kReference) : kNo;
}

bool is_special(const Type& type) {
  return type.kind == TypeKind::kNull || type.kind == TypeKind::kError || type.kind == TypeKind::kVoid ||
         type.kind == TypeKind::kDynamic;
}

Conversion special(const Type& from, const Type& to) {
  if (from.kind == TypeKind::kError || to.kind == TypeKind::kError) return implicit(ConversionKind::kIdentity);
  if (from.kind == TypeKind::kVoid || to.kind == TypeKind::kVoid || to.kind == TypeKind::kNull) return kNo;
  if (from.kind == TypeKind::kNull) return accepts_null(to) ? implicit(ConversionKind::kNull) : kNo;
  if (from.kind == TypeKind::kDynamic) return implicit(ConversionKind::kDynamic);
  return implicit(from.is_value_type ? ConversionKind::kBoxing : ConversionKind::kReference);  // to dynamic
}

// Everything but user-defined conversions.
Conversion standard(const TypeTable& types, const Type& from, const Type& to, const ConstantValue* constant) {
  if (is_identical(from, to)) return implicit(ConversionKind::kIdentity);
  if (is_special(from) || is_special(to)) return special(from, to);
  if (from.is_value_type && to.is_value_type) {
    if (is_nullable(from) || is_nullable(to)) return nullable(types, from, to, constant);
    if (from.kind == TypeKind::kTuple && to.kind == TypeKind::kTuple) return tuple(types, from, to);
    return numeric(from, to, constant);
  }
  return reference_or_boxing(from, to);
}

bool converts_implicitly(const TypeTable& types, const Type& from, const Type& to) {
  const Conversion conversion = standard(types, from, to, nullptr);
  return conversion && conversion.is_implicit;
}

// ---- user-defined conversions -----------------------------------------------------------------------------------------------

// "Encompassed by" is about standard implicit conversions between types that are not interfaces.
bool is_encompassed(const TypeTable& types, const Type& inner, const Type& outer) {
  return inner.kind != TypeKind::kInterface && outer.kind != TypeKind::kInterface && converts_implicitly(types, inner, outer);
}

struct Candidate {
  const MemberInfo* member;
  const Type* source;
  const Type* target;
  bool is_lifted;
};

// JToken has some thirty conversions each way; nothing has more than this.
struct Candidates {
  std::array<Candidate, 96> items;
  std::size_t count = 0;

  void add(const Candidate& candidate) {
    if (count < items.size()) items[count++] = candidate;
  }
  [[nodiscard]] std::span<const Candidate> all() const { return {items.data(), count}; }
};

struct Wanted {
  const TypeTable& types;
  const Type& from;
  const Type& to;
  bool is_explicit;
};

bool source_fits(const Wanted& wanted, const Type& source) {
  return is_encompassed(wanted.types, wanted.from, source) ||
         (wanted.is_explicit && is_encompassed(wanted.types, source, wanted.from));
}

bool target_fits(const Wanted& wanted, const Type& target) {
  return is_encompassed(wanted.types, target, wanted.to) || (wanted.is_explicit && is_encompassed(wanted.types, wanted.to, target));
}

bool is_plain_value(const Type& type) { return type.is_value_type && !is_nullable(type); }

void consider(const Wanted& wanted, const MemberInfo& member, Candidates& found) {
  const Type* source = member.parameters[0].type;
  const Type* target = member.type;
  bool is_lifted = false;
  // S? to T goes through the operator's lifted form, which is between nullables.
  if (is_nullable(wanted.from) && is_plain_value(*source) && is_plain_value(*target) && is_nullable(wanted.to)) {
    source = &wanted.types.nullable_of(*source);
    target = &wanted.types.nullable_of(*target);
    is_lifted = true;
  }
  if (source_fits(wanted, *source) && target_fits(wanted, *target)) found.add({&member, source, target, is_lifted});
}

void collect_from(const Wanted& wanted, const Type& owner, std::string_view name, Candidates& found) {
  for (const MemberInfo* member : wanted.types.declared(owner, name)) {
    if (member->parameters.size() == 1) consider(wanted, *member, found);
  }
}

// Most types have none, and this question stands behind every conversion that does not exist.
bool declares_conversions(const Type& type) {
  const Type& open = type.generic != nullptr ? *type.generic : type;
  if (open.definition == nullptr) return false;
  std::atomic<Node::Conversions>& known = node_of(open).conversions;
  Node::Conversions answer = known.load(std::memory_order_relaxed);
  if (answer == Node::Conversions::kUnknown) {
    answer = Node::Conversions::kNone;
    for (const Member& row : open.definition->members) {
      const std::string_view head = row.declaration.substr(0, row.declaration.find(" operator "));
      if (head.ends_with("implicit") || head.ends_with("explicit")) answer = Node::Conversions::kSome;
    }
    known.store(answer, std::memory_order_relaxed);
  }
  return answer == Node::Conversions::kSome;
}

void collect(const Wanted& wanted, const Type& type, bool with_bases, Candidates& found) {
  const Type* owner = &underlying(type);
  if (owner->kind == TypeKind::kEnum || owner->kind == TypeKind::kInterface || owner->kind == TypeKind::kArray) return;
  for (; owner != nullptr; owner = with_bases ? owner->base : nullptr) {
    if (!declares_conversions(*owner)) continue;
    collect_from(wanted, *owner, "op_Implicit", found);
    if (wanted.is_explicit) collect_from(wanted, *owner, "op_Explicit", found);
  }
}

// The type among the candidates' sources or targets that all others are encompassed by (outermost) or that encompasses none
// other (innermost); null when there is no single one.
const Type* extreme(const TypeTable& types, std::span<const Candidate> candidates, const Type* Candidate::*side, bool innermost,
                    const auto& counts) {
  for (const Candidate& candidate : candidates) {
    if (!counts(*(candidate.*side))) continue;
    bool wins = true;
    for (const Candidate& other : candidates) {
      if (!counts(*(other.*side)) || is_identical(*(other.*side), *(candidate.*side))) continue;
      wins &= innermost ? is_encompassed(types, *(candidate.*side), *(other.*side))
                        : is_encompassed(types, *(other.*side), *(candidate.*side));
    }
    if (wins) return candidate.*side;
  }
  return nullptr;
}

const Type* most_specific_source(const Wanted& wanted, std::span<const Candidate> candidates) {
  bool any_encompasses = false;
  for (const Candidate& candidate : candidates) {
    if (is_identical(*candidate.source, wanted.from)) return candidate.source;
    any_encompasses |= is_encompassed(wanted.types, wanted.from, *candidate.source);
  }
  if (any_encompasses) {
    return extreme(wanted.types, candidates, &Candidate::source, true,
                   [&](const Type& type) { return is_encompassed(wanted.types, wanted.from, type); });
  }
  return extreme(wanted.types, candidates, &Candidate::source, false, [](const Type&) { return true; });
}

const Type* most_specific_target(const Wanted& wanted, std::span<const Candidate> candidates) {
  bool any_encompassed = false;
  for (const Candidate& candidate : candidates) {
    if (is_identical(*candidate.target, wanted.to)) return candidate.target;
    any_encompassed |= is_encompassed(wanted.types, *candidate.target, wanted.to);
  }
  if (any_encompassed) {
    return extreme(wanted.types, candidates, &Candidate::target, false,
                   [&](const Type& type) { return is_encompassed(wanted.types, type, wanted.to); });
  }
  return extreme(wanted.types, candidates, &Candidate::target, true, [](const Type&) { return true; });
}

Conversion user_defined(const TypeTable& types, const Type& from, const Type& to, bool is_explicit) {
  // Interfaces have only standard conversions; so has everything between a class and its bases.
  if (from.kind == TypeKind::kInterface || to.kind == TypeKind::kInterface || is_special(from) || is_special(to)) return kNo;
  if (from.is(Known::kObject) || to.is(Known::kObject)) return kNo;
  const Wanted wanted{types, from, to, is_explicit};
  Candidates found;
  collect(wanted, from, true, found);
  if (&underlying(from) != &underlying(to)) collect(wanted, to, is_explicit, found);
  if (found.count == 0) return kNo;
  const Type* source = most_specific_source(wanted, found.all());
  const Type* target = most_specific_target(wanted, found.all());
  if (source == nullptr || target == nullptr) return kNo;
  const Candidate* chosen = nullptr;
  for (const Candidate& candidate : found.all()) {
    if (!is_identical(*candidate.source, *source) || !is_identical(*candidate.target, *target)) continue;
    if (chosen != nullptr && chosen->is_lifted == candidate.is_lifted && chosen->member != candidate.member) return kNo;
    if (chosen == nullptr || chosen->is_lifted) chosen = &candidate;
  }
  if (chosen == nullptr) return kNo;
  return {.kind = ConversionKind::kUserDefined, .is_implicit = !is_explicit, .operator_ = chosen->member,
          .is_lifted = chosen->is_lifted};
}

}  // namespace

Conversion implicit_conversion(const TypeTable& types, const Type& from, const Type& to, const ConstantValue* constant) {
  const Conversion found = standard(types, from, to, constant);
  if (found && found.is_implicit) return found;
  return user_defined(types, from, to, false);
}

Conversion classify_conversion(const TypeTable& types, const Type& from, const Type& to, const ConstantValue* constant) {
  const Conversion found = standard(types, from, to, constant);
  if (found && found.is_implicit) return found;
  const Conversion implicit_operator = user_defined(types, from, to, false);
  if (implicit_operator) return implicit_operator;
  return found ? found : user_defined(types, from, to, true);
}

}  // namespace portcullis
