// The names of devices.
#pragma once

#include <string_view>

namespace terse::serve::core {

/// Whether `text` can be a device's name: UTF-8 without control characters, 1 to 128 bytes.
bool is_device_name(std::string_view text);

}  // namespace terse::serve::core
