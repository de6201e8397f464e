# terse_VERSION_amd64.deb by "cpack -G DEB" in the build folder: the program, its service, a user for it.
# Not installed by "cmake --install", which stays inside its prefix.
install(TARGETS terse_program RUNTIME DESTINATION bin COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES "${PROJECT_SOURCE_DIR}/docs/server/terse-serve.service" DESTINATION lib/systemd/system
  COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES "${PROJECT_SOURCE_DIR}/packaging/serve.conf" DESTINATION ../etc/terse
  COMPONENT debian EXCLUDE_FROM_ALL)
configure_file("${PROJECT_SOURCE_DIR}/packaging/changelog.in" "${PROJECT_BINARY_DIR}/packaging/changelog" @ONLY)
execute_process(COMMAND gzip -9 --no-name --force --keep "${PROJECT_BINARY_DIR}/packaging/changelog"
  COMMAND_ERROR_IS_FATAL ANY)
install(FILES "${PROJECT_SOURCE_DIR}/packaging/copyright" "${PROJECT_SOURCE_DIR}/CHANGELOG.md"
  "${PROJECT_BINARY_DIR}/packaging/changelog.gz" DESTINATION share/doc/terse COMPONENT debian EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "the Terse project")
set(CPACK_PACKAGE_CONTACT "the Terse project <terse@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL debian)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_DEBIAN_PACKAGE_NAME terse)
set(CPACK_DEBIAN_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
# The first line is the project's description.
set(CPACK_DEBIAN_DEBIAN_DESCRIPTION "Trains quantizers and networks together, writes encoders for small
devices, and serves predictions to their payloads by CoAP, HTTP and MQTT.")
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(script postinst prerm postrm conffiles)
  list(APPEND CPACK_DEBIAN_DEBIAN_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/packaging/${script}")
endforeach()
include(CPack)
