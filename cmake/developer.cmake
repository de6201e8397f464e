# Declarations for tests, benchmarks and fuzz targets.
include(GoogleTest)
find_package(GTest REQUIRED)

# What is tested is the library: a test's own lines are neither optimized nor watched, which takes half of the
# time to compile them.
set(TERSE_TEST_OPTIONS -O0)
if(TERSE_SANITIZE)
  list(APPEND TERSE_TEST_OPTIONS -fno-sanitize=undefined)
endif()
terse_precompile(terse_test_headers OPTIONS ${TERSE_TEST_OPTIONS} LIBRARIES GTest::gtest_main fmt::fmt
  HEADERS <gtest/gtest.h> <algorithm> <array> <cmath> <filesystem> <fstream> <functional> <limits> <map>
    <numeric> <optional> <set> <span> <string> <vector>)

# terse_test(<room> <file> [LABELS ...] [LIBRARIES ...]): tests/<room>/<file>_test.cpp, mirror of
# src/terse/<room>/<file>.*; every TEST becomes its own ctest entry.
function(terse_test room file)
  cmake_parse_arguments(TEST "" "" "LABELS;LIBRARIES;SOURCES" ${ARGN})
  string(REPLACE "/" "_" room_target "${room}")
  set(target ${room_target}_${file}_test)
  add_executable(${target} ${file}_test.cpp ${TEST_SOURCES})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${target} PRIVATE TERSE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE terse_build_flags terse_${room_target} ${TEST_LIBRARIES} GTest::gtest_main)
  target_compile_options(${target} PRIVATE ${TERSE_TEST_OPTIONS})
  terse_use_precompiled(${target} terse_test_headers)
  gtest_discover_tests(${target} TEST_PREFIX "${room}/${file}." DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 600 LABELS "${room}")
  if(TEST_LABELS)
    # Properties that are lists do not survive gtest_discover_tests(); ctest reads this after its tests.
    set(labels "${CMAKE_CURRENT_BINARY_DIR}/${target}_labels.cmake")
    file(WRITE "${labels}" "set_tests_properties(\${${target}_TESTS} PROPERTIES LABELS \"${room};${TEST_LABELS}\")\n")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${labels}")
  endif()
endfunction()

# terse_bench(<file> <libraries>): bench/<file>_bench.cpp
function(terse_bench file)
  add_executable(${file}_bench ${file}_bench.cpp)
  target_link_libraries(${file}_bench PRIVATE terse_build_flags ${ARGN})
endfunction()

# terse_fuzz(<entry> <libraries>): fuzz/<entry>_fuzz.cpp with LLVMFuzzerTestOneInput. Built with a plain main
# that replays fuzz/corpus/<entry>/ in ctest; with -DTERSE_FUZZER=ON (clang) it is a libFuzzer binary.
option(TERSE_FUZZER "Link the fuzz targets with libFuzzer (clang)" OFF)
function(terse_fuzz entry)
  add_executable(${entry}_fuzz ${entry}_fuzz.cpp)
  target_link_libraries(${entry}_fuzz PRIVATE terse_build_flags ${ARGN})
  if(TERSE_FUZZER)
    target_compile_definitions(${entry}_fuzz PRIVATE TERSE_FUZZER)
    target_link_options(${entry}_fuzz PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${entry}_fuzz PRIVATE replay_main.cpp)
  endif()
  add_test(NAME fuzz/${entry}.corpus COMMAND ${entry}_fuzz "${CMAKE_CURRENT_SOURCE_DIR}/corpus/${entry}")
  set_tests_properties(fuzz/${entry}.corpus PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()
