// llm-semantic-cache-lookup and azure-openai-semantic-cache-lookup: answers a chat from what was answered to a prompt
// of about the same meaning. source: llm-semantic-cache-lookup-policy, azure-openai-semantic-cache-lookup-policy
//
// The prompt becomes a vector (a call of the embeddings backend), the nearest stored vector of the same partition
// within `score-threshold` (a distance: 0 is the same) gives the answer. Whatever fails is a miss. On a hit outbound
// goes on as after cache-lookup. source: ai-gateway.md#4
#include <charconv>
#include <cmath>
#include <string>

#include "base/text.h"
#include "engine/json/json.h"
#include "engine/policy/codes.h"
#include "policies/support/backend.h"
#include "policies/support/call.h"
#include "policies/support/identity.h"
#include "policies/support/model_call.h"
#include "policies/support/response_cache.h"
#include "policies/support/semantic_cache.h"
#include "policies/support/text.h"
#include "policies/table.h"

namespace portcullis {

enum class EmbeddingsAuth : std::uint8_t { kSystemAssigned, kHeader };
constexpr Word kEmbeddingsAuthWords[] = {{"system-assigned", 0}, {"header", 1}};
constexpr std::span<const Word> portcullis_words(EmbeddingsAuth*) { return kEmbeddingsAuthWords; }

namespace {

constexpr std::string_view kModelResource = "https://cognitiveservices.azure.com";
constexpr std::string_view kApiVersion = "2024-02-01";           // chosen
constexpr std::chrono::milliseconds kEmbeddingsTimeout{20'000};  // chosen
constexpr std::size_t kMaxPromptBytes = std::size_t{256} << 10;  // longer ones are not compared
constexpr std::size_t kMaxDimensions = 16'384;
// Two vectors of one text may differ in the last bits. source: ai-gateway.md#4 "must always match"
constexpr double kRounding = 1e-6;

struct SemanticCacheLookup {
  Setting<double> score_threshold;
  Setting<std::string_view> embeddings_backend_id;
  EmbeddingsAuth embeddings_backend_auth = EmbeddingsAuth::kSystemAssigned;
  Setting<bool> ignore_system_messages;
  Setting<std::int32_t> max_message_count;
  std::string_view cache_id;  // in the schema only
  std::span<const Setting<std::string_view>> vary_by;
};

constexpr AttributeSpec kAttributes[] = {
    required<&SemanticCacheLookup::score_threshold>("score-threshold"),
    required<&SemanticCacheLookup::embeddings_backend_id>("embeddings-backend-id"),
    optional<&SemanticCacheLookup::embeddings_backend_auth>("embeddings-backend-auth"),
    optional<&SemanticCacheLookup::ignore_system_messages>("ignore-system-messages"),
    optional<&SemanticCacheLookup::max_message_count>("max-message-count"),
    optional<&SemanticCacheLookup::cache_id>("cache-id"),
};
constexpr ChildSpec kChildren[] = {texts<&SemanticCacheLookup::vary_by>("vary-by", 0, kMany)};

void check(Reader& reader, const Element& element, void* config) {
  const auto& lookup = *static_cast<const SemanticCacheLookup*>(config);
  const Attribute* score = element.find("score-threshold");
  if (score != nullptr && score->value.is_literal() && lookup.score_threshold.expression == nullptr) {
    const double value = lookup.score_threshold.literal;
    if (!(value >= 0 && value <= 1)) {
      reader.report(score->value.span, policy_code::kWrongLiteral, "`score-threshold` is a number from 0.0 to 1.0");
    } else if (value > 0.2) {
      reader.warn(score->value.span, policy_code::kSuspicious,
                  "`score-threshold` is a distance: above 0.2 prompts of different meanings share an answer",
                  "begin with 0.05");
    }
  }
  const Attribute* count = element.find("max-message-count");
  if (count != nullptr && count->value.is_literal() && lookup.max_message_count.expression == nullptr &&
      lookup.max_message_count.literal < 1)
    reader.report(count->value.span, policy_code::kWrongLiteral, "`max-message-count` is a number above zero");
}

// ---- what is compared ---------------------------------------------------------------------------------------------

/// The texts of a dialog, a line each, with their roles.
class DialogText final : public TextVisitor {
 public:
  explicit DialogText(bool skips_system) : skips_system_(skips_system) {}

  void message(std::string_view role, bool is_system, bool) override {
    skips_ = skips_system_ && is_system;
    if (!skips_) append(text_, text_.empty() ? "" : "\n", role, ": ");
  }
  void text(const JsonText& text) override {
    if (!skips_ && text_.size() <= kMaxPromptBytes) text.append_to(text_);
  }
  void image() override { has_image_ = true; }

  [[nodiscard]] const std::string& text() const { return text_; }
  /// An image has no text to compare: two prompts that differ in nothing else must not meet.
  [[nodiscard]] bool is_comparable() const { return !has_image_ && !text_.empty() && text_.size() <= kMaxPromptBytes; }

 private:
  bool skips_system_;
  bool skips_ = false;
  bool has_image_ = false;
  std::string text_;
};

// Parts with their lengths in front, so that no two lists of parts make one text.
void add_part(std::string& key, std::string_view part) { append(key, part.size(), ':', part, ';'); }

// A cached answer must have the form that was asked for. source: ai-gateway.md#4 (chosen)
bool shapes_the_answer(const JsonText& name) {
  for (const std::string_view shaping :
       {"model", "temperature", "top_p", "max_tokens", "max_completion_tokens", "tools", "tool_choice", "functions",
        "response_format", "n", "stop", "seed", "modalities", "reasoning_effort", "logit_bias", "presence_penalty",
        "frequency_penalty"}) {
    if (name.is(shaping)) return true;
  }
  return false;
}

bool write_partition(PolicyRun& run, const SemanticCacheLookup& config, std::string_view backend, const ModelCall& call,
                     std::string& key) {
  const Exchange& exchange = run.exchange();
  const ApiView* api = exchange.view.api;
  add_part(key, config.cache_id);
  add_part(key, backend);
  add_part(key, api == nullptr ? std::string_view() : api->id);
  add_part(key, exchange.request.url.path);  // names the deployment
  for (const Setting<std::string_view>& setting : config.vary_by) {
    std::string_view value;
    if (!run.get(setting, value)) return false;
    add_part(key, value);
  }
  key += '|';
  JsonCursor cursor(call.body);
  if (!cursor.open_object()) return true;
  for (JsonText name; cursor.next_member(name);) {
    if (shapes_the_answer(name)) {
      add_part(key, name.raw);
      add_part(key, cursor.source());
    } else {
      cursor.skip();
    }
  }
  return true;
}

// ---- vectors ------------------------------------------------------------------------------------------------------

bool is_azure_host(std::string_view host) {
  for (const std::string_view suffix :
       {".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com"}) {
    if (host.size() > suffix.size() && equals_ignoring_ascii_case(host.substr(host.size() - suffix.size()), suffix))
      return true;
  }
  return false;
}

bool build_call(PolicyRun& run, std::string_view backend_id, const BackendView* backend, std::string_view token,
                std::string_view text, HttpCall& call) {
  Arena& arena = run.arena();
  HeaderList headers;
  headers.set("Content-Type", "application/json", arena);
  Url url;
  if (backend == nullptr) {
    call.backend_id = backend_id;
  } else {
    UrlView parts;
    if (!parse_url(backend->url, parts)) return false;
    url.assign(parts);
    if (url.query.empty() && is_azure_host(url.host)) url.query = concatenated(arena, {"api-version=", kApiVersion});
    add_credentials(run, *backend, headers, url);
    call.url = url.text(arena);
    connect_as(*backend, call);
  }
  if (!token.empty()) headers.set("Authorization", concatenated(arena, {"Bearer ", token}), arena);
  std::string body = "{\"input\":\"";
  append_json_escaped(body, text);
  body += "\"}";
  call.purpose = Purpose::kCallout;
  call.policy = "llm-semantic-cache-lookup";
  call.method = "POST";
  call.headers = headers.lines(arena);
  call.body = {BodyState::kBuffered, run.text(body)};
  call.timeout = kEmbeddingsTimeout;
  return true;
}

// The numbers of an array; empty when one is none, is not finite, or there are too many.
std::span<const float> read_numbers(PolicyRun& run, JsonCursor& cursor) {
  JsonCursor counting = cursor;
  std::size_t size = 0;
  if (!counting.open_array()) return cursor.skip(), std::span<const float>();
  for (; counting.next_item(); ++size) counting.skip();
  if (counting.broken() || size == 0 || size > kMaxDimensions) return cursor.skip(), std::span<const float>();
  const std::span<float> numbers = run.arena().array<float>(size);
  cursor.open_array();
  double length = 0;
  bool is_good = true;
  for (float& number : numbers) {
    if (!cursor.next_item()) return {};
    const std::string_view digits = cursor.source();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    is_good &= error == std::errc{} && end == digits.data() + digits.size() && std::isfinite(number);
    length += static_cast<double>(number) * static_cast<double>(number);
  }
  cursor.next_item();
  return is_good && length > 0 && std::isfinite(length) ? numbers : std::span<const float>();
}

/// `data[0].embedding`
std::span<const float> read_vector(PolicyRun& run, std::string_view body) {
  JsonCursor cursor(body);
  std::span<const float> vector;
  if (!cursor.open_object()) return {};
  for (JsonText name; cursor.next_member(name);) {
    if (!name.is("data") || !vector.empty() || cursor.kind() != JsonCursor::Kind::kArray) {
      cursor.skip();
      continue;
    }
    cursor.open_array();
    for (bool is_first = true; cursor.next_item(); is_first = false) {
      if (!is_first || cursor.kind() != JsonCursor::Kind::kObject) {
        cursor.skip();
        continue;
      }
      cursor.open_object();
      for (JsonText member; cursor.next_member(member);) {
        if (member.is("embedding")) {
          vector = read_numbers(run, cursor);
        } else {
          cursor.skip();
        }
      }
    }
  }
  return cursor.broken() ? std::span<const float>() : vector;
}

std::span<const float> vector_of(PolicyRun& run, const ReplyValue& reply, std::string& why) {
  if (const auto* failure = std::get_if<FailureReply>(&reply)) {
    why = joined("the embeddings backend cannot be asked: ", failure->message);
    return {};
  }
  const auto* answer = std::get_if<ResponseReply>(&reply);
  if (answer == nullptr || answer->response.status != 200) {
    why = joined("the embeddings backend answered ", answer == nullptr ? 0 : answer->response.status);
    return {};
  }
  const Response* response = run.exchange().make_response(answer->response);
  const std::span<const float> vector = read_vector(run, decoded_body(run, *response).value_or(std::string_view()));
  if (vector.empty()) why = "the embeddings backend gave no usable vector";
  return vector;
}

// ---- the step -----------------------------------------------------------------------------------------------------

Outcome miss(PolicyRun& run, std::string_view why) {
  if (run.tracing()) run.trace(joined("Semantic cache: a miss, ", why, "."));
  return Outcome::kContinue;
}

// Why the request is not looked up at all; empty: it is.
std::string_view reason_to_skip(const ModelCall& call, std::int32_t max_messages, bool has_max) {
  if (call.request.api != ModelApi::kChat) return "only chat completions are cached";
  if (call.request.streams) return "streams are not cached";
  if (has_max && call.request.messages > max_messages) return "the dialog has more than max-message-count messages";
  return {};
}

std::string_view deployed_token_client(const BackendView* backend) {
  return backend == nullptr ? std::string_view() : backend->identity_client_id;
}

Task run(PolicyRun& run, const SemanticCacheLookup& config) {
  double threshold = 0;
  std::string_view backend_id;
  bool ignores_system = false;
  std::int32_t max_messages = 0;
  if (!run.get(config.score_threshold, threshold) || !run.get(config.embeddings_backend_id, backend_id) ||
      !run.get(config.ignore_system_messages, ignores_system) || !run.get(config.max_message_count, max_messages))
    co_return Outcome::kFail;
  if (!(threshold >= 0 && threshold <= 1))
    co_return run.fail("ExpressionValueEvaluationFailure",
                       "Expression evaluation failed. `score-threshold` is not from 0.0 to 1.0.");
  ModelCall& call = model_call(run);
  const std::string_view skip = reason_to_skip(call, max_messages, config.max_message_count.is_present);
  if (!skip.empty()) co_return miss(run, skip);
  auto* lookup = run.arena().make<SemanticLookup>();
  std::string_view prompt;
  {
    DialogText dialog(ignores_system);
    visit_prompt(ModelApi::kChat, call.body, dialog);
    std::string partition;
    if (!write_partition(run, config, backend_id, call, partition)) co_return Outcome::kFail;
    if (!dialog.is_comparable())
      co_return miss(run, "the prompt cannot be compared: no text, an image, or over 256 KiB");
    prompt = run.text(dialog.text());
    lookup->partition = run.text(partition);
  }
  const BackendView* backend = find_backend(run.exchange(), backend_id);
  if (backend == nullptr && run.exchange().view.backends.data() != nullptr)
    co_return miss(run, "there is no backend of that id");
  std::string_view token;
  if (config.embeddings_backend_auth == EmbeddingsAuth::kSystemAssigned) {
    const TokenCall wanted{.resource = kModelResource, .client_id = deployed_token_client(backend)};
    const EffectRequest asking = wanted;
    const ReplyValue& answer = co_await run.perform(asking);
    std::string_view problem;
    token = received_token(run, wanted, answer, problem);
    if (token.empty()) co_return miss(run, problem);
  }
  EffectRequest effect;
  if (!build_call(run, backend_id, backend, token, prompt, effect.emplace<HttpCall>()))
    co_return miss(run, "the URL of the embeddings backend is none");
  const ReplyValue& embedded = co_await run.perform(effect);
  {
    std::string why;
    lookup->vector = vector_of(run, embedded, why);
    if (lookup->vector.empty()) co_return miss(run, why);
  }
  lookup->scope = run.step().scope;
  lookup->earlier = call.lookups;
  call.lookups = lookup;
  const EffectRequest finding = VectorOperation{.kind = VectorOperation::Kind::kFind,
                                                .partition = lookup->partition,
                                                .vector = lookup->vector,
                                                .max_distance = threshold + kRounding};
  const ReplyValue& found = co_await run.perform(finding);
  const auto* hit = std::get_if<CacheReply>(&found);
  if (hit == nullptr) co_return miss(run, "the vector cache cannot be asked");
  if (!hit->value.has_value()) co_return miss(run, "nothing near enough is stored");
  const std::optional<CachedResponse> cached = read_entry(run, *hit->value);
  if (!cached.has_value()) co_return miss(run, "the entry is over, or none of ours");
  for (SemanticLookup* at = call.lookups; at != nullptr; at = at->earlier) at->is_answered = true;
  call.from_cache = true;
  if (run.tracing()) run.trace("Semantic cache: a hit. The response comes from the cache.");
  co_return run.continue_in_outbound(
      cached->response,
      behind_store(run.outbound(), {&kLlmSemanticCacheStore, &kAzureOpenaiSemanticCacheStore}, lookup->scope));
}

void emit(FlowBuilder& flow, const Element&, const void* config) {
  constexpr auto kRun = [](PolicyRun& run_of, const FlowOp& op) {
    const Task task = run(run_of, *static_cast<const SemanticCacheLookup*>(op.config));
    return task.done() ? task.outcome() : Outcome::kSuspend;
  };
  flow.emit({.run = kRun, .config = config, .needs = kNeedsRequestBody});
}

constexpr PolicySpec spec_named(std::string_view name) {
  return flow_policy<SemanticCacheLookup>(name, element_of<SemanticCacheLookup>(kAttributes, kChildren), &emit)
      .in(kInboundOnly)
      .at(kSemanticCacheScopes)
      .checked_by(&check)
      .once();
}

}  // namespace

const PolicySpec kLlmSemanticCacheLookup = spec_named("llm-semantic-cache-lookup");
const PolicySpec kAzureOpenaiSemanticCacheLookup = spec_named("azure-openai-semantic-cache-lookup");

}  // namespace portcullis
