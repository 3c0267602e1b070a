#include "policies/support/basic.h"

#include "base/text.h"
#include "engine/dotnet/base64.h"
#include "policies/support/text.h"

namespace portcullis {

std::string_view basic_credentials(PolicyRun& run, std::string_view username, std::string_view password) {
  const String* encoded = to_base64(run.run(), joined(username, ":", password));
  if (encoded == nullptr) {  // larger than the memory limit
    run.run().pending = nullptr;
    return {};
  }
  return concatenated(run.arena(), {"Basic ", encoded->view()});
}

}  // namespace portcullis
