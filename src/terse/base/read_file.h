// A small file as one string.
#pragma once

#include <optional>
#include <string>

namespace terse::base {

/// All bytes of a file; nothing if `path` is missing, is a folder or cannot be read.
std::optional<std::string> read_file(const std::string& path);

}  // namespace terse::base
