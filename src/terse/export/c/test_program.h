// Programs that compare an exported encoder, or network, with what is known of test vectors. Inside
// the export room.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "terse/export/c/encoder.h"
#include "terse/export/c/vectors.h"

namespace terse::export_c {

/// The readings of a sample as C, a comma after each, indented by four.
std::string reading_lines(const Encoder& encoder, const TestVector& vector);

/// PREFIX_test.c.
std::string encoder_test(const Encoder& encoder, std::span<const TestVector> vectors);

/// What the functions of the network must return for the messages of these samples: the prediction
/// in steps of 10^-decimals, or the place of the likeliest class; nothing for refused samples.
/// model: of integer layers.
std::vector<std::optional<std::int32_t>> network_predictions(const model::Model& model,
                                                             const Encoder& encoder,
                                                             std::span<const TestVector> vectors);

/// PREFIX_network_test.c. model: of integer layers.
std::string network_test(const model::Model& model, const Encoder& encoder,
                         std::span<const TestVector> vectors);

}  // namespace terse::export_c
