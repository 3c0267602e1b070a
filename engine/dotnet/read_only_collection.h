// System.Collections.ObjectModel.ReadOnlyCollection<T>: a view of a list or an array that cannot be written through.
#pragma once

#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

/// Of the CallSite's result type; `list` is not null.
Object* make_read_only(Run& run, Object* list, const CallSite& site);

}  // namespace portcullis
