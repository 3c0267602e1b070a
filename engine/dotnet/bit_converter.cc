// System.BitConverter, little-endian. source: types.md#9.3
#include <cstring>

#include "base/text.h"
#include "engine/dotnet/number_rows.h"
#include "engine/dotnet/wrapping.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kBitConverterDefinition;

namespace {

template <typename T>
ByteArray* bytes_of(Run& run, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof bytes);
  return run.bytes({bytes, sizeof bytes});
}
ByteArray* bytes_of_bool(Run& run, bool value) { return run.bytes({value ? "\1" : "\0", 1}); }

Raised raise_bad_start(Run& run) {
  return run.raise_argument(Known::kArgumentOutOfRangeException,
                            "Index was out of range. Must be non-negative and less than the size of the collection.", "startIndex");
}
template <typename T>
T value_at(Run& run, ByteArray* value, std::int32_t start) {
  if (value == nullptr) return run.raise_null("value");
  if (start < 0 || static_cast<std::uint32_t>(start) >= value->length) return raise_bad_start(run);
  if (value->length - static_cast<std::uint32_t>(start) < sizeof(T)) {
    return run.raise_argument(Known::kArgumentException,
                              "Destination array is not long enough to copy all the items in the collection. Check array index and length.",
                              "value");
  }
  T result{};
  std::memcpy(&result, value->data + start, sizeof result);
  return result;
}
bool bool_at(Run& run, ByteArray* value, std::int32_t start) {
  if (value == nullptr) return run.raise_null("value");
  if (start < 0 || static_cast<std::uint32_t>(start) >= value->length) return raise_bad_start(run);
  return value->data[start] != 0;
}

// 01-AB
String* text_of_part(Run& run, ByteArray* value, std::int32_t start, std::int32_t length) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  if (value == nullptr) return run.raise_null("value");
  if (start < 0 || (static_cast<std::uint32_t>(start) >= value->length && start > 0)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Index was out of range. Must be non-negative and less than the size of the collection.", "startIndex");
  }
  if (length < 0) return run.raise_argument(Known::kArgumentOutOfRangeException, "Value must be positive.", "length");
  const auto count = static_cast<std::uint32_t>(length);
  if (count > value->length - static_cast<std::uint32_t>(start)) {
    return run.raise_argument(Known::kArgumentException,
                              "Destination array is not long enough to copy all the items in the collection. Check array index and length.",
                              "value");
  }
  if (count == 0) return run.empty_string();
  const std::uint64_t size = std::uint64_t{count} * 3 - 1;
  if (!run.spend(1 + size / 16)) return nullptr;
  char* out = run.text(size);
  if (out == nullptr) return nullptr;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint8_t byte = value->data[static_cast<std::uint32_t>(start) + i];
    if (i > 0) out[3 * i - 1] = '-';
    out[3 * i] = kDigits[byte >> 4];
    out[3 * i + 1] = kDigits[byte & 15];
  }
  return run.view({out, size}, static_cast<std::uint32_t>(size));
}
String* text_of(Run& run, ByteArray* value) {
  if (value == nullptr) return run.raise_null("value");
  return text_of_part(run, value, 0, static_cast<std::int32_t>(value->length));
}
String* text_from(Run& run, ByteArray* value, std::int32_t start) {
  if (value == nullptr) return run.raise_null("value");
  return text_of_part(run, value, start, wrapping_difference(static_cast<std::int32_t>(value->length), start));
}

bool is_little_endian() { return true; }
template <typename To, typename From>
To reinterpreted(From value) {
  static_assert(sizeof(To) == sizeof(From));
  To result{};
  std::memcpy(&result, &value, sizeof result);
  return result;
}

constexpr std::uint8_t kSafe = kPure | kNoRaise;

constexpr Member kMembers[] = {
    property<&is_little_endian>("static bool IsLittleEndian { get; }").with(kSafe),
    method<&bytes_of_bool>("static byte[] GetBytes(bool value)"),
    method<&bytes_of<char16_t>>("static byte[] GetBytes(char value)"),
    method<&bytes_of<std::int16_t>>("static byte[] GetBytes(short value)"),
    method<&bytes_of<std::uint16_t>>("static byte[] GetBytes(ushort value)"),
    method<&bytes_of<std::int32_t>>("static byte[] GetBytes(int value)"),
    method<&bytes_of<std::uint32_t>>("static byte[] GetBytes(uint value)"),
    method<&bytes_of<std::int64_t>>("static byte[] GetBytes(long value)"),
    method<&bytes_of<std::uint64_t>>("static byte[] GetBytes(ulong value)"),
    method<&bytes_of<float>>("static byte[] GetBytes(float value)"),
    method<&bytes_of<double>>("static byte[] GetBytes(double value)"),
    method<&bool_at>("static bool ToBoolean(byte[] value, int startIndex)"),
    method<&value_at<char16_t>>("static char ToChar(byte[] value, int startIndex)"),
    method<&value_at<std::int16_t>>("static short ToInt16(byte[] value, int startIndex)"),
    method<&value_at<std::uint16_t>>("static ushort ToUInt16(byte[] value, int startIndex)"),
    method<&value_at<std::int32_t>>("static int ToInt32(byte[] value, int startIndex)"),
    method<&value_at<std::uint32_t>>("static uint ToUInt32(byte[] value, int startIndex)"),
    method<&value_at<std::int64_t>>("static long ToInt64(byte[] value, int startIndex)"),
    method<&value_at<std::uint64_t>>("static ulong ToUInt64(byte[] value, int startIndex)"),
    method<&value_at<float>>("static float ToSingle(byte[] value, int startIndex)"),
    method<&value_at<double>>("static double ToDouble(byte[] value, int startIndex)"),
    method<&text_of>("static string ToString(byte[] value)"),
    method<&text_from>("static string ToString(byte[] value, int startIndex)"),
    method<&text_of_part>("static string ToString(byte[] value, int startIndex, int length)"),
    method<&reinterpreted<std::int64_t, double>>("static long DoubleToInt64Bits(double value)").with(kSafe),
    method<&reinterpreted<double, std::int64_t>>("static double Int64BitsToDouble(long value)").with(kSafe),
    method<&reinterpreted<std::uint64_t, double>>("static ulong DoubleToUInt64Bits(double value)").with(kSafe),
    method<&reinterpreted<double, std::uint64_t>>("static double UInt64BitsToDouble(ulong value)").with(kSafe),
    method<&reinterpreted<std::int32_t, float>>("static int SingleToInt32Bits(float value)").with(kSafe),
    method<&reinterpreted<float, std::int32_t>>("static float Int32BitsToSingle(int value)").with(kSafe),
    method<&reinterpreted<std::uint32_t, float>>("static uint SingleToUInt32Bits(float value)").with(kSafe),
    method<&reinterpreted<float, std::uint32_t>>("static float UInt32BitsToSingle(uint value)").with(kSafe),
};

}  // namespace

const TypeDefinition kBitConverterDefinition{.declaration = "static class System.BitConverter", .members = kMembers};

}  // namespace portcullis
