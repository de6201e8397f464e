#include "terse/export/c/network_numbers.h"

#include <gtest/gtest.h>

#include "model/integer_examples.h"

namespace terse::export_c {
namespace {

using model::decoder::Requantization;

// The short form as the exported C computes it.
int short_activation(std::int32_t sum, const DeviceChannel& channel) {
  const std::int64_t value = (std::int64_t{sum} << channel.up) + channel.bias;
  EXPECT_LE(std::abs(value), INT32_MAX);
  if (value <= 0) return 0;
  const std::int64_t shifted = value >> channel.down;
  if (shifted > 65535) return 255;
  const std::int64_t product = shifted * channel.multiplier + (1 << 21);
  EXPECT_LE(product, UINT32_MAX);
  return static_cast<int>(std::min<std::int64_t>(255, product >> 22));
}

// Real scales, and such as are far apart.
TEST(NetworkNumbers, TheShortFormGivesTheLibrarysActivations) {
  base::Random random(3);
  std::size_t checked = 0;
  for (int trial = 0; trial < 60; ++trial) {
    model::Model model = model::integer_model(
        model::random_fold_input(quantize::Method::bw_sq, {.features = 5, .hidden = {12, 9}}),
        {4, 8, 2}, static_cast<std::uint64_t>(trial));
    for (std::size_t l = 0; l < 2 && trial > 10; ++l) {
      model::layers_of(model)[l].activation_scale *=
          static_cast<float>(std::pow(10.0, 3.0 * random.normal()));
    }
    const DeviceNetwork network = device_network(model);
    if (network.wide) continue;
    std::size_t channel = 0;
    for (std::size_t l = 0; l < 2; ++l) {
      const auto& layers = model::layers_of(model);
      const auto from = model::decoder::requantization(layers, model.levels(), l);
      const std::int64_t largest = model::decoder::largest_sum(layers, model.levels(), l);
      for (const Requantization& own : from.channels) {
        ASSERT_TRUE(short_form_holds(own));
        for (int i = -300; i <= 300; ++i) {
          const auto sum = static_cast<std::int32_t>(largest * i / 300);
          ASSERT_EQ(short_activation(sum, network.channels[channel]),
                    model::decoder::requantized(sum, from.guard, own));
        }
        ++channel;
        ++checked;
      }
    }
    EXPECT_EQ(channel, network.channels.size());
  }
  EXPECT_GT(checked, 500U);
}

TEST(NetworkNumbers, WhatTheShortFormCannotHoldGetsTheGeneralOne) {
  EXPECT_TRUE(short_form_holds({0, 1000, 1 << 15, 3}));
  EXPECT_TRUE(short_form_holds({0, 1000, 65'000, 0}));
  EXPECT_FALSE(short_form_holds({0, 1000, 65'001, 0}));
  EXPECT_FALSE(short_form_holds({1 << 30, 1 << 30, 1 << 14, 20}));
  model::Model model = model::integer_model(model::random_fold_input(quantize::Method::bw_sq), {4});
  model::layers_of(model)[0].activation_scale = 1e-9F;
  const DeviceNetwork network = device_network(model);
  EXPECT_TRUE(network.wide);
  const auto from = model::decoder::requantization(model::layers_of(model), model.levels(), 0);
  EXPECT_EQ(network.channels[0].limit, from.channels[0].limit);
  EXPECT_EQ(network.channels[0].guard, from.guard);
}

// Rows are filled up to fours, and hold what the model holds.
TEST(NetworkNumbers, RowsBeginAtWholeBytes) {
  for (const unsigned bits : model::decoder::weight_widths) {
    const model::Model model = model::integer_model(
        model::random_fold_input(quantize::Method::bw_sq, {.features = 3, .hidden = {7, 5}}),
        {bits});
    const DeviceNetwork network = device_network(model);
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      const model::decoder::IntegerLayer& from = model::layers_of(model)[l];
      const std::size_t columns = l == 0 ? from.outputs : from.inputs;
      const std::size_t rows = from.weights.size() / columns;
      const DeviceLayer& layer = network.layers[l];
      ASSERT_EQ(layer.row_bytes, in_fours(columns) * bits / 8);
      ASSERT_EQ(layer.weights.size(), rows * layer.row_bytes);
      const auto offset = static_cast<int>(weight_offset(bits));
      for (std::size_t r = 0; r < rows; ++r) {
        std::size_t bit = r * layer.row_bytes * 8;
        for (std::size_t c = 0; c < in_fours(columns); ++c) {
          int value = 0;
          for (unsigned b = 0; b < bits; ++b, ++bit) {
            value |= (layer.weights[bit / 8] >> (bit % 8) & 1) << b;
          }
          EXPECT_EQ(value - offset, c < columns ? from.weights[r * columns + c] : 0);
        }
      }
    }
    // 7 units' sums or 8 + 8 bytes of activations.
    EXPECT_EQ(network.scratch_sums() * network.sum_bytes(), 16U);
    EXPECT_EQ(network.second_place(), 8U);
  }
}

}  // namespace
}  // namespace terse::export_c
