// System.Xml.XmlNodeList, XmlNamedNodeMap and XmlAttributeCollection.
#include "engine/dotnet/xml_lists.h"

#include <algorithm>

#include "engine/dotnet/extra.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kXmlNodeListDefinition;
extern const TypeDefinition kXmlNamedNodeMapDefinition;
extern const TypeDefinition kXmlAttributeCollectionDefinition;

bool has_dom_name(const DomNode& node, std::string_view qualified) {
  if (node.prefix.empty()) return node.local == qualified;
  const std::size_t colon = node.prefix.size();
  return qualified.size() == colon + 1 + node.local.size() && qualified.starts_with(node.prefix) &&
         qualified[colon] == ':' && qualified.substr(colon + 1) == node.local;
}

DomNode* find_dom_attribute(const DomNode& element, std::string_view qualified) {
  for (DomNode* at = element.first_attribute; at != nullptr; at = at->next) {
    if (has_dom_name(*at, qualified)) return at;
  }
  return nullptr;
}

DomNode* find_dom_attribute(const DomNode& element, std::string_view local, std::string_view uri) {
  for (DomNode* at = element.first_attribute; at != nullptr; at = at->next) {
    if (at->local == local && at->uri == uri) return at;
  }
  return nullptr;
}

namespace {

DomList* make_list(Run& run, std::string_view type, DomList::Of of, DomNode* source) {
  auto* made = run.make<DomList>(*run.types.find_in("System.Xml", type, 0));
  made->of = of;
  made->source = source;
  return made;
}

bool is_wanted(const DomList& list, const DomNode& node) {
  if (node.kind != DomKind::kElement) return false;
  if (!list.by_uri) return list.name == "*" || has_dom_name(node, list.name);
  return (list.name == "*" || node.local == list.name) && (list.uri == "*" || node.uri == list.uri);
}

DomNode* first_from(const DomList& list, DomNode* at) {
  while (at != nullptr && !is_wanted(list, *at)) at = next_dom_node(at, list.source);
  return at;
}
DomNode* first_of(const DomList& list) {
  switch (list.of) {
    case DomList::Of::kChildren:
      return list.source->first;
    case DomList::Of::kAttributes:
      return list.source->first_attribute;
    case DomList::Of::kNamed:
      return first_from(list, list.source->first);
    case DomList::Of::kFound:
      return list.count > 0 ? list.nodes[0] : nullptr;
  }
  return nullptr;
}
DomNode* next_of(const DomList& list, DomNode* at) {
  return list.of == DomList::Of::kNamed ? first_from(list, next_dom_node(at, list.source)) : at->next;
}

std::int64_t count_of(Run& run, const DomList& list) {
  if (list.of == DomList::Of::kFound) return list.count;
  std::int64_t count = 0;
  for (DomNode* at = first_of(list); at != nullptr && run.spend(1); at = next_of(list, at)) ++count;
  return count;
}

DomNode* node_at(Run& run, const DomList& list, std::int64_t index) {
  if (index < 0) return nullptr;
  if (list.of == DomList::Of::kFound) return index < list.count ? list.nodes[index] : nullptr;
  DomNode* at = first_of(list);
  for (; at != nullptr && index > 0 && run.spend(1); --index) at = next_of(list, at);
  return at;
}

struct DomWalk : Enumerator {
  const DomList* list;
  DomNode* at;
  std::uint32_t index;
  bool started;
};
bool next_node(Run&, Enumerator* self) {
  auto* walk = static_cast<DomWalk*>(self);
  if (walk->list->of == DomList::Of::kFound) {
    if (walk->index == walk->list->count) return false;
    walk->current = Slot::of_object(walk->list->nodes[walk->index++]);
    return true;
  }
  if (walk->started && walk->at == nullptr) return false;
  walk->at = walk->started ? next_of(*walk->list, walk->at) : first_of(*walk->list);
  walk->started = true;
  walk->current = Slot::of_object(walk->at);
  return walk->at != nullptr;
}
Enumerator* enumerate_nodes(Run& run, Object* self) {
  auto* walk = run.make<DomWalk>(Known::kIEnumerator);
  walk->next = &next_node;
  walk->list = static_cast<DomList*>(self);
  return walk;
}
std::int64_t count_nodes(Run& run, Object* self) { return count_of(run, *static_cast<DomList*>(self)); }
constexpr TypeOperations kOperations{.enumerate = &enumerate_nodes, .count = &count_nodes};

// ---- members ---------------------------------------------------------------------------------------------------------

std::int32_t count(Run& run, DomList* self) { return static_cast<std::int32_t>(count_of(run, *self)); }
DomNode* item(Run& run, DomList* self, std::int32_t index) { return node_at(run, *self, index); }
DomNode* attribute_at(Run& run, DomList* self, std::int32_t index) {
  DomNode* found = node_at(run, *self, index);
  if (found != nullptr || run.failed()) return found;
  return run.raise(Known::kIndexOutOfRangeException, "The index being passed in is out of range.");
}
DomNode* named(DomList* self, String* name) {
  return name == nullptr ? nullptr : find_dom_attribute(*self->source, name->view());
}
DomNode* named_in(DomList* self, String* local, String* uri) {
  if (local == nullptr) return nullptr;
  return find_dom_attribute(*self->source, local->view(), uri == nullptr ? std::string_view{} : uri->view());
}

bool may_join(Run& run, const DomList& self, const DomNode* attribute) {
  if (attribute == nullptr) {
    run.raise_null_reference();
  } else if (attribute->document != self.source->document) {
    run.raise(Known::kArgumentException, "The node to be inserted is from a different document context.");
  } else if (attribute->parent != nullptr && attribute->parent != self.source) {
    run.raise(Known::kInvalidOperationException,
              "The 'Attribute' node cannot be inserted because it is already an attribute of another element.");
  } else {
    return true;
  }
  return false;
}
// What had the name before, or null.
DomNode* put(Run& run, DomList* self, DomNode* attribute) {
  if (!may_join(run, *self, attribute)) return nullptr;
  DomNode* before = find_dom_attribute(*self->source, attribute->local, attribute->uri);
  if (before != nullptr) unlink_dom_attribute(*before);
  append_dom_attribute(*self->source, *attribute);
  return before == attribute ? nullptr : before;
}
DomNode* append_attribute(Run& run, DomList* self, DomNode* attribute) {
  put(run, self, attribute);
  return run.failed() ? nullptr : attribute;
}
DomNode* remove_attribute(DomList* self, DomNode* attribute) {
  if (attribute == nullptr || attribute->parent != self->source) return nullptr;
  unlink_dom_attribute(*attribute);
  return attribute;
}
DomNode* remove_at(Run& run, DomList* self, std::int32_t index) {
  DomNode* found = node_at(run, *self, index);
  return found == nullptr ? nullptr : remove_attribute(self, found);
}
DomNode* remove_named(DomList* self, String* name) { return remove_attribute(self, named(self, name)); }
void remove_all(DomList* self) {
  while (self->source->first_attribute != nullptr) unlink_dom_attribute(*self->source->first_attribute);
}

Enumerator* get_enumerator(Run& run, Object* self) { return enumerate_nodes(run, self); }

constexpr auto kListMembers = extra({
    property<&count>("int Count { get; }"),
    method<&item>("XmlNode Item(int index)"),
    indexer<&item>("XmlNode this[int i] { get; }"),
    method<&get_enumerator>("IEnumerator GetEnumerator()"),
});
constexpr auto kMapMembers = extra({
    property<&count>("int Count { get; }"),
    method<&item>("XmlNode Item(int index)"),
    method<&named>("XmlNode GetNamedItem(string name)"),
    method<&named_in>("XmlNode GetNamedItem(string localName, string namespaceURI)"),
    method<&put>("XmlNode SetNamedItem(XmlNode node)"),
    method<&remove_named>("XmlNode RemoveNamedItem(string name)"),
    method<&get_enumerator>("IEnumerator GetEnumerator()"),
});
constexpr auto kAttributeMembers = extra({
    indexer<&attribute_at>("XmlAttribute this[int i] { get; }"),
    indexer<&named>("XmlAttribute this[string name] { get; }"),
    indexer<&named_in>("XmlAttribute this[string localName, string namespaceURI] { get; }"),
    method<&append_attribute>("XmlAttribute Append(XmlAttribute node)"),
    method<&remove_attribute>("XmlAttribute Remove(XmlAttribute node)"),
    method<&remove_at>("XmlAttribute RemoveAt(int i)"),
    method<&remove_all>("void RemoveAll()"),
});

}  // namespace

