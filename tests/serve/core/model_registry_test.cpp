#include "terse/serve/core/model_registry.h"

#include <gtest/gtest.h>

#include <fstream>

#include "data/input_error.h"
#include "serve/served_examples.h"
#include "terse/base/error.h"

namespace terse::serve::core {
namespace {

class ModelRegistryTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, std::uint64_t seed,
                    std::optional<std::uint8_t> tag = {}) const {
    model::Model model = example(seed);
    model.tag = tag;
    model::write_file(model, folder / name);
    return folder / name;
  }
  Folder folder;
};

TEST_F(ModelRegistryTest, NamesAreThoseOfTheFilesOrGiven) {
  const ModelRegistry registry({{write("pump.terse", 1), "fan=" + write("x.terse", 2)}, {}});
  EXPECT_EQ(registry.named("pump")->name, "pump");
  EXPECT_EQ(registry.named("fan")->path, folder / "x.terse");
  EXPECT_EQ(registry.named("x"), nullptr);
  EXPECT_EQ(registry.find(Asked{}), nullptr);
}

TEST_F(ModelRegistryTest, VersionsLiveSideBySide) {
  const ModelRegistry registry(
      {{"pump=" + write("old.terse", 1), "pump=" + write("new.terse", 2)}, {}});
  const auto models = registry.all();
  ASSERT_EQ(models.size(), 2U);
  EXPECT_NE(models[0]->version, models[1]->version);
  EXPECT_EQ(registry.named("pump"), models[1]);
  EXPECT_EQ(registry.named("pump@" + models[0]->version), models[0]);
  EXPECT_EQ(registry.named("pump@0"), nullptr);
  EXPECT_EQ(registry.named("pump@"), nullptr);
}

TEST_F(ModelRegistryTest, HowAModelCameAboutIsNoPartOfItsVersion) {
  const auto write_with = [&](const std::string& name, const auto& change) {
    model::Model model = example(1);
    change(model);
    model::write_file(model, folder / name);
    return "pump=" + (folder / name);
  };
  const auto version = [](const std::string& source) {
    return ModelRegistry({{source}, {}}).named("pump")->version;
  };
  const std::string source = write_with("a.terse", [](model::Model&) {});
  const std::string same = write_with("b.terse", [](model::Model& model) {
    model.record.command = "terse train elsewhere/data.csv";
    model.record.data = "elsewhere/data.csv";
    model.record.train_seconds = 12.0;
  });
  EXPECT_EQ(version(source), version(same));
  EXPECT_NE(
      version(source),
      version(write_with("c.terse", [](model::Model& model) { model.record.data_hash = "0123"; })));
  EXPECT_NE(version(source), version(write_with("d.terse", [](model::Model& model) {
              model.thresholds.values.front() -= 1.0F;
            })));
  // Names from before this rule find their file.
  const ModelRegistry both({{source, same}, {}});
  ASSERT_NE(both.all()[0]->former_version, both.all()[1]->former_version);
  for (const Served& served : both.all()) {
    EXPECT_EQ(both.named("pump@" + served->former_version), served);
  }
}

TEST_F(ModelRegistryTest, PortThenTagChooses) {
  const ModelRegistry registry(
      {{write("a.terse", 1, 0x11), write("b.terse", 2, 0x22)}, {{7, "a"}}});
  std::vector<std::uint8_t> payload(registry.all().back()->payload_bytes);
  payload.front() = 0x22;
  EXPECT_EQ(registry.find({.port = 7, .payload = payload})->name, "a");
  EXPECT_EQ(registry.find({.port = 8, .payload = payload})->name, "b");
  EXPECT_EQ(registry.find({.payload = payload})->name, "b");
  EXPECT_EQ(registry.find({.name = "b", .port = 7, .payload = payload})->name, "b");
  payload.front() = 0x33;
  EXPECT_EQ(registry.find({.payload = payload}), nullptr);
}

TEST_F(ModelRegistryTest, ReloadReplacesAndKeepsWhatIsInUse) {
  const std::string path = write("pump.terse", 1);
  ModelRegistry registry({{path}, {}});
  const Served before = registry.named("pump");
  write("pump.terse", 2);
  registry.reload();
  EXPECT_NE(registry.named("pump")->version, before->version);
  EXPECT_EQ(before->model.features.size(), 6U);
  std::ofstream(path) << "no model";
  const Served good = registry.named("pump");
  EXPECT_THROW(registry.reload(), base::InputError);
  EXPECT_EQ(registry.named("pump"), good);
}

TEST_F(ModelRegistryTest, RefusesBadNamesAndPorts) {
  const std::string path = write("pump.terse", 1);
  EXPECT_THROW(ModelRegistry({{"a b=" + path}, {}}), base::InputError);
  EXPECT_THROW(ModelRegistry({{"=" + path}, {}}), base::InputError);
  EXPECT_THROW(ModelRegistry({{path}, {{1, "fan"}}}), base::InputError);
  EXPECT_THROW(ModelRegistry({{folder / "gone.terse"}, {}}), base::InputError);
}

TEST_F(ModelRegistryTest, RefusesPredictionsThatItCannotGive) {
  model::Model model = example(1);
  model.target_origin = 1700000000.0;
  model::write_file(model, folder / "time.terse");
  EXPECT_EQ(input_error([&] {
              ModelRegistry({{folder / "time.terse"}, {}});
            }),
            folder / "time.terse" +
                ": its predictions are differences from 1700000000, which the server does not add; "
                "subtract that from the target in the table, and train again");
}

}  // namespace
}  // namespace terse::serve::core
