// XML 1.0 text to tree: well-formedness, namespaces, entities, with XmlReader's messages and places. No recursion on elements.
#include <array>
#include <charconv>
#include <cstring>
#include <new>
#include <string>

#include "base/text.h"
#include "base/utf.h"
#include "engine/xml/xml.h"

namespace portcullis {

Raised raise_xml(Run& run, std::string_view message, std::int32_t line, std::int32_t position) {
  std::string text(message);
  if (line != 0) append(text, " Line ", line, ", position ", position, ".");
  run.raise(Known::kXmlException, text);
  if (run.pending != nullptr && run.pending->detail == nullptr) {
    XmlPlace* place = run.make<XmlPlace>(Known::kObject);
    place->line = line;
    place->position = position;
    run.pending->detail = place;
  }
  return {};
}

namespace {

constexpr std::size_t kMaxExpansion = std::size_t{1} << 20;  // characters that internal entities may add
constexpr std::uint32_t kMaxEntityNesting = 16;

struct RawAttribute {
  std::string_view prefix;
  std::string_view local;
  std::string_view value;
  const char* place = nullptr;
  std::uint32_t prefix_size = 0;
};

struct Entity {
  std::string_view name;
  std::string_view value;
  bool is_external = false;
};

/// Grows in the arena.
template <typename T>
class List {
 public:
  explicit List(Arena& arena) : arena_(arena) {}
  void add(const T& item) {
    if (count_ == room_) {
      const std::size_t room = room_ == 0 ? 8 : room_ * 2;
      T* grown = static_cast<T*>(arena_.allocate(sizeof(T) * room, alignof(T)));
      for (std::size_t i = 0; i < count_; ++i) new (grown + i) T(items_[i]);
      items_ = grown;
      room_ = room;
    }
    new (items_ + count_++) T(item);
  }
  void clear() { count_ = 0; }
  [[nodiscard]] std::span<T> view() const { return {items_, count_}; }

 private:
  Arena& arena_;
  T* items_ = nullptr;
  std::size_t count_ = 0;
  std::size_t room_ = 0;
};

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

class Reader {
 public:
  Reader(Run& run, std::string_view text, const XmlParseOptions& options)
      : run_(run), options_(options), text_start_(text.data()), text_end_(text.data() + text.size()), at_(text.data()), end_(text.data() + text.size()),
        attributes_(run.arena), entities_(run.arena), none_(make_xnamespace(run, {})) {
    if (text.starts_with("\xEF\xBB\xBF")) at_ += 3;
  }

  XContainer* read() {
    if (!run_.spend(static_cast<std::uint64_t>(end_ - at_) / 16 + 1)) return nullptr;
    document_ = make_xdocument(run_);
    parent_ = document_;
    if (!read_declaration() || !read_content(0)) return nullptr;
    if (parent_ != document_) {
      fail_unclosed();
      return nullptr;
    }
    XElement* root = first_element(*document_, nullptr);
    if (root == nullptr) return raise_xml(run_, "Root element is missing.", 0, 0);
    if (!options_.for_element) return document_;
    remove_xnode(*root);
    return root;
  }

 private:
  // ---- mistakes -----------------------------------------------------------------------------------------------------
  bool fail_here(std::string_view message) { return fail_at(at_, message); }

  bool fail_at(const char* place, std::string_view message) {
    // Inside an entity's text there is no place in the author's; the reference's is the best there is.
    const char* at = nesting_ > 0 ? reference_place_ : place;
    std::int32_t line = 1;
    const char* line_start = text_start_;
    for (const char* c = text_start_; c != at; ++c) {
      if (*c != '\n' && (*c != '\r' || (c + 1 != text_end_ && c[1] == '\n'))) continue;
      ++line;
      line_start = c + 1;
    }
    const auto position = static_cast<std::int32_t>(utf16_length({line_start, static_cast<std::size_t>(at - line_start)})) + 1;
    raise_xml(run_, message, line, position);
    return false;
  }

  bool fail_unclosed() {
    std::string names;
    for (XContainer* open = parent_; open != document_; open = open->parent) {
      append(names, names.empty() ? "" : ", ", shown_name(static_cast<XElement&>(*open)));
    }
    return fail_here(joined("Unexpected end of file has occurred. The following elements are not closed: ", names, "."));
  }

