#include "terse/data/arff_line.h"

#include <fmt/core.h>

#include "terse/base/error.h"
#include "terse/text/ascii.h"
#include "terse/text/quoting.h"

namespace terse::data {

bool ArffLine::skip_blanks() {
  bool tab = false;
  while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t')) {
    tab = tab || text_.front() == '\t';
    text_.remove_prefix(1);
  }
  return tab;
}

bool ArffLine::skip(char byte) {
  if (text_.empty() || text_.front() != byte) return false;
  text_.remove_prefix(1);
  return true;
}

ArffValue ArffLine::value(const ArffEnds& ends) {
  if (front() == '\'' || front() == '"') return quoted_value();
  std::size_t length = 0;
  for (; length < text_.size(); ++length) {
    if (!ends(text_[length])) continue;
    // A percent sign within a value belongs to it.
    if (text_[length] != '%' || length == 0 || text::trimmed(text_.substr(length - 1, 1)).empty())
      break;
  }
  const std::string_view text = text::trimmed(text_.substr(0, length));
  text_.remove_prefix(length);
  return {text, false};
}

ArffValue ArffLine::quoted_value() {
  const char quote = text_.front();
  unescaped_.clear();
  for (std::size_t at = 1; at < text_.size(); ++at) {
    char byte = text_[at];
    if (byte == quote) {
      text_.remove_prefix(at + 1);
      return {unescaped_, true};
    }
    if (byte == '\\' && at + 1 < text_.size()) {
      byte = text_[++at];
      if (byte == 'n') byte = '\n';
      if (byte == 't') byte = '\t';
      if (byte == 'r') byte = '\r';
    }
    unescaped_ += byte;
  }
  fail(column_, fmt::format("the quote that begins {} never closes", text::in_quotes(text_)),
       "close it on the same line, or write a quote inside a value as \\'");
}

void ArffLine::fail(std::size_t column, const std::string& problem,
                    const std::string& remedy) const {
  const std::string place = column == 0 ? fmt::format("line {}", number_)
                                        : fmt::format("line {}, column {}", number_, column);
  throw base::InputError(source_, place, problem, remedy);
}

}  // namespace terse::data
