// What a shared library shows: all that the public headers declare, and nothing else. Included ahead of every source of
// one (cmake/Layers.cmake), so that the public headers need no mark on each declaration. Programs that link it need
// nothing: a hidden default touches definitions only.
#pragma once

#pragma GCC visibility push(default)
#include "portcullis/exchange.hpp"
#include "portcullis/members.hpp"
#include "portcullis/passage.hpp"
#include "portcullis/portcullis.hpp"
#include "portcullis/service.hpp"
#include "portcullis/stores.hpp"
#include "portcullis/token_bucket.hpp"
#include "portcullis/tokens.hpp"
#pragma GCC visibility pop
