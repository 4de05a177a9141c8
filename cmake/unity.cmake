# Few big translation units instead of many small ones, for builds that begin from nothing: the gate's.
# docs/decisions/0004-units-for-the-gate.md has the figures.
#
# With SIDEWATCH_UNITY each folder's target keeps its interface, and its sources are compiled in `sidewatch_unity`.
# The environment's SIDEWATCH_UNITY=ON chooses it for presets that do not say.

set(unity_wanted OFF)
if("$ENV{SIDEWATCH_UNITY}")
  set(unity_wanted ON)
endif()
option(SIDEWATCH_UNITY "Compile the program's folders in a few big units" ${unity_wanted})

# Packs absolute `sources` into units in `folder`; their paths go to `result`.
function(sidewatch_pack result folder sources)
  set(packer ${PROJECT_SOURCE_DIR}/cmake/unity.py)
  execute_process(COMMAND python3 ${packer} ${folder} ${PROJECT_SOURCE_DIR} ${sources}
                  OUTPUT_VARIABLE units COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${packer} ${sources})
  set(${result} "${units}" PARENT_SCOPE)
endfunction()

# A unit is not a header: a type of its own in a class of its own is no mistake there. g++ that collects its garbage
# later is a tenth faster and takes 1.4 GB for a unit instead of 1.05.
set(SIDEWATCH_UNIT_OPTIONS
  $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>
  $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-expand=200>
  $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=786432>)

# Takes the sources of `target` into the units; generated ones stay with a target of the folder, which knows their rule.
function(sidewatch_add_to_units target sources depends)
  foreach(source ${sources})
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    cmake_path(IS_PREFIX PROJECT_BINARY_DIR ${source} generated)
    if(generated)
      list(APPEND own ${source})
    else()
      set_property(GLOBAL APPEND PROPERTY SIDEWATCH_UNIT_SOURCES ${source})
    endif()
  endforeach()
  add_library(${target} INTERFACE)
  target_link_libraries(${target} INTERFACE sidewatch_flags ${depends} sidewatch_unity)
  set_property(GLOBAL APPEND PROPERTY SIDEWATCH_UNIT_DEPENDS ${depends})
  if(own)
    add_library(${target}_generated STATIC ${own})
    target_link_libraries(${target}_generated PRIVATE sidewatch_flags)
    set_property(GLOBAL APPEND PROPERTY SIDEWATCH_UNIT_DEPENDS ${target}_generated)
  endif()
endfunction()

# To be called after every folder has told its sources.
function(sidewatch_build_units)
  get_property(sources GLOBAL PROPERTY SIDEWATCH_UNIT_SOURCES)
  get_property(depends GLOBAL PROPERTY SIDEWATCH_UNIT_DEPENDS)
  list(FILTER depends EXCLUDE REGEX "^sidewatch::")
  list(REMOVE_DUPLICATES depends)
  sidewatch_pack(units ${PROJECT_BINARY_DIR}/unity "${sources}")
  add_library(sidewatch_unity STATIC ${units})
  target_link_libraries(sidewatch_unity PUBLIC sidewatch_flags ${depends})
  target_compile_options(sidewatch_unity PRIVATE ${SIDEWATCH_UNIT_OPTIONS})
endfunction()
