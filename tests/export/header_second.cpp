// A second translation unit with the same headers, in one link with header_program.cpp.
#include "decoder.hpp"
#include "second.hpp"

int second_translation_unit();

int second_translation_unit() {
  return static_cast<int>(second::payload_bytes + 0 * decoder::payload_bytes);
}
