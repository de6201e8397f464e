#include "terse/model/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>

#include "data/input_error.h"
#include "data/temporary_folder.h"
#include "model/examples.h"
#include "model/file_parts.h"
#include "terse/model/predictor.h"
#include "terse/model/safetensors/container.h"

namespace terse::model {
namespace {

Model example(quantize::Method method = quantize::Method::bw_sq) {
  return example_model(random_fold_input(method));
}

std::string refusal(const Bytes& bytes) {
  return input_error([&] { from_bytes(bytes, "some.terse"); });
}

void expect_equal(const Model& a, const Model& b) {
  EXPECT_EQ(a.thresholds.offsets, b.thresholds.offsets);
  EXPECT_EQ(a.thresholds.values, b.thresholds.values);
  EXPECT_EQ(a.decoder.index(), b.decoder.index());
  const auto tensors = decoder::tensors(a.decoder);
  const auto others = decoder::tensors(b.decoder);
  ASSERT_EQ(tensors.size(), others.size());
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    EXPECT_EQ(tensors[t].name, others[t].name);
    EXPECT_EQ(tensors[t].shape, others[t].shape);
    EXPECT_EQ(tensors[t].values, others[t].values);
    EXPECT_EQ(tensors[t].bytes, others[t].bytes);
  }
}

class EveryMethod : public testing::TestWithParam<quantize::Method> {};

TEST_P(EveryMethod, RoundTripsBitForBit) {
  const Model model = example(GetParam());
  const Bytes bytes = to_bytes(model);
  EXPECT_EQ(to_bytes(model), bytes);
  const Model found = from_bytes(bytes, "some.terse");
  expect_equal(found, model);
  EXPECT_EQ(to_bytes(found), bytes);
  EXPECT_EQ(to_bytes(from_bytes(put_together(taken_apart(bytes)), "some.terse")), bytes);
}

INSTANTIATE_TEST_SUITE_P(File, EveryMethod, testing::ValuesIn(quantize::network_methods),
                         [](const auto& test) {
                           std::string name(quantize::id(test.param));
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(File, IsWrittenWholeOverAnOlderOne) {
  const TemporaryFolder folder;
  const std::string path = folder.write("model.terse", "older");
  write_file(example(), path);
  expect_equal(read_file(path), example());
  const auto files = std::filesystem::directory_iterator(folder.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST(File, StaysAsItWasWhenWritingFails) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "model.terse");
  folder.write("model.terse/inside", "kept");
  const std::string path = (folder.path() / "model.terse").string();
  EXPECT_EQ(job_error([&] { write_file(example(), path); }).find(path), 0U);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "model.terse" / "inside"));
  const auto files = std::filesystem::directory_iterator(folder.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
  const std::string nowhere = (folder.path() / "no_folder" / "model.terse").string();
  EXPECT_NE(job_error([&] { write_file(example(), nowhere); }).find(nowhere), std::string::npos);
}

TEST(File, WhatIsNoModelFileIsRefusedByName) {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& path) {
    return input_error([&] { read_file(path); });
  };
  const std::string missing = (folder.path() / "missing.terse").string();
  EXPECT_EQ(message(missing).find(missing + ": cannot be opened: No such file"), 0U);
  EXPECT_NE(message(folder.path().string()).find("is a folder"), std::string::npos);
  EXPECT_NE(message(folder.write("empty", "")).find("the file is empty"), std::string::npos);
  const std::string table = message(folder.write("t.csv", "time,temperature,target\n1,2,3\n"));
  EXPECT_NE(table.find("not a Terse model"), std::string::npos) << table;
  const std::string pipe = (folder.path() / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_NE(message(pipe).find("is not a regular file"), std::string::npos);
}

TEST(File, EveryFlippedBitIsNoticedOrHarmless) {
  Model small = example_model(random_fold_input(
      quantize::Method::bw_sq, {.features = 2, .thresholds_max = 3, .hidden = {2}}));
  small.record = {};
  const Bytes bytes = to_bytes(small);
  const Bytes again = to_bytes(from_bytes(bytes, "some.terse"));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes flipped = bytes;
      flipped[i] = static_cast<std::uint8_t>(flipped[i] ^ (1 << bit));
      try {
        ASSERT_EQ(to_bytes(from_bytes(flipped, "some.terse")), again) << "byte " << i;
      } catch (const base::InputError& error) {
        ASSERT_EQ(error.source(), "some.terse");
      }
    }
  }
}

