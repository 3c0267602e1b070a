// A policy case: what is loaded, what is asked, what must come of it.
//
//     source: set-header-policy#attributes          the fact it is about
//     --- inbound                                   a section of the API's document; or backend, outbound, on-error
//     <set-header name="X-Env" exists-action="skip"><value>prod</value></set-header>
//     --- policy product                            or a whole document of a scope
//     --- fragment name
//     --- named-values                              JSON
//     --- description                               of the API: OpenAPI, GraphQL, WSDL, XSD or EDMX; with an argument: that
//                                                   file of tests/policies/descriptions
//     --- resolver Query/users                      the document that resolves a field of a GraphQL API
//     --- schema id                                 what `schema-id` names
//     --- loggers                                   JSON: ids of the service's Event Hubs loggers; without: not known
//     --- context                                   JSON, as docs/interfaces.md has it
//     --- answers                                   the scripted world, JSON
//     --- request                                   a request as in .http files
//     --- expect backend                            request line, headers that must be there (`!Name`: must not), blank
//     line, body;
//                                                   once for each call in order; `none`
//     --- expect call                               the same for side calls
//     --- expect response                           status [reason], headers, blank line, body; `(empty)` for an empty
//     body
//     --- expect sql                                JSON: the statements run, as `sqlCalls` of a report
//     --- expect subscription-events                JSON: as `subscriptionEvents` of a report
//     --- expect variables                          JSON: name to value, to {"type", "value"} or to "(absent)"
//     --- expect error                              JSON: members of LastError; `none`
//     --- expect load-error                         a line each: code, then text that the message contains (`!` in front:
//     it must not be there)
//     --- expect warning                            the same; `none`
//     --- expect trace                              texts that appear, a line each
//     --- expect metrics                            JSON: a list, in order, of what each sample must have at least; `none`;
//                                                   `expect events` and `expect messages` alike
//     --- expect cut                                `true`: a policy ended the stream (`chunks` of an answer) early
//     --- expect elapsed                            milliseconds
//     --- next 2000                                 another request, so many milliseconds later; request, answers and
//     context stay
//                                                   unless given again
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace portcullis::test {

struct CasePart {
  std::string name;      // "expect response"
  std::string argument;  // "product", "2000"
  std::string text;
};

/// Empty when the file has no part; the lines before the first part are left out.
std::vector<CasePart> read_parts(const std::string& text);

/// Loads, runs and checks all with Catch2.
void check_case(const std::string& path);

}  // namespace portcullis::test
