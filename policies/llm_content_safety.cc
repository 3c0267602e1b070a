// llm-content-safety: prompts and answers of models are shown to a content safety service, and what it finds harmful
// goes no further. source: llm-content-safety-policy, ai-gateway.md#5
//
//     inbound     the request's text; with enforce-on-completions the answer's too
//     outbound    the answer's text
//
// An event stream is held in windows: what was judged goes on, at a violation the stream ends. A service that fails, or
// that says nothing we can read, blocks: the verdict of the caller is the same, the trace says what really happened.
#include <memory>
#include <string>

#include "base/text.h"
#include "engine/pipeline/core.h"
#include "engine/pipeline/error_response.h"
#include "engine/policy/codes.h"
#include "policies/support/backend.h"
#include "policies/support/content_safety.h"
#include "policies/support/exists_action.h"
#include "policies/support/identity.h"
#include "policies/support/model_call.h"
#include "policies/support/text.h"
#include "policies/table.h"

namespace portcullis {
namespace {

constexpr std::string_view kSafetyResource = "https://cognitiveservices.azure.com";
constexpr Word kOutputTypeWords[] = {{"FourSeverityLevels", 0}, {"EightSeverityLevels", 1}};
constexpr Word kCategoryWords[] = {{"Hate", 0}, {"SelfHarm", 1}, {"Sexual", 2}, {"Violence", 3}};

struct CategoryRule {
  Setting<std::string_view> name;
  Setting<std::int32_t> threshold;
};
struct Categories {
  Setting<std::string_view> output_type = std::string_view("FourSeverityLevels");
  std::span<const CategoryRule> categories;
};
struct Blocklists {
  std::span<const Setting<std::string_view>> ids;
};
struct ContentSafety {
  Setting<std::string_view> backend_id;
  Setting<bool> shield_prompt;
  Setting<bool> enforce_on_completions;
  Setting<std::int32_t> window_size = 1'000;  // the newest page; older ones had 10 000
  Setting<std::int32_t> window_overlap_size;
  const Categories* categories = nullptr;
  const Blocklists* blocklists = nullptr;
  const Blocklists* misspelt_blocklists = nullptr;  // as Microsoft's toolkit writes it
};

constexpr AttributeSpec kCategoryAttributes[] = {required<&CategoryRule::name>("name"),
                                                 required<&CategoryRule::threshold>("threshold")};

void check_category(Reader& reader, const Element& element, void* config) {
  const auto& rule = *static_cast<const CategoryRule*>(config);
  check_word(reader, element, "name", kCategoryWords);
  const Attribute* threshold = element.find("threshold");
  if (threshold != nullptr && threshold->value.is_literal() && rule.threshold.expression == nullptr &&
      (rule.threshold.literal < 0 || rule.threshold.literal > 7))
    reader.report(threshold->value.span, policy_code::kWrongLiteral, "`threshold` is a number from 0 to 7");
}

constexpr ElementSpec kCategory = checked(element_of<CategoryRule>(kCategoryAttributes), &check_category);
constexpr AttributeSpec kCategoriesAttributes[] = {optional<&Categories::output_type>("output-type")};
constexpr ChildSpec kCategoriesChildren[] = {elements<&Categories::categories, &kCategory>("category", 1, kMany)};

void check_categories(Reader& reader, const Element& element, void*) {
  check_word(reader, element, "output-type", kOutputTypeWords);
}

constexpr ElementSpec kCategories =
    checked(element_of<Categories>(kCategoriesAttributes, kCategoriesChildren), &check_categories);
constexpr ChildSpec kBlocklistsChildren[] = {texts<&Blocklists::ids>("id", 1, kMany)};
constexpr ElementSpec kBlocklists = element_of<Blocklists>({}, kBlocklistsChildren);

constexpr AttributeSpec kAttributes[] = {
    required<&ContentSafety::backend_id>("backend-id"),
    optional<&ContentSafety::shield_prompt>("shield-prompt"),
    optional<&ContentSafety::enforce_on_completions>("enforce-on-completions"),
    optional<&ContentSafety::window_size>("window-size"),
    optional<&ContentSafety::window_overlap_size>("window-overlap-size"),
};
constexpr ChildSpec kChildren[] = {
    element<&ContentSafety::categories, &kCategories>("categories", false),
    element<&ContentSafety::blocklists, &kBlocklists>("blocklists", false),
    element<&ContentSafety::misspelt_blocklists, &kBlocklists>("block-lists", false),
};

void check_number(Reader& reader, const Element& element, std::string_view name, const Setting<std::int32_t>& number,
                  std::int32_t min) {
  const Attribute* attribute = element.find(name);
  if (attribute == nullptr || !attribute->value.is_literal() || number.expression != nullptr) return;
  if (number.literal >= min && number.literal <= static_cast<std::int32_t>(kMaxSafetyText)) return;
  reader.report(attribute->value.span, policy_code::kWrongLiteral,
                joined("`", name, "` is a number of characters from ", min, " to ", kMaxSafetyText));
}

void check(Reader& reader, const Element& element, void* config) {
  auto& safety = *static_cast<ContentSafety*>(config);
  check_number(reader, element, "window-size", safety.window_size, 1);
  check_number(reader, element, "window-overlap-size", safety.window_overlap_size, 0);
  if (safety.misspelt_blocklists != nullptr) {
    reader.warn(element.name_span, policy_code::kSuspicious, "`block-lists` is `blocklists`", "write <blocklists>");
    if (safety.blocklists == nullptr) safety.blocklists = safety.misspelt_blocklists;
  }
  const bool is_outbound = reader.section() == Section::kOutbound;
  const bool may_shield = !is_outbound && (safety.shield_prompt.expression != nullptr || safety.shield_prompt.literal);
  if (safety.categories == nullptr && safety.blocklists == nullptr && !may_shield) {
    reader.warn(element.name_span, policy_code::kSuspicious,
                is_outbound && safety.shield_prompt.is_present
                    ? "an answer is not shielded: there is nothing to check"
                    : "neither categories, blocklists nor shield-prompt: there is nothing to check");
  }
  if (is_outbound && safety.enforce_on_completions.is_present) {
    reader.warn(element.name_span, policy_code::kSuspicious, "`enforce-on-completions` does nothing in outbound");
  }
}

// ---- settings -----------------------------------------------------------------------------------------------------

bool bad_value(PolicyRun& run, std::string_view what) {
  run.fail("ExpressionValueEvaluationFailure", joined("Expression evaluation failed. ", what));
  return false;
}

bool read_categories(PolicyRun& run, const Categories& categories, SafetyRules& rules) {
  std::string_view output_type;
  std::int64_t word = 0;
  if (!run.get(categories.output_type, output_type)) return false;
  if (!match_word(trim_ascii(output_type), kOutputTypeWords, word))
    return bad_value(run, "The output-type is unknown.");
  rules.output_type = kOutputTypeWords[word].text;
  const std::span<SafetyCategory> read = run.arena().array<SafetyCategory>(categories.categories.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    std::string_view name;
    if (!run.get(categories.categories[i].name, name) ||
        !run.get(categories.categories[i].threshold, read[i].threshold))
      return false;
    if (!match_word(trim_ascii(name), kCategoryWords, word)) return bad_value(run, "The category is unknown.");
    if (read[i].threshold < 0 || read[i].threshold > 7) return bad_value(run, "The threshold is not from 0 to 7.");
    read[i].name = kCategoryWords[word].text;
  }
  rules.categories = read;
  return true;
}

bool read_rules(PolicyRun& run, const ContentSafety& config, bool is_request, SafetyRules& rules, bool& enforces) {
  std::string_view backend_id;
  std::int32_t window = 0;
  std::int32_t overlap = 0;
  if (!run.get(config.backend_id, backend_id) || !run.get(config.shield_prompt, rules.shields) ||
      !run.get(config.enforce_on_completions, enforces) || !run.get(config.window_size, window) ||
      !run.get(config.window_overlap_size, overlap))
    return false;
  if (window < 1 || overlap < 0) return bad_value(run, "The window is no number of characters.");
  rules.window = std::min<std::size_t>(static_cast<std::size_t>(window), kMaxSafetyText);
  // A piece that is all overlap would never move on.
  rules.overlap = std::min<std::size_t>(static_cast<std::size_t>(overlap), rules.window - 1);
  if (config.categories != nullptr && !read_categories(run, *config.categories, rules)) return false;
  if (config.blocklists != nullptr) {
    const std::span<std::string_view> ids = run.arena().array<std::string_view>(config.blocklists->ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!run.get(config.blocklists->ids[i], ids[i])) return false;
    }
    rules.blocklists = ids;
  }
  rules.shields &= is_request;
  rules.backend_id = trim_ascii(backend_id);
  return true;
}

// ---- the check ----------------------------------------------------------------------------------------------------

constexpr std::string_view kMessage = "Request failed content safety check.";
constexpr PolicyError kViolation{.source = {},
                                 .reason = "ContentSafetyPolicyViolated",
                                 .message = kMessage,
                                 .status = 403,
                                 .status_reason = {},
                                 .body_message = kMessage,
                                 .retry_after_header = {}};

Outcome block(PolicyRun& run, std::string_view why) {
  if (run.tracing()) run.trace(joined("Content safety: blocked, ", why, "."));
  return run.fail(kViolation);
}

}  // namespace