TEST(File, EveryShortenedOrLengthenedFileIsRefused) {
  Bytes bytes = to_bytes(example());
  bytes.push_back(0);
  EXPECT_NE(refusal(bytes).find("1 bytes follow the last tensor"), std::string::npos);
  bytes.pop_back();
  while (!bytes.empty()) {
    bytes.pop_back();
    ASSERT_EQ(refusal(bytes).find("some.terse: "), 0U) << bytes.size();
  }
}

struct Hostile {
  std::string name;
  std::function<void(FileParts&)> spoil;
  std::string message;
};

class HostileFile : public testing::TestWithParam<Hostile> {};

TEST_P(HostileFile, IsRefusedByName) {
  FileParts parts = taken_apart(to_bytes(example()));
  GetParam().spoil(parts);
  const std::string message = refusal(put_together(parts));
  EXPECT_EQ(message.find("some.terse: "), 0U) << message;
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
}

std::size_t first_value(FileParts& parts, const std::string& tensor) {
  return parts.header[tensor]["data_offsets"][0].get<std::size_t>() / 4;
}

std::vector<Hostile> hostile_metadata() {
  const auto version = [](const std::string& text) {
    return [text](FileParts& p) { p.metadata()["format_version"] = text; };
  };
  return {
      {"no_metadata", [](FileParts& p) { p.header.erase("__metadata__"); }, "'format': does not"},
      {"no_format", [](FileParts& p) { p.metadata().erase("format"); }, "'format': does not say"},
      {"other_format", [](FileParts& p) { p.metadata()["format"] = "pt"; }, "'format': does not"},
      {"no_version", [](FileParts& p) { p.metadata().erase("format_version"); }, "_version': is m"},
      {"newer_version", version("9"), "'format_version': is '9': the file was made by a newer ter"},
      {"much_newer_version", version("18446744073709551617"), "made by a newer terse"},
      {"newer_version_of_other_tensors",
       [](FileParts& p) {
         p.metadata()["format_version"] = "9";
         p.header["table"]["dtype"] = "I8";
       },
       "made by a newer terse"},
      {"version_zero", version("0"), "is '0', which is not a version"},
      {"version_text", version("one"), "is 'one', which is not a version"},
      {"version_empty", version(""), "is '', which is not a version"},
      {"checksum", [](FileParts& p) { p.checksum = "0123456789abcdef"; }, "'checksum': does not"},
      {"checksum_short", [](FileParts& p) { p.checksum = "0"; }, "'checksum': does not match"},
      {"document_number", [](FileParts& p) { p.metadata()["document"] = 1; }, "'document': is not"},
      {"document_array", [](FileParts& p) { p.text = "[]"; }, "document: is not a JSON object"},
      {"document_cut", [](FileParts& p) { p.text = "{\"task\":"; }, "document: is not JSON at"},
      {"document_field", [](FileParts& p) { p.document["method"] = "x"; }, "field 'method': 'x'"}};
}

