#include "terse/model/decoder/dense_layers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "data/input_error.h"

namespace terse::model::decoder {
namespace {

using safetensors::Container;
using safetensors::TensorReader;

std::vector<inference::DenseLayer> layers_of(const std::vector<std::size_t>& units) {
  std::vector<inference::DenseLayer> layers;
  float next = 0.5F;
  for (std::size_t l = 1; l < units.size(); ++l) {
    layers.push_back({base::Matrix(units[l], units[l - 1]), std::vector<float>(units[l], next)});
    for (float& value : layers.back().weights.values()) value = next += 0.25F;
  }
  return layers;
}

std::string refusal(const std::vector<std::size_t>& units, std::size_t inputs,
                    std::size_t outputs) {
  Container container;
  add_tensors(layers_of(units), container.tensors);
  TensorReader reader(container, "some.terse");
  return input_error([&] { read_layers(reader, inputs, outputs); });
}

TEST(DenseLayers, TensorsReadBack) {
  const auto layers = layers_of({3, 4, 2, 2});
  Container container;
  add_tensors(layers, container.tensors);
  ASSERT_EQ(container.tensors.size(), 6U);
  EXPECT_EQ(container.tensors[2].name, "layers.1.weight");
  EXPECT_EQ(container.tensors[2].shape, (std::vector<std::size_t>{2, 4}));
  TensorReader reader(container, "some.terse");
  const auto found = read_layers(reader, 3, 2);
  EXPECT_NO_THROW(reader.require_all_read());
  ASSERT_EQ(found.size(), 3U);  // the second has as many outputs, but a third follows
  for (std::size_t l = 0; l < 3; ++l) {
    EXPECT_TRUE(std::ranges::equal(found[l].weights.values(), layers[l].weights.values()));
    EXPECT_EQ(found[l].bias, layers[l].bias);
  }
}

TEST(DenseLayers, EachTakesWhatTheOneBeforeGives) {
  const auto has = [](const std::string& message, const char* part) {
    EXPECT_EQ(message.find("some.terse: "), 0U) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
  };
  has(refusal({3, 4, 1}, 2, 1), "'layers.0.weight': does not take the 2 values");
  has(refusal({3, 4, 1}, 3, 2), "'layers.2.weight': is missing");
  has(refusal({3, 0, 1}, 3, 1), "'layers.0.weight': has 0 units, not 1 to 65536");
  has(refusal({1, 65'537, 1}, 1, 1), "'layers.0.weight': has 65537 units");
  has(refusal({3}, 3, 1), "'layers.0.weight': is missing");
  has(refusal(std::vector<std::size_t>(66, 1), 1, 1), "layers: are more than 64");
  EXPECT_EQ(refusal(std::vector<std::size_t>(65, 1), 1, 1), "no InputError was thrown");
}

}  // namespace
}  // namespace terse::model::decoder
