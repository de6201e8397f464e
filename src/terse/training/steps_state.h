// The state that the paths of the steps layer share: parameters with their Adam state in one layout
// that never changes, so that any path may follow any other, and the scratch that belongs to a
// batch.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/error.h"
#include "terse/base/matrix.h"
#include "terse/training/adam.h"
#include "terse/training/steps_kernels.h"
#include "terse/training/steps_options.h"

namespace terse::training {

/// Weights [chunk][threshold][width]: the columns (units, padded to tiles of 32) are cut into
/// chunks of `width`, so that a member working on its tiles streams through contiguous memory.
struct StepsWeights {
  std::size_t units = 0;
  std::size_t rows = 0;   ///< thresholds of all features
  std::size_t tiles = 0;  ///< of steps_tile_columns
  std::size_t width = 0;  ///< one tile (many thresholds: sorted paths), or all of them (dense)
  base::AlignedVector<float> values, first_moment, second_moment;

  std::size_t chunks() const { return tiles * steps_tile_columns / width; }
  std::size_t chunk_offset(std::size_t chunk) const { return chunk * rows * width; }
  /// Units in a chunk, without padding.
  std::size_t chunk_units(std::size_t chunk) const {
    return std::min(width, units - chunk * width);
  }
  std::size_t tile_offset(std::size_t tile) const {
    const std::size_t column = tile * steps_tile_columns;
    return chunk_offset(column / width) + column % width;
  }
  /// Floats from a feature's rows in one tile to what a member with tiles begin .. end - 1 works on
  /// next: its next tile, or the next feature in its first.
  std::ptrdiff_t next_tile(std::size_t tile, std::size_t begin, std::size_t end,
                           std::size_t feature_rows) const {
    const auto at = [&](std::size_t index) {
      return static_cast<std::ptrdiff_t>(tile_offset(index));
    };
    if (tile + 1 < end) return at(tile + 1) - at(tile);
    return at(begin) + static_cast<std::ptrdiff_t>(feature_rows * width) - at(tile);
  }
  std::size_t offset(std::size_t row, std::size_t unit) const {
    return chunk_offset(unit / width) + row * width + unit % width;
  }
};

/// Neighbouring thresholds whose steps go into the same sum.
struct StepsRun {
  std::size_t begin, end;
  std::size_t group;
  bool first;  ///< no run before it is of this group
};

struct StepsShared {
  StepsLayerOptions options;
  base::ConstMatrixView inputs;
  std::vector<std::uint32_t> offsets;  ///< F + 1
  std::size_t groups = 1;
  std::vector<StepsRun> runs;
  std::vector<std::size_t> silent_groups;  ///< without thresholds
  StepsWeights weights;
  base::AlignedVector<float> thresholds, threshold_first_moment, threshold_second_moment;
  base::AlignedVector<float> threshold_gradient;

  std::size_t features() const { return offsets.size() - 1; }
  std::size_t count(std::size_t feature) const { return offsets[feature + 1] - offsets[feature]; }
  std::size_t group(std::size_t feature) const {
    return options.groups.empty() ? 0 : options.groups[feature];
  }
  /// Of a group among the columns of an output.
  std::size_t first_column(std::size_t group) const { return group * weights.units; }
  /// own: one per feature, or none. offsets are known.
  void set_groups(std::span<const std::uint32_t> own) {
    TERSE_CHECK(own.empty() || own.size() == features());
    if (!own.empty()) groups = *std::ranges::max_element(own) + std::size_t{1};
    std::vector<bool> seen(groups);
    for (std::size_t f = 0; f < features(); ++f) {
      const std::size_t now = group(f);
      if (count(f) == 0) continue;
      if (!runs.empty() && runs.back().group == now) {
        runs.back().end = offsets[f + 1];
      } else {
        runs.push_back({offsets[f], offsets[f + 1], now, !seen[now]});
      }
      seen[now] = true;
    }
    for (std::size_t group = 0; group < groups; ++group) {
      if (!seen[group]) silent_groups.push_back(group);
    }
  }
  /// Floats between the columns of a batch-long table.
  std::size_t batch_stride() const {
    // An odd number of vectors: columns do not fall on the same cache sets.
    return (options.batch_rows_max + 15) / 32 * 32 + 48;
  }
};

/// One step's inputs.
struct StepsBatch {
  std::span<const std::uint32_t> rows;
  float temperature = 1.0F;
};

/// The destination of weight gradients: Adam, or, if gradients is set, that matrix (units x
/// thresholds).
struct StepsUpdate {
  AdamStep adam{};
  base::Matrix* gradients = nullptr;
};

}  // namespace terse::training
