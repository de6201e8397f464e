// The way from an uplink to the model that reads it, among all that are served.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/serve/core/served_model.h"

namespace terse::serve::core {

/// The newest model of "NAME", or of "NAME@ID" where ID is its version, what that was until 0.1.0,
/// or the id of what travels. Nothing if there is none.
Served named(std::span<const Served> models, std::string_view name);

/// What an uplink's name, device and port say: its own "NAME@ID"; else what its device is assigned
/// (if it gives no name, or that one); else its own name; else what its port is assigned; else "".
std::string wanted_name(const RegistrySources& sources, const Asked& asked);

/// Of several models with this name (all of them, if it is empty): the newest whose tag and length
/// the payload has; else the newest without a tag, or the only one at all. A name with a version
/// has but one. An empty payload asks for the newest.
Served route(std::span<const Served> models, std::string_view name,
             std::span<const std::uint8_t> payload);

/// Why route() found nothing: which tag the payload has, and which are served.
std::string no_route_text(std::span<const Served> models, std::string_view name,
                          std::span<const std::uint8_t> payload);

/// Throws InputError where two wire formats have one tag, and where one name has a format without a
/// tag beside one with a tag whose messages are as long.
void require_distinct(std::span<const Served> models);

/// A line for each format that no message names: an older one without a tag behind a newer one of
/// the same name.
std::vector<std::string> silent_formats(std::span<const Served> models);

}  // namespace terse::serve::core
