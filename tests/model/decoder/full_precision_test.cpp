#include "terse/model/decoder/full_precision.h"

#include <gtest/gtest.h>

#include "model/plain_products.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/safetensors/container.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {
namespace {

FullPrecision example() {
  FullPrecision network{{{base::Matrix(2, 3), {0.5F, -1.0F}}, {base::Matrix(1, 2), {0.25F}}}};
  float weight = -1.0F;
  for (inference::DenseLayer& layer : network.layers) {
    for (float& value : layer.weights.values()) value = weight += 0.75F;
  }
  return network;
}

const Shape three_inputs{.method = quantize::Method::fp, .levels = {1, 1}, .inputs = 3};

TEST(FullPrecision, TensorsReadBack) {
  const safetensors::Container container{{}, example().tensors()};
  ASSERT_EQ(container.tensors.size(), 4U);
  EXPECT_EQ(container.tensors[0].name, "layers.0.weight");
  EXPECT_EQ(container.tensors[3].name, "layers.1.bias");
  safetensors::TensorReader reader(container, "some.terse");
  ASSERT_TRUE(FullPrecision::stored_in(reader, three_inputs));
  EXPECT_FALSE(FullPrecision::stored_in(reader, {.levels = {1, 1}}));
  const FullPrecision found = FullPrecision::read(reader, three_inputs);
  EXPECT_NO_THROW(reader.require_all_read());
  EXPECT_EQ(found.outputs(), 1U);
  for (std::size_t t = 0; t < 4; ++t) {
    EXPECT_EQ(found.tensors()[t].values, container.tensors[t].values);
    EXPECT_EQ(found.tensors()[t].shape, container.tensors[t].shape);
  }
}

// Sums -0.25, 0.5, 1.25 and 2, 2.75, 3.5 of the inputs; the second is below zero before its ReLU.
TEST(FullPrecision, InputsGetNoReluBeforeTheFirstLayer) {
  const auto runner = example().runner(three_inputs, 2, plain_products);
  std::vector<float> inputs = {-1.0F, 2.0F, 1.0F, 99.0F, 0.0F, -2.0F, 1.0F, 99.0F};
  std::vector<float> outputs(2);
  runner->run_inputs({inputs.data(), 2, 3, 4}, outputs);
  const float first = 0.5F + 0.25F + 2.0F * 0.5F + 1.25F;
  const float second = -1.0F - 2.0F + 2.0F * 2.75F + 3.5F;
  EXPECT_EQ(outputs[0], 0.25F + 4.25F * first + 5.0F * second);
  EXPECT_EQ(outputs[1], 0.25F + 4.25F * (0.5F - 2.0F * 0.5F + 1.25F));
}

}  // namespace
}  // namespace terse::model::decoder
