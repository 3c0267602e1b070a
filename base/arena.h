// Bump memory for one lifetime: a request, a compilation, or a Program.
//
// Two regions grow side by side. Objects go into one, characters into the other, so that the text written last usually
// ends at the tip of its region and `s += "x"` in a loop can extend it in place (see `extend_text`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

// Under AddressSanitizer, memory that is not handed out is poisoned: reading past an object, or after reset(), is
// reported.
#if defined(__SANITIZE_ADDRESS__)
#define PC_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PC_ADDRESS_SANITIZER 1
#endif
#endif
#if defined(PC_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#endif

namespace portcullis {

/// Bump allocator with a budget. Memory is never moved, and never freed singly: `reset()` or the destructor frees all.
///
/// Small requests never fail: past the budget they are still granted and `exhausted()` turns true, which the evaluator
/// checks at calls and loop edges and turns into a limit error. Sizes that an author controls go through `try_text` or
/// `try_bytes`, which refuse instead.
/// Threads: one at a time.
class Arena {
 public:
  static constexpr std::size_t kDefaultBudget = std::size_t{64} << 20;

  explicit Arena(std::size_t budget_bytes = kDefaultBudget) noexcept : budget_(budget_bytes) {}
  /// `first` is used before anything is taken from the heap; it is borrowed and must outlive the arena.
  Arena(std::size_t budget_bytes, std::span<std::byte> first) noexcept;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  /// Raw object memory. `align` is a power of two, at most 16.
  void* allocate(std::size_t size, std::size_t align = alignof(std::max_align_t)) {
    auto tip = (reinterpret_cast<std::uintptr_t>(objects_.tip) + (align - 1)) & ~(align - 1);
    if (tip + size <= reinterpret_cast<std::uintptr_t>(objects_.end) && objects_.tip != nullptr) [[likely]] {
      objects_.tip = reinterpret_cast<std::byte*>(tip + size);
      hand_out(reinterpret_cast<void*>(tip), size);
      return reinterpret_cast<void*>(tip);
    }
    return allocate_slow(size, align);
  }

  /// One `T`, constructed in place. Never destroyed, hence the constraint.
  template <typename T, typename... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>, "the arena runs no destructors");
    return new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  /// `count` value-initialised elements.
  template <typename T>
  std::span<T> array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>, "the arena runs no destructors");
    T* first = static_cast<T*>(allocate(sizeof(T) * count, alignof(T)));
    for (std::size_t i = 0; i < count; ++i) new (first + i) T{};
    return {first, count};
  }

  template <typename T>
  std::span<T> copy(std::span<const T> source) {
    static_assert(std::is_trivially_copyable_v<T>);
    T* first = static_cast<T*>(allocate(sizeof(T) * source.size(), alignof(T)));
    if (!source.empty()) std::memcpy(static_cast<void*>(first), source.data(), source.size_bytes());
    return {first, source.size()};
  }

  /// Writable characters, no alignment, from the text region. For sizes the author cannot blow up.
  char* text(std::size_t size) {
    if (static_cast<std::size_t>(text_.end - text_.tip) >= size && text_.tip != nullptr) [[likely]] {
      char* start = reinterpret_cast<char*>(text_.tip);
      text_.tip += size;
      hand_out(start, size);
      return start;
    }
    return text_slow(size);
  }

  /// As `text`, but null when the budget would be crossed (and `exhausted()` turns true).
  char* try_text(std::size_t size) {
    if (size > remaining()) {
      exhausted_ = true;
      return nullptr;
    }
    return text(size);
  }

  /// As `allocate`, but null when the budget would be crossed (and `exhausted()` turns true).
  void* try_allocate(std::size_t size, std::size_t align = alignof(std::max_align_t)) {
    if (size > remaining()) {
      exhausted_ = true;
      return nullptr;
    }
    return allocate(size, align);
  }

  /// Grows the text that ends at `end` by `size` characters in place; false when something was written behind it.
  bool extend_text(const char* end, std::size_t size) {
    if (reinterpret_cast<const std::byte*>(end) != text_.tip) return false;
    if (static_cast<std::size_t>(text_.end - text_.tip) < size) return false;
    hand_out(text_.tip, size);
    text_.tip += size;
    return true;
  }

  /// Gives back the last `unused` characters of the text taken last.
  void shrink_text(std::size_t unused) {
    text_.tip -= unused;
    take_back(text_.tip, unused);
  }

  std::string_view copy(std::string_view source) {
    char* start = text(source.size());
    if (!source.empty()) std::memcpy(start, source.data(), source.size());
    return {start, source.size()};
  }

  [[nodiscard]] bool exhausted() const { return exhausted_; }
  [[nodiscard]] std::size_t budget() const { return budget_; }
  /// Bytes handed out, block ends that were left over not counted.
  [[nodiscard]] std::size_t used() const {
    return objects_.closed + static_cast<std::size_t>(objects_.tip - objects_.start) + text_.closed +
           static_cast<std::size_t>(text_.tip - text_.start);
  }
  [[nodiscard]] std::size_t remaining() const { return used() >= budget_ ? 0 : budget_ - used(); }

  /// Forgets everything, keeps the given first block and the largest heap block for the next use: the larger of the two
  /// is filled first.
  void reset();

 private:
#if defined(PC_ADDRESS_SANITIZER)
  static void hand_out(const void* memory, std::size_t size) { ASAN_UNPOISON_MEMORY_REGION(memory, size); }
  static void take_back(const void* memory, std::size_t size) { ASAN_POISON_MEMORY_REGION(memory, size); }
#else
  static void hand_out(const void*, std::size_t) {}
  static void take_back(const void*, std::size_t) {}
#endif

  struct Block {
    Block* next;
    std::size_t size;
  };
  struct Region {
    std::byte* start = nullptr;
    std::byte* tip = nullptr;
    std::byte* end = nullptr;
    std::size_t closed = 0;  // bytes used in blocks left behind
  };

  void* allocate_slow(std::size_t size, std::size_t align);
  char* text_slow(std::size_t size);
  void refill(Region& region, std::size_t at_least);
  void use(std::span<std::byte> memory);
  Block* take_block(std::size_t size);
  static void free_block(Block* block);

  Region objects_;
  Region text_;
  Block* blocks_ = nullptr;
  Block* spare_ = nullptr;  // kept by reset(), not in use yet, not in `blocks_`
  std::span<std::byte> first_;
  std::size_t budget_;
  std::size_t next_block_ = 4096;
  bool exhausted_ = false;
};

}  // namespace portcullis
