// One run of `portcullis run`: documents, a world (scripted or live), one or more requests, and the result as scenario JSON.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/documents.h"
#include "hosts/files/owned_context.h"
#include "hosts/live/live_host.h"
#include "hosts/scripted/world.h"

namespace portcullis::cli {

struct SessionOptions {
  bool live = false;
  bool trace = false;
};

class Session {
 public:
  explicit Session(const SessionOptions& options);

  /// `run PATH`: one document of API scope. False after complaining.
  bool add_policy(const std::string& path);
  std::optional<hosts::FileError> read_scenario(const hosts::Json& scenario);
  std::optional<hosts::FileError> read_world(const hosts::Json& world) { return world_.read(world); }
  Documents& documents() { return documents_; }
  hosts::OwnedContext& context() { return *contexts_.front(); }

  /// `{"loadErrors": […], "steps": […]}`. source: docs/interfaces.md, Scenario JSON
  hosts::Json run();
  [[nodiscard]] const std::vector<Report>& reports() const { return reports_; }
  [[nodiscard]] const std::string& missing() const { return world_.missing(); }

 private:
  hosts::Json run_step(std::shared_ptr<const Program> program, hosts::OwnedContext& context);
  void drive(Execution& execution, std::string_view caller_body);

  struct Further {
    std::chrono::milliseconds advance{0};
    hosts::Json world;
    hosts::Json context;
  };

  SessionOptions options_;
  std::shared_ptr<const Library> library_;
  Documents documents_;
  hosts::World world_;
  std::unique_ptr<hosts::LiveHost> live_;
  std::deque<std::unique_ptr<hosts::OwnedContext>> contexts_;
  hosts::Json first_context_;
  std::vector<Further> sequence_;
  std::vector<Report> reports_;
};

}  // namespace portcullis::cli
