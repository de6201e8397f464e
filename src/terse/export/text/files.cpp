#include "terse/export/text/files.h"

#include <fmt/core.h>

#include <filesystem>
#include <system_error>

#include "terse/base/error.h"
#include "terse/base/new_file.h"

namespace terse::export_text {

void write_files(const std::string& folder, std::span<const File> files) {
  for (const File& file : files) {
    const std::filesystem::path path = std::filesystem::path(folder) / file.path;
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) {
      throw base::JobError(fmt::format("{}: cannot make the folder: {}",
                                       path.parent_path().string(), error.message()));
    }
    base::write_file(path, file.bytes);
  }
}

std::string identifier(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const bool digit = c >= '0' && c <= '9';
    const bool upper = c >= 'A' && c <= 'Z';
    const bool lower = c >= 'a' && c <= 'z';
    if (digit || lower) {
      if (digit && result.empty()) result = "m";
      result += c;
    } else if (upper) {
      result += static_cast<char>(c - 'A' + 'a');
    } else if (!result.empty() && result.back() != '_') {
      result += '_';
    }
  }
  while (!result.empty() && result.back() == '_') result.pop_back();
  return result.empty() ? "model" : result;
}

}  // namespace terse::export_text
