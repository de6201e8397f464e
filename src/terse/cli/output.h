// Where results go: stdout, or a file that appears whole or not at all.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace terse::cli {

/// Collects output for a file (written beside it, renamed by finish()) or, if the path is empty or
/// "-", for stdout. Without finish() the file is left as it was. Throws JobError if it cannot be
/// written.
class Output {
 public:
  explicit Output(std::string path);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view bytes);
  void finish();
  bool to_stdout() const { return temporary_.empty(); }

 private:
  [[noreturn]] void fail(const char* what) const;

  std::string path_;
  std::string temporary_;
  std::FILE* file_;
};

/// `text` as a CSV field, quoted where RFC 4180 asks for it.
std::string csv_field(std::string_view text);

bool ends_with(std::string_view text, std::string_view suffix);

}  // namespace terse::cli
