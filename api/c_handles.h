// The handles of the C ABI, and what its files share. Not installed.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "api/environment.h"
#include "base/arena.h"
#include "engine/dotnet/date_time.h"
#include "portcullis/portcullis.h"
#include "portcullis/portcullis.hpp"

namespace pc = portcullis;

struct pc_library {
  std::shared_ptr<const pc::Library> library;
};
struct pc_program {
  std::shared_ptr<const pc::Program> program;
};
struct pc_reports {
  std::vector<pc::Report> reports;
};
struct pc_stores {
  std::unique_ptr<pc::CounterStore> counters = pc::make_memory_counters();
  std::unique_ptr<pc::CacheStore> cache = pc::make_memory_cache();
  std::unique_ptr<pc::VectorStore> vectors = pc::make_memory_vectors();
  std::unique_ptr<pc::SlotStore> slots = pc::make_memory_slots();
  std::unique_ptr<pc::TokenStore> tokens = pc::make_memory_tokens();
  std::unique_ptr<pc::DocumentStore> documents = pc::make_memory_documents();
};

namespace portcullis::c_abi {

inline pc::Ticks ticks_of(std::int64_t unix_milliseconds) {
  return pc::calendar::kUnixEpochTicks + unix_milliseconds * pc::calendar::kTicksPerMillisecond;
}

/// The clock that the host gave, or the system's.
class ExecutionEnvironment final : public pc::Environment {
 public:
  void stop_at(std::int64_t unix_milliseconds) { stopped_at_ = unix_milliseconds; }
  pc::Ticks utc_now_ticks() override {
    return stopped_at_ != 0 ? ticks_of(stopped_at_) : system_.utc_now_ticks();
  }
  std::uint64_t random() override { return system_.random(); }
  void expression_starts() override { system_.expression_starts(); }
  bool out_of_time() override { return system_.out_of_time(); }

 private:
  std::int64_t stopped_at_ = 0;
  pc::SystemEnvironment system_;
};

inline constexpr std::size_t kNoBudget = static_cast<std::size_t>(-1) / 2;

inline std::string_view view(pc_text text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}
inline pc_text text(std::string_view value) { return {value.data(), value.size()}; }

// Runs `work`; what it throws becomes the status of the failure.
template <typename Work>
auto guarded(decltype(std::declval<Work>()()) on_failure, Work work) noexcept -> decltype(work()) {
  try {
    return work();
  } catch (...) {
    return on_failure;
  }
}

/// What the host gave, of however old a header: what it does not have is zero. nullopt: no size was set.
template <typename T>
std::optional<T> taken(const T* given) {
  if (given->size < 2 * sizeof(size_t)) return std::nullopt;
  T whole{};
  std::memcpy(&whole, given, std::min(given->size, sizeof(T)));
  return whole;
}

/// As much of `full` as the host has room for.
template <typename T>
void give(T* into, T full) {
  const size_t room = into->size;
  full.size = room;
  std::memcpy(into, &full, std::min(room, sizeof(T)));
}
template <typename T>
bool has_room(const T* into) {
  return into != nullptr && into->size >= 2 * sizeof(size_t);
}

}  // namespace portcullis::c_abi

struct pc_execution {
  explicit pc_execution(std::span<std::byte> memory) : arena(pc::c_abi::kNoBudget, memory) {}

  pc::Arena arena;  // header lines on their way in and out
  bool in_given_memory = false;
  bool done = false;
  pc::c_abi::ExecutionEnvironment environment;
  pc::SubscriptionView subscription;
  pc::ContextView context;
  std::optional<pc::Execution> execution;
  std::span<const pc::Effect> effects;  // asked for, not yet taken
  std::vector<pc::Reply> replies;
  std::vector<pc::VariableView> variables;
  bool is_passing = false;  // a body streams,
  bool passage_waits = false;
  std::vector<pc::TraceView> trace;
  std::vector<pc_header> passage_headers;  // of its effects, one at a time: the arena would grow with the stream
};

namespace portcullis::c_abi {

/// Puts what the host says of the API, the product and so on into the execution's context. False: something cannot be.
bool read_context(pc_execution& execution, const pc_context& given, ExecutionOptions& options);

std::span<const HeaderView> header_views(Arena& arena, const pc_header* headers, size_t count);

}  // namespace portcullis::c_abi