/// One element at work. The token is good for all calls of the request. Lies in the arena.
struct SafetyCheck {
  const ContentSafety* config = nullptr;
  SafetyRules rules;
  SafetyEndpoint endpoint;
  bool is_ready = false;     // else `problem` says why the service cannot be asked
  bool is_deferred = false;  // the answer streams: it is looked at when the response is settled
  std::string_view problem;
  SafetyCheck* earlier = nullptr;
};

namespace {

Outcome check_completion(PolicyRun& run, const FlowOp& op);

bool has_own_credentials(const BackendView& backend) {
  return backend.identity_resource.empty() && (!backend.credential_headers.empty() || !backend.authorization.empty());
}

// The settings, the endpoint and its token.
Task begin(PolicyRun& run, const ContentSafety& config) {
  auto* check = run.arena().make<SafetyCheck>();
  check->config = &config;
  const bool is_request = run.section() == Section::kInbound;
  bool enforces = false;
  if (!read_rules(run, config, is_request, check->rules, enforces)) co_return Outcome::kFail;
  if (!check->rules.asks_anything()) co_return Outcome::kContinue;
  ModelCall& call = model_call(run);
  check->earlier = call.safety_checks;
  call.safety_checks = check;
  const BackendView* backend = find_backend(run.exchange(), check->rules.backend_id);
  std::string_view token;
  if (backend == nullptr && run.exchange().view.backends.data() != nullptr) {
    check->problem = "there is no backend of that id";
  } else if (backend != nullptr && !has_own_credentials(*backend)) {
    const TokenCall wanted{
        .resource = backend->identity_resource.empty() ? kSafetyResource : backend->identity_resource,
        .client_id = backend->identity_client_id};
    const EffectRequest asking = wanted;
    const ReplyValue& answer = co_await run.perform(asking);
    token = received_token(run, wanted, answer, check->problem);
    if (!token.empty()) check->problem = {};
  }
  if (check->problem.empty()) {
    check->is_ready = make_endpoint(run, check->rules.backend_id, backend, token, check->endpoint);
    if (!check->is_ready) check->problem = "the URL of the backend is none";
  }
  if (is_request && enforces && check->rules.asks_analysis()) {
    const FlowOp& current = *run.fiber().current;
    run.core().before_outbound({.run = &check_completion, .config = check, .spec = current.spec, .step = current.step});
  }
  co_return Outcome::kContinue;
}

// ---- requests -----------------------------------------------------------------------------------------------------

std::string_view text_of_request(PolicyRun& run, std::string_view& problem) {
  const Request& request = run.exchange().request;
  if (request.body.state != BodyState::kBuffered) return {};
  if (!decoded_body(run, request).has_value()) {
    problem = "the request's body cannot be decoded";
    return {};
  }
  const ModelCall& call = model_call(run);
  SafetyText text(kMaxSafetyText * 4);
  visit_prompt(call.request.api, call.body, text);
  const std::string all = text.joined_texts();
  if (text.is_too_long() || count_characters(all) > kMaxSafetyText)
    problem = "the request has more than 10 000 characters";
  return run.text(all);
}

Task check_request(PolicyRun& run, SafetyCheck* check) {
  std::string_view problem;
  const std::string_view text = text_of_request(run, problem);
  if (!problem.empty()) co_return block(run, problem);
  if (text.empty()) co_return Outcome::kContinue;
  if (!check->is_ready) co_return block(run, check->problem);
  EffectRequest effect;
  for (Examination examination(check->rules, check->endpoint, text, kMaxSafetyText); examination.next(run, effect);) {
    const ReplyValue& reply = co_await run.perform(effect);
    if (!examination.accepts(run, reply)) co_return block(run, examination.why());
  }
  if (run.tracing()) run.trace("Content safety: nothing was found in the request.");
  co_return Outcome::kContinue;
}

// ---- answers ------------------------------------------------------------------------------------------------------

bool streams_past(PolicyRun& run, const Response& response) {
  return response.body.state == BodyState::kStream && is_event_stream(run, response);
}

std::string_view text_of_answer(PolicyRun& run, const Response& response, std::string_view& problem) {
  if (response.body.state != BodyState::kBuffered) return {};
  const std::optional<std::string_view> body = decoded_body(run, response);
  if (!body.has_value()) {
    problem = "the answer's body cannot be decoded";
    return {};
  }
  SafetyText text(std::string_view::npos);
  if (!is_event_stream(run, response)) {
    visit_answer(*body, text);
    return run.text(text.joined_texts());
  }
  EventStream events;
  const auto read = [&](std::string_view data, std::size_t) {
    if (data.data() == nullptr) problem = "an event of the stream is too large to be judged";
    visit_answer(data, text);
  };
  events.take(*body, read);
  events.end(read);
  return run.text(text.joined_texts());
}

// When the response is settled nothing can fail any more: it is replaced.
Outcome block_answer(PolicyRun& run, const SafetyCheck& check, std::string_view why) {
  if (!check.is_deferred) return block(run, why);
  if (run.tracing()) run.trace(joined("Content safety: blocked, ", why, "."));
  run.exchange().response = error_response(run.exchange(), kViolation);
  return Outcome::kContinue;
}

// A stream is put off to the end: a policy may still read it whole, else a filter watches it while it passes.
Task check_answer(PolicyRun& run, SafetyCheck* check) {
  Response* response = run.exchange().response;
  if (response == nullptr || !check->rules.asks_analysis()) co_return Outcome::kContinue;
  if (streams_past(run, *response)) {
    if (is_encoded(run, *response)) co_return block_answer(run, *check, "the stream is compressed");
    if (!check->is_ready) co_return block_answer(run, *check, check->problem);
    if (check->is_deferred) {
      run.core().passage.add(std::make_unique<SafetyFilter>(check->rules, check->endpoint, *run.fiber().current));
    } else {
      check->is_deferred = true;
      run.at_end(&check_completion, check);
    }
    co_return Outcome::kContinue;
  }
  if (response->body.state == BodyState::kStream) {
    const EffectRequest reading = ReadBody{.of_response = true};
    const ReplyValue& reply = co_await run.perform(reading);
    const auto* body = std::get_if<BodyReply>(&reply);
    if (body == nullptr) co_return block_answer(run, *check, "the answer's body cannot be read");
    response->body.state = BodyState::kBuffered;
    response->body.content = body->content;
  }
  std::string_view problem;
  const std::string_view text = text_of_answer(run, *response, problem);
  if (!problem.empty()) co_return block_answer(run, *check, problem);
  if (text.empty()) co_return Outcome::kContinue;
  if (!check->is_ready) co_return block_answer(run, *check, check->problem);
  EffectRequest effect;
  for (Examination examination(check->rules, check->endpoint, text, check->rules.window);
       examination.next(run, effect);) {
    const ReplyValue& reply = co_await run.perform(effect);
    if (!examination.accepts(run, reply)) co_return block_answer(run, *check, examination.why());
  }
  if (run.tracing()) run.trace("Content safety: nothing was found in the answer.");
  co_return Outcome::kContinue;
}

Outcome outcome_of(const Task& task) { return task.done() ? task.outcome() : Outcome::kSuspend; }

Outcome check_completion(PolicyRun& run, const FlowOp& op) {
  return outcome_of(check_answer(run, static_cast<SafetyCheck*>(const_cast<void*>(op.config))));
}

// ---- the steps ----------------------------------------------------------------------------------------------------

Outcome begin_op(PolicyRun& run, const FlowOp& op) {
  return outcome_of(begin(run, *static_cast<const ContentSafety*>(op.config)));
}

Outcome check_op(PolicyRun& run, const FlowOp& op) {
  const ModelCall* call = run.core().model_call;
  SafetyCheck* check = call == nullptr ? nullptr : call->safety_checks;
  while (check != nullptr && check->config != op.config) check = check->earlier;
  if (check == nullptr) return Outcome::kContinue;  // there is nothing to ask
  return outcome_of(run.section() == Section::kInbound ? check_request(run, check) : check_answer(run, check));
}

//     0  begin
//     1  check     of the message that stands in this section
void emit(FlowBuilder& flow, const Element&, const void* config) {
  const bool is_request = flow.reader().section() == Section::kInbound;
  const std::uint8_t needs = is_request ? kNeedsRequestBody : kNeedsNothing;
  flow.emit({.run = &begin_op, .config = config, .needs = needs});
  flow.emit({.run = &check_op, .config = config});
}

constexpr SectionSet kSections = bit(Section::kInbound) | bit(Section::kOutbound);
constexpr ScopeSet kScopes = kAnyScope & static_cast<ScopeSet>(~bit(Scope::kOperation));

}  // namespace

const PolicySpec kLlmContentSafety =
    flow_policy<ContentSafety>("llm-content-safety", element_of<ContentSafety>(kAttributes, kChildren), &emit)
        .in(kSections)
        .at(kScopes)
        .checked_by(&check);

}  // namespace portcullis
