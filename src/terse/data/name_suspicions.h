// Names of a column that may be numbers, written so that they are not read as such.
#pragma once

#include <string>
#include <vector>

namespace terse::data {

/// What the names of a column may be instead: numbers with a decimal comma; numbers with a unit, a
/// percent sign, a separator of thousands or another minus sign; empty if they are names.
std::string numbers_in_names(const std::vector<std::string>& names);

}  // namespace terse::data
