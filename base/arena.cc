#include "base/arena.h"

#include <algorithm>
#include <cstdlib>

namespace portcullis {

namespace {
constexpr std::size_t kLargestRegularBlock = std::size_t{1} << 20;
constexpr std::size_t kSmallestBlock = 1024;
constexpr std::size_t kFirstBlock = 2048;
constexpr std::size_t kSmallestFirstBlock = 256;
}  // namespace

Arena::Arena(std::size_t budget_bytes, std::span<std::byte> first) noexcept : first_(first), budget_(budget_bytes) {
  use(first_);
}

Arena::~Arena() {
  hand_out(first_.data(), first_.size());  // back to its owner
  free_block(spare_);
  while (blocks_ != nullptr) {
    Block* next = blocks_->next;
    free_block(blocks_);
    blocks_ = next;
  }
}

void Arena::free_block(Block* block) {
  if (block != nullptr) hand_out(block + 1, block->size);
  std::free(block);
}

// Three quarters for objects: headers and slots outweigh new text on most policies. No more than the budget, so that
// its end is noticed by the slow path.
void Arena::use(std::span<std::byte> memory) {
  if (memory.size() < kSmallestFirstBlock) return;
  take_back(memory.data(), memory.size());
  std::byte* start = memory.data();
  const std::size_t size = std::min(memory.size(), std::max(budget_, kSmallestFirstBlock));
  std::byte* middle = start + (size / 4 * 3);
  objects_ = {start, start, middle, 0};
  text_ = {middle, middle, start + size, 0};
}

void Arena::refill(Region& region, std::size_t at_least) {
  region.closed += static_cast<std::size_t>(region.tip - region.start);
  // Empty until there is memory: `used()` below must not count the old block twice.
  region.start = region.tip = region.end = nullptr;
  const std::size_t left = remaining();
  if (at_least > left) exhausted_ = true;
  // Near the end of the budget blocks get small, so that crossing it comes here and is noticed.
  // As much again as the region has used, so that the many small programs of a gateway take little.
  const std::size_t wanted = std::min(next_block_, std::max(region.closed, kFirstBlock));
  const std::size_t regular = std::max(std::min(wanted, left), kSmallestBlock);
  Block* block = take_block(std::max(at_least + 32, regular));
  region.start = region.tip = reinterpret_cast<std::byte*>(block + 1);
  region.end = region.start + block->size;
  take_back(region.start, block->size);
}

// The block that reset() kept, when it is large enough, else a new one.
Arena::Block* Arena::take_block(std::size_t size) {
  Block* block = nullptr;
  if (spare_ != nullptr && spare_->size >= size && spare_->size <= remaining()) {
    block = std::exchange(spare_, nullptr);
  } else {
    next_block_ = std::min(next_block_ * 2, kLargestRegularBlock);
    block = static_cast<Block*>(std::malloc(sizeof(Block) + size));
    if (block == nullptr) throw std::bad_alloc();
    block->size = size;
  }
  block->next = blocks_;
  blocks_ = block;
  return block;
}

void* Arena::allocate_slow(std::size_t size, std::size_t align) {
  refill(objects_, size + align);
  auto tip = (reinterpret_cast<std::uintptr_t>(objects_.tip) + (align - 1)) & ~(align - 1);
  objects_.tip = reinterpret_cast<std::byte*>(tip + size);
  hand_out(reinterpret_cast<void*>(tip), size);
  return reinterpret_cast<void*>(tip);
}

char* Arena::text_slow(std::size_t size) {
  refill(text_, size);
  char* start = reinterpret_cast<char*>(text_.tip);
  text_.tip += size;
  hand_out(start, size);
  return start;
}

void Arena::reset() {
  Block* largest = std::exchange(spare_, nullptr);
  for (Block* block = std::exchange(blocks_, nullptr); block != nullptr;) {
    Block* next = block->next;
    if (largest == nullptr || block->size > largest->size) std::swap(largest, block);
    free_block(block);
    block = next;
  }
  objects_ = {};
  text_ = {};
  exhausted_ = false;
  if (largest == nullptr || largest->size <= first_.size()) {
    spare_ = largest;
    use(first_);
    return;
  }
  largest->next = nullptr;
  blocks_ = largest;
  use({reinterpret_cast<std::byte*>(largest + 1), largest->size});
}

}  // namespace portcullis
