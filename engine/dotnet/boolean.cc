// System.Boolean.
#include "base/text.h"
#include "base/utf.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"
#include "engine/unicode/category.h"

namespace portcullis {

extern const TypeDefinition kBooleanDefinition;

namespace {

// Spaces and null characters around are ignored.
std::string_view trimmed(std::string_view text) {
  while (!text.empty()) {
    const Decoded first = decode_utf8(text, 0);
    if (first.code != 0 && !is_white_space(first.code)) break;
    text.remove_prefix(first.length);
  }
  while (!text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80U) --last;
    const char32_t code = decode_utf8(text, last).code;
    if (code != 0 && !is_white_space(code)) break;
    text = text.substr(0, last);
  }
  return text;
}

bool read(const String* text, bool& value) {
  if (text == nullptr) return false;
  const std::string_view word = trimmed(text->view());
  value = equals_ignoring_ascii_case(word, "True");
  return value || equals_ignoring_ascii_case(word, "False");
}

bool parse(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("value");
  bool value = false;
  if (!read(text, value)) {
    return run.raise(Known::kFormatException,
                     joined("String '", text->view(), "' was not recognized as a valid Boolean."));
  }
  return value;
}

bool try_parse(String* text, Slot* result) {
  bool value = false;
  const bool good = read(text, value);
  *result = Slot::of(good && value);
  return good;
}

String* text_of(Run& run, bool value) { return value ? run.view("True", 4) : run.view("False", 5); }
String* text_in_culture(Run& run, bool value, Object*) { return text_of(run, value); }
String* true_string(Run& run) { return text_of(run, true); }
String* false_string(Run& run) { return text_of(run, false); }
bool equals_bool(bool self, bool other) { return self == other; }
std::int32_t compare_to_bool(bool self, bool other) {
  return static_cast<std::int32_t>(self) - static_cast<std::int32_t>(other);
}
std::int32_t compare_to_object(Run& run, bool self, Object* other) {
  if (other == nullptr) return 1;
  if (!other->type->is(Known::kBoolean)) return run.raise(Known::kArgumentException, "Object must be of type Boolean.");
  return compare_to_bool(self, static_cast<const Box*>(other)->value.integer != 0);
}
std::int32_t hash_of(bool self) { return self ? 1 : 0; }
std::int32_t type_code(bool) { return 3; }

String* boolean_to_string(Run& run, const Type&, Slot self) { return text_of(run, self.integer != 0); }

constexpr TypeOperations kOperations{.to_string = &boolean_to_string};
constexpr std::uint8_t kSafe = kPure | kNoRaise;

constexpr Member kMembers[] = {
    property<&true_string>("static string TrueString { get; }").with(kSafe),
    property<&false_string>("static string FalseString { get; }").with(kSafe),
    method<&parse>("static bool Parse(string value)").with(kPure),
    method<&try_parse>("static bool TryParse(string value, out bool result)").with(kNoRaise),
    method<&text_of>("string ToString()").with(kSafe),
    method<&text_in_culture>("string ToString(IFormatProvider provider)").with(kNoRaise),
    method<&equals_bool>("bool Equals(bool obj)").with(kSafe),
    method<&compare_to_bool>("int CompareTo(bool value)").with(kSafe),
    method<&compare_to_object>("int CompareTo(object obj)"),
    method<&hash_of>("int GetHashCode()").with(kSafe),
    method<&type_code>("TypeCode GetTypeCode()").with(kSafe),
};

}  // namespace

const TypeDefinition kBooleanDefinition{
    .declaration = "struct System.Boolean : IComparable, IComparable<bool>, IConvertible, IEquatable<bool>",
    .members = kMembers,
    .operations = &kOperations,
    .storage = Storage::kInteger};

}  // namespace portcullis
