// A file that appears under its name whole or not at all.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "terse/base/unfinished_files.h"

namespace terse::base {

/// Writes to a temporary file; keep() puts it in its place (see put_in_place(): beside an older
/// file, which keeps its mode, or into a device or pipe). Without keep() nothing is left behind and
/// an older file stays as it was. Throws JobError, naming the path and the reason, when the disk
/// refuses, and InputError if the path is that of an input.
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
  /// close() if that has not been done, then puts the file in its place.
  void keep();

  const std::string& temporary_path() const { return temporary_path_; }

 private:
  [[noreturn]] void fail() const;

  std::string path_;
  std::string temporary_path_;
  std::optional<UnfinishedFile> unfinished_;
  std::FILE* file_ = nullptr;
};

/// A file of these bytes, whole or not at all: a NewFile written and kept in one go. Throws as that
/// does.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace terse::base
