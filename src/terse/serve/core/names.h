// Names and keys as they come from outside: bounded and UTF-8 before anything keeps them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "terse/serve/core/uplink.h"

namespace terse::serve::core {

inline constexpr std::size_t device_bytes_max = 128;
inline constexpr std::size_t name_bytes_max = 255;  ///< of models, keys and sessions

/// 1 to 128 bytes of UTF-8 that can be shown: no control characters (U+0000 to U+001F, U+007F to
/// U+009F) and nothing that turns or hides the text beside it (U+061C, U+200B to U+200F, U+2028 to
/// U+202E, U+2060 to U+206F, U+FEFF).
bool is_device_name(std::string_view text);

/// The same for at most `bytes_max` bytes; also true of an empty text.
bool is_plain_text(std::string_view text, std::size_t bytes_max);

/// Why the uplink's device, model, key or session cannot be taken, or nothing. The pipeline asks
/// for every uplink.
std::string name_problem(const Uplink& uplink);

/// What can be kept of a name that cannot be taken: at most `bytes_max` bytes, with '?' for what
/// cannot be shown.
std::string presentable(std::string_view text, std::size_t bytes_max);

}  // namespace terse::serve::core
