#include "policies/support/model_exchange.h"

#include "base/text.h"

namespace portcullis {

std::string_view name_of(ModelApi api) {
  switch (api) {
    case ModelApi::kNone:
      return "none";
    case ModelApi::kChat:
      return "chat completions";
    case ModelApi::kCompletion:
      return "completions";
    case ModelApi::kEmbeddings:
      return "embeddings";
    case ModelApi::kResponses:
      return "responses";
    case ModelApi::kAnthropic:
      return "messages";
    case ModelApi::kVertex:
      return "generateContent";
  }
  return {};
}

// ---- which API ----------------------------------------------------------------------------------------------------

namespace {

// source: ai-gateway.md#1.1
ModelApi api_of_path(std::string_view path, bool& streams) {
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with("/chat/completions")) return ModelApi::kChat;
  if (path.ends_with("/completions")) return ModelApi::kCompletion;
  if (path.ends_with("/embeddings")) return ModelApi::kEmbeddings;
  if (path.ends_with("/responses") || path.find("/responses/") != std::string_view::npos) return ModelApi::kResponses;
  if (path.ends_with("/messages")) return ModelApi::kAnthropic;
  if (path.ends_with(":generateContent")) return ModelApi::kVertex;
  if (path.ends_with(":streamGenerateContent")) {
    streams = true;
    return ModelApi::kVertex;
  }
  return ModelApi::kNone;
}

struct Members {
  bool messages = false, max_tokens = false, input = false, model = false, guided = false, prompt = false,
       contents = false;
};

ModelApi api_of_members(const Members& has, bool has_anthropic_version) {
  if (has.messages) return has.max_tokens && has_anthropic_version ? ModelApi::kAnthropic : ModelApi::kChat;
  if (has.input) return has.model || has.guided ? ModelApi::kResponses : ModelApi::kEmbeddings;
  if (has.prompt) return ModelApi::kCompletion;
  return has.contents ? ModelApi::kVertex : ModelApi::kNone;
}

std::int64_t count_items(JsonCursor& list) {
  std::int64_t count = 0;
  if (!list.open_array()) return 0;
  for (; list.next_item(); ++count) list.skip();
  return count;
}

}  // namespace

ModelRequest read_model_request(std::string_view path, std::string_view body, bool has_anthropic_version) {
  ModelRequest request;
  bool path_streams = false;
  const ModelApi by_path = api_of_path(path, path_streams);
  JsonCursor cursor(body);
  if (!cursor.open_object()) return {};
  Members has;
  for (JsonText name; cursor.next_member(name);) {
    if (name.is("messages") || name.is("contents")) {
      (name.is("messages") ? has.messages : has.contents) = true;
      request.messages = count_items(cursor);
    } else if (name.is("stream")) {
      cursor.boolean(request.streams);
    } else if (name.is("model")) {
      has.model = true;
      cursor.text(request.model);
    } else {
      has.max_tokens |= name.is("max_tokens");
      has.input |= name.is("input");
      has.guided |= name.is("instructions") || name.is("tools");
      has.prompt |= name.is("prompt");
      cursor.skip();
    }
  }
  if (cursor.broken()) return {};
  request.api = by_path != ModelApi::kNone ? by_path : api_of_members(has, has_anthropic_version);
  request.streams |= path_streams;
  return request;
}

// ---- texts --------------------------------------------------------------------------------------------------------

