// System.Version: two to four numbers, compared one after the other. source: types.md#18
#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "engine/dotnet/exceptions.h"
#include "engine/dotnet/extra.h"
#include "engine/run/run.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kVersionDefinition;

namespace {

struct Version : Object {
  std::array<std::int32_t, 4> parts;  // -1: not given
};

Version* of_parts(Run& run, const std::array<std::int32_t, 4>& parts) {
  auto* made = run.make<Version>(*run.types.find_in("System", "Version", 0));
  made->parts = parts;
  return made;
}

// ---- making --------------------------------------------------------------------------------------------------

constexpr std::string_view kPartNames[] = {"major", "minor", "build", "revision"};

Version* checked(Run& run, const std::array<std::int32_t, 4>& parts, std::size_t given) {
  for (std::size_t i = 0; i < given; ++i) {
    if (raise_if_negative(run, parts[i], kPartNames[i])) return nullptr;
  }
  return of_parts(run, parts);
}
Version* make(Run& run) { return of_parts(run, {0, 0, -1, -1}); }
Version* make_2(Run& run, std::int32_t major, std::int32_t minor) { return checked(run, {major, minor, -1, -1}, 2); }
Version* make_3(Run& run, std::int32_t major, std::int32_t minor, std::int32_t build) {
  return checked(run, {major, minor, build, -1}, 3);
}
Version* make_4(Run& run, std::int32_t major, std::int32_t minor, std::int32_t build, std::int32_t revision) {
  return checked(run, {major, minor, build, revision}, 4);
}

enum class Mistake : std::uint8_t { kNone, kCount, kFormat, kOverflow, kNegative };

// One component as int.Parse reads it: white space around, a sign, digits.
Mistake read_component(std::string_view text, std::int32_t& value) {
  constexpr std::string_view kWhite = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return Mistake::kFormat;
  text = text.substr(first, text.find_last_not_of(kWhite) - first + 1);
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  if (text.empty()) return Mistake::kFormat;
  std::int64_t number = 0;
  bool overflows = false;
  for (const char c : text) {
    if (!is_ascii_digit(c)) return Mistake::kFormat;
    number = number * 10 + (c - '0');
    overflows = overflows || number > INT32_MAX + std::int64_t{negative};
    if (overflows) number = 0;
  }
  if (overflows) return Mistake::kOverflow;
  if (negative && number != 0) return Mistake::kNegative;
  value = static_cast<std::int32_t>(number);
  return Mistake::kNone;
}

// `wrong` is the component that could not be read.
Mistake read(std::string_view text, std::array<std::int32_t, 4>& parts, std::string_view& wrong) {
  const auto dots = std::count(text.begin(), text.end(), '.');
  if (dots < 1 || dots > 3) return Mistake::kCount;
  parts = {0, 0, -1, -1};
  for (std::int32_t& part : parts) {
    const std::size_t dot = text.find('.');
    wrong = text.substr(0, dot);
    const Mistake mistake = read_component(wrong, part);
    if (mistake != Mistake::kNone) return mistake;
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
  }
  return Mistake::kNone;
}

Version* parse(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("input");
  std::array<std::int32_t, 4> parts{};
  std::string_view wrong;
  switch (read(text->view(), parts, wrong)) {
    case Mistake::kNone:
      return of_parts(run, parts);
    case Mistake::kCount:
      return run.raise_argument(Known::kArgumentException, "Version string portion was too short or too long.",
                                "input");
    case Mistake::kFormat:
      return run.raise(Known::kFormatException, joined("The input string '", wrong, "' was not in a correct format."));
    case Mistake::kOverflow:
      return run.raise(Known::kOverflowException, "Value was either too large or too small for an Int32.");
    case Mistake::kNegative:
      return run.raise_argument(Known::kArgumentOutOfRangeException,
                                "Version's parameters must be greater than or equal to zero.", "input");
  }
  return nullptr;
}

bool try_parse(Run& run, String* text, Slot* result) {
  std::array<std::int32_t, 4> parts{};
  std::string_view wrong;
  const bool good = text != nullptr && read(text->view(), parts, wrong) == Mistake::kNone;
  *result = Slot::of_object(good ? of_parts(run, parts) : nullptr);
  return good;
}

// ---- members -------------------------------------------------------------------------------------------------

template <std::size_t kIndex>
std::int32_t part(Version* self) {
  return self->parts[kIndex];
}
std::int16_t major_revision(Version* self) { return static_cast<std::int16_t>(self->parts[3] >> 16); }
std::int16_t minor_revision(Version* self) { return static_cast<std::int16_t>(self->parts[3] & 0xFFFF); }
Object* clone(Run& run, Version* self) { return of_parts(run, self->parts); }

String* first_parts(Run& run, const Version& self, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) append(out, i == 0 ? "" : ".", self.parts[i]);
  return run.string(out);
}
std::int32_t given_parts(const Version& self) { return self.parts[2] < 0 ? 2 : self.parts[3] < 0 ? 3 : 4; }
String* text_of(Run& run, Version* self) {
  return first_parts(run, *self, static_cast<std::size_t>(given_parts(*self)));
}
String* text_of_parts(Run& run, Version* self, std::int32_t count) {
  const std::int32_t most = given_parts(*self);
  if (count >= 0 && count <= most) return first_parts(run, *self, static_cast<std::size_t>(count));
  const std::int32_t told = count < 0 || count > 4 ? 4 : most;
  return run.raise_argument(Known::kArgumentException, joined("Argument must be between 0 and ", told, "."),
                            "fieldCount");
}

