# Run by terse_embed(): writes OUTPUT from PAIRS ("NAME=FILE;NAME=FILE").
string(REGEX REPLACE "\\.h$" "" NAMESPACE "${HEADER}")
string(REPLACE "/" "::" NAMESPACE "${NAMESPACE}")
set(temporary "${OUTPUT}.new")
file(WRITE "${temporary}" "// Generated.\n#include \"${HEADER}\"\n"
  "#ifdef __clang__\n#pragma clang diagnostic ignored \"-Woverlength-strings\"\n#endif\n"
  "namespace ${NAMESPACE} {\n")
foreach(pair IN LISTS PAIRS)
  string(FIND "${pair}" "=" equals)
  string(SUBSTRING "${pair}" 0 ${equals} name)
  math(EXPR after "${equals} + 1")
  string(SUBSTRING "${pair}" ${after} -1 file)
  file(APPEND "${temporary}" "std::string_view ${name}() {\n  return std::string_view(R\"terse_bytes(")
  if(NOT file STREQUAL "")
    file(READ "${file}" content)
    # The maps of the minified files are not in the page: no browser shall look for them.
    string(REGEX REPLACE "//# sourceMappingURL=[^\n]*" "" content "${content}")
    file(APPEND "${temporary}" "${content}")
  endif()
  file(APPEND "${temporary}" ")terse_bytes\");\n}\n")
endforeach()
file(APPEND "${temporary}" "}  // namespace ${NAMESPACE}\n")
file(RENAME "${temporary}" "${OUTPUT}")
