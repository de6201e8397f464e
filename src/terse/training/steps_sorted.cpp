#include "terse/training/steps_sorted.h"

#include <bit>
#include <utility>

#include "terse/quantize/thresholds.h"
#include "terse/simd/dispatch.h"

namespace terse::training {
namespace {

constexpr unsigned digit_bits = 8;
constexpr std::size_t digits = std::size_t{1} << digit_bits;

// Sorts by the upper half of the keys, least significant digit first; keys below 2^bits.
void radix_sort(std::vector<std::uint64_t>& keys, std::vector<std::uint64_t>& other,
                unsigned bits) {
  other.resize(keys.size());
  for (unsigned shift = 32; shift < 32 + bits; shift += digit_bits) {
    std::uint32_t places[digits] = {};
    for (const std::uint64_t key : keys) ++places[(key >> shift) % digits];
    std::uint32_t next = 0;
    for (std::uint32_t& place : places) next += std::exchange(place, next);
    for (const std::uint64_t key : keys) other[places[(key >> shift) % digits]++] = key;
    keys.swap(other);
  }
}

}  // namespace

void StepsSorted::Axis::resize(std::size_t size) {
  position.resize(size);
  mirrored_position.resize(size);
  index.resize(size);
  mirrored_index.resize(size);
}

void StepsSorted::Axis::mirror(std::size_t begin, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    mirrored_position[begin + i] = -position[begin + size - 1 - i];
    mirrored_index[begin + i] = index[begin + size - 1 - i];
  }
}

SortedPoints StepsSorted::Axis::points(std::size_t begin, std::size_t size) const {
  return {{position.data() + begin, size}, {index.data() + begin, size}};
}

SortedPoints StepsSorted::Axis::mirrored(std::size_t begin, std::size_t size) const {
  return {{mirrored_position.data() + begin, size}, {mirrored_index.data() + begin, size}};
}

StepsSorted::StepsSorted(StepsShared& shared, unsigned threads)
    : shared_(shared), scratch_(threads) {
  rank_inputs();
  const std::size_t batch = shared.options.batch_rows_max;
  rows_.resize(shared.features() * shared.batch_stride());
  thresholds_.resize(shared.weights.rows);
  for (std::size_t j = 0; j < shared.weights.rows; ++j) {
    thresholds_.index[j] = static_cast<std::uint32_t>(j);
  }
  batch_tiles_.resize(shared.groups * shared.weights.tiles * (batch + 1) * steps_tile_columns);
  derivative_sums_.resize(shared.weights.tiles * shared.weights.rows);
  const std::size_t blocks = std::max(batch, quantize::levels_max) / backward_block + 1;
  for (auto& scratch : scratch_) {
    scratch.right_states.resize(blocks * steps_terms * steps_tile_columns);
    scratch.gradient.resize(shared.weights.rows * steps_tile_columns);
  }
}

// Equal readings keep their order in the table, so ranks are unique and the sort is total.
void StepsSorted::rank_inputs() {
  const std::size_t rows = shared_.inputs.rows;
  const std::size_t features = shared_.features();
  ranks_.resize(rows * features);
  std::vector<std::uint64_t> keys(rows);
  std::vector<std::uint64_t> other;
  for (std::size_t f = 0; f < features; ++f) {
    if (shared_.count(f) == 0) continue;
    for (std::size_t r = 0; r < rows; ++r) {
      // Order of floats as order of unsigned integers: negative ones reversed, below the others.
      const auto bits = std::bit_cast<std::uint32_t>(shared_.inputs(r, f) + 0.0F);
      const std::uint32_t ordered = (bits >> 31) != 0 ? ~bits : bits | 0x80000000U;
      keys[r] = (std::uint64_t{ordered} << 32) | r;
    }
    radix_sort(keys, other, 32);
    for (std::size_t rank = 0; rank < rows; ++rank) {
      ranks_[(keys[rank] & 0xFFFFFFFFU) * features + f] = static_cast<std::uint32_t>(rank);
    }
  }
}

float* StepsSorted::batch_tile(std::size_t group, std::size_t tile) {
  return batch_tiles_.data() + (group * shared_.weights.tiles + tile) *
                                   (shared_.options.batch_rows_max + 1) * steps_tile_columns;
}

