# Headers that most sources include, which GCC reads once: a quarter of the time of a clean build. clang reads
# every file alone (scripts/test), so that an include which a file lacks is found. Turned off by
# -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON. ccache keeps objects made with them by CCACHE_SLOPPINESS as in
# CMakePresets.json, and -fpch-preprocess.

# terse_precompile(<name> [OPTIONS <compile options>] [LIBRARIES <targets>] HEADERS <headers>): a set of headers.
function(terse_precompile name)
  cmake_parse_arguments(SET "" "" "OPTIONS;LIBRARIES;HEADERS" ${ARGN})
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU" OR CMAKE_DISABLE_PRECOMPILE_HEADERS)
    return()
  endif()
  set(source "${PROJECT_BINARY_DIR}/${name}.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT "// Nothing: a target must have a source.\n")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL "${source}")
  target_link_libraries(${name} PRIVATE terse_build_flags ${SET_LIBRARIES})
  target_compile_options(${name} PRIVATE ${SET_OPTIONS} -fPIC -fpch-preprocess)
  target_precompile_headers(${name} PRIVATE ${SET_HEADERS})
endfunction()

# terse_use_precompiled(<target> <name>): compiles the target's C++ sources with a set of headers. GCC takes the
# set only with the options that it was made with, of which -fPIE, CMake's own for executables, differs.
function(terse_use_precompiled target name)
  if(TARGET ${name})
    target_compile_options(${target} PRIVATE -fPIC -fpch-preprocess)
    target_compile_definitions(${target} PRIVATE $<TARGET_PROPERTY:fmt::fmt,INTERFACE_COMPILE_DEFINITIONS>)
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()

# No more than these: every file pays for the size of the set, so what few files include is cheaper there.
terse_precompile(terse_room_headers LIBRARIES fmt::fmt
  HEADERS <algorithm> <array> <cmath> <cstdint> <functional> <limits> <map> <memory> <numeric> <optional> <span>
    <string> <string_view> <utility> <vector> <fmt/core.h> <fmt/format.h>)