std::int32_t order(const Version* a, const Version* b) {
  if (a == b) return 0;
  if (a == nullptr || b == nullptr) return a == nullptr ? -1 : 1;
  return a->parts < b->parts ? -1 : a->parts == b->parts ? 0 : 1;
}
std::int32_t compare_to(Version* self, Version* other) { return order(self, other); }
std::int32_t compare_to_object(Run& run, Version* self, Object* other) {
  if (other == nullptr) return 1;
  if (other->type != self->type) return run.raise(Known::kArgumentException, "Object must be of type Version.");
  return order(self, static_cast<const Version*>(other));
}
bool equals_version(Version* self, Version* other) { return order(self, other) == 0; }
bool is_equal(Version* a, Version* b) { return order(a, b) == 0; }
bool is_different(Version* a, Version* b) { return order(a, b) != 0; }
bool is_less(Version* a, Version* b) { return order(a, b) < 0; }
bool is_greater(Version* a, Version* b) { return order(a, b) > 0; }
bool is_at_most(Version* a, Version* b) { return order(a, b) <= 0; }
bool is_at_least(Version* a, Version* b) { return order(a, b) >= 0; }

String* operation_text(Run& run, const Type&, Slot self) { return text_of(run, static_cast<Version*>(self.object)); }
bool operation_equals(Run&, const Type&, Slot a, Slot b) {
  return order(static_cast<const Version*>(a.object), static_cast<const Version*>(b.object)) == 0;
}
std::int32_t operation_hash(Run&, const Type&, Slot self) {
  const auto& parts = static_cast<const Version*>(self.object)->parts;
  const auto bits = [&](std::size_t i, std::uint32_t mask) { return static_cast<std::uint32_t>(parts[i]) & mask; };
  return static_cast<std::int32_t>(bits(0, 0xF) << 28 | bits(1, 0xFF) << 20 | bits(2, 0xFF) << 12 | bits(3, 0xFFF));
}
std::int32_t operation_compare(Run&, const Type&, Slot a, Slot b) {
  return order(static_cast<const Version*>(a.object), static_cast<const Version*>(b.object));
}

constexpr TypeOperations kOperations{
    .to_string = &operation_text, .equals = &operation_equals, .hash = &operation_hash, .compare = &operation_compare};

constexpr auto kMembers = extra({
    constructor<&make>("new Version()").with(kNoRaise),
    constructor<&make_2>("new Version(int major, int minor)"),
    constructor<&make_3>("new Version(int major, int minor, int build)"),
    constructor<&make_4>("new Version(int major, int minor, int build, int revision)"),
    constructor<&parse>("new Version(string version)"),
    method<&parse>("static Version Parse(string input)"),
    method<&try_parse>("static bool TryParse(string input, out Version result)").with(kNoRaise),
    property<&part<0>>("int Major { get; }").with(kNoRaise),
    property<&part<1>>("int Minor { get; }").with(kNoRaise),
    property<&part<2>>("int Build { get; }").with(kNoRaise),
    property<&part<3>>("int Revision { get; }").with(kNoRaise),
    property<&major_revision>("short MajorRevision { get; }").with(kNoRaise),
    property<&minor_revision>("short MinorRevision { get; }").with(kNoRaise),
    method<&clone>("object Clone()").with(kNoRaise),
    method<&compare_to>("int CompareTo(Version value)").with(kNoRaise),
    method<&compare_to_object>("int CompareTo(object version)"),
    method<&equals_version>("bool Equals(Version obj)").with(kNoRaise),
    method<&text_of>("string ToString()").with(kNoRaise),
    method<&text_of_parts>("string ToString(int fieldCount)"),
    method<&is_equal>("static bool operator ==(Version v1, Version v2)").with(kNoRaise),
    method<&is_different>("static bool operator !=(Version v1, Version v2)").with(kNoRaise),
    method<&is_less>("static bool operator <(Version v1, Version v2)").with(kNoRaise),
    method<&is_greater>("static bool operator >(Version v1, Version v2)").with(kNoRaise),
    method<&is_at_most>("static bool operator <=(Version v1, Version v2)").with(kNoRaise),
    method<&is_at_least>("static bool operator >=(Version v1, Version v2)").with(kNoRaise),
});

}  // namespace

const TypeDefinition kVersionDefinition{
    .declaration = "sealed class System.Version : ICloneable, IComparable, IComparable<Version>, IEquatable<Version>",
    .members = kMembers,
    .operations = &kOperations};

}  // namespace portcullis
