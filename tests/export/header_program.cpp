// Answers each line of stdin, the bytes of a message, as check_header.py compares it.
#include <cstdio>
#include <vector>

#include "decoder.hpp"
#include "second.hpp"

int second_translation_unit();

int main() {
  char line[4096];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    std::vector<std::uint8_t> bytes;
    unsigned value = 0;
    int used = 0;
    for (const char* at = line; std::sscanf(at, "%u%n", &value, &used) == 1; at += used) {
      bytes.push_back(static_cast<std::uint8_t>(value));
    }
    decoder::codes_type codes{};
    const decoder::status status = decoder::unpack(bytes.data(), bytes.size(), codes);
    std::printf("%d", static_cast<int>(status));
    if (status == decoder::status::ok) {
      std::printf(" %.9g", static_cast<double>(decoder::predict(codes)));
      for (const std::uint8_t code : codes) std::printf(" %u", static_cast<unsigned>(code));
    }
    std::printf("\n");
  }
  return second_translation_unit() == static_cast<int>(second::payload_bytes) ? 0 : 1;
}