std::vector<Hostile> hostile_numbers() {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const auto number = [](const std::string& tensor, float value) {
    return [=](FileParts& p) { p.put(first_value(p, tensor), value); };
  };
  const auto missing = [](const std::string& tensor) {
    return [=](FileParts& p) {
      p.header["other"] = p.header[tensor];
      p.header.erase(tensor);
    };
  };
  return {
      {"no_thresholds", missing("thresholds"), "tensor 'thresholds': is missing"},
      {"no_table", missing("table"), "tensor 'table': is missing"},
      {"no_table_bias", missing("table_bias"), "tensor 'table_bias': is missing"},
      {"no_weight", missing("layers.0.weight"), "tensor 'layers.0.weight': is missing"},
      {"no_bias", missing("layers.1.bias"), "tensor 'layers.1.bias': is missing"},
      {"no_last_layer", missing("layers.1.weight"), "tensor 'layers.1.weight': is missing"},
      {"threshold_nan", number("thresholds", std::nanf("")), "'thresholds': holds a number that"},
      {"threshold_infinite", number("thresholds", -infinity), "'thresholds': holds a number that"},
      {"threshold_descending", number("thresholds", 3e38F), "is not ascending for feature 'featu"},
      {"threshold_equal", [](FileParts& p) { std::copy_n(p.data.begin() + 4, 4, p.data.begin()); },
       "'thresholds': is not ascending for feature 'feature 0'"},
      {"threshold_equal_zeros",
       [](FileParts& p) {
         p.put(0, -0.0F);
         p.put(1, 0.0F);
       },
       "'thresholds': is not ascending for feature 'feature 0'"},
      {"table_infinite", number("table", infinity), "tensor 'table': holds a number that is not f"},
      {"table_bias_nan", number("table_bias", std::nanf("")), "'table_bias': holds a number"},
      {"weight_nan", number("layers.1.weight", std::nanf("")), "'layers.1.weight': holds a numbe"},
      {"bias_infinite", number("layers.0.bias", infinity), "'layers.0.bias': holds a number"}};
}

std::vector<Hostile> hostile_shapes() {
  const auto shape = [](const std::string& tensor, Json sizes) {
    return [=](FileParts& p) { p.header[tensor]["shape"] = sizes; };
  };
  return {
      {"levels_more", [](FileParts& p) { p.document["features"][1]["levels"] = 9; }, "'threshol"},
      {"levels_fewer", [](FileParts& p) { p.document["features"][0]["levels"] = 1; }, "'threshol"},
      {"feature_more",
       [](FileParts& p) {
         Json added = p.document["features"][1];
         added["name"] = "added";
         added["levels"] = 1;
         p.document["features"].push_back(added);
       },
       "tensor 'table': does not have the shape"},
      {"table_turned", shape("table", {12, 11}), "tensor 'table': does not have the shape"},
      {"table_flat", shape("table", {132}), "tensor 'table': does not have the shape"},
      {"table_bias_matrix", shape("table_bias", {12, 1}), "'table_bias': is not a row of numbers"},
      {"weight_turned", shape("layers.0.weight", {12, 5}), "'layers.0.weight': does not take the"},
      {"weight_flat", shape("layers.0.weight", {60}), "'layers.0.weight': does not take the 12 v"},
      {"bias_matrix", shape("layers.0.bias", {1, 5}),
       "'layers.0.bias': does not have the shape [5]"},
      {"fp_with_table",
       [](FileParts& p) {
         p.document["method"] = "fp";
         for (Json& feature : p.document["features"]) feature["levels"] = 1;
       },
       "tensor 'thresholds': does not have the shape [0]"},
      {"unknown_tensor",
       [](FileParts& p) {
         const std::size_t end = p.data.size();
         p.header["momentum"] = {
             {"dtype", "F32"}, {"shape", {1}}, {"data_offsets", {end, end + 4}}};
         p.data.resize(end + 4);
       },
       "tensor 'momentum': belongs to no part of a model"},
      {"tensor_of_nothing",
       [](FileParts& p) {
         const std::size_t end = p.data.size();
         p.header["layers.1.bias2"] = {
             {"dtype", "F32"}, {"shape", {0}}, {"data_offsets", {end, end}}};
       },
       "tensor 'layers.1.bias2': belongs to no part of a model"}};
}

const auto hostile_name = [](const testing::TestParamInfo<Hostile>& test) {
  return test.param.name;
};
INSTANTIATE_TEST_SUITE_P(Metadata, HostileFile, testing::ValuesIn(hostile_metadata()),
                         hostile_name);
INSTANTIATE_TEST_SUITE_P(Numbers, HostileFile, testing::ValuesIn(hostile_numbers()), hostile_name);
INSTANTIATE_TEST_SUITE_P(Shapes, HostileFile, testing::ValuesIn(hostile_shapes()), hostile_name);

