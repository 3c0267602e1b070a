// System.Xml.Linq.Extensions: the members of nodes, over sequences of them.
#include <algorithm>

#include "engine/dotnet/xcontent.h"

namespace portcullis {

extern const TypeDefinition kXmlExtensionsDefinition;

namespace {

const XName* wanted(const JSequence& sequence) { return static_cast<const XName*>(sequence.argument); }

/// Calls `visit(node)` for everything in the sequence that `self` was made from. False after raising.
template <typename Visit>
bool for_each_node(Run& run, Object* sequence, Visit visit) {
  Enumerator* walk = enumerate(run, sequence, "source");
  bool good = walk != nullptr;
  while (good && walk->next(run, walk)) good = run.spend(1) && (walk->current.object == nullptr || visit(static_cast<XObject*>(walk->current.object)));
  return good && !run.failed();
}

bool gather_elements(Run& run, const JSequence& s, SlotList& out) {
  return for_each_node(run, s.source, [&](XObject* node) { return collect_elements(run, static_cast<XNode*>(node), wanted(s), out); });
}
bool gather_descendants(Run& run, const JSequence& s, SlotList& out) {
  return for_each_node(run, s.source, [&](XObject* node) { return collect_descendants(run, static_cast<XNode*>(node), wanted(s), s.flag, out); });
}
bool gather_descendant_nodes(Run& run, const JSequence& s, SlotList& out) {
  return for_each_node(run, s.source, [&](XObject* node) { return collect_descendant_nodes(run, static_cast<XNode*>(node), s.flag, out); });
}
bool gather_ancestors(Run& run, const JSequence& s, SlotList& out) {
  return for_each_node(run, s.source, [&](XObject* node) { return collect_ancestors(run, static_cast<XNode*>(node), wanted(s), s.flag, out); });
}
bool gather_attributes(Run& run, const JSequence& s, SlotList& out) {
  return for_each_node(run, s.source, [&](XObject* node) { return collect_attributes(run, static_cast<XNode*>(node), wanted(s), out); });
}
bool gather_nodes(Run& run, const JSequence& s, SlotList& out) {
  return for_each_node(run, s.source, [&](XObject* node) { return collect_nodes(run, static_cast<XNode*>(node), out); });
}
bool gather_nothing(Run&, const JSequence&, SlotList&) { return true; }

// The nodes that are asked for, in the order in which their trees have them.
bool gather_in_order(Run& run, const JSequence& s, SlotList& out) {
  SlotList all(run.arena);
  SlotList tops(run.arena);
  const bool good = for_each_node(run, s.source, [&](XObject* node) {
    all.add(node);
    XObject* top = top_of(node);
    const auto known = tops.view();
    if (std::ranges::none_of(known, [top](Slot slot) { return slot.object == top; })) tops.add(top);
    return run.spend(tops.view().size());
  });
  if (!good) return false;
  for (const Slot top : tops.view()) {
    auto* root = static_cast<XNode*>(top.object);
    for (XNode* at = root; at != nullptr; at = next_in_tree(at, root)) {
      if (!run.spend(all.view().size())) return false;
      for (const Slot slot : all.view()) {
        if (slot.object == at) out.add(slot);
      }
    }
  }
  return true;
}

JSequence* make(Run& run, const CallSite& site, bool (*collect)(Run&, const JSequence&, SlotList&), Object* source) {
  if (source == nullptr) return run.raise_null("source");
  return make_sequence(run, *site.result, collect, source);
}

template <auto kCollect, bool kFlag = false>
JSequence* plain(Run& run, Object* source, const CallSite& site) {
  JSequence* made = make(run, site, kCollect, source);
  if (made != nullptr) made->flag = kFlag;
  return made;
}

template <auto kCollect, bool kFlag = false>
JSequence* named(Run& run, Object* source, XName* name, const CallSite& site) {
  JSequence* made = make(run, site, name == nullptr ? &gather_nothing : kCollect, source);
  if (made == nullptr) return nullptr;
  made->flag = kFlag;
  made->argument = name;
  return made;
}

// The sequence may walk the very tree, so all are taken first.
bool take_all(Run& run, Object* source, SlotList& out) {
  return for_each_node(run, source, [&out](XObject* node) {
    out.add(node);
    return true;
  });
}

void remove_nodes(Run& run, Object* source) {
  SlotList all(run.arena);
  if (!take_all(run, source, all)) return;
  for (const Slot slot : all.view()) {
    auto* node = static_cast<XNode*>(slot.object);
    if (node->parent != nullptr) remove_xnode(*node);
  }
}

void remove_attributes(Run& run, Object* source) {
  SlotList all(run.arena);
  if (!take_all(run, source, all)) return;
  for (const Slot slot : all.view()) {
    auto* attribute = static_cast<XAttribute*>(slot.object);
    if (attribute->parent != nullptr) remove_xattribute(*attribute);
  }
}

// .NET has type parameters here (`IEnumerable<T> … where T : XContainer`); the types they are bound to stand for them.
constexpr Member kMembers[] = {
    method<&plain<&gather_elements>>("static IEnumerable<XElement> Elements(this IEnumerable<XContainer> source)"),
    method<&named<&gather_elements>>("static IEnumerable<XElement> Elements(this IEnumerable<XContainer> source, XName name)"),
    method<&plain<&gather_descendants>>("static IEnumerable<XElement> Descendants(this IEnumerable<XContainer> source)"),
    method<&named<&gather_descendants>>("static IEnumerable<XElement> Descendants(this IEnumerable<XContainer> source, XName name)"),
    method<&plain<&gather_descendants, true>>("static IEnumerable<XElement> DescendantsAndSelf(this IEnumerable<XElement> source)"),
    method<&named<&gather_descendants, true>>("static IEnumerable<XElement> DescendantsAndSelf(this IEnumerable<XElement> source, XName name)"),
    method<&plain<&gather_descendant_nodes>>("static IEnumerable<XNode> DescendantNodes(this IEnumerable<XContainer> source)"),
    method<&plain<&gather_descendant_nodes, true>>("static IEnumerable<XNode> DescendantNodesAndSelf(this IEnumerable<XElement> source)"),
    method<&plain<&gather_ancestors>>("static IEnumerable<XElement> Ancestors(this IEnumerable<XNode> source)"),
    method<&named<&gather_ancestors>>("static IEnumerable<XElement> Ancestors(this IEnumerable<XNode> source, XName name)"),
    method<&plain<&gather_ancestors, true>>("static IEnumerable<XElement> AncestorsAndSelf(this IEnumerable<XElement> source)"),
    method<&named<&gather_ancestors, true>>("static IEnumerable<XElement> AncestorsAndSelf(this IEnumerable<XElement> source, XName name)"),
    method<&plain<&gather_attributes>>("static IEnumerable<XAttribute> Attributes(this IEnumerable<XElement> source)"),
    method<&named<&gather_attributes>>("static IEnumerable<XAttribute> Attributes(this IEnumerable<XElement> source, XName name)"),
    method<&plain<&gather_nodes>>("static IEnumerable<XNode> Nodes(this IEnumerable<XContainer> source)"),
    method<&plain<&gather_in_order>>("static IEnumerable<XNode> InDocumentOrder(this IEnumerable<XNode> source)"),
    method<&remove_nodes>("static void Remove(this IEnumerable<XNode> source)"),
    method<&remove_attributes>("static void Remove(this IEnumerable<XAttribute> source)"),
};

}  // namespace

const TypeDefinition kXmlExtensionsDefinition{.declaration = "static class System.Xml.Linq.Extensions", .members = kMembers};

}  // namespace portcullis
