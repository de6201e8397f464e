// Writes models for the device tests: write_models FEATURES LEVELS[,LEVELS...] PACKING TAG SEED
// FILE Thresholds are distinct normal numbers; feature f has the levels at place f of the repeated
// list. "8m": the last of the 8 says that there is no reading; "5c": categories; "5cu": the last is
// for any other; "6cum": both.
#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "level_list.h"
#include "terse/base/random.h"
#include "terse/model/file.h"

namespace {

/// Adds feature f as `part` of the list describes it; its levels.
std::size_t add_feature(terse::model::Model& model, std::size_t f, const std::string& part,
                        terse::base::Random& random) {
  const std::size_t levels = number(part);
  const auto marked = [&](char mark) { return part.find(mark) != std::string::npos; };
  terse::model::Feature feature{"feature " + std::to_string(f), "", 0.0, 1.0};
  feature.missing_level = marked('m');
  feature.unseen_level = marked('u');
  const std::size_t marks = (marked('m') ? 1 : 0) + (marked('u') ? 1 : 0);
  std::set<float> thresholds;
  if (marked('c')) {
    while (feature.categories.size() + marks < levels) {
      feature.categories.push_back("kind " + std::to_string(feature.categories.size()));
    }
  } else {
    while (thresholds.size() + 1 + marks < levels) {
      thresholds.insert(static_cast<float>(random.normal()));
    }
  }
  model.features.push_back(feature);
  model.thresholds.add_feature(std::vector<float>(thresholds.begin(), thresholds.end()));
  return levels;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 7) return 2;
  const std::size_t features = number(arguments[1]);
  const std::vector<std::string> parts = parts_of(arguments[2]);
  terse::base::Random random(number(arguments[5]), 1);
  terse::model::Model model;
  std::size_t rows = 0;
  for (std::size_t f = 0; f < features; ++f) {
    rows += add_feature(model, f, parts[f % parts.size()], random);
  }
  model.target_name = "target";
  model.packing = std::string(arguments[3]) == "radix" ? terse::payload::Packing::radix
                                                       : terse::payload::Packing::bits;
  if (std::string(arguments[4]) != "none") {
    model.tag = static_cast<std::uint8_t>(number(arguments[4]));
  }
  constexpr std::size_t units = 4;
  terse::model::decoder::Lookup network{
      terse::base::Matrix(rows, units), std::vector<float>(units, 0.5F), {}};
  for (float& value : network.table.values()) value = static_cast<float>(random.normal());
  terse::inference::DenseLayer last{terse::base::Matrix(1, units), {0.25F}};
  for (float& value : last.weights.values()) value = static_cast<float>(random.normal());
  network.layers.push_back(last);
  model.decoder = network;
  terse::model::write_file(model, arguments[6]);
  return 0;
}
