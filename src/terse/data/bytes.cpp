#include "terse/data/bytes.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "terse/base/error.h"

namespace terse::data {
namespace {

constexpr std::size_t block_bytes = std::size_t{256} << 10;
constexpr std::size_t first_bytes = 4096;

class FileBytes : public ByteSource {
 public:
  explicit FileBytes(const std::string& path) : path_(path), file_(gzopen(path.c_str(), "rb")) {
    if (file_ == nullptr) {
      throw base::InputError(path_, "", std::string("cannot be opened: ") + std::strerror(errno),
                             "check the name and the permissions");
    }
    gzbuffer(file_, static_cast<unsigned>(block_bytes / 2));
  }
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  ~FileBytes() override { gzclose(file_); }

  std::size_t read(char* to, std::size_t capacity) override {
    const auto wanted = static_cast<unsigned>(std::min(capacity, std::size_t{1} << 30));
    const int count = gzread(file_, to, wanted);
    // A file that ends inside a gzip member is noticed only by asking for the error at its end.
    int code = Z_OK;
    const char* message = gzerror(file_, &code);
    if (count < 0 || (code != Z_OK && code != Z_STREAM_END)) fail(code, message);
    if (!checked_ && count > 0) refuse_plain_bytes();
    return static_cast<std::size_t>(count);
  }

 private:
  [[noreturn]] void fail(int code, const char* message) const {
    if (code == Z_ERRNO) {
      throw base::InputError(path_, "", std::string("cannot be read: ") + std::strerror(errno), "");
    }
    if (code == Z_BUF_ERROR) {
      throw base::InputError(path_, "", "the gzip data end too early",
                             "fetch or copy the file again");
    }
    throw base::InputError(path_, "", std::string("the gzip data are damaged (") + message + ")",
                           "fetch or copy the file again");
  }

  void refuse_plain_bytes() {
    checked_ = true;
    if (path_.ends_with(".gz") && gzdirect(file_) == 1) {
      throw base::InputError(path_, "", "is not gzip", "compress it, or drop .gz from its name");
    }
  }

  std::string path_;
  gzFile file_;
  bool checked_ = false;
};

}  // namespace

std::size_t MemoryBytes::read(char* to, std::size_t capacity) {
  const std::size_t count = bytes_.copy(to, capacity);
  bytes_.remove_prefix(count);
  return count;
}

std::unique_ptr<ByteSource> open_file(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw base::InputError(path, "", "there is no such file", "check the name and the folder");
  }
  if (std::filesystem::is_directory(status)) {
    throw base::InputError(path, "", "is a folder", "name a file in it");
  }
  return std::make_unique<FileBytes>(path);
}

Window::Window(ByteSource& bytes) : bytes_(bytes), buffer_(first_bytes, '\n') {}

bool Window::extend() {
  if (ended_) return false;
  // A small buffer is enough for short texts, long ones get whole blocks.
  const bool filled = end_ + 1 == buffer_.size();
  if (begin_ > 0) {
    std::memmove(buffer_.data(), begin(), size());
    end_ -= begin_;
    begin_ = 0;
  }
  if (filled && buffer_.size() < block_bytes) buffer_.resize(block_bytes);
  // A quarter free at least: records much larger than a block must not be moved once per byte.
  if (end_ + buffer_.size() / 4 > buffer_.size()) buffer_.resize(buffer_.size() * 2);
  const std::size_t count = bytes_.read(end(), buffer_.size() - 1 - end_);
  end_ += count;
  *end() = '\n';
  ended_ = count == 0;
  return !ended_;
}

void skip_byte_order_mark(Window& window, const std::string& source) {
  while (window.size() < 3 && window.extend()) {
  }
  const std::string_view start(window.begin(), std::min<std::size_t>(window.size(), 3));
  if (start == "\xEF\xBB\xBF") window.drop(3);
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
    throw base::InputError(source, "line 1", "the text is UTF-16", "save it as UTF-8");
  }
}

}  // namespace terse::data
