// System.Random. Seeded generators give .NET's historic sequence, unseeded ones what the host's generator gives.
// source: types.md#9.4
#include <bit>
#include <cstdlib>
#include <limits>

#include "base/text.h"
#include "engine/dotnet/exceptions.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kRandomDefinition;

namespace {

constexpr std::int32_t kBig = std::numeric_limits<std::int32_t>::max();

/// Knuth's subtractive generator over a[1] … a[55]; `is_seeded` false: the environment's generator instead.
struct Random : Object {
  bool is_seeded = false;
  std::int32_t next = 0;
  std::int32_t other = 0;
  std::int32_t a[56] = {};
};

// Differences wrap around, as C#'s do.
std::int32_t minus(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) - static_cast<std::uint32_t>(b));
}

Random* unseeded(Run& run) { return run.make<Random>(Known::kRandom); }
Random* seeded(Run& run, std::int32_t seed) {
  auto* random = run.make<Random>(Known::kRandom);
  random->is_seeded = true;
  random->other = 21;
  std::int32_t* a = random->a;
  std::int32_t mj = 161803398 - (seed == std::numeric_limits<std::int32_t>::min() ? kBig : std::abs(seed));
  std::int32_t mk = 1;
  a[55] = mj;
  for (std::int32_t i = 1; i < 55; ++i) {
    const std::int32_t ii = 21 * i % 55;
    a[ii] = mk;
    mk = minus(mj, mk);
    if (mk < 0) mk += kBig;
    mj = a[ii];
  }
  for (int round = 0; round < 4; ++round) {
    for (std::int32_t k = 1; k < 56; ++k) {
      a[k] = minus(a[k], a[1 + (k + 30) % 55]);
      if (a[k] < 0) a[k] += kBig;
    }
  }
  return random;
}

std::int32_t sample(Random& random) {
  random.next = random.next >= 55 ? 1 : random.next + 1;
  random.other = random.other >= 55 ? 1 : random.other + 1;
  std::int32_t result = minus(random.a[random.next], random.a[random.other]);
  if (result == kBig) --result;
  if (result < 0) result += kBig;
  random.a[random.next] = result;
  return result;
}
double sample_real(Random& random) { return sample(random) * (1.0 / kBig); }
// Two samples, for ranges wider than an int.
double sample_large(Random& random) {
  std::int32_t result = sample(random);
  if (sample(random) % 2 == 0) result = -result;
  return (static_cast<double>(result) + (kBig - 1)) / (2.0 * static_cast<std::uint32_t>(kBig) - 1);
}

// Below `range`, each value as likely as any other.
std::uint64_t below(Run& run, std::uint64_t range) {
  if (range <= 1) return 0;
  __extension__ using Wide = unsigned __int128;
  const std::uint64_t rejected = (0 - range) % range;
  for (;;) {
    const Wide product = Wide{run.environment.random()} * range;
    if (static_cast<std::uint64_t>(product) >= rejected) return static_cast<std::uint64_t>(product >> 64);
    if (!run.spend(1)) return 0;
  }
}

std::int32_t next(Run& run, Random* self) {
  return self->is_seeded ? sample(*self) : static_cast<std::int32_t>(below(run, kBig));
}
std::int32_t next_below(Run& run, Random* self, std::int32_t max) {
  if (raise_if_negative(run, max, "maxValue")) return 0;
  if (self->is_seeded) return static_cast<std::int32_t>(sample_real(*self) * max);
  return static_cast<std::int32_t>(below(run, static_cast<std::uint64_t>(max)));
}
Raised raise_min_above_max(Run& run) {
  return run.raise_argument(Known::kArgumentOutOfRangeException, "'minValue' cannot be greater than maxValue.", "minValue");
}
std::int32_t next_between(Run& run, Random* self, std::int32_t min, std::int32_t max) {
  if (min > max) return raise_min_above_max(run);
  const std::int64_t range = std::int64_t{max} - min;
  if (!self->is_seeded) return static_cast<std::int32_t>(static_cast<std::int64_t>(below(run, static_cast<std::uint64_t>(range))) + min);
  if (range <= kBig) return static_cast<std::int32_t>(sample_real(*self) * static_cast<double>(range)) + min;
  return static_cast<std::int32_t>(static_cast<std::int64_t>(sample_large(*self) * static_cast<double>(range)) + min);
}

