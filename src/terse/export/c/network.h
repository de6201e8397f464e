// The compressed network of a model as C99, beside its encoder: integers alone, weights packed in
// flash at their 2 to 8 bits, activations on the stack.
#pragma once

#include <cstddef>
#include <vector>

#include "terse/export/c/encoder.h"
#include "terse/export/text/files.h"
#include "terse/model/model.h"

namespace terse::export_c {

struct NetworkFacts {
  std::vector<unsigned> widths;   ///< bits a weight, the look-up table first
  std::size_t weight_bytes = 0;   ///< in flash, rows filled up to four weights
  std::size_t channel_bytes = 0;  ///< in flash: biases, multipliers, shifts, levels
  std::size_t stack_bytes = 0;    ///< activations and the message
  int decimals = 0;               ///< a prediction is a number of 10^-decimals; 3 for scores
};

/// model: of integer layers; encoder: of this model.
NetworkFacts network_facts(const model::Model& model, const Encoder& encoder);

/// PREFIX_network.h and PREFIX_network.c: PREFIX_predict() of readings, of a message and of codes.
/// The functions give what model::decoder::IntegerNetwork::run_fixed gives, bit for bit.
std::vector<export_text::File> network_files(const model::Model& model, const Encoder& encoder);

}  // namespace terse::export_c
