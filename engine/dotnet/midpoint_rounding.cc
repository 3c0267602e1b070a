// System.MidpointRounding.
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kMidpointRoundingDefinition;

namespace {

constexpr EnumValue kValues[] = {
    {"ToEven", 0}, {"AwayFromZero", 1}, {"ToZero", 2}, {"ToNegativeInfinity", 3}, {"ToPositiveInfinity", 4},
};

}  // namespace

const TypeDefinition kMidpointRoundingDefinition{.declaration = "enum System.MidpointRounding : int", .values = kValues};

}  // namespace portcullis
