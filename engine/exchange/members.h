// What the member files of this folder share.
#pragma once

#include <span>
#include <string_view>

#include "engine/dotnet/guid.h"
#include "engine/exchange/exchange.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

/// The object of an identity interface (IUser, IProduct, …): a borrowed view of the host's.
struct PartObject : Object {
  const void* view;
};

/// A borrowed text as a String; a view without data is null.
inline String* text_or_null(Run& run, std::string_view text) { return text.data() == nullptr ? nullptr : run.view(text); }

/// The object of IDeployment.
struct DeploymentObject : PartObject {
  Object* certificates;  // the dictionary, made on first use
};
/// IReadOnlyDictionary<string, X509Certificate2> over the certificates of the service.
Object* deployment_certificates(Run& run, DeploymentObject* self);
/// X509Certificate2 of the connection, or null.
Object* request_certificate(Run& run, Request* self);

PartObject* make_part(Run& run, Known which, const void* view);
/// XElement, XDocument or the root node (engine/dotnet/xdocument.cc).
Slot parse_body_xml(Run& run, std::string_view text, const Type& wanted);
/// DateTime of kind Utc.
constexpr std::int64_t utc_date_time(Ticks ticks) { return ticks | (std::int64_t{1} << 62); }

/// A dictionary object over something of the exchange.
struct ViewDictionary : Object {
  void* source;  // HeaderList, Url, …; said at each type
};
ViewDictionary* make_dictionary(Run& run, Known which, void* source);

/// string[] of the header's lines; `first` is what `list.find(name)` gave.
Array* header_values(Run& run, const HeaderList& list, const HeaderName& name, const HeaderView* first);
/// `prepare` of members whose argument 1 is a name: a HeaderName.
const void* prepare_header_name(Preparation& preparation, std::span<const ConstantArgument> arguments);
/// The same for a variable's name: its index as std::uint32_t.
const void* prepare_variable(Preparation& preparation, std::span<const ConstantArgument> arguments);

/// string[] with these items.
Array* string_array(Run& run, std::span<String* const> items);
/// KeyValuePair type that the dictionary type enumerates.
const Type& pair_type(const Type& dictionary);

}  // namespace portcullis
