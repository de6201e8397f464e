// A message drawn bit by bit.
#pragma once

#include <string>

#include "terse/model/model.h"

namespace terse::cli {

/// Whose bit each one is: with bit packing one letter per feature over the bytes of the message,
/// '0' for fill and 't' for a tag, then the letters explained; with mixed radix the number that the
/// message is, as a sum. Lines end in a newline; a message of more than `bytes_max` bytes is cut
/// there, and says so. Not for full precision.
std::string layout_drawing(const model::Model& model, std::size_t bytes_max);

}  // namespace terse::cli