  // As it was written: the prefix is found again in the source of the start tag.
  static std::string shown_name(const XElement& element) {
    std::string_view prefix;
    if (!element.name->space->uri.empty() && prefix_of(&element, element.name->space->uri, true, prefix) && !prefix.empty()) {
      return joined(prefix, ':', element.name->local);
    }
    return std::string(element.name->local);
  }

  std::string_view here() const {
    if (at_ == end_) return {};
    const std::string_view rest{at_, static_cast<std::size_t>(end_ - at_)};
    return rest.substr(0, decode_utf8(rest, 0).length);
  }

  static std::string hexadecimal(char32_t code) {
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, static_cast<std::uint32_t>(code), 16).ptr;
    std::string out = "0x";
    if (end - digits < 2) out.push_back('0');
    for (const char* c = digits; c != end; ++c) out.push_back(ascii_upper(*c));
    return out;
  }

  bool fail_character(const char* place, std::string_view message) {
    const std::string_view rest{place, static_cast<std::size_t>(end_ - place)};
    const Decoded c = decode_utf8(rest, 0);
    return fail_at(place, joined("'", rest.substr(0, c.length), "', hexadecimal value ", hexadecimal(c.code), ", is an invalid ", message, "."));
  }

  bool fail_expected(std::string_view expected) {
    if (at_ == end_) return fail_eof();
    return fail_here(joined("'", here(), "' is an unexpected token. The expected token is '", expected, "'."));
  }

  bool fail_eof() {
    if (parent_ != document_) return fail_unclosed();
    return fail_here("Unexpected end of file has occurred.");
  }

  // ---- pieces -------------------------------------------------------------------------------------------------------
  bool starts_with(std::string_view word) const { return std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word); }

  bool skip_space() {
    const char* before = at_;
    while (at_ != end_ && is_space(*at_)) ++at_;
    return at_ != before;
  }

  bool read_ncname(std::string_view& out) {
    const char* first = at_;
    while (at_ != end_) {
      const char c = *at_;
      if (is_ascii_letter(c) || c == '_' || (at_ != first && (is_ascii_digit(c) || c == '-' || c == '.'))) {
        ++at_;
        continue;
      }
      if (static_cast<signed char>(c) >= 0) break;
      const Decoded wide = decode_utf8({at_, static_cast<std::size_t>(end_ - at_)}, 0);
      if (!(at_ == first ? is_name_start(wide.code) : is_name_character(wide.code))) break;
      at_ += wide.length;
    }
    out = {first, static_cast<std::size_t>(at_ - first)};
    if (!out.empty()) return true;
    if (at_ == end_) return fail_eof();
    const Decoded c = decode_utf8({at_, static_cast<std::size_t>(end_ - at_)}, 0);
    return fail_here(joined("Name cannot begin with the '", here(), "' character, hexadecimal value ", hexadecimal(c.code), "."));
  }

  bool read_qname(std::string_view& prefix, std::string_view& local) {
    prefix = {};
    if (!read_ncname(local)) return false;
    if (at_ == end_ || *at_ != ':') return true;
    ++at_;
    prefix = local;
    return read_ncname(local);
  }

  // ---- prolog -------------------------------------------------------------------------------------------------------
  bool read_declaration() {
    if (!starts_with("<?xml") || end_ - at_ < 6 || !is_space(at_[5])) return true;
    at_ += 5;
    XDeclaration* declaration = make_xdeclaration(run_, nullptr, nullptr, nullptr);
    for (;;) {
      const bool spaced = skip_space();
      if (starts_with("?>")) break;
      if (!spaced) return fail_expected("?>");
      std::string_view name;
      std::string_view value;
      if (!read_ncname(name) || !read_pseudo_value(value)) return false;
      if (name == "version") {
        if (value != "1.0" && value != "1.1") return fail_here(joined("Version number '", value, "' is invalid."));
        declaration->version = run_.view(value);
      } else if (name == "encoding") {
        declaration->encoding = run_.view(value);
      } else if (name == "standalone" && (value == "yes" || value == "no")) {
        declaration->standalone = run_.view(value);
      } else {
        return fail_here("Syntax for an XML declaration is invalid.");
      }
    }
    if (declaration->version == nullptr) return fail_here("Syntax for an XML declaration is invalid.");
    at_ += 2;
    document_->declaration = declaration;
    return true;
  }

