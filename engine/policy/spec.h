// What a policy is: its schema, its compile step and its run step. One `PolicySpec` for each file in policies/.
//
//     struct SetHeader {
//       Setting<std::string_view> name;
//       ExistsAction exists_action = ExistsAction::kOverride;
//       std::span<const Setting<std::string_view>> values;
//     };
//     constexpr AttributeSpec kAttributes[] = {
//         required<&SetHeader::name>("name"),
//         optional<&SetHeader::exists_action>("exists-action"),
//     };
//     constexpr ChildSpec kChildren[] = {texts<&SetHeader::values>("value", 0, kMany)};
//     Outcome run(PolicyRun& run, const SetHeader& config) { … }
//     constexpr PolicySpec kSetHeader = policy<SetHeader, &run>("set-header", kAttributes, kChildren).in(kAnySection);
//
// The schema drives validation, diagnostics, editor help and the reference docs. Type, default and allowed words of an attribute
// come from the field: Setting<T> takes a literal or an expression of type T, a bare T a literal only; an enum lists its words by
// an ADL function `constexpr std::span<const Word> portcullis_words(ExistsAction*)`.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>

#include "engine/policy/flow.h"
#include "engine/policy/reader.h"
#include "engine/policy/setting.h"
#include "engine/policy/task.h"

namespace portcullis {

constexpr std::uint32_t kMany = std::numeric_limits<std::uint32_t>::max();

/// The default of an attribute. Text that is empty and numbers that are not positive stand for "none".
struct DefaultValue {
  std::string_view text;
  std::int64_t number = 0;
  bool is_boolean = false;
};

struct AttributeSpec {
  std::string_view name;
  bool is_required = false;
  bool allows_expression = false;
  ValueKind kind = ValueKind::kText;
  std::span<const Word> words = {};
  /// Reads the literal or compiles the expression into the field of `config`; reports what does not fit.
  void (*read)(Reader&, const Attribute&, void* config) = nullptr;
  /// What the field of a fresh `config` holds: the default, for docs and editors. It knows the field only as long as `read` is still
  /// `own_read`: who replaces `read` may mean another configuration.
  DefaultValue (*initial)(const void* config) = nullptr;
  void (*own_read)(Reader&, const Attribute&, void* config) = nullptr;
};

struct ElementSpec;

struct ChildSpec {
  std::string_view name;
  std::uint32_t min = 0;
  std::uint32_t max = 1;
  bool allows_expression = false;      // text children
  ValueKind kind = ValueKind::kText;   // text children
  const ElementSpec* element = nullptr;  // structured children
  /// Reads all children of that name (never called with none).
  void (*read)(Reader&, std::span<const Element* const>, void* config) = nullptr;
};

/// An element's shape; policies have one, and structured children.
struct ElementSpec {
  std::span<const AttributeSpec> attributes = {};
  std::span<const ChildSpec> children = {};
  /// The element's own text, when it takes some.
  bool allows_text = false;
  bool text_allows_expression = false;
  void (*read_text)(Reader&, const Element&, void* config) = nullptr;
  /// Which policies it may hold; kNone for most.
  enum class Holds : std::uint8_t { kNone, kAnyPolicy, kListedPolicies } holds = Holds::kNone;
  std::span<const std::string_view> listed_policies = {};
  std::size_t config_size = 0;
  std::size_t config_align = 1;
  void (*construct)(void*) = nullptr;
  /// Rules between attributes and children, after everything was read. May be null.
  void (*check)(Reader&, const Element&, void* config) = nullptr;
};

struct PolicySpec {
  std::string_view name;
  ElementSpec element;
  SectionSet sections = kAnySection;
  ScopeSet scopes = kAnyScope;
  bool once_per_section = false;
  bool answers_preflight = false;  // a CORS preflight begins here and runs nothing before it
  std::string_view answers_path = {};  // a GET of this path that belongs to no operation begins here
  /// Emits the policy's flow. Null: one operation that runs `run`.
  void (*emit)(FlowBuilder&, const Element&, const void* config) = nullptr;
  Outcome (*run)(PolicyRun&, const void* config) = nullptr;         // does not suspend
  Task (*start)(PolicyRun&, const void* config) = nullptr;          // may suspend
  /// The catalogue has it, this build does not: an error at load that says so.
  bool is_missing = false;
  /// With `is_missing`: why there never will be one. Empty: it is not built yet.
  std::string_view refusal = {};

