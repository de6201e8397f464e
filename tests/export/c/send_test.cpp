#include "terse/export/c/send.h"

#include <gtest/gtest.h>

#include "export/c/examples.h"

// What the C decides is compared with the rule in tests/peers/device/send_test.py.
namespace terse::export_c {
namespace {

TEST(Send, ListsOnlyWhatDiffers) {
  model::Model model;
  model.features.resize(3);
  for (auto& feature : model.features) feature.name = "f";
  for (int f = 0; f < 3; ++f) model.thresholds.add_feature(std::vector<float>{1, 2, 3});
  const auto source = [&] {
    const std::vector<export_text::DeviceInput> inputs(3);
    const Encoder encoder = make_encoder(model, "dev", Form::size, inputs, {});
    const auto files = send_files(model, encoder, false);
    EXPECT_EQ(files[0].path, "dev_send.h");
    EXPECT_EQ(files[1].path, "dev_send.c");
    EXPECT_NE(files[0].bytes.find("#define DEV_CODES 3\n"), std::string::npos);
    return files[1].bytes;
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  const std::string equal = source();
  EXPECT_FALSE(has(equal, "dev_sizes")) << equal;
  EXPECT_FALSE(has(equal, "dev_highest"));
  model.features[1].missing_level = true;
  const std::string gap = source();
  EXPECT_TRUE(has(gap, "dev_sizes[DEV_CODES] DEV_IN_FLASH = {\n  2, 3, 2,\n};")) << gap;
  EXPECT_TRUE(has(gap, "dev_highest[DEV_CODES] DEV_IN_FLASH = {\n  3, 3, 3,\n};"));
  model.packing = payload::Packing::radix;
  EXPECT_TRUE(has(source(), "dev_sizes[DEV_CODES] DEV_IN_FLASH = {\n  3, 4, 3,\n};"));
}

}  // namespace
}  // namespace terse::export_c
