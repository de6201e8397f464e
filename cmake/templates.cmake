# terse_templates(<target> <folder> <header>): texts with blanks, as code of C++ that fills them in.
#
# Every <folder>/NAME.in becomes a struct, named after the file (encoder.h.in: EncoderH), with a member for each
# name that the template asks for, and filled(), which gives its text. So a name that only one side knows, the
# template or the C++, does not compile. The structs are in the namespace that <header> spells
# (terse/export/c/templates.h: terse::export_c::templates). What may stand in a template: see
# src/terse/export/text/text_template.h. Nothing but CMake and the compiler is needed.
function(terse_templates target folder header)
  file(GLOB templates CONFIGURE_DEPENDS "${folder}/*.in" "${folder}/parts/*.in")
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/generated")
  string(REGEX REPLACE "\\.h$" ".cpp" source "${header}")
  add_custom_command(OUTPUT "${generated}/${header}" "${generated}/${source}"
    COMMAND "${CMAKE_COMMAND}" "-DFOLDER=${folder}" "-DHEADER=${header}" "-DOUTPUT=${generated}"
      -P "${PROJECT_SOURCE_DIR}/cmake/compile_templates.cmake"
    DEPENDS ${templates} "${PROJECT_SOURCE_DIR}/cmake/compile_templates.cmake" VERBATIM)
  target_sources(${target} PRIVATE "${generated}/${header}" "${generated}/${source}")
  # The generated headers alone, for those who only read the sources (scripts/compile_only.py).
  if(NOT TARGET terse_templates)
    add_custom_target(terse_templates)
  endif()
  add_custom_target(${target}_templates DEPENDS "${generated}/${header}" "${generated}/${source}")
  add_dependencies(terse_templates ${target}_templates)
  target_include_directories(${target} PRIVATE "${generated}")
endfunction()
