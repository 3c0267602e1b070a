#include "policies/support/graphql_result.h"

namespace portcullis {

// As deep as the request and the resolvers' JSON allow, which both are bounded.
JToken* json_of_result(Run& run, const ResultNode& node) {
  using Kind = ResultNode::Kind;
  switch (node.kind) {
    case Kind::kNull:
      return nullptr;
    case Kind::kToken:
      return node.token;
    case Kind::kObject: {
      JObject* object = make_jobject(run);
      for (const ResultNode* child = node.first; child != nullptr; child = child->next) {
        JToken* value = json_of_result(run, *child);
        if (value == nullptr && child->type->is_non_null) return nullptr;
        set_member(run, *object, child->key, value);
      }
      return object;
    }
    case Kind::kList: {
      JArray* list = make_jarray(run);
      for (const ResultNode* child = node.first; child != nullptr; child = child->next) {
        JToken* value = json_of_result(run, *child);
        if (value == nullptr && child->type->is_non_null) return nullptr;
        append_item(run, *list, value);
      }
      return list;
    }
  }
  return nullptr;
}

JArray* path_of_result(Run& run, const ResultNode& node) {
  JArray* path = make_jarray(run);
  for (const ResultNode* at = &node; at->parent != nullptr; at = at->parent) {
    JToken* part = at->is_item() ? make_jvalue(run, std::int64_t{at->index}) : make_jstring(run, at->key);
    insert_item(run, *path, 0, part);
  }
  return path;
}

}  // namespace portcullis
