// One run of `portcullis run`: documents, a service around them or none, a world (scripted or live), one or more requests, and the
// result as scenario JSON.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/documents.h"
#include "cli/run_metrics.h"
#include "hosts/files/owned_context.h"
#include "hosts/live/live_host.h"
#include "hosts/redis/redis_stores.h"
#include "hosts/scripted/backends.h"
#include "hosts/scripted/world.h"

namespace portcullis::cli {

struct SessionOptions {
  bool live = false;
  bool trace = false;
  hosts::SenderOptions senders;         // without loggers
  /// Gets an answer that streams as it comes. Empty: nobody looks before the end.
  std::function<void(std::string_view)> pass_on;
  std::shared_ptr<RunMetrics> metrics;  // null: nobody wants them
  bool token_bucket = false;            // of rate and token limits
  std::optional<hosts::RedisOptions> redis;  // counters, external cache and vectors are there
  std::shared_ptr<const TokenCounter> token_counter;  // null: by the bytes
};

class Session {
 public:
  explicit Session(const SessionOptions& options);
  ~Session();

  /// `run PATH`: one document of API scope. False after complaining.
  bool add_policy(const std::string& path);
  std::optional<hosts::FileError> read_scenario(const hosts::Json& scenario);
  std::optional<hosts::FileError> read_world(const hosts::Json& world) { return world_.read(world); }
  Documents& documents() { return documents_; }
  hosts::OwnedContext& context() { return *first_context_; }

  /// `{"loadErrors": […], "steps": […]}`. source: docs/interfaces.md, Scenario JSON
  hosts::Json run();
  [[nodiscard]] const std::vector<Report>& reports() const { return reports_; }
  /// What a Redis-compatible server did not do; empty when all is well.
  [[nodiscard]] std::string redis_problem() const;
  /// What became of events and messages that the user should know; sends what is still queued.
  std::vector<std::string> finish() { return live_ == nullptr ? std::vector<std::string>() : live_->finish(); }
  [[nodiscard]] const std::string& missing() const { return world_.missing(); }

 private:
  /// One request of the scenario.
  struct Planned {
    std::chrono::milliseconds advance{0};
    bool overlap = false;
    hosts::Json world;
    hosts::Json context;
  };
  /// One that has started.
  struct Started;

  std::optional<hosts::FileError> read_sequence(const hosts::Json& sequence, const hosts::Json& scenario);
  bool check_documents();
  std::shared_ptr<const Program> program_for(const Route& route);
  void add_reports(const std::vector<Report>& reports);
  bool start(const Planned& planned, hosts::Json& steps);
  bool advance(Started& started, std::span<const Reply> replies, hosts::Json& steps);
  void pass_live(Started& started, std::string_view caller_body);
  hosts::Json report(Started& started);
  [[nodiscard]] Ticks now() { return live_ != nullptr ? live_->environment().utc_now_ticks() : world_.clock.utc_now_ticks(); }

  SessionOptions options_;
  std::shared_ptr<const Library> library_;
  Documents documents_;
  std::unique_ptr<const Service> service_;  // null: routing has happened, `context` says where the request belongs
  std::map<std::pair<std::string, std::vector<const Documents::ScopeText*>>, std::shared_ptr<const Program>> programs_;
  std::unique_ptr<hosts::OwnedBackends> backends_;  // null: their names go to the host
  hosts::World world_;
  std::unique_ptr<hosts::RedisStores> redis_;
  std::unique_ptr<hosts::LiveHost> live_;
  std::unique_ptr<hosts::OwnedContext> first_context_;
  std::vector<Planned> planned_;
  std::deque<std::unique_ptr<Started>> started_;  // in the order of the requests
  Ticks last_start_ = 0;
  std::vector<Report> reports_;
};

}  // namespace portcullis::cli
