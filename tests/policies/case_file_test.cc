#include "tests/policies/case_file.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hosts/files/owned_context.h"
#include "hosts/scripted/backends.h"
#include "hosts/scripted/streaming.h"
#include "hosts/scripted/world.h"
#include "portcullis/portcullis.hpp"
#include "tests/policies/token_writer.h"
#include "tests/support/register.h"

namespace portcullis::test {

using hosts::Json;

namespace {

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\r' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' || text.back() == '\t'))
    text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

Json json_of(const CasePart& part) {
  const Json json = Json::parse(part.text, nullptr, false);
  INFO("--- " << part.name << "\n" << part.text);
  REQUIRE_FALSE(json.is_discarded());
  return json;
}

/// A message as a case writes it.
struct Expected {
  std::string first_line;
  std::vector<std::string> headers;
  std::optional<std::string> body;
};

Expected expected_of(const std::string& text) {
  Expected expected;
  const std::vector<std::string> lines = lines_of(text);
  std::size_t at = 0;
  if (!lines.empty()) expected.first_line = trimmed(lines[at++]);
  for (; at < lines.size() && !trimmed(lines[at]).empty(); ++at) expected.headers.push_back(trimmed(lines[at]));
  if (at + 1 < lines.size()) {
    std::string body;
    for (++at; at < lines.size(); ++at) body += lines[at] + "\n";
    body = trimmed(body);
    if (!body.empty()) expected.body = body == "(empty)" ? "" : body;
  }
  return expected;
}

using Lines = std::vector<std::pair<std::string, std::string>>;

