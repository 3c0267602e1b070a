// System.AggregateException: several exceptions as one.
#include <string>

#include "base/text.h"
#include "engine/dotnet/exceptions.h"
#include "engine/dotnet/read_only_collection.h"
#include "engine/dotnet/sequence.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kAggregateExceptionDefinition;

namespace {

struct AggregateException : Exception {
  Array* inners;
  String* own_message;  // without what the inner ones say
};

bool is_aggregate(const Exception* exception) { return exception->type->definition == &kAggregateExceptionDefinition; }

// Null after raising.
AggregateException* make(Run& run, const Type& type, String* message, std::span<const Slot> inners) {
  auto* made = run.make<AggregateException>(type);
  made->has_own_message = message != nullptr;
  made->own_message = message != nullptr ? message : run.view("One or more errors occurred.");
  made->inners = run.array(run.types.array_of(run.type(Known::kException)), inners.size());
  if (made->inners == nullptr) return nullptr;
  std::string text(made->own_message->view());
  for (std::size_t i = 0; i < inners.size(); ++i) {
    const auto* inner = static_cast<const Exception*>(inners[i].object);
    if (inner == nullptr) return run.raise(Known::kArgumentException, "An element of innerExceptions was null.");
    made->inners->items[i] = inners[i];
    append(text, " (", inner->message->view(), ")");
  }
  if (!inners.empty()) made->inner = static_cast<Exception*>(inners[0].object);
  made->message = run.string(text);
  return made;
}

AggregateException* make_empty(Run& run, const CallSite& site) { return make(run, *site.result, nullptr, {}); }
AggregateException* make_with_message(Run& run, String* message, const CallSite& site) {
  return make(run, *site.result, message, {});
}
AggregateException* make_with_inner(Run& run, String* message, Exception* inner, const CallSite& site) {
  if (inner == nullptr) return run.raise_null("innerException");
  const Slot only = Slot::of_object(inner);
  return make(run, *site.result, message, {&only, 1});
}
AggregateException* make_with_message_and_all(Run& run, String* message, Object* inners, const CallSite& site) {
  SlotBuffer all;
  return copy_elements(run, inners, "innerExceptions", all) ? make(run, *site.result, message, all.span()) : nullptr;
}
AggregateException* make_with_all(Run& run, Object* inners, const CallSite& site) {
  return make_with_message_and_all(run, nullptr, inners, site);
}

Object* inner_exceptions(Run& run, AggregateException* self, const CallSite& site) {
  return make_read_only(run, self->inners, site);
}

// What is an aggregate inside gives its own; level by level, as .NET does.
AggregateException* flatten(Run& run, AggregateException* self) {
  SlotBuffer open;
  SlotBuffer leaves;
  if (!open.add(run, Slot::of_object(self))) return nullptr;
  for (std::uint32_t i = 0; i < open.count(); ++i) {
    for (const Slot inner : static_cast<AggregateException*>(open.span()[i].object)->inners->span()) {
      SlotBuffer& list = is_aggregate(static_cast<Exception*>(inner.object)) ? open : leaves;
      if (!run.spend(1) || !list.add(run, inner)) return nullptr;
    }
  }
  return make(run, *self->type, self->own_message, leaves.span());
}

void handle(Run& run, AggregateException* self, Closure* predicate) {
  if (predicate == nullptr) {
    run.raise_null("predicate");
    return;
  }
  SlotBuffer left;
  for (const Slot inner : self->inners->span()) {
    const bool handled = run.invoke(predicate, {inner}).integer != 0;
    if (run.failed() || (!handled && !left.add(run, inner))) return;
  }
  if (left.count() == 0) return;
  AggregateException* rest = make(run, *self->type, self->message, left.span());
  if (rest != nullptr) run.rethrow(rest);
}

Exception* base_exception(AggregateException* self) {
  Exception* at = self;
  while (is_aggregate(at) && static_cast<AggregateException*>(at)->inners->length == 1) at = at->inner;
  return at;
}

constexpr Member kMembers[] = {
    constructor<&make_empty>("new AggregateException()"),
    constructor<&make_with_message>("new AggregateException(string message)"),
    constructor<&make_with_inner>("new AggregateException(string message, Exception innerException)"),
    constructor<&make_with_all>("new AggregateException(IEnumerable<Exception> innerExceptions)"),
    constructor<&make_with_all>("new AggregateException(params Exception[] innerExceptions)"),
    constructor<&make_with_message_and_all>(
        "new AggregateException(string message, IEnumerable<Exception> innerExceptions)"),
    constructor<&make_with_message_and_all>(
        "new AggregateException(string message, params Exception[] innerExceptions)"),
    property<&inner_exceptions>("ReadOnlyCollection<Exception> InnerExceptions { get; }"),
    method<&flatten>("AggregateException Flatten()"),
    method<&handle>("void Handle(Func<Exception, bool> predicate)"),
    method<&base_exception>("Exception GetBaseException()").with(kNoRaise),
};

}  // namespace

const TypeDefinition kAggregateExceptionDefinition{.declaration = "class System.AggregateException : Exception",
                                                   .members = kMembers,
                                                   .operations = &kExceptionOperations};

}  // namespace portcullis
