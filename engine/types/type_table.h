// The interned types of one engine and the members that the definition tables give them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "engine/types/definition.h"
#include "engine/types/type.h"

namespace portcullis {

enum class MemberKind : std::uint8_t {
  kMethod,
  kConstructor,
  kProperty,   // also fields: the tables do not tell them apart, but `is_constant` does
  kIndexer,
  kOperator,   // name: "op_Addition", … as .NET names them
  kImplicitConversion,
  kExplicitConversion,
};

enum class ParameterMode : std::uint8_t { kValue, kParams, kOut, kRef, kIn };

struct Parameter {
  std::string_view name;
  const Type* type;
  ParameterMode mode = ParameterMode::kValue;
  bool is_optional = false;
  bool is_this = false;            // first parameter of an extension method
  std::string_view default_text;   // C# text of the default: "1", "null", "StringSplitOptions.None"
};

/// `where T : JToken` of a generic method. `type` null: only what the flags say.
struct Constraint {
  std::uint16_t parameter_index = 0;
  const Type* type = nullptr;
  bool is_class = false;
  bool is_struct = false;
};

/// One member of one (possibly constructed) type; types are substituted. Owned by the TypeTable.
struct MemberInfo {
  MemberKind kind;
  bool is_static = false;
  bool is_extension = false;
  bool is_constant = false;
  bool has_setter = false;
  std::string_view name;                          // indexers: "Item"; constructors: ".ctor"
  const Type* declaring = nullptr;
  const Type* type = nullptr;                     // result or value type
  std::span<const Parameter> parameters;          // without the receiver, except extension methods
  std::span<const Type* const> type_parameters;   // of a generic method
  const Member* row = nullptr;
  std::span<const Constraint> constraints = {};
};

/// Thread-safe: compilations on several threads share one. Everything it returns lives as long as the table.
class TypeTable {
 public:
  /// `definitions` is borrowed (static tables).
  explicit TypeTable(std::span<const TypeDefinition* const> definitions);
  ~TypeTable();
  TypeTable(const TypeTable&) = delete;
  TypeTable& operator=(const TypeTable&) = delete;

  // ---- types ------------------------------------------------------------------------------------------------------
  /// Lock-free after construction: used on requests.
  [[nodiscard]] const Type& known(Known which) const { return *known_[static_cast<std::size_t>(which)]; }
  [[nodiscard]] const Type& void_type() const { return known(Known::kVoid); }
  [[nodiscard]] const Type& null_type() const { return *null_; }
  [[nodiscard]] const Type& error_type() const { return *error_; }
  [[nodiscard]] const Type& dynamic_type() const { return *dynamic_; }
  /// Often-built ones, lock-free: string[], object[], byte[], char[], int[].
  [[nodiscard]] const Type& string_array() const { return *string_array_; }
  [[nodiscard]] const Type& object_array() const { return *object_array_; }
  [[nodiscard]] const Type& byte_array() const { return *byte_array_; }
  [[nodiscard]] const Type& char_array() const { return *char_array_; }
  [[nodiscard]] const Type& int_array() const { return *int_array_; }

  const Type& construct(const Type& generic, std::span<const Type* const> arguments) const;
  const Type& construct(Known generic, std::initializer_list<const Type*> arguments) const;
  const Type& array_of(const Type& element, std::uint8_t rank = 1) const;
  const Type& nullable_of(const Type& element) const;
  const Type& tuple_of(std::span<const Type* const> elements, std::span<const std::string_view> names) const;
  const Type& anonymous(std::span<const Type* const> members, std::span<const std::string_view> names) const;
  /// A fresh type parameter (for generic local functions).
  const Type& type_parameter(std::string_view name, std::uint16_t index) const;

