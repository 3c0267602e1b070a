// A tag, then what it needs: sizes and counts are varints, scalars eight bytes as the machine has them (a cache lives
// among like machines; the version digit in front changes with the form).
#include "engine/exchange/serialise.h"

#include <cstring>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/date_time.h"
#include "engine/dotnet/decimal.h"
#include "engine/dotnet/dictionary.h"
#include "engine/dotnet/guid.h"
#include "engine/dotnet/hash_set.h"
#include "engine/dotnet/list.h"
#include "engine/dotnet/string_comparer.h"
#include "engine/dotnet/uri.h"
#include "engine/exchange/exchange.h"
#include "engine/exchange/jwt.h"
#include "engine/json/json.h"
#include "engine/types/type_table.h"
#include "engine/xml/xml.h"
#include "engine/xml/xml_tree.h"

namespace portcullis {

namespace {

constexpr std::string_view kMark = "PC1";
constexpr std::uint32_t kMaxLevels = 100;

enum class Tag : char {
  kNull = '0',
  kString = 's',
  kScalar = 'i',
  kBytes = 'b',
  kDecimal = 'D',
  kGuid = 'G',
  kDateTimeOffset = 'o',
  kUri = 'u',
  kToken = 'j',
  kResponse = 'r',
  kArray = 'a',
  kList = 'l',
  kSet = 'h',
  kDictionary = 'd',
  kRecord = 't',
  kElement = 'x',
  kDocument = 'X',
  kJwt = 'w',
};
enum class TypeTag : char { kNamed = 'n', kArray = 'a', kNullable = '?', kTuple = 't', kAnonymous = 'y' };

bool is_family(const Type& type, Known which) {
  for (const Type* at = &type; at != nullptr; at = at->base) {
    if (at->is(which)) return true;
  }
  return false;
}

/// The Slot of a boxed value as `type` stores it.
Slot slot_of(const Type& type, Object* object) {
  return type.is_reference() || object == nullptr ? Slot::of_object(object) : static_cast<const Box*>(object)->value;
}

class Writer {
 public:
  Writer(Run& run, std::string& out, std::string& problem) : run_(run), out_(out), problem_(problem) {}

  bool value(Object* object) {
    if (object == nullptr) return put(Tag::kNull);
    if (++level_ > kMaxLevels) return refuse("A value that is nested so deeply cannot be cached.");
    const bool written = typed(*object->type, object);
    --level_;
    return written;
  }

 private:
  bool put(Tag tag) {
    out_ += static_cast<char>(tag);
    return true;
  }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_ += static_cast<char>(value | 0x80);
    out_ += static_cast<char>(value);
  }
  void text(std::string_view text) {
    number(text.size());
    out_ += text;
  }
  void eight(std::int64_t value) {
    char bytes[8];
    std::memcpy(bytes, &value, 8);
    out_.append(bytes, 8);
  }
  bool refuse(std::string why) {
    if (problem_.empty()) problem_ = std::move(why);
    return false;
  }
  bool refuse(const Type& type) { return refuse(joined("A value of type ", csharp_name(type), " cannot be cached.")); }

  bool typed(const Type& type, Object* object) {
    if (type.is(Known::kString)) {
      put(Tag::kString);
      text(static_cast<const String*>(object)->view());
      return true;
    }
    if (!type.is_reference()) {
      put(Tag::kScalar);
      this->type(type);
      eight(static_cast<const Box*>(object)->value.integer);
      return true;
    }
    if (type.is(Known::kDecimal)) return decimal(*static_cast<const Decimal*>(object));
    if (type.is(Known::kGuid)) {
      put(Tag::kGuid);
      out_.append(reinterpret_cast<const char*>(static_cast<const Guid*>(object)->bytes), 16);
      return true;
    }
    if (type.is(Known::kDateTimeOffset)) {
      const auto& date = *static_cast<const DateTimeOffset*>(object);
      put(Tag::kDateTimeOffset);
      eight(date.utc_ticks);
      eight(date.offset_minutes);
      return true;
    }
    if (type.is(Known::kUri)) {
      put(Tag::kUri);
      text(static_cast<const Uri*>(object)->original->view());
      return true;
    }
    if (type.is(Known::kJwt)) {
      put(Tag::kJwt);
      text(static_cast<const Jwt*>(object)->token);
      return true;
    }
    if (is_family(type, Known::kJToken)) {
      put(Tag::kToken);
      return token(static_cast<JToken*>(object));
    }
    if (type.is(Known::kXElement) || type.is(Known::kXDocument)) return xml(*static_cast<const XContainer*>(object));
    if (type.is(Known::kResponse)) return response(*static_cast<const Response*>(object));
    if (type.kind == TypeKind::kArray) return array(type, object);
    if (type.kind == TypeKind::kTuple || type.kind == TypeKind::kAnonymous || type.is(Known::kKeyValuePair2))
      return record(type, *static_cast<const Record*>(object));
    if (type.is(Known::kList1)) {
      put(Tag::kList);
      return items(*type.arguments[0], static_cast<const List*>(object)->span());
    }
    if (type.is(Known::kHashSet1)) return table(Tag::kSet, type, static_cast<const HashSet*>(object)->table);
    if (type.is(Known::kDictionary2))
      return table(Tag::kDictionary, type, static_cast<const Dictionary*>(object)->table);
    return refuse(type);
  }

