// Protocols, the defaults of a training: the publication's, or ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "terse/quantize/method.h"
#include "terse/train/options.h"

namespace terse::train {

enum class Protocol : std::uint8_t {
  terse,  ///< what measured better on most data sets (docs/decisions/0031)
  paper   ///< section 4.1 and appendix C, to the bit
};

/// "terse" or "paper"; nothing for another name.
std::optional<Protocol> parse_protocol(std::string_view name);

/// Options{} with the method and the protocol's `average`, `start`, `scale`, `between` and
/// `temperature_end` for it.
/// With Protocol::paper just Options{} with the method.
Options default_options(Protocol protocol, quantize::Method method);

}  // namespace terse::train
