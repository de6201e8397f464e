#include "terse/model/metadata.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "data/input_error.h"
#include "model/examples.h"
#include "model/file_parts.h"

namespace terse::model {
namespace {

Model example() {
  return example_model(random_fold_input(quantize::Method::bw_sq));
}

TEST(Document, RoundTripsEveryField) {
  const Model model = example();
  const Model found = read_document(write_document(model), "some.terse");
  EXPECT_EQ(found.method, model.method);
  EXPECT_EQ(found.packing, model.packing);
  EXPECT_EQ(found.tag, model.tag);
  EXPECT_EQ(found.thresholds.offsets, model.thresholds.offsets);
  EXPECT_EQ(found.target_name, "target");
  EXPECT_EQ(found.target_unit, "kWh");
  EXPECT_EQ(std::get<Number>(found.output).mean, std::get<Number>(model.output).mean);
  EXPECT_EQ(std::get<Number>(found.output).deviation, std::get<Number>(model.output).deviation);
  ASSERT_EQ(found.features.size(), model.features.size());
  for (std::size_t f = 0; f < found.features.size(); ++f) {
    EXPECT_EQ(found.features[f].name, model.features[f].name);
    EXPECT_EQ(found.features[f].unit, model.features[f].unit);
    EXPECT_EQ(found.features[f].mean, model.features[f].mean);
    EXPECT_EQ(found.features[f].deviation, model.features[f].deviation);
  }
  EXPECT_EQ(found.record.command, model.record.command);
  EXPECT_EQ(found.record.data, model.record.data);
  EXPECT_EQ(found.record.data_hash, model.record.data_hash);
  EXPECT_EQ(found.record.seed, 18446744073709551615U);
  EXPECT_EQ(found.record.train_seconds, model.record.train_seconds);
  EXPECT_EQ(found.record.settings, model.record.settings);
  EXPECT_EQ(found.record.metrics, model.record.metrics);
}

TEST(Document, RoundTripsEveryMethodWithAndWithoutTag) {
  for (const quantize::Method method : quantize::network_methods) {
    Model model = example_model(random_fold_input(method));
    model.packing = payload::Packing::bits;
    model.tag.reset();
    const Model found = read_document(write_document(model), "some.terse");
    EXPECT_EQ(found.method, method);
    EXPECT_EQ(found.packing, payload::Packing::bits);
    EXPECT_FALSE(found.tag.has_value());
  }
}

TEST(Document, RowsPerCodeReadBack) {
  Model model = example();
  const auto levels = model.levels();
  for (std::size_t f = 1; f < levels.size(); ++f) {
    for (std::size_t code = 0; code < levels[f]; ++code) {
      model.features[f].code_rows.push_back(1000 * f + code);
    }
  }
  const Model found = read_document(write_document(model), "some.terse");
  for (std::size_t f = 0; f < levels.size(); ++f) {
    EXPECT_EQ(found.features[f].code_rows, model.features[f].code_rows);
  }
}

TEST(Document, ScalesReadBackInFullPrecisionAlone) {
  for (const quantize::Method method : {quantize::Method::fp, quantize::Method::bw_sq}) {
    FoldInput input = random_fold_input(method);
    give_scales(input.features);
    const Model found = read_document(write_document(example_model(input)), "some.terse");
    for (std::size_t f = 0; f < input.features.size(); ++f) {
      const bool kept = method == quantize::Method::fp;
      EXPECT_EQ(found.features[f].scale, kept ? input.features[f].scale : quantize::Scale{});
    }
  }
}

TEST(Document, ScalesThatCannotBeAreRefused) {
  FoldInput input = random_fold_input(quantize::Method::fp);
  give_scales(input.features);
  const Json good = Json::parse(write_document(example_model(input)));
  const std::pair<Json, std::string> cases[] = {
      {Json(3), "is not an array"},
      {Json::parse("[[1, 2]]"), "has 1 knots"},
      {Json::parse("[[1, 2], [2]]"), "other than pairs"},
      {Json::parse("[[1, 2], [2, \"3\"]]"), "other than pairs"},
      {Json::parse("[[1, 2], [1, 3]]"), "is not ascending"},
      {Json::parse("[[1, 2], [2, 1]]"), "is not ascending"},
      {Json::parse("[[1, 2], [1e39, 3]]"), "not a float32 reading"},
      {Json::parse("[[1, 2], [1.00000001, 3]]"), "not a float32 reading"},
      {Json::parse("[[1, 2], [2, 1e31]]"), "not a float32 reading"},
  };
  for (const auto& [scale, says] : cases) {
    Json spoiled = good;
    spoiled["features"][0]["scale"] = scale;
    const std::string text = spoiled.dump();
    const std::string message = input_error([&] { read_document(text, "some.terse"); });
    EXPECT_NE(message.find("'features[0].scale': "), std::string::npos) << message;
    EXPECT_NE(message.find(says), std::string::npos) << message;
  }
  Json codes = Json::parse(write_document(example()));
  codes["features"][0]["scale"] = Json::parse("[[1, 2], [2, 3]]");
  EXPECT_NE(input_error([&] { read_document(codes.dump(), "some.terse"); }).find("no reading is"),
            std::string::npos);
}

TEST(Document, DoublesReadBackBitForBit) {
  base::Random random(9);
  Model model = example();
  for (int i = 0; i < 2000; ++i) {
    const auto value = std::bit_cast<double>(random.next64());
    if (!std::isfinite(value)) continue;
    model.output = Number{value, 1.0};
    const Model found = read_document(write_document(model), "some.terse");
    ASSERT_EQ(std::bit_cast<std::uint64_t>(std::get<Number>(found.output).mean),
              std::bit_cast<std::uint64_t>(value));
  }
  model.output = Number{-0.0, 1.0};
  const Model found = read_document(write_document(model), "some.terse");
  EXPECT_TRUE(std::signbit(std::get<Number>(found.output).mean));
}

TEST(Document, UndefinedMetricsStayUndefined) {
  Model model = example();
  model.record.metrics = {{"r2", std::nan("")}, {"rmse", std::numeric_limits<double>::infinity()}};
  const Model found = read_document(write_document(model), "some.terse");
  ASSERT_EQ(found.record.metrics.size(), 2U);
  EXPECT_TRUE(std::isnan(found.record.metrics[0].second));
  EXPECT_TRUE(std::isnan(found.record.metrics[1].second));
}

TEST(Document, NamesThatAreNoTextAreRefusedWhenWriting) {
  Model model = example();
  model.features[2].name = "Temp\xE9rature";
  EXPECT_EQ(input_error([&] { write_document(model); }),
            "model: feature 'Temp\\xe9rature': is not UTF-8; give its `encoding`, or save the "
            "table as UTF-8");
}

struct Hostile {
  std::string name;
  std::function<void(Json&)> spoil;
  std::string message;
};

class HostileDocument : public testing::TestWithParam<Hostile> {};

TEST_P(HostileDocument, IsRefusedByName) {
  Json document = Json::parse(write_document(example()));
  GetParam().spoil(document);
  const std::string text = document.dump();
  const std::string message = input_error([&] { read_document(text, "some.terse"); });
  EXPECT_EQ(message.find("some.terse: document"), 0U) << message;
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
}

std::vector<Hostile> hostile_documents() {
  return {
      {"array", [](Json& d) { d = Json::array(); }, "document: is not a JSON object"},
      {"no_task", [](Json& d) { d.erase("task"); }, "'task': is missing"},
      {"other_task", [](Json& d) { d["task"] = "poetry"; }, "'task': 'poetry' is not known"},
      {"no_method", [](Json& d) { d.erase("method"); }, "'method': is missing"},
      {"method_number", [](Json& d) { d["method"] = 4; }, "'method': is not a string"},
      {"other_method", [](Json& d) { d["method"] = "bw-xx"; }, "'method': 'bw-xx' is not known"},
      {"other_packing", [](Json& d) { d["packing"] = "zip"; }, "'packing': 'zip' is not known"},
      {"no_tag", [](Json& d) { d.erase("tag"); }, "'tag': is missing"},
      {"large_tag", [](Json& d) { d["tag"] = 256; }, "'tag': is 256, not within 0 to 255"},
      {"negative_tag", [](Json& d) { d["tag"] = -1; }, "'tag': is not a non-negative integer"},
      {"features_object", [](Json& d) { d["features"] = Json::object(); }, "'features': is not an"},
      {"no_features", [](Json& d) { d["features"] = Json::array(); }, "'features': has 0 entries"},
      {"feature_text", [](Json& d) { d["features"][1] = "x"; }, "'features[1]': is not an object"},
      {"feature_no_name", [](Json& d) { d["features"][1].erase("name"); }, "'features[1].name'"},
      {"feature_empty_name", [](Json& d) { d["features"][1]["name"] = ""; }, "name': is empty"},
      {"feature_twice", [](Json& d) { d["features"][1]["name"] = d["features"][0]["name"]; },
       "'features[1].name': appears twice"},
      {"feature_no_unit", [](Json& d) { d["features"][0].erase("unit"); }, "[0].unit': is missing"},
      {"feature_mean_text", [](Json& d) { d["features"][3]["mean"] = "1"; }, "[3].mean': is not a"},
      {"feature_mean_null", [](Json& d) { d["features"][3]["mean"] = nullptr; }, "[3].mean': is n"},
      {"feature_deviation_zero", [](Json& d) { d["features"][3]["deviation"] = 0; },
       "'features[3].deviation': is not positive"},
      {"feature_deviation_negative", [](Json& d) { d["features"][3]["deviation"] = -1.0; },
       "'features[3].deviation': is not positive"},
      {"levels_zero", [](Json& d) { d["features"][2]["levels"] = 0; },
       "'features[2].levels': is 0, not within 1 to 256"},
      {"levels_many", [](Json& d) { d["features"][2]["levels"] = 257; },
       "'features[2].levels': is 257, not within 1 to 256"},
      {"levels_fraction", [](Json& d) { d["features"][2]["levels"] = 2.5; }, "[2].levels': is not"},
      {"levels_of_fp", [](Json& d) { d["method"] = "fp"; }, "is not 1 although the method is fp"},
      {"code_rows_text", [](Json& d) { d["features"][2]["code_rows"] = "x"; },
       "'features[2].code_rows': is not an array"},
      {"code_rows_few", [](Json& d) { d["features"][2]["code_rows"] = Json::array(); },
       "'features[2].code_rows': has 0 numbers for"},
      {"code_rows_negative",
       [](Json& d) {
         d["features"][2]["code_rows"] = {1, -1};
       },
       "'features[2].code_rows': holds something other than a number of rows"},
      {"no_target", [](Json& d) { d.erase("target"); }, "'target': is missing"},
      {"target_text", [](Json& d) { d["target"] = "y"; }, "'target': is not an object"},
      {"target_name_number", [](Json& d) { d["target"]["name"] = 1; }, "'target.name': is not a s"},
      {"target_deviation", [](Json& d) { d["target"]["deviation"] = 0.0; }, "'target.deviation'"},
      {"no_record", [](Json& d) { d.erase("record"); }, "'record': is missing"},
      {"seed_negative", [](Json& d) { d["record"]["seed"] = -1; }, "'record.seed': is not a non-n"},
      {"seconds_text", [](Json& d) { d["record"]["train_seconds"] = "1"; },
       "train_seconds': is no"},
      {"setting_number", [](Json& d) { d["record"]["settings"]["epochs"] = 5; },
       "'record.settings.epochs': is not a string"},
      {"metric_text", [](Json& d) { d["record"]["metrics"]["mse"] = "0.1"; },
       "'record.metrics.mse': is not a number"}};
}

INSTANTIATE_TEST_SUITE_P(Metadata, HostileDocument, testing::ValuesIn(hostile_documents()),
                         [](const auto& test) { return test.param.name; });

// Version 2: features 0 and 3 with gaps, 1 with three categories, unseen and gaps, 2 with two.
class HostileSpecialDocument : public testing::TestWithParam<Hostile> {};

TEST_P(HostileSpecialDocument, IsRefusedByName) {
  Model model = example_model(special_fold_input(quantize::Method::bw_sq, 3));
  model.output = Classes{{"a", "b", "c"}};
  Json document = Json::parse(write_document(model));
  EXPECT_EQ(write_document(read_document(document.dump(), "some.terse")), write_document(model));
  GetParam().spoil(document);
  const std::string text = document.dump();
  const std::string message = input_error([&] { read_document(text, "some.terse"); });
  EXPECT_EQ(message.find("some.terse: document"), 0U) << message;
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
}

std::vector<Hostile> hostile_special_documents() {
  const auto feature = [](std::size_t index, const std::string& field, const Json& value) {
    return [=](Json& d) { d["features"][index][field] = value; };
  };
  const auto classes = [](const Json& value) {
    return [=](Json& d) { d["target"]["classes"] = value; };
  };
  Json many = Json::array();
  for (int i = 0; i < 257; ++i) many.push_back(std::to_string(i));
  Json thousand = Json::array();
  for (int i = 0; i < 1001; ++i) thousand.push_back(std::to_string(i));
  return {
      {"categories_text", feature(2, "categories", "a"), "[2].categories': is not an array"},
      {"categories_none", feature(2, "categories", Json::array()), "has 0 entries, not 1 to 256"},
      {"categories_many", feature(2, "categories", many), "has 257 entries, not 1 to 256"},
      {"categories_number", feature(2, "categories", {1, 2}),
       "holds something other than a string"},
      {"categories_twice", feature(2, "categories", {"x", "x"}), "categories': has 'x' twice"},
      {"categories_more", feature(2, "categories", {"1", "2", "3"}),
       "[2].levels': is 2, but the categories make 3"},
      {"categories_of_a_number", feature(0, "categories", {"1"}), "but the categories make 2"},
      {"missing_text", feature(0, "missing", "yes"), "[0].missing': is not true or false"},
      {"unseen_number", feature(1, "unseen", 1), "[1].unseen': is not true or false"},
      {"unseen_of_a_number", feature(0, "unseen", true), "although there are no categories"},
      {"no_level_for_readings", feature(0, "levels", 1),
       "[0].levels': leaves no level for the rea"},
      {"special_levels_of_fp", [](Json& d) { d["method"] = "fp"; }, "is not 1 although the met"},
      {"no_classes", [](Json& d) { d["target"].erase("classes"); }, "'target.classes': is missing"},
      {"classes_text", classes("a"), "'target.classes': is not an array"},
      {"one_class", classes({"a"}), "'target.classes': are fewer than 2"},
      {"classes_twice", classes({"a", "b", "a"}), "'target.classes': has 'a' twice"},
      {"thousands_of_classes", classes(thousand), "has 1001 entries, not 1 to 1000"},
      {"regression", [](Json& d) { d["task"] = "regression"; }, "'target.mean': is missing"}};
}

INSTANTIATE_TEST_SUITE_P(Metadata, HostileSpecialDocument,
                         testing::ValuesIn(hostile_special_documents()),
                         [](const auto& test) { return test.param.name; });

TEST(Document, LabelsAndCategoriesThatAreNoTextAreRefusedWhenWriting) {
  Model model = example_model(special_fold_input(quantize::Method::bw_sq, 3));
  model.output = Classes{{"a", "b", "\xE9"}};
  EXPECT_EQ(input_error([&] { write_document(model); }),
            "model: label '\\xe9': is not UTF-8; give its `encoding`, or save the table as UTF-8");
  model.features[1].categories[0] = "\xE8";
  EXPECT_EQ(
      input_error([&] { write_document(model); }),
      "model: category '\\xe8': is not UTF-8; give its `encoding`, or save the table as UTF-8");
}

TEST(Document, IsRefusedIfItIsNotOneObject) {
  const auto message = [](const std::string& text) {
    return input_error([&] { read_document(text, "some.terse"); });
  };
  EXPECT_NE(message("").find("document: is not JSON at byte"), std::string::npos);
  EXPECT_NE(message("{\"task\":\"regression\"").find("is not JSON at byte"), std::string::npos);
  EXPECT_NE(message("{\"a\":1,\"a\":1}").find("holds 'a' twice"), std::string::npos);
  EXPECT_NE(message("{\"a\":" + std::string(50'000, '[')).find("nested more"), std::string::npos);
}

TEST(Document, SeveralTargetsReadBack) {
  Model model = several_model(quantize::Method::bw_sq);
  std::get<Several>(model.output).targets[2].origin = 1e6;
  const FileParts parts = taken_apart(to_bytes(model));
  EXPECT_EQ(FileParts(parts).metadata()["format_version"], "6");
  EXPECT_FALSE(parts.document.contains("target"));
  const Model found = from_bytes(to_bytes(model), "some.terse");
  EXPECT_EQ(to_bytes(found), to_bytes(model));
  EXPECT_EQ(found.outputs(), 5U);
  EXPECT_TRUE(found.has_origins());
  const std::vector<Target> targets = found.targets();
  ASSERT_EQ(targets.size(), 3U);
  EXPECT_EQ(targets[0].name, "yield");
  EXPECT_EQ(targets[0].unit, "kg");
  EXPECT_EQ(targets[0].weight, 2.0);
  EXPECT_EQ(std::get<Number>(targets[0].output).deviation, 3.5);
  EXPECT_EQ(std::get<Classes>(targets[1].output).labels.at(2), "middling");
  EXPECT_EQ(std::get<Number>(targets[2].output).link, Link::exponential);
  EXPECT_EQ(targets[2].origin, 1e6);
}

TEST(Document, BadTargetsAreRefusedByName) {
  const auto refusal = [](const std::function<void(Json&)>& spoil) {
    FileParts parts = taken_apart(to_bytes(several_model(quantize::Method::bw_sq)));
    spoil(parts.document);
    return input_error([&] { from_bytes(put_together(parts), "some.terse"); });
  };
  const auto expect = [&](const std::string& what, const std::function<void(Json&)>& spoil) {
    EXPECT_NE(refusal(spoil).find(what), std::string::npos) << refusal(spoil);
  };
  expect("'targets': is missing", [](Json& d) { d.erase("targets"); });
  expect("'targets': is not an array", [](Json& d) { d["targets"] = Json::object(); });
  expect("has 1 entries, not 2 to 100",
         [](Json& d) { d["targets"] = Json::array({d["targets"][0]}); });
  expect("has 101 entries", [](Json& d) {
    for (int t = 3; t < 101; ++t) d["targets"].push_back(d["targets"][0]);
  });
  expect("'targets[2].name': appears twice", [](Json& d) { d["targets"][2]["name"] = "yield"; });
  expect("'targets[0].name': is empty", [](Json& d) { d["targets"][0]["name"] = ""; });
  expect("'targets[1]': is not an object", [](Json& d) { d["targets"][1] = 3; });
  expect("'targets[0].deviation': is not positive",
         [](Json& d) { d["targets"][0]["deviation"] = 0; });
  expect("'targets[0].weight': is not positive", [](Json& d) { d["targets"][0]["weight"] = -1; });
  expect("'targets[1].classes': are fewer than 2",
         [](Json& d) { d["targets"][1]["classes"] = Json::array({"high"}); });
  // The tensors no longer fit.
  expect("layers.2", [](Json& d) { d["targets"].erase(0); });
  expect("more than 10000 outputs", [](Json& d) {
    Json labels = Json::array();
    for (int k = 0; k < 1000; ++k) labels.push_back(std::to_string(k));
    d["targets"] = Json::array();
    for (int t = 0; t < 11; ++t) {
      d["targets"].push_back({{"name", std::to_string(t)}, {"unit", ""}, {"classes", labels}});
    }
  });
}

}  // namespace
}  // namespace terse::model