  bool decimal(const Decimal& decimal) {
    put(Tag::kDecimal);
    eight(static_cast<std::int64_t>(std::uint64_t{decimal.middle} << 32 | decimal.low));
    eight(static_cast<std::int64_t>(std::uint64_t{decimal.is_negative ? 1U : 0U} << 40 |
                                    std::uint64_t{decimal.scale} << 32 | decimal.high));
    return true;
  }

  bool xml(const XContainer& node) {
    const bool is_document = node.kind == XKind::kDocument;
    const String* written = is_document
                                ? write_xml_document(run_, static_cast<const XDocument&>(node), {.indent = false})
                                : write_xml(run_, node, {.indent = false});
    if (written == nullptr) return refuse(*node.type);
    put(is_document ? Tag::kDocument : Tag::kElement);
    text(written->view());
    return true;
  }

  // A snapshot; the body can be read again after each look-up. source: caching.md#4
  bool response(const Response& response) {
    if (response.body.state == BodyState::kStream)
      return refuse("A response whose body streams past cannot be cached.");
    put(Tag::kResponse);
    eight(response.status);
    text(response.reason);
    number(response.headers.size());
    response.headers.for_each([&](const HeaderView& line) {
      text(line.name);
      text(line.value);
    });
    out_ += response.body.state == BodyState::kNone ? '0' : '1';
    text(response.body.content);
    return true;
  }

  bool array(const Type& type, Object* object) {
    if (type.rank != 1) return refuse(type);
    if (type.element->is(Known::kByte)) {
      put(Tag::kBytes);
      text(static_cast<const ByteArray*>(object)->view());
      return true;
    }
    if (is_packed_array(type)) return refuse(type);
    put(Tag::kArray);
    return items(*type.element, static_cast<const Array*>(object)->span());
  }

  bool items(const Type& element, std::span<const Slot> slots) {
    if (!type(element)) return false;
    number(slots.size());
    for (const Slot slot : slots) {
      if (!value(run_.box(element, slot))) return false;
    }
    return true;
  }

  bool record(const Type& record_type, const Record& record) {
    put(Tag::kRecord);
    if (!type(record_type)) return false;
    for (std::uint32_t i = 0; i < record.count; ++i) {
      if (!value(run_.box(*record_type.arguments[i], record.fields[i]))) return false;
    }
    return true;
  }

  bool table(Tag tag, const Type& table_type, const HashTable& table) {
    put(tag);
    if (!type(table_type)) return false;
    const Object* comparer = table.equality.comparer();
    if (comparer != nullptr && !is_family(*comparer->type, Known::kStringComparer))
      return refuse("A collection with a comparer of its own cannot be cached.");
    number(comparer == nullptr
               ? 0
               : 1 + static_cast<std::uint64_t>(static_cast<const StringComparer*>(comparer)->comparison));
    number(table.count());
    for (std::uint32_t i = 0; i < table.used; ++i) {
      const HashTable::Entry& entry = table.entries[i];
      if (!HashTable::is_live(entry)) continue;
      if (!value(run_.box(*table_type.arguments[0], entry.key))) return false;
      if (tag == Tag::kDictionary && !value(run_.box(*table_type.arguments[1], entry.value))) return false;
    }
    return true;
  }

