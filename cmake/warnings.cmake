# Warnings for our own sources. They become errors only through a preset (TERSE_WARNINGS_AS_ERRORS), so
# that a newer compiler never breaks a user's build.
option(TERSE_WARNINGS_AS_ERRORS "Treat warnings as errors (set by the presets)" OFF)
set(TERSE_SANITIZE "" CACHE STRING "Sanitizers for every target, for example address,undefined")

add_library(terse_build_flags INTERFACE)
target_compile_options(terse_build_flags INTERFACE
  -Wall -Wextra -Wshadow -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align=strict
  # These flags come after a target's own, so the kernels, which do fuse, are excepted here.
  $<$<NOT:$<BOOL:$<TARGET_PROPERTY:TERSE_KERNELS>>>:-ffp-contract=off>
  $<$<BOOL:${TERSE_WARNINGS_AS_ERRORS}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Clang 14 knows no "=strict" and warns on every use.
  target_compile_options(terse_build_flags INTERFACE -Wno-unknown-warning-option -Wno-pass-failed)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees impossible overflows in "text" + std::string at -O3 (GCC bug 105651).
  target_compile_options(terse_build_flags INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
    -Wno-array-bounds)
endif()
if(TERSE_SANITIZE)
  add_compile_options(-fsanitize=${TERSE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TERSE_SANITIZE})
  if(TERSE_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio has fences, which the sanitizer does not see; it says so for each.
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(TERSE_FUZZER)
  # libFuzzer steers by coverage: the library must be instrumented too, not only the target.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
