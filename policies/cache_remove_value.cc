// cache-remove-value: drops what is kept under a key. source: cache-remove-value-policy
#include "base/text.h"
#include "policies/support/value_cache.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct CacheRemoveValue {
  Setting<std::string_view> key;
  CachingType caching_type = CachingType::kPreferExternal;
  Setting<bool> fail_on_cache_removal_error;
};

constexpr AttributeSpec kAttributes[] = {
    required<&CacheRemoveValue::key>("key"),
    optional<&CacheRemoveValue::caching_type>("caching-type"),
    optional<&CacheRemoveValue::fail_on_cache_removal_error>("fail-on-cache-removal-error"),
};

// Awaited: it takes effect before the next policy.
Task run(PolicyRun& run, const CacheRemoveValue& config) {
  std::string_view key;
  bool fails = false;
  if (!run.get(config.key, key) || !run.get(config.fail_on_cache_removal_error, fails)) co_return Outcome::kFail;
  if (key.empty()) co_return Outcome::kContinue;
  const EffectRequest effect =
      CacheOperation{.kind = CacheOperation::Kind::kRemove, .key = value_key(run, key), .where = where_of(config.caching_type)};
  const ReplyValue& reply = co_await run.perform(effect);
  const auto* failure = std::get_if<FailureReply>(&reply);
  if (failure != nullptr && fails)
    co_return run.fail({}, joined("The cache entry could not be removed. ", failure->message));
  if (run.tracing())
    run.trace(joined("Value for key ", key, failure == nullptr ? " was removed" : " could not be removed"));
  co_return Outcome::kContinue;
}

}  // namespace

const PolicySpec kCacheRemoveValue = policy<CacheRemoveValue, &run>("cache-remove-value", kAttributes);

}  // namespace portcullis