  // ---- types ----
  bool type(const Type& type) {
    if (++level_ > kMaxLevels) return refuse(type);
    const bool written = type_parts(type);
    --level_;
    return written;
  }
  bool type_parts(const Type& type) {
    switch (type.kind) {
      case TypeKind::kArray:
        if (type.rank != 1) return refuse(type);
        out_ += static_cast<char>(TypeTag::kArray);
        return this->type(*type.element);
      case TypeKind::kNullable:
        out_ += static_cast<char>(TypeTag::kNullable);
        return this->type(*type.element);
      case TypeKind::kTuple:
        return named_members(TypeTag::kTuple, type);
      case TypeKind::kAnonymous:
        return named_members(TypeTag::kAnonymous, type);
      default:
        break;
    }
    const Type& named = type.kind == TypeKind::kDynamic ? run_.type(Known::kObject) : type;
    out_ += static_cast<char>(TypeTag::kNamed);
    text(named.namespace_name);
    text(named.name);
    return arguments(named);
  }
  bool named_members(TypeTag tag, const Type& type) {
    out_ += static_cast<char>(tag);
    number(type.names.size());
    for (const std::string_view name : type.names) text(name);
    return arguments(type);
  }
  bool arguments(const Type& type) {
    number(type.arguments.size());
    for (const Type* argument : type.arguments) {
      if (!this->type(*argument)) return false;
    }
    return true;
  }

  // ---- JSON: kind and content, so that dates, Guids and raw numbers stay what they are ----
  bool token(JToken* token) {
    if (++level_ > kMaxLevels) return refuse("JSON that is nested so deeply cannot be cached.");
    out_ += static_cast<char>(token->kind);
    const bool written =
        token->is_container() ? container(*static_cast<JContainer*>(token)) : scalar(*static_cast<JValue*>(token));
    --level_;
    return written;
  }
  bool container(JContainer& container) {
    if (container.kind == JTokenType::kConstructor) text(static_cast<JConstructor&>(container).name);
    if (container.kind == JTokenType::kProperty) {
      text(static_cast<JProperty&>(container).name());
      return token(static_cast<JProperty&>(container).value);
    }
    number(container.count);
    for (JToken* item : container.children()) {
      if (container.kind == JTokenType::kObject) {
        auto& property = static_cast<JProperty&>(*item);
        text(property.name());
        item = property.value;
      }
      if (!token(item)) return false;
    }
    return true;
  }
  bool scalar(JValue& value) {
    const JContent content = value.content == JContent::kEscaped ? JContent::kText : value.content;
    out_ += static_cast<char>(content);
    switch (content) {
      case JContent::kNull:
        return true;
      case JContent::kText:
      case JContent::kEscaped:
        text(text_of(value, run_.arena));
        return true;
      case JContent::kNumberText:
      case JContent::kBigInteger:
        text(value.view());
        return true;
      case JContent::kInteger:
      case JContent::kReal:
      case JContent::kBoolean:
      case JContent::kDate:
        eight(value.value.integer);
        return true;
      case JContent::kObject:
        return this->value(value.value.object);
    }
    return true;
  }

  Run& run_;
  std::string& out_;
  std::string& problem_;
  std::uint32_t level_ = 0;
};

/// Every read checks what is left; `good_` turns false at the first thing that does not fit.
class Input {
 public:
  Input(Run& run, std::string_view bytes) : run_(run), rest_(bytes) {}

  Object* value() {
    if (!good_ || ++level_ > kMaxLevels) return broken();
    Object* object = tagged();
    --level_;
    return object;
  }
  [[nodiscard]] bool is_good() const { return good_ && !run_.failed(); }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::nullptr_t broken() {
    good_ = false;
    return nullptr;
  }
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      good_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  char byte() {
    const std::string_view one = take(1);
    return one.empty() ? '\0' : one[0];
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto next = static_cast<unsigned char>(byte());
      value |= std::uint64_t{next & 0x7FU} << shift;
      if (next < 0x80) return value;
    }
    good_ = false;
    return 0;
  }
  // Each item takes at least a byte, so a count is never above what is left.
  std::uint64_t count() {
    const std::uint64_t items = number();
    if (items > rest_.size()) good_ = false;
    return good_ ? items : 0;
  }
  std::string_view raw() { return take(number()); }
  std::string_view text() {
    const std::string_view text = raw();
    if (!is_storage_text(text)) good_ = false;
    return text;
  }
  static bool is_storage_text(std::string_view text) {
    if (is_ascii(text) || is_valid_utf8(text)) return true;
    std::string again;
    for (std::size_t at = 0; at < text.size();) {
      const Decoded decoded = decode_utf8(text, at);
      append_utf8(again, decoded.code);
      at += decoded.length;
    }
    return again == text;
  }
  std::int64_t eight() {
    std::int64_t value = 0;
    const std::string_view bytes = take(8);
    if (bytes.size() == 8) std::memcpy(&value, bytes.data(), 8);
    return value;
  }

