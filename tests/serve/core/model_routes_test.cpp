#include "terse/serve/core/model_routes.h"

#include <gtest/gtest.h>

#include "data/input_error.h"
#include "serve/served_examples.h"
#include "terse/base/error.h"
#include "terse/serve/core/model_registry.h"

namespace terse::serve::core {
namespace {

class ModelRoutesTest : public ::testing::Test {
 protected:
  /// decoder: another one of the same format.
  std::string write(const std::string& name, std::uint64_t seed,
                    std::optional<std::uint8_t> tag = {}, std::uint64_t decoder = 0) const {
    model::Model model = example(seed);
    model.tag = tag;
    model.record.seed = decoder;
    model::write_file(model, folder / name);
    return folder / name;
  }
  static std::vector<std::uint8_t> message(const Served& served, std::uint8_t first) {
    std::vector<std::uint8_t> payload(served->payload_bytes);
    payload.front() = first;
    return payload;
  }
  Folder folder;
};

TEST_F(ModelRoutesTest, VersionsOfOneNameAreToldApartByTheirTags) {
  const ModelRegistry registry(
      {{"pump=" + write("old.terse", 1, 0x11), "pump=" + write("new.terse", 2, 0x22)}, {}});
  const auto models = registry.all();
  const auto of_old = message(models[0], 0x11);
  const auto of_new = message(models[1], 0x22);
  for (const std::string_view name : {"pump", ""}) {
    EXPECT_EQ(registry.find({.name = name, .payload = of_old}), models[0]);
    EXPECT_EQ(registry.find({.name = name, .payload = of_new}), models[1]);
    const auto unknown = message(models[0], 0x33);
    EXPECT_EQ(registry.find({.name = name, .payload = unknown}), nullptr);
    EXPECT_EQ(registry.why_none({.name = name, .payload = unknown}),
              "its tag 0x33 names no model; those served are 0x11 (pump@" + models[0]->id +
                  "), 0x22 (pump@" + models[1]->id + ")");
    const std::vector<std::uint8_t> shorter(of_old.begin(), of_old.end() - 1);
    EXPECT_EQ(registry.find({.name = name, .payload = shorter}), nullptr);
    EXPECT_NE(registry.why_none({.name = name, .payload = shorter}).find("after the tag 0x11"),
              std::string::npos);
  }
  EXPECT_EQ(registry.why_none({.name = "fan", .payload = of_old}),
            "there is no model with this name");
  EXPECT_EQ(registry.find({.name = "pump"}), models[1]);
}

TEST_F(ModelRoutesTest, PortsAndDevicesNameVersionsByEitherId) {
  const std::string old_file = write("old.terse", 1);
  const std::string new_file = write("new.terse", 2);
  RegistrySources sources{{"pump=" + old_file, "pump=" + new_file, "fan=" + old_file}, {}};
  const auto served = ModelRegistry(sources).all();
  sources.ports = {{7, "pump@" + served[0]->id}, {8, "pump@" + served[1]->version}, {9, "fan"}};
  sources.devices = {{"p1", "pump@" + served[0]->id}};
  const ModelRegistry registry(sources);
  const auto models = registry.all();
  EXPECT_EQ(registry.find({.port = 7}), models[0]);
  EXPECT_EQ(registry.find({.port = 8}), models[1]);
  EXPECT_EQ(registry.find({.port = 9}), models[2]);
  EXPECT_EQ(registry.find({.port = 8, .device = "p1"}), models[0]);
  EXPECT_EQ(registry.find({.name = "pump", .device = "p1"}), models[0]);
  EXPECT_EQ(registry.find({.name = "pump", .device = "p2"}), models[1]);
  EXPECT_EQ(registry.find({.name = "fan", .device = "p1"}), models[2]);
  const std::string exact = "pump@" + served[1]->version;
  EXPECT_EQ(registry.find({.name = exact, .device = "p1"}), models[1]);
  sources.devices = {{"p1", "pump@0123"}};
  EXPECT_EQ(input_error([&] { ModelRegistry{sources}; }),
            "device_model: 'p1': there is no model 'pump@0123'; name one of MODEL..., or one of "
            "its versions as NAME@ID");
}

TEST_F(ModelRoutesTest, DecodersOfOneFormatShareItsTagAndTheNewestAnswers) {
  const ModelRegistry registry(
      {{"pump=" + write("old.terse", 1, 0x11, 1), "pump=" + write("new.terse", 1, 0x11, 2)}, {}});
  const auto models = registry.all();
  EXPECT_EQ(models[0]->id, models[1]->id);
  EXPECT_NE(models[0]->version, models[1]->version);
  EXPECT_EQ(registry.find({.name = "pump", .payload = message(models[0], 0x11)}), models[1]);
  EXPECT_EQ(registry.find({.name = "pump", .payload = message(models[0], 0x12)}), models[1]);
  EXPECT_EQ(registry.named("pump@" + models[0]->id), models[1]);
  EXPECT_EQ(registry.named("pump@" + models[0]->version), models[0]);
}

TEST_F(ModelRoutesTest, FormatsThatNoMessageTellsApartAreRefused) {
  const std::string one = write("one.terse", 1, 0x11);
  const std::string other = write("other.terse", 2, 0x11);
  const std::string problem = input_error([&] { ModelRegistry({{one, other}, {}}); });
  EXPECT_TRUE(problem.starts_with(other + ": its messages begin with the tag 0x11, as those of " +
                                  one + " do, but mean something else (ids "))
      << problem;
  EXPECT_TRUE(problem.ends_with("give one of them another tag: train or export with `tag` BYTE"))
      << problem;
  // Without a tag, as long as with one: a message may be either.
  const std::string plain = write("plain.terse", 2);
  const ModelRegistry apart({{"pump=" + one, "pump=" + plain}, {}});
  const auto models = apart.all();
  EXPECT_EQ(apart.find({.name = "pump", .payload = message(models[0], 0x11)}), models[0]);
  EXPECT_EQ(apart.find({.name = "pump", .payload = message(models[1], 0x11)}), models[1]);
  const auto stray = message(models[0], 0x12);
  EXPECT_EQ(apart.find({.name = "pump", .payload = stray}), nullptr);
  EXPECT_TRUE(apart.why_none({.name = "pump", .payload = stray}).starts_with("its tag 0x12 names"));
}

TEST_F(ModelRoutesTest, AnOlderFormatWithoutATagIsSaidToBeSilent) {
  const std::string old_file = write("old.terse", 1);
  const std::string new_file = write("new.terse", 2);
  const ModelRegistry registry({{"pump=" + old_file, "pump=" + new_file}, {}});
  const auto lines = silent_formats(registry.all());
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines.front().starts_with("messages of " + old_file + " have no tag: ")) << lines[0];
  EXPECT_TRUE(silent_formats(ModelRegistry({{old_file, new_file}, {}}).all()).empty());
}

}  // namespace
}  // namespace terse::serve::core
