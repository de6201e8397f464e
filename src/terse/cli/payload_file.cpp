#include "terse/cli/payload_file.h"

#include <fmt/core.h>

#include <fstream>
#include <iterator>

#include "terse/base/error.h"
#include "terse/text/hex.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

void append_hex(std::string_view line, const std::string& path, std::size_t line_number,
                std::size_t bytes_each, std::vector<std::uint8_t>& bytes) {
  const std::string place = fmt::format("line {}", line_number);
  for (std::size_t column = 0; column < line.size(); ++column) {
    if (!text::hex_digit(line[column])) {
      throw base::InputError(
          path, fmt::format("{}, column {}", place, column + 1),
          text::in_quotes(line.substr(column, 1)) + " is not a hexadecimal digit",
          "write each payload as hexadecimal digits on a line of its own, or name "
          "the file .bin if it is binary");
    }
  }
  if (line.size() != 2 * bytes_each) {
    const bool of_several = bytes_each != 0 && line.size() % (2 * bytes_each) == 0;
    throw base::InputError(
        path, place,
        fmt::format("{} hexadecimal digits where this model's payload has {} ({} bytes)",
                    line.size(), 2 * bytes_each, bytes_each),
        of_several && !line.empty()
            ? fmt::format("check that the payload belongs to this model; if these are {} messages, "
                          "write each on a line of its own",
                          line.size() / (2 * bytes_each))
            : "check that the payload belongs to this model");
  }
  const auto payload = text::from_hex(line);
  TERSE_CHECK(payload.has_value());
  bytes.insert(bytes.end(), payload->begin(), payload->end());
}

}  // namespace

std::vector<std::uint8_t> read_payloads(const std::string& path, std::size_t bytes_each) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw base::InputError(path, "", "cannot be opened", "check the name");
  std::vector<std::uint8_t> bytes;
  if (path.ends_with(".bin")) {
    bytes.assign(std::istreambuf_iterator<char>(file), {});
    if (file.bad()) throw base::InputError(path, "", "cannot be read", "check that it is a file");
    if (bytes_each == 0 || bytes.size() % bytes_each != 0) {
      throw base::InputError(
          path, "",
          fmt::format("{} bytes are not a whole number of payloads of {} bytes", bytes.size(),
                      bytes_each),
          "check that the payloads belong to this model and that none is cut short");
    }
    return bytes;
  }
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    std::string_view text = line;
    while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
    if (text.empty()) continue;
    append_hex(text, path, number, bytes_each, bytes);
  }
  if (file.bad()) throw base::InputError(path, "", "cannot be read", "check that it is a file");
  return bytes;
}

}  // namespace terse::cli
