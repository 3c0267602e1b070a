// Policies in a repository of a service's configuration, as APIOps extracts it: what stands around one file.
#pragma once

#include <string>

#include "cli/documents.h"

namespace portcullis::cli {

/// Adds the named values, the fragments and the API's description that the repository around `file` holds; a workspace's go before the
/// service's. Nothing when the file stands in no such repository. source: the layout of the APIOps toolkit's artefacts
///
///     policy.xml                                            apis/{api}/policy.xml, specification.yaml
///     named values/{name}/namedValueInformation.json        apis/{api}/operations/{operation}/policy.xml
///     policy fragments/{name}/policy.xml                    products/{product}/policy.xml, workspaces/{workspace}/…
void add_repository(const std::string& file, Documents& documents);
/// What lies beside the file (add_neighbours), then what its repository holds. False after complaining.
bool add_surroundings(const std::string& file, Documents& documents);

}  // namespace portcullis::cli
