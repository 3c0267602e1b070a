#include "engine/program/code.h"

namespace portcullis {

Code::~Code() {
  for (auto it = resources_.rbegin(); it != resources_.rend(); ++it) it->destroy(it->object);
}

}  // namespace portcullis
