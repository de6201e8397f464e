#include "terse/serve/http/head_lines.h"

#include "terse/serve/http/answer.h"

namespace terse::serve::http {

std::size_t HeadLines::take(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !is_complete_) {
    take(bytes[taken++]);
    if (++bytes_ <= bytes_max_) continue;
    if (lines_ == 0) throw HttpError(414, "the request line is too long; 8 KiB are taken at most");
    throw HttpError(431, "the header is too long; 8 KiB are taken at most");
  }
  return taken;
}

void HeadLines::take(char byte) {
  if (byte == '\n') {
    if (!after_cr_) throw HttpError(400, "header: a line ends with LF alone; end it with CR LF");
    after_cr_ = false;
    return end_line();
  }
  if (after_cr_) throw HttpError(400, "header: CR inside a line; end lines with CR LF");
  if (byte == '\r') {
    after_cr_ = true;
    return;
  }
  const auto code = static_cast<unsigned char>(byte);
  if ((code < 0x20 && byte != '\t') || code == 0x7f) {
    throw HttpError(400, "header: a control character; leave it out");
  }
  if (line_size_ == 0 && (byte == ' ' || byte == '\t')) {
    throw HttpError(400, "header: a folded line; write the field in one line");
  }
  ++line_size_;
}

void HeadLines::end_line() {
  if (line_size_ > 0) {
    ++lines_;
    line_size_ = 0;
  } else if (lines_ > 0) {
    is_complete_ = true;
  } else if (++empty_lines_ > 1) {
    // One may be left of the body before (RFC 9112, section 2.2).
    throw HttpError(400, "header: empty lines before the request; leave them out");
  }
}

}  // namespace terse::serve::http