// A full-precision model whose layers have these units, all weights zero.
Bytes layered(const std::vector<std::size_t>& units) {
  Model model = example(quantize::Method::fp);
  decoder::FullPrecision network;
  std::size_t inputs = model.features.size();
  for (const std::size_t outputs : units) {
    network.layers.push_back({base::Matrix(outputs, inputs), std::vector<float>(outputs)});
    inputs = outputs;
  }
  model.decoder = network;
  return to_bytes(model);
}

TEST(File, LayersHaveLimits) {
  EXPECT_EQ(refusal(layered(std::vector<std::size_t>(64, 1))), "no InputError was thrown");
  EXPECT_NE(refusal(layered(std::vector<std::size_t>(65, 1))).find("layers: are more than 64"),
            std::string::npos);
  EXPECT_EQ(refusal(layered({65'536, 1})), "no InputError was thrown");
  EXPECT_NE(refusal(layered({65'537, 1})).find("'layers.0.weight': has 65537 units"),
            std::string::npos);
  EXPECT_NE(refusal(layered({0, 1})).find("'layers.0.weight': has 0 units"), std::string::npos);
  EXPECT_NE(refusal(layered({3, 2})).find("'layers.2.weight': is missing"), std::string::npos);
  EXPECT_NE(refusal(layered({})).find("'layers.0.weight': is missing"), std::string::npos);
}

TEST(File, AnUnknownLinkIsRefused) {
  Model model = example(quantize::Method::bw_sq);
  std::get<Number>(model.output).link = Link::exponential;
  FileParts parts = taken_apart(to_bytes(model));
  const Model again = from_bytes(to_bytes(model), "some.terse");
  EXPECT_EQ(std::get<Number>(again.output).link, Link::exponential);
  parts.document["target"]["link"] = "square";
  EXPECT_NE(refusal(put_together(parts)).find("'target.link': is not known"), std::string::npos);
}

TEST(File, VersionIsTheOldestThatHoldsTheModel) {
  const auto version = [](const Model& model) {
    return taken_apart(to_bytes(model)).metadata()["format_version"].get<std::string>();
  };
  EXPECT_EQ(version(example(quantize::Method::bw_sq)), "1");
  EXPECT_EQ(version(example_model(special_fold_input(quantize::Method::bw_sq))), "2");
  Model classes = example_model(special_fold_input(quantize::Method::fp, 2));
  for (Feature& feature : classes.features) feature = {feature.name, "", 0.0, 1.0};
  classes.output = Classes{{"a", "b"}};
  EXPECT_EQ(version(classes), "2");
  Model moved = example(quantize::Method::bw_sq);
  moved.target_origin = 1700000015.5;
  moved.features[0].origin = -0.1;
  EXPECT_EQ(version(moved), "4");
  const Model back = from_bytes(to_bytes(moved), "m");
  EXPECT_EQ(back.target_origin, 1700000015.5);
  EXPECT_EQ(back.features[0].origin, -0.1);
  EXPECT_EQ(back.features[1].origin, 0.0);
  Model logarithm = example(quantize::Method::bw_sq);
  logarithm.output = Number{1.0, 2.0, Link::exponential};
  EXPECT_EQ(version(logarithm), "4");
  classes.decoder = random_trees(classes, 2, 1);
  EXPECT_EQ(version(classes), "4");
  // Thresholds are in raw units: the scale they were trained on is not in the file.
  FoldInput codes = random_fold_input(quantize::Method::bw_sq);
  give_scales(codes.features);
  EXPECT_EQ(version(example_model(codes)), "1");
  FoldInput whole = random_fold_input(quantize::Method::fp);
  EXPECT_EQ(version(example_model(whole)), "1");
  give_scales(whole.features);
  EXPECT_EQ(version(example_model(whole)), "4");
  Model encoder = example(quantize::Method::bw_sq);
  encoder.decoder = decoder::External{1};
  EXPECT_EQ(version(encoder), "8");
}

}  // namespace
}  // namespace terse::model