namespace {

constexpr int kMaxNesting = 16;  // of contents in contents

bool is_image_type(const JsonText& type) { return type.is("image_url") || type.is("input_image") || type.is("image"); }

void show_source(JsonCursor& cursor, TextVisitor& visitor) {
  if (cursor.kind() == JsonCursor::Kind::kString) {
    JsonText text;
    if (cursor.text(text)) visitor.text(text);
    return;
  }
  const std::string_view source = cursor.source();
  if (source != "null") visitor.text({.raw = source});
}

// A string member of an object that is looked at before the others: `role`, `type`.
bool peek_text(JsonCursor object, std::string_view wanted, JsonText& value) {
  bool found = false;
  if (!object.open_object()) return false;
  for (JsonText name; object.next_member(name);) {
    if (name.is(wanted)) {
      found = object.text(value);
    } else {
      object.skip();
    }
  }
  return found;
}

void visit_content(JsonCursor& cursor, TextVisitor& visitor, int depth);

// `{"name": "f", "arguments": "{…}"}`, or with `args`, `response` as an object.
void visit_function(JsonCursor& cursor, TextVisitor& visitor, bool is_inner = false) {
  if (!cursor.open_object()) return;
  for (JsonText name; cursor.next_member(name);) {
    if (name.is("name") || name.is("arguments") || name.is("args") || name.is("response") || name.is("input")) {
      show_source(cursor, visitor);
    } else if (name.is("function") && !is_inner) {
      visit_function(cursor, visitor, true);
    } else {
      cursor.skip();
    }
  }
}

// A part of a content: `{"type": "text", "text": …}`, an image, a call of a tool or its result; Vertex names no type.
void visit_part(JsonCursor& cursor, TextVisitor& visitor, int depth) {
  if (cursor.kind() == JsonCursor::Kind::kString) return show_source(cursor, visitor);
  JsonText type;
  if (peek_text(cursor, "type", type) && is_image_type(type)) {
    visitor.image();
    return cursor.skip();
  }
  if (!cursor.open_object()) return;
  for (JsonText name; cursor.next_member(name);) {
    if (name.is("text") || name.is("thinking") || name.is("refusal") || name.is("partial_json") || name.is("output") ||
        name.is("input") || name.is("arguments")) {
      show_source(cursor, visitor);
    } else if (name.is("content")) {
      visit_content(cursor, visitor, depth + 1);
    } else if (name.is("functionCall") || name.is("functionResponse")) {
      visit_function(cursor, visitor);
    } else {
      if (name.is("inlineData") || name.is("fileData")) visitor.image();
      cursor.skip();
    }
  }
}

void visit_content(JsonCursor& cursor, TextVisitor& visitor, int depth) {
  if (depth > kMaxNesting) return cursor.skip();
  switch (cursor.kind()) {
    case JsonCursor::Kind::kArray:
      cursor.open_array();
      while (cursor.next_item()) visit_part(cursor, visitor, depth);
      return;
    case JsonCursor::Kind::kObject:
      return visit_part(cursor, visitor, depth);
    case JsonCursor::Kind::kString:
      return show_source(cursor, visitor);
    default:
      return cursor.skip();
  }
}

void visit_tool_calls(JsonCursor& cursor, TextVisitor& visitor) {
  if (!cursor.open_array()) return;
  while (cursor.next_item()) visit_function(cursor, visitor);
}

// The members of a message, whichever API it is of.
void visit_message_members(JsonCursor& cursor, TextVisitor& visitor) {
  if (cursor.kind() == JsonCursor::Kind::kString) return show_source(cursor, visitor);
  if (!cursor.open_object()) return;
  for (JsonText name; cursor.next_member(name);) {
    if (name.is("content") || name.is("parts")) {
      visit_content(cursor, visitor, 0);
    } else if (name.is("text") || name.is("refusal") || name.is("reasoning_content") || name.is("arguments") ||
               name.is("partial_json") || name.is("thinking") || name.is("output")) {
      show_source(cursor, visitor);
    } else if (name.is("tool_calls")) {
      visit_tool_calls(cursor, visitor);
    } else if (name.is("function_call")) {
      visit_function(cursor, visitor);
    } else {
      cursor.skip();
    }
  }
}

void visit_message(JsonCursor& cursor, TextVisitor& visitor) {
  JsonText role;
  JsonText ignored;
  const bool has_role = peek_text(cursor, "role", role);
  const bool is_system = has_role && (role.is("system") || role.is("developer"));
  visitor.message(has_role ? role.raw : std::string_view("user"), is_system, peek_text(cursor, "name", ignored));
  visit_message_members(cursor, visitor);
}

void visit_dialog(JsonCursor& cursor, TextVisitor& visitor) {
  if (cursor.kind() != JsonCursor::Kind::kArray) {
    visitor.message("user", false, false);
    return visit_content(cursor, visitor, 0);
  }
  cursor.open_array();
  while (cursor.next_item()) visit_message(cursor, visitor);
}

// A string, an array of strings, of token ids, or of arrays of token ids.
void visit_inputs(JsonCursor& cursor, TextVisitor& visitor, int depth = 0) {
  if (cursor.kind() != JsonCursor::Kind::kArray || depth > 1) {
    if (cursor.kind() == JsonCursor::Kind::kString) return show_source(cursor, visitor);
    if (cursor.kind() == JsonCursor::Kind::kNumber) visitor.token_ids(1);
    return cursor.skip();
  }
  cursor.open_array();
  while (cursor.next_item()) visit_inputs(cursor, visitor, depth + 1);
}

bool is_system_member(ModelApi api, const JsonText& name) {
  switch (api) {
    case ModelApi::kResponses:
      return name.is("instructions");
    case ModelApi::kAnthropic:
      return name.is("system");
    case ModelApi::kVertex:
      return name.is("systemInstruction") || name.is("system_instruction");
    default:
      return false;
  }
}

bool is_dialog_member(ModelApi api, const JsonText& name) {
  switch (api) {
    case ModelApi::kResponses:
      return name.is("input");
    case ModelApi::kVertex:
      return name.is("contents");
    case ModelApi::kChat:
    case ModelApi::kAnthropic:
      return name.is("messages");
    default:
      return false;
  }
}

bool is_input_member(ModelApi api, const JsonText& name) {
  return api == ModelApi::kCompletion ? name.is("prompt") : api == ModelApi::kEmbeddings && name.is("input");
}

}  // namespace

