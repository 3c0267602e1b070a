// The types and policies behind the public API.
#include "api/library.h"

#include "policies/table.h"

namespace portcullis {

Library::Library() : types(library_definitions()), policies(builtin_policies()) {}

std::shared_ptr<const Library> make_library() { return std::make_shared<const Library>(); }

std::string_view version() { return PORTCULLIS_VERSION; }

}  // namespace portcullis
