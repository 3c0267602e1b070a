#include "bench/workloads/effects.h"

#include <algorithm>
#include <map>

#include "hosts/files/owned_context.h"

namespace portcullis::bench {

namespace {

std::string json_text(std::string_view json) {
  const hosts::Json value = hosts::Json::parse(json);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      decoded += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

/// What the gateway adds to every call by itself.
bool is_forwarded_for(const HeaderView& line, const Input& input) {
  return line.name == "X-Forwarded-For" && line.value.ends_with("," + std::string(input.ip));
}

}  // namespace

void describe_variables(const std::vector<VariableView>& variables, std::string& out) {
  std::map<std::string, std::string> sorted;
  for (const VariableView& variable : variables) {
    if (variable.type != "JObject") sorted.emplace(variable.name, json_text(variable.value_json));
  }
  for (const auto& [name, value] : sorted) out += "var " + name + "=" + value + "\n";
}

void describe_call(const HttpCall& call, const Input& input, std::string& out) {
  for (const HeaderView& line : call.headers) {
    const bool sent = std::any_of(input.headers.begin(), input.headers.end(), [&](const Pair& pair) {
      return pair.first == line.name && pair.second == line.value;
    });
    if (sent || is_forwarded_for(line, input)) continue;
    out += "header " + std::string(line.name) + ": " + std::string(line.value) + "\n";
  }
  const std::size_t mark = call.url.find('?');
  std::string_view query = mark == std::string_view::npos ? std::string_view() : call.url.substr(mark + 1);
  const bool is_callers = call.only_changes && call.url.empty();
  if (!is_callers && query != input.query) {
    while (!query.empty()) {
      const std::size_t end = query.find('&');
      const std::string_view part = query.substr(0, end);
      const std::size_t equals = part.find('=');
      out += "query " + decode_percent(part.substr(0, equals)) + "=" +
             decode_percent(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1)) + "\n";
      query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    }
  }
  if (!call.backend_id.empty()) out += "backend " + std::string(call.backend_id) + "\n";
  if (call.body.content != input.body) out += "body " + std::string(call.body.content) + "\n";
}

void describe_response(const ResponseView& response, std::string& out) {
  out += "response " + std::to_string(response.status) + " " + std::string(response.reason) + "\n";
  for (const HeaderView& line : response.headers)
    out += "rheader " + std::string(line.name) + ": " + std::string(line.value) + "\n";
  out += "rbody " + std::string(response.body.content) + "\n";
}

}  // namespace portcullis::bench
