#include "terse/serve/core/access.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "terse/serve/core/grant.h"

namespace terse::serve::core {
namespace {

Sender with_token(Grant grant) {
  return {grant.name, Proof::token, std::make_shared<const Grant>(std::move(grant))};
}

TEST(Access, AKnownDeviceIsWrittenByItselfAlone) {
  Access access;
  EXPECT_EQ(access.problem({}, "d", "m"), "");
  access.know("d");
  for (const Proof proof : {Proof::none, Proof::broker, Proof::token}) {
    EXPECT_NE(access.problem({"x", proof}, "d", "m"), "") << word(proof);
    EXPECT_EQ(access.problem({"x", proof}, "e", "m"), "") << word(proof);
  }
  EXPECT_EQ(access.problem({"d", Proof::device}, "d", "m"), "");
  EXPECT_NE(access.problem({"d", Proof::device}, "e", "m"), "");
}

TEST(Access, ExceptionsAreNamed) {
  Access access({.devices = {"d"}, .models = {"m"}});
  access.know("d");
  access.know("e");
  EXPECT_EQ(access.problem({}, "d", "other"), "");
  EXPECT_EQ(access.problem({}, "e", "m"), "");
  EXPECT_NE(access.problem({}, "e", "other"), "");
}

TEST(Access, TokensAreForTheirDevicesAndModels) {
  const Access access;
  Grant grant{.name = "t", .models = {"m"}, .devices = {"d", "greenhouse/*"}};
  EXPECT_EQ(access.problem(with_token(grant), "d", "m"), "");
  EXPECT_EQ(access.problem(with_token(grant), "greenhouse/1", "m"), "");
  EXPECT_EQ(access.problem(with_token(grant), "e", "m"), "the token is not for this device");
  EXPECT_EQ(access.problem(with_token(grant), "d", "n"), "the token is not for this model");
  grant.send = false;
  EXPECT_EQ(access.problem(with_token(grant), "d", "m"), "the token may not send");
}

TEST(Access, ATokenForOneDeviceAloneIsItsOwn) {
  Access access;
  access.know("d");
  EXPECT_EQ(access.problem(with_token({.name = "t", .devices = {"d"}}), "d", "m"), "");
  EXPECT_NE(access.problem(with_token({.name = "t", .devices = {"d", "e"}}), "d", "m"), "");
  EXPECT_NE(access.problem(with_token({.name = "t", .devices = {"d*"}}), "d", "m"), "");
}

TEST(Access, RemembersWhoHadProvenThemselvesBefore) {
  int asked = 0;
  const Access access({}, [&]() -> std::vector<std::string> {
    if (++asked == 1) throw std::runtime_error("the store is away");
    return {"pump"};
  });
  // As long as nobody can tell, nobody weaker is let through.
  EXPECT_THROW(access.problem({}, "pump", "m"), std::runtime_error);
  EXPECT_NE(access.problem({}, "pump", "m"), "");
  EXPECT_EQ(access.problem({}, "other", "m"), "");
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace terse::serve::core