  bool read_pseudo_value(std::string_view& value) {
    skip_space();
    if (at_ == end_ || *at_ != '=') return fail_expected("=");
    ++at_;
    skip_space();
    if (at_ == end_ || (*at_ != '"' && *at_ != '\'')) return fail_expected("\"' or ''");
    const char quote = *at_++;
    const char* first = at_;
    while (at_ != end_ && *at_ != quote) ++at_;
    if (at_ == end_) return fail_eof();
    value = {first, static_cast<std::size_t>(at_++ - first)};
    return true;
  }

  // ---- content ------------------------------------------------------------------------------------------------------
  // Until the input ends; `floor`: elements that were open before this input (an entity's text) may not be closed in it.
  bool read_content(std::uint32_t floor) {
    while (at_ != end_) {
      if (*at_ != '<') {
        if (!(parent_ == document_ ? read_outer_text() : read_text())) return false;
        continue;
      }
      if (end_ - at_ < 2) {
        ++at_;
        return fail_eof();
      }
      const bool good = at_[1] == '/' ? read_end_tag(floor) : at_[1] == '!' ? read_special() : at_[1] == '?' ? read_instruction() : read_start_tag();
      if (!good) return false;
    }
    return true;
  }

  bool read_outer_text() {
    const char* first = at_;
    skip_space();
    if (at_ == end_ || *at_ == '<') {
      if (options_.preserve_whitespace && at_ != first && document_->last != nullptr) {
        insert_xnode(run_, *document_, nullptr, make_xtext(run_, XKind::kText, {first, static_cast<std::size_t>(at_ - first)}));
      }
      return true;
    }
    return fail_here("Data at the root level is invalid.");
  }

  bool keeps_space() const { return options_.preserve_whitespace || space_[depth_]; }

  bool read_text() {
    const char* first = at_;
    bool plain = true;  // the source is the text
    bool white = true;
    for (; at_ != end_ && *at_ != '<'; ++at_) {
      const auto c = static_cast<unsigned char>(*at_);
      if (c > 0x20 && c != '&' && c != ']') {
        white = false;
        if (c >= 0x80 && !check_wide(at_)) return false;
        continue;
      }
      if (c == ' ' || c == '\n' || c == '\t') continue;
      if (c == '\r' || c == '&') {
        plain = false;
        if (c == '&') break;
        continue;
      }
      white = false;
      if (c == ']') {
        if (starts_with("]]>")) return fail_here("']]>' is not allowed in character data.");
        continue;
      }
      return fail_character(at_, "character");
    }
    if (plain) return add_text({first, static_cast<std::size_t>(at_ - first)}, white);
    at_ = first;
    return read_decoded_text();
  }

  // U+FFFE, U+FFFF and what is no character at all.
  bool check_wide(const char*& at) {
    const auto c = static_cast<unsigned char>(*at);
    if (c < 0xED) return true;
    const Decoded wide = decode_utf8({at, static_cast<std::size_t>(end_ - at)}, 0);
    if (wide.code == 0xFFFE || wide.code == 0xFFFF || is_surrogate(wide.code)) return fail_character(at, "character");
    at += wide.length - 1;
    return true;
  }

  bool add_text(std::string_view text, bool white) {
    if (text.empty() || (white && !keeps_space())) return true;
    return insert_xtext(run_, *parent_, nullptr, text);
  }

  // With references and carriage returns; markup in an entity ends the node.
  bool read_decoded_text() {
    std::string text;
    bool white = true;
    while (at_ != end_ && *at_ != '<') {
      const char c = *at_;
      if (c == '&') {
        const Entity* entity = nullptr;
        const std::size_t before = text.size();
        if (!read_reference(text, entity)) return false;
        white = white && text.size() == before;  // white space that was written as a reference counts as text
        if (entity == nullptr) continue;
        if (entity->value.find('<') == std::string_view::npos) {
          if (!expand_text(*entity, text)) return false;
          white = false;
          continue;
        }
        if (!flush(text, white) || !expand_markup(*entity)) return false;
        white = true;
        continue;
      }
      if (c == '\r') {
        text.push_back('\n');
        at_ += end_ - at_ > 1 && at_[1] == '\n' ? 2 : 1;
        continue;
      }
      if (c == ']' && starts_with("]]>")) return fail_here("']]>' is not allowed in character data.");
      if (static_cast<unsigned char>(c) < 0x20 && !is_space(c)) return fail_character(at_, "character");
      white = white && is_space(c);
      text.push_back(c);
      ++at_;
    }
    return flush(text, white);
  }

