#include "terse/train/scales.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/random.h"
#include "terse/model/encoder.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/preparation.h"

namespace terse::train {
namespace {

using quantize::ScaleKind;

std::vector<float> drawn(std::size_t count, double (*of)(double)) {
  base::Random random(5);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(of(random.normal()));
  std::ranges::sort(values);
  return values;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto count = static_cast<double>(a.size());
  double means[2] = {0, 0};
  for (std::size_t i = 0; i < a.size(); ++i) {
    means[0] += a[i] / count;
    means[1] += b[i] / count;
  }
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - means[0]) * (b[i] - means[1]);
    aa += (a[i] - means[0]) * (a[i] - means[0]);
    bb += (b[i] - means[1]) * (b[i] - means[1]);
  }
  return ab / std::sqrt(aa * bb);
}

// What each scale is meant to straighten comes out straight.
TEST(Scales, StraightenWhatTheyAreFor) {
  const std::vector<float> sorted = drawn(4000, [](double z) { return std::exp(2.0 * z); });
  std::vector<double> logs;
  for (const float value : sorted) logs.push_back(std::log(double{value}));
  for (const auto kind : {ScaleKind::normal, ScaleKind::half, ScaleKind::log}) {
    const quantize::Scale scale = fit_scale({kind, false, {}}, sorted);
    ASSERT_LE(scale.knots.size(), 200U);
    EXPECT_TRUE(std::ranges::is_sorted(scale.knots, {}, &quantize::Knot::value));
    std::vector<double> scaled;
    double sum = 0.0;
    double squares = 0.0;
    for (const float value : sorted) {
      scaled.push_back(double{scale.scaled(value)});
      sum += scaled.back();
      squares += scaled.back() * scaled.back();
    }
    EXPECT_NEAR(sum / 4000, 0.0, 0.01);
    EXPECT_NEAR(squares / 4000, 1.0, 0.05);
    const bool follows = kind == ScaleKind::normal || kind == ScaleKind::log;
    EXPECT_GT(correlation(scaled, logs), kind == ScaleKind::normal ? 0.999 : follows ? 0.9 : -1.0);
  }
}

// Readings of few kinds get the score of the middle of their ranks: closed form for 1 : 2 : 1.
TEST(Scales, NormalScoresOfTies) {
  std::vector<float> sorted(100, 0.0F);
  std::fill(sorted.begin() + 25, sorted.end(), 1.0F);
  std::fill(sorted.begin() + 75, sorted.end(), 9.0F);
  const quantize::Scale scale = fit_scale({ScaleKind::normal, false, {}}, sorted);
  // The outer groups are at -z and z, so that standardising gives sqrt(2) whatever z is.
  ASSERT_EQ(scale.knots.size(), 3U);
  EXPECT_NEAR(scale.knots[0].value, -std::sqrt(2.0), 1e-6);
  EXPECT_NEAR(scale.knots[1].value, 0.0, 1e-6);
  EXPECT_NEAR(scale.knots[2].value, std::sqrt(2.0), 1e-6);
}

TEST(Scales, AutomaticLooksAtTheTail) {
  const auto chosen = [](const std::vector<float>& sorted, bool full_precision = false) {
    return automatic_scale(sorted, full_precision);
  };
  EXPECT_EQ(chosen(drawn(2000, [](double z) { return z; })).kind, ScaleKind::linear);
  EXPECT_TRUE(chosen(drawn(2000, [](double z) { return z; })).reason.empty());
  EXPECT_EQ(chosen({1.0F, 1e30F}).kind, ScaleKind::linear);
  EXPECT_EQ(chosen(std::vector<float>(100, 3.0F)).kind, ScaleKind::linear);
  const ChosenScale tail = chosen(drawn(2000, [](double z) { return std::exp(3.0 * z); }));
  EXPECT_EQ(tail.kind, ScaleKind::half);
  EXPECT_NE(tail.reason.find("steps are below 0.001 deviations"), std::string::npos);
  const ChosenScale milder = chosen(drawn(2000, [](double z) { return std::exp(1.8 * z); }));
  EXPECT_EQ(milder.kind, ScaleKind::half);
  EXPECT_NE(milder.reason.find("correlates with normal scores by 0."), std::string::npos);
  // A tail that thresholds can bear, but not a network on readings as they are.
  const std::vector<float> mild = drawn(2000, [](double z) { return std::exp(z); });
  EXPECT_EQ(chosen(mild).kind, ScaleKind::linear);
  EXPECT_EQ(chosen(mild, true).kind, ScaleKind::half);
  // Two narrow clusters are crowded too, but no tail.
  const std::vector<float> clusters =
      drawn(2000, [](double z) { return (z > 0.0 ? 1.0 : -1.0) + 0.1 * z; });
  EXPECT_EQ(chosen(clusters).kind, ScaleKind::linear);
  std::vector<float> extreme = drawn(2000, [](double z) { return z; });
  extreme.push_back(9.9e37F);
  const ChosenScale bounded = chosen(extreme);
  EXPECT_EQ(bounded.kind, ScaleKind::linear);
  EXPECT_TRUE(bounded.bounded);
  EXPECT_NE(bounded.reason.find("1 of 2001"), std::string::npos) << bounded.reason;
}

