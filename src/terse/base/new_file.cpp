#include "terse/base/new_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "terse/base/destination.h"
#include "terse/base/error.h"

namespace terse::base {
namespace {

/// In `folder`. The name is short, since that of the result may be as long as the system allows.
std::string temporary_name(const std::filesystem::path& folder) {
  static std::atomic<unsigned> count{0};
  return (folder / fmt::format(".terse-{}-{}.part", getpid(), ++count)).string();
}

}  // namespace

NewFile::NewFile(std::string path) : path_(std::move(path)) {
  namespace fs = std::filesystem;
  using Kind = Destination::Kind;
  const Destination destination = look_at_destination(path_);
  if (destination.kind == Kind::unusable) require_destination(path_);
  // Nobody who may not read the result may read it while it is made.
  const mode_t mode = destination.kind == Kind::absent ? 0666 : 0600;
  const auto make = [&](const fs::path& folder) {
    temporary_path_ = temporary_name(folder);
    return open(temporary_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  };
  // Beside what it will replace, where a rename is possible.
  int descriptor = -1;
  if (destination.kind != Kind::written) {
    descriptor = make(fs::path(destination.path).parent_path());
  }
  const bool elsewhere = destination.kind == Kind::regular || destination.kind == Kind::written;
  if (descriptor < 0 && elsewhere) descriptor = make(fs::temp_directory_path());
  if (descriptor < 0) fail();
  unfinished_.emplace(temporary_path_.c_str());
  file_ = fdopen(descriptor, "wb");
  TERSE_CHECK(file_ != nullptr);
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
  put_in_place(temporary_path_, path_);
  unfinished_->forget();
  temporary_path_.clear();
}

void write_file(const std::string& path, std::string_view bytes) {
  NewFile file(path);
  file.write(bytes);
  file.keep();
}

}  // namespace terse::base