  bool flush(std::string& text, bool white) {
    if (text.empty()) return true;
    char* copy = run_.text(text.size());
    if (copy == nullptr) return false;
    std::memcpy(copy, text.data(), text.size());
    const bool good = add_text({copy, text.size()}, white);
    text.clear();
    return good;
  }

  // ---- references ---------------------------------------------------------------------------------------------------
  // Stands at `&`. Characters go to `out`; a declared entity is handed back.
  bool read_reference(std::string& out, const Entity*& entity) {
    const char* place = at_;
    ++at_;
    if (at_ != end_ && *at_ == '#') return read_character_reference(out);
    if (at_ == end_ || !(is_ascii_letter(*at_) || *at_ == '_' || static_cast<signed char>(*at_) < 0)) return fail_here("An error occurred while parsing EntityName.");
    const char* name_place = at_;
    std::string_view name;
    if (!read_ncname(name)) return false;
    if (at_ == end_ || *at_ != ';') return fail_expected(";");
    ++at_;
    constexpr std::string_view kNames[] = {"lt", "gt", "amp", "quot", "apos"};
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
      if (name != kNames[i]) continue;
      out.push_back("<>&\"'"[i]);
      return true;
    }
    for (const Entity& declared : entities_.view()) {
      if (declared.name != name) continue;
      if (declared.is_external) return true;  // never loaded; it stands for nothing
      if (nesting_ == 0) reference_place_ = place;
      entity = &declared;
      return true;
    }
    return fail_at(name_place, joined("Reference to undeclared entity '", name, "'."));
  }

  bool read_character_reference(std::string& out) {
    ++at_;
    const bool hexadecimal_digits = at_ != end_ && *at_ == 'x';
    if (hexadecimal_digits) ++at_;
    std::uint32_t code = 0;
    const auto result = std::from_chars(at_, end_, code, hexadecimal_digits ? 16 : 10);
    const char* first = at_;
    at_ = result.ptr;
    if (at_ == first || at_ == end_ || *at_ != ';') {
      return fail_here(hexadecimal_digits ? "Invalid syntax for a hexadecimal numeric entity reference." : "Invalid syntax for a decimal numeric entity reference.");
    }
    const bool valid = result.ec == std::errc{} && code <= 0x10FFFF && !is_surrogate(code) && code != 0xFFFE && code != 0xFFFF &&
                       (code >= 0x20 || code == '\t' || code == '\n' || code == '\r');
    if (!valid) return fail_at(first, joined("'&#", hexadecimal_digits ? "x" : "", std::string_view(first, static_cast<std::size_t>(at_ - first)), ";' is an invalid character reference."));
    ++at_;
    append_utf8(out, code);
    return true;
  }

  bool enter(const Entity& entity) {
    expansion_ += entity.value.size();
    if (++nesting_ <= kMaxEntityNesting && expansion_ <= kMaxExpansion) return run_.spend(entity.value.size() / 16 + 1);
    if (nesting_ > kMaxEntityNesting) return fail_here(joined("General entity '", entity.name, "' references itself."));
    return fail_here("The input document has exceeded a limit set by MaxCharactersFromEntities.");
  }

  bool expand_text(const Entity& entity, std::string& out) {
    if (!enter(entity)) return false;
    const char* saved_at = at_;
    const char* saved_end = end_;
    at_ = entity.value.data();
    end_ = at_ + entity.value.size();
    bool good = true;
    while (good && at_ != end_) {
      if (*at_ != '&') {
        out.push_back(*at_++);
        continue;
      }
      const Entity* inner = nullptr;
      good = read_reference(out, inner) && (inner == nullptr || expand_text(*inner, out));
    }
    if (!good) return false;
    at_ = saved_at;
    end_ = saved_end;
    --nesting_;
    return true;
  }

  bool expand_markup(const Entity& entity) {
    if (!enter(entity)) return false;
    const char* saved_at = at_;
    const char* saved_end = end_;
    XContainer* saved_parent = parent_;
    at_ = entity.value.data();
    end_ = at_ + entity.value.size();
    if (!read_content(depth_)) return false;
    if (parent_ != saved_parent) return fail_unclosed();
    at_ = saved_at;
    end_ = saved_end;
    --nesting_;
    return true;
  }

  // ---- tags ---------------------------------------------------------------------------------------------------------
  bool read_start_tag() {
    const char* name_place = ++at_;
    std::string_view prefix;
    std::string_view local;
    if (!read_qname(prefix, local)) return false;
    if (parent_ == document_ && first_element(*document_, nullptr) != nullptr) return fail_at(name_place, "There are multiple root elements.");
    if (depth_ + 1 >= kMaxXmlDepth) return run_.raise_limit(Limit::kDepth);
    XElement* element = make_xelement(run_, nullptr);
    element->parent = parent_;  // for namespaces in scope
    attributes_.clear();
    bool preserve = space_[depth_];
    for (;;) {
      const bool spaced = skip_space();
      if (at_ == end_) return fail_eof();
      if (*at_ == '>' || *at_ == '/') break;
      if (!spaced) return fail_name_end();
      if (!read_attribute(preserve)) return false;
    }
    if (!declare_namespaces(*element) || !name_element(*element, prefix, local, name_place) || !name_attributes(*element)) return false;
    element->parent = nullptr;
    if (!insert_xnode(run_, *parent_, nullptr, element)) return false;
    if (*at_ == '/') {
      ++at_;
      if (at_ == end_ || *at_ != '>') return fail_expected(">");
      ++at_;
      return true;
    }
    ++at_;
    parent_ = element;
    starts_[++depth_] = name_place;
    space_[depth_] = preserve;
    return run_.spend(1);
  }

  bool fail_name_end() {
    const Decoded c = decode_utf8({at_, static_cast<std::size_t>(end_ - at_)}, 0);
    if (*at_ == '<' || *at_ == '"' || *at_ == '\'' || *at_ == '=') return fail_expected(">");
    return fail_here(joined("The '", here(), "' character, hexadecimal value ", hexadecimal(c.code), ", cannot be included in a name."));
  }

  bool read_attribute(bool& preserve) {
    RawAttribute raw;
    raw.place = at_;
    if (!read_qname(raw.prefix, raw.local)) return false;
    skip_space();
    if (at_ == end_ || *at_ != '=') return fail_expected("=");
    ++at_;
    skip_space();
    if (at_ == end_ || (*at_ != '"' && *at_ != '\'')) return fail_expected("\"' or ''");
    if (!read_value(*at_++, raw.value)) return false;
    if (raw.prefix == "xml" && raw.local == "space") preserve = raw.value == "preserve";
    attributes_.add(raw);
    return run_.spend(attributes_.view().size());  // names are compared with each other
  }

  bool read_value(char quote, std::string_view& out) {
    const char* first = at_;
    for (; at_ != end_ && *at_ != quote; ++at_) {
      const auto c = static_cast<unsigned char>(*at_);
      if (c == '<') return fail_character(at_, "attribute character");
      if (c == '&' || c == '\n' || c == '\r' || c == '\t') {
        at_ = first;
        return read_decoded_value(quote, out);
      }
      if (c < 0x20) return fail_character(at_, "character");
      if (c >= 0x80 && !check_wide(at_)) return false;
    }
    if (at_ == end_) return fail_eof();
    out = {first, static_cast<std::size_t>(at_++ - first)};
    return true;
  }

  // White space becomes spaces; that of references stays.
  bool read_decoded_value(char quote, std::string_view& out) {
    std::string text;
    while (at_ != end_ && *at_ != quote) {
      const char c = *at_;
      if (c == '<') return fail_character(at_, "attribute character");
      if (c == '&') {
        const Entity* entity = nullptr;
        if (!read_reference(text, entity)) return false;
        if (entity == nullptr) continue;
        if (entity->value.find('<') != std::string_view::npos) return fail_here("'<', hexadecimal value 0x3C, is an invalid attribute character.");
        if (!expand_text(*entity, text)) return false;
        continue;
      }
      if (static_cast<unsigned char>(c) < 0x20 && !is_space(c)) return fail_character(at_, "character");
      at_ += c == '\r' && end_ - at_ > 1 && at_[1] == '\n' ? 2 : 1;
      text.push_back(is_space(c) ? ' ' : c);
    }
    if (at_ == end_) return fail_eof();
    ++at_;
    out = run_.arena.copy(std::string_view(text));
    return true;
  }

  bool declare_namespaces(XElement& element) {
    for (const RawAttribute& raw : attributes_.view()) {
      const bool is_default = raw.prefix.empty() && raw.local == "xmlns";
      if (!is_default && raw.prefix != "xmlns") continue;
      if (raw.prefix == "xmlns" && raw.value.empty()) return fail_at(raw.place, "Invalid namespace declaration.");
      if (raw.local == "xmlns" && !is_default) return fail_at(raw.place, "Prefix \"xmlns\" is reserved for use by XML.");
      has_namespaces_ = true;
      XName* name = make_xname(run_, is_default ? none_ : space_for(kXmlnsUri), raw.local);
      if (!add_attribute(element, raw, name)) return false;
    }
    return true;
  }

  XNamespace* space_for(std::string_view uri) {
    if (uri.empty()) return none_;
    if (last_space_ == nullptr || last_space_->uri != uri) last_space_ = make_xnamespace(run_, uri);
    return last_space_;
  }

  bool resolve(const XElement& element, std::string_view prefix, const char* place, XNamespace*& out) {
    out = none_;
    if (prefix.empty() && !has_namespaces_) return true;
    std::string_view uri;
    if (namespace_of(&element, prefix, uri)) {
      out = space_for(uri);
      return true;
    }
    return prefix.empty() || fail_at(place, joined("'", prefix, "' is an undeclared prefix."));
  }

  bool name_element(XElement& element, std::string_view prefix, std::string_view local, const char* place) {
    XNamespace* space = nullptr;
    if (!resolve(element, prefix, place, space)) return false;
    element.name = make_xname(run_, space, local);
    return true;
  }

  bool name_attributes(XElement& element) {
    // Declarations were added first to be in scope; now all take the order of the source.
    element.first_attribute = nullptr;
    element.last_attribute = nullptr;
    for (std::size_t i = 0; i < attributes_.view().size(); ++i) {
      const RawAttribute& raw = attributes_.view()[i];
      XNamespace* space = none_;
      if (raw.prefix == "xmlns") {
        space = space_for(kXmlnsUri);
      } else if (!raw.prefix.empty()) {
        if (!resolve_attribute(element, i, space)) return false;
      }
      if (!add_attribute(element, raw, make_xname(run_, space, raw.local))) return false;
    }
    return true;
  }

  // Prefixes declared on this very element come first.
  bool resolve_attribute(const XElement& element, std::size_t which, XNamespace*& out) {
    const RawAttribute& raw = attributes_.view()[which];
    for (const RawAttribute& other : attributes_.view()) {
      if (other.prefix != "xmlns" || other.local != raw.prefix) continue;
      out = space_for(other.value);
      return true;
    }
    return resolve(element, raw.prefix, raw.place, out);
  }

  bool add_attribute(XElement& element, const RawAttribute& raw, XName* name) {
    if (find_xattribute(element, *name) != nullptr) {
      return fail_at(raw.place, joined("'", raw.prefix, raw.prefix.empty() ? "" : ":", raw.local, "' is a duplicate attribute name."));
    }
    return append_xattribute(run_, element, make_xattribute(run_, name, raw.value));
  }

  bool read_end_tag(std::uint32_t floor) {
    at_ += 2;
    const char* name_place = at_;
    std::string_view prefix;
    std::string_view local;
    if (!read_qname(prefix, local)) return false;
    if (depth_ <= floor) {
      if (depth_ == 0) return fail_at(name_place - 2 + 1, "Unexpected end tag.");
      return fail_at(name_place, "Unexpected end tag.");
    }
    auto& element = static_cast<XElement&>(*parent_);
    // The start tag's name as written: the end tag has to repeat it, prefix and all.
    const char* start = starts_[depth_];
    const std::size_t size = static_cast<std::size_t>(at_ - name_place);
    const bool same = std::memcmp(start, name_place, std::min<std::size_t>(size, bytes_left(start))) == 0 && size <= bytes_left(start) &&
                      element.name->local == local && !continues_name(start + size);
    if (!same) return fail_mismatch(element, start, {name_place, size}, name_place);
    skip_space();
    if (at_ == end_ || *at_ != '>') return fail_expected(">");
    ++at_;
    if (element.first == nullptr) element.has_end_tag = true;
    parent_ = element.parent;
    --depth_;
    return true;
  }

  std::size_t bytes_left(const char* start) const {
    const bool in_source = start >= text_start_ && start < text_end_;
    return static_cast<std::size_t>((in_source ? text_end_ : end_) - start);
  }

  static bool continues_name(const char* at) {
    return is_ascii_letter(*at) || is_ascii_digit(*at) || *at == ':' || *at == '-' || *at == '.' || *at == '_' || static_cast<signed char>(*at) < 0;
  }

  bool fail_mismatch(const XElement& element, const char* start, std::string_view end_name, const char* place) {
    std::int32_t line = 1;
    const char* line_start = text_start_;
    if (start >= text_start_ && start <= text_end_) {
      for (const char* c = text_start_; c != start; ++c) {
        if (*c != '\n') continue;
        ++line;
        line_start = c + 1;
      }
    } else {
      line_start = start;
    }
    const std::uint32_t position = utf16_length({line_start, static_cast<std::size_t>(start - line_start)}) + 1;
    return fail_at(place, joined("The '", shown_name(element), "' start tag on line ", line, " position ", position, " does not match the end tag of '", end_name, "'."));
  }

  // ---- comments, CDATA, instructions, document type -----------------------------------------------------------------
  bool read_special() {
    if (starts_with("<!--")) return read_comment();
    if (starts_with("<![CDATA[")) return read_cdata();
    if (starts_with("<!DOCTYPE")) return read_document_type();
    at_ += 2;
    return fail_expected(parent_ == document_ ? "DOCTYPE" : "[CDATA[");
  }

  // The text up to `close` with line ends normalised; leaves `at_` behind it.
  bool read_until(std::string_view close, std::string_view what, std::string_view& out) {
    const std::string_view rest{at_, static_cast<std::size_t>(end_ - at_)};
    const std::size_t size = rest.find(close);
    if (size == std::string_view::npos) {
      at_ = end_;
      return fail_here(joined("Unexpected end of file while parsing ", what, " has occurred."));
    }
    out = rest.substr(0, size);
    for (const char* c = at_; c != at_ + size; ++c) {
      if (static_cast<unsigned char>(*c) < 0x20 && !is_space(*c)) return fail_character(c, "character");
    }
    at_ += size + close.size();
    if (out.find('\r') != std::string_view::npos) out = with_plain_line_ends(out);
    return true;
  }

  std::string_view with_plain_line_ends(std::string_view text) {
    char* out = run_.arena.text(text.size());
    std::size_t size = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
      out[size++] = text[i] == '\r' ? '\n' : text[i];
    }
    return {out, size};
  }

  bool read_comment() {
    at_ += 4;
    const char* first = at_;
    std::string_view text;
    if (!read_until("--", "Comment", text)) return false;
    if (at_ == end_) return fail_eof();
    if (*at_ != '>') return fail_at(first + text.size() + 2, "An XML comment cannot contain '--', and '-' cannot be the last character.");
    ++at_;
    return insert_xnode(run_, *parent_, nullptr, make_xtext(run_, XKind::kComment, text));
  }

  bool read_cdata() {
    if (parent_ == document_) return fail_here("Data at the root level is invalid.");
    at_ += 9;
    std::string_view text;
    if (!read_until("]]>", "CDATA", text)) return false;
    return insert_xnode(run_, *parent_, nullptr, make_xtext(run_, XKind::kCData, text));
  }

  bool read_instruction() {
    at_ += 2;
    const char* place = at_;
    std::string_view target;
    if (!read_ncname(target)) return false;
    if (equals_ignoring_ascii_case(target, "xml")) {
      return fail_at(place, target == "xml" ? std::string("Unexpected XML declaration. The XML declaration must be the first node in the document, and no "
                                                          "whitespace characters are allowed to appear before it.")
                                            : joined("'", target, "' is an invalid name for processing instructions."));
    }
    if (!skip_space() && !starts_with("?>")) return fail_expected("?>");
    std::string_view data;
    if (!read_until("?>", "PI", data)) return false;
    return insert_xnode(run_, *parent_, nullptr, make_xinstruction(run_, target, data));
  }

  bool read_document_type() {
    if (parent_ != document_ || first_element(*document_, nullptr) != nullptr) return fail_here("Unexpected DTD declaration.");
    at_ += 9;
    if (!skip_space()) return fail_expected(" ");
    std::string_view prefix;
    std::string_view name;
    const char* first = at_;
    if (!read_qname(prefix, name)) return false;
    name = {first, static_cast<std::size_t>(at_ - first)};
    String* public_id = nullptr;
    String* system_id = nullptr;
    skip_space();
    if (starts_with("PUBLIC")) {
      at_ += 6;
      if (!read_literal(public_id) || !read_literal(system_id)) return false;
    } else if (starts_with("SYSTEM")) {
      at_ += 6;
      if (!read_literal(system_id)) return false;
    }
    skip_space();
    String* subset = nullptr;
    if (at_ != end_ && *at_ == '[') {
      ++at_;
      const char* subset_start = at_;
      if (!read_subset()) return false;
      subset = run_.view({subset_start, static_cast<std::size_t>(at_ - subset_start)});
      ++at_;
      skip_space();
    }
    if (at_ == end_ || *at_ != '>') return fail_expected(">");
    ++at_;
    return insert_xnode(run_, *document_, nullptr, make_xdocument_type(run_, name, public_id, system_id, subset));
  }

  bool read_literal(String*& out) {
    skip_space();
    if (at_ == end_ || (*at_ != '"' && *at_ != '\'')) return fail_expected("\"' or ''");
    const char quote = *at_++;
    const char* first = at_;
    while (at_ != end_ && *at_ != quote) ++at_;
    if (at_ == end_) return fail_eof();
    out = run_.view({first, static_cast<std::size_t>(at_++ - first)});
    return true;
  }

  // Entities are kept; other declarations are only passed over. Stops at the closing bracket.
  bool read_subset() {
    for (;;) {
      skip_space();
      if (at_ == end_) return fail_eof();
      if (*at_ == ']') return true;
      std::string_view ignored;
      if (starts_with("<!--")) {
        at_ += 4;
        if (!read_until("-->", "Comment", ignored)) return false;
      } else if (starts_with("<?")) {
        at_ += 2;
        if (!read_until("?>", "PI", ignored)) return false;
      } else if (starts_with("<!ENTITY")) {
        at_ += 8;
        if (!read_entity()) return false;
      } else if (starts_with("<!") || *at_ == '%') {
        if (!skip_declaration()) return false;
      } else {
        return fail_here("Expected DTD markup was not found.");
      }
      if (!run_.spend(1)) return false;
    }
  }

  bool skip_declaration() {
    if (*at_ == '%') {
      while (at_ != end_ && *at_ != ';') ++at_;
    } else {
      char quote = 0;
      for (; at_ != end_ && (quote != 0 || *at_ != '>'); ++at_) {
        if (quote != 0 && *at_ == quote) {
          quote = 0;
        } else if (quote == 0 && (*at_ == '"' || *at_ == '\'')) {
          quote = *at_;
        }
      }
    }
    if (at_ == end_) return fail_eof();
    ++at_;
    return true;
  }

  bool read_entity() {
    skip_space();
    const bool is_parameter = at_ != end_ && *at_ == '%';
    if (is_parameter) {
      ++at_;
      skip_space();
    }
    Entity entity;
    if (!read_ncname(entity.name)) return false;
    skip_space();
    if (starts_with("SYSTEM") || starts_with("PUBLIC")) {
      entity.is_external = true;
      if (!skip_declaration()) return false;
    } else {
      String* value = nullptr;
      if (!read_literal(value)) return false;
      entity.value = with_characters(value->view());
      skip_space();
      if (at_ == end_ || *at_ != '>') return fail_expected(">");
      ++at_;
    }
    if (!is_parameter) entities_.add(entity);
    return !run_.failed();
  }

  // Character references in an entity's value are replaced where it is declared.
  std::string_view with_characters(std::string_view text) {
    if (text.find("&#") == std::string_view::npos) return text;
    std::string out;
    const char* saved_at = at_;
    const char* saved_end = end_;
    at_ = text.data();
    end_ = at_ + text.size();
    while (at_ != end_ && !run_.failed()) {
      if (starts_with("&#")) {
        ++at_;
        read_character_reference(out);
      } else {
        out.push_back(*at_++);
      }
    }
    at_ = saved_at;
    end_ = saved_end;
    return run_.arena.copy(std::string_view(out));
  }

  Run& run_;
  const XmlParseOptions& options_;
  const char* text_start_;
  const char* text_end_;
  const char* at_;
  const char* end_;
  List<RawAttribute> attributes_;
  List<Entity> entities_;
  XNamespace* none_;
  XNamespace* last_space_ = nullptr;
  XDocument* document_ = nullptr;
  XContainer* parent_ = nullptr;
  const char* reference_place_ = nullptr;
  std::size_t expansion_ = 0;
  std::uint32_t nesting_ = 0;
  std::uint32_t depth_ = 0;
  bool has_namespaces_ = false;
  std::array<const char*, kMaxXmlDepth + 1> starts_;  // where the names of open elements stand
  std::array<bool, kMaxXmlDepth + 1> space_ = {};     // xml:space="preserve"
};

}  // namespace

XContainer* parse_xml(Run& run, std::string_view text, const XmlParseOptions& options) {
  Reader reader(run, text, options);
  return reader.read();
}

}  // namespace portcullis
