# terse_component(<name> [NEEDS <component>] ROOMS <rooms> [EXCEPT|ONLY <regular expression>]
#   HEADERS <installed headers> [PACKAGES <CMake packages>] [LIBRARIES <targets>]
#   [PKG_CONFIG <modules>] [LINKS <flags>])
#
# What other projects link: one static library terse_<name>, target terse::<name>, of the objects of some
# rooms (EXCEPT: but for sources of that name; ONLY: of further rooms, only those). Its headers are
# installed with their paths below src/, and are all that a project outside may include. PACKAGES and
# LIBRARIES are what find_package(terse COMPONENTS <name>) looks for and links, PKG_CONFIG and LINKS what
# terse-<name>.pc names.
set_property(GLOBAL PROPERTY TERSE_COMPONENTS "")

function(terse_component name)
  cmake_parse_arguments(PART "" "NEEDS;EXCEPT" "ROOMS;ONLY;HEADERS;PACKAGES;LIBRARIES;PKG_CONFIG;LINKS" ${ARGN})
  set(target terse_component_${name})
  add_library(${target} STATIC)
  add_library(terse::${name} ALIAS ${target})
  foreach(room IN LISTS PART_ROOMS)
    get_property(objects GLOBAL PROPERTY TERSE_OBJECTS_OF_${room})
    foreach(object IN LISTS objects)
      if(PART_EXCEPT)
        target_sources(${target} PRIVATE "$<FILTER:$<TARGET_OBJECTS:${object}>,EXCLUDE,${PART_EXCEPT}>")
      else()
        target_sources(${target} PRIVATE $<TARGET_OBJECTS:${object}>)
      endif()
    endforeach()
  endforeach()
  if(PART_ONLY)
    list(POP_FRONT PART_ONLY room pattern)
    target_sources(${target} PRIVATE "$<FILTER:$<TARGET_OBJECTS:terse_${room}>,INCLUDE,${pattern}>")
  endif()
  list(TRANSFORM PART_HEADERS PREPEND "${PROJECT_SOURCE_DIR}/src/terse/")
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/src" FILES ${PART_HEADERS})
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME terse_${name} EXPORT_NAME ${name})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PRIVATE ${PART_LIBRARIES})
  if(PART_NEEDS)
    target_link_libraries(${target} PUBLIC terse_component_${PART_NEEDS})
  endif()

  set_property(GLOBAL APPEND PROPERTY TERSE_COMPONENTS ${name})
  foreach(what NEEDS PACKAGES PKG_CONFIG LINKS)
    set_property(GLOBAL PROPERTY TERSE_${name}_${what} "${PART_${what}}")
  endforeach()
endfunction()
