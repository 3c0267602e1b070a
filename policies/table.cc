#include "policies/table.h"

#include <array>
#include <iterator>

namespace portcullis {

namespace {

constexpr PolicySpec kRefused[] = {
#define PC_POLICY(spec, element)
#define PC_REFUSED(element, why) {.name = element, .is_missing = true, .refusal = why},
#include "policies/table.def"
#undef PC_POLICY
#undef PC_REFUSED
};

constexpr std::size_t kBuiltCount = 0
#define PC_POLICY(spec, element) +1
#define PC_REFUSED(element, why)
#include "policies/table.def"
#undef PC_POLICY
#undef PC_REFUSED
    ;

constexpr auto all_policies() {
  std::array<const PolicySpec*, kBuiltCount + std::size(kRefused)> all{};
  std::size_t at = 0;
#define PC_POLICY(spec, element) all[at++] = &spec;
#define PC_REFUSED(element, why)
#include "policies/table.def"
#undef PC_POLICY
#undef PC_REFUSED
  for (const PolicySpec& spec : kRefused) all[at++] = &spec;
  return all;
}

constexpr auto kAll = all_policies();

}  // namespace

std::span<const PolicySpec* const> builtin_policies() { return kAll; }

}  // namespace portcullis
