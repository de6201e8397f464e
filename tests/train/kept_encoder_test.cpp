#include "terse/train/kept_encoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "data/input_error.h"
#include "terse/base/random.h"
#include "terse/model/file.h"
#include "terse/model/message_difference.h"
#include "terse/model/predictor.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/options.h"

namespace terse::train {
namespace {

// y = a + 3 * site; a tenth of `a` is missing. high: of the readings of `a`, from 0.
data::Table some_table(std::size_t rows, double high, std::uint64_t seed) {
  base::Random random(seed);
  data::Table table;
  table.source = "some";
  table.feature_names = {"a", "site"};
  table.categories = {{}, {"x", "y", "z"}};
  table.target_name = "y";
  table.features = base::Matrix(rows, 2);
  for (std::size_t row = 0; row < rows; ++row) {
    const double a = high * random.uniform();
    const auto site = static_cast<float>(row % 3);
    table.features(row, 0) =
        row % 10 == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(a);
    table.features(row, 1) = site;
    table.target.push_back(static_cast<float>(a) + 3.0F * site);
  }
  return table;
}

Options some_options() {
  Options options;
  options.bits = 3;
  options.hidden = {16};
  options.epochs = 40;
  options.batch_rows = 32;
  options.learning_rate = 1e-2;
  return options;
}

std::shared_ptr<const model::Model> field(quantize::Method method = quantize::Method::bw_sq) {
  const data::Table table = some_table(600, 10.0, 1);
  Options options = some_options();
  options.method = method;
  options.packing = payload::Packing::radix;
  options.epochs = 5;
  auto model = std::make_shared<model::Model>(train_model(table, all_rows(table), options));
  model->tag = 7;
  return model;
}

TEST(KeptEncoder, EveryDecoderReadsTheSameMessages) {
  const data::Table table = some_table(500, 12.0, 2);
  for (const auto method :
       {quantize::Method::bw_sq, quantize::Method::po_qq, quantize::Method::xgb_qq}) {
    const auto encoder = field(method);
    for (const Decoder decoder : {Decoder::network, Decoder::boosted, Decoder::best}) {
      Options options = some_options();
      options.encoder = encoder;
      options.decoder = decoder;
      const model::Model trained = train_model(table, all_rows(table), options);
      const model::Model model = model::from_bytes(model::to_bytes(trained), "renewed");
      EXPECT_EQ(model::message_difference(*encoder, model), "");
      EXPECT_EQ(model.thresholds.values, encoder->thresholds.values);
      std::vector<quantize::Code> before(table.rows() * 2);
      std::vector<quantize::Code> after(table.rows() * 2);
      model::Predictor(*encoder).encode(table.features, before);
      model::Predictor(model).encode(table.features, after);
      EXPECT_EQ(before, after);
      EXPECT_EQ(model.tag, encoder->tag);
      EXPECT_LT(evaluate(model, table, all_rows(table)).mse, 0.3);
      EXPECT_EQ(model::to_bytes(trained),
                model::to_bytes(train_model(table, all_rows(table), options)));
    }
  }
}

// Only low readings are left: codes above them decode as the highest that was seen.
TEST(KeptEncoder, CodesWithoutRowsDecodeAsTheirNearest) {
  const auto encoder = field();
  const data::Table table = some_table(400, 5.0, 3);
  Options options = some_options();
  options.encoder = encoder;
  const model::Model model = train_model(table, all_rows(table), options);
  const auto& rows = model.features[0].code_rows;
  const std::size_t numeric = model.thresholds.levels(0);
  std::size_t highest = numeric;
  while (highest-- > 0 && rows[highest] == 0) continue;
  ASSERT_LT(highest, numeric - 1);
  const auto& network = std::get<model::decoder::Lookup>(model.decoder).table;
  for (std::size_t code = highest + 1; code < numeric; ++code) {
    for (std::size_t unit = 0; unit < network.columns(); ++unit) {
      EXPECT_EQ(network(code, unit), network(highest, unit));
    }
  }
}

TEST(KeptEncoder, SettingsOfAnEncoderAreNotThoseOfTheTraining) {
  Options options = some_options();
  options.encoder = field();
  bool kept = false;
  for (const auto& [name, value] : settings_of_decoder(options)) {
    EXPECT_NE(name, "bits");
    kept = kept || name == "encoder";
  }
  EXPECT_TRUE(kept);
  options.encoder.reset();
  EXPECT_EQ(settings_of_decoder(options).front().first, "method");
}

TEST(KeptEncoder, OtherFeaturesAreRefused) {
  const data::Table table = some_table(100, 10.0, 4);
  const auto train = [&](const data::Table& own, const Options& options) {
    train_model(own, all_rows(own), options);
  };
  Options options = some_options();
  options.encoder = field();
  data::Table renamed = table;
  renamed.feature_names[0] = "b";
  EXPECT_NE(input_error([&] { train(renamed, options); }).find("not those of the encoder"),
            std::string::npos);
  data::Table other = table;
  other.categories[1] = {"x", "y", "w"};
  EXPECT_NE(input_error([&] { train(other, options); }).find("not those of the encoder"),
            std::string::npos);
  data::Table moved = table;
  moved.feature_origins = {1.0, 0.0};
  EXPECT_NE(input_error([&] { train(moved, options); }).find("not those of the encoder"),
            std::string::npos);
  auto plain = std::make_shared<model::Model>(*options.encoder);
  plain->method = quantize::Method::fp;
  options.encoder = plain;
  EXPECT_NE(input_error([&] { train(table, options); }).find("full precision"), std::string::npos);
}

}  // namespace
}  // namespace terse::train
