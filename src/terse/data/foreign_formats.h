// Formats other than tables of text, told by how they begin.
#pragma once

#include <string>
#include <string_view>

namespace terse::data {

/// Throws InputError for a text that begins as a workbook, a web page or another binary table does,
/// naming what it is. beginning: of the file as it is stored, at least 64 bytes or all there are.
void refuse_foreign_format(std::string_view beginning, const std::string& source);

}  // namespace terse::data
