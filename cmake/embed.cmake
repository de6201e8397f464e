# terse_embed(<target> <source.cpp> <header> NAME=FILE...): the bytes of text files in the program.
#
# The generated source defines `std::string_view NAME()` in the namespace that the header's path spells
# (terse/report/assets.h: terse::report::assets); the header declares them. Raw string literals: no tool
# but the compiler is needed.
function(terse_embed target source header)
  set(dependencies "")
  foreach(pair IN LISTS ARGN)
    string(REGEX REPLACE "^[^=]*=" "" file "${pair}")
    list(APPEND dependencies "${file}")
  endforeach()
  add_custom_command(OUTPUT "${source}"
    COMMAND "${CMAKE_COMMAND}" "-DHEADER=${header}" "-DOUTPUT=${source}" "-DPAIRS=${ARGN}"
      -P "${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake"
    DEPENDS ${dependencies} "${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake" VERBATIM)
  target_sources(${target} PRIVATE "${source}")
endfunction()
