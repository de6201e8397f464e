# terse_room(<name> USES <rooms> SOURCES <files> HEADERS <headers that other rooms may include>
#   [COLD <files of SOURCES>|ALL] [KERNELS <files>] [LIBRARIES <targets>])
#
# One room = one folder of src/terse = one static library `terse_<name>`, with "_" for "/" ("serve/core" is
# `terse_serve_core`). USES is the only place that says
# which rooms may be included; it is written to rooms.txt for the structure test. KERNELS are compiled once
# per instruction set, with TERSE_KERNEL set to baseline, avx2 or avx512 (see terse/simd/dispatch.h).
# COLD: see terse_cold().
set(TERSE_KERNEL_SETS baseline)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND TERSE_KERNEL_SETS avx2 avx512)
endif()
set(TERSE_KERNEL_FLAGS_baseline "")
set(TERSE_KERNEL_FLAGS_avx2 -mavx2 -mfma -mbmi2)
set(TERSE_KERNEL_FLAGS_avx512 -mavx2 -mfma -mbmi2 -mavx512f -mavx512bw -mavx512dq -mavx512vl
  -mavx512vbmi -mprefer-vector-width=512)

set_property(GLOBAL PROPERTY TERSE_ROOMS "")
set_property(GLOBAL PROPERTY TERSE_ROOM_TABLE "")

# terse_cold(<files>): sources of this folder whose speed nobody notices, because they write a text or read
# a few settings. -O1 compiles them in two thirds of the time of -O3, and changes no number: without
# -ffast-math no level changes floating-point arithmetic.
function(terse_cold)
  if(ARGN)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "$<$<CONFIG:Release,RelWithDebInfo>:-O1>")
  endif()
endfunction()

function(terse_room name)
  cmake_parse_arguments(ROOM "" "" "USES;SOURCES;COLD;HEADERS;KERNELS;LIBRARIES" ${ARGN})
  set(folder "${PROJECT_SOURCE_DIR}/src/terse/${name}")
  if(ROOM_COLD STREQUAL "ALL")
    set(ROOM_COLD ${ROOM_SOURCES})
  endif()
  list(TRANSFORM ROOM_COLD PREPEND "${folder}/")
  list(TRANSFORM ROOM_SOURCES PREPEND "${folder}/")
  list(TRANSFORM ROOM_HEADERS PREPEND "${folder}/")
  list(TRANSFORM ROOM_KERNELS PREPEND "${folder}/")

  string(REPLACE "/" "_" target "terse_${name}")
  if(ROOM_SOURCES OR ROOM_KERNELS)
    set(reach PUBLIC)
    add_library(${target} STATIC ${ROOM_SOURCES})
    terse_cold(${ROOM_COLD})
    target_link_libraries(${target} PRIVATE terse_build_flags)
    terse_use_precompiled(${target} terse_room_headers)
    set_property(GLOBAL APPEND PROPERTY TERSE_OBJECTS_OF_${name} ${target})
  else()
    set(reach INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  target_include_directories(${target} ${reach} "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(${target} ${reach} ${ROOM_LIBRARIES})
  foreach(used IN LISTS ROOM_USES)
    string(REPLACE "/" "_" used "${used}")
    target_link_libraries(${target} ${reach} terse_${used})
  endforeach()

  if(ROOM_KERNELS)
    foreach(set IN LISTS TERSE_KERNEL_SETS)
      set(kernels ${target}_${set})
      add_library(${kernels} OBJECT ${ROOM_KERNELS})
      set_target_properties(${kernels} PROPERTIES TERSE_KERNELS ON)
      target_include_directories(${kernels} PRIVATE "${PROJECT_SOURCE_DIR}/src")
      target_compile_definitions(${kernels} PRIVATE TERSE_KERNEL=${set} TERSE_KERNEL_${set}=1)
      # The kernels fuse multiply and add where the instruction set can; -O3 also in Debug builds would hide
      # bugs from the sanitizers, so only the release level changes.
      target_compile_options(${kernels} PRIVATE ${TERSE_KERNEL_FLAGS_${set}}
        $<$<CONFIG:Release,RelWithDebInfo>:-O3> -ffp-contract=fast -fno-math-errno -Wno-psabi)
      target_link_libraries(${kernels} PRIVATE terse_build_flags)
      target_sources(${target} PRIVATE $<TARGET_OBJECTS:${kernels}>)
      set_property(GLOBAL APPEND PROPERTY TERSE_OBJECTS_OF_${name} ${kernels})
    endforeach()
  endif()

  string(REPLACE ";" " " uses "${ROOM_USES}")
  set_property(GLOBAL APPEND PROPERTY TERSE_ROOMS ${name})
  set_property(GLOBAL APPEND PROPERTY TERSE_ROOM_TABLE "${name}: ${uses}")
endfunction()
