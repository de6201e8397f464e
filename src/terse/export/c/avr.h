// The size form's loop in assembler of AVR. Inside the export room.
#pragma once

#include <string>

#include "terse/export/c/encoder.h"

namespace terse::export_c {

/// PREFIX_encode(), or nothing where the C version has to do.
std::string avr_encode(const Encoder& encoder);

}  // namespace terse::export_c
