// The text of the exported encoder; that it computes the right codes is proven by compiling and
// running it, in tests/peers/device.
#include "terse/export/c/source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "terse/export/c/parts.h"

namespace terse::export_c {
namespace {

model::Model model_of(std::initializer_list<std::vector<float>> thresholds) {
  model::Model model;
  for (const auto& of_feature : thresholds) {
    model.features.push_back({"Feature 1 */ \\", "", 0.0, 1.0});
    model.thresholds.add_feature(of_feature);
  }
  return model;
}

CEncoder encoder_of(const model::Model& model, const std::vector<export_text::DeviceInput>& inputs,
                    Form form = Form::size) {
  return c_encoder(model, "probe", form, inputs, {});
}

export_text::DeviceInput input(export_text::ReadingType type, double scale = 1.0) {
  return {type, scale, 0.0};
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(CReadingType, IsTheNarrowestThatHoldsAll) {
  const model::Model model = model_of({{1.0F}, {1.0F}});
  const auto type = [&](export_text::ReadingType a, export_text::ReadingType b) {
    return std::string(c_reading_type(encoder_of(model, {input(a), input(b)})));
  };
  EXPECT_EQ(type(export_text::ReadingType::uint8, export_text::ReadingType::uint8), "uint8_t");
  EXPECT_EQ(type(export_text::ReadingType::uint8, export_text::ReadingType::uint10), "uint16_t");
  EXPECT_EQ(type(export_text::ReadingType::int16, export_text::ReadingType::uint10), "int16_t");
  EXPECT_EQ(type(export_text::ReadingType::int16, export_text::ReadingType::uint16), "int32_t");
  EXPECT_EQ(type(export_text::ReadingType::uint8, export_text::ReadingType::int32), "int32_t");
  EXPECT_EQ(type(export_text::ReadingType::float32, export_text::ReadingType::float32), "float");
  EXPECT_EQ(type(export_text::ReadingType::float32, export_text::ReadingType::uint8),
            "union { float value; int32_t count; }");
}

/// What a line that begins in the first column defines: a macro, a function, a table or a type.
std::string defined_name(const std::string& line) {
  std::size_t end = std::string::npos;
  if (line.starts_with("#define ")) {
    end = line.find_first_of(" (", 8);
  } else if (line.starts_with("static ") || line.starts_with("void ")) {
    end = line.find_first_of("([");
  } else if (line.starts_with("} ")) {
    end = line.find(';');
  } else {
    return "";
  }
  end = std::min(end, line.size());
  std::string name = line.substr(line.find_last_of(' ', end - 1) + 1, end);
  name.resize(std::min(name.size(), name.find_first_of(" ([;")));
  std::transform(name.begin(), name.end(), name.begin(), ::tolower);
  return name;
}

TEST(CFiles, EveryNameBeginsWithThePrefix) {
  const auto files = c_files(encoder_of(
      model_of({{1.0F, 2.0F, 3.0F}, {4.0F}}),
      {input(export_text::ReadingType::float32), input(export_text::ReadingType::float32)}));
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].path, "probe.h");
  EXPECT_EQ(files[1].path, "probe.c");
  for (const export_text::File& file : files) {
    std::istringstream lines(file.bytes);
    std::size_t found = 0;
    for (std::string line; std::getline(lines, line);) {
      const std::string name = defined_name(line);
      if (name.empty()) continue;
      ++found;
      EXPECT_TRUE(name.starts_with("probe_")) << file.path << ": " << line << ": " << name;
    }
    EXPECT_GT(found, 8U);
  }
}

TEST(CFiles, NamesOfFeaturesCannotLeaveTheirComment) {
  const auto files =
      c_files(encoder_of(model_of({{1.0F}, {1.0F}}), {input(export_text::ReadingType::uint8),
                                                      input(export_text::ReadingType::uint8)}));
  EXPECT_TRUE(holds(files[0].bytes, "   0  Feature 1 _/ _, uint8"));
  EXPECT_TRUE(holds(files[0].bytes, "#define PROBE_AT_FEATURE_1 0\n"));
  EXPECT_TRUE(holds(files[0].bytes, "#define PROBE_AT_FEATURE_1_1 1\n"));
}

TEST(CFiles, OnlyWhatTheFormNeeds) {
  const model::Model model = model_of({{10.0F, 20.0F, 30.0F}, {15.0F, 20.0F, 30.0F}});
  const std::vector<export_text::DeviceInput> inputs = {input(export_text::ReadingType::int16),
                                                        input(export_text::ReadingType::int16)};
  const auto size = c_files(encoder_of(model, inputs));
  EXPECT_TRUE(holds(size[1].bytes, "32778, 32788, 32798"));  // with the sign's bit turned
  EXPECT_TRUE(holds(size[1].bytes, "__asm__"));
  EXPECT_FALSE(holds(size[1].bytes, "_counts"));
  EXPECT_FALSE(holds(size[1].bytes, "_order"));
  EXPECT_FALSE(holds(size[1].bytes, "_digit"));
  EXPECT_TRUE(holds(size[0].bytes, "probe_stream_t"));
  const auto speed = c_files(encoder_of(model, inputs, Form::speed));
  EXPECT_TRUE(holds(speed[1].bytes, "reading > 20"));
  EXPECT_FALSE(holds(speed[1].bytes, "_thresholds"));
  EXPECT_FALSE(holds(speed[0].bytes, "add_missing"));
}

TEST(CTableBytes, CountThresholdsAndListsBesideThem) {
  const std::vector<export_text::DeviceInput> words = {input(export_text::ReadingType::int16),
                                                       input(export_text::ReadingType::int16)};
  EXPECT_EQ(c_table_bytes(encoder_of(model_of({{1.0F, 2.0F, 3.0F}, {4.0F, 5.0F, 6.0F}}), words)),
            12U);
  // Not 2^n - 1 thresholds: a list of how many they are.
  EXPECT_EQ(c_table_bytes(encoder_of(model_of({{1.0F, 2.0F}, {4.0F, 5.0F}}), words)), 10U);
  // And of two kinds, because one feature's scale is negative: a list of kinds.
  EXPECT_EQ(c_table_bytes(encoder_of(model_of({{1.0F}, {4.0F}}),
                                     {words[0], input(export_text::ReadingType::int16, -1.0)})),
            8U);
}

TEST(PacksTenBits, WhereItPays) {
  const auto encoder = [](std::size_t features, export_text::ReadingType type) {
    model::Model model;
    for (std::size_t f = 0; f < features; ++f) {
      model.features.push_back({"f", "", 0.0, 1.0});
      model.thresholds.add_feature(std::vector<float>{1.0F, 258.0F, 515.0F});
    }
    return encoder_of(model, std::vector<export_text::DeviceInput>(features, input(type)));
  };
  EXPECT_FALSE(packs_ten_bits(encoder(6, export_text::ReadingType::uint10)));
  EXPECT_FALSE(packs_ten_bits(encoder(81, export_text::ReadingType::uint16)));
  const CEncoder packed = encoder(81, export_text::ReadingType::uint10);
  EXPECT_TRUE(packs_ten_bits(packed));
  EXPECT_EQ(c_table_bytes(packed), 81U * 4);
  // Low bytes 1, 2, 3; high bits 0, 1, 2 from the right: 36.
  EXPECT_TRUE(holds(c_files(packed)[1].bytes, "  1, 2, 3, 36, 1, 2, 3, 36,"));
}

TEST(UniformBits, NeedOneKindAndFullLevels) {
  const std::vector<export_text::DeviceInput> words = {input(export_text::ReadingType::int16),
                                                       input(export_text::ReadingType::int16)};
  EXPECT_EQ(uniform_bits(encoder_of(model_of({{1.0F}, {4.0F}}), words)), 1U);
  EXPECT_EQ(uniform_bits(encoder_of(model_of({{1.0F}, {}}), words)), std::nullopt);
  EXPECT_EQ(uniform_bits(encoder_of(model_of({{1.0F, 2.0F}, {4.0F, 5.0F}}), words)), std::nullopt);
}

}  // namespace
}  // namespace terse::export_c
