// What compiled expressions are made of, and who owns it.
#pragma once

#include <vector>

#include "base/arena.h"
#include "engine/program/function.h"

namespace portcullis {

/// One expression, ready to run. Lives in its Code. Nothing here changes once it is made.
class CompiledExpression {
 public:
  const Function* entry = nullptr;
  const Type* type = nullptr;       // static type of the value: what the place demanded
  std::string_view text;            // the C# text without `@( )`, for traces
  std::uint8_t member_flags = 0;    // MemberFlags of all members it may call, together
};

/// Memory and resources of the expressions of one document (or one alone). Built by one thread; const afterwards, and then
/// safe for any number of threads. Everything lives until the Code dies.
class Code {
 public:
  Code() : arena_(kBudget) {}
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  ~Code();

  Arena& arena() { return arena_; }
  /// `destroy(resource)` is called when this dies, in reverse order.
  void keep(void* resource, void (*destroy)(void*)) { resources_.push_back({resource, destroy}); }
  [[nodiscard]] std::size_t bytes() const { return arena_.used(); }

 private:
  static constexpr std::size_t kBudget = std::size_t{256} << 20;

  struct Resource {
    void* object;
    void (*destroy)(void*);
  };

  Arena arena_;
  std::vector<Resource> resources_;
};

}  // namespace portcullis
