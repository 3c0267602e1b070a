// .NET values as content of containers: what `new JArray(…)`, `Add`, `new JProperty(name, …)` and `new JValue(object)` accept.
#include "base/text.h"
#include "engine/dotnet/jconvert.h"
#include "engine/json/boxed.h"
#include "engine/types/type_table.h"

namespace portcullis {
namespace {

JTokenType kind_of(const Type& type) {
  switch (type.known) {
    case Known::kSByte:
    case Known::kByte:
    case Known::kInt16:
    case Known::kUInt16:
    case Known::kInt32:
    case Known::kUInt32:
    case Known::kInt64:
    case Known::kUInt64:
    case Known::kBigInteger:
      return JTokenType::kInteger;
    case Known::kSingle:
    case Known::kDouble:
    case Known::kDecimal:
      return JTokenType::kFloat;
    case Known::kDateTime:
    case Known::kDateTimeOffset:
      return JTokenType::kDate;
    case Known::kGuid: return JTokenType::kGuid;
    case Known::kUri: return JTokenType::kUri;
    case Known::kTimeSpan: return JTokenType::kTimeSpan;
    default: break;
  }
  if (type.kind == TypeKind::kEnum) return JTokenType::kInteger;
  if (type.kind == TypeKind::kArray && is_packed_array(type) && type.element->is(Known::kByte)) return JTokenType::kBytes;
  return JTokenType::kNone;
}

}  // namespace

JToken* token_from_content(Run& run, Object* content) {
  if (content == nullptr) return make_jnull(run);
  if (JToken* token = as_token(content); token != nullptr) return token;
  const Type& type = *content->type;
  switch (type.known) {
    case Known::kString:
      return make_jvalue(run, static_cast<String*>(content));
    case Known::kBoolean:
      return make_jvalue(run, unboxed(content).integer != 0);
    case Known::kInt64:
      return make_jvalue(run, unboxed(content).integer);
    case Known::kDouble:
      return make_jvalue(run, unboxed(content).real);
    case Known::kDateTime:
      return make_jdate(run, unboxed(content).integer);
    default:
      break;
  }
  const JTokenType kind = kind_of(type);
  if (kind != JTokenType::kNone) return make_jboxed(run, kind, content);
  return run.raise(Known::kArgumentException, joined("Could not determine JSON object type for type ", full_name(type), "."));
}

bool is_multi_content(const Object* content) {
  if (content == nullptr || content->type->is(Known::kString) || as_token(const_cast<Object*>(content)) != nullptr) return false;
  if (content->type->kind == TypeKind::kArray && is_packed_array(*content->type) && content->type->element->is(Known::kByte)) return false;
  return find_operation(*content->type, &TypeOperations::enumerate) != nullptr;
}

bool for_each_object(Run& run, Object* sequence, bool (*visit)(Run&, Object*, void*), void* state) {
  const Type* element = run.types.element_type(*sequence->type);
  Enumerator* walk = enumerate(run, sequence, "content");
  if (walk == nullptr) return false;
  bool good = true;
  while (good && walk->next(run, walk)) good = run.spend(1) && visit(run, current_as_object(run, element, walk), state);
  if (walk->dispose != nullptr) walk->dispose(run, walk);
  return good && !run.failed();
}

namespace {

// Sequences inside sequences are expanded too, so authors control the depth.
bool add_nested(Run& run, JContainer& parent, std::size_t& at, Object* content, std::uint32_t depth) {
  if (depth == 0) return run.raise_limit(Limit::kDepth);
  if (is_multi_content(content)) {
    return for_each_object(run, content, [&](Run& inner, Object* item) { return add_nested(inner, parent, at, item, depth - 1); });
  }
  JToken* item = token_from_content(run, content);
  if (item == nullptr || run.failed()) return false;
  const std::uint32_t before = parent.count;
  insert_item(run, parent, at, item);
  at += parent.count - before;
  return !run.failed();
}

}  // namespace

bool add_content(Run& run, JContainer& parent, std::size_t at, Object* content) { return add_nested(run, parent, at, content, 100); }

}  // namespace portcullis
