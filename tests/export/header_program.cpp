// Answers each line of stdin, the bytes of a message or 'r' and readings, as check_header.py
// compares it.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <vector>

#include "decoder.hpp"
#include "second.hpp"

int second_translation_unit();

namespace {

/// Readings to codes, "-" where there is none, and to what categories are called.
void print_codes(const char* at) {
  char* end = nullptr;
  for (std::size_t f = 0; f < decoder::features; ++f) {
    const std::optional<std::uint8_t> code = decoder::code_of(f, std::strtof(at, &end));
    at = end;
    if (!code) {
      std::printf(" -");
      continue;
    }
    std::printf(" %u", static_cast<unsigned>(*code));
#ifdef CATEGORIES
    const char* name = decoder::category_of(f, *code);
    if (name != nullptr) std::printf("=%s", name);
#endif
  }
  std::printf("\n");
}

}  // namespace

int main() {
  char line[4096];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    if (line[0] == 'r') {
      print_codes(line + 1);
      continue;
    }
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
#if defined(TARGETS)
      const auto values = decoder::predict(codes);
      for (std::size_t k = 0; k < decoder::outputs; ++k) {
        std::printf("%s%.9g", k == 0 ? " " : "|", static_cast<double>(values[k]));
      }
      for (const decoder::target& own : decoder::targets) {
        if (own.class_names != nullptr && decoder::class_of(own, values) >= own.outputs) return 1;
      }
#elif defined(CLASSES)
      std::printf(" %s", decoder::class_names[decoder::predict(codes)]);
      for (const float probability : decoder::probabilities(codes)) {
        std::printf("|%.9g", static_cast<double>(probability));
      }
#else
      std::printf(" %.9g", static_cast<double>(decoder::predict(codes)));
#endif
      std::printf("|");
      for (const std::uint8_t code : codes) std::printf(" %u", static_cast<unsigned>(code));
    }
    std::printf("\n");
  }
  return second_translation_unit() == static_cast<int>(second::payload_bytes) ? 0 : 1;
}
