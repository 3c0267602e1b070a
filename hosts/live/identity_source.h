// How each platform is asked for a token: which variables tell it, what proves us, how the request looks.
// source: learn.microsoft.com, "How to use managed identities for Azure resources on an Azure VM to acquire an access token", "How to
// use managed identities for App Service", "Authenticate against Azure resources with Azure Arc-enabled servers", "Microsoft Entra
// Workload ID on AKS"
#pragma once

#include <string>

#include "hosts/live/identity.h"

namespace portcullis::hosts {

struct IdentityAnswer {
  IncomingResponse response;
  bool retries_404 = false;  // IMDS: the endpoint comes up late
  std::string problem;       // nothing was asked, or trying again is of no use; for the policy's author
};

/// Finds out where this process runs and asks once. Variables that are empty count as unset. In this order: AKS workload identity,
/// App Service and Container Apps, its old protocol (Azure ML too), Cloud Shell, Azure Arc, a virtual machine.
IdentityAnswer ask_identity(const IdentityEnvironment& environment, const std::string& resource, const std::string& client_id);

}  // namespace portcullis::hosts
