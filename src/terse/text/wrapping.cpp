#include "terse/text/wrapping.h"

namespace terse::text {

std::string comma_lines(std::span<const std::string> parts, std::string_view indent,
                        std::size_t columns_max) {
  std::string text;
  std::string line(indent);
  bool empty = true;
  for (const std::string& part : parts) {
    if (!empty && line.size() + part.size() + 2 > columns_max) {
      text += line + '\n';
      line = indent;
      empty = true;
    }
    if (!empty) line += ' ';
    line += part + ',';
    empty = false;
  }
  return text + line;
}

}  // namespace terse::text