  Object* tagged() {
    switch (static_cast<Tag>(byte())) {
      case Tag::kNull:
        return nullptr;
      case Tag::kString:
        return run_.view(text());
      case Tag::kScalar:
        return scalar();
      case Tag::kBytes:
        return run_.bytes(raw());
      case Tag::kDecimal:
        return decimal_value();
      case Tag::kGuid:
        return guid();
      case Tag::kDateTimeOffset: {
        const std::int64_t ticks = eight();
        const std::int64_t minutes = eight();
        if (!calendar::is_time(ticks) || minutes < -840 || minutes > 840) return broken();
        return make_date_time_offset(run_, ticks, static_cast<std::int32_t>(minutes));
      }
      case Tag::kUri: {
        Uri* uri = try_make_uri(run_, run_.view(text()), UriForm::kEither);
        return uri == nullptr ? broken() : static_cast<Object*>(uri);
      }
      case Tag::kToken:
        return token();
      case Tag::kResponse:
        return response();
      case Tag::kArray:
        return array();
      case Tag::kList:
        return list();
      case Tag::kSet:
        return set();
      case Tag::kDictionary:
        return dictionary();
      case Tag::kRecord:
        return record();
      case Tag::kElement:
        return parse_xml(run_, text(), {.preserve_whitespace = true, .for_element = true});
      case Tag::kDocument:
        return parse_xml(run_, text(), {.preserve_whitespace = true});
      case Tag::kJwt: {
        Jwt* jwt = parse_jwt(run_, text());
        return jwt == nullptr ? broken() : static_cast<Object*>(jwt);
      }
    }
    return broken();
  }

  Object* scalar() {
    const Type* type = this->type();
    const std::int64_t bits = eight();
    if (!good_ || type->is_reference()) return broken();
    return run_.box_raw(*type, Slot::of(bits));
  }
  Object* decimal_value() {
    const auto low = static_cast<std::uint64_t>(eight());
    const auto high = static_cast<std::uint64_t>(eight());
    const auto scale = static_cast<std::int32_t>(high >> 32 & 0xFF);
    if (!good_ || scale > 28) return broken();
    return decimal::make(run_, Magnitude{high & 0xFFFFFFFF} << 64 | low, scale, (high >> 40 & 1) != 0);
  }
  Object* guid() {
    std::uint8_t bytes[16] = {};
    const std::string_view taken = take(16);
    if (taken.size() != 16) return nullptr;
    std::memcpy(bytes, taken.data(), 16);
    return make_guid(run_, bytes);
  }

  Object* response() {
    if (run_.exchange == nullptr) return broken();
    const std::int64_t status = eight();
    if (status < 0 || status > 999) return broken();
    Response* made = run_.exchange->make_response(static_cast<std::int32_t>(status), text());
    for (std::uint64_t lines = count(); lines > 0 && good_; --lines) {
      const std::string_view name = text();
      made->headers.add(name, text(), run_.arena);
    }
    const bool has_body = byte() == '1';
    const std::string_view content = raw();
    if (has_body) {
      made->body.state = BodyState::kBuffered;
      made->body.content = content;
    }
    return made;
  }

  bool slots(const Type& element, std::span<Slot> slots) {
    for (Slot& slot : slots) {
      if (!item(element, slot)) return false;
    }
    return true;
  }
  // A value that fits the element's type.
  bool item(const Type& element, Slot& slot) {
    Object* object = value();
    if (!is_good()) return false;
    const Type& plain = underlying(element);
    const bool fits =
        object == nullptr ? accepts_null(element) : element.kind == TypeKind::kDynamic || is_instance(object, plain);
    if (!fits) return broken(), false;
    slot = slot_of(element, object);
    return true;
  }

