// Model files of older programs, which every later one reads.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "terse/model/file.h"
#include "terse/model/predictor.h"

namespace terse::model {
namespace {

// tests/golden/: written once by tests/model/write_examples.cpp, to be read by every later version.
void expect_golden(const std::string& name, const Model& model) {
  std::ifstream table(TERSE_SOURCE_DIR "/tests/golden/" + name);
  std::string line;
  ASSERT_TRUE(std::getline(table, line));
  Predictor predictor(model);
  std::size_t rows = 0;
  for (; std::getline(table, line); ++rows) {
    std::vector<float> values;
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, ',');) {
      values.push_back(field.empty() ? std::nanf("") : std::stof(field));
    }
    ASSERT_EQ(values.size(), model.readings() + model.outputs());
    std::vector<float> prediction(model.outputs());
    predictor.predict({values.data(), 1, model.readings()}, prediction);
    for (std::size_t k = 0; k < prediction.size(); ++k) {
      const float expected = values[model.readings() + k];
      EXPECT_NEAR(prediction[k], expected, 1e-5 * std::max(1.0F, std::abs(expected)));
    }
  }
  EXPECT_EQ(rows, 40U);
}

TEST(GoldenFiles, OfVersion1IsReadForEver) {
  const std::string folder = TERSE_SOURCE_DIR "/tests/golden/";
  const Model model = read_file(folder + "model_v1.terse");
  EXPECT_EQ(model.method, quantize::Method::bw_sq);
  EXPECT_EQ(model.target_name, "target");
  EXPECT_EQ(model.record.seed, 18446744073709551615U);
  EXPECT_EQ(model.tag, 0xA7);
  expect_golden("model_v1.csv", model);
}

TEST(GoldenFiles, OfVersion2IsReadForEver) {
  const Model model = read_file(TERSE_SOURCE_DIR "/tests/golden/model_v2.terse");
  EXPECT_EQ(std::get<Classes>(model.output).labels,
            (std::vector<std::string>{"high", "low", "middling"}));
  EXPECT_EQ(model.features[1].categories, (std::vector<std::string>{"blue", "", "grün"}));
  EXPECT_TRUE(model.features[1].unseen_level && model.features[1].missing_level);
  EXPECT_TRUE(model.features[0].missing_level && model.features[2].categories.size() == 2);
  expect_golden("model_v2.csv", model);
}

TEST(GoldenFiles, OfVersion3IsReadForEver) {
  const Model model = read_file(TERSE_SOURCE_DIR "/tests/golden/model_v3.terse");
  const auto& layers = std::get<decoder::Integers>(model.decoder).layers;
  ASSERT_EQ(layers.size(), 3U);
  EXPECT_EQ(layers[0].bits, 2U);
  EXPECT_EQ(layers[1].bits, 4U);
  EXPECT_EQ(layers[2].bits, 6U);
  EXPECT_EQ(model.features[2].categories, (std::vector<std::string>{"1", "2"}));
  expect_golden("model_v3.csv", model);
}

TEST(GoldenFiles, OfVersion4IsReadForEver) {
  const Model model = read_file(TERSE_SOURCE_DIR "/tests/golden/model_v4.terse");
  EXPECT_EQ(std::get<Number>(model.output).link, Link::exponential);
  expect_golden("model_v4.csv", model);
}

TEST(GoldenFiles, OfVersion5IsReadForEver) {
  const Model model = read_file(TERSE_SOURCE_DIR "/tests/golden/model_v5.terse");
  EXPECT_TRUE(std::holds_alternative<decoder::Stack>(model.decoder));
  expect_golden("model_v5.csv", model);
}

TEST(GoldenFiles, OfVersion6AreReadForEver) {
  for (const std::string name : {"model_v6", "model_v6_trees"}) {
    const Model model = read_file(TERSE_SOURCE_DIR "/tests/golden/" + name + ".terse");
    EXPECT_EQ(std::holds_alternative<decoder::Tabm>(model.decoder), name == "model_v6");
    ASSERT_EQ(model.targets().size(), 3U);
    EXPECT_EQ(model.targets()[0].name, "yield");
    EXPECT_EQ(model.targets()[1].labels().size(), 3U);
    expect_golden(name + ".csv", model);
  }
}

TEST(GoldenFiles, OfVersion7IsReadForEver) {
  const Model model = read_file(TERSE_SOURCE_DIR "/tests/golden/model_v7.terse");
  EXPECT_EQ(model.readings() + 1, model.features.size());
  EXPECT_TRUE(model.features.back().forest.has_value());
  expect_golden("model_v7.csv", model);
}

}  // namespace
}  // namespace terse::model
