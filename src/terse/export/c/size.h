// The size form: tables and one loop. Inside the export room.
#pragma once

#include <string>

#include "terse/export/c/encoder.h"

namespace terse::export_c {

/// The tables and functions of PREFIX.c.
std::string size_functions(const Encoder& encoder);

}  // namespace terse::export_c
