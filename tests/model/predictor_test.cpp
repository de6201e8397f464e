#include "terse/model/predictor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <new>

#include "model/examples.h"
#include "terse/base/cpu.h"

namespace {
std::atomic<std::size_t> allocations{0};
}  // namespace

// Every allocation of the program passes here: the test below counts them. Not inlined, or the
// compiler sees malloc's memory freed by delete.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  void* pointer = std::malloc(size == 0 ? 1 : size);
  if (pointer == nullptr) throw std::bad_alloc();
  return pointer;
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto boundary = static_cast<std::size_t>(alignment);
  void* pointer = std::aligned_alloc(boundary, (size + boundary) / boundary * boundary);
  if (pointer == nullptr) throw std::bad_alloc();
  return pointer;
}
[[gnu::noinline]] void operator delete(void* pointer) noexcept {
  std::free(pointer);
}
[[gnu::noinline]] void operator delete(void* pointer, std::size_t) noexcept {
  std::free(pointer);
}
[[gnu::noinline]] void operator delete(void* pointer, std::align_val_t) noexcept {
  std::free(pointer);
}
[[gnu::noinline]] void operator delete(void* pointer, std::size_t, std::align_val_t) noexcept {
  std::free(pointer);
}

namespace terse::model {
namespace {

struct Case {
  quantize::Method method;
  base::InstructionSet set;
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const quantize::Method method : quantize::network_methods) {
    for (const base::InstructionSet set : base::supported_instruction_sets())
      cases.push_back({method, set});
  }
  return cases;
}

class EveryPath : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override { base::force_instruction_set(GetParam().set); }
  void TearDown() override {
    base::force_instruction_set(base::supported_instruction_sets().back());
  }
};

TEST_P(EveryPath, EveryBatchSizeAndWidthPredictsWhatTheNetworkPredicts) {
  for (const std::size_t units : {1U, 5U, 16U, 33U, 100U, 200U}) {
    const FoldInput input =
        random_fold_input(GetParam().method, {.features = 6, .hidden = {units, 17, 3}});
    const Model model = example_model(input);
    const base::Matrix readings = example_readings(model, 70);
    Predictor predictor(model, 32);
    for (const std::size_t rows : {0U, 1U, 3U, 31U, 32U, 33U, 70U}) {
      std::vector<float> predictions(rows);
      predictor.predict({readings.data(), rows, readings.columns()}, predictions);
      for (std::size_t r = 0; r < rows; ++r) {
        const double expected = in_target_units(model, unfolded_prediction(input, readings.row(r)));
        ASSERT_NEAR(predictions[r], expected, 2e-5 * std::max(1.0, std::abs(expected)))
            << units << " units, row " << r << " of " << rows;
      }
    }
  }
}

TEST_P(EveryPath, CodesGiveTheSameBitsAsReadings) {
  if (GetParam().method == quantize::Method::fp) return;
  const Model model = example_model(random_fold_input(GetParam().method, {.features = 11}));
  const base::Matrix readings = example_readings(model, 100);
  Predictor predictor(model, 16);
  std::vector<quantize::Code> codes(readings.values().size());
  predictor.encode(readings, codes);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    ASSERT_EQ(codes[i], quantize::code_of(readings.values()[i], model.thresholds.of(i % 11)));
  }
  std::vector<float> from_readings(100);
  std::vector<float> from_codes(100);
  predictor.predict(readings, from_readings);
  predictor.predict_codes(codes, 100, from_codes);
  EXPECT_EQ(from_readings, from_codes);
}

INSTANTIATE_TEST_SUITE_P(Predictor, EveryPath, testing::ValuesIn(all_cases()),
                         [](const auto& test) {
                           std::string text = std::string(quantize::id(test.param.method)) + "_" +
                                              std::string(name(test.param.set));
                           std::ranges::replace(text, '-', '_');
                           return text;
                         });

TEST(Predictor, BatchesAroundTheDefaultSizePredictTheSame) {
  for (const quantize::Method method : {quantize::Method::bw_sq, quantize::Method::fp}) {
    const Model model = example_model(random_fold_input(method));
    const base::Matrix readings = example_readings(model, 2050);
    Predictor single(model, 1);
    std::vector<float> expected(2050);
    single.predict(readings, expected);
    Predictor predictor(model);
    for (const std::size_t rows : {1023U, 1024U, 1025U, 2047U, 2048U, 2050U}) {
      std::vector<float> predictions(rows);
      predictor.predict({readings.data(), rows, readings.columns()}, predictions);
      for (std::size_t r = 0; r < rows; ++r) {
        ASSERT_NEAR(predictions[r], expected[r], 1e-5 * std::abs(expected[r])) << r;
      }
    }
  }
}

