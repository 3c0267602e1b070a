#include "hosts/redis/scripts.h"

#include <openssl/evp.h>

namespace portcullis::hosts {

// The log of service/event_log.h: {longest window, time, weight, time, weight…}. Exact up to 256 calls in a window;
// beyond, neighbours are merged at the later time, in cells of 1/128 of a window. A value that is none of ours counts
// as nothing. Keys outlive their last call by a minute, for gateways whose clocks differ; so one that is not there
// while a gateway knows of calls was lost (a restart, an eviction), and begins with what that gateway knows.
const std::string_view kSlidingScript = R"lua(
local now, window, kind = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local amount, limit, floor = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if kind == 2 and amount > 1 then limit = limit - amount + 1 end
local raw = redis.call('GET', KEYS[1])
local log = {0}
if raw then
  local good, kept = pcall(cmsgpack.unpack, raw)
  if good and type(kept) == 'table' and #kept % 2 == 1 then log = kept end
elseif floor > 0 then
  log = {window, now, floor}
end
local before = 0
local i = #log - 1
while i >= 2 and log[i] > now - window do
  before = before + log[i + 1]
  i = i - 2
end
local allowed = kind == 1 or before < limit
local value = before
if kind ~= 2 and allowed and amount > 0 then
  value = before + amount
  local longest = math.max(log[1], window)
  local fresh = {longest}
  for at = 2, #log, 2 do
    if log[at] > now - longest then
      fresh[#fresh + 1] = log[at]
      fresh[#fresh + 1] = log[at + 1]
    end
  end
  log = fresh
  local time = now
  if #log > 1 then time = math.max(now, log[#log - 1]) end
  if #log > 1 and log[#log - 1] == time then
    log[#log] = log[#log] + amount
  else
    if #log >= 513 then
      local cell = math.max(1, math.floor(longest / 128))
      local merged = {longest, log[2], log[3]}
      for at = 4, #log, 2 do
        local last = #merged - 1
        if math.floor(merged[last] / cell) == math.floor(log[at] / cell) then
          merged[last] = log[at]
          merged[last + 1] = merged[last + 1] + log[at + 1]
        else
          merged[#merged + 1] = log[at]
          merged[#merged + 1] = log[at + 1]
        end
      end
      log = merged
    end
    log[#log + 1] = time
    log[#log + 1] = amount
  end
  redis.call('SET', KEYS[1], cmsgpack.pack(log), 'PX', longest + (time - now) + 60000)
end
if kind == 1 and amount < 0 then
  local back = -amount
  while back > 0 and #log > 1 and log[#log - 1] > now - window do
    local taken = math.min(back, log[#log])
    back = back - taken
    log[#log] = log[#log] - taken
    if log[#log] == 0 then
      log[#log] = nil
      log[#log] = nil
    end
  end
  value = value + amount + back
  redis.call('SET', KEYS[1], cmsgpack.pack(log), 'PX', math.max(log[1], window) + 60000)
end
local left = 0
for at = 2, #log, 2 do
  if log[at] > now - window then left = left + log[at + 1] end
end
local wait = 0
if left >= limit then
  wait = window
  for at = 2, #log, 2 do
    if log[at] > now - window then
      left = left - log[at + 1]
      if left < limit then
        wait = log[at] + window - now
        break
      end
    end
  end
end
return {allowed and 1 or 0, value, wait}
)lua";

const std::string_view kFixedScript = R"lua(
local now, period, kind = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local amount, limit, floor = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if kind == 2 and amount > 1 then limit = limit - amount + 1 end
local has_origin, origin = ARGV[7] == '1', tonumber(ARGV[8])
local raw = redis.call('GET', KEYS[1])
local value, start, used = 0, 0, false
if raw then
  local good, kept = pcall(cmsgpack.unpack, raw)
  if good and type(kept) == 'table' and #kept == 2 then
    value, start, used = kept[1], kept[2], true
  end
end
local left = 0
if period > 0 then
  local begins = start
  if has_origin then
    begins = now - (now - origin) % period
  elseif not used or now >= start + period then
    begins = now
  end
  if begins ~= start then value = 0 end
  start = begins
  left = start + period - now
end
if not raw then value = floor end
local allowed = kind == 1 or value < limit
if kind ~= 2 and allowed and amount > 0 then value = value + amount end
if kind == 1 and amount < 0 then value = math.max(0, value + amount) end
local bytes = cmsgpack.pack({value, start})
if period > 0 then
  redis.call('SET', KEYS[1], bytes, 'PX', left + 60000)
elseif kind ~= 2 then
  redis.call('SET', KEYS[1], bytes)
end
return {allowed and 1 or 0, value, left}
)lua";

// The bucket of service/memory_buckets.cc: {debt, when it was that}. A key lives until its debt has flowed back, and a
// minute for clocks that differ.
const std::string_view kBucketScript = R"lua(
local now, period, kind = tonumber(ARGV[1]), math.max(1, tonumber(ARGV[2])), tonumber(ARGV[3])
local most = 1000000000000
local amount = math.max(-most, math.min(most, tonumber(ARGV[4])))
local limit, floor = math.max(1, math.min(most, tonumber(ARGV[5]))), tonumber(ARGV[6])
local raw = redis.call('GET', KEYS[1])
local debt, time = 0, now
if raw then
  local good, kept = pcall(cmsgpack.unpack, raw)
  if good and type(kept) == 'table' and #kept == 2 and tonumber(kept[1]) and tonumber(kept[2]) then
    debt, time = tonumber(kept[1]), tonumber(kept[2])
  end
else
  debt = floor
end
if now > time then
  debt = math.max(0, debt - (now - time) * limit / period)
  time = now
end
local below = limit
if kind == 2 then below = limit - math.max(1, amount) + 1 end
local allowed = kind == 1 or debt < below
if kind ~= 2 and allowed and (amount > 0 or kind == 1) then
  debt = math.max(0, math.min(most, debt + amount))
  local lives = math.ceil(debt * period / limit) + (time - now) + 60000
  redis.call('SET', KEYS[1], cmsgpack.pack({debt, time}), 'PX', string.format('%.0f', lives))
end
local wait = 0
if debt >= below then wait = math.ceil((debt - below) * period / limit) end
return {allowed and 1 or 0, math.floor(debt), wait}
)lua";

// KEYS and their contents: hosts/redis/vectors.h.
const std::string_view kVectorSyncScript = R"lua(
local epoch = redis.call('HGET', KEYS[1], 'e')
if not epoch then return {'', {}} end
local from = ARGV[2]
if epoch ~= ARGV[1] then from = '0' end
local new = redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. from, '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
local out = {}
for at = 1, #new, 2 do
  out[#out + 1] = new[at]
  out[#out + 1] = new[at + 1]
  out[#out + 1] = redis.call('HGET', KEYS[1], new[at]) or ''
end
return {epoch, out}
)lua";

const std::string_view kVectorStoreScript = R"lua(
local id, payload, answer = ARGV[1], ARGV[2], ARGV[3]
local now, expiry, lifetime, most = ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local function drop(ids)
  for _, one in ipairs(ids) do
    redis.call('HDEL', KEYS[1], one)
    redis.call('HDEL', KEYS[2], one)
    redis.call('ZREM', KEYS[3], one)
    redis.call('ZREM', KEYS[4], one)
  end
end
if redis.call('HSETNX', KEYS[1], 'e', ARGV[9]) == 1 then
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
end
if ARGV[8] ~= '' then drop({ARGV[8]}) end
drop(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now, 'LIMIT', 0, 100))
local over = redis.call('ZCARD', KEYS[3]) - most
if over >= 0 then drop(redis.call('ZRANGE', KEYS[3], 0, over)) end
local number = redis.call('HINCRBY', KEYS[1], 'n', 1)
redis.call('HSET', KEYS[1], id, payload)
redis.call('HSET', KEYS[2], id, answer)
redis.call('ZADD', KEYS[3], number, id)
redis.call('ZADD', KEYS[4], expiry, id)
for _, key in ipairs(KEYS) do
  if redis.call('PTTL', key) < lifetime then redis.call('PEXPIRE', key, lifetime) end
end
return number
)lua";

RedisScript::RedisScript(std::string_view lua) : text(lua) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  for (unsigned int i = 0; i < size; ++i) {
    sha1 += "0123456789abcdef"[digest[i] >> 4];
    sha1 += "0123456789abcdef"[digest[i] & 15U];
  }
}

}  // namespace portcullis::hosts