// For each group and each of the tiles: its values in a batch tile, its first column of an output,
// and how many columns there are.
template <typename Visit>
void StepsSorted::visit_tiles(Share tiles, const Visit& visit) {
  for (std::size_t group = 0; group < shared_.groups; ++group) {
    for (std::size_t tile = tiles.begin; tile < tiles.end; ++tile) {
      const std::size_t column = tile * steps_tile_columns;
      visit(batch_tile(group, tile), shared_.first_column(group) + column,
            std::min(steps_tile_columns, shared_.weights.units - column));
    }
  }
}

Share StepsSorted::share(const Member& member) const {
  return member.share(shared_.weights.rows, 16);
}

void StepsSorted::sort_rows(std::size_t feature, std::span<const std::uint32_t> rows,
                            Scratch& scratch) {
  const std::size_t features = shared_.features();
  scratch.keys.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    scratch.keys[i] = (std::uint64_t{ranks_[rows[i] * features + feature]} << 32) | i;
  }
  radix_sort(scratch.keys, scratch.keys_other,
             static_cast<unsigned>(std::bit_width(shared_.inputs.rows)));
  const std::size_t begin = feature * shared_.batch_stride();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto slot = static_cast<std::uint32_t>(scratch.keys[i]);
    rows_.index[begin + i] = slot;
    rows_.position[begin + i] = shared_.inputs(rows[slot], feature);
  }
  rows_.mirror(begin, rows.size());
}

// Thresholds move little in a step, so the last order is nearly right: insertion sort.
void StepsSorted::sort_thresholds(std::size_t feature) {
  const std::size_t begin = shared_.offsets[feature];
  const std::size_t end = shared_.offsets[feature + 1];
  for (std::size_t i = begin; i < end; ++i) {
    const std::uint32_t index = thresholds_.index[i];
    const float position = shared_.thresholds[index];
    std::size_t place = i;
    for (; place > begin && thresholds_.position[place - 1] > position; --place) {
      thresholds_.position[place] = thresholds_.position[place - 1];
      thresholds_.index[place] = thresholds_.index[place - 1];
    }
    thresholds_.position[place] = position;
    thresholds_.index[place] = index;
  }
  thresholds_.mirror(begin, end - begin);
}

double StepsSorted::prepare_cost(std::size_t rows) const {
  constexpr double cycles_per_point = 30.0;  // in units of the cost model in steps_program.cpp
  return cycles_per_point * (static_cast<double>(shared_.features()) * static_cast<double>(rows) +
                             static_cast<double>(shared_.weights.rows));
}

void StepsSorted::prepare(Member& member, const StepsBatch& batch) {
  const Share features = member.share(shared_.features());
  for (std::size_t f = features.begin; f < features.end; ++f) {
    if (shared_.count(f) == 0) continue;
    sort_rows(f, batch.rows, scratch_[member.index()]);
    sort_thresholds(f);
  }
}

void StepsSorted::forward(Member& member, const StepsBatch& batch, StepsFar far,
                          base::MatrixView output) {
  auto& scratch = scratch_[member.index()];
  const auto& weights = shared_.weights;
  const Share tiles = member.share(weights.tiles);
  const std::size_t batch_rows = batch.rows.size();
  visit_tiles(tiles, [&](float* values, std::size_t, std::size_t) {
    std::fill_n(values, (batch_rows + 1) * steps_tile_columns, 0.0F);
  });
  double cost = 0.0;
  std::size_t exponential = 0;
  for (std::size_t f = 0; f < shared_.features(); ++f) {
    if (shared_.count(f) == 0 || tiles.size() == 0) continue;
    StepsProgramRequest request;
    request.targets = rows_.points(f * shared_.batch_stride(), batch_rows);
    request.sources = thresholds_.points(shared_.offsets[f], shared_.count(f));
    request.block = forward_block;
    request.temperature = batch.temperature;
    request.soft = shared_.options.soft;
    request.far = far;
    request.padding_index = static_cast<std::uint32_t>(batch_rows);
    request.tiles = weights.tiles;
    const StepsProgram& program = scratch.builder.build(request);
    cost += scratch.builder.cost();
    if (program.exponential) exponential += shared_.count(f);
    for (std::size_t tile = tiles.begin; tile < tiles.end; ++tile) {
      TERSE_DISPATCH(steps_forward)
      (program, weights.values.data() + weights.tile_offset(tile), weights.width,
       weights.next_tile(tile, tiles.begin, tiles.end, shared_.count(f)),
       batch_tile(shared_.group(f), tile), steps_tile_columns, scratch.right_states.data());
    }
  }
  if (member.index() + 1 == member.count()) {  // the last one always has a tile
    forward_cost_ = cost;
    mostly_exponential_ = 2 * exponential > weights.rows;
  }
  visit_tiles(tiles, [&](const float* values, std::size_t column, std::size_t size) {
    for (std::size_t r = 0; r < batch_rows; ++r) {
      std::copy_n(values + r * steps_tile_columns, size, &output(r, column));
    }
  });
  member.barrier();
}