  /// By simple name and number of type parameters, in the imported namespaces (language.md 1.3); C# keywords too. Null when unknown.
  const Type* find(std::string_view name, std::size_t arity) const;
  /// In a namespace by its full name; null when unknown.
  const Type* find_in(std::string_view namespace_name, std::string_view name, std::size_t arity) const;
  bool is_namespace(std::string_view full_name) const;  // a known namespace or the beginning of one: "System", "System.Text"
  /// Delegates: the parameter and result types of Invoke.
  const MemberInfo* invoke_of(const Type& delegate) const;
  /// Replaces type parameters: `type_arguments` for those of the type, `method_arguments` for those of the method.
  const Type& substitute(const Type& type, std::span<const Type* const> type_arguments,
                         std::span<const Type* const> method_arguments) const;

  // ---- members ----------------------------------------------------------------------------------------------------
  /// All members named so that the type declares itself (not its bases), substituted. Parsed on first use.
  std::span<const MemberInfo* const> declared(const Type& type, std::string_view name) const;
  std::span<const MemberInfo* const> declared(const Type& type) const;
  /// Extension methods named so, of all static classes.
  std::span<const MemberInfo* const> extensions(std::string_view name) const;
  /// All definitions, for `members`.
  [[nodiscard]] std::span<const Type* const> all() const;
  /// An enum's names are also constants among its members, with a row that holds the value.
  [[nodiscard]] std::span<const EnumValue> enum_values(const Type& type) const;
  /// Mistakes in the definition tables, one line each: Known types without a definition, rows left out because they name
  /// an unknown type. Parses everything; for tests and `members`.
  [[nodiscard]] std::vector<std::string> problems() const;

  // ---- relations --------------------------------------------------------------------------------------------------
  /// The constructed interface or base `generic` (IEnumerable<>) that `type` implements; null when none; `*ambiguous` when several.
  const Type* implemented(const Type& type, const Type& generic, bool* ambiguous = nullptr) const;
  /// Element type of a foreach over `type`, null when it cannot be enumerated. object for non-generic IEnumerable.
  const Type* element_type(const Type& type) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  const Type* known_[static_cast<std::size_t>(Known::kCount)] = {};
  const Type* null_ = nullptr;
  const Type* error_ = nullptr;
  const Type* dynamic_ = nullptr;
  const Type* string_array_ = nullptr;
  const Type* object_array_ = nullptr;
  const Type* byte_array_ = nullptr;
  const Type* char_array_ = nullptr;
  const Type* int_array_ = nullptr;
};

/// Every definition of engine/dotnet/table.def and engine/exchange/table.def.
std::span<const TypeDefinition* const> library_definitions();

// ---- conversions (engine/types/conversion.cc) ------------------------------------------------------------------------------

enum class ConversionKind : std::uint8_t {
  kNone,
  kIdentity,
  kNumeric,        // implicit or explicit numeric, enum <-> number, char
  kConstant,       // implicit constant expression conversion (byte b = 5)
  kNull,           // null to a reference type or nullable
  kReference,      // up (implicit) or down (explicit) the hierarchy, interfaces, arrays, variance
  kBoxing,
  kUnboxing,
  kNullable,       // T -> U?, T? -> U?, T? -> U, lifting `inner`
  kUserDefined,    // `operator_`, between `inner` conversions
  kDynamic,
  kTuple,
  kLambda,         // anonymous function or method group to a delegate type: the binder decides
  kDefaultLiteral,
};

struct Conversion {
  ConversionKind kind = ConversionKind::kNone;
  bool is_implicit = false;
  const MemberInfo* operator_ = nullptr;
  bool is_lifted = false;  // `operator_` is applied to the value of a Nullable; null gives null
  explicit operator bool() const { return kind != ConversionKind::kNone; }
};

/// A constant's value as conversions and folding need it; `type` null means "not constant".
struct ConstantValue {
  const Type* type = nullptr;
  Slot value{};
};

/// Standard and user-defined conversion of a value of type `from`; `constant` allows the constant conversions.
Conversion classify_conversion(const TypeTable& types, const Type& from, const Type& to, const ConstantValue* constant = nullptr);
/// Implicit only.
Conversion implicit_conversion(const TypeTable& types, const Type& from, const Type& to, const ConstantValue* constant = nullptr);

}  // namespace portcullis
