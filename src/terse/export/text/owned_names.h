// Names that a language or a platform has already given: a file math.h would hide the C library's,
// a namespace called switch or gamma does not compile, ESP-IDF has a component called log.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace terse::export_text {

/// Whose a name is, as a message says it: "a header of C"; nothing for one that is free. name: an
/// identifier() for files, packages and whatever begins with it. The same for every format, so that
/// the exports of one model go together.
std::optional<std::string_view> owner_of(std::string_view name);

/// The name, with something behind it if it is owned: "math_model".
std::string free_name(std::string_view name);

}  // namespace terse::export_text
