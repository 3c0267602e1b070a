// System.Exception: what all exceptions have, and ArgumentException with its children and ObjectDisposedException,
// whose constructors take more than a message. `Exception::message` always holds the whole text of the Message
// property.
#include "engine/dotnet/exceptions.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/text.h"
#include "engine/dotnet/dictionary.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kExceptionDefinition;
extern const TypeDefinition kArgumentExceptionDefinition;
extern const TypeDefinition kArgumentNullExceptionDefinition;
extern const TypeDefinition kArgumentOutOfRangeExceptionDefinition;
extern const TypeDefinition kObjectDisposedExceptionDefinition;

namespace {

struct ExceptionFacts {
  std::string_view name;
  std::string_view message;  // empty: "Exception of type 'X' was thrown."
  std::uint32_t result;
};

// By name. source: language.md#11
constexpr ExceptionFacts kFacts[] = {
    {"AggregateException", "One or more errors occurred.", 0x80131500},
    {"ApplicationException", "Error in the application.", 0x80131600},
    {"ArgumentException", "Value does not fall within the expected range.", 0x80070057},
    {"ArgumentNullException", "Value cannot be null.", 0x80004003},
    {"ArgumentOutOfRangeException", "Specified argument was out of the range of valid values.", 0x80131502},
    {"ArithmeticException", "Overflow or underflow in the arithmetic operation.", 0x80070216},
    {"ArrayTypeMismatchException", "Attempted to access an element as a type incompatible with the array.", 0x80131503},
    {"CryptographicException", "Error occurred during a cryptographic operation.", 0x80131430},
    {"DecoderFallbackException", "Value does not fall within the expected range.", 0x80070057},
    {"DivideByZeroException", "Attempted to divide by zero.", 0x80020012},
    {"Exception", "", 0x80131500},
    {"FormatException", "One of the identified items was in an invalid format.", 0x80131537},
    {"IndexOutOfRangeException", "Index was outside the bounds of the array.", 0x80131508},
    {"InvalidCastException", "Specified cast is not valid.", 0x80004002},
    {"InvalidOperationException", "Operation is not valid due to the current state of the object.", 0x80131509},
    {"InvalidTimeZoneException", "", 0x80131500},
    {"JsonException", "", 0x80131500},
    {"JsonReaderException", "", 0x80131500},
    {"JsonSerializationException", "", 0x80131500},
    {"JsonWriterException", "", 0x80131500},
    {"KeyNotFoundException", "The given key was not present in the dictionary.", 0x80131577},
    {"NotFiniteNumberException", "Number encountered was not a finite quantity.", 0x80131528},
    {"NotImplementedException", "The method or operation is not implemented.", 0x80004001},
    {"NotSupportedException", "Specified method is not supported.", 0x80131515},
    {"NullReferenceException", "Object reference not set to an instance of an object.", 0x80004003},
    {"ObjectDisposedException", "Cannot access a disposed object.", 0x80131622},
    {"OperationCanceledException", "The operation was canceled.", 0x8013153B},
    {"OutOfMemoryException", "Insufficient memory to continue the execution of the program.", 0x8007000E},
    {"OverflowException", "Arithmetic operation resulted in an overflow.", 0x80131516},
    {"RankException", "Attempted to operate on an array with the incorrect number of dimensions.", 0x80131517},
    {"RegexMatchTimeoutException", "The operation has timed out.", 0x80131505},
    {"RegexParseException", "Value does not fall within the expected range.", 0x80070057},
    {"RuntimeBinderException", "", 0x80131500},
    {"SystemException", "System error.", 0x80131501},
    {"TimeZoneNotFoundException", "", 0x80131500},
    {"TimeoutException", "The operation has timed out.", 0x80131505},
    {"UnauthorizedAccessException", "Attempted to perform an unauthorized operation.", 0x80070005},
    {"UriFormatException", "One of the identified items was in an invalid format.", 0x80131537},
    {"XmlException", "An XML error has occurred.", 0x80131940},
};
static_assert(std::ranges::is_sorted(kFacts, {}, &ExceptionFacts::name));

const ExceptionFacts* facts_of(const Type& type) {
  const auto* found = std::ranges::lower_bound(kFacts, type.name, {}, &ExceptionFacts::name);
  return found != std::end(kFacts) && found->name == type.name ? found : nullptr;
}

String* generic_message(Run& run, const Type& type) {
  return run.string(joined("Exception of type '", full_name(type), "' was thrown."));
}

Exception* make_exception(Run& run, const Type& type, String* message) {
  auto* made = run.make<Exception>(type);
  made->has_own_message = message != nullptr;
  made->message = message != nullptr ? message : generic_message(run, type);
  return made;
}

// ---- members ------------------------------------------------------------------------------------------------

String* message(Exception* self) { return self->message; }
Exception* inner_exception(Exception* self) { return self->inner; }
String* stack_trace(Exception*) { return nullptr; }
String* source(Exception* self) { return self->source; }
void set_source(Exception* self, String* value) { self->source = value; }
String* help_link(Exception* self) { return self->help_link; }
void set_help_link(Exception* self, String* value) { self->help_link = value; }

// Made when asked for; it belongs to the exception from then on.
Object* data(Run& run, Exception* self) {
  if (self->data == nullptr) {
    const Type& object = run.type(Known::kObject);
    self->data = make_dictionary(run, run.types.construct(Known::kDictionary2, {&object, &object}), nullptr);
  }
  return self->data;
}

std::int32_t hresult(Exception* self) {
  for (const Type* at = self->type; at != nullptr; at = at->base) {
    if (const ExceptionFacts* facts = facts_of(*at)) return static_cast<std::int32_t>(facts->result);
  }
  return static_cast<std::int32_t>(0x80131500U);
}

Exception* base_exception(Exception* self) {
  while (self->inner != nullptr) self = self->inner;
  return self;
}

String* exception_to_string(Run& run, const Type&, Slot self) {
  std::string text;
  std::string closing;
  // An inner exception's text stands inside its outer one's, as nesting calls would print it.
  for (const auto* at = static_cast<const Exception*>(self.object); at != nullptr; at = at->inner) {
    if (!text.empty()) {
      text += "\n ---> ";
      closing += "\n   --- End of inner exception stack trace ---";
    }
    text += full_name(*at->type);
    if (at->message != nullptr && at->message->size > 0) append(text, ": ", at->message->view());
    if (!run.spend(1)) return nullptr;
  }
  return run.string(text + closing);
}

// ---- arguments ----------------------------------------------------------------------------------------------

Exception* with_parameter(Run& run, Exception* made, String* parameter) {
  made->parameter = parameter;
  if (parameter == nullptr || parameter->size == 0) return made;
  made->message = run.string(joined(made->message->view(), " (Parameter '", parameter->view(), "')"));
  return made;
}

// ArgumentException and its children fall back to their own text when the message is null, not to the general one.
Exception* argument_exception(Run& run, String* text, String* parameter, const CallSite& site) {
  Exception* made = make_exception(run, *site.result, text != nullptr ? text : default_message(run, *site.result));
  return with_parameter(run, made, parameter);
}

Exception* new_argument(Run& run, String* text, const CallSite& site) {
  return argument_exception(run, text, nullptr, site);
}
Exception* new_argument_with_inner(Run& run, String* text, Exception* inner, const CallSite& site) {
  Exception* made = argument_exception(run, text, nullptr, site);
  made->inner = inner;
  return made;
}
Exception* new_argument_with_both(Run& run, String* text, String* parameter, Exception* inner, const CallSite& site) {
  Exception* made = argument_exception(run, text, parameter, site);
  made->inner = inner;
  return made;
}

// ArgumentNullException and ArgumentOutOfRangeException take the parameter's name first.
Exception* new_for_parameter(Run& run, String* parameter, const CallSite& site) {
  return argument_exception(run, nullptr, parameter, site);
}
Exception* new_for_parameter_with_message(Run& run, String* parameter, String* text, const CallSite& site) {
  return argument_exception(run, text, parameter, site);
}

void add_actual_value(Run& run, Exception* made, Object* actual) {
  made->detail = actual;
  if (actual == nullptr) return;
  String* text = to_text(run, run.type(Known::kObject), Slot::of_object(actual));
  if (text == nullptr) return;
  made->message = run.string(joined(made->message->view(), "\nActual value was ", text->view(), "."));
}

Exception* new_out_of_range(Run& run, String* parameter, Object* actual, String* text, const CallSite& site) {
  Exception* made = argument_exception(run, text, parameter, site);
  add_actual_value(run, made, actual);
  return made;
}

String* parameter_name(Exception* self) { return self->parameter; }
Object* actual_value(Exception* self) { return self->detail; }

// ---- ObjectDisposedException --------------------------------------------------------------------------------

Exception* disposed(Run& run, String* object_name, String* text, const CallSite& site) {
  Exception* made = make_exception(run, *site.result, text != nullptr ? text : default_message(run, *site.result));
  made->parameter = object_name;
  if (object_name != nullptr && object_name->size > 0) {
    made->message = run.string(joined(made->message->view(), "\nObject name: '", object_name->view(), "'."));
  }
  return made;
}
Exception* new_disposed(Run& run, String* object_name, const CallSite& site) {
  return disposed(run, object_name, nullptr, site);
}
Exception* new_disposed_with_inner(Run& run, String* text, Exception* inner, const CallSite& site) {
  Exception* made = disposed(run, nullptr, text, site);
  made->inner = inner;
  return made;
}
String* object_name(Run& run, Exception* self) {
  return self->parameter != nullptr ? self->parameter : run.empty_string();
}

constexpr Member kExceptionMembers[] = {
    constructor<&new_exception>("new Exception()"),
    constructor<&new_exception_with_message>("new Exception(string message)"),
    constructor<&new_exception_with_inner>("new Exception(string message, Exception innerException)"),
    property<&message>("string Message { get; }").with(kNoRaise),
    property<&inner_exception>("Exception InnerException { get; }").with(kNoRaise),
    property<&stack_trace>("string StackTrace { get; }").with(kNoRaise),
    property<&source, &set_source>("string Source { get; set; }").with(kNoRaise),
    property<&help_link, &set_help_link>("string HelpLink { get; set; }").with(kNoRaise),
    property<&data>("IDictionary Data { get; }").with(kNoRaise),
    property<&hresult>("int HResult { get; }").with(kNoRaise),
    method<&base_exception>("Exception GetBaseException()").with(kNoRaise),
};

constexpr Member kArgumentMembers[] = {
    constructor<&new_exception>("new ArgumentException()"),
    constructor<&new_argument>("new ArgumentException(string message)"),
    constructor<&new_argument_with_inner>("new ArgumentException(string message, Exception innerException)"),
    constructor<&argument_exception>("new ArgumentException(string message, string paramName)"),
    constructor<&new_argument_with_both>(
        "new ArgumentException(string message, string paramName, Exception innerException)"),
    property<&parameter_name>("string ParamName { get; }").with(kNoRaise),
};

constexpr Member kArgumentNullMembers[] = {
    constructor<&new_exception>("new ArgumentNullException()"),
    constructor<&new_for_parameter>("new ArgumentNullException(string paramName)"),
    constructor<&new_for_parameter_with_message>("new ArgumentNullException(string paramName, string message)"),
    constructor<&new_argument_with_inner>("new ArgumentNullException(string message, Exception innerException)"),
};

constexpr Member kArgumentOutOfRangeMembers[] = {
    constructor<&new_exception>("new ArgumentOutOfRangeException()"),
    constructor<&new_for_parameter>("new ArgumentOutOfRangeException(string paramName)"),
    constructor<&new_for_parameter_with_message>("new ArgumentOutOfRangeException(string paramName, string message)"),
    constructor<&new_argument_with_inner>("new ArgumentOutOfRangeException(string message, Exception innerException)"),
    constructor<&new_out_of_range>(
        "new ArgumentOutOfRangeException(string paramName, object actualValue, string message)"),
    property<&actual_value>("object ActualValue { get; }").with(kNoRaise),
};

constexpr Member kObjectDisposedMembers[] = {
    constructor<&new_disposed>("new ObjectDisposedException(string objectName)"),
    constructor<&disposed>("new ObjectDisposedException(string objectName, string message)"),
    constructor<&new_disposed_with_inner>("new ObjectDisposedException(string message, Exception innerException)"),
    property<&object_name>("string ObjectName { get; }").with(kNoRaise),
};

}  // namespace

