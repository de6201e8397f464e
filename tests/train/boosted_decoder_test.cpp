#include "terse/train/boosted_decoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "data/input_error.h"
#include "terse/base/random.h"
#include "terse/model/file.h"
#include "terse/model/predictor.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/objective.h"
#include "terse/train/observer.h"
#include "terse/train/options.h"

namespace terse::train {
namespace {

// y = 2 [a > 4] - 3 [b > 7], on whole numbers 0 .. 9.
data::Table steps_table(std::size_t rows) {
  data::Table table;
  table.source = "steps";
  table.feature_names = {"a", "b"};
  table.target_name = "y";
  table.features = base::Matrix(rows, 2);
  for (std::size_t row = 0; row < rows; ++row) {
    table.features(row, 0) = static_cast<float>(row % 10);
    table.features(row, 1) = static_cast<float>(row / 10 % 10);
    table.target.push_back((row % 10 > 4 ? 2.0F : 0.0F) - (row / 10 % 10 > 7 ? 3.0F : 0.0F));
  }
  return table;
}

Options options_of(quantize::Method method) {
  Options options;
  options.method = method;
  options.bits = 3;
  options.hidden = {8};
  options.epochs = 3;
  options.decoder = Decoder::boosted;
  return options;
}

TEST(BoostedDecoder, PredictsFromCodesAndReadingsAlikeAndSurvivesTheFile) {
  const data::Table table = steps_table(1000);
  const auto rows = all_rows(table);
  for (const auto method : {quantize::Method::bw_sq, quantize::Method::sq, quantize::Method::pr_qq,
                            quantize::Method::xgb, quantize::Method::xgb_qq}) {
    const model::Model trained = train_model(table, rows, options_of(method));
    EXPECT_TRUE(std::holds_alternative<model::decoder::Trees>(trained.decoder));
    const model::Model model = model::from_bytes(model::to_bytes(trained), "some.terse");
    model::Predictor predictor(model, 64);
    std::vector<float> predictions(rows.size());
    predictor.predict(table.features, predictions);
    EXPECT_LT(evaluate(model, table, rows).mse, 0.05) << quantize::id(method);
    if (model.full_precision()) {
      EXPECT_EQ(model.payload_bits(), 64U);
      continue;
    }
    std::vector<quantize::Code> codes(rows.size() * 2);
    std::vector<float> from_codes(rows.size());
    predictor.encode(table.features, codes);
    predictor.predict_codes(codes, rows.size(), from_codes);
    EXPECT_EQ(predictions, from_codes);
  }
}

// Thresholds are what the network learned with, whoever decodes.
TEST(BoostedDecoder, LeavesTheThresholdsAsTheyWereTrained) {
  const data::Table table = steps_table(600);
  const auto rows = all_rows(table);
  Options options = options_of(quantize::Method::bw_sq);
  const auto boosted = train_model(table, rows, options);
  options.decoder = Decoder::network;
  const auto network = train_model(table, rows, options);
  EXPECT_EQ(boosted.thresholds.values, network.thresholds.values);
  EXPECT_TRUE(std::holds_alternative<model::decoder::Trees>(boosted.decoder));
  EXPECT_TRUE(std::holds_alternative<model::decoder::Lookup>(network.decoder));
}

// x with gaps, a kind, and a class that depends on both and on whether x is there.
data::Table special_table(std::size_t rows) {
  data::Table table;
  table.source = "special";
  table.feature_names = {"x", "kind"};
  table.target_name = "y";
  table.features = base::Matrix(rows, 2);
  table.categories = {{}, {"hall", "lab", "attic", "yard"}};
  table.classes = {"low", "high", "none"};
  for (std::size_t row = 0; row < rows; ++row) {
    const bool gap = row % 7 == 3;
    const auto kind = row / 3 % 4;
    const auto x = static_cast<float>(row % 10);
    table.features(row, 0) = gap ? std::numeric_limits<float>::quiet_NaN() : x;
    table.features(row, 1) = static_cast<float>(kind);
    const bool high = kind == 1 ? x > 2.0F : x > 6.0F;
    table.target.push_back(gap ? (kind == 2 ? 2.0F : 0.0F) : high ? 1.0F : 0.0F);
  }
  return table;
}

TEST(BoostedDecoder, KnowsClassesCategoriesAndGaps) {
  const data::Table classes = special_table(1200);
  data::Table number = classes;
  number.classes.clear();
  const auto rows = all_rows(classes);
  for (const auto method : {quantize::Method::bw_sq, quantize::Method::sq, quantize::Method::pr_qq,
                            quantize::Method::xgb, quantize::Method::xgb_qq}) {
    Options options = options_of(method);
    options.bits = 4;
    options.unseen_level = true;
    for (const data::Table& table : {classes, number}) {
      const model::Model trained = train_model(table, rows, options);
      ASSERT_TRUE(std::holds_alternative<model::decoder::Trees>(trained.decoder));
      const model::Model model = model::from_bytes(model::to_bytes(trained), "some.terse");
      const Metrics metrics = evaluate(model, table, rows);
      if (table.classes.empty()) {
        EXPECT_LT(metrics.mse, 0.05) << quantize::id(method);
      } else {
        EXPECT_GT(metrics.classes.accuracy, 0.98) << quantize::id(method);
      }
      // A kind that training did not know has a level too.
      model::Predictor predictor(model, 1);
      const float unknown[] = {1.0F, 4.0F};
      EXPECT_TRUE(predictor.takes(unknown));
      std::vector<float> prediction(model.outputs());
      predictor.predict({unknown, 1, 2}, prediction);
      EXPECT_TRUE(std::isfinite(prediction.front()));
    }
  }
}

TEST(BoostedDecoder, DroppedReadingsHaveALevel) {
  const data::Table table = steps_table(1000);
  Options options = options_of(quantize::Method::bw_sq);
  options.drop_rate = 0.2;
  const model::Model model = train_model(table, all_rows(table), options);
  EXPECT_TRUE(model.features[0].missing_level);
  model::Predictor predictor(model, 1);
  const float gap[] = {std::numeric_limits<float>::quiet_NaN(), 9.0F};
  const float whole[] = {9.0F, 9.0F};
  float without = 0.0F;
  float with = 0.0F;
  predictor.predict({gap, 1, 2}, {&without, 1});
  predictor.predict({whole, 1, 2}, {&with, 1});
  // Without a: the mean of 2 [a > 4] - 3, known to be -3 + 1.
  EXPECT_NEAR(without, -2.0F, 0.4F);
  EXPECT_NEAR(with, -1.0F, 0.4F);
}

std::string setting(const model::Model& model, std::string_view name) {
  for (const auto& [own, value] : model.record.settings) {
    if (own == name) return value;
  }
  return "";
}

TEST(BestDecoder, IsTheOneThatRowsSetAsideFavour) {
  const data::Table table = steps_table(1000);
  const auto rows = all_rows(table);
  Options options = options_of(quantize::Method::bw_sq);
  options.decoder = Decoder::best;
  options.epochs = 1;
  const model::Model trees = train_model(table, rows, options);
  EXPECT_TRUE(std::holds_alternative<model::decoder::Trees>(trees.decoder));
  EXPECT_EQ(setting(trees, "decoder"), "best");
  EXPECT_NE(setting(trees, "decoder chosen").find(" (MSE of 100 rows set aside: network"),
            std::string::npos);
  options.decoder = Decoder::boosted;
  EXPECT_EQ(train_model(table, rows, options).thresholds.values, trees.thresholds.values);
  // A plain sum, which trees can only approach.
  data::Table sum = table;
  base::Random random(3);
  for (std::size_t r = 0; r < sum.rows(); ++r) {
    for (float& value : sum.features.row(r)) value = static_cast<float>(random.normal());
    sum.target[r] = sum.features(r, 0) + sum.features(r, 1);
  }
  options.decoder = Decoder::best;
  options.bits = 6;
  options.hidden = {32};
  options.epochs = 150;
  options.batch_rows = 32;
  options.learning_rate = 3e-3;
  const model::Model network = train_model(sum, rows, options);
  EXPECT_TRUE(std::holds_alternative<model::decoder::Lookup>(network.decoder))
      << setting(network, "decoder chosen");
  const model::Model few = train_model(steps_table(30), all_rows(steps_table(30)), options);
  EXPECT_NE(setting(few, "decoder chosen").find("too few"), std::string::npos);
}

TEST(BestDecoder, ReadsQuantileCodesWhereTheNetworksThresholdsAreWorse) {
  // Thresholds at equal steps of a reading with a long tail, which one epoch does not mend.
  data::Table table = steps_table(1000);
  base::Random random(5);
  for (std::size_t r = 0; r < table.rows(); ++r) {
    const double exponent = 3.0 * random.normal();
    table.features(r, 0) = static_cast<float>(std::exp(exponent));
    table.target[r] = static_cast<float>(exponent > 0.0 ? 1.0 : -1.0);
  }
  const auto rows = all_rows(table);
  Options options = options_of(quantize::Method::bw_sq);
  options.decoder = Decoder::best;
  options.epochs = 1;
  options.start = quantize::ThresholdStart::minmax;
  const model::Model best = train_model(table, rows, options);
  EXPECT_EQ(best.method, quantize::Method::xgb_qq);
  EXPECT_EQ(setting(best, "decoder chosen").find("boosted on quantile codes (MSE of 100 rows"), 0U)
      << setting(best, "decoder chosen");
  Options quantile = options_of(quantize::Method::xgb_qq);
  quantile.epochs = 1;
  EXPECT_EQ(best.thresholds.values, train_model(table, rows, quantile).thresholds.values);
}

TEST(BoostedDecoder, FewRowsTrainWithoutValidation) {
  const data::Table table = steps_table(30);
  const auto model = train_model(table, all_rows(table), options_of(quantize::Method::xgb_qq));
  EXPECT_EQ(std::get<model::decoder::Trees>(model.decoder).roots.size(), 100U);
}

// exp(a / 4) is a rate that trees find, whatever the loss that leads to it.
TEST(BoostedDecoder, LearnsRatesMediansAndLogarithms) {
  data::Table table = steps_table(2000);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    table.target[row] = std::exp(table.features(row, 0) / 4.0F);
  }
  const auto rows = all_rows(table);
  Options options = options_of(quantize::Method::xgb);
  for (const Objective objective :
       {Objective{.loss = inference::Loss::poisson},
        Objective{.loss = inference::Loss::absolute_error}, Objective{.scale = TargetScale::log}}) {
    options.objective = objective;
    const model::Model trained =
        model::from_bytes(model::to_bytes(train_model(table, rows, options)), "some.terse");
    const Metrics metrics = evaluate(trained, table, rows);
    EXPECT_GT(metrics.r2, 0.99) << loss_text(objective) << name(objective.scale);
  }
  options.objective = {.loss = inference::Loss::quantile, .quantile = 0.9};
  EXPECT_NE(input_error([&] {
              train_model(table, rows, options);
            }).find("boosted trees do not learn a quantile"),
            std::string::npos);
}

// Half of the rows say something else, and have no weight.
TEST(BoostedDecoder, WeightsDecideWhatIsLearned) {
  data::Table table = steps_table(1000);
  const data::Table truth = table;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const bool wrong = row / 100 % 2 == 1;
    if (wrong) table.target[row] = 50.0F;
    table.weights.push_back(wrong ? 0.0F : 1.0F);
  }
  const model::Model model =
      train_model(table, all_rows(table), options_of(quantize::Method::xgb_qq));
  EXPECT_LT(evaluate(model, truth, all_rows(truth)).rmse, 0.5);
}

// The last tenth of the rows contradicts all others: trees that stop by it do not grow.
TEST(BoostedDecoder, StopsByRowsOfTheSplit) {
  data::Table table = steps_table(1000);
  for (std::size_t row = 900; row < 1000; ++row) table.target[row] *= -1.0F;
  Options options = options_of(quantize::Method::xgb);
  const auto trees = [&] {
    const model::Model model = train_model(table, all_rows(table), options);
    return std::get<model::decoder::Trees>(model.decoder).roots.size();
  };
  const std::size_t random = trees();
  options.split.kind = data::SplitKind::last;
  EXPECT_GT(random, 5 * trees());
}

TEST(BoostedDecoder, StopsWhenAsked) {
  const data::Table table = steps_table(500);
  const std::atomic<bool> stop{true};
  EXPECT_THROW(train_model(table, all_rows(table), options_of(quantize::Method::xgb),
                           {.on_step = {}, .stop = &stop}),
               Interrupted);
}

}  // namespace
}  // namespace terse::train
