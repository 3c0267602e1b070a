// Who the request belongs to: IApi, IOperation, IProduct, ISubscription, IUser, IDeployment and what hangs on them.
#include "engine/exchange/members.h"

namespace portcullis {

extern const TypeDefinition kApiDefinition;
extern const TypeDefinition kContextApiDefinition;
extern const TypeDefinition kKeyParameterNamesDefinition;
extern const TypeDefinition kOperationDefinition;
extern const TypeDefinition kProductDefinition;
extern const TypeDefinition kProductStateDefinition;
extern const TypeDefinition kSubscriptionDefinition;
extern const TypeDefinition kUserDefinition;
extern const TypeDefinition kUserGroupDefinition;
extern const TypeDefinition kUserIdentityDefinition;
extern const TypeDefinition kDeploymentDefinition;
extern const TypeDefinition kGatewayDefinition;
extern const TypeDefinition kWorkspaceDefinition;
extern const TypeDefinition kBackendDefinition;
extern const TypeDefinition kBackendTypeDefinition;
extern const TypeDefinition kPrivateEndpointConnectionDefinition;

PartObject* make_part(Run& run, Known which, const void* view) {
  auto* made = run.make<PartObject>(which);
  made->view = view;
  return made;
}

namespace {

template <typename View>
const View& view_of(const PartObject* self) {
  return *static_cast<const View*>(self->view);
}

template <typename M>
struct Field;
template <typename V, typename T>
struct Field<T V::*> {
  using View = V;
};

template <auto kField>
String* text(Run& run, PartObject* self) {
  return text_or_null(run, view_of<typename Field<decltype(kField)>::View>(self).*kField);
}
template <auto kField>
bool flag(PartObject* self) {
  return view_of<typename Field<decltype(kField)>::View>(self).*kField;
}
template <auto kField>
Slot date(PartObject* self) {
  return Slot::of(utc_date_time(view_of<typename Field<decltype(kField)>::View>(self).*kField));
}
template <auto kField>
Object* optional_date(Run& run, PartObject* self) {
  const std::optional<Ticks>& given = view_of<typename Field<decltype(kField)>::View>(self).*kField;
  return given.has_value() ? run.box_raw(run.type(Known::kDateTime), Slot::of(utc_date_time(*given))) : nullptr;
}

// An array of parts over a span of views; its type is the property's IEnumerable<T>, so any array will do: object[].
template <typename View>
Array* parts_of(Run& run, std::span<const View> views, Known which) {
  Array* array = run.array(run.types.object_array(), views.size());
  if (array == nullptr) return nullptr;
  for (std::size_t i = 0; i < views.size(); ++i) array->items[i] = Slot::of_object(make_part(run, which, &views[i]));
  return array;
}

// ---- IApi ---------------------------------------------------------------------------------------------------------------

Object* service_url(Run& run, PartObject* self) {
  const ApiView& api = view_of<ApiView>(self);
  if (!api.service_url.has_value()) return nullptr;
  Url* url = run.make<Url>(Known::kUrl);
  url->assign(*api.service_url);
  return url;
}

Array* protocols(Run& run, PartObject* self) {
  const ApiView& api = view_of<ApiView>(self);
  Array* array = run.array(run.types.string_array(), api.protocols.size());
  if (array == nullptr) return nullptr;
  for (std::size_t i = 0; i < api.protocols.size(); ++i) array->items[i] = Slot::of_object(run.view(api.protocols[i]));
  return array;
}

PartObject* key_names(Run& run, PartObject* self) { return make_part(run, Known::kKeyParameterNames, self->view); }

constexpr Member kApiMembers[] = {
    property<&text<&ApiView::id>>("string Id { get; }"),
    property<&text<&ApiView::name>>("string Name { get; }"),
    property<&text<&ApiView::path>>("string Path { get; }"),
    property<&protocols>("IEnumerable<string> Protocols { get; }"),
    property<&service_url>("IUrl ServiceUrl { get; }"),
    property<&key_names>("ISubscriptionKeyParameterNames SubscriptionKeyParameterNames { get; }"),
};
constexpr Member kContextApiMembers[] = {
    property<&flag<&ApiView::is_current_revision>>("bool IsCurrentRevision { get; }"),
    property<&text<&ApiView::revision>>("string Revision { get; }"),
    property<&text<&ApiView::version>>("string Version { get; }"),
};
constexpr Member kKeyParameterNamesMembers[] = {
    property<&text<&ApiView::key_header>>("string Header { get; }"),
    property<&text<&ApiView::key_query>>("string Query { get; }"),
};

// ---- the others ---------------------------------------------------------------------------------------------------------

constexpr Member kOperationMembers[] = {
    property<&text<&OperationView::id>>("string Id { get; }"),
    property<&text<&OperationView::method>>("string Method { get; }"),
    property<&text<&OperationView::name>>("string Name { get; }"),
    property<&text<&OperationView::url_template>>("string UrlTemplate { get; }"),
};

Array* product_apis(Run& run, PartObject* self) { return parts_of(run, view_of<ProductView>(self).apis, Known::kApi); }
Array* product_groups(Run& run, PartObject* self) { return parts_of(run, view_of<ProductView>(self).groups, Known::kUserGroup); }
std::int64_t product_state(PartObject* self) { return view_of<ProductView>(self).published ? 1 : 0; }
Slot product_state_slot(PartObject* self) { return Slot::of(product_state(self)); }
Object* subscription_limit(Run& run, PartObject* self) {
  const std::optional<std::int32_t>& limit = view_of<ProductView>(self).subscription_limit;
  return limit.has_value() ? run.box_raw(run.type(Known::kInt32), Slot::of(*limit)) : nullptr;
}

constexpr Member kProductMembers[] = {
    property<&text<&ProductView::id>>("string Id { get; }"),
    property<&text<&ProductView::name>>("string Name { get; }"),
    property<&product_apis>("IEnumerable<IApi> Apis { get; }"),
    property<&flag<&ProductView::approval_required>>("bool ApprovalRequired { get; }"),
    property<&product_groups>("IEnumerable<IGroup> Groups { get; }"),
    property<&product_state_slot>("ProductState State { get; }"),
    property<&subscription_limit>("int? SubscriptionLimit { get; }"),
    property<&subscription_limit>("int? SubscriptionsLimit { get; }"),
    property<&flag<&ProductView::subscription_required>>("bool SubscriptionRequired { get; }"),
};
constexpr EnumValue kProductStates[] = {{"NotPublished", 0}, {"Published", 1}};

constexpr Member kSubscriptionMembers[] = {
    property<&text<&SubscriptionView::id>>("string Id { get; }"),
    property<&text<&SubscriptionView::name>>("string Name { get; }"),
    property<&text<&SubscriptionView::key>>("string Key { get; }"),
    property<&text<&SubscriptionView::primary_key>>("string PrimaryKey { get; }"),
    property<&text<&SubscriptionView::secondary_key>>("string SecondaryKey { get; }"),
    property<&date<&SubscriptionView::created_date>>("DateTime CreatedDate { get; }"),
    property<&date<&SubscriptionView::created_date>>("DateTime CreatedTime { get; }"),
    property<&optional_date<&SubscriptionView::start_date>>("DateTime? StartDate { get; }"),
    property<&optional_date<&SubscriptionView::end_date>>("DateTime? EndDate { get; }"),
};

Array* user_groups(Run& run, PartObject* self) { return parts_of(run, view_of<UserView>(self).groups, Known::kUserGroup); }
Array* user_identities(Run& run, PartObject* self) { return parts_of(run, view_of<UserView>(self).identities, Known::kUserIdentity); }

constexpr Member kUserMembers[] = {
    property<&text<&UserView::id>>("string Id { get; }"),
    property<&text<&UserView::email>>("string Email { get; }"),
    property<&text<&UserView::first_name>>("string FirstName { get; }"),
    property<&text<&UserView::last_name>>("string LastName { get; }"),
    property<&text<&UserView::note>>("string Note { get; }"),
    property<&user_groups>("IEnumerable<IGroup> Groups { get; }"),
    property<&user_identities>("IEnumerable<IUserIdentity> Identities { get; }"),
    property<&date<&UserView::registration_date>>("DateTime RegistrationDate { get; }"),
};
constexpr Member kUserGroupMembers[] = {
    property<&text<&GroupView::id>>("string Id { get; }"),
    property<&text<&GroupView::name>>("string Name { get; }"),
};
constexpr Member kUserIdentityMembers[] = {
    property<&text<&IdentityView::id>>("string Id { get; }"),
    property<&text<&IdentityView::provider>>("string Provider { get; }"),
};

PartObject* gateway(Run& run, PartObject* self) { return make_part(run, Known::kGateway, self->view); }
constexpr Member kDeploymentMembers[] = {
    property<&deployment_certificates>("IReadOnlyDictionary<string, X509Certificate2> Certificates { get; }"),
    property<&gateway>("IGateway Gateway { get; }"),
    property<&text<&DeploymentView::gateway_id>>("string GatewayId { get; }"),
    property<&text<&DeploymentView::region>>("string Region { get; }"),
    property<&text<&DeploymentView::service_id>>("string ServiceId { get; }"),
    property<&text<&DeploymentView::service_name>>("string ServiceName { get; }"),
};
constexpr Member kGatewayMembers[] = {
    property<&text<&DeploymentView::gateway_id>>("string Id { get; }"),
    property<&text<&DeploymentView::gateway_instance_id>>("string InstanceId { get; }"),
    property<&flag<&DeploymentView::is_managed>>("bool IsManaged { get; }"),
};
constexpr Member kWorkspaceMembers[] = {
    property<&text<&WorkspaceView::id>>("string Id { get; }"),
    property<&text<&WorkspaceView::name>>("string Name { get; }"),
};

Slot backend_type(PartObject* self) { return Slot::of(view_of<BackendView>(self).type == BackendView::Type::kPool ? 1 : 0); }
constexpr Member kBackendMembers[] = {
    property<&text<&BackendView::id>>("string Id { get; }"),
    property<&text<&BackendView::azure_region>>("string AzureRegion { get; }"),
    property<&backend_type>("BackendType Type { get; }"),
};
constexpr EnumValue kBackendTypes[] = {{"Single", 0}, {"Pool", 1}};

String* connection_text(Object*) { return nullptr; }
constexpr Member kConnectionMembers[] = {
    property<&connection_text>("string Name { get; }"),
    property<&connection_text>("string GroupId { get; }"),
    property<&connection_text>("string MemberName { get; }"),
};

}  // namespace

const TypeDefinition kApiDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IApi", .members = kApiMembers};
const TypeDefinition kContextApiDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IContextApi : IApi", .members = kContextApiMembers};
const TypeDefinition kKeyParameterNamesDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.ISubscriptionKeyParameterNames", .members = kKeyParameterNamesMembers};
const TypeDefinition kOperationDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IOperation", .members = kOperationMembers};
const TypeDefinition kProductDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IProduct", .members = kProductMembers};
const TypeDefinition kProductStateDefinition{.declaration = "enum Microsoft.Azure.ApiManagement.ProductState : int", .values = kProductStates};
const TypeDefinition kSubscriptionDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.ISubscription", .members = kSubscriptionMembers};
const TypeDefinition kUserDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IUser", .members = kUserMembers};
const TypeDefinition kUserGroupDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IGroup", .members = kUserGroupMembers};
const TypeDefinition kUserIdentityDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IUserIdentity", .members = kUserIdentityMembers};
const TypeDefinition kDeploymentDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IDeployment", .members = kDeploymentMembers};
const TypeDefinition kGatewayDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IGateway", .members = kGatewayMembers};
const TypeDefinition kWorkspaceDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IWorkspace", .members = kWorkspaceMembers};
const TypeDefinition kBackendDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IBackend", .members = kBackendMembers};
const TypeDefinition kBackendTypeDefinition{.declaration = "enum Microsoft.Azure.ApiManagement.BackendType : int", .values = kBackendTypes};
const TypeDefinition kPrivateEndpointConnectionDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IPrivateEndpointConnection", .members = kConnectionMembers};

}  // namespace portcullis
