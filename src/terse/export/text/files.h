// The result of an export: a few text files, written to one folder.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace terse::export_text {

struct File {
  std::string path;  ///< below the folder, with '/' between names
  std::string bytes;
};

/// Makes the folder and what is below it where missing, then writes every file, each whole or not
/// at all. Throws JobError, naming the path and the reason, when the disk refuses.
void write_files(const std::string& folder, std::span<const File> files);

/// `name` as an identifier of C, JavaScript and others: lower-case letters, digits and underscores,
/// beginning with a letter; never empty.
std::string identifier(std::string_view name);

}  // namespace terse::export_text
