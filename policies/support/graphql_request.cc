#include "policies/support/graphql_request.h"

#include "base/text.h"
#include "policies/support/validation.h"

namespace portcullis {

namespace {

bool add(PolicyRun& run, GraphqlErrors& errors, std::string_view message) {
  errors.add(run.arena(), message);
  return false;
}

bool too_large(PolicyRun& run, GraphqlErrors& errors, std::size_t size, std::int32_t limit) {
  return add(run, errors,
             joined("The request is ", size, " bytes long and it exceeds the limit of ", limit, " bytes."));
}

bool read_query_string(PolicyRun& run, std::int32_t limit, GraphqlRequest& request, GraphqlErrors& errors) {
  request.form = GraphqlRequest::Form::kQueryString;
  bool found = false;
  for (const QueryParameter& parameter : query_parameters(run.exchange().request.url, run.arena()).items) {
    if (parameter.name == "query") request.query = parameter.value, found = true;
    if (parameter.name == "operationName") request.operation_name = parameter.value;
    if (parameter.name == "variables") request.variables = parameter.value;
  }
  if (!found) return add(run, errors, "The request has no query.");
  if (request.query.size() > static_cast<std::size_t>(limit))
    return too_large(run, errors, request.query.size(), limit);
  return true;
}

bool read_json_body(PolicyRun& run, GraphqlRequest& request, GraphqlErrors& errors) {
  JsonMistake mistake;
  const JsonNode* root = read_json(run.arena(), request.body, run.run().limits.json_depth, mistake);
  if (root == nullptr) return add(run, errors, joined("The body is not valid JSON: ", mistake.message));
  if (!root->is_object()) return add(run, errors, "The body must be one JSON object with the member \"query\".");
  request.node = root->find("query");
  if (request.node == nullptr || !request.node->is_string()) return add(run, errors, "The request has no query.");
  request.query = request.node->text;
  request.operation_name = root->string("operationName");
  const JsonNode* variables = root->find("variables");
  if (variables != nullptr && variables->kind != JsonKind::kNull)
    request.variables = request.body.substr(variables->begin, variables->end - variables->begin);
  return true;
}

}  // namespace

bool read_graphql_request(PolicyRun& run, std::int32_t limit, GraphqlRequest& request, GraphqlErrors& errors) {
  Request& message = run.exchange().request;
  std::string_view problem;
  if (!decoded_body(run, message, static_cast<std::size_t>(limit), request.body, problem))
    return add(run, errors, problem);
  if (request.body.size() > static_cast<std::size_t>(limit)) return too_large(run, errors, request.body.size(), limit);
  if (trim_ascii(request.body).empty()) return read_query_string(run, limit, request, errors);
  const std::string_view type = media_type(run, message.headers.joined(HeaderName("Content-Type"), run.arena()));
  if (type == "application/graphql") {
    request.form = GraphqlRequest::Form::kPlain;
    request.query = request.body;
    return true;
  }
  return read_json_body(run, request, errors);
}

JArray* graphql_locations(Run& run, std::string_view text, std::uint32_t offset) {
  const JsonPosition position = place_in(text, offset);
  JObject* place = make_jobject(run);
  set_member(run, *place, "line", make_jvalue(run, std::int64_t{position.line}));
  set_member(run, *place, "column", make_jvalue(run, std::int64_t{position.position} + 1));
  JArray* places = make_jarray(run);
  append_item(run, *places, place);
  return places;
}

JArray* graphql_error_list(Run& run, std::string_view text, const GraphqlErrors& errors) {
  JArray* list = make_jarray(run);
  for (const GraphqlError& error : errors.all()) {
    JObject* object = make_jobject(run);
    set_member(run, *object, "message", make_jstring(run, error.message));
    if (error.has_place) set_member(run, *object, "locations", graphql_locations(run, text, error.offset));
    if (!error.path.empty()) {
      JArray* path = make_jarray(run);
      for (std::string_view rest = error.path; !rest.empty();) {
        const std::size_t slash = rest.find('/');
        append_item(run, *path, make_jstring(run, rest.substr(0, slash)));
        rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
      }
      set_member(run, *object, "path", path);
    }
    append_item(run, *list, object);
  }
  return list;
}

Response* refused_graphql(PolicyRun& run, std::string_view text, const GraphqlErrors& errors) {
  Run& values = run.run();
  JObject* body = make_jobject(values);
  set_member(values, *body, "errors", graphql_error_list(values, text, errors));
  const String* json = write_json(values, body, Formatting::kNone);
  if (json == nullptr) return nullptr;
  Response* response = run.exchange().make_response(400, reason_phrase(400));
  response->headers.set("Content-Type", "application/json", run.arena());
  run.exchange().set_body(*response, json->view());
  return response;
}

}  // namespace portcullis
