#include "hosts/files/logger_file.h"

#include <algorithm>

#include "hosts/files/ascii.h"

namespace portcullis::hosts {

namespace {

class LoggerReader {
 public:
  LoggerReader(std::string where, std::span<const NamedValueText> named_values)
      : where_(std::move(where)), named_values_(named_values) {}

  LoggerDescription read(const std::string& id, const Json& item) {
    LoggerDescription logger;
    logger.id = id;
    if (!item.is_object()) return fail("is an object"), logger;
    logger.is_event_hub = ascii_lower(text(item, "loggerType", "azureEventHub")) == "azureeventhub";
    const Json credentials = item.value("credentials", Json::object());
    if (!credentials.is_object()) return fail("credentials is an object"), logger;
    if (!logger.is_event_hub) return logger;
    logger.hub = text(credentials, "name", "");
    read_connection(text(credentials, "connectionString", ""), logger);
    const std::string address = text(credentials, "endpointAddress", "");
    if (!address.empty()) set_endpoint(address, logger);
    logger.client_id = text(credentials, "identityClientId", "");
    if (ascii_lower(logger.client_id) == "systemassigned") logger.client_id.clear();
    if (!logger.endpoint.empty() && logger.hub.empty()) fail("credentials.name, the event hub, is missing");
    return logger;
  }

  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  void fail(const std::string& what) {
    if (error_.empty()) error_ = where_ + " " + what;
  }

  std::string text(const Json& object, const char* name, std::string_view fallback) {
    if (!object.contains(name) || object[name].is_null()) return std::string(fallback);
    if (object[name].is_string()) return resolved(object[name].get<std::string>());
    fail(std::string(name) + " is a text");
    return {};
  }

  std::string resolved(const std::string& given) {
    std::string out;
    std::size_t at = 0;
    for (std::size_t open = given.find("{{"); open != std::string::npos; open = given.find("{{", at)) {
      const std::size_t close = given.find("}}", open);
      if (close == std::string::npos) break;
      const std::string name = given.substr(open + 2, close - open - 2);
      const auto value = std::find_if(named_values_.begin(), named_values_.end(), [&](const NamedValueText& known) {
        return same_ignoring_case(known.name, name);
      });
      out += given.substr(at, open - at);
      if (value == named_values_.end()) {
        fail("uses the named value `" + name + "`, which is not given");
      } else {
        out += value->value;
      }
      at = close + 2;
    }
    return out + given.substr(at);
  }

  // `Endpoint=sb://…/;SharedAccessKeyName=…;SharedAccessKey=…;EntityPath=…`; keys end in `=` themselves.
  void read_connection(const std::string& text, LoggerDescription& logger) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(';', at), text.size());
      const std::string part = text.substr(at, end - at);
      at = end + 1;
      const std::size_t equals = part.find('=');
      if (equals == std::string::npos) {
        if (!part.empty()) fail("credentials.connectionString: a part has no `=`");
        continue;
      }
      const std::string name = ascii_lower(part.substr(0, equals));
      const std::string value = part.substr(equals + 1);
      if (name == "endpoint") set_endpoint(value, logger);
      if (name == "sharedaccesskeyname") logger.key_name = value;
      if (name == "sharedaccesskey") logger.key = value;
      if (name == "entitypath" && logger.hub.empty()) logger.hub = value;
    }
    if (!text.empty() && (logger.endpoint.empty() || logger.key_name.empty() || logger.key.empty())) {
      fail("credentials.connectionString lacks Endpoint, SharedAccessKeyName or SharedAccessKey");
    }
  }

  // The service's HTTPS interface has the host of its AMQP one. A plain http URL is taken as it is: emulators.
  void set_endpoint(std::string address, LoggerDescription& logger) {
    const std::size_t scheme = address.find("://");
    const std::string name = scheme == std::string::npos ? "sb" : ascii_lower(address.substr(0, scheme));
    if (scheme != std::string::npos) address = address.substr(scheme + 3);
    while (address.ends_with('/')) address.pop_back();
    const bool is_known = name == "sb" || name == "amqps" || name == "https" || name == "http";
    if (!is_known || address.empty() || address.find_first_of("/?#@ \r\n") != std::string::npos) {
      return fail("credentials: the endpoint is a host, or sb://host/");
    }
    logger.endpoint = (name == "http" ? "http://" : "https://") + address;
  }

  std::string where_;
  std::span<const NamedValueText> named_values_;
  std::string error_;
};

}  // namespace

std::optional<FileError> read_loggers(const Json& loggers, std::span<const NamedValueText> named_values,
                                      std::vector<LoggerDescription>& into) {
  if (!loggers.is_object()) return FileError{"loggers is an object of ids and their properties"};
  for (const auto& [id, item] : loggers.items()) {
    LoggerReader reader("loggers." + id + ":", named_values);
    LoggerDescription logger = reader.read(id, item);
    if (!reader.error().empty()) return FileError{reader.error()};
    into.push_back(std::move(logger));
  }
  return std::nullopt;
}

}  // namespace portcullis::hosts
