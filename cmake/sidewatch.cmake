# The one place that knows how a target of this project is built.
#
#   sidewatch_library(exporter/base SOURCES a.cc HEADERS a.h DEPENDS fmt::fmt)
#   sidewatch_test(exporter/base SOURCES a_test.cc DEPENDS sidewatch::exporter_base)
#
# A folder is a target: exporter/base becomes `exporter_base`, alias `sidewatch::exporter_base`.

option(SIDEWATCH_WERROR "Warnings are errors" OFF)
option(SIDEWATCH_LTO "Link-time optimisation" OFF)
option(SIDEWATCH_TESTS "Build the tests" ON)
option(SIDEWATCH_BENCH "Build the benchmarks" OFF)
option(SIDEWATCH_FUZZ "Build the fuzzers (clang)" OFF)
set(SIDEWATCH_SANITIZE "" CACHE STRING "Sanitizers, comma-separated")

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without this leave ccache keeps nothing that reads a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
find_program(LLD ld.lld)

add_library(sidewatch_flags INTERFACE)
target_compile_features(sidewatch_flags INTERFACE cxx_std_20)
target_include_directories(sidewatch_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
# zlib reads from `const` bytes only if asked to.
target_compile_definitions(sidewatch_flags INTERFACE ZLIB_CONST)
target_compile_options(sidewatch_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wold-style-cast -Wimplicit-fallthrough
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond> $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  # g++ 12 warns inside its own <string> and <vector> when it inlines: GCC bugs 105329 and 105562.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<BOOL:${SIDEWATCH_WERROR}>:-Werror>
  -fno-omit-frame-pointer)
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  # Line numbers are what a test log needs; full debug information doubles the build.
  target_compile_options(sidewatch_flags INTERFACE -g1)
endif()
if(SIDEWATCH_SANITIZE)
  # Null and type checks of pointers are half of what undefined-behaviour checks cost to compile, and the address
  # sanitizer stops at such a pointer's use anyway. Any finding ends the program.
  target_compile_options(sidewatch_flags INTERFACE -fsanitize=${SIDEWATCH_SANITIZE} -fno-sanitize=null,vptr,object-size
                                                   -fno-sanitize-recover=all)
  target_link_options(sidewatch_flags INTERFACE -fsanitize=${SIDEWATCH_SANITIZE})
endif()
if(LLD AND NOT SIDEWATCH_LTO)
  target_link_options(sidewatch_flags INTERFACE -fuse-ld=lld)
endif()
if(SIDEWATCH_LTO)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
  target_compile_options(sidewatch_flags INTERFACE -ffunction-sections -fdata-sections -fno-plt)
  target_link_options(sidewatch_flags INTERFACE -Wl,--gc-sections -flto=2 -Wl,-z,relro,-z,now)
endif()
# Said for all, as some packages say it: a precompiled header is for one set of flags.
target_compile_options(sidewatch_flags INTERFACE -pthread)
find_package(Threads REQUIRED)
target_link_libraries(sidewatch_flags INTERFACE Threads::Threads)

function(sidewatch_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;DEPENDS" ${ARGN})
  string(REPLACE "/" "_" target ${folder})
  if(NOT ARG_SOURCES)
    # An interface folder still compiles: each header is checked alone.
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${target}_empty.cc CONTENT "")
    set(ARG_SOURCES ${CMAKE_CURRENT_BINARY_DIR}/${target}_empty.cc)
  endif()
  # The tests' own libraries come after the units.
  if(SIDEWATCH_UNITY AND NOT TARGET sidewatch_unity)
    sidewatch_add_to_units(${target} "${ARG_SOURCES}" "${ARG_DEPENDS}")
  else()
    add_library(${target} STATIC ${ARG_SOURCES})
    target_link_libraries(${target} PUBLIC sidewatch_flags ${ARG_DEPENDS})
  endif()
  add_library(sidewatch::${target} ALIAS ${target})
  get_target_property(type ${target} TYPE)
  if(ARG_HEADERS AND NOT type STREQUAL INTERFACE_LIBRARY)
    target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ARG_HEADERS})
    set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  endif()
endfunction()

# GoogleTest's headers are half of what a test costs to compile: read once for all of them. Only tests have such a
# header, so that the program's sources still name all that they use.
function(sidewatch_add_test_headers)
  set(empty ${PROJECT_BINARY_DIR}/test_headers.cc)
  file(CONFIGURE OUTPUT ${empty} CONTENT "")
  add_library(sidewatch_test_headers OBJECT ${empty})
  target_link_libraries(sidewatch_test_headers PRIVATE sidewatch_flags GTest::gmock GTest::gtest_main)
  target_precompile_headers(sidewatch_test_headers PRIVATE
    <gmock/gmock.h> <gtest/gtest.h> <algorithm> <functional> <map> <memory> <optional> <string> <string_view> <vector>)
endfunction()

function(sidewatch_test folder)
  if(NOT SIDEWATCH_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  string(REPLACE "/" "_" target ${folder})
  if(SIDEWATCH_UNITY)
    list(TRANSFORM ARG_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    sidewatch_pack(ARG_SOURCES ${CMAKE_CURRENT_BINARY_DIR}/unity "${ARG_SOURCES}")
  endif()
  add_executable(${target}_test ${ARG_SOURCES})
  target_link_libraries(${target}_test PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
  if(NOT TARGET sidewatch_test_headers)
    sidewatch_add_test_headers()
  endif()
  target_precompile_headers(${target}_test REUSE_FROM sidewatch_test_headers)
  target_compile_options(${target}_test PRIVATE $<$<BOOL:${SIDEWATCH_UNITY}>:${SIDEWATCH_UNIT_OPTIONS}>)
  # One CTest entry a binary: starting a process per case would cost more than the cases.
  add_test(NAME ${folder} COMMAND ${target}_test --gtest_brief=1
           WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${folder} PROPERTIES TIMEOUT 300)
endfunction()
