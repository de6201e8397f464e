// The speed form: every comparison written out. Inside the export room.
#pragma once

#include <string>

#include "terse/export/c/encoder.h"

namespace terse::export_c {

/// The functions of PREFIX.c.
std::string speed_functions(const Encoder& encoder);

}  // namespace terse::export_c
