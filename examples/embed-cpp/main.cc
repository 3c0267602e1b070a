// Loads a policy and runs one request through it, with a backend that is a table of one answer.
#include <cstdio>
#include <string>
#include <vector>

#include <portcullis/portcullis.hpp>

int main() {
  constexpr const char* kPolicy = R"(<policies><inbound><base />
    <set-header name="X-Caller" exists-action="override"><value>@(context.Request.IpAddress)</value></set-header>
  </inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>)";

  const auto library = portcullis::make_library();
  const portcullis::PolicyText documents[] = {{.scope = portcullis::Scope::kApi, .name = "policy.xml", .text = kPolicy}};
  const portcullis::Loaded loaded = portcullis::load(*library, {.documents = documents});
  for (const portcullis::Report& report : loaded.reports) std::fputs(report.text.c_str(), stderr);
  if (loaded.program == nullptr) return 1;

  portcullis::ContextView context;
  context.request.url = {.scheme = "https", .host = "api.example", .port = 443, .path = "/orders", .query = {}};
  context.request.ip_address = "203.0.113.7";
  portcullis::Execution execution(loaded.program, context);

  std::vector<portcullis::Reply> replies;
  for (auto step = execution.resume(); !step.done(); step = execution.resume(replies)) {
    replies.clear();
    for (const portcullis::Effect& effect : step.effects) {
      const auto* call = std::get_if<portcullis::HttpCall>(&effect.request);
      if (call == nullptr) continue;
      std::printf("%.*s %.*s\n", static_cast<int>(call->method.size()), call->method.data(), static_cast<int>(call->url.size()), call->url.data());
      for (const auto& line : call->headers) {
        std::printf("%.*s: %.*s\n", static_cast<int>(line.name.size()), line.name.data(), static_cast<int>(line.value.size()), line.value.data());
      }
      portcullis::ResponseView answer{.status = 200, .reason = "OK", .headers = {}, .body = {portcullis::BodyState::kBuffered, "hello"}};
      replies.push_back({effect.id, portcullis::ResponseReply{answer}});
    }
  }
  const portcullis::ResponseView response = execution.response();
  std::printf("-> %d %.*s\n", response.status, static_cast<int>(response.body.content.size()), response.body.content.data());
  return 0;
}
