// Quantization-aware training: forward with rounded weights and activations, backward as if there
// had been no rounding (straight-through), Adam on the float weights.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/compress/float_network.h"
#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::compress {

/// Rows as the network sees them.
struct CodedRows {
  std::size_t features = 0;
  std::vector<quantize::Code> codes;  ///< rows x features
  std::vector<float> targets;         ///< standardised, or class indices

  std::size_t rows() const { return targets.size(); }
  std::span<const quantize::Code> row(std::size_t index) const {
    return {codes.data() + index * features, features};
  }
};

/// table: features as the model has them, with its target.
CodedRows coded_rows(const model::Model& model, const data::Table& table,
                     std::span<const std::uint32_t> rows);

/// Of each layer but the last the step of its activations: their 99.9th percentile / 255, over
/// these rows (at most 8192, evenly spread), with weights rounded to `widths`.
std::vector<float> calibrated_activations(const FloatNetwork& network, const Widths& widths,
                                          const CodedRows& rows);

/// Outputs of the last layer, rows x outputs, with weights rounded to `widths`, and with
/// activations rounded to their steps unless `activation_scales` is empty.
base::Matrix outputs(const FloatNetwork& network, const Widths& widths,
                     std::span<const float> activation_scales, const CodedRows& rows);

/// Squared error, or cross entropy, of each row of what outputs() gives.
std::vector<double> losses_of(const base::Matrix& outputs, const CodedRows& rows, bool classes);
/// Their mean.
double loss_of(const base::Matrix& outputs, const CodedRows& rows, bool classes);

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
