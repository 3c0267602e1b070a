// The evaluator's loop.
#include "engine/run/run.h"

namespace portcullis {

Slot Run::invoke(Closure* delegate, std::initializer_list<Slot> arguments) {
  if (delegate->native != nullptr) return delegate->native(*this, delegate, arguments.begin());
  return raise(Known::kNotSupportedException, "lambdas cannot be called yet");
}

}  // namespace portcullis
