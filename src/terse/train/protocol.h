// Protocols, the defaults of a training: the publication's, or ours.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "terse/quantize/method.h"
#include "terse/train/options.h"
#include "terse/train/training_option.h"

namespace terse::train {

enum class Protocol : std::uint8_t {
  terse,  ///< what measured better on most data sets (docs/decisions/0031)
  paper   ///< section 4.1 and appendix C, to the bit
};

/// An option that the user gave a value.
struct GivenOption {
  const TrainingOption* option;
  OptionValue value;
};

/// "terse" or "paper"; nothing for another name.
std::optional<Protocol> parse_protocol(std::string_view name);

/// Options{} with the method and the protocol's `average`, `start`, `scale`, `between` and
/// `temperature_end` for it.
/// With Protocol::paper just Options{} with the method.
Options default_options(Protocol protocol, quantize::Method method);

/// The decoder of a single training for which nobody chose one: the best one, but the network for
/// another method than bw-sq and for Protocol::paper, which are compared as networks.
Decoder default_decoder(Protocol protocol, quantize::Method method);

/// The settings of a plain network for TabM: all submodels learn from every row, at twice the
/// learning rate, with half the dropout, a weight decay of 0.003 unless there is one, and hidden
/// layers of 2x128 in place of the default.
Options for_tabm(Options plain);

/// `options` with what was given: first the method and the kind of network, then the protocol's
/// defaults for the method, where there is a protocol, and those of TabM, then the others. Throws
/// OptionError as the options' own rows do.
Options with_given(Options options, std::optional<Protocol> protocol,
                   std::span<const GivenOption> given);

}  // namespace terse::train
