// The exception types that have nothing of their own but a name and a default text (exceptions.cc has the texts).
#include "engine/dotnet/exceptions.h"
#include "engine/json/json.h"
#include "engine/xml/xml.h"

namespace portcullis {

extern const TypeDefinition kSystemExceptionDefinition;
extern const TypeDefinition kApplicationExceptionDefinition;
extern const TypeDefinition kArithmeticExceptionDefinition;
extern const TypeDefinition kDivideByZeroExceptionDefinition;
extern const TypeDefinition kOverflowExceptionDefinition;
extern const TypeDefinition kNotFiniteNumberExceptionDefinition;
extern const TypeDefinition kFormatExceptionDefinition;
extern const TypeDefinition kUriFormatExceptionDefinition;
extern const TypeDefinition kIndexOutOfRangeExceptionDefinition;
extern const TypeDefinition kInvalidCastExceptionDefinition;
extern const TypeDefinition kInvalidOperationExceptionDefinition;
extern const TypeDefinition kKeyNotFoundExceptionDefinition;
extern const TypeDefinition kNullReferenceExceptionDefinition;
extern const TypeDefinition kArrayTypeMismatchExceptionDefinition;
extern const TypeDefinition kRankExceptionDefinition;
extern const TypeDefinition kNotSupportedExceptionDefinition;
extern const TypeDefinition kNotImplementedExceptionDefinition;
extern const TypeDefinition kOutOfMemoryExceptionDefinition;
extern const TypeDefinition kTimeoutExceptionDefinition;
extern const TypeDefinition kRegexMatchTimeoutExceptionDefinition;
extern const TypeDefinition kXmlExceptionDefinition;
extern const TypeDefinition kCryptographicExceptionDefinition;
extern const TypeDefinition kTimeZoneNotFoundExceptionDefinition;
extern const TypeDefinition kInvalidTimeZoneExceptionDefinition;
extern const TypeDefinition kUnauthorizedAccessExceptionDefinition;
extern const TypeDefinition kOperationCanceledExceptionDefinition;
extern const TypeDefinition kJsonExceptionDefinition;
extern const TypeDefinition kJsonReaderExceptionDefinition;
extern const TypeDefinition kJsonSerializationExceptionDefinition;
extern const TypeDefinition kJsonWriterExceptionDefinition;
extern const TypeDefinition kRuntimeBinderExceptionDefinition;
extern const TypeDefinition kDecoderFallbackExceptionDefinition;
extern const TypeDefinition kRegexParseExceptionDefinition;

namespace {

// Where the readers stood; `detail` is set by what raised, and missing when C# code made the exception.
String* json_path_text(Exception* self) { return self->detail == nullptr ? nullptr : static_cast<JsonPlace*>(self->detail)->path; }
std::int32_t json_line(Exception* self) { return self->detail == nullptr ? 0 : static_cast<JsonPlace*>(self->detail)->line; }
std::int32_t json_position(Exception* self) { return self->detail == nullptr ? 0 : static_cast<JsonPlace*>(self->detail)->position; }
std::int32_t xml_line(Exception* self) { return self->detail == nullptr ? 0 : static_cast<XmlPlace*>(self->detail)->line; }
std::int32_t xml_position(Exception* self) { return self->detail == nullptr ? 0 : static_cast<XmlPlace*>(self->detail)->position; }

constexpr Member kSystemExceptionMembers[] = {
    constructor<&new_exception>("new SystemException()"),
    constructor<&new_exception_with_message>("new SystemException(string message)"),
    constructor<&new_exception_with_inner>("new SystemException(string message, Exception innerException)"),
};

constexpr Member kApplicationExceptionMembers[] = {
    constructor<&new_exception>("new ApplicationException()"),
    constructor<&new_exception_with_message>("new ApplicationException(string message)"),
    constructor<&new_exception_with_inner>("new ApplicationException(string message, Exception innerException)"),
};

constexpr Member kArithmeticExceptionMembers[] = {
    constructor<&new_exception>("new ArithmeticException()"),
    constructor<&new_exception_with_message>("new ArithmeticException(string message)"),
    constructor<&new_exception_with_inner>("new ArithmeticException(string message, Exception innerException)"),
};

constexpr Member kDivideByZeroExceptionMembers[] = {
    constructor<&new_exception>("new DivideByZeroException()"),
    constructor<&new_exception_with_message>("new DivideByZeroException(string message)"),
    constructor<&new_exception_with_inner>("new DivideByZeroException(string message, Exception innerException)"),
};

constexpr Member kOverflowExceptionMembers[] = {
    constructor<&new_exception>("new OverflowException()"),
    constructor<&new_exception_with_message>("new OverflowException(string message)"),
    constructor<&new_exception_with_inner>("new OverflowException(string message, Exception innerException)"),
};

constexpr Member kNotFiniteNumberExceptionMembers[] = {
    constructor<&new_exception>("new NotFiniteNumberException()"),
    constructor<&new_exception_with_message>("new NotFiniteNumberException(string message)"),
    constructor<&new_exception_with_inner>("new NotFiniteNumberException(string message, Exception innerException)"),
};

constexpr Member kFormatExceptionMembers[] = {
    constructor<&new_exception>("new FormatException()"),
    constructor<&new_exception_with_message>("new FormatException(string message)"),
    constructor<&new_exception_with_inner>("new FormatException(string message, Exception innerException)"),
};

constexpr Member kUriFormatExceptionMembers[] = {
    constructor<&new_exception>("new UriFormatException()"),
    constructor<&new_exception_with_message>("new UriFormatException(string message)"),
    constructor<&new_exception_with_inner>("new UriFormatException(string message, Exception innerException)"),
};

constexpr Member kIndexOutOfRangeExceptionMembers[] = {
    constructor<&new_exception>("new IndexOutOfRangeException()"),
    constructor<&new_exception_with_message>("new IndexOutOfRangeException(string message)"),
    constructor<&new_exception_with_inner>("new IndexOutOfRangeException(string message, Exception innerException)"),
};

constexpr Member kInvalidCastExceptionMembers[] = {
    constructor<&new_exception>("new InvalidCastException()"),
    constructor<&new_exception_with_message>("new InvalidCastException(string message)"),
    constructor<&new_exception_with_inner>("new InvalidCastException(string message, Exception innerException)"),
};

constexpr Member kInvalidOperationExceptionMembers[] = {
    constructor<&new_exception>("new InvalidOperationException()"),
    constructor<&new_exception_with_message>("new InvalidOperationException(string message)"),
    constructor<&new_exception_with_inner>("new InvalidOperationException(string message, Exception innerException)"),
};

constexpr Member kKeyNotFoundExceptionMembers[] = {
    constructor<&new_exception>("new KeyNotFoundException()"),
    constructor<&new_exception_with_message>("new KeyNotFoundException(string message)"),
    constructor<&new_exception_with_inner>("new KeyNotFoundException(string message, Exception innerException)"),
};

constexpr Member kNullReferenceExceptionMembers[] = {
    constructor<&new_exception>("new NullReferenceException()"),
    constructor<&new_exception_with_message>("new NullReferenceException(string message)"),
    constructor<&new_exception_with_inner>("new NullReferenceException(string message, Exception innerException)"),
};

constexpr Member kArrayTypeMismatchExceptionMembers[] = {
    constructor<&new_exception>("new ArrayTypeMismatchException()"),
    constructor<&new_exception_with_message>("new ArrayTypeMismatchException(string message)"),
    constructor<&new_exception_with_inner>("new ArrayTypeMismatchException(string message, Exception innerException)"),
};

constexpr Member kRankExceptionMembers[] = {
    constructor<&new_exception>("new RankException()"),
    constructor<&new_exception_with_message>("new RankException(string message)"),
    constructor<&new_exception_with_inner>("new RankException(string message, Exception innerException)"),
};

constexpr Member kNotSupportedExceptionMembers[] = {
    constructor<&new_exception>("new NotSupportedException()"),
    constructor<&new_exception_with_message>("new NotSupportedException(string message)"),
    constructor<&new_exception_with_inner>("new NotSupportedException(string message, Exception innerException)"),
};

constexpr Member kNotImplementedExceptionMembers[] = {
    constructor<&new_exception>("new NotImplementedException()"),
    constructor<&new_exception_with_message>("new NotImplementedException(string message)"),
    constructor<&new_exception_with_inner>("new NotImplementedException(string message, Exception innerException)"),
};

constexpr Member kOutOfMemoryExceptionMembers[] = {
    constructor<&new_exception>("new OutOfMemoryException()"),
    constructor<&new_exception_with_message>("new OutOfMemoryException(string message)"),
    constructor<&new_exception_with_inner>("new OutOfMemoryException(string message, Exception innerException)"),
};

constexpr Member kTimeoutExceptionMembers[] = {
    constructor<&new_exception>("new TimeoutException()"),
    constructor<&new_exception_with_message>("new TimeoutException(string message)"),
    constructor<&new_exception_with_inner>("new TimeoutException(string message, Exception innerException)"),
};

constexpr Member kRegexMatchTimeoutExceptionMembers[] = {
    constructor<&new_exception>("new RegexMatchTimeoutException()"),
    constructor<&new_exception_with_message>("new RegexMatchTimeoutException(string message)"),
    constructor<&new_exception_with_inner>("new RegexMatchTimeoutException(string message, Exception innerException)"),
};

constexpr Member kXmlExceptionMembers[] = {
    constructor<&new_exception>("new XmlException()"),
    constructor<&new_exception_with_message>("new XmlException(string message)"),
    constructor<&new_exception_with_inner>("new XmlException(string message, Exception innerException)"),
    property<&xml_line>("int LineNumber { get; }"),
    property<&xml_position>("int LinePosition { get; }"),
};

constexpr Member kCryptographicExceptionMembers[] = {
    constructor<&new_exception>("new CryptographicException()"),
    constructor<&new_exception_with_message>("new CryptographicException(string message)"),
    constructor<&new_exception_with_inner>("new CryptographicException(string message, Exception innerException)"),
};

constexpr Member kTimeZoneNotFoundExceptionMembers[] = {
    constructor<&new_exception>("new TimeZoneNotFoundException()"),
    constructor<&new_exception_with_message>("new TimeZoneNotFoundException(string message)"),
    constructor<&new_exception_with_inner>("new TimeZoneNotFoundException(string message, Exception innerException)"),
};

constexpr Member kInvalidTimeZoneExceptionMembers[] = {
    constructor<&new_exception>("new InvalidTimeZoneException()"),
    constructor<&new_exception_with_message>("new InvalidTimeZoneException(string message)"),
    constructor<&new_exception_with_inner>("new InvalidTimeZoneException(string message, Exception innerException)"),
};

constexpr Member kUnauthorizedAccessExceptionMembers[] = {
    constructor<&new_exception>("new UnauthorizedAccessException()"),
    constructor<&new_exception_with_message>("new UnauthorizedAccessException(string message)"),
    constructor<&new_exception_with_inner>("new UnauthorizedAccessException(string message, Exception innerException)"),
};

constexpr Member kOperationCanceledExceptionMembers[] = {
    constructor<&new_exception>("new OperationCanceledException()"),
    constructor<&new_exception_with_message>("new OperationCanceledException(string message)"),
    constructor<&new_exception_with_inner>("new OperationCanceledException(string message, Exception innerException)"),
};

constexpr Member kJsonExceptionMembers[] = {
    constructor<&new_exception>("new JsonException()"),
    constructor<&new_exception_with_message>("new JsonException(string message)"),
    constructor<&new_exception_with_inner>("new JsonException(string message, Exception innerException)"),
};

constexpr Member kJsonReaderExceptionMembers[] = {
    constructor<&new_exception>("new JsonReaderException()"),
    constructor<&new_exception_with_message>("new JsonReaderException(string message)"),
    constructor<&new_exception_with_inner>("new JsonReaderException(string message, Exception innerException)"),
    property<&json_path_text>("string Path { get; }"),
    property<&json_line>("int LineNumber { get; }"),
    property<&json_position>("int LinePosition { get; }"),
};

constexpr Member kJsonSerializationExceptionMembers[] = {
    constructor<&new_exception>("new JsonSerializationException()"),
    constructor<&new_exception_with_message>("new JsonSerializationException(string message)"),
    constructor<&new_exception_with_inner>("new JsonSerializationException(string message, Exception innerException)"),
};

constexpr Member kJsonWriterExceptionMembers[] = {
    constructor<&new_exception>("new JsonWriterException()"),
    constructor<&new_exception_with_message>("new JsonWriterException(string message)"),
    constructor<&new_exception_with_inner>("new JsonWriterException(string message, Exception innerException)"),
};

constexpr Member kRuntimeBinderExceptionMembers[] = {
    constructor<&new_exception>("new RuntimeBinderException()"),
    constructor<&new_exception_with_message>("new RuntimeBinderException(string message)"),
    constructor<&new_exception_with_inner>("new RuntimeBinderException(string message, Exception innerException)"),
};

constexpr Member kDecoderFallbackExceptionMembers[] = {
    constructor<&new_exception>("new DecoderFallbackException()"),
    constructor<&new_exception_with_message>("new DecoderFallbackException(string message)"),
    constructor<&new_exception_with_inner>("new DecoderFallbackException(string message, Exception innerException)"),
};

constexpr Member kRegexParseExceptionMembers[] = {
    constructor<&new_exception>("new RegexParseException()"),
    constructor<&new_exception_with_message>("new RegexParseException(string message)"),
    constructor<&new_exception_with_inner>("new RegexParseException(string message, Exception innerException)"),
};

}  // namespace

const TypeDefinition kSystemExceptionDefinition{.declaration = "class System.SystemException : Exception",
                                                .members = kSystemExceptionMembers,
                                                .operations = &kExceptionOperations};
const TypeDefinition kApplicationExceptionDefinition{.declaration = "class System.ApplicationException : Exception",
                                                     .members = kApplicationExceptionMembers,
                                                     .operations = &kExceptionOperations};
const TypeDefinition kArithmeticExceptionDefinition{.declaration = "class System.ArithmeticException : SystemException",
                                                    .members = kArithmeticExceptionMembers,
                                                    .operations = &kExceptionOperations};
const TypeDefinition kDivideByZeroExceptionDefinition{
    .declaration = "class System.DivideByZeroException : ArithmeticException",
    .members = kDivideByZeroExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kOverflowExceptionDefinition{.declaration = "class System.OverflowException : ArithmeticException",
                                                  .members = kOverflowExceptionMembers,
                                                  .operations = &kExceptionOperations};
const TypeDefinition kNotFiniteNumberExceptionDefinition{
    .declaration = "class System.NotFiniteNumberException : ArithmeticException",
    .members = kNotFiniteNumberExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kFormatExceptionDefinition{.declaration = "class System.FormatException : SystemException",
                                                .members = kFormatExceptionMembers,
                                                .operations = &kExceptionOperations};
const TypeDefinition kUriFormatExceptionDefinition{.declaration = "class System.UriFormatException : FormatException",
                                                   .members = kUriFormatExceptionMembers,
                                                   .operations = &kExceptionOperations};
const TypeDefinition kIndexOutOfRangeExceptionDefinition{
    .declaration = "class System.IndexOutOfRangeException : SystemException",
    .members = kIndexOutOfRangeExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kInvalidCastExceptionDefinition{
    .declaration = "class System.InvalidCastException : SystemException",
    .members = kInvalidCastExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kInvalidOperationExceptionDefinition{
    .declaration = "class System.InvalidOperationException : SystemException",
    .members = kInvalidOperationExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kKeyNotFoundExceptionDefinition{
    .declaration = "class System.Collections.Generic.KeyNotFoundException : SystemException",
    .members = kKeyNotFoundExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kNullReferenceExceptionDefinition{
    .declaration = "class System.NullReferenceException : SystemException",
    .members = kNullReferenceExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kArrayTypeMismatchExceptionDefinition{
    .declaration = "class System.ArrayTypeMismatchException : SystemException",
    .members = kArrayTypeMismatchExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kRankExceptionDefinition{.declaration = "class System.RankException : SystemException",
                                              .members = kRankExceptionMembers,
                                              .operations = &kExceptionOperations};
const TypeDefinition kNotSupportedExceptionDefinition{
    .declaration = "class System.NotSupportedException : SystemException",
    .members = kNotSupportedExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kNotImplementedExceptionDefinition{
    .declaration = "class System.NotImplementedException : SystemException",
    .members = kNotImplementedExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kOutOfMemoryExceptionDefinition{
    .declaration = "class System.OutOfMemoryException : SystemException",
    .members = kOutOfMemoryExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kTimeoutExceptionDefinition{.declaration = "class System.TimeoutException : SystemException",
                                                 .members = kTimeoutExceptionMembers,
                                                 .operations = &kExceptionOperations};
const TypeDefinition kRegexMatchTimeoutExceptionDefinition{
    .declaration = "class System.Text.RegularExpressions.RegexMatchTimeoutException : TimeoutException",
    .members = kRegexMatchTimeoutExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kXmlExceptionDefinition{.declaration = "class System.Xml.XmlException : SystemException",
                                             .members = kXmlExceptionMembers,
                                             .operations = &kExceptionOperations};
const TypeDefinition kCryptographicExceptionDefinition{
    .declaration = "class System.Security.Cryptography.CryptographicException : SystemException",
    .members = kCryptographicExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kTimeZoneNotFoundExceptionDefinition{
    .declaration = "class System.TimeZoneNotFoundException : Exception",
    .members = kTimeZoneNotFoundExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kInvalidTimeZoneExceptionDefinition{
    .declaration = "class System.InvalidTimeZoneException : Exception",
    .members = kInvalidTimeZoneExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kUnauthorizedAccessExceptionDefinition{
    .declaration = "class System.UnauthorizedAccessException : SystemException",
    .members = kUnauthorizedAccessExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kOperationCanceledExceptionDefinition{
    .declaration = "class System.OperationCanceledException : SystemException",
    .members = kOperationCanceledExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kJsonExceptionDefinition{.declaration = "class Newtonsoft.Json.JsonException : Exception",
                                              .members = kJsonExceptionMembers,
                                              .operations = &kExceptionOperations};
const TypeDefinition kJsonReaderExceptionDefinition{
    .declaration = "class Newtonsoft.Json.JsonReaderException : JsonException",
    .members = kJsonReaderExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kJsonSerializationExceptionDefinition{
    .declaration = "class Newtonsoft.Json.JsonSerializationException : JsonException",
    .members = kJsonSerializationExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kJsonWriterExceptionDefinition{
    .declaration = "class Newtonsoft.Json.JsonWriterException : JsonException",
    .members = kJsonWriterExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kRuntimeBinderExceptionDefinition{
    .declaration = "class Microsoft.CSharp.RuntimeBinder.RuntimeBinderException : Exception",
    .members = kRuntimeBinderExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kDecoderFallbackExceptionDefinition{
    .declaration = "class System.Text.DecoderFallbackException : ArgumentException",
    .members = kDecoderFallbackExceptionMembers,
    .operations = &kExceptionOperations};
const TypeDefinition kRegexParseExceptionDefinition{
    .declaration = "class System.Text.RegularExpressions.RegexParseException : ArgumentException",
    .members = kRegexParseExceptionMembers,
    .operations = &kExceptionOperations};

}  // namespace portcullis