const TypeOperations kExceptionOperations{.to_string = &exception_to_string};

String* default_message(Run& run, const Type& type) {
  const ExceptionFacts* facts = facts_of(type);
  if (facts == nullptr || facts->message.empty()) return generic_message(run, type);
  return run.view(facts->message);
}

Exception* new_exception(Run& run, const CallSite& site) {
  Exception* made = make_exception(run, *site.result, default_message(run, *site.result));
  made->has_own_message = false;
  return made;
}

Exception* new_exception_with_message(Run& run, String* message, const CallSite& site) {
  return make_exception(run, *site.result, message);
}

Exception* new_exception_with_inner(Run& run, String* message, Exception* inner, const CallSite& site) {
  Exception* made = make_exception(run, *site.result, message);
  made->inner = inner;
  return made;
}

Raised raise_out_of_range(Run& run, std::string_view message, std::string_view parameter, std::int64_t actual) {
  if (run.failed()) return {};
  run.raise_argument(Known::kArgumentOutOfRangeException, message, parameter);
  const Type& number = run.type(actual >= INT32_MIN && actual <= INT32_MAX ? Known::kInt32 : Known::kInt64);
  add_actual_value(run, run.pending, run.box(number, Slot::of(actual)));
  return {};
}

bool raise_if_negative(Run& run, std::int64_t value, std::string_view parameter) {
  if (value >= 0) return false;
  raise_out_of_range(run, joined(parameter, " ('", value, "') must be a non-negative value."), parameter, value);
  return true;
}

const TypeDefinition kExceptionDefinition{
    .declaration = "class System.Exception", .members = kExceptionMembers, .operations = &kExceptionOperations};
const TypeDefinition kArgumentExceptionDefinition{.declaration = "class System.ArgumentException : SystemException",
                                                  .members = kArgumentMembers,
                                                  .operations = &kExceptionOperations};
const TypeDefinition kArgumentNullExceptionDefinition{
    .declaration = "class System.ArgumentNullException : ArgumentException",
    .members = kArgumentNullMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kArgumentOutOfRangeExceptionDefinition{
    .declaration = "class System.ArgumentOutOfRangeException : ArgumentException",
    .members = kArgumentOutOfRangeMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kObjectDisposedExceptionDefinition{
    .declaration = "class System.ObjectDisposedException : InvalidOperationException",
    .members = kObjectDisposedMembers,
    .operations = &kExceptionOperations};

}  // namespace portcullis
