#include "cli/bench/instructions.h"

#if defined(__linux__)
#include <cerrno>
#include <cstring>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace portcullis::cli {

#if defined(__linux__)

InstructionCounter::InstructionCounter() {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_HARDWARE;
  attributes.size = sizeof attributes;
  attributes.config = PERF_COUNT_HW_INSTRUCTIONS;
  attributes.disabled = 1;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  descriptor_ = static_cast<int>(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
  if (descriptor_ >= 0) return;
  const int error = errno;
  const bool forbidden = error == EACCES || error == EPERM;
  problem_ = forbidden ? "the system forbids it (kernel.perf_event_paranoid, or a container's filter)"
                       : std::string("no hardware counter: ") + std::strerror(error);
}

InstructionCounter::~InstructionCounter() {
  if (descriptor_ >= 0) close(descriptor_);
}

void InstructionCounter::start() {
  if (descriptor_ < 0) return;
  ioctl(descriptor_, PERF_EVENT_IOC_RESET, 0);
  ioctl(descriptor_, PERF_EVENT_IOC_ENABLE, 0);
}

std::optional<std::uint64_t> InstructionCounter::stop() {
  if (descriptor_ < 0) return std::nullopt;
  ioctl(descriptor_, PERF_EVENT_IOC_DISABLE, 0);
  struct {
    std::uint64_t value, enabled, running;
  } counted{};
  if (read(descriptor_, &counted, sizeof counted) != static_cast<ssize_t>(sizeof counted)) return std::nullopt;
  if (counted.running == 0 || counted.running != counted.enabled) return std::nullopt;
  return counted.value;
}

#else

InstructionCounter::InstructionCounter() : problem_("this system has no perf_event_open") {}
InstructionCounter::~InstructionCounter() = default;
void InstructionCounter::start() {}
std::optional<std::uint64_t> InstructionCounter::stop() { return std::nullopt; }

#endif

}  // namespace portcullis::cli
