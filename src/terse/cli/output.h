// The destination of results: stdout, or a file that appears whole or not at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "terse/base/new_file.h"

namespace terse::cli {

/// Output for a file (see NewFile) or, if the path is empty or "-", for stdout. Without finish() no
/// file appears.
class Output {
 public:
  explicit Output(const std::string& path);

  void write(std::string_view bytes);
  void finish();
  bool to_stdout() const { return !file_; }

 private:
  std::optional<base::NewFile> file_;
};

/// Throws JobError if something that was printed has not arrived, a full disk behind ">" for
/// example: for the end of every command.
void flush_stdout();

/// Throws InputError or JobError if a model could not be written to `path`: better before a long
/// job than after it.
void require_writable(const std::string& path);

}  // namespace terse::cli
