// All radios that are known, by name.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "terse/airtime/radio.h"

namespace terse::airtime {

/// In the order of the documentation.
std::span<const Radio> radios();

/// Throws OptionError naming "radio", with the known names, if no radio has that id.
const Radio& radio_of(std::string_view id);

/// Bytes for the application in one frame: the budget of a model that must fit one. Throws as
/// radio_of().
std::size_t payload_limit(std::string_view id);

}  // namespace terse::airtime
