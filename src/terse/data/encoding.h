// Texts whose characters are not stored as UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "terse/data/bytes.h"
#include "terse/data/frame.h"

namespace terse::data {

/// The UTF-16 that a text begins in: by its byte order mark, or because every other byte of its
/// first characters is zero. Otherwise Encoding::utf8, which says nothing about Latin-1.
Encoding found_encoding(std::string_view beginning);

/// Makes a name UTF-8: from Latin-1 if `encoding` says so, or if it leaves the choice and the name
/// is not UTF-8. Gives whether it did.
bool name_as_utf8(std::string& name, Encoding encoding);
/// The same for all categories and marks of a frame.
bool texts_as_utf8(Frame& frame, Encoding encoding);

/// The note for the user when one of them did.
inline constexpr const char* latin1_note = "names are read as Latin-1, since they are not UTF-8";

/// A text of UTF-16 as UTF-8, without its byte order mark.
class Utf16Bytes : public ByteSource {
 public:
  /// `bytes` must outlive this; `source` names it in messages.
  Utf16Bytes(ByteSource& bytes, Encoding encoding, std::string source);

  /// Throws InputError for half a character: a surrogate without the other, an odd last byte.
  std::size_t read(char* to, std::size_t capacity) override;

 private:
  bool convert_block();
  [[noreturn]] void refuse(const std::string& problem) const;

  ByteSource& bytes_;
  bool big_endian_;
  std::string source_;
  std::string block_;  // UTF-16, not converted yet
  std::size_t block_bytes_ = 4096;
  std::string text_;        // UTF-8, not given yet
  std::size_t given_ = 0;   // of the text
  char32_t surrogate_ = 0;  // the first half of a pair whose second half has not come
  bool begun_ = false;
};

}  // namespace terse::data
