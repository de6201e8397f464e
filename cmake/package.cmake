# Installation: library, headers, program, and what find_package(terse) needs.
