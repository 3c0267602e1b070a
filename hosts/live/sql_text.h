// What both servers need: a parameter's value, rows as JSON within a bound.
#pragma once

#include <string>
#include <string_view>

#include "hosts/live/sql.h"

namespace portcullis::hosts {

inline constexpr std::size_t kMostRowBytes = std::size_t{16} << 20;
inline constexpr int kConnectSeconds = 15;
inline constexpr int kStatementSeconds = 30;

/// A parameter's JSON as a server takes it.
struct SqlValue {
  enum class Kind { kNull, kBoolean, kInteger, kReal, kText } kind = Kind::kNull;
  std::string text;  // `true`, `12`, `1.5`, or the text itself; lists and objects as JSON
};
SqlValue sql_value(const SqlRequest::Parameter& parameter);

/// Appends `"text"` with JSON escapes; what is no UTF-8 is replaced.
void append_json_text(std::string& out, std::string_view text);
bool is_json(std::string_view text);

SqlResult run_postgresql(const SqlRequest& request);
SqlResult run_sqlite(const SqlRequest& request);

}  // namespace portcullis::hosts
