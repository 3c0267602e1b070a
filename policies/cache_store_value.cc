// cache-store-value: keeps a value under a key, with its type. source: cache-store-value-policy
//
// A null value and a duration of 0 or less drop what is there. Nobody waits for the cache, and its failure is no error.
#include <string>

#include "base/text.h"
#include "engine/exchange/serialise.h"
#include "engine/program/code.h"
#include "policies/support/value_cache.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct CacheStoreValue {
  Setting<std::string_view> key;
  Setting<Object*> value;
  Setting<std::int64_t> duration;
  CachingType caching_type = CachingType::kPreferExternal;
};

constexpr AttributeSpec kAttributes[] = {
    required<&CacheStoreValue::key>("key"),
    required<&CacheStoreValue::value>("value"),
    required<&CacheStoreValue::duration>("duration"),
    optional<&CacheStoreValue::caching_type>("caching-type"),
};

Outcome run(PolicyRun& run, const CacheStoreValue& config) {
  std::string_view key;
  Object* value = nullptr;
  std::int64_t seconds = 0;
  if (!run.get(config.key, key) || !run.get(config.value, value) || !run.get(config.duration, seconds))
    return Outcome::kFail;
  if (key.empty()) return Outcome::kContinue;
  CacheOperation operation{
      .kind = CacheOperation::Kind::kRemove, .key = value_key(run, run.text(key)), .where = where_of(config.caching_type)};
  if (value != nullptr && seconds > 0) {
    std::string bytes;
    std::string problem;
    if (!serialise(run.run(), value, bytes, problem)) return run.fail({}, problem);
    operation.kind = CacheOperation::Kind::kSet;
    operation.value = run.text(bytes);
    operation.lifetime = std::chrono::seconds(seconds);
  }
  run.notify(operation);
  if (run.tracing())
    run.trace(
        joined("Value for key ", key, operation.kind == CacheOperation::Kind::kSet ? " was stored" : " was removed"));
  return Outcome::kContinue;
}

// A whole response is kept with its body, so the body is read first.
void emit(FlowBuilder& flow, const Element&, const void* config) {
  const auto& store = *static_cast<const CacheStoreValue*>(config);
  const bool keeps_response = store.value.expression != nullptr && store.value.expression->type->is(Known::kResponse);
  constexpr auto kRun = [](PolicyRun& policy_run, const FlowOp& op) {
    return run(policy_run, *static_cast<const CacheStoreValue*>(op.config));
  };
  flow.emit({.run = kRun,
             .config = config,
             .needs = static_cast<std::uint8_t>(keeps_response ? kNeedsResponseBody : kNeedsNothing)});
}

}  // namespace

const PolicySpec kCacheStoreValue = policy<CacheStoreValue, &run>("cache-store-value", kAttributes).emitting(&emit);

}  // namespace portcullis