void StepsSorted::backward_feature(std::size_t feature, Share tiles, const StepsProgram& program,
                                   const StepsUpdate& update, Scratch& scratch) {
  auto& weights = shared_.weights;
  for (std::size_t tile = tiles.begin; tile < tiles.end; ++tile) {
    const std::size_t at = weights.tile_offset(tile);
    const bool wanted = update.gradients != nullptr;
    const WeightTile target{weights.values.data() + at,
                            weights.first_moment.data() + at,
                            weights.second_moment.data() + at,
                            weights.width,
                            weights.next_tile(tile, tiles.begin, tiles.end, shared_.count(feature)),
                            update.adam.step_size,
                            update.adam.root_scale,
                            update.adam.keep,
                            wanted ? scratch.gradient.data() : nullptr};
    const float* rows = batch_tile(shared_.group(feature), tile);
    if (shared_.options.soft) {
      TERSE_DISPATCH(steps_backward)
      (program, rows, steps_tile_columns, target, derivative_sums_.data() + tile * weights.rows,
       scratch.right_states.data());
    } else {
      TERSE_DISPATCH(steps_backward_hard)
      (program, rows, steps_tile_columns, target, scratch.right_states.data());
    }
    if (!wanted) continue;
    const std::size_t column = tile * steps_tile_columns;
    const std::size_t size = std::min(steps_tile_columns, weights.units - column);
    for (std::size_t j = shared_.offsets[feature]; j < shared_.offsets[feature + 1]; ++j) {
      for (std::size_t c = 0; c < size; ++c) {
        (*update.gradients)(column + c, j) = scratch.gradient[j * steps_tile_columns + c];
      }
    }
  }
}

void StepsSorted::backward(Member& member, const StepsBatch& batch, StepsFar far,
                           base::ConstMatrixView output_gradient, const StepsUpdate& update) {
  auto& scratch = scratch_[member.index()];
  const auto& weights = shared_.weights;
  const Share tiles = member.share(weights.tiles);
  const std::size_t batch_rows = batch.rows.size();
  visit_tiles(tiles, [&](float* values, std::size_t column, std::size_t size) {
    std::fill_n(values, batch_rows * steps_tile_columns, 0.0F);
    for (std::size_t r = 0; r < batch_rows; ++r) {
      std::copy_n(&output_gradient(r, column), size, values + r * steps_tile_columns);
    }
  });
  for (std::size_t tile = tiles.begin; tile < tiles.end; ++tile) {
    std::fill_n(derivative_sums_.data() + tile * weights.rows, weights.rows, 0.0F);
  }
  double cost = 0.0;
  for (std::size_t f = 0; f < shared_.features(); ++f) {
    if (shared_.count(f) == 0 || tiles.size() == 0) continue;
    StepsProgramRequest request;
    request.targets = thresholds_.mirrored(shared_.offsets[f], shared_.count(f));
    request.sources = rows_.mirrored(f * shared_.batch_stride(), batch_rows);
    request.block = shared_.options.soft ? backward_block : hard_backward_block;
    request.temperature = batch.temperature;
    request.soft = shared_.options.soft;
    request.derivatives = shared_.options.soft;
    request.far = far;
    request.tiles = weights.tiles;
    const StepsProgram& program = scratch.builder.build(request);
    cost += scratch.builder.cost();
    backward_feature(f, tiles, program, update, scratch);
  }
  if (member.index() + 1 == member.count()) backward_cost_ = cost;
  if (!shared_.options.soft) return;
  member.barrier();
  const Share own = share(member);
  const float rate = 1.0F / std::max(batch.temperature, 1e-30F);
  for (std::size_t j = own.begin; j < own.end; ++j) {
    float total = 0.0F;
    for (std::size_t tile = 0; tile < weights.tiles; ++tile) {
      total += derivative_sums_[tile * weights.rows + j];
    }
    shared_.threshold_gradient[j] = -rate * total;
  }
}

}  // namespace terse::training
