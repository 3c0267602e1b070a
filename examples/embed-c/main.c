/* Loads a policy and runs one request through it from C, with a backend that is a table of one answer. */
#include <portcullis/portcullis.h>
#include <stdio.h>
#include <string.h>

#define TEXT(literal) ((pc_text){(literal), sizeof(literal) - 1})

static const char kPolicy[] =
    "<policies><inbound><base /><set-header name=\"X-Caller\" exists-action=\"override\">"
    "<value>@(context.Request.IpAddress)</value></set-header></inbound></policies>";

int main(void) {
  pc_library* library = pc_library_new();
  pc_document document = {sizeof document, PC_API, TEXT("policy.xml"), TEXT(kPolicy)};
  pc_reports* reports = NULL;
  pc_program* program = pc_program_load(library, &document, 1, &reports);
  for (size_t i = 0; i < pc_reports_count(reports); ++i) fputs(pc_reports_text(reports, i), stderr);
  if (program == NULL) return 1;

  pc_request request = {.size = sizeof request, .method = TEXT("GET"), .url = TEXT("https://api.example/orders"), .ip_address = TEXT("203.0.113.7")};
  pc_execution* execution = pc_execution_new(program, &request, NULL);
  while (pc_execution_resume(execution) == PC_WAITING) {
    pc_effect effect = {.size = sizeof effect};
    while (pc_execution_next_effect(execution, &effect)) {
      printf("%.*s %.*s\n", (int)effect.method.size, effect.method.data, (int)effect.url.size, effect.url.data);
      for (size_t i = 0; i < effect.header_count; ++i) {
        const pc_header* line = &effect.headers[i];
        printf("%.*s: %.*s\n", (int)line->name.size, line->name.data, (int)line->value.size, line->value.data);
      }
      pc_response answer = {.size = sizeof answer, .status = 200, .reason = TEXT("OK"), .body = TEXT("hello")};
      pc_execution_reply_response(execution, effect.id, &answer);
    }
  }
  pc_response response = {.size = sizeof response};
  pc_execution_response(execution, &response);
  printf("-> %d %.*s\n", response.status, (int)response.body.size, response.body.data);
  pc_execution_free(execution);
  pc_program_free(program);
  pc_reports_free(reports);
  pc_library_free(library);
  return 0;
}
