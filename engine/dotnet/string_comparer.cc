// See string_comparer.h.
#include "engine/dotnet/string_comparer.h"

#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kStringComparerDefinition;

namespace {

template <StringComparison kWhich>
StringComparer* comparer(Run& run) {
  auto* made = run.make<StringComparer>(Known::kStringComparer);
  made->comparison = kWhich;
  return made;
}

StringComparer* from_comparison(Run& run, StringComparison comparison) {
  if (!check_comparison(run, comparison)) return nullptr;
  auto* made = run.make<StringComparer>(Known::kStringComparer);
  made->comparison = comparison;
  return made;
}

StringComparer* create(Run& run, Object* culture, bool ignore_case) {
  if (culture == nullptr) return run.raise_null("culture");
  return from_comparison(
      run, ignore_case ? StringComparison::kInvariantCultureIgnoreCase : StringComparison::kInvariantCulture);
}

std::int32_t compare_texts(StringComparer* self, String* a, String* b) {
  return compare_strings(a, b, self->comparison);
}
bool equal_texts(StringComparer* self, String* a, String* b) { return equal_strings(a, b, self->comparison); }
std::int32_t hash_text(Run& run, StringComparer* self, String* text) {
  if (text == nullptr) return run.raise_null("obj");
  return hash_string(*text, self->comparison);
}

bool is_text(const Object* object) { return object == nullptr || object->type->is(Known::kString); }

// The forms for objects do without the comparison when not both are strings.
std::int32_t compare_objects(Run& run, StringComparer* self, Object* a, Object* b) {
  if (is_text(a) && is_text(b)) return compare_texts(self, static_cast<String*>(a), static_cast<String*>(b));
  return compare(run, run.type(Known::kObject), Slot::of_object(a), Slot::of_object(b));
}
bool equal_objects(Run& run, StringComparer* self, Object* a, Object* b) {
  if (is_text(a) && is_text(b)) return equal_texts(self, static_cast<String*>(a), static_cast<String*>(b));
  return equals(run, run.type(Known::kObject), Slot::of_object(a), Slot::of_object(b));
}
std::int32_t hash_object(Run& run, StringComparer* self, Object* object) {
  if (object == nullptr || is_text(object)) return hash_text(run, self, static_cast<String*>(object));
  return hash(run, run.type(Known::kObject), Slot::of_object(object));
}

bool same_comparer(Run&, const Type&, Slot self, Slot other) {
  return static_cast<const StringComparer*>(self.object)->comparison ==
         static_cast<const StringComparer*>(other.object)->comparison;
}
std::int32_t hash_comparer(Run&, const Type&, Slot self) {
  return static_cast<std::int32_t>(static_cast<const StringComparer*>(self.object)->comparison);
}

constexpr TypeOperations kOperations{.equals = &same_comparer, .hash = &hash_comparer};

constexpr Member kMembers[] = {
    property<&comparer<StringComparison::kCurrentCulture>>("static StringComparer CurrentCulture { get; }")
        .with(kNoRaise),
    property<&comparer<StringComparison::kCurrentCultureIgnoreCase>>(
        "static StringComparer CurrentCultureIgnoreCase { get; }")
        .with(kNoRaise),
    property<&comparer<StringComparison::kInvariantCulture>>("static StringComparer InvariantCulture { get; }")
        .with(kNoRaise),
    property<&comparer<StringComparison::kInvariantCultureIgnoreCase>>(
        "static StringComparer InvariantCultureIgnoreCase { get; }")
        .with(kNoRaise),
    property<&comparer<StringComparison::kOrdinal>>("static StringComparer Ordinal { get; }").with(kNoRaise),
    property<&comparer<StringComparison::kOrdinalIgnoreCase>>("static StringComparer OrdinalIgnoreCase { get; }")
        .with(kNoRaise),
    method<&from_comparison>("static StringComparer FromComparison(StringComparison comparisonType)"),
    method<&create>("static StringComparer Create(CultureInfo culture, bool ignoreCase)"),
    method<&compare_texts>("int Compare(string x, string y)").with(kNoRaise),
    method<&compare_objects>("int Compare(object x, object y)"),
    method<&equal_texts>("bool Equals(string x, string y)").with(kNoRaise),
    method<&equal_objects>("bool Equals(object x, object y)"),
    method<&hash_text>("int GetHashCode(string obj)"),
    method<&hash_object>("int GetHashCode(object obj)"),
};

}  // namespace

const TypeDefinition kStringComparerDefinition{
    .declaration = "abstract class System.StringComparer : IComparer<string>, IEqualityComparer<string>",
    .members = kMembers,
    .operations = &kOperations};

}  // namespace portcullis
