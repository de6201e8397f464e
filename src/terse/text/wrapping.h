// Lists of numbers in source text, broken into lines.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace terse::text {

/// `parts` in their order, a comma behind each and a space between two, in lines that begin with
/// `indent` and have at most `columns_max` columns (more where a single part is longer). No line
/// end behind the last one.
std::string comma_lines(std::span<const std::string> parts, std::string_view indent,
                        std::size_t columns_max = 96);

}  // namespace terse::text
