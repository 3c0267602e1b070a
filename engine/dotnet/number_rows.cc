#include "engine/dotnet/number_rows.h"

namespace portcullis {

const void* prepare_number_format(Preparation& preparation, std::span<const ConstantArgument> arguments) {
  if (arguments.size() < 2 || arguments[1].type == nullptr || !arguments[1].type->is(Known::kString)) return nullptr;
  const auto* text = static_cast<const String*>(arguments[1].value.object);
  return preparation.arena().make<NumberFormat>(number_format_of(text));
}

}  // namespace portcullis
