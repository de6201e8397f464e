# Installation: library, public headers, program, and what find_package(terse) and pkg-config need.
include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/terse")
get_property(components GLOBAL PROPERTY TERSE_COMPONENTS)
set(TERSE_COMPONENT_TABLE "")
foreach(name IN LISTS components)
  install(TARGETS terse_component_${name} EXPORT terse-${name}
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT terse-${name} NAMESPACE terse:: DESTINATION "${package_folder}")
  get_property(needs GLOBAL PROPERTY TERSE_${name}_NEEDS)
  get_property(packages GLOBAL PROPERTY TERSE_${name}_PACKAGES)
  string(APPEND TERSE_COMPONENT_TABLE "set(terse_${name}_needs \"${needs}\")\n"
    "set(terse_${name}_packages \"${packages}\")\n")
endforeach()

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/terseConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/terseConfig.cmake" INSTALL_DESTINATION "${package_folder}")
# Before 1.0.0 a minor version may change the library.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/terseConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/terseConfig.cmake"
  "${PROJECT_BINARY_DIR}/terseConfigVersion.cmake" DESTINATION "${package_folder}")

# From the folder of terse.pc back to the prefix, so that an installed tree can be moved.
cmake_path(SET pkgconfig_folder NORMALIZE "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig")
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY "${pkgconfig_folder}"
  OUTPUT_VARIABLE pkgconfig_to_prefix)
foreach(name IN LISTS components)
  get_property(needs GLOBAL PROPERTY TERSE_${name}_NEEDS)
  get_property(requires GLOBAL PROPERTY TERSE_${name}_PKG_CONFIG)
  get_property(links GLOBAL PROPERTY TERSE_${name}_LINKS)
  list(TRANSFORM needs PREPEND "terse-")
  string(REPLACE ";" " " requires "${needs};${requires}")
  string(REPLACE ";" " " links "${links}")
  configure_file("${CMAKE_CURRENT_LIST_DIR}/terse.pc.in" "${PROJECT_BINARY_DIR}/terse-${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/terse-${name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()
