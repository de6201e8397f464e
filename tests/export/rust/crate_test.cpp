// That it compiles, and gives the library's messages, is tested in tests/peers/device.
#include "terse/export/rust/crate.h"

#include <gtest/gtest.h>

#include "export/c/examples.h"

namespace terse::export_rust {
namespace {

using export_text::ReadingType;

TEST(CrateFiles, HaveNoBlankLeftAndALicence) {
  const model::Model model =
      model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  const auto files = crate_files(model, export_c::encoder_of(model));
  EXPECT_EQ(files.size(), 5U);
  for (const export_text::File& file : files) {
    EXPECT_EQ(file.bytes.find('@'), std::string::npos) << file.path;
    EXPECT_NE(file.bytes.find("MIT"), std::string::npos) << file.path;
  }
}

TEST(CrateFiles, SayInTheTypeWhetherEncodingMayFail) {
  const model::Model model =
      model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  const auto source = [&](ReadingType type) {
    const auto encoder = export_c::encoder_of(model, export_c::input(type));
    return export_c::file_of(crate_files(model, encoder), "src/lib.rs").bytes;
  };
  EXPECT_TRUE(export_c::holds(source(ReadingType::float32), "-> Result<[u8; PAYLOAD_BYTES]"));
  EXPECT_TRUE(export_c::holds(source(ReadingType::int16), "-> [u8; PAYLOAD_BYTES] {"));
}

TEST(CrateFiles, GiveEachFeatureAFieldOfItsOwn) {
  const model::Model model = export_c::model_of({{1.0F}, {2.0F}});
  const auto files =
      crate_files(model, export_c::encoder_of(model, export_c::input(ReadingType::uint8)));
  const std::string source = export_c::file_of(files, "src/lib.rs").bytes;
  EXPECT_TRUE(export_c::holds(source, "pub feature_1: u8,"));
  EXPECT_TRUE(export_c::holds(source, "pub feature_1_1: u8,"));
}

}  // namespace
}  // namespace terse::export_rust
