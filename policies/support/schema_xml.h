// XML schemas (XSD, the types of a WSDL) compiled by libxml2, and bodies validated against them. Nothing is fetched,
// document types and entities are refused. The one place that includes libxml2's schema headers. source:
// content-validation.md#2
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"

namespace portcullis {

struct XmlFinding {
  std::string_view message;
  std::uint32_t line = 0, position = 0;
};

enum class XmlAnswer : std::uint8_t { kValid, kInvalid, kGaveUp };

struct XmlResult {
  XmlAnswer answer = XmlAnswer::kValid;
  std::string_view problem;              // of kGaveUp
  std::span<const XmlFinding> findings;  // of kInvalid: at least one
};

enum class SoapVersion : std::uint8_t { k11, k12 };

/// A set of schemas that belong together. Immutable; threads may validate with one set at the same time.
class XmlSchemas {
 public:
  struct Source {
    std::string_view name;
    std::string_view text;  // an <xs:schema>, or a WSDL whose types are taken
  };
  /// The text of a stored schema (`schemaLocation="/schemas/<id>"`), or one without data.
  using FindStored = std::function<std::string_view(std::string_view id)>;

  /// Null with `problem` set when they cannot be used.
  static std::unique_ptr<XmlSchemas> compile(std::span<const Source> sources, const FindStored& find_stored,
                                             std::string& problem);
  ~XmlSchemas();
  XmlSchemas(const XmlSchemas&) = delete;
  XmlSchemas& operator=(const XmlSchemas&) = delete;

  /// Any global element may be the root.
  [[nodiscard]] XmlResult validate(Arena& arena, std::string_view text) const;
  /// What stands in the body of the envelope; a fault passes when `allows_fault`.
  [[nodiscard]] XmlResult validate_soap(Arena& arena, std::string_view text, SoapVersion version,
                                        bool allows_fault) const;

 private:
  XmlSchemas() = default;
  void* schema_ = nullptr;  // xmlSchema
};

// ---- reading small XML documents (WSDL, EDMX)
// -----------------------------------------------------------------------------

/// A read-only element tree for descriptions. Names without prefix.
struct XmlItem {
  std::string name;
  std::string name_space;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<std::pair<std::string, std::string>> prefixes;  // declared here: prefix, namespace
  std::vector<XmlItem> children;

  [[nodiscard]] std::string_view attribute(std::string_view wanted) const;
  [[nodiscard]] const XmlItem* child(std::string_view wanted) const;
};
/// False with `problem` set. Document types are refused.
bool read_xml_items(std::string_view text, XmlItem& root, std::string& problem);

}  // namespace portcullis
