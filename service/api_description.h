// Makes what policies know about an API from the texts a host gives: OpenAPI, GraphQL, WSDL, XML schemas, OData models.
#pragma once

#include <memory>
#include <span>

#include "base/diagnostic.h"
#include "engine/policy/api_definition.h"
#include "portcullis/portcullis.hpp"

namespace portcullis {

/// Never null; without texts it knows nothing. What cannot be read is reported: errors for texts that are no use,
/// warnings for parts that will not be checked.
std::shared_ptr<const ApiDefinition> describe_api(std::span<const DescriptionText> descriptions,
                                                  std::span<const SchemaText> schemas, Diagnostics& diagnostics);

}  // namespace portcullis
