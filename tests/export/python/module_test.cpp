// That it runs, and gives the library's messages, is tested in tests/peers/device.
#include "terse/export/python/module.h"

#include <gtest/gtest.h>

#include "export/c/examples.h"

namespace terse::export_python {
namespace {

using export_text::ReadingType;

TEST(ModuleFiles, HaveNoBlankLeftAndALicence) {
  const model::Model model =
      model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  const auto files = module_files(model, export_c::encoder_of(model));
  EXPECT_EQ(files.size(), 4U);
  for (const export_text::File& file : files) {
    EXPECT_EQ(file.bytes.find('@'), std::string::npos) << file.path;
    EXPECT_NE(file.bytes.find("MIT"), std::string::npos) << file.path;
  }
}

TEST(ModuleFiles, ModelsWithQuotationMarksLeaveTheDocstringWhole) {
  export_c::Encoder encoder =
      export_c::encoder_of(export_c::model_of({{1.0F}}), export_c::input(ReadingType::uint8));
  encoder.model = "a\"\"\"\\b";
  const auto files = module_files(export_c::model_of({{1.0F}}), encoder);
  EXPECT_TRUE(
      export_c::holds(export_c::file_of(files, "probe.py").bytes, "\"\"\"a____b: 1 readings"));
}

TEST(ModuleFiles, HoldLimitsInTheReadingsType) {
  const model::Model model = export_c::model_of({{1.0F, 300.0F}});
  const auto source = [&](ReadingType type) {
    const auto encoder = export_c::encoder_of(model, export_c::input(type));
    return export_c::file_of(module_files(model, encoder), "probe.py").bytes;
  };
  EXPECT_TRUE(export_c::holds(source(ReadingType::int16), "array(\"h\", (1, 300,))"));
  EXPECT_TRUE(export_c::holds(source(ReadingType::uint8), "array(\"B\", (1,))"));
  EXPECT_TRUE(export_c::holds(source(ReadingType::float32), "array(\"I\", ("));
  EXPECT_FALSE(export_c::holds(source(ReadingType::int16), "unpack"));
}

}  // namespace
}  // namespace terse::export_python
