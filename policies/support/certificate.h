// Certificates as policies use them: those of the service by name, and the text that TLS libraries take.
#pragma once

#include <string_view>

#include "engine/dotnet/certificate.h"
#include "engine/policy/policy_run.h"

namespace portcullis {

/// Reads a certificate of the service by its name, or by its thumbprint. False when it is not there or cannot be read:
/// `problem` says so.
bool read_named_certificate(PolicyRun& run, std::string_view id, Certificate& into, std::string_view& problem);
bool read_certificate_by_thumbprint(PolicyRun& run, std::string_view thumbprint, Certificate& into,
                                    std::string_view& problem);
/// Reads what an author gives: the bytes of a file, or them in base64, or PEM.
bool read_given_certificate(PolicyRun& run, std::string_view bytes, std::string_view password, Certificate& into,
                            std::string_view& problem);

/// `CN=a, O=b`: parts in order, types and values without case, white space folded. False when a text is no name.
bool same_names(std::string_view a, std::string_view b);

}  // namespace portcullis
