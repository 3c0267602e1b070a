// System.DayOfWeek, DateTimeKind and DateTimeStyles.
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kDayOfWeekDefinition;
extern const TypeDefinition kDateTimeKindDefinition;
extern const TypeDefinition kDateTimeStylesDefinition;

namespace {

constexpr EnumValue kDays[] = {
    {"Sunday", 0}, {"Monday", 1}, {"Tuesday", 2}, {"Wednesday", 3}, {"Thursday", 4}, {"Friday", 5}, {"Saturday", 6},
};
constexpr EnumValue kKinds[] = {{"Unspecified", 0}, {"Utc", 1}, {"Local", 2}};
constexpr EnumValue kStyles[] = {
    {"None", 0},
    {"AllowLeadingWhite", 1},
    {"AllowTrailingWhite", 2},
    {"AllowInnerWhite", 4},
    {"AllowWhiteSpaces", 7},
    {"NoCurrentDateDefault", 8},
    {"AdjustToUniversal", 16},
    {"AssumeLocal", 32},
    {"AssumeUniversal", 64},
    {"RoundtripKind", 128},
};

}  // namespace

const TypeDefinition kDayOfWeekDefinition{.declaration = "enum System.DayOfWeek : int", .values = kDays};
const TypeDefinition kDateTimeKindDefinition{.declaration = "enum System.DateTimeKind : int", .values = kKinds};
const TypeDefinition kDateTimeStylesDefinition{.declaration = "[flags] enum System.Globalization.DateTimeStyles : int", .values = kStyles};

}  // namespace portcullis