// lux rules its column, one reading of b is a fault, c is normal; every third c is missing if gaps.
data::Table table_of(std::size_t rows, bool gaps) {
  data::Table table;
  table.source = "lux.csv";
  table.feature_names = {"lux", "b", "c"};
  table.feature_units = {"lx", "", ""};
  table.target_name = "y";
  table.features = base::Matrix(rows, 3);
  base::Random random(8);
  for (std::size_t r = 0; r < rows; ++r) {
    const double decades = 6.0 * random.uniform() - 1.0;
    const double b = random.normal();
    table.features(r, 0) = static_cast<float>(std::pow(10.0, decades));
    table.features(r, 1) = r == 17 ? 9.9e37F : static_cast<float>(b);
    table.features(r, 2) = gaps && r % 3 == 0 ? std::nanf("") : static_cast<float>(random.normal());
    table.target.push_back(static_cast<float>(decades + 0.5 * (r == 17 ? 0.0 : b)));
  }
  return table;
}

Options quick(const std::string& scale, quantize::Method method = quantize::Method::bw_sq) {
  Options options;
  options.method = method;
  options.scale = parse_scales(scale);
  options.hidden = {16};
  options.epochs = 2;
  options.bits = 3;
  options.start = quantize::choosable_start(method) ? std::optional(quantize::ThresholdStart::tree)
                                                    : std::nullopt;
  return options;
}

// The device's comparison of the raw reading is the trained comparison of the scaled one, for
// every training reading and the floats beside it.
TEST(Scales, ThresholdsMapBackBitForBit) {
  for (const bool gaps : {false, true}) {
    const data::Table table = table_of(400, gaps);
    const auto rows = base::all_rows(table.rows());
    for (const char* scale : {"linear", "auto", "normal", "half", "log", "linear,lux=log"}) {
      for (const bool midway : {false, true}) {
        Options options = quick(scale, quantize::Method::bw_qq);
        options.midway = midway;
        const Preparation prepared = prepare(table, rows, options);
        const model::Model model = train_model(table, rows, options);
        const model::Encoder encoder(model);
        std::vector<quantize::Code> codes(rows.size() * 3);
        encoder.encode(table.features, codes);
        for (std::size_t f = 0; f < 3; ++f) {
          // Codes of one kind of reading in training are one code on the device, in this order.
          std::vector<std::pair<int, int>> pairs;
          for (std::size_t r = 0; r < rows.size(); ++r) {
            const float reading = table.features(r, f);
            if (std::isnan(reading)) continue;
            const float scaled = prepared.features[f].scaled(reading);
            if (!gaps || f < 2) {
              ASSERT_EQ(scaled, prepared.inputs(r, f));
            }
            pairs.emplace_back(quantize::code_of(scaled, prepared.thresholds.of(f)),
                               codes[r * 3 + f]);
          }
          std::ranges::sort(pairs);
          for (std::size_t i = 1; i < pairs.size(); ++i) {
            ASSERT_EQ(pairs[i].first == pairs[i - 1].first, pairs[i].second == pairs[i - 1].second)
                << scale << " feature " << f;
          }
        }
      }
    }
  }
}

TEST(Scales, OneReadingFarOutsideChangesNothingElse) {
  data::Table with = table_of(1500, false);
  data::Table without = with;
  without.features(17, 1) = 0.0F;
  const auto rows = base::all_rows(with.rows());
  for (const auto method : {quantize::Method::fp, quantize::Method::bw_sq}) {
    Options options = quick("auto", method);
    options.epochs = 40;
    options.batch_rows = 64;
    options.learning_rate = 3e-3;
    const double r2 = evaluate(train_model(with, rows, options), with, rows).r2;
    EXPECT_GT(r2, 0.95) << quantize::id(method);
    EXPECT_NEAR(r2, evaluate(train_model(without, rows, options), without, rows).r2, 0.02);
    options.scale = parse_scales("linear");
    EXPECT_LT(evaluate(train_model(with, rows, options), with, rows).r2, 0.9);
  }
}

TEST(Scales, ChoicesOfTheUserComeBeforeTheRule) {
  const data::Table table = table_of(400, false);
  const auto rows = base::all_rows(table.rows());
  auto chosen = chosen_scales(table, rows, quick("auto,lux=linear,c=half"));
  EXPECT_EQ(chosen[0].kind, ScaleKind::linear);
  EXPECT_FALSE(chosen[0].bounded);
  EXPECT_TRUE(chosen[1].bounded);
  EXPECT_EQ(chosen[2].kind, ScaleKind::half);
  const Options settled = with_chosen_scales(table, rows, quick("auto,c=log"));
  EXPECT_EQ(scales_text(settled.scale), "auto,lux=half,c=log");
  const auto record = scale_record(table, chosen);
  ASSERT_EQ(record.size(), 2U);
  EXPECT_EQ(record[0].first, "scale b");
  EXPECT_EQ(record[0].second.find("linear, bounded (1 of 400 readings"), 0U) << record[0].second;
  EXPECT_EQ(record[1], (std::pair<std::string, std::string>("scale c", "half")));
}

TEST(Scales, TextReadsBackAndNonsenseIsNamed) {
  for (const char* text : {"linear", "auto", "auto,lux=log", "normal,a=b=half,c=linear"}) {
    EXPECT_EQ(scales_text(parse_scales(text)), text);
  }
  EXPECT_EQ(scales_text(parse_scales("lux=log")), "linear,lux=log");
  for (const char* text : {"", "lin", "auto,normal", "=log", "lux=", "auto,,", "lux=logs"}) {
    EXPECT_THROW(parse_scales(text), base::OptionError) << text;
  }
  const data::Table table = table_of(40, false);
  const auto rows = base::all_rows(table.rows());
  EXPECT_THROW(chosen_scales(table, rows, quick("auto,Lux=log")), base::OptionError);
  data::Table kinds = table;
  kinds.categories = {{}, {}, {"on", "off"}};
  EXPECT_THROW(chosen_scales(kinds, rows, quick("c=log")), base::OptionError);
}

}  // namespace
}  // namespace terse::train
