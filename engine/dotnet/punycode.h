// Host names in other scripts as DNS knows them (RFC 3492).
#pragma once

#include <string>
#include <string_view>

namespace portcullis {

/// `bücher.example` -> `xn--bcher-kva.example`. Labels in ASCII stay.
std::string to_ascii_host(std::string_view host);

}  // namespace portcullis
