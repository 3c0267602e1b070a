#include "base/arena.h"

#include <algorithm>
#include <cstdlib>

namespace portcullis {

namespace {
constexpr std::size_t kLargestRegularBlock = std::size_t{1} << 20;
}  // namespace

Arena::Arena(std::size_t budget_bytes, std::span<std::byte> first) noexcept
    : first_(first), budget_(budget_bytes) {
  use_first_block();
}

Arena::~Arena() {
  while (blocks_ != nullptr) {
    Block* next = blocks_->next;
    std::free(blocks_);
    blocks_ = next;
  }
}

// Three quarters for objects: headers and slots outweigh new text on most policies.
void Arena::use_first_block() {
  if (first_.size() < 256) return;
  std::byte* middle = first_.data() + (first_.size() / 4 * 3);
  objects_ = {first_.data(), first_.data(), middle, 0};
  text_ = {middle, middle, first_.data() + first_.size(), 0};
}

std::size_t Arena::used() const {
  return objects_.closed + static_cast<std::size_t>(objects_.tip - objects_.start) + text_.closed +
         static_cast<std::size_t>(text_.tip - text_.start);
}

void Arena::refill(Region& region, std::size_t at_least) {
  region.closed += static_cast<std::size_t>(region.tip - region.start);
  const std::size_t size = std::max(at_least + 32, next_block_);
  next_block_ = std::min(next_block_ * 2, kLargestRegularBlock);
  auto* block = static_cast<Block*>(std::malloc(sizeof(Block) + size));
  if (block == nullptr) throw std::bad_alloc();
  block->next = blocks_;
  block->size = size;
  blocks_ = block;
  region.start = reinterpret_cast<std::byte*>(block + 1);
  region.tip = region.start;
  region.end = region.start + size;
  if (used() + at_least > budget_) exhausted_ = true;
}

void* Arena::allocate_slow(std::size_t size, std::size_t align) {
  refill(objects_, size + align);
  auto tip = (reinterpret_cast<std::uintptr_t>(objects_.tip) + (align - 1)) & ~(align - 1);
  objects_.tip = reinterpret_cast<std::byte*>(tip + size);
  return reinterpret_cast<void*>(tip);
}

char* Arena::text_slow(std::size_t size) {
  refill(text_, size);
  char* start = reinterpret_cast<char*>(text_.tip);
  text_.tip += size;
  return start;
}

void Arena::reset() {
  Block* largest = nullptr;
  for (Block* block = blocks_; block != nullptr;) {
    Block* next = block->next;
    if (largest == nullptr || block->size > largest->size) std::swap(largest, block);
    if (block != nullptr && block != largest) std::free(block);
    block = next;
  }
  blocks_ = largest;
  if (largest != nullptr) largest->next = nullptr;
  objects_ = {};
  text_ = {};
  exhausted_ = false;
  if (largest == nullptr) {
    use_first_block();
    return;
  }
  auto* start = reinterpret_cast<std::byte*>(largest + 1);
  std::byte* middle = start + (largest->size / 4 * 3);
  objects_ = {start, start, middle, 0};
  text_ = {middle, middle, start + largest->size, 0};
}

}  // namespace portcullis
