// Where an evaluation's time goes: by policy and by expression.
//
// The engine has no hook for this, and pays for none. The profiler works on a program of its own: each operation's
// `run` is replaced by one that looks at the clock before and after. An expression is measured apart: the evaluation
// runs up to the policy that holds it, and there, with the state that it meets, the expression alone is evaluated once
// more.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/bench/replay.h"
#include "cli/documents.h"

namespace portcullis::cli {

/// A place in a document and what it costs in one evaluation, median of many.
struct PlaceCost {
  std::string file;
  std::uint32_t line = 0, column = 0;
  std::string section, scope;
  std::string policy, path;  // element name; "choose[1]/when[2]/set-header[1]"
  std::string text;          // of an expression: its C#
  double times = 0;          // run in one evaluation
  double nanoseconds = 0;    // all of them together
};

struct Profile {
  double evaluation_nanoseconds = 0;  // without what the looking costs
  double pipeline_nanoseconds = 0;    // the rest: taking the request in, finding the response, freeing
  std::vector<PlaceCost> policies;    // in the order they run
  std::vector<PlaceCost> expressions;
};

/// `program` must be used by nobody else: it is changed for good. `seconds`: about how long it may take.
Profile profile(const std::shared_ptr<const Program>& program, const hosts::OwnedContext& context,
                const Recording& recording, const Documents& documents, double seconds);

}  // namespace portcullis::cli
