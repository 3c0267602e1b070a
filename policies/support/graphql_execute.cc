#include "policies/support/graphql_execute.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "base/text.h"
#include "policies/support/body.h"
#include "policies/support/graphql_collect.h"
#include "policies/support/graphql_input.h"
#include "policies/support/graphql_introspection.h"
#include "policies/support/graphql_request.h"
#include "policies/support/graphql_result.h"
#include "policies/support/resolver.h"

namespace portcullis {

namespace {

// Bounds of one request. The platform documents none. (chosen)
constexpr std::int32_t kMostRequestBytes = 4 << 20;
constexpr GraphqlLimits kLimits{.depth = 100, .fields = 5'000};
constexpr std::uint32_t kMostNodes = 500'000;          // of the result
constexpr std::uint32_t kMostResolvers = 10'000;       // executions
constexpr std::uint32_t kMostAtOnce = 64;              // side by side; the others wait
constexpr std::uint64_t kMostSelections = 20'000'000;  // looked at

class GraphqlExecution;

/// The resolver of one field of one parent object.
struct FieldCall : ResolverCall {
  GraphqlExecution* execution = nullptr;
  ResultNode* node = nullptr;
  const FieldGroup* group = nullptr;
  const GraphqlType* type = nullptr;  // the parent's
  const ResolverFlow* flow = nullptr;
  JObject* arguments = nullptr;
  JObject* parent_value = nullptr;
  FieldCall* next = nullptr;
};

bool is_null(const JToken* token) {
  return token == nullptr || token->kind == JTokenType::kNull || token->kind == JTokenType::kUndefined;
}

class GraphqlExecution {
 public:
  GraphqlExecution(PolicyRun& run, const GraphqlSchema& schema, const GraphqlRequest& request,
                   const GraphqlDocument& document, const GraphqlOperation& operation, const JObject& variables)
      : run_(run),
        schema_(schema),
        request_(request),
        operation_(operation),
        collector_(run.run(), schema, document, variables),
        variables_(variables),
        base_(run.exchange().make_scope()) {
    root_.kind = ResultNode::Kind::kObject;
    Arena& arena = run.arena();
    // Copies of the scope share these headers, so they stand in one piece.
    HeaderList& headers = base_->request.headers;
    headers.assign(run.exchange().request.headers.lines(arena));
    headers.set("Content-Type", "application/json", arena);
    headers.remove(HeaderName("Content-Encoding"), arena);
    headers.assign(headers.lines(arena));
  }

  /// The first field of the operation; mutations go on with `next_root` once its tree is complete.
  const FieldGroup* begin() {
    const GraphqlType* type = schema_.roots[static_cast<std::size_t>(operation_.kind)];
    root_type_ = type;
    const SelectionSets sets{&operation_.selections, nullptr};
    return collector_.collect(*type, sets);
  }
  void start_root(const FieldGroup& group) {
    start_field(root_, *root_type_, group, nullptr);
    forget_limits();
    start_waiting();
  }

  /// The whole as `{"errors", "data"}`. Null when it cannot be written.
  const String* answer() {
    Run& values = run_.run();
    values.start_expression();
    JObject* whole = make_jobject(values);
    JToken* data = is_aborted_ ? nullptr : json_of_result(values, root_);
    if (first_error_ != nullptr) set_member(values, *whole, "errors", error_list());
    set_member(values, *whole, "data", data);
    return write_json(values, whole, Formatting::kNone);
  }

 private:
  // ---- fields -----------------------------------------------------------------------------------------------------

  ResultNode* add_child(ResultNode& parent) {
    if (++nodes_ > kMostNodes || run_.arena().exhausted() || collector_.looked_at() > kMostSelections) abort();
    auto* node = run_.arena().make<ResultNode>();
    node->parent = &parent;
    (parent.last == nullptr ? parent.first : parent.last->next) = node;
    parent.last = node;
    return node;
  }

  void abort() {
    if (is_aborted_) return;
    is_aborted_ = true;
    waiting_ = last_waiting_ = nullptr;
    add_error(nullptr, "The result of the query is too large.");
  }

  void execute_selections(ResultNode& node, const GraphqlType& type, const SelectionSets& sets, JObject* value) {
    node.kind = ResultNode::Kind::kObject;
    for (const FieldGroup* group = collector_.collect(type, sets); group != nullptr && !is_aborted_;
         group = group->next)
      start_field(node, type, *group, value);
  }

  void start_field(ResultNode& parent, const GraphqlType& type, const FieldGroup& group, JObject* value) {
    static constexpr GraphqlTypeRef kTypename{.name = "String", .item = nullptr, .is_non_null = true};
    const GraphqlSelection& field = *group.first->selection;
    ResultNode* node = add_child(parent);
    node->key = field.key();
    node->field = &field;
    node->type = &kTypename;
    if (is_aborted_) return;
    if (field.name == "__typename") return set_token(*node, make_jstring(run_.run(), type.name));
    const GraphqlField* definition = type.field(field.name);
    if (definition == nullptr && field.name.starts_with("__")) return introspect(*node, group);
    if (definition == nullptr) return set_token(*node, make_jnull(run_.run(), JTokenType::kNull));  // a broken schema
    node->type = definition->type;
    const ResolverFlow* flow = find_resolver(type.name, field.name);
    if (flow == nullptr) {
      return complete(*node, *definition->type, *definition->base, group,
                      value == nullptr ? nullptr : find(*value, field.name));
    }
    std::string_view problem;
    JObject* arguments = coerce_arguments(run_.run(), definition->arguments, field.arguments, variables_, problem);
    if (arguments == nullptr) return fail_field(*node, problem);
    enqueue(*node, type, group, *flow, arguments, value);
  }

  const ResolverFlow* find_resolver(std::string_view type, std::string_view field) const {
    for (const ResolverFlow& flow : run_.core().program.resolvers) {
      if (flow.type == type && flow.field == field) return &flow;
    }
    for (const DeclaredResolver* at = run_.exchange().declared_resolvers; at != nullptr; at = at->next) {
      if (at->flow.type == type && at->flow.field == field) return &at->flow;
    }
    return nullptr;
  }

  void introspect(ResultNode& node, const FieldGroup& group) {
    static constexpr GraphqlTypeRef kNullable{.name = "__Type", .item = nullptr, .is_non_null = false};
    node.type = &kNullable;
    JToken* value = introspect_root(run_.run(), schema_, collector_, group, variables_);
    if (!is_null(value)) set_token(node, value);
  }

  // ---- resolvers --------------------------------------------------------------------------------------------------

  void enqueue(ResultNode& node, const GraphqlType& type, const FieldGroup& group, const ResolverFlow& flow,
               JObject* arguments, JObject* value) {
    if (++resolvers_ > kMostResolvers) return abort();
    auto* call = run_.arena().make<FieldCall>();
    call->on_end = &resolver_ended;
    call->execution = this;
    call->node = &node;
    call->group = &group;
    call->type = &type;
    call->flow = &flow;
    call->arguments = arguments;
    call->parent_value = value;
    (last_waiting_ == nullptr ? waiting_ : last_waiting_->next) = call;
    last_waiting_ = call;
  }

  void start_waiting() {
    while (waiting_ != nullptr && at_once_ < kMostAtOnce) {
      FieldCall* call = waiting_;
      waiting_ = call->next;
      if (waiting_ == nullptr) last_waiting_ = nullptr;
      call->exchange = make_scope(*call);
      ++at_once_;
      run_.core().start_resolver(run_.fiber(), *call->flow, call);
    }
  }

  // source: graphql-resolvers.md#1, "Context inside a resolver"
  ExchangeScope* make_scope(const FieldCall& call) {
    Arena& arena = run_.arena();
    Run& values = run_.run();
    auto* scope = arena.make<ExchangeScope>(*base_);
    scope->variables.slots = arena.copy(std::span<const Variables::Entry>(base_->variables.slots));
    scope->variables.others = arena.copy(std::span<const Variables::Entry>(base_->variables.others));
    scope->variables.order = arena.copy(std::span<const std::uint32_t>(base_->variables.order));
    scope->graphql = values.make<GraphqlValues>(Known::kGraphql);
    scope->graphql->arguments = call.arguments;
    scope->graphql->parent = call.parent_value;
    JObject* body = make_jobject(values);
    set_member(values, *body, "arguments", deep_clone(values, call.arguments));
    set_member(values, *body, "parent", call.parent_value == nullptr ? nullptr : deep_clone(values, call.parent_value));
    const String* text = write_json(values, body, Formatting::kNone);
    values.pending = nullptr;
    scope->request.body.state = BodyState::kBuffered;
    scope->request.body.content = text == nullptr ? std::string_view() : text->view();
    return scope;
  }

  static void resolver_ended(PolicyRun& run, ResolverScope& scope, Outcome outcome) {
    auto& call = static_cast<FieldCall&>(scope);
    GraphqlExecution& execution = *call.execution;
    --execution.at_once_;
    if (execution.is_aborted_) return;
    execution.take_result(run, call, outcome);
    execution.forget_limits();
    execution.start_waiting();
  }

  // Memory or steps ran out while values were made.
  void forget_limits() {
    Run& values = run_.run();
    if (!values.failed()) return;
    values.pending = nullptr;
    values.exceeded = Limit::kNone;
    abort();
  }

  // What went wrong stays in the trace. source: graphql-resolvers.md#1, "Result"
  void take_result(PolicyRun& run, const FieldCall& call, Outcome outcome) {
    const GraphqlField& definition = *call.type->field(call.node->field->name);
    const auto fail = [&](std::string_view why) {
      if (!why.empty() && run.tracing()) run.trace(why);
      fail_field(*call.node, joined("The resolver of `", call.type->name, ".", definition.name, "` failed."));
    };
    if (outcome == Outcome::kFail) return fail({});
    Response* response = run.exchange().response;
    if (response == nullptr) return fail("the resolver has no response");
    if (response->status >= 400 && !response->body.replaced)
      return fail(joined("the data source answered ", response->status));
    std::string_view text;
    if (!read_body(run, *response, text)) return fail({});
    JToken* value = parse_result(text, definition);
    if (value == nullptr) return fail("the result is not valid JSON");
    const ResultError* known = last_error_;
    complete(*call.node, *definition.type, *definition.base, *call.group, value);
    const bool fits = last_error_ == known || call.node->kind != ResultNode::Kind::kNull;
    if (fits && !is_aborted_) publish(run, call, text);
  }

  // A text that is no JSON may be the value of a scalar. Null: neither.
  JToken* parse_result(std::string_view text, const GraphqlField& definition) {
    Run& values = run_.run();
    values.start_expression();
    if (trim_ascii(text).empty()) return make_jnull(values, JTokenType::kNull);
    JToken* value = parse_json(values, text, {.dates = false});
    const bool failed = values.failed();
    values.pending = nullptr;
    if (!failed && value != nullptr) return value;
    const bool is_scalar = definition.type->item == nullptr && !definition.base->is_composite();
    return is_scalar ? make_jstring(values, run_.text(text)) : nullptr;
  }

  void publish(PolicyRun& run, const FieldCall& call, std::string_view text) {
    for (const ResolverCall::Event* event = call.events; event != nullptr; event = event->next) {
      std::string_view json = text;
      Run& values = run.run();
      values.start_expression();
      JToken* token = parse_result(text, *call.type->field(call.node->field->name));
      const String* written = token == nullptr ? nullptr : write_json(values, token, Formatting::kNone);
      values.pending = nullptr;
      if (written != nullptr) json = written->view();
      if (run.tracing()) run.trace(joined("An event for subscribers of `", event->field, "` is published"));
      const EffectRequest effect = SubscriptionEvent{.field = event->field, .json = json};
      run.notify(effect);
    }
  }

  // ---- values -----------------------------------------------------------------------------------------------------

  void set_token(ResultNode& node, JToken* token) {
    node.kind = ResultNode::Kind::kToken;
    node.token = token;
  }

  void complete(ResultNode& node, const GraphqlTypeRef& type, const GraphqlType& base, const FieldGroup& group,
                JToken* value) {
    if (is_null(value)) {
      if (!type.is_non_null) return;
      return fail_field(node, joined("Cannot return null for the non-nullable field `", node.field->name, "`."));
    }
    if (type.item != nullptr) return complete_list(node, type, base, group, value);
    if (base.is_composite()) return complete_object(node, base, group, value);
    JToken* token = coerce_result(run_.run(), base, value);
    run_.run().pending = nullptr;
    if (token != nullptr) return set_token(node, token);
    fail_field(node, joined("The value of the field `", node.field->name, "` is no ", base.name, "."));
  }

  void complete_list(ResultNode& node, const GraphqlTypeRef& type, const GraphqlType& base, const FieldGroup& group,
                     JToken* value) {
    JArray* list = as_array(value);
    if (list == nullptr) return fail_field(node, joined("The value of the field `", node.field->name, "` is no list."));
    node.kind = ResultNode::Kind::kList;
    for (std::uint32_t i = 0; i < list->count && !is_aborted_; ++i) {
      ResultNode* item = add_child(node);
      item->index = i;
      item->type = type.item;
      item->field = node.field;
      complete(*item, *type.item, base, group, list->items[i]);
    }
  }

  void complete_object(ResultNode& node, const GraphqlType& base, const FieldGroup& group, JToken* value) {
    JObject* object = as_object(value);
    if (object == nullptr)
      return fail_field(node, joined("The value of the field `", node.field->name, "` is no object."));
    const GraphqlType* type = type_of(base, *object);
    if (type == nullptr)
      return fail_field(node, joined("The value of the field `", node.field->name, "` has no `__typename` that is a ",
                                     base.name, "."));
    execute_selections(node, *type, *sets_inside(run_.arena(), group), object);
  }

  const GraphqlType* type_of(const GraphqlType& base, const JObject& object) {
    if (base.kind == GraphqlTypeKind::kObject) return &base;
    const JValue* name = as_value(find(object, "__typename"));
    if (name == nullptr || name->kind != JTokenType::kString) return nullptr;
    const std::string_view wanted = text_of(*name, run_.arena());
    for (const GraphqlType* possible : base.possible) {
      if (possible->name == wanted) return possible;
    }
    return nullptr;
  }

  // ---- errors -----------------------------------------------------------------------------------------------------

  void fail_field(ResultNode& node, std::string_view message) {
    node.kind = ResultNode::Kind::kNull;
    node.first = node.last = nullptr;
    add_error(&node, message);
  }

  void add_error(const ResultNode* node, std::string_view message) {
    auto* error = run_.arena().make<ResultError>(run_.text(message), node, nullptr);
    (last_error_ == nullptr ? first_error_ : last_error_->next) = error;
    last_error_ = error;
  }

  JArray* error_list() {
    Run& values = run_.run();
    JArray* list = make_jarray(values);
    for (const ResultError* error = first_error_; error != nullptr; error = error->next) {
      JObject* object = make_jobject(values);
      set_member(values, *object, "message", make_jstring(values, error->message));
      if (error->node != nullptr) {
        set_member(values, *object, "locations", graphql_locations(values, request_.query, error->node->field->begin));
        set_member(values, *object, "path", path_of_result(values, *error->node));
      }
      append_item(values, *list, object);
    }
    return list;
  }

  PolicyRun& run_;
  const GraphqlSchema& schema_;
  const GraphqlRequest& request_;
  const GraphqlOperation& operation_;
  SelectionCollector collector_;
  const JObject& variables_;
  ExchangeScope* base_;
  const GraphqlType* root_type_ = nullptr;
  ResultNode root_;
  ResultError* first_error_ = nullptr;
  ResultError* last_error_ = nullptr;
  FieldCall* waiting_ = nullptr;
  FieldCall* last_waiting_ = nullptr;
  std::uint32_t at_once_ = 0;
  std::uint32_t nodes_ = 0;
  std::uint32_t resolvers_ = 0;
  bool is_aborted_ = false;
};

/// All that a request needs before it can be executed.
struct Prepared {
  GraphqlRequest request;
  GraphqlExecution* execution = nullptr;
  bool is_mutation = false;
};

Outcome refuse(PolicyRun& run, const GraphqlRequest& request, const GraphqlErrors& errors) {
  if (run.tracing()) run.trace(joined("The GraphQL request is refused: ", errors.all().front().message));
  Response* response = refused_graphql(run, request.query, errors);
  if (response == nullptr) return run.fail({}, "The errors could not be written.");
  run.exchange().response = response;
  return Outcome::kContinue;
}

// False after adding errors.
bool prepare(PolicyRun& run, const GraphqlSchema* schema, Prepared& prepared, GraphqlErrors& errors) {
  Arena& arena = run.arena();
  GraphqlRequest& request = prepared.request;
  if (!read_graphql_request(run, kMostRequestBytes, request, errors)) return false;
  run.run().start_expression();
  GraphqlMistake mistake;
  GraphqlDocument* document = parse_graphql(arena, request.query, mistake);
  if (document == nullptr) return errors.add(arena, mistake.message, mistake.offset), false;
  GraphqlOperation* operation = choose_operation(run.run(), *document, request.operation_name, errors);
  if (operation == nullptr) return false;
  validate_graphql(run.run(), *schema, *document, *operation, kLimits, errors);
  if (!errors.empty()) return false;
  if (operation->kind == GraphqlOperationKind::kSubscription)
    return errors.add(arena, "Subscriptions come over a WebSocket.", operation->begin), false;
  const JObject* variables = coerce_variables(run.run(), *schema, *operation, request.variables, errors);
  if (variables == nullptr) return false;
  prepared.is_mutation = operation->kind == GraphqlOperationKind::kMutation;
  void* memory = arena.allocate(sizeof(GraphqlExecution), alignof(GraphqlExecution));
  prepared.execution = new (memory) GraphqlExecution(run, *schema, request, *document, *operation, *variables);
  return true;
}

/// Waits until every resolver has ended.
struct Join {
  PolicyRun& run;
  [[nodiscard]] bool await_ready() const { return run.fiber().running_branches == 0; }
  void await_suspend(std::coroutine_handle<> handle) const { run.core().join(run.fiber(), handle); }
  void await_resume() const {}
};

Outcome finish(PolicyRun& run, GraphqlExecution& execution) {
  const String* json = execution.answer();
  if (json == nullptr) return fail_with_pending(run, "The result of the query could not be written.");
  Response* response = run.exchange().make_response(200, reason_phrase(200));
  response->headers.set("Content-Type", "application/json", run.arena());
  run.exchange().set_body(*response, json->view());
  run.exchange().response = response;
  return Outcome::kContinue;
}

}  // namespace

bool has_resolvers(const PolicyRun& run) {
  return !run.core().program.resolvers.empty() || run.exchange().declared_resolvers != nullptr;
}

Task execute_graphql(PolicyRun& run, const GraphqlSchema* schema) {
  Exchange& exchange = run.exchange();
  exchange.response = nullptr;
  if (schema == nullptr) co_return run.fail({}, "The API has resolvers, and no GraphQL schema.");
  if (exchange.request.body.state == BodyState::kStream) {
    const EffectRequest effect = ReadBody{};
    const ReplyValue& reply = co_await run.perform(effect);
    const auto* body = std::get_if<BodyReply>(&reply);
    if (body == nullptr) co_return run.fail("ClientConnectionFailure", "The body of the request could not be read.");
    exchange.request.body.state = BodyState::kBuffered;
    exchange.request.body.content = body->content;
  }
  auto* prepared = run.arena().make<Prepared>();
  auto* errors = run.arena().make<GraphqlErrors>();
  if (!prepare(run, schema, *prepared, *errors)) co_return refuse(run, prepared->request, *errors);
  GraphqlExecution& execution = *prepared->execution;
  for (const FieldGroup* group = execution.begin(); group != nullptr; group = group->next) {
    execution.start_root(*group);
    const Join join{run};
    // source: GraphQL specification, 6.2.2: one mutation after the other
    if (prepared->is_mutation || group->next == nullptr) co_await join;
  }
  co_return finish(run, execution);
}

}  // namespace portcullis
