// The compressed network of a model as C99, beside its encoder: integers alone, weights packed in
// flash at their 2 to 8 bits, activations on the stack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/export/c/package.h"
#include "terse/export/c/source.h"
#include "terse/export/text/files.h"
#include "terse/model/model.h"

namespace terse::export_c {

struct CNetworkFacts {
  std::vector<unsigned> widths;   ///< bits a weight, the look-up table first
  std::size_t weight_bytes = 0;   ///< in flash, rows filled up to four weights
  std::size_t channel_bytes = 0;  ///< in flash: biases, multipliers, shifts, levels
  std::size_t stack_bytes = 0;    ///< activations and the message
  int decimals = 0;               ///< a prediction is a number of 10^-decimals; 3 for scores
};

/// model: compressed; encoder: of this model.
CNetworkFacts c_network_facts(const model::Model& model, const CEncoder& encoder);

/// PREFIX_network.h and PREFIX_network.c: PREFIX_predict() of readings, of a message and of codes.
/// The functions give what model::decoder::IntegerNetwork::run_fixed gives, bit for bit.
std::vector<export_text::File> c_network_files(const model::Model& model, const CEncoder& encoder);

/// What the functions must return for the messages of these samples: the prediction in steps of
/// 10^-decimals, or the place of the likeliest class.
std::vector<std::int32_t> c_network_predictions(const model::Model& model, const CEncoder& encoder,
                                                std::span<const TestVector> vectors);

/// How README.md names the files of a package.
struct CNetworkPlaces {
  std::string vectors;
  std::string test;
  std::string command;  ///< that compiles and runs the test
};

/// The section of README.md, and PREFIX_network_test.c.
std::string c_network_readme(const model::Model& model, const CEncoder& encoder,
                             const CNetworkPlaces& places);
std::string c_network_test(const model::Model& model, const CEncoder& encoder,
                           std::span<const TestVector> vectors);

}  // namespace terse::export_c
