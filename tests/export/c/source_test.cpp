// The text of the exported encoder; that it computes the right codes is proven by compiling and
// running it, in tests/peers/device.
#include "terse/export/c/source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "export/c/examples.h"

namespace terse::export_c {
namespace {

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

TEST(EncoderFiles, EveryNameBeginsWithThePrefix) {
  const auto files = encoder_files(encoder_of(
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

TEST(EncoderFiles, NamesOfFeaturesCannotLeaveTheirComment) {
  const auto files = encoder_files(
      encoder_of(model_of({{1.0F}, {1.0F}}),
                 {input(export_text::ReadingType::uint8), input(export_text::ReadingType::uint8)}));
  EXPECT_TRUE(holds(files[0].bytes, "   0  Feature 1 _/ _, uint8"));
  EXPECT_TRUE(holds(files[0].bytes, "#define PROBE_AT_FEATURE_1 0\n"));
  EXPECT_TRUE(holds(files[0].bytes, "#define PROBE_AT_FEATURE_1_1 1\n"));
}

TEST(EncoderFiles, OnlyWhatTheFormNeeds) {
  const model::Model model = model_of({{10.0F, 20.0F, 30.0F}, {15.0F, 20.0F, 30.0F}});
  const std::vector<export_text::DeviceInput> inputs = {input(export_text::ReadingType::int16),
                                                        input(export_text::ReadingType::int16)};
  const auto size = encoder_files(encoder_of(model, inputs));
  EXPECT_TRUE(holds(size[1].bytes, "32778, 32788, 32798"));  // with the sign's bit turned
  EXPECT_TRUE(holds(size[1].bytes, "__asm__"));
  EXPECT_FALSE(holds(size[1].bytes, "_counts"));
  EXPECT_FALSE(holds(size[1].bytes, "_order"));
  EXPECT_FALSE(holds(size[1].bytes, "_digit"));
  EXPECT_TRUE(holds(size[0].bytes, "probe_stream_t"));
  const auto speed = encoder_files(encoder_of(model, inputs, Form::speed));
  EXPECT_TRUE(holds(speed[1].bytes, "reading > 20"));
  EXPECT_FALSE(holds(speed[1].bytes, "_thresholds"));
  EXPECT_FALSE(holds(speed[0].bytes, "add_missing"));
}

}  // namespace
}  // namespace terse::export_c
