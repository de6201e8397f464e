// Text from outside, made safe to show.
#pragma once

#include <string>
#include <string_view>

namespace terse::text {

/// `text` in single quotes, control characters and what is not UTF-8 escaped, cut after about 60
/// bytes: safe to print on a terminal.
std::string in_quotes(std::string_view text);

}  // namespace terse::text
