// A model's decoder as one header of C++17 that needs nothing but the standard library.
#pragma once

#include <string>
#include <vector>

#include "terse/export/text/files.h"
#include "terse/model/model.h"

namespace terse::export_cpp {

/// NAME.hpp: unpack() to codes, code_of() a reading, predict() from codes (of a classifier the
/// likeliest class, and probabilities()), category_of() a code, all in the namespace NAME, an
/// identifier. Codes and refusals are the library's; predictions agree up to the rounding
/// of sums in another order. Throws InputError for method fp and for a model that sends nothing.
std::vector<export_text::File> header_files(const model::Model& model, const std::string& name);

}  // namespace terse::export_cpp
