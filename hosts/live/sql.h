// SQL statements with parameters on a real server: PostgreSQL through libpq, or a file of SQLite. Blocking.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "portcullis/exchange.hpp"

namespace portcullis::hosts {

struct SqlRequest {
  struct Parameter {
    std::string name;  // with its '@'
    std::string type;  // T-SQL name; may be empty
    std::string json;
  };
  std::string connection_string;  // postgresql://… or sqlite:PATH
  bool use_managed_identity = false;
  std::string statement;
  std::vector<Parameter> parameters;
};
SqlRequest sql_request(const SqlCall& call);

struct SqlResult {
  std::string rows;   // of the last statement: a JSON array of objects
  std::string error;  // not empty: why there are none
};

/// Runs the statements in order. Parameters are bound, never written into the text.
SqlResult run_sql(const SqlRequest& request);

/// The statements of a text, with `@name` of known parameters as `$n`. Quotes, comments and dollar quotes are left
/// alone.
struct NumberedStatement {
  std::string text;
  std::vector<std::size_t> parameters;  // indices: $1 is the first
  std::string unknown;                  // `@name` of no parameter; PostgreSQL would take it for an absolute value
};
std::vector<NumberedStatement> numbered_statements(const SqlRequest& request);

}  // namespace portcullis::hosts
