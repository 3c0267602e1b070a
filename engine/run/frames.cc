#include "engine/run/frames.h"

#include <algorithm>

namespace portcullis {

namespace {

constexpr std::size_t kFirstSegment = 256;
constexpr std::size_t kNextSegments = 2048;

// A program writes a register before it reads it.
Slot* take_registers(Run& run, std::size_t count) { return static_cast<Slot*>(run.arena.allocate(count * sizeof(Slot), alignof(Slot))); }

/// Makes the stack continue in another segment, and goes back at the end of the call.
class SegmentSwitch {
 public:
  SegmentSwitch(Run& run, std::size_t needed) : run_(run), top_(run.registers.top), end_(run.registers.end) {
    auto& stack = run.registers;
    if (stack.spare != nullptr && static_cast<std::size_t>(stack.spare_end - stack.spare) >= needed) {
      begin_ = stack.spare;
      segment_end_ = stack.spare_end;
      stack.spare = nullptr;
    } else {
      const std::size_t size = std::max(needed, kNextSegments);
      begin_ = take_registers(run, size);
      segment_end_ = begin_ + size;
    }
    stack.top = begin_;
    stack.end = segment_end_;
  }
  ~SegmentSwitch() {
    run_.registers.top = top_;
    run_.registers.end = end_;
    run_.registers.spare = begin_;
    run_.registers.spare_end = segment_end_;
  }
  SegmentSwitch(const SegmentSwitch&) = delete;
  SegmentSwitch& operator=(const SegmentSwitch&) = delete;

  [[nodiscard]] Slot* begin() const { return begin_; }

 private:
  Run& run_;
  Slot* top_;
  Slot* end_;
  Slot* begin_;
  Slot* segment_end_;
};

Slot enter_here(Run& run, const Function& function, Slot* frame) {
  Slot* const top = run.registers.top;
  run.registers.top = frame + function.registers;
  ++run.depth;
  const Slot result = execute(run, function, frame, function.code.data(), nullptr);
  --run.depth;
  run.registers.top = top;
  return result;
}

[[gnu::noinline]] Slot enter_elsewhere(Run& run, const Function& function, const Slot* frame) {
  const SegmentSwitch segment(run, function.registers);
  std::copy_n(frame, function.parameters + function.captured, segment.begin());
  return enter_here(run, function, segment.begin());
}

}  // namespace

void open_registers(Run& run) {
  run.registers.top = take_registers(run, kFirstSegment);
  run.registers.end = run.registers.top + kFirstSegment;
}

Slot enter(Run& run, const Function& function, Slot* frame) {
  if (run.depth >= run.limits.call_depth) [[unlikely]] return run.raise_limit(Limit::kDepth);
  if (!run.spend(1)) return {};
  if (function.is_iterator) return Slot::of_object(make_iterator(run, function, *function.result, frame));
  if (run.registers.end - frame < function.registers) [[unlikely]] return enter_elsewhere(run, function, frame);
  return enter_here(run, function, frame);
}

Slot enter_closure(Run& run, const Closure& closure, Slot* arguments, std::uint32_t count) {
  const Function& function = *closure.function;
  if (run.registers.end - arguments < function.registers) [[unlikely]] {
    const SegmentSwitch segment(run, function.registers);
    std::copy_n(arguments, count, segment.begin());
    std::copy_n(closure.captured, function.captured, segment.begin() + count);
    return enter(run, function, segment.begin());
  }
  std::copy_n(closure.captured, function.captured, arguments + count);
  return enter(run, function, arguments);
}

Slot Run::invoke(Closure* delegate, std::span<const Slot> arguments) {
  if (delegate->native != nullptr) return delegate->native(*this, delegate, arguments.data());
  const Function& function = *delegate->function;
  if (registers.end - registers.top < function.registers) [[unlikely]] {
    const SegmentSwitch segment(*this, function.registers);
    Slot* next = std::copy(arguments.begin(), arguments.end(), segment.begin());
    std::copy_n(delegate->captured, function.captured, next);
    return enter(*this, function, segment.begin());
  }
  Slot* next = std::copy(arguments.begin(), arguments.end(), registers.top);
  std::copy_n(delegate->captured, function.captured, next);
  return enter(*this, function, registers.top);
}

}  // namespace portcullis
