// System.Xml.Linq.XContainer: what elements and documents share.
#include "engine/dotnet/xcontent.h"

namespace portcullis {

extern const TypeDefinition kXContainerDefinition;

namespace {

const XName* wanted(const JSequence& sequence) { return static_cast<const XName*>(sequence.argument); }
XNode* source(const JSequence& sequence) { return static_cast<XNode*>(sequence.source); }

bool collect_inner_elements(Run& run, const JSequence& s, SlotList& out) { return collect_elements(run, source(s), wanted(s), out); }
bool collect_inner_nodes(Run& run, const JSequence& s, SlotList& out) { return collect_nodes(run, source(s), out); }
bool collect_below(Run& run, const JSequence& s, SlotList& out) { return collect_descendants(run, source(s), wanted(s), false, out); }
bool collect_nodes_below(Run& run, const JSequence& s, SlotList& out) { return collect_descendant_nodes(run, source(s), false, out); }
bool collect_nothing(Run&, const JSequence&, SlotList&) { return true; }

JSequence* elements(Run& run, XContainer* self, const CallSite& site) { return make_xml_sequence(run, site, &collect_inner_elements, self, nullptr); }
JSequence* elements_named(Run& run, XContainer* self, XName* name, const CallSite& site) {
  return make_xml_sequence(run, site, name == nullptr ? &collect_nothing : &collect_inner_elements, self, name);
}
XElement* element(XContainer* self, XName* name) { return name == nullptr ? nullptr : first_element(*self, name); }
JSequence* descendants(Run& run, XContainer* self, const CallSite& site) { return make_xml_sequence(run, site, &collect_below, self, nullptr); }
JSequence* descendants_named(Run& run, XContainer* self, XName* name, const CallSite& site) {
  return make_xml_sequence(run, site, name == nullptr ? &collect_nothing : &collect_below, self, name);
}
JSequence* descendant_nodes(Run& run, XContainer* self, const CallSite& site) { return make_xml_sequence(run, site, &collect_nodes_below, self, nullptr); }
JSequence* nodes(Run& run, XContainer* self, const CallSite& site) { return make_xml_sequence(run, site, &collect_inner_nodes, self, nullptr); }
XNode* first(XContainer* self) { return self->first; }
XNode* last(XContainer* self) { return self->last; }

void add(Run& run, XContainer* self, Object* content) { add_xml_content(run, *self, nullptr, content); }
void add_first(Run& run, XContainer* self, Object* content) { add_xml_content(run, *self, self->first, content); }

void remove_nodes(XContainer* self) {
  clear_xnodes(*self);
  if (self->kind == XKind::kElement) static_cast<XElement*>(self)->has_end_tag = false;
}

// The content may be a query over the nodes that are to go, so it is taken before they do.
void replace_nodes(Run& run, XContainer* self, Object* content) {
  XElement* holder = make_xelement(run, make_xname(run, make_xnamespace(run, {}), "holder"));
  if (!add_xml_content(run, *holder, nullptr, content)) return;
  remove_nodes(self);
  if (holder->has_end_tag && self->kind == XKind::kElement) static_cast<XElement*>(self)->has_end_tag = true;
  while (holder->first != nullptr && !run.failed()) {
    XNode* node = holder->first;
    remove_xnode(*node);
    insert_xnode(run, *self, nullptr, node);
  }
}

constexpr Member kMembers[] = {
    method<&element>("XElement Element(XName name)").with(kNoRaise),
    method<&elements>("IEnumerable<XElement> Elements()"),
    method<&elements_named>("IEnumerable<XElement> Elements(XName name)"),
    method<&descendants>("IEnumerable<XElement> Descendants()"),
    method<&descendants_named>("IEnumerable<XElement> Descendants(XName name)"),
    method<&descendant_nodes>("IEnumerable<XNode> DescendantNodes()"),
    method<&nodes>("IEnumerable<XNode> Nodes()"),
    property<&first>("XNode FirstNode { get; }").with(kNoRaise),
    property<&last>("XNode LastNode { get; }").with(kNoRaise),
    method<&add>("void Add(object content)"),
    method<&add>("void Add(params object[] content)"),
    method<&add_first>("void AddFirst(object content)"),
    method<&add_first>("void AddFirst(params object[] content)"),
    method<&remove_nodes>("void RemoveNodes()"),
    method<&replace_nodes>("void ReplaceNodes(object content)"),
    method<&replace_nodes>("void ReplaceNodes(params object[] content)"),
};

}  // namespace

const TypeDefinition kXContainerDefinition{
    .declaration = "abstract class System.Xml.Linq.XContainer : XNode", .members = kMembers, .operations = &kXNodeOperations};

}  // namespace portcullis
