#include "policies/support/open_id.h"

#include "base/text.h"
#include "engine/json/json.h"

namespace portcullis {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kGoodFor = 1h;
constexpr std::chrono::milliseconds kTimeout = 10s;
constexpr std::size_t kMostBytes = std::size_t{1} << 20;

HttpCall get_call(PolicyRun& run, std::string_view url) {
  static constexpr HeaderView kHeaders[] = {{"Accept", "application/json"}};
  HttpCall call;
  call.purpose = Purpose::kCallout;
  call.policy = run.step().element;
  call.method = "GET";
  call.url = url;
  call.headers = kHeaders;
  call.timeout = kTimeout;
  call.follow_redirects = true;
  return call;
}

// The object that came back, or null; `problem` says why not.
JObject* answered_object(PolicyRun& run, const ReplyValue& reply, std::string_view& problem) {
  const auto* answer = std::get_if<ResponseReply>(&reply);
  if (answer == nullptr) {
    const auto* failure = std::get_if<FailureReply>(&reply);
    problem = failure == nullptr || failure->message.empty() ? std::string_view("no answer came") : failure->message;
    return nullptr;
  }
  problem = "the answer's status is not 200";
  if (answer->response.status != 200) return nullptr;
  problem = "the answer is too large";
  if (answer->response.body.content.size() > kMostBytes) return nullptr;
  problem = "the answer is no JSON object";
  Run& values = run.run();
  values.start_expression();
  JToken* token = parse_json(values, answer->response.body.content, {.root = JsonRoot::kObject, .dates = false});
  values.pending = nullptr;
  values.exceeded = Limit::kNone;
  return as_object(token);
}

std::string_view text_member(PolicyRun& run, const JObject& object, std::string_view name) {
  JValue* value = as_value(find(object, name));
  return value == nullptr || value->kind != JTokenType::kString ? std::string_view() : text_of(*value, run.arena());
}

bool give_up(PolicyRun& run, const Provider& provider, std::string_view url, std::string_view problem) {
  if (run.tracing()) run.trace(joined("The signing keys at ", url, " cannot be had: ", problem, "."));
  if (run.stores().documents != nullptr) run.stores().documents->failed(provider.key, run.now());
  return false;
}

std::shared_ptr<ProviderKeys> read_keys(PolicyRun& run, const Provider& provider, const JObject& set) {
  auto made = std::make_shared<ProviderKeys>();
  made->issuer = provider.issuer;
  return read_key_set(run.run(), set, made->keys) ? made : nullptr;
}

}  // namespace

Provider make_provider(PolicyRun& run, std::string_view url) {
  Provider made;
  made.url = run.text(trim_ascii(url));
  made.key = run.text(joined("openid\n", made.url));
  return made;
}

DocumentStore::Next ask_for_keys(PolicyRun& run, const Provider& provider, bool wants_newer) {
  if (provider.was_fetched) return DocumentStore::Next::kUse;
  if (run.stores().documents == nullptr) return DocumentStore::Next::kFetch;
  return run.stores().documents->find(provider.key, wants_newer, run.now()).next;
}

HttpCall metadata_call(PolicyRun& run, Provider& provider) {
  provider.was_fetched = true;
  if (run.tracing()) run.trace(joined("Fetching ", provider.url));
  return get_call(run, provider.url);
}

bool take_metadata(PolicyRun& run, Provider& provider, const ReplyValue& reply) {
  std::string_view problem;
  const JObject* metadata = answered_object(run, reply, problem);
  if (metadata == nullptr) return give_up(run, provider, provider.url, problem);
  provider.issuer = text_member(run, *metadata, "issuer");
  provider.keys_url = text_member(run, *metadata, "jwks_uri");
  UrlView parsed;
  if (!parse_url(provider.keys_url, parsed))
    return give_up(run, provider, provider.url, "the metadata have no `jwks_uri`");
  // Who asked for TLS gets keys over TLS.
  if (parsed.scheme != "https" && provider.url.starts_with("https:"))
    return give_up(run, provider, provider.keys_url, "the metadata came with TLS, the keys would not");
  return true;
}

HttpCall keys_call(PolicyRun& run, const Provider& provider) { return get_call(run, provider.keys_url); }

bool take_keys(PolicyRun& run, Provider& provider, const ReplyValue& reply) {
  std::string_view problem;
  const JObject* set = answered_object(run, reply, problem);
  if (set == nullptr) return give_up(run, provider, provider.keys_url, problem);
  const std::shared_ptr<ProviderKeys> keys = read_keys(run, provider, *set);
  if (keys == nullptr) return give_up(run, provider, provider.keys_url, "the answer is no key set");
  const std::string_view text = std::get<ResponseReply>(reply).response.body.content;
  provider.keys_text = text;
  if (run.stores().documents != nullptr)
    run.stores().documents->store(provider.key, keys, text.size() * 2, run.now() + kGoodFor, run.now());
  return true;
}

std::shared_ptr<const ProviderKeys> known_keys(PolicyRun& run, const Provider& provider) {
  if (run.stores().documents != nullptr)
    return std::static_pointer_cast<const ProviderKeys>(
        run.stores().documents->find(provider.key, false, run.now()).document);
  if (provider.keys_text.empty()) return nullptr;
  JToken* token = parse_json(run.run(), provider.keys_text, {.root = JsonRoot::kObject, .dates = false});
  run.run().pending = nullptr;
  const JObject* set = as_object(token);
  return set == nullptr ? nullptr : read_keys(run, provider, *set);
}

}  // namespace portcullis