void check_message(const Expected& expected, const Lines& headers, const std::string& body) {
  std::string shown;
  for (const auto& [name, value] : headers) shown += name + ": " + value + "\n";
  INFO("headers are\n" << shown);
  for (const std::string& line : expected.headers) {
    if (line.starts_with('!')) {
      const std::string name = line.substr(1);
      INFO("header " << name << " must not be there");
      CHECK(std::none_of(headers.begin(), headers.end(),
                         [&](const auto& header) { return same_name(header.first, name); }));
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string name = line.substr(0, colon);
    const std::string value = colon == std::string::npos ? std::string() : trimmed(line.substr(colon + 1));
    INFO("header `" << line << "` must be there");
    CHECK(std::any_of(headers.begin(), headers.end(),
                      [&](const auto& header) { return same_name(header.first, name) && header.second == value; }));
  }
  if (expected.body.has_value()) CHECK(body == *expected.body);
}

/// Everything between two `--- next`.
struct CaseStep {
  std::int64_t advance = 0;
  std::vector<CasePart> expectations;
  std::string request;
  Json context = Json::object();
  Json answers;
  bool has_answers = false;
  Json backends;  // as `service.backends`; stays for the steps behind
};

struct Case {
  std::vector<std::pair<Scope, std::string>> documents;
  std::vector<std::pair<std::string, std::string>> fragments;
  std::vector<std::pair<std::string, std::string>> named_values;
  std::vector<std::string> descriptions;
  std::vector<std::pair<std::string, std::string>> schemas;
  std::optional<std::vector<std::string>> loggers;
  std::vector<std::pair<std::string, std::string>> resolvers;
  std::string sections[4];
  bool has_section[4] = {};
  std::vector<CaseStep> steps{1};
};

constexpr std::string_view kSectionNames[] = {"inbound", "backend", "outbound", "on-error"};

Scope scope_named(const std::string& name) {
  for (const Scope scope : {Scope::kGlobal, Scope::kWorkspace, Scope::kProduct, Scope::kApi, Scope::kOperation}) {
    if (name_of(scope) == name) return scope;
  }
  return Scope::kApi;
}

/// A description that several cases share.
std::string described_in(const std::string& file) {
  const auto text = hosts::read_whole_file((std::filesystem::path(PORTCULLIS_TEST_DATA) / "policies" / "descriptions" / file).string());
  INFO("description " << file);
  REQUIRE(text.has_value());
  return *text;
}

void take_part(Case& into, const CasePart& part) {
  CaseStep& step = into.steps.back();
  for (std::size_t i = 0; i < 4; ++i) {
    if (part.name != kSectionNames[i]) continue;
    into.sections[i] = part.text;
    into.has_section[i] = true;
    return;
  }
  if (part.name == "policy") {
    into.documents.emplace_back(scope_named(part.argument), part.text);
  } else if (part.name == "fragment") {
    into.fragments.emplace_back(part.argument, part.text);
  } else if (part.name == "description") {
    into.descriptions.push_back(part.argument.empty() ? part.text : described_in(part.argument));
  } else if (part.name == "schema") {
    into.schemas.emplace_back(part.argument, part.text);
  } else if (part.name == "loggers") {
    into.loggers = json_of(part).get<std::vector<std::string>>();
  } else if (part.name == "resolver") {
    into.resolvers.emplace_back(part.argument, part.text);
  } else if (part.name == "named-values") {
    const Json values = json_of(part);
    for (const auto& [name, value] : values.items()) into.named_values.emplace_back(name, value.get<std::string>());
  } else if (part.name == "request") {
    step.request = part.text;
  } else if (part.name == "context") {
    step.context = json_of(part);
  } else if (part.name == "answers") {
    step.answers = json_of(part);
    step.has_answers = true;
  } else if (part.name == "backends") {
    step.backends = json_of(part);
  } else if (part.name == "next") {
    CaseStep next = step;
    next.advance = part.argument.empty() ? 0 : std::stoll(part.argument);
    next.expectations.clear();
    next.has_answers = false;
    into.steps.push_back(std::move(next));
  } else {
    const bool is_expectation = part.name.starts_with("expect ");
    INFO("unknown part `" << part.name << "`");
    REQUIRE(is_expectation);
    step.expectations.push_back(part);
  }
}

Case case_of(const std::vector<CasePart>& parts) {
  Case made;
  for (const CasePart& part : parts) take_part(made, part);
  std::string document = "<policies>\n";
  bool has_any = false;
  for (std::size_t i = 0; i < 4; ++i) {
    if (!made.has_section[i]) continue;
    has_any = true;
    document +=
        "<" + std::string(kSectionNames[i]) + ">\n" + made.sections[i] + "</" + std::string(kSectionNames[i]) + ">\n";
  }
  if (has_any) made.documents.emplace_back(Scope::kApi, document + "</policies>\n");
  return made;
}

Loaded load_case(const Library& library, const Case& source) {
  std::vector<PolicyText> documents;
  for (const auto& [scope, text] : source.documents) documents.push_back({scope, name_of(scope), text});
  std::vector<FragmentText> fragments;
  for (const auto& [id, text] : source.fragments) fragments.push_back({id, id, text});
  std::vector<NamedValueText> named_values;
  for (const auto& [name, value] : source.named_values) named_values.push_back({name, value});
  std::vector<DescriptionText> descriptions;
  for (const std::string& text : source.descriptions) descriptions.push_back({"description", text});
  std::vector<SchemaText> schemas;
  for (const auto& [id, text] : source.schemas) schemas.push_back({id, id, text});
  std::optional<std::span<const std::string_view>> loggers;
  std::vector<std::string_view> logger_ids;
  if (source.loggers.has_value()) {
    logger_ids.assign(source.loggers->begin(), source.loggers->end());
    loggers = logger_ids;
  }
  std::vector<ResolverText> resolvers;
  for (const auto& [field, text] : source.resolvers) resolvers.push_back({field, field, text});
  return load(library, {.documents = documents, .fragments = fragments, .named_values = named_values, .descriptions = descriptions, .schemas = schemas, .resolvers = resolvers, .loggers = loggers});
}

void check_reports(const std::string& wanted, const std::vector<Report>& reports, bool errors) {
  for (const std::string& line : lines_of(wanted)) {
    std::string text = trimmed(line);
    if (text.empty()) continue;
    const bool is_there = text[0] != '!';
    if (!is_there) text.erase(0, 1);
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string code = text.substr(0, space);
    const std::string part = trimmed(text.substr(space));
    INFO("a report `" << text << "` must be there: " << is_there);
    CHECK(is_there == std::any_of(reports.begin(), reports.end(), [&](const Report& report) {
      return report.is_error == errors && report.code == code && report.message.find(part) != std::string::npos;
    }));
  }
}

// How a request went out, as headers that no message has: `@proxy: URL user`, `@verify: false`.
Lines with_ways(const hosts::SentRequest& request) {
  Lines lines = request.headers;
  if (!request.proxy.empty()) lines.emplace_back("@proxy", request.proxy);
  if (!request.verify_peer) lines.emplace_back("@verify", "false");
  if (!request.client_certificate.empty()) lines.emplace_back("@certificate", request.client_certificate);
  return lines;
}

void check_sent(const std::vector<CasePart>& expectations, std::string_view name,
                const std::vector<hosts::SentRequest>& sent) {
  std::size_t at = 0;
  for (const CasePart& part : expectations) {
    if (part.name != name) continue;
    if (trimmed(part.text) == "none" || part.argument == "none") {
      CHECK(sent.empty());
      continue;
    }
    INFO(name << " " << at + 1);
    REQUIRE(at < sent.size());
    const hosts::SentRequest& request = sent[at++];
    const Expected expected = expected_of(part.text);
    const std::size_t space = expected.first_line.find(' ');
    const std::string url = trimmed(expected.first_line.substr(space + 1));
    std::string sent_url = request.url;
    if (url.starts_with('/'))
      sent_url = sent_url.substr(std::min(sent_url.find('/', sent_url.find("://") + 3), sent_url.size()));
    CHECK(request.method + " " + sent_url == expected.first_line.substr(0, space) + " " + url);
    check_message(expected, with_ways(request), request.body);
  }
  if (at > 0) CHECK(sent.size() == at);
}

/// The thumbprint of what the only request presents, or `none`; a report never shows the key.
void check_certificate(const CasePart& part, const std::vector<hosts::SentRequest>& sent) {
  REQUIRE(sent.size() == 1);
  const std::string& pem = sent.front().client_certificate;
  CHECK(pem.find("PRIVATE") == std::string::npos);
  CHECK(trimmed(part.text) == (pem.empty() ? "none" : thumbprint_of_pem(pem)));
}

void check_response(const CasePart& part, const ResponseView& response, std::string_view body) {
  const Expected expected = expected_of(part.text);
  const std::string status = std::to_string(response.status);
  const bool has_reason = expected.first_line.find(' ') != std::string::npos;
  CHECK(expected.first_line == (has_reason ? status + " " + std::string(response.reason) : status));
  Lines headers;
  for (const HeaderView& line : response.headers) headers.emplace_back(line.name, line.value);
  check_message(expected, headers, std::string(body));
}

void check_variables(const CasePart& part, std::vector<VariableView> variables) {
  const Json all = json_of(part);
  for (const auto& [name, wanted] : all.items()) {
    const std::string wanted_name = name;
    const auto found = std::find_if(variables.begin(), variables.end(),
                                    [&](const VariableView& variable) { return variable.name == wanted_name; });
    INFO("variable " << name);
    if (wanted == "(absent)") {
      CHECK(found == variables.end());
      continue;
    }
    REQUIRE(found != variables.end());
    if (wanted.is_object()) CHECK(found->type == wanted.value("type", found->type));
    const Json value = Json::parse(found->value_json, nullptr, false);
    const Json plain = wanted.is_object() && wanted.contains("value") ? wanted["value"] : wanted;
    if (!wanted.is_object() || wanted.contains("value"))
      CHECK((value == plain || value.dump() == plain.dump() || value == Json(plain.dump())));
  }
}

void check_error(const CasePart& part, const std::optional<LastErrorView>& error) {
  if (trimmed(part.text) == "none") {
    CHECK_FALSE(error.has_value());
    return;
  }
  REQUIRE(error.has_value());
  const Json all = json_of(part);
  for (const auto& [name, wanted] : all.items()) {
    const std::pair<std::string_view, std::string_view> members[] = {
        {"source", error->source},   {"reason", error->reason}, {"message", error->message},   {"scope", error->scope},
        {"section", error->section}, {"path", error->path},     {"policyId", error->policy_id}};
    for (const auto& [member, value] : members) {
      if (member != name) continue;
      INFO("LastError." << name);
      CHECK(std::string(value) == wanted.get<std::string>());
    }
  }
}

/// Each item has at least the members that the case names.
void check_items(const CasePart& part, const Json& items) {
  INFO(part.name << " are " << items.dump(2));
  const Json wanted = trimmed(part.text) == "none" ? Json::array() : json_of(part);
  REQUIRE(items.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    for (const auto& [name, value] : wanted[i].items()) {
      INFO("item " << i << " " << name);
      CHECK(items[i].value(name, Json()) == value);
    }
  }
}

void check_trace(const CasePart& part, const std::vector<TraceView>& trace) {
  for (const std::string& line : lines_of(part.text)) {
    const std::string text = trimmed(line);
    if (text.empty()) continue;
    INFO("the trace must say `" << text << "`");
    CHECK(std::any_of(trace.begin(), trace.end(),
                      [&](const TraceView& entry) { return entry.message.find(text) != std::string_view::npos; }));
  }
}

void run_step(const CaseStep& step, hosts::World& world, const std::shared_ptr<const Program>& program) {
  world.clock.advance(std::chrono::milliseconds(step.advance));
  if (step.has_answers) {
    const auto error = world.read(step.answers);
    INFO((error.has_value() ? error->message : ""));
    REQUIRE_FALSE(error.has_value());
  }
  hosts::OwnedContext context;
  std::optional<hosts::FileError> error = context.read_json(step.context);
  if (!error.has_value() && !step.request.empty()) error = context.read_http(step.request);
  INFO((error.has_value() ? error->message : ""));
  REQUIRE_FALSE(error.has_value());
  hosts::OwnedBackends backends;
  if (step.backends.is_object()) {
    error = backends.read(step.backends, {}, {});
    INFO((error.has_value() ? error->message : ""));
    REQUIRE_FALSE(error.has_value());
    context.view().backends = backends.views();
  }
  const Ticks start = world.clock.utc_now_ticks();
  context.view().timestamp = start;
  ExecutionOptions options;
  options.stores = world.stores();
  options.environment = &world.clock;
  options.collect_trace = true;
  options.variables = context.variables();
  Execution execution(program, context.view(), options);
  REQUIRE(std::string(execution.problem()).empty());
  hosts::Recorded record;
  std::vector<Reply> replies;
  for (Step at = execution.resume();; at = execution.resume(replies)) {
    // The last step has effects too: those that nobody waits for.
    world.perform(at.effects, context.view().request.body.content, record);
    if (at.done()) break;
    replies = world.next_replies();
    REQUIRE_FALSE(replies.empty());
  }
  std::string body(execution.response().body.content);
  bool is_cut = false;
  if (execution.response().body.state == BodyState::kStream) {
    hosts::StreamedBody streamed = hosts::stream_body(execution, world, context.view().request.body.content, record);
    body = trimmed(streamed.content);  // as the cases write it
    is_cut = streamed.is_cut;
  }
  std::string trace_text;
  for (const TraceView& entry : execution.trace()) {
    if (!entry.message.empty())
      trace_text +=
          std::string(entry.section) + " " + std::string(entry.path) + ": " + std::string(entry.message) + "\n";
  }
  INFO("trace:\n" << trace_text << "response body: " << body);
  check_sent(step.expectations, "expect backend", record.backend_requests);
  check_sent(step.expectations, "expect call", record.calls);
  for (const CasePart& part : step.expectations) {
    if (part.name == "expect certificate") check_certificate(part, record.backend_requests);
    if (part.name == "expect call-certificate") check_certificate(part, record.calls);
    if (part.name == "expect response") check_response(part, execution.response(), body);
    if (part.name == "expect cut") CHECK(trimmed(part.text) == (is_cut ? "true" : "false"));
    if (part.name == "expect sql") CHECK(Json(record.sql_calls) == json_of(part));
    if (part.name == "expect subscription-events") CHECK(Json(record.subscription_events) == json_of(part));
    if (part.name == "expect variables") check_variables(part, execution.variables());
    if (part.name == "expect error") check_error(part, execution.last_error());
    if (part.name == "expect trace") check_trace(part, execution.trace());
    if (part.name == "expect metrics") check_items(part, hosts::metrics_json(record.telemetry));
    if (part.name == "expect events") check_items(part, hosts::events_json(record.telemetry));
    if (part.name == "expect messages") check_items(part, hosts::messages_json(record.telemetry));
    if (part.name == "expect elapsed") CHECK((world.clock.utc_now_ticks() - start) / 10'000 == std::stoll(part.text));
  }
}

}  // namespace

std::vector<CasePart> read_parts(const std::string& text) {
  std::vector<CasePart> parts;
  for (const std::string& line : lines_of(text)) {
    if (!line.starts_with("--- ")) {
      if (!parts.empty()) parts.back().text += line + "\n";
      continue;
    }
    const std::string head = trimmed(line.substr(4));
    const std::size_t skip = head.starts_with("expect ") ? 7 : 0;
    const std::size_t space = head.find(' ', skip);
    parts.push_back(
        {head.substr(0, space), space == std::string::npos ? std::string() : trimmed(head.substr(space)), {}});
  }
  return parts;
}

void check_case(const std::string& path) {
  const std::optional<std::string> text = hosts::read_whole_file(path);
  REQUIRE(text.has_value());
  const Case source = case_of(read_parts(expand_tokens(*text)));
  const auto library = make_library();
  const Loaded loaded = load_case(*library, source);
  bool wants_errors = false;
  bool wants_warnings = false;
  std::string all;
  for (const Report& report : loaded.reports) all += report.text + "\n";
  INFO(all);
  for (const CasePart& part : source.steps.front().expectations) {
    if (part.name == "expect load-error") {
      wants_errors = true;
      check_reports(part.text, loaded.reports, true);
      CHECK(loaded.program == nullptr);
    }
    if (part.name == "expect warning" && trimmed(part.text) == "none") {
      CHECK(std::none_of(loaded.reports.begin(), loaded.reports.end(), [](const Report& report) { return !report.is_error; }));
    } else if (part.name == "expect warning") {
      wants_warnings = true;
      check_reports(part.text, loaded.reports, false);
    }
  }
  for (const Report& report : loaded.reports) {
    CHECK((wants_warnings || report.message.find("never runs") == std::string::npos));
  }
  if (wants_errors) return;
  REQUIRE(loaded.program != nullptr);
  hosts::World world;
  for (std::size_t i = 0; i < source.steps.size(); ++i) {
    INFO("request " << i + 1);
    run_step(source.steps[i], world, loaded.program);
  }
}

const AtStart cases([] {
  const std::filesystem::path root = std::filesystem::path(PORTCULLIS_TEST_DATA) / "policies";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".case") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    const std::string name = file.parent_path().filename().string() + "/" + file.stem().string();
    register_test("policies/" + name, "[case]", [file] { check_case(file.string()); });
  }
});

}  // namespace portcullis::test
