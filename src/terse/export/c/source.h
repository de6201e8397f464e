// The encoder of one model as two files of C99, for devices: no allocation, no floating-point
// arithmetic, no state but the caller's, nothing included but <stdint.h> (and <avr/pgmspace.h> on
// AVR).
#pragma once

#include <vector>

#include "terse/export/c/encoder.h"
#include "terse/export/text/files.h"

namespace terse::export_c {

/// PREFIX.h and PREFIX.c.
std::vector<export_text::File> encoder_files(const Encoder& encoder);

}  // namespace terse::export_c