// A layer that hands its input on shows what full precision standardises to: the one rounding that
// data::Scaler makes.
TEST(Predictor, FullPrecisionStandardisesInDoubleAndRoundsOnce) {
  Model model;
  model.method = quantize::Method::fp;
  model.features = {{"reading", "", 1013.25, 7.3}};
  model.thresholds.add_feature({});
  decoder::FullPrecision network{{{base::Matrix(1, 1), {0.0F}}}};
  network.layers[0].weights(0, 0) = 1.0F;
  model.decoder = network;
  base::Random random(5);
  base::Matrix readings(300, 1);
  std::vector<float> expected(300);
  for (std::size_t r = 0; r < 300; ++r) {
    readings(r, 0) = static_cast<float>(1013.25 + 20.0 * random.normal());
    expected[r] = static_cast<float>((static_cast<double>(readings(r, 0)) - 1013.25) / 7.3);
  }
  std::vector<float> predictions(300);
  Predictor(model).predict(readings, predictions);
  EXPECT_EQ(predictions, expected);
}

TEST(Predictor, TakesReadingsOfWiderRows) {
  const Model model = example_model(random_fold_input(quantize::Method::bw_sq));
  const base::Matrix readings = example_readings(model, 20);
  base::Matrix wide(20, readings.columns() + 3);
  for (std::size_t r = 0; r < 20; ++r) std::ranges::copy(readings.row(r), wide.row(r).begin());
  std::vector<float> expected(20);
  std::vector<float> predictions(20);
  Predictor predictor(model);
  predictor.predict(readings, expected);
  predictor.predict({wide.data(), 20, readings.columns(), wide.columns()}, predictions);
  EXPECT_EQ(predictions, expected);
}

TEST(Predictor, WithoutSentFeaturesPredictsAConstant) {
  FoldInput input = random_fold_input(quantize::Method::bw_sq, {.features = 2});
  input.thresholds = {};
  input.thresholds.add_feature({});
  input.thresholds.add_feature({});
  input.layers[0].weights = base::Matrix(12, 0);
  const Model model = example_model(input);
  const float reading[] = {1.0F, -2.0F};
  float prediction = 0.0F;
  Predictor(model).predict({reading, 1, 2}, {&prediction, 1});
  EXPECT_NEAR(prediction, unfolded_prediction(input, reading) * 3.5 + 20.25, 1e-4);
}

TEST(Predictor, AllocatesNothingOnceMade) {
  for (const quantize::Method method : {quantize::Method::bw_sq, quantize::Method::fp}) {
    const Model model = example_model(random_fold_input(method, {.hidden = {64, 64, 32}}));
    const base::Matrix readings = example_readings(model, 500);
    std::vector<float> predictions(500);
    std::vector<quantize::Code> codes(500 * model.features.size());
    Predictor predictor(model, 128);
    const auto predict = [&](std::size_t rows) {
      predictor.predict({readings.data(), rows, readings.columns()}, {predictions.data(), rows});
      if (method == quantize::Method::fp) return;
      predictor.encode(readings, codes);
      predictor.predict_codes(codes, 500, predictions);
    };
    // The products' library makes its code for each size once in a process.
    for (const std::size_t rows : {1U, 32U, 500U}) predict(rows);
    const std::size_t before = allocations;
    for (int i = 0; i < 10; ++i) {
      for (const std::size_t rows : {1U, 32U, 500U}) predict(rows);
    }
    EXPECT_EQ(allocations, before) << quantize::id(method);
    ::operator delete(::operator new(1));  // the counter counts
    EXPECT_GT(allocations, before);
  }
}

// Each target by its definition, from the outputs of the network that was folded.
TEST(Predictor, FinishesEachOfSeveralTargets) {
  for (const quantize::Method method : {quantize::Method::bw_sq, quantize::Method::fp}) {
    const FoldInput input = special_fold_input(method, 5);
    const Model model = several_model(method);
    const base::Matrix readings = special_readings(model, 40);
    Predictor predictor(model, 16);
    ASSERT_EQ(predictor.outputs(), 5U);
    std::vector<float> predictions(40 * 5);
    predictor.predict(readings, predictions);
    for (std::size_t r = 0; r < 40; ++r) {
      const std::vector<double> outputs = unfolded_outputs(input, readings.row(r));
      const auto found = [&](std::size_t k) { return static_cast<double>(predictions[r * 5 + k]); };
      EXPECT_NEAR(found(0), outputs[0] * 3.5 + 20.25, 1e-4);
      double total = 0.0;
      for (std::size_t k = 1; k < 4; ++k) total += std::exp(outputs[k]);
      for (std::size_t k = 1; k < 4; ++k) EXPECT_NEAR(found(k), std::exp(outputs[k]) / total, 1e-5);
      EXPECT_NEAR(found(4), std::exp(outputs[4] * 0.3 + 0.4), 1e-4);
    }
  }
}

}  // namespace
}  // namespace terse::model
