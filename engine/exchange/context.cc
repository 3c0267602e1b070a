// IContext: `context` itself.
#include "engine/exchange/members.h"

namespace portcullis {

extern const TypeDefinition kContextDefinition;
extern const TypeDefinition kLastErrorDefinition;

namespace {

using Part = Exchange::Part;

template <typename View>
Object* part(Run& run, Part which, Known type, const View* view) {
  if (view == nullptr) return nullptr;
  Object*& made = run.exchange->parts[static_cast<std::size_t>(which)];
  if (made == nullptr) made = make_part(run, type, view);
  return made;
}

Object* api(Run& run, Object*) { return part(run, Part::kApi, Known::kContextApi, run.exchange->view.api); }
Object* operation(Run& run, Object*) { return part(run, Part::kOperation, Known::kOperation, run.exchange->view.operation); }
Object* product(Run& run, Object*) { return part(run, Part::kProduct, Known::kProduct, run.exchange->view.product); }
Object* subscription(Run& run, Object*) { return part(run, Part::kSubscription, Known::kSubscription, run.exchange->view.subscription); }
Object* user(Run& run, Object*) { return part(run, Part::kUser, Known::kUser, run.exchange->view.user); }
Object* workspace(Run& run, Object*) {
  const ApiView* api = run.exchange->view.api;
  return part(run, Part::kWorkspace, Known::kWorkspace, api != nullptr && api->workspace.has_value() ? &*api->workspace : nullptr);
}
// Of the referenced entity before the call, of the chosen member after it. source: service-model.md#5 (chosen)
Object* backend(Run& run, Object*) {
  const Exchange& exchange = *run.exchange;
  const BackendView* entity = exchange.backend_member != nullptr ? exchange.backend_member : exchange.backend;
  return entity == nullptr ? nullptr : make_part(run, Known::kBackend, entity);
}

Object* deployment(Run& run, Object*) {
  const DeploymentView* view = run.exchange->view.deployment;
  if (view == nullptr) return nullptr;
  Object*& made = run.exchange->parts[static_cast<std::size_t>(Part::kDeployment)];
  if (made != nullptr) return made;
  auto* deployment = run.make<DeploymentObject>(Known::kDeployment);
  deployment->view = view;
  return made = deployment;
}

Request* request(Run& run, Object*) { return &run.exchange->request; }
Response* response(Run& run, Object*) { return run.exchange->response; }
LastError* last_error(Run& run, Object*) { return run.exchange->last_error; }
Object* variables(Run& run, Object*) { return &run.exchange->variables; }
bool tracing(Run& run, Object*) { return run.exchange->tracing; }

GraphqlValues* graphql(Run& run, Object*) { return run.exchange->graphql; }
// A retired page writes `context.ParentResult.AsJObject()["id"]`. source: graphql-resolvers.md#1
Object* parent_result(Run& run, Object*) {
  const GraphqlValues* values = run.exchange->graphql;
  return values == nullptr || values->parent == nullptr ? nullptr : make_part(run, Known::kGraphqlParent, values->parent);
}

Slot timestamp(Run& run, Object*) { return Slot::of(utc_date_time(run.exchange->view.timestamp)); }
Slot elapsed(Run& run, Object*) { return Slot::of(run.environment.utc_now_ticks() - run.exchange->view.timestamp); }
Object* request_id(Run& run, Object*) { return make_guid(run, run.exchange->view.request_id); }

void trace(Run& run, Object*, String* message) {
  Exchange& exchange = *run.exchange;
  if (exchange.on_trace != nullptr) exchange.on_trace(exchange.trace_receiver, message == nullptr ? std::string_view() : message->view());
}

constexpr Member kMembers[] = {
    property<&api>("IContextApi Api { get; }"),
    property<&backend>("IBackend Backend { get; }"),
    property<&deployment>("IDeployment Deployment { get; }"),
    property<&elapsed>("TimeSpan Elapsed { get; }"),
    property<&graphql>("IGraphQL GraphQL { get; }"),
    property<&last_error>("ILastError LastError { get; }"),
    property<&operation>("IOperation Operation { get; }"),
    property<&parent_result>("IGraphQLParentResult ParentResult { get; }"),
    property<&product>("IProduct Product { get; }"),
    property<&request>("IRequest Request { get; }"),
    property<&request_id>("Guid RequestId { get; }"),
    property<&response>("IResponse Response { get; }"),
    property<&subscription>("ISubscription Subscription { get; }"),
    property<&timestamp>("DateTime Timestamp { get; }"),
    property<&tracing>("bool Tracing { get; }"),
    property<&user>("IUser User { get; }"),
    property<&variables>("IReadOnlyDictionary<string, object> Variables { get; }"),
    property<&workspace>("IWorkspace Workspace { get; }"),
    method<&trace>("void Trace(string message)"),
};

// Source and Message are never null. source: context.md#7
template <std::string_view LastError::* kField>
String* error_text(Run& run, LastError* self) {
  const std::string_view text = self->*kField;
  return text.empty() ? nullptr : run.view(text);
}
String* error_source(Run& run, LastError* self) { return run.view(self->source); }
String* error_message(Run& run, LastError* self) { return run.view(self->message); }

constexpr Member kLastErrorMembers[] = {
    property<&error_source>("string Source { get; }"),
    property<&error_text<&LastError::reason>>("string Reason { get; }"),
    property<&error_message>("string Message { get; }"),
    property<&error_text<&LastError::scope>>("string Scope { get; }"),
    property<&error_text<&LastError::section>>("string Section { get; }"),
    property<&error_text<&LastError::path>>("string Path { get; }"),
    property<&error_text<&LastError::policy_id>>("string PolicyId { get; }"),
};

}  // namespace

const TypeDefinition kContextDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IContext", .members = kMembers};
const TypeDefinition kLastErrorDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.ILastError", .members = kLastErrorMembers};

}  // namespace portcullis
