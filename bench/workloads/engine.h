// One way to run the eight workloads: Portcullis, hand-written C++, a script engine. Each is checked, then timed in
// slices.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "bench/workloads/data.h"

namespace portcullis::bench {

class Engine {
 public:
  virtual ~Engine() = default;
  /// "portcullis", "c++"…; what `--engine` chooses by.
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual std::string version() const = 0;
  /// Makes everything ready; false: it is skipped, `why` says why.
  virtual bool start(const Data& data, std::string& why) = 0;
  /// What workload `w` does to input `i`, in the format of bench/data/expected.
  virtual std::string effects(std::size_t w, std::size_t i) = 0;
  /// False: JSON may have its members in another order than the policy asks for.
  [[nodiscard]] virtual bool keeps_member_order() const { return true; }
  /// Runs `count` operations, input after input in rotation; the nanoseconds it took.
  virtual double run(std::size_t w, std::size_t count) = 0;
};

std::unique_ptr<Engine> make_native_engine();
std::unique_ptr<Engine> make_portcullis_engine();
std::unique_ptr<Engine> make_portcullis_c_engine();
std::unique_ptr<Engine> make_luajit_engine();
/// One that never starts, and says `why`.
std::unique_ptr<Engine> make_missing_engine(std::string name, std::string why);

/// Nanoseconds since some moment.
double now_nanoseconds();
/// The optimiser may not know what `value` is used for, nor what memory holds afterwards.
template <typename T>
inline void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

}  // namespace portcullis::bench
