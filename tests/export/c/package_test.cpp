// Names and contents of the packages; that they build and work is tested in tests/peers/device.
#include "terse/export/c/package.h"

#include <gtest/gtest.h>

#include <string>

#include "export/c/examples.h"

namespace terse::export_c {
namespace {

struct Example {
  model::Model model = model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  Encoder encoder = encoder_of(model);
};

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
            "# SPDX-License-Identifier: MIT-0\n"
            "idf_component_register(SRCS \"probe.c\" INCLUDE_DIRS \".\")\n");
  file_of(files(PackageKind::zephyr), "zephyr/module.yml");
  file_of(files(PackageKind::zephyr), "include/probe.h");
}

// JSON has no comments, and values no place for them.
TEST(PackageFiles, SayTheirLicence) {
  const Example example;
  for (const char* name : {"c", "arduino", "platformio", "esp-idf", "zephyr"}) {
    const auto files = package_files(example.model, example.encoder, *package_kind_of(name));
    EXPECT_NE(file_of(files, "LICENSE").bytes.find("MIT No Attribution"), std::string::npos);
    for (const export_text::File& file : files) {
      if (file.path == "LICENSE" || file.path.ends_with(".csv")) continue;
      const bool said = file.path.ends_with(".md") || file.path.ends_with(".json")
                            ? file.bytes.find("MIT-0") != std::string::npos
                            : file.bytes.find("SPDX-License-Identifier: MIT-0\n") < 5 ||
                                  file.bytes.starts_with("/* SPDX-License-Identifier: MIT-0 */\n");
      EXPECT_TRUE(said) << name << ": " << file.path;
    }
  }
}

TEST(PackageFiles, TestGaps) {
  model::Model model = model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  model.features[0].missing_level = true;
  const Encoder encoder = encoder_of(model, export_text::DeviceInput{}, Form::speed);
  const auto files = package_files(model, encoder, PackageKind::c);
  const std::string readme = file_of(files, "README.md").bytes;
  EXPECT_NE(readme.find("the code is levels - 1"), std::string::npos);
  EXPECT_NE(file_of(files, "probe_test.c").bytes.find("probe_encode_masked("), std::string::npos);
}

TEST(PackageFiles, WithoutTheNetworkNothingChanges) {
  const model::Model model = compressed_model(false);
  const Encoder encoder = encoder_of(model);
  const auto without = package_files(model, encoder, PackageKind::c);
  const auto with = package_files(model, encoder, PackageKind::c, {.network = true});
  EXPECT_EQ(with.size(), without.size() + 3);
  const auto text = [](const std::vector<export_text::File>& files, const std::string& path) {
    for (const export_text::File& file : files) {
      if (file.path == path) return file.bytes;
    }
    return std::string();
  };
  EXPECT_EQ(text(without, "probe.c"), text(with, "probe.c"));
  EXPECT_EQ(text(without, "README.md").find("network"), std::string::npos);
  EXPECT_NE(text(with, "README.md").find("probe_network.h"), std::string::npos);
  EXPECT_NE(text(with, "vectors.csv").find("payload,prediction\n"), std::string::npos);
  EXPECT_EQ(text(without, "vectors.csv").find("prediction"), std::string::npos);
}

TEST(PackageFiles, BuildSystemsKnowItsSource) {
  const model::Model model = compressed_model(true);
  const Encoder encoder = encoder_of(model);
  for (const auto& [kind, text] :
       {std::pair{PackageKind::esp_idf, "\"probe.c\" \"probe_network.c\""},
        {PackageKind::zephyr, "src/probe.c src/probe_network.c"}}) {
    bool found = false;
    for (const export_text::File& file : package_files(model, encoder, kind, {.network = true})) {
      found =
          found || (file.path == "CMakeLists.txt" && file.bytes.find(text) != std::string::npos);
      EXPECT_EQ(file.bytes.find('@'), std::string::npos) << file.path;
    }
    EXPECT_TRUE(found) << text;
  }
}

}  // namespace
}  // namespace terse::export_c
