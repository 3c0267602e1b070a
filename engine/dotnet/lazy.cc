// System.Lazy<T>: a value that is made when it is first asked for. A factory's exception is kept and raised again,
// except with PublicationOnly; there is one thread, so the modes mean nothing else.
#include "engine/dotnet/extra.h"
#include "engine/run/run.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kLazy1Definition;
extern const TypeDefinition kLazyThreadSafetyModeDefinition;

/// activator.cc: `new T()`, which raises MissingMethodException where there is none.
Slot create_by_default(Run& run, const Type& type);

namespace {

enum class Mode : std::int32_t { kNone = 0, kPublicationOnly = 1, kExecutionAndPublication = 2 };

struct Lazy : Object {
  Closure* factory = nullptr;  // null: the type's own constructor
  Slot value{};
  Exception* failure = nullptr;
  Mode mode = Mode::kExecutionAndPublication;
  bool is_made = false;
  bool is_running = false;
};

const Type& value_type(const Lazy& self) { return *self.type->arguments[0]; }

Lazy* make_in_mode(Run& run, Mode mode, const CallSite& site) {
  if (mode < Mode::kNone || mode > Mode::kExecutionAndPublication) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "The mode argument specifies an invalid value.",
                              "mode");
  }
  auto* made = run.make<Lazy>(*site.result);
  made->mode = mode;
  return made;
}
Lazy* make(Run& run, const CallSite& site) { return make_in_mode(run, Mode::kExecutionAndPublication, site); }
Lazy* make_safe(Run& run, bool is_safe, const CallSite& site) {
  return make_in_mode(run, is_safe ? Mode::kExecutionAndPublication : Mode::kNone, site);
}
Lazy* make_of_factory_in_mode(Run& run, Closure* factory, Mode mode, const CallSite& site) {
  if (factory == nullptr) return run.raise_null("valueFactory");
  Lazy* made = make_in_mode(run, mode, site);
  if (made != nullptr) made->factory = factory;
  return made;
}
Lazy* make_of_factory(Run& run, Closure* factory, const CallSite& site) {
  return make_of_factory_in_mode(run, factory, Mode::kExecutionAndPublication, site);
}
Lazy* make_of_factory_safe(Run& run, Closure* factory, bool is_safe, const CallSite& site) {
  return make_of_factory_in_mode(run, factory, is_safe ? Mode::kExecutionAndPublication : Mode::kNone, site);
}
Lazy* make_of_value(Run& run, Slot value, const CallSite& site) {
  Lazy* made = make(run, site);
  if (made == nullptr) return nullptr;
  made->value = value;
  made->is_made = true;
  return made;
}

Slot value_of(Run& run, Lazy* self) {
  if (self->is_made) return self->value;
  if (self->failure != nullptr) return run.rethrow(self->failure);
  if (self->is_running && self->mode != Mode::kPublicationOnly) {
    return run.raise(Known::kInvalidOperationException,
                     "ValueFactory attempted to access the Value property of this instance.");
  }
  self->is_running = true;
  const Slot value =
      self->factory != nullptr ? run.invoke(self->factory, {}) : create_by_default(run, value_type(*self));
  self->is_running = false;
  if (run.failed()) {
    if (self->mode != Mode::kPublicationOnly && run.exceeded == Limit::kNone) self->failure = run.pending;
    return {};
  }
  if (!self->is_made) self->value = value;  // PublicationOnly: what a nested call made counts
  self->is_made = true;
  return self->value;
}

bool is_made(Lazy* self) { return self->is_made; }

String* text_of(Run& run, Lazy* self) {
  if (!self->is_made) return run.view("Value is not created.");
  const Type& type = value_type(*self);
  if (type.is_reference() && self->value.object == nullptr) return run.raise_null_reference();
  return to_string(run, type, self->value);
}
String* operation_text(Run& run, const Type&, Slot self) { return text_of(run, static_cast<Lazy*>(self.object)); }

constexpr TypeOperations kOperations{.to_string = &operation_text};

constexpr auto kMembers = extra({
    constructor<&make>("new Lazy()").with(kNoRaise),
    constructor<&make_of_factory>("new Lazy(Func<T> valueFactory)"),
    constructor<&make_of_value>("new Lazy(T value)").with(kNoRaise),
    constructor<&make_safe>("new Lazy(bool isThreadSafe)").with(kNoRaise),
    constructor<&make_in_mode>("new Lazy(LazyThreadSafetyMode mode)"),
    constructor<&make_of_factory_safe>("new Lazy(Func<T> valueFactory, bool isThreadSafe)"),
    constructor<&make_of_factory_in_mode>("new Lazy(Func<T> valueFactory, LazyThreadSafetyMode mode)"),
    property<&value_of>("T Value { get; }"),
    property<&is_made>("bool IsValueCreated { get; }").with(kNoRaise),
    method<&text_of>("string ToString()"),
});
constexpr EnumValue kModes[] = {{"None", 0}, {"PublicationOnly", 1}, {"ExecutionAndPublication", 2}};

}  // namespace

const TypeDefinition kLazy1Definition{
    .declaration = "class System.Lazy<T>", .members = kMembers, .operations = &kOperations};
const TypeDefinition kLazyThreadSafetyModeDefinition{.declaration = "enum System.Threading.LazyThreadSafetyMode : int",
                                                     .values = kModes};

}  // namespace portcullis
