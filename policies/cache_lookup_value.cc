// cache-lookup-value: a cached value into a variable, with its type. source: cache-lookup-value-policy
//
// A miss without default-value leaves the variable alone, as every sample expects. A cache that fails is a miss.
// source: caching.md#3 (conflict)
#include "base/text.h"
#include "engine/exchange/serialise.h"
#include "engine/policy/codes.h"
#include "policies/support/value_cache.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct CacheLookupValue {
  Setting<std::string_view> key;
  std::string_view variable_name;
  Setting<Object*> default_value;
  CachingType caching_type = CachingType::kPreferExternal;
  std::uint32_t slot = 0;
};

constexpr AttributeSpec kAttributes[] = {
    required<&CacheLookupValue::key>("key"),
    required<&CacheLookupValue::variable_name>("variable-name"),
    optional<&CacheLookupValue::default_value>("default-value"),
    optional<&CacheLookupValue::caching_type>("caching-type"),
};

void check(Reader& reader, const Element& element, void* config) {
  auto& lookup = *static_cast<CacheLookupValue*>(config);
  const Attribute* name = element.find("variable-name");
  if (name != nullptr && name->value.is_literal() && lookup.variable_name.empty()) {
    reader.report(name->value.span, policy_code::kWrongLiteral, "a variable needs a name");
    return;
  }
  lookup.slot = reader.variables().intern(lookup.variable_name);
}

Task run(PolicyRun& run, const CacheLookupValue& config) {
  std::string_view key;
  if (!run.get(config.key, key)) co_return Outcome::kFail;
  if (!key.empty()) {
    const EffectRequest effect = CacheOperation{.key = value_key(run, key), .where = where_of(config.caching_type)};
    const ReplyValue& reply = co_await run.perform(effect);
    const auto* answer = std::get_if<CacheReply>(&reply);
    Object* value = nullptr;
    if (answer != nullptr && answer->value.has_value() && deserialise(run.run(), *answer->value, value)) {
      run.exchange().variables.set(config.slot, value, run.arena());
      if (run.tracing())
        run.trace(joined("Cache lookup resulted in a hit. Variable ", config.variable_name, " was set."));
      co_return Outcome::kContinue;
    }
  }
  if (run.tracing()) run.trace("Cache lookup resulted in a miss.");
  if (!config.default_value.is_present) co_return Outcome::kContinue;
  Object* value = nullptr;
  if (!run.get(config.default_value, value)) co_return Outcome::kFail;
  run.exchange().variables.set(config.slot, value, run.arena());
  co_return Outcome::kContinue;
}

}  // namespace

const PolicySpec kCacheLookupValue =
    policy<CacheLookupValue, &run>("cache-lookup-value", kAttributes).checked_by(&check);

}  // namespace portcullis
