// System.Security.Cryptography.HashAlgorithmName as an object; a null name is the struct's default.
#pragma once

#include "engine/run/object.h"

namespace portcullis {

struct HashAlgorithmName : Object {
  String* name;
};

}  // namespace portcullis
