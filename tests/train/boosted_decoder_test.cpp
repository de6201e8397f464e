#include "terse/train/boosted_decoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "data/input_error.h"

#include "terse/model/file.h"
#include "terse/model/predictor.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/observer.h"

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
