// System.Uri's object, and making one.
#pragma once

#include <cstdint>

#include "engine/run/run.h"

namespace portcullis {

/// For a relative URI only `original` is set. The rest is canonical text: see UriParts.
struct Uri : Object {
  String* original;
  String* absolute;  // with query and fragment
  String* scheme;
  String* user_info;
  String* host;
  String* scope;
  String* path;
  String* query;
  String* fragment;
  std::int32_t host_type;
  std::int32_t port;
  bool is_default_port;
  bool has_authority;

  [[nodiscard]] bool is_absolute() const { return absolute != nullptr; }
};

/// As UriKind.
enum class UriForm : std::int32_t { kEither, kAbsolute, kRelative };

/// Null without raising when `text` is no such URI.
Uri* try_make_uri(Run& run, String* text, UriForm form);
/// `new Uri(text, form)`: raises UriFormatException, ArgumentNullException.
Uri* make_uri(Run& run, String* text, UriForm form = UriForm::kAbsolute);

}  // namespace portcullis
