// Sources of a table's bytes, in blocks, so that a file costs memory for its columns and never for
// its text.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace terse::data {

/// A source of bytes, piece by piece.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Puts up to `capacity` bytes (> 0) at `to`; gives how many, 0 only at the end. Throws
  /// InputError when the file cannot be read or its compression is damaged.
  virtual std::size_t read(char* to, std::size_t capacity) = 0;
};

/// Bytes that are in memory already; they must outlive the source.
class MemoryBytes : public ByteSource {
 public:
  explicit MemoryBytes(std::string_view bytes) : bytes_(bytes) {}
  std::size_t read(char* to, std::size_t capacity) override;

 private:
  std::string_view bytes_;
};

/// A file, plain or gzip (RFC 1952, also several members). Names ending in ".gz" must be gzip.
/// Throws InputError if the file is missing, a directory or not readable; its read() throws one for
/// anything in a gzip file that is not a whole member, zeros at its end excepted.
std::unique_ptr<ByteSource> open_file(const std::string& path);

/// What standard input holds, plain or gzip. It is kept in memory by the first call, so that it can
/// be read more than once, as a file.
std::unique_ptr<ByteSource> open_standard_input();

/// The beginning of a source, read ahead: its bytes come again from read().
class AheadBytes : public ByteSource {
 public:
  /// Reads at least `count` bytes ahead, or all there are. `bytes` must outlive this.
  AheadBytes(ByteSource& bytes, std::size_t count);
  std::size_t read(char* to, std::size_t capacity) override;

  std::string_view ahead() const { return ahead_; }
  /// Whether ahead() is all there is.
  bool whole() const { return whole_; }

 private:
  ByteSource& bytes_;
  std::string ahead_;
  std::size_t given_ = 0;
  bool whole_ = false;
};

/// A window on a ByteSource that slides forward. The byte at end() may be read and is always a
/// line feed, so that a scan for line feeds needs no bound.
class Window {
 public:
  explicit Window(ByteSource& bytes);

  char* begin() { return buffer_.data() + begin_; }
  char* end() { return buffer_.data() + end_; }
  std::size_t size() const { return end_ - begin_; }

  /// Drops `count` bytes at the front.
  void drop(std::size_t count) { begin_ += count; }

  /// Reads more bytes behind end(); false at the end of the input. Moves the window: pointers into
  /// it become invalid, offsets from begin() stay.
  bool extend();

 private:
  ByteSource& bytes_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
};

/// Drops a UTF-8 byte order mark at the front. Throws InputError when the text is UTF-16.
void skip_byte_order_mark(Window& window, const std::string& source);

}  // namespace terse::data
