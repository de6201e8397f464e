#include "terse/inference/inference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <new>

#include "terse/base/cpu.h"
#include "terse/base/random.h"

namespace {
std::size_t allocations = 0;
}

// Not inlined: GCC 12 takes the pair below for a mismatch where it sees only one half of it.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* pointer = std::malloc(size)) return pointer;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* pointer) noexcept {
  std::free(pointer);
}
[[gnu::noinline]] void operator delete(void* pointer, std::size_t) noexcept {
  std::free(pointer);
}

namespace terse::inference {
namespace {

std::vector<DenseLayer> random_layers(const std::vector<std::size_t>& sizes) {
  base::Random random(8);
  std::vector<DenseLayer> layers;
  for (std::size_t l = 0; l + 1 < sizes.size(); ++l) {
    layers.push_back({base::Matrix(sizes[l + 1], sizes[l]), std::vector<float>(sizes[l + 1])});
    const double scale = 1.0 / std::sqrt(static_cast<double>(sizes[l]));
    for (float& w : layers.back().weights.values()) w = static_cast<float>(random.normal() * scale);
    for (float& b : layers.back().bias) b = static_cast<float>(random.normal() * scale);
  }
  return layers;
}

std::vector<double> reference(const std::vector<DenseLayer>& layers, std::span<const float> row,
                              bool input_relu) {
  std::vector<double> values(row.begin(), row.end());
  for (std::size_t l = 0; l < layers.size(); ++l) {
    if (l > 0 || input_relu) {
      for (double& value : values) value = std::max(0.0, value);
    }
    std::vector<double> next(layers[l].bias.begin(), layers[l].bias.end());
    for (std::size_t o = 0; o < next.size(); ++o) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        next[o] += static_cast<double>(layers[l].weights(o, i)) * values[i];
      }
    }
    values = std::move(next);
  }
  return values;
}

base::Matrix random_input(std::size_t rows, std::size_t columns, std::size_t stride) {
  base::Random random(rows + 1);
  base::Matrix input(rows, stride);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) input(r, c) = static_cast<float>(random.normal());
  }
  return input;
}

TEST(Inference, EqualsPlainSumsForEveryBatchAndShape) {
  const base::InstructionSet kept = base::instruction_set();
  for (const base::InstructionSet set : base::supported_instruction_sets()) {
    base::force_instruction_set(set);
    for (const auto& sizes : {std::vector<std::size_t>{1, 1},
                              {7, 33, 1},
                              {64, 64, 64, 1},
                              {130, 17, 200, 3},
                              {16, 1, 5, 1}}) {
      const auto layers = random_layers(sizes);
      for (const bool input_relu : {false, true}) {
        Inference inference(layers, 40, input_relu);
        for (const std::size_t rows : {0U, 1U, 2U, 4U, 5U, 33U, 40U}) {
          const std::size_t stride = sizes.front() + 5;
          base::Matrix input = random_input(rows, sizes.front(), stride);
          const base::Matrix before = input;
          std::vector<float> output(rows * sizes.back());
          inference.run({input.data(), rows, sizes.front(), stride}, output);
          for (std::size_t r = 0; r < rows; ++r) {
            const auto expected = reference(layers, before.row(r).first(sizes.front()), input_relu);
            for (std::size_t o = 0; o < sizes.back(); ++o) {
              ASSERT_NEAR(output[r * sizes.back() + o], expected[o], 3e-6);
            }
          }
        }
      }
    }
  }
  base::force_instruction_set(kept);
}

TEST(Inference, AllocatesNothingPerCall) {
  const auto layers = random_layers({64, 128, 128, 1});
  Inference inference(layers, 64);
  base::Matrix input = random_input(64, 64, 64);
  std::vector<float> output(64);
  inference.run(input, output);
  const std::size_t before = allocations;
  for (const std::size_t rows : {1U, 3U, 64U}) {
    inference.run({input.data(), rows, 64, 64}, std::span(output).first(rows));
  }
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace terse::inference
