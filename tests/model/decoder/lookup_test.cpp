#include "terse/model/decoder/lookup.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "model/plain_products.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/safetensors/container.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {
namespace {

// Two features of 2 and 3 levels into 2 units.
Lookup example() {
  Lookup lookup{base::Matrix(5, 2), {0.5F, -0.5F}, {{base::Matrix(1, 2), {1.0F}}}};
  const float rows[] = {1.0F, -4.0F, 2.0F, 3.0F, 0.0F, 0.25F, -2.0F, 8.0F, 4.0F, 16.0F};
  std::ranges::copy(rows, lookup.table.values().begin());
  lookup.layers[0].weights(0, 0) = 10.0F;
  lookup.layers[0].weights(0, 1) = 100.0F;
  return lookup;
}

const Shape two_features{.levels = {2, 3}, .inputs = 2};

TEST(Lookup, TensorsReadBack) {
  const safetensors::Container container{{}, example().tensors()};
  ASSERT_EQ(container.tensors.size(), 4U);
  EXPECT_EQ(container.tensors[0].name, "table");
  EXPECT_EQ(container.tensors[1].name, "table_bias");
  EXPECT_EQ(container.tensors[2].name, "layers.0.weight");
  safetensors::TensorReader reader(container, "some.terse");
  ASSERT_TRUE(Lookup::stored_in(reader, two_features));
  EXPECT_FALSE(Lookup::stored_in(reader, {.method = quantize::Method::fp, .levels = {1, 1}}));
  const Lookup found = Lookup::read(reader, two_features);
  EXPECT_NO_THROW(reader.require_all_read());
  EXPECT_EQ(found.outputs(), 1U);
  for (std::size_t t = 0; t < 4; ++t) {
    EXPECT_EQ(found.tensors()[t].values, container.tensors[t].values);
    EXPECT_EQ(found.tensors()[t].shape, container.tensors[t].shape);
  }
}

TEST(Lookup, CodesChooseRowsThatAreAddedAndPassTheRelu) {
  const auto runner = example().runner(two_features, 4, plain_products);
  const quantize::Code codes[] = {0, 0, 1, 1, 0, 2};
  std::vector<float> outputs(3);
  runner->run_codes(codes, 3, outputs);
  EXPECT_EQ(outputs[0], 1.0F + 10.0F * 1.5F);  // -4.25 stops at the ReLU
  EXPECT_EQ(outputs[1], 1.0F + 10.0F * 0.5F + 100.0F * 10.5F);
  EXPECT_EQ(outputs[2], 1.0F + 10.0F * 5.5F + 100.0F * 11.5F);
}

}  // namespace
}  // namespace terse::model::decoder
