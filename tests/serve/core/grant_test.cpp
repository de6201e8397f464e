#include "terse/serve/core/grant.h"

#include <gtest/gtest.h>

namespace terse::serve::core {
namespace {

TEST(Grant, WithoutRestrictionCoversAll) {
  const Grant grant;
  EXPECT_TRUE(grant.covers_model("pump@0123"));
  EXPECT_TRUE(grant.covers_device("d"));
  EXPECT_FALSE(grant.is_of("d"));
}

TEST(Grant, ModelsInAllTheirVersions) {
  const Grant grant{.name = "g", .models = {"fan", "pump"}};
  EXPECT_TRUE(grant.covers_model("pump"));
  EXPECT_TRUE(grant.covers_model("pump@0123"));
  EXPECT_FALSE(grant.covers_model("pumps"));
  EXPECT_FALSE(grant.covers_model(""));
}

TEST(Grant, DevicesByNameOrByWhatTheyBeginWith) {
  const Grant grant{.name = "g", .devices = {"fan-*", "lab/fan"}};
  EXPECT_TRUE(grant.covers_device("fan-7"));
  EXPECT_TRUE(grant.covers_device("fan-"));
  EXPECT_TRUE(grant.covers_device("lab/fan"));
  EXPECT_FALSE(grant.covers_device("fan"));
  EXPECT_FALSE(grant.covers_device("lab/fan2"));
}

TEST(Grant, ATokenForOneDeviceAloneIsTheDevices) {
  EXPECT_TRUE((Grant{.name = "g", .devices = {"d"}}.is_of("d")));
  EXPECT_FALSE((Grant{.name = "g", .devices = {"d", "e"}}.is_of("d")));
  EXPECT_FALSE((Grant{.name = "g", .devices = {"d*"}}.is_of("d")));
  EXPECT_FALSE((Grant{.name = "g", .devices = {"d*"}}.is_of("d*")));
}

}  // namespace
}  // namespace terse::serve::core
