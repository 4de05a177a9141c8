# Every outside library, found once. The Debian packages are listed in deploy/packages.sh.
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(LibArchive REQUIRED)
find_package(prometheus-cpp REQUIRED)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
# It asks for 64-bit file offsets, which its users would carry on to theirs; none of its calls takes one.
set_property(TARGET PkgConfig::hiredis PROPERTY INTERFACE_COMPILE_OPTIONS "")
# CRoaring's package has neither a CMake nor a pkg-config file.
find_library(ROARING_LIBRARY roaring REQUIRED)
add_library(roaring UNKNOWN IMPORTED)
set_target_properties(roaring PROPERTIES IMPORTED_LOCATION ${ROARING_LIBRARY})
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(date REQUIRED)

# CivetWeb comes from the distribution's source package (deploy/civetweb.sh says why) and lands in
# build/civetweb, shared by all presets.
set(CIVETWEB_ROOT ${PROJECT_SOURCE_DIR}/build/civetweb CACHE PATH "Where deploy/civetweb.sh put CivetWeb")
if(NOT EXISTS ${CIVETWEB_ROOT}/libcivetweb.a)
  message(FATAL_ERROR "${CIVETWEB_ROOT}/libcivetweb.a is missing: run deploy/civetweb.sh first (deploy/quickstart.sh and tests/run.sh do it)")
endif()
add_library(civetweb STATIC IMPORTED)
set_target_properties(civetweb PROPERTIES
  IMPORTED_LOCATION ${CIVETWEB_ROOT}/libcivetweb.a
  INTERFACE_INCLUDE_DIRECTORIES ${CIVETWEB_ROOT}/include
  INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${CIVETWEB_ROOT}/include
  INTERFACE_LINK_LIBRARIES "OpenSSL::SSL;OpenSSL::Crypto;ZLIB::ZLIB")
