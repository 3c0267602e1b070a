// Backend entities: finding them, choosing a member of a pool, their circuits, what they answer when nobody may be
// called.
#pragma once

#include <string_view>

#include "engine/policy/policy_run.h"

namespace portcullis {

/// The entity of that id among those the host listed, or null. Ids compare without case.
const BackendView* find_backend(const Exchange& exchange, std::string_view id);

/// Who gets the next call.
struct BackendChoice {
  const BackendView* backend = nullptr;  // null with `unavailable`
  Response* unavailable = nullptr;       // the 503 that stands for an answer
  std::string_view affinity_cookie;      // Set-Cookie line that the answer gets; empty: none
};
/// `entity` itself while its circuit is closed; of a pool, the member whose turn it is, or the one that the request's
/// affinity cookie names. source: service-model.md#5
BackendChoice choose_backend(PolicyRun& run, const BackendView& entity);

/// What the circuit of a backend is told about a call. True when the circuit opened.
bool record_call(PolicyRun& run, const BackendView& backend, const ReplyValue& reply);

/// Puts the entity's headers and query parameters into a call; they replace those of the same name.
void add_credentials(PolicyRun& run, const BackendView& backend, HeaderList& headers, Url& url);

}  // namespace portcullis
