#include "terse/data/encoding.h"

#include "terse/base/error.h"
#include "terse/text/encodings.h"
#include "terse/text/utf8.h"

namespace terse::data {
namespace {

constexpr std::size_t block_bytes_max = std::size_t{64} << 10;
constexpr char32_t byte_order_mark = 0xFEFF;

bool is_surrogate(char32_t unit) {
  return unit >= 0xD800 && unit < 0xE000;
}

bool is_first_surrogate(char32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}

}  // namespace

Encoding found_encoding(std::string_view beginning) {
  if (beginning.starts_with("\xFF\xFE")) return Encoding::utf16_le;
  if (beginning.starts_with("\xFE\xFF")) return Encoding::utf16_be;
  // A table begins with letters or digits, of which UTF-16 stores one byte as zero.
  constexpr std::size_t looked_at = 8;
  if (beginning.size() < looked_at) return Encoding::utf8;
  bool even_zero = true;
  bool odd_zero = true;
  for (std::size_t at = 0; at < looked_at; ++at) {
    bool& zero = at % 2 == 0 ? even_zero : odd_zero;
    zero = zero && beginning[at] == '\0';
  }
  if (even_zero == odd_zero) return Encoding::utf8;
  return odd_zero ? Encoding::utf16_le : Encoding::utf16_be;
}

bool name_as_utf8(std::string& name, Encoding encoding) {
  const bool convert =
      encoding == Encoding::latin1 || (encoding == Encoding::found && !text::is_utf8(name));
  if (convert) name = text::latin1_as_utf8(name);
  return convert;
}

bool texts_as_utf8(Frame& frame, Encoding encoding) {
  bool converted = false;
  for (Column& column : frame.columns) {
    for (std::string& category : column.categories) {
      converted = name_as_utf8(category, encoding) || converted;
    }
    // These may have been cut within a character, which alone says nothing.
    for (CellMark* mark : {&column.first_text, &column.first_gap, &column.first_infinity}) {
      name_as_utf8(mark->text, encoding);
    }
  }
  return converted;
}

Utf16Bytes::Utf16Bytes(ByteSource& bytes, Encoding encoding, std::string source)
    : bytes_(bytes), big_endian_(encoding == Encoding::utf16_be), source_(std::move(source)) {}

std::size_t Utf16Bytes::read(char* to, std::size_t capacity) {
  while (given_ == text_.size()) {
    if (!convert_block()) return 0;
  }
  const std::size_t count = text_.copy(to, capacity, given_);
  given_ += count;
  return count;
}

void Utf16Bytes::refuse(const std::string& problem) const {
  throw base::InputError(source_, "", "is not UTF-16: " + problem,
                         "give its `encoding`, or save it as UTF-8");
}

// Replaces the text by that of the next block; false at the end of the input.
bool Utf16Bytes::convert_block() {
  text_.clear();
  given_ = 0;
  const std::size_t kept = block_.size();
  block_.resize(kept + block_bytes_);
  const std::size_t count = bytes_.read(block_.data() + kept, block_bytes_);
  // Room grows with what is there: most tables are short.
  if (count == block_bytes_) block_bytes_ = std::min(2 * block_bytes_, block_bytes_max);
  block_.resize(kept + count);
  if (count == 0) {
    if (!block_.empty()) refuse("it ends within a character");
    if (surrogate_ != 0) refuse("it ends within a pair of surrogates");
    return false;
  }
  std::size_t at = 0;
  for (; at + 1 < block_.size(); at += 2) {
    const auto first = static_cast<unsigned char>(block_[at]);
    const auto second = static_cast<unsigned char>(block_[at + 1]);
    const auto unit =
        static_cast<char32_t>(big_endian_ ? (first << 8) | second : (second << 8) | first);
    const bool mark = !begun_ && unit == byte_order_mark;
    begun_ = true;
    if (mark) continue;
    if (surrogate_ != 0) {
      if (!is_surrogate(unit) || is_first_surrogate(unit)) refuse("half a pair of surrogates");
      text::append_utf8(0x10000 + ((surrogate_ - 0xD800) << 10) + (unit - 0xDC00), text_);
      surrogate_ = 0;
    } else if (is_first_surrogate(unit)) {
      surrogate_ = unit;
    } else if (is_surrogate(unit)) {
      refuse("half a pair of surrogates");
    } else {
      text::append_utf8(unit, text_);
    }
  }
  block_.erase(0, at);
  return true;
}

}  // namespace terse::data
