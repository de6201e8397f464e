#include "terse/data/bytes.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <new>

#include "terse/base/error.h"

namespace terse::data {
namespace {

constexpr std::size_t block_bytes = std::size_t{256} << 10;
constexpr std::size_t first_bytes = 4096;

// zlib's own reader of files passes over whatever follows a member that is not another one, so that
// a damaged header loses the rest in silence. Here every byte belongs to a checked member.
class FileBytes : public ByteSource {
 public:
  FileBytes(std::string path, int descriptor) : path_(std::move(path)), file_(descriptor) {}
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  ~FileBytes() override {
    if (kind_ == Kind::gzip) inflateEnd(&stream_);
    if (file_ != STDIN_FILENO) close(file_);
  }

  std::size_t read(char* to, std::size_t capacity) override {
    if (kind_ == Kind::unknown) begin();
    return kind_ == Kind::plain ? read_plain(to, capacity) : read_gzip(to, capacity);
  }

 private:
  enum class Kind : std::uint8_t { unknown, plain, gzip };

  void begin() {
    while (held() < 2 && fill()) {
    }
    const bool gzip = begins_member();
    if (!gzip && held() > 0 && path_.ends_with(".gz")) {
      throw base::InputError(path_, "", "is not gzip", "compress it, or drop .gz from its name");
    }
    kind_ = gzip ? Kind::gzip : Kind::plain;
    // 16: with the header and the checksum of RFC 1952.
    if (gzip && inflateInit2(&stream_, MAX_WBITS + 16) != Z_OK) throw std::bad_alloc();
  }

  std::size_t read_plain(char* to, std::size_t capacity) {
    if (held() == 0) return read_file(to, capacity);
    const std::size_t count = std::min(capacity, held());
    std::copy_n(block_.data() + taken_, count, to);
    taken_ += count;
    return count;
  }

  std::size_t read_gzip(char* to, std::size_t capacity) {
    const auto wanted = static_cast<uInt>(std::min(capacity, std::size_t{1} << 30));
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = wanted;
    while (stream_.avail_out == wanted && !ended_) {
      if (held() == 0 && !fill()) {
        throw base::InputError(path_, "", "the gzip data end too early",
                               "fetch or copy the file again");
      }
      stream_.next_in = reinterpret_cast<Bytef*>(block_.data() + taken_);
      stream_.avail_in = static_cast<uInt>(held());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      taken_ = block_.size() - stream_.avail_in;
      if (code == Z_STREAM_END) {
        end_member();
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        refuse(stream_.msg != nullptr ? stream_.msg : "not gzip");
      }
    }
    return wanted - stream_.avail_out;
  }

  // Behind a member: another one, or nothing but the zeros with which tapes are filled.
  void end_member() {
    while (held() < 2 && fill()) {
    }
    if (begins_member()) {
      inflateReset(&stream_);
      return;
    }
    do {
      for (; held() > 0; ++taken_) {
        if (block_[taken_] != 0) refuse("bytes that are not gzip follow its data");
      }
    } while (fill());
    ended_ = true;
  }

  [[noreturn]] void refuse(const std::string& problem) const {
    throw base::InputError(path_, "", "the gzip data are damaged (" + problem + ")",
                           "fetch or copy the file again");
  }

  bool begins_member() const {
    return held() >= 2 && block_[taken_] == '\x1f' && block_[taken_ + 1] == '\x8b';
  }

  std::size_t held() const { return block_.size() - taken_; }

  // Reads a block behind what is held; false at the end of the file.
  bool fill() {
    block_.erase(block_.begin(), block_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
    const std::size_t before = block_.size();
    block_.resize(before + block_bytes / 2);
    const std::size_t count = read_file(block_.data() + before, block_bytes / 2);
    block_.resize(before + count);
    return count > 0;
  }

  std::size_t read_file(char* to, std::size_t capacity) const {
    for (;;) {
      const ssize_t count = ::read(file_, to, capacity);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno == EINTR) continue;
      throw base::InputError(path_, "", std::string("cannot be read: ") + std::strerror(errno), "");
    }
  }

  std::string path_;
  int file_;
  Kind kind_ = Kind::unknown;
  std::vector<char> block_;  // as in the file
  std::size_t taken_ = 0;    // of the block
  z_stream stream_{};
  bool ended_ = false;
};

std::string all_of(ByteSource& bytes) {
  std::string text;
  std::size_t count = block_bytes;
  for (std::size_t end = 0; count > 0; end += count) {
    text.resize(end + block_bytes);
    count = bytes.read(text.data() + end, block_bytes);
    text.resize(end + count);
  }
  return text;
}

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
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    throw base::InputError(path, "", std::string("cannot be opened: ") + std::strerror(errno),
                           "check the name and the permissions");
  }
  return std::make_unique<FileBytes>(path, descriptor);
}

std::unique_ptr<ByteSource> open_standard_input() {
  static const std::string text = [] {
    FileBytes bytes("-", STDIN_FILENO);
    return all_of(bytes);
  }();
  return std::make_unique<MemoryBytes>(text);
}

AheadBytes::AheadBytes(ByteSource& bytes, std::size_t count) : bytes_(bytes) {
  // Room grows with what is there: most tables are short.
  std::size_t filled = 0;
  while (filled < count && !whole_) {
    if (filled == ahead_.size()) ahead_.resize(std::min(count, std::max(first_bytes, 2 * filled)));
    const std::size_t more = bytes_.read(ahead_.data() + filled, ahead_.size() - filled);
    filled += more;
    whole_ = more == 0;
  }
  ahead_.resize(filled);
}

std::size_t AheadBytes::read(char* to, std::size_t capacity) {
  if (given_ == ahead_.size()) return whole_ ? 0 : bytes_.read(to, capacity);
  const std::size_t count = ahead_.copy(to, capacity, given_);
  given_ += count;
  return count;
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
