#include "terse/training/steps_program.h"

#include <algorithm>
#include <limits>

#include "terse/simd/dispatch.h"

namespace terse::training {
namespace {

// Beyond 17 temperatures a float sigmoid is 0 or 1 (to 4e-8) and its slope 0.
constexpr float saturation = 17.0F;

constexpr StepsCoefficients negative(StepsCoefficients coefficients) {
  for (float& value : coefficients.value) value = -value;
  return coefficients;
}

constexpr std::size_t vector_padding = 16;

std::size_t padded(std::size_t count) {
  return (count + vector_padding - 1) / vector_padding * vector_padding;
}

// The cost model, in cycles of one member for a tile of 32 columns, measured with
// bench/steps_layer_bench on two Zen 5 cores (AVX-512). Only the ratios matter.
constexpr double block_cycles = 100.0;     // overhead, and adding the result where it belongs
constexpr double pair_cycles = 1.25;       // a near step, per output
constexpr double plain_cycles = 3.0;       // a source joining the plain sum
constexpr double decay_cycles = 45.0;      // both sides' states moving on by one block
constexpr double deposit_cycles = 16.0;    // a source joining both sides' states
constexpr double far_cycles = 15.0;        // both sides' states for one target, per output
constexpr double pair_fill_cycles = 2.0;   // once for all tiles: a near step's sigmoid
constexpr double term_fill_cycles = 26.0;  // once for all tiles: exponentials of a point
constexpr std::size_t sampled_blocks = 8;

// How many near steps there are if sources are near within `reach` of a block, from a few blocks.
double near_pairs(const StepsProgramRequest& request, std::size_t blocks, float reach) {
  const auto targets = request.targets.position;
  const auto sources = request.sources.position;
  const std::size_t stride = (blocks + sampled_blocks - 1) / sampled_blocks;
  double count = 0.0;
  double samples = 0.0;
  for (std::size_t block = stride / 2; block < blocks; block += stride) {
    const std::size_t last = std::min((block + 1) * request.block, targets.size()) - 1;
    const float low = targets[block * request.block] - reach;
    const float high = targets[last] + reach;
    const auto begin = std::lower_bound(sources.begin(), sources.end(), low);
    const auto end = std::lower_bound(begin, sources.end(), high);
    count += static_cast<double>(end - begin);
    samples += 1.0;
  }
  return count / samples * static_cast<double>(blocks * request.block);
}

}  // namespace

const StepsProgram& StepsProgramBuilder::build(const StepsProgramRequest& request) {
  const std::size_t targets = request.targets.position.size();
  const std::size_t sources = request.sources.position.size();
  const std::size_t blocks = (targets + request.block - 1) / request.block;
  program_ = StepsProgram{};
  program_.targets = targets;
  program_.sources = sources;
  program_.blocks = blocks;
  target_index_.assign(blocks * request.block, request.padding_index);
  std::copy(request.targets.index.begin(), request.targets.index.end(), target_index_.begin());

  choose(request);
  find_ranges(request,
              request.soft && !program_.exponential ? saturation * request.temperature : 0.0F);
  fill_near(request);
  if (program_.exponential) {
    fill_blocks(request);
    fill_sources(request);
    fill_targets(request);
  }
  program_.target_index = target_index_.data();
  program_.source_index = request.sources.index.data();
  program_.near_begin = near_begin_.data();
  program_.near_end = near_end_.data();
  program_.near_offset = near_offset_.data();
  program_.near_step = near_step_.data();
  program_.near_derivative = near_derivative_.data();
  return program_;
}

void StepsProgramBuilder::choose(const StepsProgramRequest& request) {
  const double blocks = static_cast<double>(program_.blocks);
  const double targets = static_cast<double>(program_.targets);
  const double sources = static_cast<double>(program_.sources);
  const double tiles = static_cast<double>(request.tiles);
  const double outputs = request.derivatives ? 2.0 : 1.0;
  const auto near_cost = [&](double pairs) {
    return pairs * (pair_fill_cycles + tiles * outputs * pair_cycles) +
           tiles * (block_cycles * blocks + plain_cycles * sources);
  };
  const float reach = request.soft ? saturation * request.temperature : 0.0F;
  cost_ = near_cost(near_pairs(request, program_.blocks, reach));
  if (!request.soft || request.far == StepsFar::saturated) return;
  // Then a source is near one block at most.
  const double exponential_cost =
      near_cost(sources * static_cast<double>(request.block)) +
      term_fill_cycles * (sources + targets) +
      tiles * (decay_cycles * blocks + deposit_cycles * sources + far_cycles * outputs * targets);
  if (request.far == StepsFar::exponential || exponential_cost < cost_) {
    program_.exponential = true;
    cost_ = exponential_cost;
  }
}

// Near sources of a block: those that are not at least `reach` left of all its targets, nor right.
void StepsProgramBuilder::find_ranges(const StepsProgramRequest& request, float reach) {
  const auto targets = request.targets.position;
  const auto sources = request.sources.position;
  near_begin_.resize(program_.blocks);
  near_end_.resize(program_.blocks);
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  for (std::size_t block = 0; block < program_.blocks; ++block) {
    const std::size_t last = std::min((block + 1) * request.block, targets.size()) - 1;
    const float low = targets[block * request.block] - reach;
    const float high = targets[last] + reach;
    while (left < sources.size() && sources[left] < low) ++left;
    right = std::max(right, left);
    // Where `reach` is lost in rounding, a source on the target must stay near it.
    while (right < sources.size() &&
           (sources[right] < high || (reach > 0.0F && sources[right] == high))) {
      ++right;
    }
    near_begin_[block] = left;
    near_end_[block] = right;
  }
}

void StepsProgramBuilder::fill_near(const StepsProgramRequest& request) {
  const std::size_t block_size = request.block;
  near_offset_.resize(program_.blocks);
  std::size_t total = 0;
  for (std::size_t block = 0; block < program_.blocks; ++block) {
    near_offset_[block] = static_cast<std::uint32_t>(total);
    total += (near_end_[block] - near_begin_[block]) * block_size;
  }
  const std::size_t size = padded(total);
  if (near_step_.size() < size) near_step_.resize(size + size / 2);
  if (request.derivatives && near_derivative_.size() < size) {
    near_derivative_.resize(size + size / 2);
  }
  const auto targets = request.targets.position;
  const auto sources = request.sources.position;
  const float rate = 1.0F / std::max(request.temperature, 1e-30F);
  float* out = near_step_.data();
  for (std::size_t block = 0; block < program_.blocks; ++block) {
    float own[16];
    for (std::size_t t = 0; t < block_size; ++t) {
      own[t] = targets[std::min(block * block_size + t, targets.size() - 1)];
    }
    for (std::size_t s = near_begin_[block]; s < near_end_[block]; ++s) {
      if (request.soft) {
        for (std::size_t t = 0; t < block_size; ++t) *out++ = (own[t] - sources[s]) * rate;
      } else {
        for (std::size_t t = 0; t < block_size; ++t) *out++ = own[t] > sources[s] ? 1.0F : 0.0F;
      }
    }
  }
  if (request.soft) {
    std::fill(out, near_step_.data() + size, 0.0F);
    TERSE_DISPATCH(fill_steps)
    (near_step_.data(), total, near_step_.data(),
     request.derivatives ? near_derivative_.data() : nullptr);
  }
}

TermTable StepsProgramBuilder::table(std::size_t which, std::size_t columns) {
  const std::size_t stride = padded(columns);
  if (tables_[which].size() < steps_terms * stride) tables_[which].resize(steps_terms * stride);
  return {tables_[which].data(), stride};
}

void StepsProgramBuilder::fill_blocks(const StepsProgramRequest& request) {
  const auto targets = request.targets.position;
  const float rate = 1.0F / std::max(request.temperature, 1e-30F);
  const std::size_t blocks = program_.blocks;
  const auto first = [&](std::size_t block) { return targets[block * request.block]; };
  const auto last = [&](std::size_t block) {
    return targets[std::min((block + 1) * request.block, targets.size()) - 1];
  };
  gaps_.assign(padded(blocks), 0.0F);
  program_.left_decay = table(0, blocks);
  for (std::size_t b = 1; b < blocks; ++b) gaps_[b] = (first(b) - first(b - 1)) * rate;
  TERSE_DISPATCH(fill_terms)
  (gaps_.data(), blocks, tables_[0].data(), program_.left_decay.stride);
  program_.right_decay = table(1, blocks);
  for (std::size_t b = 0; b + 1 < blocks; ++b) gaps_[b] = (last(b + 1) - last(b)) * rate;
  gaps_[blocks - 1] = 0.0F;
  TERSE_DISPATCH(fill_terms)
  (gaps_.data(), blocks, tables_[1].data(), program_.right_decay.stride);
}

void StepsProgramBuilder::fill_sources(const StepsProgramRequest& request) {
  const auto targets = request.targets.position;
  const auto sources = request.sources.position;
  const float rate = 1.0F / std::max(request.temperature, 1e-30F);
  gaps_.assign(padded(sources.size()), 0.0F);
  std::size_t source = 0;
  for (std::size_t b = 0; b < program_.blocks; ++b) {
    const float edge = targets[b * request.block];
    for (; source < near_begin_[b]; ++source) gaps_[source] = (edge - sources[source]) * rate;
  }
  program_.left_deposit = table(2, sources.size());
  TERSE_DISPATCH(fill_terms)
  (gaps_.data(), sources.size(), tables_[2].data(), program_.left_deposit.stride);

  std::fill(gaps_.begin(), gaps_.end(), 0.0F);
  source = sources.size();
  for (std::size_t b = program_.blocks; b-- > 0;) {
    const float edge = targets[std::min((b + 1) * request.block, targets.size()) - 1];
    for (; source > near_end_[b]; --source) {
      gaps_[source - 1] = (sources[source - 1] - edge) * rate;
    }
  }
  program_.right_deposit = table(3, sources.size());
  TERSE_DISPATCH(fill_terms)
  (gaps_.data(), sources.size(), tables_[3].data(), program_.right_deposit.stride);
}

void StepsProgramBuilder::fill_targets(const StepsProgramRequest& request) {
  const auto targets = request.targets.position;
  const float rate = 1.0F / std::max(request.temperature, 1e-30F);
  const std::size_t count = program_.blocks * request.block;
  const auto fill = [&](std::size_t which, const StepsCoefficients& coefficients) {
    const TermTable result = table(which, count);
    TERSE_DISPATCH(fill_outputs)
    (gaps_.data(), count, coefficients, tables_[which].data(), result.stride);
    return result;
  };
  gaps_.assign(padded(count), 0.0F);
  for (std::size_t first = 0; first < targets.size(); first += request.block) {
    const std::size_t end = std::min(first + request.block, targets.size());
    for (std::size_t t = first; t < end; ++t) gaps_[t] = (targets[t] - targets[first]) * rate;
  }
  program_.left_step = fill(4, negative(tail));
  if (request.derivatives) program_.left_derivative = fill(5, tail_slope);
  for (std::size_t first = 0; first < targets.size(); first += request.block) {
    const std::size_t end = std::min(first + request.block, targets.size());
    for (std::size_t t = first; t < end; ++t) gaps_[t] = (targets[end - 1] - targets[t]) * rate;
  }
  program_.right_step = fill(6, tail);
  if (request.derivatives) program_.right_derivative = fill(7, tail_slope);
}

}  // namespace terse::training
