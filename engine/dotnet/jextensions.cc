// Newtonsoft.Json.Linq.Extensions: LINQ to JSON over sequences of tokens.
#include "engine/dotnet/jtoken.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kJsonExtensionsDefinition;

namespace {

/// Calls `visit(token)` for every token of the sequence that `self` was made from. False after raising.
template <typename Visit>
bool for_each_token(Run& run, const JSequence& self, Visit visit) {
  Enumerator* walk = enumerate(run, self.source, "source");
  bool good = walk != nullptr;
  while (good && walk->next(run, walk)) good = run.spend(1) && (walk->current.object == nullptr || visit(static_cast<JToken*>(walk->current.object)));
  return good && !run.failed();
}

JSequence* make(Run& run, const CallSite& site, bool (*collect)(Run&, const JSequence&, SlotList&), Object* source) {
  if (source == nullptr) return run.raise_null("source");
  return make_sequence(run, *site.result, collect, source);
}

// ---- values --------------------------------------------------------------------------------------------------------------

Slot value(Run& run, Object* self, const CallSite& site) {
  if (self == nullptr) return run.raise_null("value");
  JToken* token = as_token(self);
  if (token == nullptr) return run.raise_argument(Known::kArgumentException, "Source value must be a JToken.", "value");
  return value_as(run, token, *site.type_arguments.back());
}

bool collect_values(Run& run, const JSequence& self, SlotList& out) {
  const auto* key = static_cast<Object*>(const_cast<void*>(self.argument));
  return for_each_token(run, self, [&](JToken* token) {
    if (self.flag) {  // Values(key)
      JToken* found = token_item(run, token, const_cast<Object*>(key));
      if (run.failed()) return false;
      if (found != nullptr) out.add(value_as(run, found, *self.element));
      return !run.failed();
    }
    if (JValue* plain = as_value(token); plain != nullptr) {
      out.add(value_as(run, plain, *self.element));
      return !run.failed();
    }
    for (JToken* item : static_cast<JContainer*>(token)->children()) {
      out.add(value_as(run, item, *self.element));
      if (run.failed()) return false;
    }
    return true;
  });
}

JSequence* values(Run& run, Object* source, const CallSite& site) { return make(run, site, &collect_values, source); }
JSequence* values_of_key(Run& run, Object* source, Object* key, const CallSite& site) {
  JSequence* made = make(run, site, &collect_values, source);
  if (made == nullptr) return nullptr;
  made->argument = key;
  made->flag = key != nullptr;
  return made;
}

// ---- structure -----------------------------------------------------------------------------------------------------------

bool collect_children(Run& run, const JSequence& self, SlotList& out) {
  return for_each_token(run, self, [&](JToken* token) {
    const JContainer* container = as_container(token);
    if (container == nullptr) return true;
    for (JToken* item : container->children()) out.add(item);
    return true;
  });
}

bool collect_converted_children(Run& run, const JSequence& self, SlotList& out) {
  return for_each_token(run, self, [&](JToken* token) {
    const JContainer* container = as_container(token);
    if (container == nullptr) return true;
    for (JToken* item : container->children()) {
      out.add(value_as(run, item, *self.element));
      if (run.failed()) return false;
    }
    return true;
  });
}

bool collect_ancestors(Run& run, const JSequence& self, SlotList& out) {
  return for_each_token(run, self, [&](JToken* token) {
    for (JToken* at = self.flag ? token : token->parent; at != nullptr; at = at->parent) out.add(at);
    return true;
  });
}

bool collect_below(Run& run, const JSequence& self, SlotList& out) {
  return for_each_token(run, self, [&](JToken* token) { return collect_descendants(run, token, self.flag, out); });
}

bool collect_properties(Run& run, const JSequence& self, SlotList& out) {
  return for_each_token(run, self, [&](JToken* token) {
    const JObject* object = as_object(token);
    if (object == nullptr) return true;
    for (JToken* item : object->children()) out.add(item);
    return true;
  });
}

JSequence* with_flag(JSequence* made) {
  if (made != nullptr) made->flag = true;
  return made;
}

JSequence* children(Run& run, Object* source, const CallSite& site) { return make(run, site, &collect_children, source); }
JSequence* converted_children(Run& run, Object* source, const CallSite& site) { return make(run, site, &collect_converted_children, source); }
JSequence* ancestors(Run& run, Object* source, const CallSite& site) { return make(run, site, &collect_ancestors, source); }
JSequence* ancestors_and_self(Run& run, Object* source, const CallSite& site) { return with_flag(ancestors(run, source, site)); }
JSequence* descendants(Run& run, Object* source, const CallSite& site) { return make(run, site, &collect_below, source); }
JSequence* descendants_and_self(Run& run, Object* source, const CallSite& site) { return with_flag(descendants(run, source, site)); }
JSequence* properties(Run& run, Object* source, const CallSite& site) { return make(run, site, &collect_properties, source); }

bool collect_same(Run& run, const JSequence& self, SlotList& out) {
  return for_each_token(run, self, [&](JToken* token) {
    out.add(token);
    return true;
  });
}

JSequence* as_enumerable(Run& run, Object* source, const CallSite& site) {
  return source == nullptr ? nullptr : make(run, site, &collect_same, source);
}

// Where .NET has `<T> … where T : JToken`, the parameter names the type: constraints would tell these from LINQ to XML's.
constexpr Member kMembers[] = {
    method<&value>("static U Value<U>(this IEnumerable<JToken> value)"),
    method<&value>("static U Value<T, U>(this IEnumerable<T> value)"),
    method<&values>("static IEnumerable<U> Values<U>(this IEnumerable<JToken> source)"),
    method<&values_of_key>("static IEnumerable<U> Values<U>(this IEnumerable<JToken> source, object key)"),
    method<&values>("static IJEnumerable<JToken> Values(this IEnumerable<JToken> source)"),
    method<&values_of_key>("static IJEnumerable<JToken> Values(this IEnumerable<JToken> source, object key)"),
    method<&children>("static IJEnumerable<JToken> Children(this IEnumerable<JToken> source)"),
    method<&converted_children>("static IEnumerable<U> Children<T, U>(this IEnumerable<T> source)"),
    method<&ancestors>("static IJEnumerable<JToken> Ancestors(this IEnumerable<JToken> source)"),
    method<&ancestors_and_self>("static IJEnumerable<JToken> AncestorsAndSelf(this IEnumerable<JToken> source)"),
    method<&descendants>("static IJEnumerable<JToken> Descendants(this IEnumerable<JContainer> source)"),
    method<&descendants_and_self>("static IJEnumerable<JToken> DescendantsAndSelf(this IEnumerable<JContainer> source)"),
    method<&properties>("static IJEnumerable<JProperty> Properties(this IEnumerable<JObject> source)"),
    method<&as_enumerable>("static IJEnumerable<JToken> AsJEnumerable(this IEnumerable<JToken> source)"),
};

}  // namespace

const TypeDefinition kJsonExtensionsDefinition{.declaration = "static class Newtonsoft.Json.Linq.Extensions", .members = kMembers};

}  // namespace portcullis
