// Names and units that The Things Network's device repository has a place for.
#include "terse/export/js/normalized.h"

#include <gtest/gtest.h>

#include <string>

namespace terse::export_js {
namespace {

std::string place_of(const std::string& name, const std::string& unit) {
  const auto quantity = quantity_of({.name = name, .unit = unit});
  return quantity ? std::string(quantity->group) + "." + std::string(quantity->name) : "none";
}

TEST(Quantity, NeedsBothNameAndUnit) {
  EXPECT_EQ(place_of("Temperature",
                     "\xC2\xB0"
                     "C"),
            "air.temperature");
  EXPECT_EQ(place_of("air_temperature", "degC"), "air.temperature");
  EXPECT_EQ(place_of("Soil Moisture", "%"), "soil.moisture");
  EXPECT_EQ(place_of("wind-speed", "m/s"), "wind.speed");
  EXPECT_EQ(place_of("soil pH", ""), "soil.pH");
  EXPECT_EQ(place_of("temperature", "K"), "none");
  EXPECT_EQ(place_of("temperature", ""), "none");
  EXPECT_EQ(place_of("oil temperature",
                     "\xC2\xB0"
                     "C"),
            "none");
  EXPECT_EQ(place_of("humidity", "g/m3"), "none");
}

TEST(Quantity, StaysWithinTheSchema) {
  const auto humidity = quantity_of({.name = "humidity", .unit = "%"});
  ASSERT_TRUE(humidity.has_value());
  EXPECT_EQ(humidity->within(102.5), 100.0);
  EXPECT_EQ(humidity->within(-1.0), 0.0);
  EXPECT_EQ(humidity->within(55.5), 55.5);
  const auto speed = quantity_of({.name = "wind speed", .unit = "m/s"});
  ASSERT_TRUE(speed.has_value());
  EXPECT_EQ(speed->within(1e9), 1e9);
}

TEST(Quantities, GoToNobodyIfTwoClaimThem) {
  model::Model model;
  for (const char* name : {"temperature", "air temperature", "soil temperature", "humidity"}) {
    model.features.push_back({.name = name, .unit = std::string(name) == "humidity" ? "%" : "C"});
    model.thresholds.add_feature(std::string(name) == "humidity" ? std::vector<float>{}
                                                                 : std::vector<float>{1.0F});
  }
  const auto quantities = quantities_of(model);
  ASSERT_EQ(quantities.size(), 4U);
  EXPECT_FALSE(quantities[0].has_value());
  EXPECT_FALSE(quantities[1].has_value());
  EXPECT_TRUE(quantities[2].has_value());
  EXPECT_FALSE(quantities[3].has_value()) << "it is not sent";
}

}  // namespace
}  // namespace terse::export_js
