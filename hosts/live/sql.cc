#include "hosts/live/sql.h"

#include <nlohmann/json.hpp>

#include "hosts/files/ascii.h"
#include "hosts/live/sql_text.h"

namespace portcullis::hosts {

using nlohmann::json;

SqlRequest sql_request(const SqlCall& call) {
  SqlRequest request{.connection_string = std::string(call.connection_string),
                     .use_managed_identity = call.use_managed_identity,
                     .statement = std::string(call.statement),
                     .parameters = {}};
  for (const SqlCall::Parameter& parameter : call.parameters)
    request.parameters.push_back(
        {std::string(parameter.name), std::string(parameter.sql_type), std::string(parameter.json)});
  return request;
}

SqlResult run_sql(const SqlRequest& request) {
  const std::string& text = request.connection_string;
  const bool is_postgresql = text.starts_with("postgresql://") || text.starts_with("postgres://");
  if (!is_postgresql && !text.starts_with("sqlite:")) {
    return {{},
            "this host reaches PostgreSQL (`postgresql://…`) and SQLite (`sqlite:PATH`) only, not Azure SQL: give "
            "another connection string, or run the statement in a host of your own"};
  }
  if (request.use_managed_identity)
    return {{},
            "this host has no managed identity for SQL servers: write user and password into the connection string"};
  return is_postgresql ? run_postgresql(request) : run_sqlite(request);
}

SqlValue sql_value(const SqlRequest::Parameter& parameter) {
  using Kind = SqlValue::Kind;
  const json value = json::parse(parameter.json, nullptr, false);
  if (value.is_discarded() || value.is_null()) return {};
  if (value.is_string()) return {Kind::kText, value.get<std::string>()};
  const std::string text = parameter.json;
  if (value.is_boolean()) return {Kind::kBoolean, text};
  if (value.is_number_integer()) return {Kind::kInteger, text};
  if (value.is_number()) return {Kind::kReal, text};
  return {Kind::kText, text};
}

void append_json_text(std::string& out, std::string_view text) {
  out += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

bool is_json(std::string_view text) { return json::accept(text); }

namespace {

bool is_name_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '#' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Walks a text of statements; the tokens that hide other characters are passed whole.
class Splitter {
 public:
  explicit Splitter(const SqlRequest& request) : request_(request), text_(request.statement) {}

  std::vector<NumberedStatement> split() {
    while (at_ < text_.size()) step();
    flush();
    return std::move(done_);
  }

 private:
  void step() {
    const char c = text_[at_];
    const std::string_view two = text_.substr(at_, 2);
    if (c == ';') {
      ++at_;
      return flush();
    }
    if (c == '\'') return take(quoted(c, has_escapes()));
    if (c == '"') return take(quoted(c, false));
    if (two == "--") return take(std::min(text_.find('\n', at_), text_.size()) - at_);
    if (two == "/*") return take(comment());
    if (c == '$') return take(dollar());
    if (c == '@') return parameter();
    if (is_name_part(c)) return word();
    take(1);
  }

  void take(std::size_t size) {
    statement_.text += text_.substr(at_, size);
    at_ += size;
  }
  void word() {
    std::size_t end = at_;
    while (end < text_.size() && (is_name_part(text_[end]) || text_[end] == '$')) ++end;
    last_word_ = text_.substr(at_, end - at_);
    last_word_end_ = end;
    take(end - at_);
  }
  // E'…' takes backslashes.
  [[nodiscard]] bool has_escapes() const { return last_word_end_ == at_ && same_ignoring_case(last_word_, "e"); }

  [[nodiscard]] std::size_t quoted(char quote, bool escapes) const {
    std::size_t end = at_ + 1;
    for (; end < text_.size(); ++end) {
      if (escapes && text_[end] == '\\') {
        ++end;
      } else if (text_[end] == quote) {
        if (end + 1 >= text_.size() || text_[end + 1] != quote) return end + 1 - at_;
        ++end;
      }
    }
    return text_.size() - at_;
  }
  // They nest.
  [[nodiscard]] std::size_t comment() const {
    std::size_t depth = 0;
    for (std::size_t end = at_; end + 1 < text_.size(); ++end) {
      const std::string_view two = text_.substr(end, 2);
      if (two == "/*") ++depth, ++end;
      if (two == "*/" && ++end > 0 && --depth == 0) return end + 1 - at_;
    }
    return text_.size() - at_;
  }
  // $tag$ … $tag$
  [[nodiscard]] std::size_t dollar() const {
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_name_part(text_[end])) ++end;
    const bool is_tag =
        end < text_.size() && text_[end] == '$' && (end == at_ + 1 || text_[at_ + 1] < '0' || text_[at_ + 1] > '9');
    if (!is_tag) return 1;
    const std::string_view tag = text_.substr(at_, end + 1 - at_);
    const std::size_t close = text_.find(tag, end + 1);
    return (close == std::string_view::npos ? text_.size() : close + tag.size()) - at_;
  }

  void parameter() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && (is_name_part(text_[end]) || text_[end] == '$')) ++end;
    const std::string_view name = text_.substr(at_, end - at_);
    const bool follows_at = at_ > 0 && text_[at_ - 1] == '@';
    for (std::size_t i = 0; i < request_.parameters.size() && !follows_at; ++i) {
      if (!same_ignoring_case(request_.parameters[i].name, name)) continue;
      std::size_t number = 0;
      while (number < statement_.parameters.size() && statement_.parameters[number] != i) ++number;
      if (number == statement_.parameters.size()) statement_.parameters.push_back(i);
      statement_.text += "$" + std::to_string(number + 1);
      at_ = end;
      return;
    }
    const bool is_operator =
        follows_at || name.size() < 2 || (name[1] >= '0' && name[1] <= '9') || (at_ > 0 && text_[at_ - 1] == '<');
    if (!is_operator && statement_.unknown.empty()) statement_.unknown = name;
    take(end - at_);
  }

  void flush() {
    const bool is_blank = statement_.text.find_first_not_of(" \t\r\n") == std::string::npos;
    if (!is_blank) done_.push_back(std::move(statement_));
    statement_ = {};
  }

  const SqlRequest& request_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view last_word_;
  std::size_t last_word_end_ = 0;
  NumberedStatement statement_;
  std::vector<NumberedStatement> done_;
};

}  // namespace

std::vector<NumberedStatement> numbered_statements(const SqlRequest& request) { return Splitter(request).split(); }

}  // namespace portcullis::hosts