  Object* array() {
    const Type* element = type();
    const std::uint64_t length = count();
    if (!good_) return nullptr;
    Array* made = run_.array(run_.types.array_of(*element), length);
    if (made == nullptr || !slots(*element, made->span())) return broken();
    return made;
  }
  Object* list() {
    const Type* element = type();
    const std::uint64_t length = count();
    if (!good_) return nullptr;
    List* made = make_list(run_, run_.types.construct(Known::kList1, {element}), length);
    for (std::uint64_t i = 0; made != nullptr && i < length; ++i) {
      Slot slot;
      if (!item(*element, slot) || !list_add(run_, *made, slot)) return broken();
    }
    return made;
  }
  const Object* comparer() {
    const std::uint64_t code = number();
    if (code == 0) return nullptr;
    if (code > 6) return broken();
    auto* made = run_.make<StringComparer>(Known::kStringComparer);
    made->comparison = static_cast<StringComparison>(code - 1);
    return made;
  }
  Object* set() {
    const Type* set_type = type();
    if (!good_ || !set_type->is(Known::kHashSet1)) return broken();
    const Object* equality = comparer();
    if (equality != nullptr && !set_type->arguments[0]->is(Known::kString)) return broken();
    HashSet* made = make_hash_set(run_, *set_type, equality);
    for (std::uint64_t items = count(); items > 0; --items) {
      Slot slot;
      if (!item(*set_type->arguments[0], slot)) return broken();
      hash_set_add(run_, *made, slot);
    }
    return made;
  }
  Object* dictionary() {
    const Type* dictionary_type = type();
    if (!good_ || !dictionary_type->is(Known::kDictionary2)) return broken();
    const Object* equality = comparer();
    if (equality != nullptr && !dictionary_type->arguments[0]->is(Known::kString)) return broken();
    Dictionary* made = make_dictionary(run_, *dictionary_type, equality);
    for (std::uint64_t items = count(); items > 0; --items) {
      Slot key;
      Slot value;
      if (!item(*dictionary_type->arguments[0], key) || !item(*dictionary_type->arguments[1], value)) return broken();
      if (!dictionary_set(run_, *made, key, value)) return broken();
    }
    return made;
  }
  Object* record() {
    const Type* record_type = type();
    const bool is_record =
        good_ && (record_type->kind == TypeKind::kTuple || record_type->kind == TypeKind::kAnonymous ||
                  record_type->is(Known::kKeyValuePair2));
    if (!is_record) return broken();
    const std::size_t size = record_type->arguments.size();
    auto* made = run_.make<Record>(*record_type);
    made->count = static_cast<std::uint32_t>(size);
    const std::span<Slot> fields = run_.arena.array<Slot>(size);
    made->fields = fields.data();
    for (std::size_t i = 0; i < size; ++i) {
      if (!item(*record_type->arguments[i], fields[i])) return nullptr;
    }
    return made;
  }

  // ---- types ----
  const Type* type() {
    const Type* fallback = &run_.type(Known::kObject);
    if (!good_ || ++level_ > kMaxLevels) return broken(), fallback;
    const Type* read = type_parts();
    --level_;
    if (read == nullptr) good_ = false;
    return read == nullptr ? fallback : read;
  }
  const Type* type_parts() {
    const auto tag = static_cast<TypeTag>(byte());
    switch (tag) {
      case TypeTag::kArray:
        return good(&run_.types.array_of(*type()));
      case TypeTag::kNullable: {
        const Type* element = type();
        return element->is_value_type && element->kind != TypeKind::kNullable ? &run_.types.nullable_of(*element)
                                                                              : nullptr;
      }
      case TypeTag::kTuple:
      case TypeTag::kAnonymous: {
        const bool is_tuple = tag == TypeTag::kTuple;
        const std::span<std::string_view> names = run_.arena.array<std::string_view>(count());
        for (std::string_view& name : names) name = text();
        const std::span<const Type*> arguments = this->arguments();
        if (!good_ || arguments.empty() || (!names.empty() && names.size() != arguments.size()) ||
            (!is_tuple && names.empty()))
          return nullptr;
        return is_tuple ? &run_.types.tuple_of(arguments, names) : &run_.types.anonymous(arguments, names);
      }
      case TypeTag::kNamed: {
        const std::string_view namespace_name = text();
        const std::string_view name = text();
        const std::span<const Type*> arguments = this->arguments();
        if (!good_) return nullptr;
        const Type* found = run_.types.find_in(namespace_name, name, arguments.size());
        if (found == nullptr || arguments.empty()) return found;
        return &run_.types.construct(*found, arguments);
      }
    }
    return nullptr;
  }
  const Type* good(const Type* type) const { return good_ ? type : nullptr; }
  std::span<const Type*> arguments() {
    const std::uint64_t size = count();
    if (size > 16) good_ = false;
    const std::span<const Type*> types = run_.arena.array<const Type*>(good_ ? size : 0);
    for (const Type*& argument : types) argument = type();
    return types;
  }

