// Text from outside, made safe to show.
#pragma once

#include <string>
#include <string_view>

namespace terse::text {

/// `text` in single quotes, control characters, backquotes and what is not UTF-8 escaped, cut after
/// about 60 bytes: safe to print on a terminal, and never taken for an option, which messages
/// mention in backquotes.
std::string in_quotes(std::string_view text);

/// `text` whole and without quotes, control characters and what is not UTF-8 escaped in the same
/// way: for names in tables of a terminal, which must not break their lines.
std::string printable(std::string_view text);

}  // namespace terse::text
