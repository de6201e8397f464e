#include "terse/airtime/network.h"

#include <gtest/gtest.h>

#include "terse/airtime/radios.h"
#include "terse/base/error.h"

namespace terse::airtime {
namespace {

TEST(SecondWindow, IsTheRegionsUnlessTheNetworkHasItsOwn) {
  const Network& ttn = network_of("ttn");
  EXPECT_EQ(second_window(ttn, radio_of("lorawan-eu868-dr5")).spreading_factor, 9U);
  EXPECT_EQ(second_window(standard_network(), radio_of("lorawan-eu868-dr5")).spreading_factor, 12U);
  for (const Radio& radio : radios()) {
    if (radio.id.starts_with("lorawan-eu868-")) continue;
    EXPECT_EQ(second_window(ttn, radio).spreading_factor, radio.second_window.spreading_factor)
        << radio.id;
  }
}

TEST(NetworkOf, NamesWhatThereIs) {
  EXPECT_EQ(network_of("standard").seconds_per_day, 0.0);
  EXPECT_EQ(network_of("ttn").seconds_per_day, 30.0);
  try {
    network_of("ether");
    FAIL() << "no exception";
  } catch (const base::InputError& error) {
    EXPECT_NE(std::string(error.what()).find("'ether'"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("standard ttn"), std::string::npos);
  }
}

}  // namespace
}  // namespace terse::airtime
