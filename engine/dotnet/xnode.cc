// System.Xml.Linq.XObject and XNode: place in the tree, neighbours, text.
#include "base/text.h"
#include "engine/dotnet/comparer.h"
#include "engine/dotnet/xcontent.h"

namespace portcullis {

extern const TypeDefinition kXObjectDefinition;
extern const TypeDefinition kXNodeDefinition;

namespace {

// ---- XObject -------------------------------------------------------------------------------------------------------------

std::int32_t node_type(XObject* self) { return static_cast<std::int32_t>(self->kind); }
XElement* parent(XObject* self) { return as_element(self->parent); }
XObject* document(XObject* self) {
  XObject* top = top_of(self);
  return top->kind == XKind::kDocument ? top : nullptr;
}

constexpr Member kObjectMembers[] = {
    property<&node_type>("XmlNodeType NodeType { get; }").with(kNoRaise),
    property<&parent>("XElement Parent { get; }").with(kNoRaise),
    property<&document>("XDocument Document { get; }").with(kNoRaise),
};

// ---- XNode ---------------------------------------------------------------------------------------------------------------

XNode* next(XNode* self) { return self->next; }
XNode* previous(XNode* self) { return self->previous; }

const XName* wanted(const JSequence& sequence) { return static_cast<const XName*>(sequence.argument); }
XNode* source(const JSequence& sequence) { return static_cast<XNode*>(sequence.source); }

bool collect_nodes_after(Run& run, const JSequence& sequence, SlotList& out) {
  for (XNode* at = source(sequence)->next; at != nullptr; at = at->next) {
    if (!run.spend(1)) return false;
    out.add(at);
  }
  return true;
}

bool collect_nodes_before(Run& run, const JSequence& sequence, SlotList& out) {
  XNode* self = source(sequence);
  for (XNode* at = self->parent == nullptr ? self : self->parent->first; at != self; at = at->next) {
    if (!run.spend(1)) return false;
    out.add(at);
  }
  return true;
}

bool only_elements(Run& run, const JSequence& sequence, SlotList& out, bool (*collect)(Run&, const JSequence&, SlotList&)) {
  SlotList all(run.arena);
  if (!collect(run, sequence, all)) return false;
  for (const Slot slot : all.view()) {
    const XElement* element = as_element(static_cast<XObject*>(slot.object));
    if (element != nullptr && (wanted(sequence) == nullptr || same_xname(element->name, wanted(sequence)))) out.add(slot);
  }
  return true;
}

bool collect_elements_after(Run& run, const JSequence& sequence, SlotList& out) { return only_elements(run, sequence, out, &collect_nodes_after); }
bool collect_elements_before(Run& run, const JSequence& sequence, SlotList& out) { return only_elements(run, sequence, out, &collect_nodes_before); }
bool collect_above(Run& run, const JSequence& sequence, SlotList& out) { return collect_ancestors(run, source(sequence), wanted(sequence), sequence.flag, out); }

JSequence* nodes_after(Run& run, XNode* self, const CallSite& site) { return make_xml_sequence(run, site, &collect_nodes_after, self, nullptr); }
JSequence* nodes_before(Run& run, XNode* self, const CallSite& site) { return make_xml_sequence(run, site, &collect_nodes_before, self, nullptr); }
JSequence* elements_after(Run& run, XNode* self, const CallSite& site) { return make_xml_sequence(run, site, &collect_elements_after, self, nullptr); }
JSequence* elements_before(Run& run, XNode* self, const CallSite& site) { return make_xml_sequence(run, site, &collect_elements_before, self, nullptr); }
JSequence* ancestors(Run& run, XNode* self, const CallSite& site) { return make_xml_sequence(run, site, &collect_above, self, nullptr); }

// A null name finds nothing.
bool collect_nothing(Run&, const JSequence&, SlotList&) { return true; }
JSequence* named(Run& run, XNode* self, XName* name, const CallSite& site, bool (*collect)(Run&, const JSequence&, SlotList&)) {
  return make_xml_sequence(run, site, name == nullptr ? &collect_nothing : collect, self, name);
}
JSequence* elements_after_named(Run& run, XNode* self, XName* name, const CallSite& site) { return named(run, self, name, site, &collect_elements_after); }
JSequence* elements_before_named(Run& run, XNode* self, XName* name, const CallSite& site) { return named(run, self, name, site, &collect_elements_before); }
JSequence* ancestors_named(Run& run, XNode* self, XName* name, const CallSite& site) { return named(run, self, name, site, &collect_above); }

bool has_parent(Run& run, const XObject* self) {
  if (self->parent == nullptr) run.raise(Known::kInvalidOperationException, "The parent is missing.");
  return self->parent != nullptr;
}

void add_after(Run& run, XNode* self, Object* content) {
  if (has_parent(run, self)) add_xml_content(run, *self->parent, self->next, content);
}
void add_before(Run& run, XNode* self, Object* content) {
  if (has_parent(run, self)) add_xml_content(run, *self->parent, self, content);
}
void remove(Run& run, XNode* self) {
  if (has_parent(run, self)) remove_xnode(*self);
}

void replace_with(Run& run, XNode* self, Object* content) {
  if (!has_parent(run, self)) return;
  XContainer& parent = *self->parent;
  XNode* after = self->next;
  remove_xnode(*self);
  add_xml_content(run, parent, after, content);
}

bool deep_equals(Run& run, XNode* a, XNode* b) { return deep_equal_xnodes(run, a, b); }

}  // namespace

std::int32_t compare_document_order(Run& run, XNode* a, XNode* b) {
  if (a == b) return 0;
  if (a == nullptr || b == nullptr) return a == nullptr ? -1 : 1;
  XObject* top = top_of(a);
  if (top != top_of(b)) return run.raise(Known::kInvalidOperationException, "A common ancestor is missing.");
  auto* root = static_cast<XNode*>(top);
  for (XNode* at = root; at != nullptr; at = next_in_tree(at, root)) {
    if (!run.spend(1)) return 0;
    if (at == a) return -1;
    if (at == b) return 1;
  }
  return 0;
}
namespace {

bool is_after(Run& run, XNode* self, XNode* other) { return compare_document_order(run, self, other) > 0; }
bool is_before(Run& run, XNode* self, XNode* other) { return compare_document_order(run, self, other) < 0; }

String* text(Run& run, XNode* self) { return write_xml(run, *self); }
String* text_with(Run& run, XNode* self, std::int32_t options) { return write_xml(run, *self, xml_write_options(options)); }

String* node_text(Run& run, const Type&, Slot self) { return write_xml(run, *static_cast<XNode*>(self.object)); }

constexpr Member kNodeMembers[] = {
    property<&next>("XNode NextNode { get; }").with(kNoRaise),
    property<&previous>("XNode PreviousNode { get; }").with(kNoRaise),
    method<&nodes_after>("IEnumerable<XNode> NodesAfterSelf()"),
    method<&nodes_before>("IEnumerable<XNode> NodesBeforeSelf()"),
    method<&elements_after>("IEnumerable<XElement> ElementsAfterSelf()"),
    method<&elements_after_named>("IEnumerable<XElement> ElementsAfterSelf(XName name)"),
    method<&elements_before>("IEnumerable<XElement> ElementsBeforeSelf()"),
    method<&elements_before_named>("IEnumerable<XElement> ElementsBeforeSelf(XName name)"),
    method<&ancestors>("IEnumerable<XElement> Ancestors()"),
    method<&ancestors_named>("IEnumerable<XElement> Ancestors(XName name)"),
    method<&add_after>("void AddAfterSelf(object content)"),
    method<&add_after>("void AddAfterSelf(params object[] content)"),
    method<&add_before>("void AddBeforeSelf(object content)"),
    method<&add_before>("void AddBeforeSelf(params object[] content)"),
    method<&remove>("void Remove()"),
    method<&replace_with>("void ReplaceWith(object content)"),
    method<&replace_with>("void ReplaceWith(params object[] content)"),
    method<&is_after>("bool IsAfter(XNode node)"),
    method<&is_before>("bool IsBefore(XNode node)"),
    method<&deep_equals>("static bool DeepEquals(XNode n1, XNode n2)"),
    property<&make_node_comparer>("static XNodeEqualityComparer EqualityComparer { get; }").with(kNoRaise),
    property<&make_node_order>("static XNodeDocumentOrderComparer DocumentOrderComparer { get; }").with(kNoRaise),
    method<&compare_document_order>("static int CompareDocumentOrder(XNode n1, XNode n2)"),
    method<&text>("string ToString()"),
    method<&text_with>("string ToString(SaveOptions options)"),
};

}  // namespace

const TypeOperations kXNodeOperations{.to_string = &node_text};

const TypeDefinition kXObjectDefinition{.declaration = "abstract class System.Xml.Linq.XObject", .members = kObjectMembers};
const TypeDefinition kXNodeDefinition{.declaration = "abstract class System.Xml.Linq.XNode : XObject", .members = kNodeMembers, .operations = &kXNodeOperations};

}  // namespace portcullis