Object* dom_children(Run& run, DomNode* node) {
  if (node->child_list == nullptr) node->child_list = make_list(run, "XmlNodeList", DomList::Of::kChildren, node);
  return node->child_list;
}

Object* dom_attributes(Run& run, DomNode* node) {
  if (node->kind != DomKind::kElement) return nullptr;
  if (node->attribute_list == nullptr) {
    node->attribute_list = make_list(run, "XmlAttributeCollection", DomList::Of::kAttributes, node);
  }
  return node->attribute_list;
}

Object* dom_elements_named(Run& run, DomNode* node, String* name, String* uri) {
  DomList* made = make_list(run, "XmlNodeList", DomList::Of::kNamed, node);
  if (name != nullptr) made->name = name->view();
  made->by_uri = uri != nullptr;
  if (uri != nullptr) made->uri = uri->view();
  return made;
}

Object* dom_found(Run& run, const std::vector<DomNode*>& nodes) {
  DomList* made = make_list(run, "XmlNodeList", DomList::Of::kFound, nullptr);
  if (nodes.empty()) return made;
  void* memory = run.arena.try_allocate(sizeof(DomNode*) * nodes.size(), alignof(DomNode*));
  if (memory == nullptr) return run.raise_limit(Limit::kMemory);
  made->nodes = static_cast<DomNode**>(memory);
  made->count = static_cast<std::uint32_t>(nodes.size());
  std::copy(nodes.begin(), nodes.end(), made->nodes);
  return made;
}

const TypeDefinition kXmlNodeListDefinition{
    .declaration = "class System.Xml.XmlNodeList : IEnumerable", .members = kListMembers, .operations = &kOperations};
const TypeDefinition kXmlNamedNodeMapDefinition{.declaration = "class System.Xml.XmlNamedNodeMap : IEnumerable",
                                                .members = kMapMembers,
                                                .operations = &kOperations};
const TypeDefinition kXmlAttributeCollectionDefinition{
    .declaration = "sealed class System.Xml.XmlAttributeCollection : XmlNamedNodeMap, ICollection",
    .members = kAttributeMembers,
    .operations = &kOperations};

}  // namespace portcullis
