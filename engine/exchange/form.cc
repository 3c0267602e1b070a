#include "engine/exchange/form.h"

#include <string>

#include "base/text.h"
#include "engine/dotnet/dictionary.h"
#include "engine/dotnet/list.h"
#include "engine/exchange/members.h"

namespace portcullis {

extern const TypeDefinition kFormExtensionsDefinition;

Object* parse_form(Run& run, std::string_view text, const Type& result) {
  Url url{};
  url.query = text;
  const QueryParameters& parameters = query_parameters(url, run.arena);
  Dictionary* form = make_dictionary(
      run, run.types.construct(Known::kDictionary2, {result.arguments[0], result.arguments[1]}), nullptr);
  const Type& list_type = run.types.construct(Known::kList1, {&run.type(Known::kString)});
  for (const QueryParameter& parameter : parameters.items) {
    if (!run.spend(1)) return nullptr;
    bool added = false;
    HashTable::Entry* entry = form->table.find_or_add(run, Slot::of_object(run.view(parameter.name)), added);
    if (entry == nullptr) return nullptr;
    if (added) entry->value = Slot::of_object(make_list(run, list_type));
    auto* values = static_cast<List*>(entry->value.object);
    if (values == nullptr || !list_add(run, *values, Slot::of_object(run.view(parameter.value)))) return nullptr;
  }
  return form;
}

namespace {

// As Uri.EscapeDataString, but a space is '+'.
void append_encoded(std::string& out, const String* text) {
  if (text == nullptr) return;
  for (const char c : text->view()) {
    if (c == ' ') {
      out += '+';
    } else {
      append_percent_encoded(out, {&c, 1});
    }
  }
}

// One pair for each value, in order.
bool append_pairs(Run& run, Object* form, std::string& out) {
  Enumerator* pairs = enumerate(run, form, "form");
  while (!run.failed() && pairs->next(run, pairs)) {
    const auto& pair = *static_cast<const Record*>(pairs->current.object);
    if (pair.fields[1].object == nullptr) continue;
    Enumerator* values = enumerate(run, pair.fields[1].object, "values");
    while (!run.failed() && values->next(run, values)) {
      if (!run.spend(1)) return false;
      if (!out.empty()) out += '&';
      append_encoded(out, static_cast<const String*>(pair.fields[0].object));
      out += '=';
      append_encoded(out, static_cast<const String*>(values->current.object));
    }
  }
  return !run.failed();
}

String* to_form(Run& run, Object* form) {
  std::string out;
  return append_pairs(run, form, out) ? run.string(out) : nullptr;
}

String* to_query(Run& run, Object* form) {
  std::string out;
  if (!append_pairs(run, form, out)) return nullptr;
  return out.empty() ? run.empty_string() : run.string(joined("?", out));
}

constexpr Member kExtensions[] = {
    method<&to_form>("static string ToFormUrlEncodedContent(this IDictionary<string, IList<string>> form)"),
    method<&to_query>("static string ToQueryString(this IDictionary<string, IList<string>> parameters)"),
};

}  // namespace

const TypeDefinition kFormExtensionsDefinition{
    .declaration = "static class Microsoft.Azure.ApiManagement.FormExtensions", .members = kExtensions};

}  // namespace portcullis