  // ---- JSON ----
  JToken* token() {
    if (!good_ || ++level_ > kMaxLevels) return broken();
    const auto kind = static_cast<JTokenType>(byte());
    JToken* made = token_of(kind);
    --level_;
    return good_ ? made : nullptr;
  }
  JToken* token_of(JTokenType kind) {
    switch (kind) {
      case JTokenType::kObject: {
        JObject* object = make_jobject(run_);
        for (std::uint64_t items = count(); items > 0 && is_good(); --items) {
          const std::string_view name = text();
          JToken* item = token();
          if (item != nullptr) insert_item(run_, *object, object->count, make_jproperty(run_, name, item));
        }
        return object;
      }
      case JTokenType::kArray: {
        JArray* array = make_jarray(run_);
        return items_of(*array);
      }
      case JTokenType::kConstructor: {
        JConstructor* constructor = make_jconstructor(run_, text());
        return items_of(*constructor);
      }
      case JTokenType::kProperty: {
        const std::string_view name = text();
        JToken* item = token();
        return item == nullptr ? nullptr : make_jproperty(run_, name, item);
      }
      default:
        return json_scalar(kind);
    }
  }
  JToken* items_of(JContainer& container) {
    for (std::uint64_t items = count(); items > 0 && is_good(); --items) {
      JToken* item = token();
      if (item != nullptr) insert_item(run_, container, container.count, item);
    }
    return &container;
  }
  JToken* json_scalar(JTokenType kind) {
    if (kind > JTokenType::kTimeSpan) return broken();
    const auto content = static_cast<JContent>(byte());
    JValue* made = run_.make<JValue>(kind == JTokenType::kRaw ? Known::kJRaw : Known::kJValue);
    made->kind = kind;
    made->content = content;
    switch (content) {
      case JContent::kNull:
        return made;
      case JContent::kText:
      case JContent::kNumberText:
      case JContent::kBigInteger: {
        const std::string_view content_text = text();
        made->text = content_text.data();
        made->size = static_cast<std::uint32_t>(content_text.size());
        if (content != JContent::kText && !is_number(content_text)) return broken();
        return made;
      }
      case JContent::kInteger:
      case JContent::kReal:
      case JContent::kBoolean:
      case JContent::kDate:
        made->value.integer = eight();
        return made;
      case JContent::kObject:
        made->value.object = value();
        return made->value.object == nullptr ? broken() : static_cast<JToken*>(made);
      case JContent::kEscaped:
        break;
    }
    return broken();
  }
  static bool is_number(std::string_view text) {
    for (const char c : text) {
      if (!is_ascii_digit(c) && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E') return false;
    }
    return !text.empty();
  }

  Run& run_;
  std::string_view rest_;
  bool good_ = true;
  std::uint32_t level_ = 0;
};

}  // namespace

bool serialise(Run& run, Object* value, std::string& bytes, std::string& problem) {
  bytes += kMark;
  const bool written = Writer(run, bytes, problem).value(value);
  if (run.failed()) {
    run.pending = nullptr;
    if (problem.empty()) problem = "The value could not be written for the cache.";
    return false;
  }
  return written;
}

bool deserialise(Run& run, std::string_view bytes, Object*& value) {
  if (!bytes.starts_with(kMark)) return false;
  Input input(run, bytes.substr(kMark.size()));
  value = input.value();
  const bool good = input.is_good() && input.at_end();
  run.pending = nullptr;
  return good;
}

}  // namespace portcullis
