// Quantization-aware training: forward with rounded weights and activations, backward as if nothing
// had been rounded (straight-through), Adam on the float weights.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "terse/compress/coded_rows.h"
#include "terse/compress/float_network.h"

namespace terse::compress {

struct FineTuning {
  unsigned epochs = 4;
  double learning_rate = 2e-3;  ///< at the start; falls to a hundredth along half a cosine
  std::size_t batch_rows = 512;
  std::uint64_t seed = 0;
  const std::atomic<bool>* stop = nullptr;  ///< as train::Observer's
};

/// Trains on all rows. Scales are found anew at the start of each epoch of the first half, then
/// they stay, and stay with the network. Throws JobError if the loss stops being finite,
/// train::Interrupted.
void fine_tune(FloatNetwork& network, const Widths& widths, const CodedRows& rows,
               const FineTuning& options);

}  // namespace terse::compress
