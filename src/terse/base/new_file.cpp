#include "terse/base/new_file.h"

#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "terse/base/error.h"

namespace terse::base {
namespace {

std::string temporary_name(const std::string& path) {
  static std::atomic<unsigned> count{0};
  return fmt::format("{}.{}.{}.part", path, getpid(), ++count);
}

}  // namespace

NewFile::NewFile(std::string path)
    : path_(std::move(path)),
      temporary_path_(temporary_name(path_)),
      file_(std::fopen(temporary_path_.c_str(), "wbx")) {
  if (file_ == nullptr) fail();
}

NewFile::~NewFile() {
  if (file_ != nullptr) std::fclose(file_);
  if (!temporary_path_.empty()) std::remove(temporary_path_.c_str());
}

void NewFile::fail() const {
  throw JobError(fmt::format("{}: cannot be written: {}", path_, std::strerror(errno)));
}

void NewFile::write(std::string_view bytes) {
  TERSE_CHECK(file_ != nullptr);
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail();
}

void NewFile::close() {
  TERSE_CHECK(file_ != nullptr);
  if (std::fflush(file_) != 0 || fsync(fileno(file_)) != 0) fail();
  if (std::fclose(std::exchange(file_, nullptr)) != 0) fail();
}

void NewFile::keep() {
  if (file_ != nullptr) close();
  if (std::rename(temporary_path_.c_str(), path_.c_str()) != 0) fail();
  temporary_path_.clear();
}

void write_file(const std::string& path, std::string_view bytes) {
  NewFile file(path);
  file.write(bytes);
  file.keep();
}

}  // namespace terse::base
