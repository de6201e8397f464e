#include "terse/serve/core/named_predictions.h"

#include <gtest/gtest.h>

#include <cmath>

namespace terse::serve::core {
namespace {

model::Model model_of_three() {
  model::Model model;
  model.output = model::Several{{{"yield", "kg", 0.0, 1.0, model::Number{}},
                                 {"say \"it\"", "", 0.0, 1.0, model::Classes{{"on", "off"}}},
                                 {"rate", "", 0.0, 1.0, model::Number{}}}};
  return model;
}

TEST(NamedPredictions, AreAnObjectBehindARecordSeparator) {
  const std::vector<float> outputs = {1.5F, 0.25F, 0.75F, -3.0F};
  const std::string label = named_predictions(model_of_three(), outputs);
  EXPECT_EQ(label, "\x1e{\"yield\":1.5,\"say \\\"it\\\"\":\"off\",\"rate\":-3}");
  EXPECT_EQ(json_of_names(label), "{\"yield\":1.5,\"say \\\"it\\\"\":\"off\",\"rate\":-3}");
  EXPECT_EQ(named_probabilities(model_of_three(), outputs), "{\"say \\\"it\\\"\":0.75}");
}

TEST(NamedPredictions, LabelsOfClassesAreNone) {
  EXPECT_EQ(json_of_names(""), std::nullopt);
  EXPECT_EQ(json_of_names("{\"a\":1}"), std::nullopt);
  EXPECT_TRUE(begins_like_names("\x1e"));
}

TEST(NamedPredictions, NumbersHaveTheDigitsOfFloat32) {
  EXPECT_EQ(shortest_number(0.1F).dump(), "0.1");
  EXPECT_EQ(shortest_number(7.0F).dump(), "7");
  EXPECT_EQ(shortest_number(INFINITY).dump(), "null");
}

}  // namespace
}  // namespace terse::serve::core
