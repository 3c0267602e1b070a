// Logger entities of a service description, under the management API's names: `loggers` {id: {loggerType,
// credentials}}. source: service-model.md#6
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hosts/files/owned_context.h"

namespace portcullis::hosts {

struct LoggerDescription {
  std::string id;
  bool is_event_hub = true;
  std::string hub;
  std::string endpoint;       // "https://shop.servicebus.windows.net"; empty: none is configured
  std::string key_name, key;  // of the shared access policy; empty: the managed identity
  std::string client_id;      // of a user-assigned identity
};

/// What is wrong and where, or nullopt. `{{names}}` in texts are named values.
std::optional<FileError> read_loggers(const Json& loggers, std::span<const NamedValueText> named_values,
                                      std::vector<LoggerDescription>& into);

}  // namespace portcullis::hosts
