#include "terse/model/forest_tensors.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "model/file_parts.h"
#include "model/forest_examples.h"
#include "terse/base/error.h"
#include "terse/model/file.h"
#include "terse/model/identity.h"
#include "terse/model/message_difference.h"

namespace terse::model {
namespace {

Model example() {
  return with_forest(random_fold_input(quantize::Method::bw_sq, {.features = 4, .seed = 8}));
}

std::string refusal(const std::function<void(FileParts&)>& spoil) {
  FileParts parts = taken_apart(to_bytes(example()));
  spoil(parts);
  try {
    from_bytes(put_together(parts), "some.terse");
  } catch (const base::InputError& error) {
    return error.what();
  }
  return {};
}

TEST(ForestTensors, AFileGivesTheModelBack) {
  const Model model = example();
  const Bytes bytes = to_bytes(model);
  FileParts parts = taken_apart(bytes);
  EXPECT_EQ(parts.metadata()["format_version"], "7");
  const Model back = from_bytes(bytes, "some.terse");
  const Forest& forest = *model.features.back().forest;
  const Forest& found = *back.features.back().forest;
  EXPECT_EQ(found.nodes, forest.nodes);
  EXPECT_EQ(found.thresholds, forest.thresholds);
  EXPECT_EQ(found.leaves, forest.leaves);
  EXPECT_EQ(found.depth, forest.depth);
  EXPECT_EQ(to_bytes(back), bytes);
}

TEST(ForestTensors, SeveralComputedFeaturesKeepTheirOrder) {
  Model model = example();
  Feature more = model.features.back();
  more.name = "another";
  more.forest->leaves.front() = 5;
  model.features.push_back(more);
  model.thresholds.add_feature({});
  decoder::Lookup& lookup = lookup_of(model);
  base::Matrix table(lookup.table.rows() + 1, lookup.table.columns());
  std::ranges::copy(lookup.table.values(), table.values().begin());
  lookup.table = table;
  const Model back = from_bytes(to_bytes(model), "some.terse");
  EXPECT_EQ(back.features[4].forest->leaves.front(), -128);
  EXPECT_EQ(back.features[5].forest->leaves.front(), 5);
  EXPECT_EQ(back.readings(), 4U);
}

TEST(ForestTensors, HostileFilesAreRefusedByName) {
  const auto forest = [](FileParts& p) -> Json& { return p.document["features"][4]["forest"]; };
  const auto holds = [](const std::string& message, const std::string& part) {
    EXPECT_NE(message.find(part), std::string::npos) << message << " / " << part;
  };
  holds(refusal([&](FileParts& p) { forest(p) = 3; }), "features[4].forest': is not an object");
  holds(refusal([&](FileParts& p) { forest(p)["depth"] = 9; }), "depth': is 9, not within 1 to 8");
  holds(refusal([&](FileParts& p) { forest(p)["depth"] = 2; }), "'forests.0.nodes'");
  holds(refusal([&](FileParts& p) { forest(p).erase("inputs"); }), "inputs': is missing");
  holds(refusal([&](FileParts& p) { forest(p)["inputs"] = Json::array(); }), "has 0 entries");
  holds(refusal([&](FileParts& p) {
          forest(p)["inputs"] = Json::array({0, 1, 2, 4});
        }),
        "inputs': holds something other than the index of a reading");
  holds(refusal([&](FileParts& p) {
          forest(p)["inputs"] = Json::array({0, 1, 2, "3"});
        }),
        "inputs': holds something other than the index of a reading");
  holds(refusal([&](FileParts& p) {
          forest(p)["inputs"] = Json::array({0, 2, 1, 3});
        }),
        "has inputs out of order");
  holds(refusal([&](FileParts& p) {
          forest(p)["inputs"] = Json::array({0, 1, 2});
        }),
        "'forests.0.offsets': does not hold 3 numbers");
  holds(refusal([&](FileParts& p) { p.document["features"][4]["missing"] = true; }),
        "forest': is given although the feature cannot be computed");
  holds(refusal([&](FileParts& p) { p.document["features"][4]["origin"] = 1.5; }),
        "forest': is given although the feature cannot be computed");
  holds(refusal([&](FileParts& p) {
          p.document["features"][3]["forest"] = {{"depth", 1}, {"inputs", {0}}};
          p.document["features"][4].erase("forest");
        }),
        "features[4]': is a reading behind a computed feature");
  holds(refusal([&](FileParts& p) { p.document["features"][4].erase("forest"); }),
        "belongs to no part of a model");
  const auto at = [](FileParts& p, const std::string& tensor) {
    return p.header["forests.0." + tensor]["data_offsets"][0].get<std::size_t>();
  };
  holds(refusal([&](FileParts& p) { p.data[at(p, "nodes")] = 4; }),
        "'forests.0.nodes': compares an input that it does not have");
  holds(refusal([&](FileParts& p) {
          const float zero = 0.0F;
          std::memcpy(p.data.data() + at(p, "scales"), &zero, 4);
        }),
        "has an input without a scale");
  holds(refusal([&](FileParts& p) {
          const float infinite = std::numeric_limits<float>::infinity();
          std::memcpy(p.data.data() + at(p, "offsets"), &infinite, 4);
        }),
        "'forests.0.offsets': holds a number that is not finite");
}

TEST(ForestTensors, EveryNumberOfAForestTravels) {
  const Model model = example();
  const auto changed = [&](const auto& change) {
    Model other = model;
    change(other, *other.features.back().forest);
    EXPECT_NE(wire_id(model), wire_id(other));
    return message_difference(model, other);
  };
  EXPECT_EQ(message_difference(model, example()), "");
  const std::string said = "the forest of feature 'level'";
  EXPECT_EQ(changed([](Model&, Forest& f) { ++f.leaves[9]; }), said);
  EXPECT_EQ(changed([](Model&, Forest& f) { ++f.thresholds[9]; }), said);
  EXPECT_EQ(changed([](Model&, Forest& f) { f.nodes[9] ^= 1U; }), said);
  EXPECT_EQ(changed([](Model&, Forest& f) { f.inputs[1].scale *= 2; }), said);
  EXPECT_EQ(changed([](Model&, Forest& f) { f.inputs[1].offset += 1; }), said);
  EXPECT_NE(changed([](Model& m, Forest&) { m.features.back().forest.reset(); }), "");
  EXPECT_NE(changed([](Model& m, Forest&) { m.features[0].name = "renamed"; }), "");
}

}  // namespace
}  // namespace terse::model
