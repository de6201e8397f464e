// The limits of AVR that C does not have: an object of more than 32,767 bytes, and constants behind
// the first 64 KiB of flash, where the 16-bit addresses of its tables end.
#pragma once

#include <string>

#include "terse/export/c/encoder.h"
#include "terse/model/model.h"

namespace terse::export_c {

/// Why the encoder does not compile there, with what helps: one line without quotation marks; empty
/// if it does. Names the first feature whose thresholds do not fit.
std::string too_large_for_avr(const Encoder& encoder);

/// The same of the network and the encoder together. model: of integer layers.
std::string network_too_large_for_avr(const model::Model& model, const Encoder& encoder);

}  // namespace terse::export_c