std::uint64_t bits(Run& run, Random* self) {
  if (!self->is_seeded) return run.environment.random();
  const auto part = [&](std::int32_t max) { return static_cast<std::uint64_t>(sample_real(*self) * max); };
  const std::uint64_t low = part(1 << 22);
  const std::uint64_t middle = part(1 << 22);
  return low | (middle << 22) | (part(1 << 20) << 44);
}
std::int64_t next_long_between(Run& run, Random* self, std::int64_t min, std::int64_t max) {
  if (min > max) return raise_min_above_max(run);
  const auto range = static_cast<std::uint64_t>(max) - static_cast<std::uint64_t>(min);
  if (range <= 1) return min;
  if (!self->is_seeded) return static_cast<std::int64_t>(below(run, range) + static_cast<std::uint64_t>(min));
  const auto width = static_cast<unsigned>(std::bit_width(range - 1));
  for (;;) {
    const std::uint64_t result = bits(run, self) >> (64 - width);
    if (result < range) return static_cast<std::int64_t>(result + static_cast<std::uint64_t>(min));
    if (!run.spend(1)) return 0;
  }
}
std::int64_t next_long(Run& run, Random* self) {
  for (;;) {
    const auto result = static_cast<std::int64_t>(bits(run, self) >> 1);
    if (result != std::numeric_limits<std::int64_t>::max()) return result;
    if (!run.spend(1)) return 0;
  }
}
std::int64_t next_long_below(Run& run, Random* self, std::int64_t max) {
  if (raise_if_negative(run, max, "maxValue")) return 0;
  return next_long_between(run, self, 0, max);
}
double next_double(Run& run, Random* self) {
  if (self->is_seeded) return sample_real(*self);
  return static_cast<double>(run.environment.random() >> 11) * (1.0 / 9007199254740992.0);
}
float next_single(Run& run, Random* self) {
  if (!self->is_seeded) return static_cast<float>(run.environment.random() >> 40) * (1.0F / 16777216.0F);
  for (;;) {
    const auto value = static_cast<float>(sample_real(*self));
    if (value < 1.0F) return value;
    if (!run.spend(1)) return 0;
  }
}
void next_bytes(Run& run, Random* self, ByteArray* buffer) {
  if (buffer == nullptr) {
    run.raise_null("buffer");
    return;
  }
  if (!run.spend(1 + buffer->length / 8)) return;
  for (std::uint32_t i = 0; i < buffer->length; ++i) {
    buffer->data[i] = static_cast<std::uint8_t>(self->is_seeded ? static_cast<std::uint64_t>(sample(*self)) : run.environment.random());
  }
}

constexpr Member kMembers[] = {
    constructor<&unseeded>("new Random()").with(kNoRaise),
    constructor<&seeded>("new Random(int Seed)").with(kNoRaise),
    property<&unseeded>("static Random Shared { get; }").with(kNoRaise),
    method<&next>("int Next()"),
    method<&next_below>("int Next(int maxValue)"),
    method<&next_between>("int Next(int minValue, int maxValue)"),
    method<&next_long>("long NextInt64()"),
    method<&next_long_below>("long NextInt64(long maxValue)"),
    method<&next_long_between>("long NextInt64(long minValue, long maxValue)"),
    method<&next_double>("double NextDouble()").with(kNoRaise),
    method<&next_single>("float NextSingle()"),
    method<&next_bytes>("void NextBytes(byte[] buffer)"),
};

}  // namespace

const TypeDefinition kRandomDefinition{.declaration = "class System.Random", .members = kMembers};

}  // namespace portcullis
