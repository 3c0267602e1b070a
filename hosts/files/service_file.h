// The `service` member of a scenario: JSON under the management API's property names, to a ServiceDescription.
#pragma once

#include <optional>

#include "hosts/files/owned_context.h"
#include "portcullis/service.hpp"

namespace portcullis::hosts {

/// What is wrong and where ("service.apis.shop.path is a text"), or nullopt. `openapi`, `backends`, `certificates` and `loggers` are
/// read by those who need them. source: docs/interfaces.md, Scenario JSON
std::optional<FileError> read_service(const Json& service, ServiceDescription& description);

}  // namespace portcullis::hosts
