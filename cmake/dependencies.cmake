# What the library needs from the system. Each is used by one room only, see the LIBRARIES column in
# src/terse/CMakeLists.txt.
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto SSL)
find_package(dnnl REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 REQUIRED)
# Has no CMake package; its name on the linker's line is that of the .pc file, too.
find_library(TERSE_HTTPLIB cpp-httplib REQUIRED)
