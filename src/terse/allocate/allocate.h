// The best model whose messages fit a number of bytes: which features are sent, and with how many
// levels each.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "terse/allocate/shrink.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/joint.h"
#include "terse/train/options.h"

namespace terse::allocate {

struct AllocateOptions {
  std::size_t payload_bytes = 8;
  ShrinkOptions shrink = {};   ///< bits_end is taken from payload_bytes
  unsigned final_epochs = 20;  ///< on all rows, once the levels are chosen
};

/// Levels on the way from many to few, and how well the validation rows were predicted.
struct CurvePoint {
  std::vector<std::size_t> levels;
  double bits = 0.0;             ///< sum of log2 of the levels
  double validation_loss = 0.0;  ///< mean squared error, standardised target
};

struct Allocation {
  model::Model model;  ///< its message has at most payload_bytes bytes
  std::vector<CurvePoint> curve;
};

/// Trains bw-sq with 2^training.bits levels per feature on four fifths of the rows, takes levels
/// away by what that costs on the other fifth (shrink.h) until a message fits, and trains the rest
/// on all rows. Packing is mixed radix where that saves a byte, else bits. With Decoder::boosted
/// trees take the network's place at the end.
/// Throws InputError for classes, categories and gaps, which it cannot allocate yet, and for
/// payload_bytes 0; JobError if the training diverges; Interrupted.
Allocation allocate(const data::Table& table, std::span<const std::uint32_t> rows,
                    const train::Options& training, const AllocateOptions& options,
                    const train::Observer& observer = {},
                    const std::function<void(const CurvePoint&)>& on_point = {});

}  // namespace terse::allocate