  [[nodiscard]] constexpr PolicySpec in(SectionSet where) const {
    PolicySpec copy = *this;
    copy.sections = where;
    return copy;
  }
  [[nodiscard]] constexpr PolicySpec at(ScopeSet where) const {
    PolicySpec copy = *this;
    copy.scopes = where;
    return copy;
  }
  [[nodiscard]] constexpr PolicySpec once() const {
    PolicySpec copy = *this;
    copy.once_per_section = true;
    return copy;
  }
  [[nodiscard]] constexpr PolicySpec answering_preflight() const {
    PolicySpec copy = *this;
    copy.answers_preflight = true;
    return copy;
  }
  [[nodiscard]] constexpr PolicySpec answering(std::string_view path) const {
    PolicySpec copy = *this;
    copy.answers_path = path;
    return copy;
  }
  /// The element holds policies of any kind (choose's branches say so themselves).
  [[nodiscard]] constexpr PolicySpec holding_policies() const {
    PolicySpec copy = *this;
    copy.element.holds = ElementSpec::Holds::kAnyPolicy;
    return copy;
  }
  [[nodiscard]] constexpr PolicySpec holding(std::span<const std::string_view> names) const {
    PolicySpec copy = *this;
    copy.element.holds = ElementSpec::Holds::kListedPolicies;
    copy.element.listed_policies = names;
    return copy;
  }
  [[nodiscard]] constexpr PolicySpec checked_by(void (*check)(Reader&, const Element&, void*)) const {
    PolicySpec copy = *this;
    copy.element.check = check;
    return copy;
  }
  [[nodiscard]] constexpr PolicySpec emitting(void (*how)(FlowBuilder&, const Element&, const void*)) const {
    PolicySpec copy = *this;
    copy.emit = how;
    return copy;
  }
};

// ---- from fields to schema ----------------------------------------------------------------------------------------------------

namespace spec_detail {

template <typename M>
struct FieldOf;
template <typename C, typename F>
struct FieldOf<F C::*> {
  using Config = C;
  using Field = F;
};
template <typename F>
struct ElementOf;
template <typename T>
struct ElementOf<std::span<const T>> {
  using Type = T;
};

// `Config` stands in each signature for the compiler's sake: GCC 12 gives an instance over a pointer to a member external linkage even
// when its class is of an unnamed namespace, and two files' classes of one name would share one function.
template <auto kField, typename Config = typename FieldOf<decltype(kField)>::Config>
void read_attribute(Reader& reader, const Attribute& attribute, void* config) {
  reader.read(attribute, static_cast<Config*>(config)->*kField);
}

template <typename Field>
DefaultValue default_of(const Field& field) {
  if constexpr (std::is_enum_v<Field>) {
    for (const Word& word : FieldKind<Field>::words()) {
      if (word.value == static_cast<std::int64_t>(field)) return {.text = word.text};
    }
    return {};
  } else if constexpr (std::is_same_v<Field, bool>) {
    return {.number = field ? 1 : 0, .is_boolean = true};
  } else if constexpr (std::is_integral_v<Field>) {
    return {.number = static_cast<std::int64_t>(field)};
  } else if constexpr (std::is_same_v<Field, std::chrono::seconds>) {
    return {.number = field.count()};
  } else if constexpr (std::is_convertible_v<Field, std::string_view>) {
    return {.text = field};
  } else {
    return {};
  }
}
template <typename T>
DefaultValue default_of(const Setting<T>& setting) {
  return default_of(setting.literal);
}
template <auto kField, typename Config = typename FieldOf<decltype(kField)>::Config>
DefaultValue initial_value(const void* config) {
  return default_of(static_cast<const Config*>(config)->*kField);
}

template <auto kField>
constexpr AttributeSpec attribute(std::string_view name, bool is_required) {
  using Field = typename FieldOf<decltype(kField)>::Field;
  return {.name = name,
          .is_required = is_required,
          .allows_expression = FieldKind<Field>::kAllowsExpression,
          .kind = FieldKind<Field>::kKind,
          .words = FieldKind<Field>::words(),
          .read = &read_attribute<kField>,
          .initial = &initial_value<kField>,
          .own_read = &read_attribute<kField>};
}

template <auto kField, typename Config = typename FieldOf<decltype(kField)>::Config>
void read_texts(Reader& reader, std::span<const Element* const> elements, void* config) {
  using F = FieldOf<decltype(kField)>;
  using T = typename ElementOf<typename F::Field>::Type;
  const std::span<T> items = reader.arena().template array<T>(elements.size());
  for (std::size_t i = 0; i < items.size(); ++i) reader.read_text(*elements[i], items[i]);
  static_cast<Config*>(config)->*kField = items;
}

template <auto kField, typename Config = typename FieldOf<decltype(kField)>::Config>
void read_one_text(Reader& reader, std::span<const Element* const> elements, void* config) {
  reader.read_text(*elements.front(), static_cast<Config*>(config)->*kField);
}

template <auto kField, const ElementSpec* kElement, typename Config = typename FieldOf<decltype(kField)>::Config>
void read_elements(Reader& reader, std::span<const Element* const> elements, void* config) {
  using F = FieldOf<decltype(kField)>;
  using T = typename ElementOf<typename F::Field>::Type;
  const std::span<T> items = reader.arena().template array<T>(elements.size());
  for (std::size_t i = 0; i < items.size(); ++i) reader.read_element(*elements[i], *kElement, &items[i]);
  static_cast<Config*>(config)->*kField = items;
}

template <auto kField, const ElementSpec* kElement, typename Config = typename FieldOf<decltype(kField)>::Config>
void read_one_element(Reader& reader, std::span<const Element* const> elements, void* config) {
  using F = FieldOf<decltype(kField)>;
  using T = std::remove_const_t<std::remove_pointer_t<typename F::Field>>;
  T* item = reader.arena().template make<T>();
  reader.read_element(*elements.front(), *kElement, item);
  static_cast<Config*>(config)->*kField = item;
}

template <auto kField, typename Config = typename FieldOf<decltype(kField)>::Config>
void read_own_text(Reader& reader, const Element& element, void* config) {
  reader.read_text(element, static_cast<Config*>(config)->*kField);
}

template <typename Config>
void construct(void* memory) {
  static_assert(std::is_trivially_destructible_v<Config>, "configurations live in the Program's arena");
  new (memory) Config{};
}

template <typename Config, auto kRun>
Outcome run_plain(PolicyRun& run, const void* config) {
  return kRun(run, *static_cast<const Config*>(config));
}
template <typename Config, auto kRun>
Task run_task(PolicyRun& run, const void* config) {
  return kRun(run, *static_cast<const Config*>(config));
}

}  // namespace spec_detail

template <auto kField>
constexpr AttributeSpec required(std::string_view name) {
  return spec_detail::attribute<kField>(name, true);
}
template <auto kField>
constexpr AttributeSpec optional(std::string_view name) {
  return spec_detail::attribute<kField>(name, false);
}
/// Children that hold one text each, `<value>…</value>`, into a `std::span<const Setting<T>>` or `std::span<const T>`.
template <auto kField>
constexpr ChildSpec texts(std::string_view name, std::uint32_t min, std::uint32_t max) {
  using T = typename spec_detail::ElementOf<typename spec_detail::FieldOf<decltype(kField)>::Field>::Type;
  return {.name = name, .min = min, .max = max, .allows_expression = FieldKind<T>::kAllowsExpression, .kind = FieldKind<T>::kKind, .read = &spec_detail::read_texts<kField>};
}
/// One such child, into a Setting<T> or T.
template <auto kField>
constexpr ChildSpec text(std::string_view name, bool is_required) {
  using T = typename spec_detail::FieldOf<decltype(kField)>::Field;
  return {.name = name, .min = is_required ? 1U : 0U, .max = 1, .allows_expression = FieldKind<T>::kAllowsExpression, .kind = FieldKind<T>::kKind, .read = &spec_detail::read_one_text<kField>};
}
/// Structured children into a `std::span<const Sub>`.
template <auto kField, const ElementSpec* kElement>
constexpr ChildSpec elements(std::string_view name, std::uint32_t min, std::uint32_t max) {
  return {.name = name, .min = min, .max = max, .element = kElement, .read = &spec_detail::read_elements<kField, kElement>};
}
/// One structured child into a `const Sub*` (null when absent).
template <auto kField, const ElementSpec* kElement>
constexpr ChildSpec element(std::string_view name, bool is_required) {
  return {.name = name, .min = is_required ? 1U : 0U, .max = 1, .element = kElement, .read = &spec_detail::read_one_element<kField, kElement>};
}

template <typename Config>
constexpr ElementSpec element_of(std::span<const AttributeSpec> attributes, std::span<const ChildSpec> children = {}) {
  return {.attributes = attributes,
          .children = children,
          .config_size = sizeof(Config),
          .config_align = alignof(Config),
          .construct = &spec_detail::construct<Config>};
}
/// The element's own text goes into a field: `element_of<Trace>(…)` then `with_text<&Trace::message>(…)`.
template <auto kField>
constexpr ElementSpec with_text(ElementSpec spec) {
  using Field = typename spec_detail::FieldOf<decltype(kField)>::Field;
  spec.allows_text = true;
  spec.text_allows_expression = FieldKind<Field>::kAllowsExpression;
  spec.read_text = &spec_detail::read_own_text<kField>;
  return spec;
}

/// With rules between attributes and children. For a structured child; policies have `checked_by`.
constexpr ElementSpec checked(ElementSpec spec, void (*check)(Reader&, const Element&, void* config)) {
  spec.check = check;
  return spec;
}

/// A policy whose run step is `Outcome run(PolicyRun&, const Config&)` or `Task run(PolicyRun&, const Config&)`.
template <typename Config, auto kRun>
constexpr PolicySpec policy(std::string_view name, ElementSpec element) {
  PolicySpec spec{.name = name, .element = element};
  if constexpr (std::is_same_v<std::invoke_result_t<decltype(kRun), PolicyRun&, const Config&>, Task>) {
    spec.start = &spec_detail::run_task<Config, kRun>;
  } else {
    spec.run = &spec_detail::run_plain<Config, kRun>;
  }
  return spec;
}
template <typename Config, auto kRun>
constexpr PolicySpec policy(std::string_view name, std::span<const AttributeSpec> attributes, std::span<const ChildSpec> children = {}) {
  return policy<Config, kRun>(name, element_of<Config>(attributes, children));
}
/// A policy that is all flow (choose, retry, wait): `emit` writes its operations.
template <typename Config>
constexpr PolicySpec flow_policy(std::string_view name, ElementSpec element, void (*emit)(FlowBuilder&, const Element&, const void*)) {
  PolicySpec spec{.name = name, .element = element};
  spec.emit = emit;
  return spec;
}

}  // namespace portcullis
