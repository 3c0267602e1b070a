// Newtonsoft.Json's small types: Formatting, handling enums, settings.
#include "engine/dotnet/jsettings.h"

#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kFormattingDefinition;
extern const TypeDefinition kNullValueHandlingDefinition;
extern const TypeDefinition kDateParseHandlingDefinition;
extern const TypeDefinition kJsonSerializerSettingsDefinition;
extern const TypeDefinition kCommentHandlingDefinition;
extern const TypeDefinition kLineInfoHandlingDefinition;
extern const TypeDefinition kDuplicatePropertyNameHandlingDefinition;
extern const TypeDefinition kJsonLoadSettingsDefinition;
extern const TypeDefinition kMergeArrayHandlingDefinition;
extern const TypeDefinition kMergeNullValueHandlingDefinition;
extern const TypeDefinition kJsonMergeSettingsDefinition;

namespace {

template <typename T>
T* make(Run& run, const CallSite& site) {
  return run.make<T>(*site.result);
}

template <auto kField>
struct Owner;
template <typename T, std::int32_t T::*kField>
struct Owner<kField> {
  static std::int32_t get(T* self) { return self->*kField; }
  static void set(T* self, std::int32_t value) { self->*kField = value; }
};

template <auto kField>
consteval Member option(std::string_view declaration) {
  return property<&Owner<kField>::get, &Owner<kField>::set>(declaration).with(kNoRaise);
}

constexpr EnumValue kFormattings[] = {{"None", 0}, {"Indented", 1}};
constexpr EnumValue kNulls[] = {{"Include", 0}, {"Ignore", 1}};
constexpr EnumValue kDates[] = {{"None", 0}, {"DateTime", 1}, {"DateTimeOffset", 2}};
constexpr EnumValue kIgnoreLoad[] = {{"Ignore", 0}, {"Load", 1}};
constexpr EnumValue kDuplicates[] = {{"Replace", 0}, {"Ignore", 1}, {"Error", 2}};
constexpr EnumValue kArrays[] = {{"Concat", 0}, {"Union", 1}, {"Replace", 2}, {"Merge", 3}};
constexpr EnumValue kMergeNulls[] = {{"Ignore", 0}, {"Merge", 1}};

constexpr Member kSerializerMembers[] = {
    constructor<&make<JSerializerSettings>>("new JsonSerializerSettings()"),
    option<&JSerializerSettings::nulls>("NullValueHandling NullValueHandling { get; set; }"),
    option<&JSerializerSettings::formatting>("Formatting Formatting { get; set; }"),
    option<&JSerializerSettings::dates>("DateParseHandling DateParseHandling { get; set; }"),
};
constexpr Member kLoadMembers[] = {
    constructor<&make<JLoadSettings>>("new JsonLoadSettings()"),
    option<&JLoadSettings::comments>("CommentHandling CommentHandling { get; set; }"),
    option<&JLoadSettings::line_info>("LineInfoHandling LineInfoHandling { get; set; }"),
    option<&JLoadSettings::duplicates>("DuplicatePropertyNameHandling DuplicatePropertyNameHandling { get; set; }"),
};
constexpr Member kMergeMembers[] = {
    constructor<&make<JMergeSettings>>("new JsonMergeSettings()"),
    option<&JMergeSettings::arrays>("MergeArrayHandling MergeArrayHandling { get; set; }"),
    option<&JMergeSettings::nulls>("MergeNullValueHandling MergeNullValueHandling { get; set; }"),
    option<&JMergeSettings::comparison>("StringComparison PropertyNameComparison { get; set; }"),
};

}  // namespace

const TypeDefinition kFormattingDefinition{.declaration = "enum Newtonsoft.Json.Formatting : int", .values = kFormattings};
const TypeDefinition kNullValueHandlingDefinition{.declaration = "enum Newtonsoft.Json.NullValueHandling : int", .values = kNulls};
const TypeDefinition kDateParseHandlingDefinition{.declaration = "enum Newtonsoft.Json.DateParseHandling : int", .values = kDates};
const TypeDefinition kJsonSerializerSettingsDefinition{.declaration = "class Newtonsoft.Json.JsonSerializerSettings", .members = kSerializerMembers};
const TypeDefinition kCommentHandlingDefinition{.declaration = "enum Newtonsoft.Json.Linq.CommentHandling : int", .values = kIgnoreLoad};
const TypeDefinition kLineInfoHandlingDefinition{.declaration = "enum Newtonsoft.Json.Linq.LineInfoHandling : int", .values = kIgnoreLoad};
const TypeDefinition kDuplicatePropertyNameHandlingDefinition{.declaration = "enum Newtonsoft.Json.Linq.DuplicatePropertyNameHandling : int",
                                                              .values = kDuplicates};
const TypeDefinition kJsonLoadSettingsDefinition{.declaration = "class Newtonsoft.Json.Linq.JsonLoadSettings", .members = kLoadMembers};
const TypeDefinition kMergeArrayHandlingDefinition{.declaration = "enum Newtonsoft.Json.Linq.MergeArrayHandling : int", .values = kArrays};
const TypeDefinition kMergeNullValueHandlingDefinition{.declaration = "enum Newtonsoft.Json.Linq.MergeNullValueHandling : int", .values = kMergeNulls};
const TypeDefinition kJsonMergeSettingsDefinition{.declaration = "class Newtonsoft.Json.Linq.JsonMergeSettings", .members = kMergeMembers};

}  // namespace portcullis
