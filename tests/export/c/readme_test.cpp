#include "terse/export/c/readme.h"

#include <gtest/gtest.h>

#include <bit>
#include "export/c/examples.h"

namespace terse::export_c {
namespace {

TEST(Readme, SaysWhereEachFeatureStands) {
  const model::Model model =
      model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  Encoder encoder = encoder_of(model);
  encoder.model = "field model";
  encoder.packing = payload::Packing::bits;
  encoder.tag = 0x5E;
  const std::string text = readme_text(model, encoder, PackageKind::c, {}, "", false);
  EXPECT_NE(text.find("First the byte 0x5E"), std::string::npos);
  // Thresholds that no reading passes are folded away, so widths come from the model.
  const std::size_t levels = model.levels()[0];
  const auto width = std::bit_width(levels - 1);
  EXPECT_NE(text.find("| 0 | feature 0 [°C] | float32 | " + std::to_string(levels) + " | 8 to " +
                      std::to_string(8 + width - 1) + " |"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("terse decode field model.terse"), std::string::npos);
}

TEST(Readme, NamesTheFilesWhereTheyLie) {
  const model::Model model = compressed_model(true);
  const Encoder encoder = encoder_of(model);
  const Places places{"src/", "include/", "extras/"};
  const std::string text = readme_text(model, encoder, PackageKind::zephyr, places, "", true);
  EXPECT_TRUE(holds(text, "`CONFIG_PROBE_ENCODER=y`"));
  EXPECT_TRUE(holds(text, "cc -std=c99 -Iinclude/ src/probe.c extras/probe_test.c -o probe_test"));
  EXPECT_TRUE(holds(text, "src/probe_network.c extras/probe_network_test.c"));
  EXPECT_TRUE(holds(text, "(from 0: a, b, c)"));
  EXPECT_FALSE(
      holds(readme_text(model, encoder, PackageKind::zephyr, places, "", false), "network"));
}

TEST(Readme, ShowsTheSketchWhereThereIsOne) {
  const model::Model model = compressed_model(false);
  const Encoder encoder = encoder_of(model);
  const auto text = [&](PackageKind kind, const std::string& sketch) {
    return readme_text(model, encoder, kind, {}, sketch, false);
  };
  EXPECT_TRUE(
      holds(text(PackageKind::arduino, "void setup() {}\n"), "```cpp\nvoid setup() {}\n```\n"));
  EXPECT_TRUE(holds(text(PackageKind::c, ""), "```c\n#include \"probe.h\"\n"));
}

}  // namespace
}  // namespace terse::export_c
