#include "terse/export/js/normalized.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace terse::export_js {
namespace {

constexpr std::array celsius = {std::string_view("\xC2\xB0"
                                                 "c"),
                                std::string_view("c"), std::string_view("degc"),
                                std::string_view("celsius"), std::string_view("\xE2\x84\x83")};
constexpr std::array percent = {std::string_view("%"), std::string_view("%rh"),
                                std::string_view("percent")};
constexpr std::array hectopascal = {std::string_view("hpa"), std::string_view("mbar")};
constexpr std::array ppm = {std::string_view("ppm")};
constexpr std::array lux = {std::string_view("lx"), std::string_view("lux")};
constexpr std::array siemens = {std::string_view("ds/m"), std::string_view("ms/cm")};
constexpr std::array metres = {std::string_view("m/s")};
constexpr std::array degrees = {std::string_view("\xC2\xB0"), std::string_view("deg"),
                                std::string_view("degrees")};
constexpr std::array none = {std::string_view(""), std::string_view("ph")};

constexpr double absolute_zero = -273.15;

struct Known {
  std::string_view name;  ///< as comparable() gives it
  std::span<const std::string_view> units;
  Quantity quantity;
};

constexpr std::array known = {
    Known{"temperature", celsius, {"air", "temperature", absolute_zero}},
    Known{"airtemperature", celsius, {"air", "temperature", absolute_zero}},
    Known{"ambienttemperature", celsius, {"air", "temperature", absolute_zero}},
    Known{"humidity", percent, {"air", "relativeHumidity", 0.0, 100.0}},
    Known{"relativehumidity", percent, {"air", "relativeHumidity", 0.0, 100.0}},
    Known{"airhumidity", percent, {"air", "relativeHumidity", 0.0, 100.0}},
    Known{"pressure", hectopascal, {"air", "pressure", 900.0, 1100.0}},
    Known{"airpressure", hectopascal, {"air", "pressure", 900.0, 1100.0}},
    Known{"barometricpressure", hectopascal, {"air", "pressure", 900.0, 1100.0}},
    Known{"atmosphericpressure", hectopascal, {"air", "pressure", 900.0, 1100.0}},
    Known{"co2", ppm, {"air", "co2", 0.0, 1e6}},
    Known{"light", lux, {"air", "lightIntensity", 0.0}},
    Known{"lightintensity", lux, {"air", "lightIntensity", 0.0}},
    Known{"illuminance", lux, {"air", "lightIntensity", 0.0}},
    Known{"soiltemperature", celsius, {"soil", "temperature", absolute_zero}},
    Known{"soilmoisture", percent, {"soil", "moisture", 0.0, 100.0}},
    Known{"soilec", siemens, {"soil", "ec", 0.0, 621.0}},
    Known{"soilconductivity", siemens, {"soil", "ec", 0.0, 621.0}},
    Known{"soilph", none, {"soil", "pH", 0.0, 14.0}},
    Known{"windspeed", metres, {"wind", "speed", 0.0}},
    // The schema wants less than 360.
    Known{"winddirection", degrees, {"wind", "direction", 0.0, 359.99}},
};

/// In lower case, without what parts words.
std::string comparable(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c == ' ' || c == '_' || c == '-' || c == '.') continue;
    result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

}  // namespace

double Quantity::within(double value) const {
  const double raised = std::max(value, lowest);
  return highest ? std::min(raised, *highest) : raised;
}

std::optional<Quantity> quantity_of(const model::Feature& feature) {
  const std::string name = comparable(feature.name);
  const std::string unit = comparable(feature.unit);
  for (const Known& entry : known) {
    if (entry.name == name && std::ranges::count(entry.units, unit) != 0) return entry.quantity;
  }
  return std::nullopt;
}

std::vector<std::optional<Quantity>> quantities_of(const model::Model& model) {
  std::vector<std::optional<Quantity>> quantities;
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const bool number = !model.thresholds.of(f).empty();
    quantities.push_back(number ? quantity_of(model.features[f]) : std::nullopt);
  }
  std::vector<std::optional<Quantity>> alone = quantities;
  for (std::size_t f = 0; f < alone.size(); ++f) {
    const auto claims = std::ranges::count_if(quantities, [&](const auto& other) {
      return other && alone[f] && other->group == alone[f]->group && other->name == alone[f]->name;
    });
    if (claims > 1) alone[f].reset();
  }
  return alone;
}

}  // namespace terse::export_js
