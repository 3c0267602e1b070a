#include "bench/workloads/data.h"

#include <cstdio>

namespace portcullis::bench {

namespace {

constexpr const char* kTitles[kWorkloads] = {"seed policy", "ten settings", "choose, regex", "JSON body",
                                             "loop, LINQ",  "numeric loop", "limits",        "claims"};

bool complain(const std::string& message) {
  std::fprintf(stderr, "workloads: %s\n", message.c_str());
  return false;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

Pair split(std::string_view text, std::string_view separator) {
  const std::size_t at = text.find(separator);
  return {text.substr(0, at), text.substr(at + separator.size())};
}

bool read_input(const std::string& path, Input& input) {
  if (!read_file(path, input.text)) return complain("cannot read " + path);
  std::string_view rest = input.text;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line == "body") {
      if (rest.ends_with('\n')) rest.remove_suffix(1);
      input.body = rest;
      return true;
    }
    const auto [word, value] = split(line, " ");
    if (word == "method")
      input.method = value;
    else if (word == "scheme")
      input.scheme = value;
    else if (word == "host")
      input.host = value;
    else if (word == "path")
      input.path = value;
    else if (word == "query")
      input.query = value;
    else if (word == "ip")
      input.ip = value;
    else if (word == "subscription")
      input.subscription = value;
    else if (word == "requestid")
      input.request_id = value;
    else if (word == "param")
      input.parameters.push_back(split(value, "="));
    else if (word == "header")
      input.headers.push_back(split(value, ": "));
    else
      return complain(path + " has a line that means nothing: " + std::string(line));
  }
  return complain(path + " has no body");
}

// `== <i>` begins the effects on input i.
bool read_expected(const std::string& path, std::array<std::string, kInputs>& expected) {
  std::string text;
  if (!read_file(path, text)) return complain("cannot read " + path);
  std::string_view rest = text;
  for (std::size_t i = 0; i < kInputs; ++i) {
    const std::string mark = "== " + std::to_string(i) + "\n";
    if (!rest.starts_with(mark)) return complain(path + " lacks == " + std::to_string(i));
    rest.remove_prefix(mark.size());
    const std::size_t end = rest.find("\n== ");
    expected[i] = rest.substr(0, end == std::string_view::npos ? rest.size() : end + 1);
    rest.remove_prefix(expected[i].size());
  }
  return true;
}

}  // namespace

bool read_file(const std::string& path, std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return false;
  text.clear();
  char block[65536];
  for (std::size_t n = 0; (n = std::fread(block, 1, sizeof block, file)) > 0;) text.append(block, n);
  const bool good = std::ferror(file) == 0;
  std::fclose(file);
  return good;
}

bool read_data(const std::string& folder, Data& data) {
  data.folder = folder;
  for (std::size_t i = 0; i < kWorkloads; ++i) {
    Workload& workload = data.workloads[i];
    workload.name = "W" + std::to_string(i + 1);
    workload.title = kTitles[i];
    const std::string policy = folder + "/policies/" + workload.name;
    if (!read_file(policy + ".xml", workload.raw)) return complain("cannot read " + policy + ".xml");
    if (!read_file(policy + ".strict.xml", workload.strict)) return complain("cannot read " + policy + ".strict.xml");
    if (!read_expected(folder + "/expected/" + workload.name + ".txt", workload.expected)) return false;
  }
  for (std::size_t i = 0; i < kInputs; ++i) {
    if (!read_input(folder + "/inputs/req" + std::to_string(i) + ".txt", data.inputs.emplace_back())) return false;
  }
  if (!read_file(folder + "/inputs/token.txt", data.token))
    return complain("cannot read " + folder + "/inputs/token.txt");
  while (data.token.ends_with('\n')) data.token.pop_back();
  return true;
}

}  // namespace portcullis::bench
