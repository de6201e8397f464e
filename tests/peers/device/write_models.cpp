// Writes models for the device tests: write_models FEATURES LEVELS[,LEVELS...] PACKING TAG SEED
// FILE Thresholds are distinct normal numbers; feature f has the levels at place f of the repeated
// list.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "terse/model/file.h"
#include "terse/random.h"

namespace {

std::vector<std::size_t> numbers(const std::string& text) {
  std::vector<std::size_t> values;
  for (const char* at = text.data(); at <= text.data() + text.size();) {
    std::size_t value = 0;
    at = std::from_chars(at, text.data() + text.size(), value).ptr + 1;
    values.push_back(value);
  }
  return values;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 7) return 2;
  const std::size_t features = numbers(arguments[1]).front();
  const std::vector<std::size_t> levels = numbers(arguments[2]);
  terse::Random random(numbers(arguments[5]).front(), 1);
  terse::model::Model model;
  std::size_t rows = 0;
  for (std::size_t f = 0; f < features; ++f) {
    model.features.push_back({"feature " + std::to_string(f), "", 0.0, 1.0});
    std::set<float> thresholds;
    while (thresholds.size() + 1 < levels[f % levels.size()]) {
      thresholds.insert(static_cast<float>(random.normal()));
    }
    model.thresholds.add_feature(std::vector<float>(thresholds.begin(), thresholds.end()));
    rows += thresholds.size() + 1;
  }
  model.target_name = "target";
  model.packing = std::string(arguments[3]) == "radix" ? terse::payload::Packing::radix
                                                       : terse::payload::Packing::bits;
  if (std::string(arguments[4]) != "none") {
    model.tag = static_cast<std::uint8_t>(numbers(arguments[4]).front());
  }
  constexpr std::size_t units = 4;
  model.table = terse::Matrix(rows, units);
  for (float& value : model.table.values()) value = static_cast<float>(random.normal());
  model.table_bias.assign(units, 0.5F);
  terse::network::DenseLayer last{terse::Matrix(1, units), {0.25F}};
  for (float& value : last.weights.values()) value = static_cast<float>(random.normal());
  model.layers.push_back(last);
  terse::model::write_file(model, arguments[6]);
  return 0;
}
