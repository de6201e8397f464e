#include "terse/model/decoder/integers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "data/input_error.h"
#include "model/file_parts.h"
#include "model/integer_examples.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/safetensors/container.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {
namespace {

using safetensors::Container;
using safetensors::Tensor;
using safetensors::TensorReader;

Model compressed_example() {
  return integer_model(random_fold_input(quantize::Method::bw_sq), {2, 6, 4});
}

TEST(Integers, RoundTripBitForBit) {
  for (const unsigned bits : weight_widths) {
    const Model model = integer_model(special_fold_input(quantize::Method::bw_sq, 1), {bits, 8, 2});
    const Bytes bytes = to_bytes(model);
    const Model found = from_bytes(bytes, "some.terse");
    EXPECT_EQ(to_bytes(found), bytes);
    const auto& layers = layers_of(model);
    ASSERT_EQ(layers_of(found).size(), layers.size());
    for (std::size_t l = 0; l < layers.size(); ++l) {
      EXPECT_EQ(layers_of(found)[l].weights, layers[l].weights);
      EXPECT_EQ(layers_of(found)[l].scales, layers[l].scales);
      EXPECT_EQ(layers_of(found)[l].bias, layers[l].bias);
      EXPECT_EQ(layers_of(found)[l].bits, layers[l].bits);
      EXPECT_EQ(layers_of(found)[l].inputs, layers[l].inputs);
      EXPECT_EQ(layers_of(found)[l].outputs, layers[l].outputs);
      EXPECT_EQ(layers_of(found)[l].activation_scale, layers[l].activation_scale);
    }
  }
}

TEST(Integers, AreAFileOfVersionThreeThatIsSmall) {
  const Model large =
      integer_model(random_fold_input(quantize::Method::bw_sq, {.hidden = {256, 256}}), {2});
  const Bytes bytes = to_bytes(large);
  EXPECT_EQ(taken_apart(bytes).metadata()["format_version"], "3");
  Model plain = large;
  plain.decoder = std::get<Integers>(large.decoder).in_floats();
  EXPECT_EQ(taken_apart(to_bytes(plain)).metadata()["format_version"], "1");
  EXPECT_LT(bytes.size() * 10, to_bytes(plain).size());
}

struct Hostile {
  std::string name;
  std::function<void(Container&)> spoil;
  std::string message;
};

Tensor& named(Container& container, const std::string& name) {
  return *std::ranges::find(container.tensors, name, &Tensor::name);
}

class HostileTensors : public testing::TestWithParam<Hostile> {};

TEST_P(HostileTensors, AreRefusedByName) {
  const Model model = compressed_example();
  Container container;
  container.tensors = tensors(model.decoder);
  GetParam().spoil(container);
  const std::string message = input_error([&] {
    TensorReader reader(container, "some.terse");
    Integers::read(reader, model.shape());
  });
  EXPECT_NE(message.find("some.terse"), std::string::npos);
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
}

const std::vector<Hostile> hostile = {
    {"width_3", [](Container& c) { named(c, "integer.bits").values[1] = 3; }, "not 2, 4, 6 or 8"},
    {"width_nan",
     [](Container& c) {
       named(c, "integer.bits").values[1] = std::numeric_limits<float>::quiet_NaN();
     },
     "not 2, 4, 6 or 8"},
    {"one_layer", [](Container& c) { named(c, "integer.bits").values.resize(1); },
     "holds the widths of 1 layers"},
    {"scale_zero", [](Container& c) { named(c, "table.scales").values[0] = 0; }, "not within"},
    {"scale_negative", [](Container& c) { named(c, "layers.0.scales").values[0] = -1; },
     "not within"},
    {"activation_scale_infinite",
     [](Container& c) {
       named(c, "integer.activation_scales").values[0] = std::numeric_limits<float>::infinity();
     },
     "not finite"},
    {"activation_scales_missing",
     [](Container& c) { named(c, "integer.activation_scales").values.pop_back(); },
     "does not hold 2 numbers"},
    {"bias_as_bytes",
     [](Container& c) {
       named(c, "table_bias").values.clear();
       named(c, "table_bias").bytes.resize(12);
     },
     "does not hold 12 numbers"},
    {"bias_nan",
     [](Container& c) {
       named(c, "layers.1.bias").values[0] = std::numeric_limits<float>::quiet_NaN();
     },
     "not finite"},
    {"packed_short", [](Container& c) { named(c, "table.packed").bytes.pop_back(); },
     "does not hold"},
    {"packed_as_floats",
     [](Container& c) {
       named(c, "layers.0.packed").values.resize(45);
       named(c, "layers.0.packed").bytes.clear();
     },
     "does not hold"},
    {"packed_out_of_range", [](Container& c) { named(c, "layers.0.packed").bytes[0] = 0b100000; },
     "out of range"},
    {"packed_missing", [](Container& c) { named(c, "layers.0.packed").name = "layers.9.packed"; },
     "is missing"},
    {"too_many_outputs", [](Container& c) { named(c, "table.scales").values.resize(20'000, 1.0F); },
     "not 1 to"},
    {"outputs_of_another_task",
     [](Container& c) {
       named(c, "layers.1.scales").values = {1.0F, 1.0F};
       named(c, "layers.1.bias").values = {1.0F, 1.0F};
       named(c, "layers.1.packed").bytes.assign(5, 0);
     },
     "gives 2 outputs"},
};

INSTANTIATE_TEST_SUITE_P(Tensors, HostileTensors, testing::ValuesIn(hostile),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace terse::model::decoder
