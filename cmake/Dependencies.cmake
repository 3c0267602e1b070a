# Third-party libraries, all from the system's packages. Their headers are SYSTEM: our warnings are not for them.
include_guard()
find_package(Boost 1.74 REQUIRED)          # Spirit X3, headers only
find_package(pugixml 1.13 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)  # headers only
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlidec)
find_package(ZLIB REQUIRED)
pkg_check_modules(XSLT REQUIRED IMPORTED_TARGET libxslt>=1.1.34)
find_package(LibXml2 2.9.14 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