// Every member of a name that stands twice is shown: which one the backend takes is not known. source:
// ai-gateway.md#1.2
void visit_prompt(ModelApi api, std::string_view body, TextVisitor& visitor) {
  JsonCursor first(body);
  if (first.open_object()) {
    for (JsonText name; first.next_member(name);) {
      if (!is_system_member(api, name)) {
        first.skip();
        continue;
      }
      visitor.message("system", true, false);
      if (api == ModelApi::kVertex) {
        visit_message_members(first, visitor);
      } else {
        visit_content(first, visitor, 0);
      }
    }
  }
  JsonCursor second(body);
  if (!second.open_object()) return;
  for (JsonText name; second.next_member(name);) {
    if (is_dialog_member(api, name)) {
      visit_dialog(second, visitor);
    } else if (is_input_member(api, name)) {
      visit_inputs(second, visitor);
    } else {
      second.skip();
    }
  }
}

// ---- answers ------------------------------------------------------------------------------------------------------

namespace {

std::int64_t index_of(JsonCursor object) {
  std::int64_t index = 0;
  if (!object.open_object()) return 0;
  for (JsonText name; object.next_member(name);) {
    if (name.is("index")) {
      object.integer(index);
    } else {
      object.skip();
    }
  }
  return index;
}

// `choices` and `candidates`.
void visit_choices(JsonCursor& cursor, TextVisitor& visitor) {
  if (!cursor.open_array()) return;
  while (cursor.next_item()) {
    visitor.choice(index_of(cursor));
    if (!cursor.open_object()) continue;
    for (JsonText name; cursor.next_member(name);) {
      if (name.is("message") || name.is("delta") || name.is("content")) {
        visit_message_members(cursor, visitor);
      } else if (name.is("text")) {
        show_source(cursor, visitor);
      } else {
        cursor.skip();
      }
    }
  }
}

}  // namespace

