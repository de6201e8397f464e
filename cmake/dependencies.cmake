# What the library needs from the system. Each is used by one room only, see the LIBRARIES column in
# src/terse/CMakeLists.txt.
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto SSL)
find_package(dnnl REQUIRED)
# Debian's xgboost-config.cmake asks for a program of another package, so the library is linked by its name.
find_library(XGBOOST_LIBRARY xgboost REQUIRED)
find_path(XGBOOST_INCLUDE_FOLDER xgboost/c_api.h REQUIRED)
mark_as_advanced(XGBOOST_LIBRARY XGBOOST_INCLUDE_FOLDER)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Boost REQUIRED) # headers: Math for Student's t, Beast for HTTP
if(TERSE_PROGRAM)
  find_package(CLI11 REQUIRED)
  find_package(SQLite3 REQUIRED)
  # Have no CMake packages: the linker knows them by name.
  find_library(TERSE_MOSQUITTO mosquitto REQUIRED)
  find_package(PostgreSQL REQUIRED)
endif()
