// What LINQ to XML's types share: content of constructors and Add, simple values as text and back, sequences.
#pragma once

#include "engine/dotnet/jsequence.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"
#include "engine/xml/xml.h"

namespace portcullis {

/// A simple value as XML text (`true`, invariant numbers, ISO dates, xsd durations); raises for an XObject. Null for null.
String* xml_value(Run& run, Object* value);
/// Adds content before `before` (null: at the end): null nothing, XObjects as themselves, sequences item by item, the rest as text.
bool add_xml_content(Run& run, XContainer& parent, XNode* before, Object* content);
/// Replaces what is inside by the text of a value.
bool set_xml_text(Run& run, XElement& element, std::string_view text);

/// `(T)element` and `(T)attribute`: `text` in XML syntax. `out` is T's Slot.
bool xml_convert(Run& run, String* text, Known to, Slot& out);

JSequence* make_xml_sequence(Run& run, const CallSite& site, bool (*collect)(Run&, const JSequence&, SlotList&), XObject* source, const XName* name);

// Collectors: `source` is the node, `argument` the XName wanted or null. Used by the members and by the Extensions.
bool collect_elements(Run& run, XNode* node, const XName* name, SlotList& out);
bool collect_descendants(Run& run, XNode* node, const XName* name, bool with_self, SlotList& out);
bool collect_descendant_nodes(Run& run, XNode* node, bool with_self, SlotList& out);
bool collect_nodes(Run& run, XNode* node, SlotList& out);
bool collect_ancestors(Run& run, XNode* node, const XName* name, bool with_self, SlotList& out);
bool collect_attributes(Run& run, XNode* node, const XName* name, SlotList& out);

/// `SaveOptions`: DisableFormatting 1, OmitDuplicateNamespaces 2.
XmlWriteOptions xml_write_options(std::int32_t save_options);

extern const TypeOperations kXNodeOperations;

/// -1, 0, 1 in document order; raises when there is no common ancestor.
std::int32_t compare_document_order(Run& run, XNode* a, XNode* b);

}  // namespace portcullis
