#include "terse/model/decoder/decoder.h"

#include <gtest/gtest.h>

#include "data/input_error.h"
#include "model/integer_examples.h"
#include "model/plain_products.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/safetensors/container.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {
namespace {

// A model of each kind of decoder.
std::vector<Model> models() {
  FoldInput submodels = random_fold_input(quantize::Method::bw_sq);
  give_submodels(submodels, 3);
  std::vector<Model> all = {example_model(random_fold_input(quantize::Method::bw_sq)),
                            example_model(random_fold_input(quantize::Method::fp)),
                            integer_model(random_fold_input(quantize::Method::bw_sq), {4, 2, 8}),
                            example_model(random_fold_input(quantize::Method::bw_sq)),
                            example_model(random_fold_input(quantize::Method::fp)),
                            example_model(random_fold_input(quantize::Method::bw_sq)),
                            example_model(submodels),
                            example_model(random_fold_input(quantize::Method::bw_sq))};
  all[3].decoder = Trees{{0}, {{2, 1.5F, 1}, {0, -0.5F, 0}, {0, 2.0F, 0}}};
  all[4].decoder = all[3].decoder;
  all[4].method = quantize::Method::xgb;
  all[5].decoder = Stack{std::get<Lookup>(all[5].decoder), std::get<Trees>(all[3].decoder)};
  all[7].decoder = External{1};
  return all;
}

TEST(Decoder, EveryKindReadsBackAsItself) {
  std::vector<std::size_t> kinds;
  for (const Model& model : models()) {
    const safetensors::Container container{{}, tensors(model.decoder)};
    safetensors::TensorReader reader(container, "some.terse");
    const Decoder found = read(reader, model.shape());
    EXPECT_NO_THROW(reader.require_all_read());
    EXPECT_EQ(found.index(), model.decoder.index());
    EXPECT_EQ(outputs(found), 1U);
    const auto again = tensors(found);
    ASSERT_EQ(again.size(), container.tensors.size());
    for (std::size_t t = 0; t < again.size(); ++t) {
      EXPECT_EQ(again[t].name, container.tensors[t].name);
      EXPECT_EQ(again[t].shape, container.tensors[t].shape);
      EXPECT_EQ(again[t].values, container.tensors[t].values);
      EXPECT_EQ(again[t].bytes, container.tensors[t].bytes);
    }
    kinds.push_back(model.decoder.index());
  }
  std::ranges::sort(kinds);
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  EXPECT_EQ(kinds.size(), std::variant_size_v<Decoder>);
}

TEST(Decoder, SaysWhatLearnedItAndWhichFileHoldsIt) {
  std::vector<std::string_view> names;
  std::vector<int> versions;
  for (const Model& model : models()) {
    names.push_back(name(model.decoder));
    versions.push_back(format_version(model.decoder));
  }
  EXPECT_EQ(names, (std::vector<std::string_view>{"network", "network", "network", "boosted",
                                                  "boosted", "stack", "tabm", "external"}));
  EXPECT_EQ(versions, (std::vector<int>{1, 1, 3, 2, 2, 5, 6, 8}));
}

// A method without a network has trees, whatever the tensors; integers and trees tell themselves.
TEST(Decoder, KindsAreToldByMethodAndTensors) {
  const auto read_as = [](const Model& model, const Shape& shape) {
    const safetensors::Container container{{}, tensors(model.decoder)};
    safetensors::TensorReader reader(container, "some.terse");
    return input_error([&] { read(reader, shape); });
  };
  const std::vector<Model> all = models();
  Shape boosted = all[0].shape();
  boosted.method = quantize::Method::xgb_qq;
  EXPECT_NE(read_as(all[0], boosted).find("'trees.roots': is missing"), std::string::npos);
  EXPECT_NE(read_as(all[2], all[1].shape()).find("'integer.bits': is in a model of full precision"),
            std::string::npos);
  EXPECT_NE(read_as(all[1], all[0].shape()).find("'table_bias': is missing"), std::string::npos);
  EXPECT_EQ(read_as(all[3], all[1].shape()), "no InputError was thrown");
}

TEST(Decoder, RunsWithTheProductsItIsGiven) {
  for (const Model& model : models()) {
    if (model.external()) continue;  // nothing runs here: external_test
    const Shape shape = model.shape();
    bool asked = false;
    const auto own = runner(model.decoder, shape, 2, [&](auto layers, auto rows, bool relu) {
      asked = true;
      return plain_products(layers, rows, relu);
    });
    const bool dense = std::holds_alternative<Lookup>(model.decoder) ||
                       std::holds_alternative<Stack>(model.decoder) ||
                       std::holds_alternative<Tabm>(model.decoder) ||
                       std::holds_alternative<FullPrecision>(model.decoder);
    EXPECT_EQ(asked, dense);
    std::vector<float> result(2, 1e30F);
    if (shape.full_precision()) {
      std::vector<float> inputs(2 * shape.inputs, 0.5F);
      own->run_inputs({inputs.data(), 2, shape.inputs}, result);
    } else {
      const std::vector<quantize::Code> codes(2 * shape.levels.size());
      own->run_codes(codes.data(), 2, result);
    }
    EXPECT_EQ(result[0], result[1]);
    EXPECT_LT(std::abs(result[0]), 1e3F);
  }
}

}  // namespace
}  // namespace terse::model::decoder
