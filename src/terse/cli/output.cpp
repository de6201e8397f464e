#include "terse/cli/output.h"

#include <cstdio>

#include "terse/error.h"

namespace terse::cli {

Output::Output(const std::string& path) {
  if (!path.empty() && path != "-") file_.emplace(path);
}

void Output::write(std::string_view bytes) {
  if (file_) {
    file_->write(bytes);
  } else if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) {
    throw JobError("stdout cannot be written");
  }
}

void Output::finish() {
  if (file_) {
    file_->keep();
  } else if (std::fflush(stdout) != 0) {
    throw JobError("stdout cannot be written");
  }
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char character : text) {
    field += character;
    if (character == '"') field += '"';
  }
  return field + '"';
}

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

}  // namespace terse::cli
