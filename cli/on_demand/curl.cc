// libcurl, opened at the first call to the outside. See shared_library.h.
#define CURL_DISABLE_TYPECHECK
#include <cstdarg>

#include <curl/curl.h>

// curl.h has macros of these names, for compilers that check the arguments.
#undef curl_easy_getinfo
#undef curl_easy_setopt

#include "cli/on_demand/shared_library.h"

namespace {
constexpr portcullis::cli::SharedLibrary kLibrary("libcurl.so.4", "libcurl4");
}

extern "C" {

CURLcode curl_global_init(long flags) { PC_PASS_ON(kLibrary, curl_global_init, flags); }
CURL* curl_easy_init() { PC_PASS_ON(kLibrary, curl_easy_init); }
void curl_easy_cleanup(CURL* handle) { PC_PASS_ON(kLibrary, curl_easy_cleanup, handle); }
void curl_easy_reset(CURL* handle) { PC_PASS_ON(kLibrary, curl_easy_reset, handle); }
CURLcode curl_easy_perform(CURL* handle) { PC_PASS_ON(kLibrary, curl_easy_perform, handle); }
const char* curl_easy_strerror(CURLcode code) { PC_PASS_ON(kLibrary, curl_easy_strerror, code); }
curl_slist* curl_slist_append(curl_slist* list, const char* text) {
  PC_PASS_ON(kLibrary, curl_slist_append, list, text);
}
void curl_slist_free_all(curl_slist* list) { PC_PASS_ON(kLibrary, curl_slist_free_all, list); }
int curl_strequal(const char* a, const char* b) { PC_PASS_ON(kLibrary, curl_strequal, a, b); }
time_t curl_getdate(const char* text, const time_t* unused) { PC_PASS_ON(kLibrary, curl_getdate, text, unused); }

// The range of an option's number tells its argument's type. source: curl_easy_setopt(3), curl.h
CURLcode curl_easy_setopt(CURL* handle, CURLoption option, ...) {
  static void* const found = kLibrary.find("curl_easy_setopt");
  if (found == nullptr) return CURLE_FAILED_INIT;
  const auto pass_on = reinterpret_cast<CURLcode (*)(CURL*, CURLoption, ...)>(found);
  std::va_list arguments;
  va_start(arguments, option);
  CURLcode result;
  if (option < CURLOPTTYPE_OBJECTPOINT) {
    result = pass_on(handle, option, va_arg(arguments, long));
  } else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB) {
    result = pass_on(handle, option, va_arg(arguments, curl_off_t));
  } else {
    result = pass_on(handle, option, va_arg(arguments, void*));  // objects, functions, blobs
  }
  va_end(arguments);
  return result;
}

CURLcode curl_easy_getinfo(CURL* handle, CURLINFO info, ...) {
  static void* const found = kLibrary.find("curl_easy_getinfo");
  if (found == nullptr) return CURLE_FAILED_INIT;
  std::va_list arguments;
  va_start(arguments, info);
  const CURLcode result =
      reinterpret_cast<CURLcode (*)(CURL*, CURLINFO, ...)>(found)(handle, info, va_arg(arguments, void*));
  va_end(arguments);
  return result;
}

}  // extern "C"
