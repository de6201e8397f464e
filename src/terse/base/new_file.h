// A file that appears under its name whole or not at all.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace terse::base {

/// Writes to a temporary file beside `path`; keep() gives it its name, replacing an older file.
/// Without keep() nothing is left behind and an older file stays as it was. Throws JobError, naming
/// the path and the reason, when the disk refuses.
class NewFile {
 public:
  explicit NewFile(std::string path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view bytes);
  /// Everything written so far is on the disk, readable under temporary_path(); nothing may be
  /// written afterwards.
  void close();
  /// close() if that has not been done, then the rename.
  void keep();

  const std::string& temporary_path() const { return temporary_path_; }

 private:
  [[noreturn]] void fail() const;

  std::string path_;
  std::string temporary_path_;
  std::FILE* file_;
};

/// A file of these bytes, whole or not at all: a NewFile written and kept in one go. Throws
/// JobError as that does.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace terse::base
