// Reading a table by the name a user gives it.
#pragma once

#include <string>

#include "terse/data/frame.h"

namespace terse::data {

/// Reads any DATA: FILE.csv[.gz], FILE.arff[.gz], fried[:rows[:seed]], openml:ID. Throws
/// InputError.
Frame read_frame(const std::string& data, const ReadOptions& options);

}  // namespace terse::data