void visit_answer(std::string_view json, TextVisitor& visitor) {
  JsonCursor cursor(json);
  // Vertex without `alt=sse` streams one array of chunks.
  if (cursor.kind() == JsonCursor::Kind::kArray) {
    cursor.open_array();
    while (cursor.next_item()) {
      if (cursor.kind() == JsonCursor::Kind::kObject) {
        visit_answer(cursor.source(), visitor);
      } else {
        cursor.skip();
      }
    }
    return;
  }
  if (!cursor.open_object()) return;
  for (JsonText name; cursor.next_member(name);) {
    if (name.is("choices") || name.is("candidates")) {
      visit_choices(cursor, visitor);
    } else if (name.is("output")) {
      if (!cursor.open_array()) continue;
      while (cursor.next_item()) visit_message_members(cursor, visitor);
    } else if (name.is("content")) {
      visit_content(cursor, visitor, 0);
    } else if (name.is("delta")) {
      visit_message_members(cursor, visitor);
    } else {
      cursor.skip();
    }
  }
}

// ---- usage --------------------------------------------------------------------------------------------------------

namespace {

void read_count(JsonCursor& cursor, std::optional<std::int64_t>& count, ReportedUsage& usage) {
  JsonCursor peek = cursor;
  if (peek.source() == "null") return cursor.skip();
  std::int64_t value = 0;
  if (cursor.integer(value) && value >= 0 && value <= ReportedUsage::kMostTokens) {
    count = value;
  } else {
    usage.has_bad_counts = true;
  }
}

void read_details(JsonCursor& cursor, ReportedUsage& usage) {
  if (!cursor.open_object()) return;
  for (JsonText name; cursor.next_member(name);) {
    if (name.is("cached_tokens")) {
      read_count(cursor, usage.cached, usage);
    } else if (name.is("reasoning_tokens")) {
      read_count(cursor, usage.reasoning, usage);
    } else {
      cursor.skip();
    }
  }
}

// The names of all APIs at once: they do not contradict each other. source: ai-gateway.md#1.3
void read_usage_object(JsonCursor& cursor, ReportedUsage& usage) {
  if (!cursor.open_object()) return;
  for (JsonText name; cursor.next_member(name);) {
    if (name.is("prompt_tokens") || name.is("input_tokens") || name.is("promptTokenCount")) {
      read_count(cursor, usage.prompt, usage);
    } else if (name.is("completion_tokens") || name.is("output_tokens") || name.is("candidatesTokenCount")) {
      read_count(cursor, usage.completion, usage);
    } else if (name.is("total_tokens") || name.is("totalTokenCount")) {
      read_count(cursor, usage.total, usage);
    } else if (name.is("cache_read_input_tokens") || name.is("cachedContentTokenCount")) {
      read_count(cursor, usage.cached, usage);
    } else if (name.is("thoughtsTokenCount")) {
      read_count(cursor, usage.reasoning, usage);
    } else if (name.is("prompt_tokens_details") || name.is("completion_tokens_details") ||
               name.is("input_tokens_details") || name.is("output_tokens_details")) {
      read_details(cursor, usage);
    } else {
      cursor.skip();
    }
  }
}

void read_usage_at(JsonCursor& cursor, ReportedUsage& usage, int depth) {
  if (cursor.kind() == JsonCursor::Kind::kArray && depth == 0) {
    cursor.open_array();
    while (cursor.next_item()) read_usage_at(cursor, usage, 1);
    return;
  }
  if (!cursor.open_object()) return;
  for (JsonText name; cursor.next_member(name);) {
    if (name.is("usage") || name.is("usageMetadata")) {
      read_usage_object(cursor, usage);
    } else if (depth < 2 && (name.is("response") || name.is("message"))) {
      read_usage_at(cursor, usage, 2);
    } else {
      cursor.skip();
    }
  }
}

}  // namespace

void read_usage(std::string_view json, ReportedUsage& usage) {
  JsonCursor cursor(json);
  read_usage_at(cursor, usage, 0);
}

}  // namespace portcullis
