// Comparers of trees: Newtonsoft.Json.Linq.JTokenEqualityComparer, System.Xml.Linq's XNodeEqualityComparer and
// XNodeDocumentOrderComparer.
#include "engine/dotnet/comparer.h"
#include "engine/dotnet/xcontent.h"
#include "engine/json/token.h"
#include "engine/types/definition.h"
#include "engine/xml/xml_tree.h"

namespace portcullis {

extern const TypeDefinition kJTokenEqualityComparerDefinition;
extern const TypeDefinition kXNodeEqualityComparerDefinition;
extern const TypeDefinition kXNodeDocumentOrderComparerDefinition;

namespace {

JToken* token_of(Slot slot) { return static_cast<JToken*>(slot.object); }
XNode* node_of(Slot slot) { return static_cast<XNode*>(slot.object); }

bool equal_tokens(Run& run, Slot a, Slot b) {
  if (a.object == nullptr || b.object == nullptr) return a.object == b.object;
  return deep_equals(run, token_of(a), token_of(b));
}
std::int32_t hash_token(Run& run, Slot value) { return value.object == nullptr ? 0 : deep_hash(run, token_of(value)); }

bool equal_nodes(Run& run, Slot a, Slot b) { return deep_equal_xnodes(run, node_of(a), node_of(b)); }
// Nodes that are equal have the same text.
std::int32_t hash_node(Run& run, Slot value) {
  if (value.object == nullptr) return 0;
  const String* text = write_xml(run, *node_of(value));
  return text == nullptr ? 0 : hash_string(*text, StringComparison::kOrdinal);
}

constexpr EqualityFunctions kTokenFunctions{.equals = &equal_tokens, .hash = &hash_token};
constexpr EqualityFunctions kNodeFunctions{.equals = &equal_nodes, .hash = &hash_node};

template <const EqualityFunctions& kFunctions>
Object* make_comparer(Run& run, const CallSite& site) {
  auto* made = run.make<FunctionComparer>(*site.result);
  made->functions = &kFunctions;
  return made;
}
Object* make_order(Run& run, const CallSite& site) { return run.make<Object>(*site.result); }

bool equals_by(Run& run, Object* self, Object* a, Object* b) {
  return static_cast<FunctionComparer*>(self)->functions->equals(run, Slot::of_object(a), Slot::of_object(b));
}
std::int32_t hash_by(Run& run, Object* self, Object* value) {
  return static_cast<FunctionComparer*>(self)->functions->hash(run, Slot::of_object(value));
}
std::int32_t compare_by(Run& run, Object*, XNode* a, XNode* b) { return compare_document_order(run, a, b); }

constexpr Member kTokenMembers[] = {
    constructor<&make_comparer<kTokenFunctions>>("new JTokenEqualityComparer()").with(kNoRaise),
    method<&equals_by>("bool Equals(JToken x, JToken y)"),
    method<&hash_by>("int GetHashCode(JToken obj)"),
};
constexpr Member kNodeMembers[] = {
    constructor<&make_comparer<kNodeFunctions>>("new XNodeEqualityComparer()").with(kNoRaise),
    method<&equals_by>("bool Equals(XNode x, XNode y)"),
    method<&hash_by>("int GetHashCode(XNode obj)"),
};
constexpr Member kOrderMembers[] = {
    constructor<&make_order>("new XNodeDocumentOrderComparer()").with(kNoRaise),
    method<&compare_by>("int Compare(XNode x, XNode y)"),
};

}  // namespace

Object* make_token_comparer(Run& run, const CallSite& site) { return make_comparer<kTokenFunctions>(run, site); }
Object* make_node_comparer(Run& run, const CallSite& site) { return make_comparer<kNodeFunctions>(run, site); }
std::int32_t compare_nodes(Run& run, Slot a, Slot b) { return compare_document_order(run, node_of(a), node_of(b)); }
Object* make_node_order(Run& run, const CallSite& site) { return make_order(run, site); }

const TypeDefinition kJTokenEqualityComparerDefinition{
    .declaration = "class Newtonsoft.Json.Linq.JTokenEqualityComparer : IEqualityComparer<JToken>",
    .members = kTokenMembers};
const TypeDefinition kXNodeEqualityComparerDefinition{
    .declaration = "class System.Xml.Linq.XNodeEqualityComparer : IEqualityComparer<XNode>", .members = kNodeMembers};
const TypeDefinition kXNodeDocumentOrderComparerDefinition{
    .declaration = "class System.Xml.Linq.XNodeDocumentOrderComparer : IComparer<XNode>", .members = kOrderMembers};

}  // namespace portcullis
