#include "terse/cli/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "terse/error.h"

namespace terse::cli {

Output::Output(std::string path) : path_(std::move(path)), file_(stdout) {
  if (path_.empty() || path_ == "-") return;
  temporary_ = fmt::format("{}.{}.part", path_, getpid());
  file_ = std::fopen(temporary_.c_str(), "wb");
  if (file_ == nullptr) {
    const std::string reason = std::strerror(errno);
    temporary_.clear();
    throw InputError(path_, "", "cannot be written: " + reason, "choose another place with -o");
  }
}

Output::~Output() {
  if (temporary_.empty()) return;
  if (file_ != nullptr) std::fclose(file_);
  std::remove(temporary_.c_str());
}

void Output::fail(const char* what) const {
  throw JobError(
      fmt::format("{}: {}: {}", path_.empty() ? "stdout" : path_, what, std::strerror(errno)));
}

void Output::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail("writing failed");
}

void Output::finish() {
  if (std::fflush(file_) != 0) fail("writing failed");
  if (temporary_.empty()) return;
  if (fsync(fileno(file_)) != 0) fail("writing failed");
  std::fclose(file_);
  file_ = nullptr;
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) fail("renaming failed");
  temporary_.clear();
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
