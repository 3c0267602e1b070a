// The command line, parsed, and what the commands share.
#pragma once

#include <string>
#include <vector>

#include "portcullis/portcullis.hpp"

namespace portcullis::cli {

/// source: docs/interfaces.md
enum ExitCode : int { kDone = 0, kNo = 1, kUsage = 2 };

struct RunOptions {
  std::string path, request, answers, scenario;
  std::string token_ranks;  // a file; empty: tokens are estimated from the bytes
  std::string token_split = "o200k";
  std::string redis;  // address; empty: counters and caches are in this process
  std::string rates;                      // "token-bucket": as the v2 tiers count
  std::vector<std::string> named_values;  // name=value
  std::string metrics, otlp;              // Prometheus text to this file; OTLP to this collector
  std::string messages, service_bus;      // JSON lines of what has no endpoint; where Service Bus is
  bool live = false;
  bool trace = false;
  bool json = false;
};
struct EvalOptions {
  std::string expression, context, batch;
  bool json = false;
};
struct CheckOptions {
  std::vector<std::string> paths;
  std::string format = "text";
  std::string batch;
  std::vector<std::string> named_values;
  bool allow_unknown_named_values = false;
  bool strict = false;
};
struct MembersOptions {
  std::string type;
  bool json = false;
  bool markdown = false;  // the page docs/members.md
};

struct SchemaOptions {
  bool json = false;
  bool xsd = false;
};

struct BenchOptions {
  std::string path, request, answers, compare;
  std::vector<std::string> named_values;
  std::size_t rounds = 31;
  double seconds = 1;
  unsigned threads = 0;  // 0: as many as there are processors
  bool json = false;
};

int bench_command(const BenchOptions& options);
int run_command(const RunOptions& options);
int eval_command(const EvalOptions& options);
int check_command(const CheckOptions& options);
int members_command(const MembersOptions& options);
int schema_command(const SchemaOptions& options);

/// Colour only on a terminal, and never when NO_COLOR is set.
bool use_colour(int file_descriptor);
/// A message on standard error: "portcullis: …".
void complain(const std::string& message);
void write_out(const std::string& text);

}  // namespace portcullis::cli
