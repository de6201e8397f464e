// Names and contents of the packages; that they build and work is tested in tests/peers/device.
#include "terse/export/c/package.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>
#include <string>

#include "model/examples.h"

namespace terse::export_c {
namespace {

struct Example {
  model::Model model = model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  Encoder encoder;

  explicit Example(const export_text::DeviceInput& input = {}) {
    const std::vector<export_text::DeviceInput> inputs(model.features.size(), input);
    encoder = make_encoder(model, "probe", Form::size, inputs, {});
    encoder.model = "field model";
  }
};

const export_text::File& file_of(const std::vector<export_text::File>& files,
                                 const std::string& path) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const export_text::File& file) { return file.path == path; });
  EXPECT_NE(found, files.end()) << path;
  return found == files.end() ? files.front() : *found;
}

TEST(TestVectors, HoldTheLibrarysMessages) {
  const Example example({export_text::ReadingType::int16, 0.25, -3.0});
  const auto vectors = test_vectors(example.model, example.encoder);
  EXPECT_GE(vectors.size(), 16U);
  std::set<std::string> messages;
  for (const TestVector& vector : vectors) {
    std::vector<quantize::Code> codes(example.model.features.size());
    ASSERT_EQ(example.model.layout().unpack(vector.payload, codes), payload::Status::ok);
    for (std::size_t f = 0; f < codes.size(); ++f) {
      const auto reading = static_cast<float>(0.25 * static_cast<double>(vector.held[f]) - 3.0);
      EXPECT_EQ(codes[f], quantize::code_of(reading, example.model.thresholds.of(f)));
    }
    messages.insert(std::string(vector.payload.begin(), vector.payload.end()));
  }
  EXPECT_GT(messages.size(), 10U);
  EXPECT_EQ(vectors[1].held, std::vector<std::int64_t>(example.model.features.size(), -32768));
  EXPECT_EQ(vectors[2].held, std::vector<std::int64_t>(example.model.features.size(), 32767));
}

TEST(TestVectors, HoldGaps) {
  model::Model model = model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  model.features[0].missing_level = true;
  const std::size_t last = model.thresholds.count(0) + 1;
  const std::vector<export_text::DeviceInput> inputs(model.features.size(),
                                                     {export_text::ReadingType::int16, 0.25, -3.0});
  const Encoder encoder = make_encoder(model, "probe", Form::speed, inputs, {});
  std::size_t missing = 0;
  for (const TestVector& vector : test_vectors(model, encoder)) {
    std::vector<quantize::Code> codes(model.features.size());
    ASSERT_EQ(encoder.layout().unpack(vector.payload, codes), payload::Status::ok);
    EXPECT_EQ(codes[0] == last, vector.missing[0]);
    missing += vector.missing[0] ? 1 : 0;
    EXPECT_FALSE(vector.missing[1]);
  }
  EXPECT_GT(missing, 2U);
  const auto files = package_files(model, encoder, PackageKind::c);
  const std::string readme = file_of(files, "README.md").bytes;
  EXPECT_NE(readme.find("the code is levels - 1"), std::string::npos);
  EXPECT_NE(file_of(files, "probe_test.c").bytes.find("probe_encode_masked("), std::string::npos);
}

TEST(PackageFiles, HaveNoBlankLeft) {
  const Example example;
  for (const char* name : {"c", "arduino", "platformio", "esp-idf", "zephyr"}) {
    const auto kind = package_kind_of(name);
    ASSERT_TRUE(kind.has_value()) << name;
    for (const export_text::File& file : package_files(example.model, example.encoder, *kind)) {
      EXPECT_EQ(file.bytes.find('@'), std::string::npos) << name << ": " << file.path;
      EXPECT_EQ(file.bytes.back(), '\n') << name << ": " << file.path;
    }
  }
  EXPECT_EQ(package_kind_of("fortran"), std::nullopt);
}

TEST(PackageFiles, LieWhereEachBuildSystemLooks) {
  const Example example;
  const auto files = [&](PackageKind kind) {
    return package_files(example.model, example.encoder, kind);
  };
  file_of(files(PackageKind::c), "probe.c");
  file_of(files(PackageKind::arduino), "src/probe.h");
  EXPECT_NE(file_of(files(PackageKind::arduino), "library.properties").bytes.find("name=probe\n"),
            std::string::npos);
  file_of(files(PackageKind::platformio), "library.json");
  EXPECT_EQ(file_of(files(PackageKind::esp_idf), "CMakeLists.txt").bytes,
            "idf_component_register(SRCS \"probe.c\" INCLUDE_DIRS \".\")\n");
  file_of(files(PackageKind::zephyr), "zephyr/module.yml");
  file_of(files(PackageKind::zephyr), "include/probe.h");
}

TEST(Readme, SaysWhereEachFeatureStands) {
  Example example;
  example.encoder.packing = payload::Packing::bits;
  example.encoder.tag = 0x5E;
  const auto files = package_files(example.model, example.encoder, PackageKind::c);
  const std::string& text = file_of(files, "README.md").bytes;
  EXPECT_NE(text.find("First the byte 0x5E"), std::string::npos);
  // Thresholds that no reading passes are folded away, so widths come from the model.
  const std::size_t levels = example.model.levels()[0];
  const auto width = std::bit_width(levels - 1);
  EXPECT_NE(text.find("| 0 | feature 0 [°C] | float32 | " + std::to_string(levels) + " | 8 to " +
                      std::to_string(8 + width - 1) + " |"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("terse decode field model.terse"), std::string::npos);
}

}  // namespace
}  // namespace terse::export_c
