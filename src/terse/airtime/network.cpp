#include "terse/airtime/network.h"

#include <algorithm>
#include <array>
#include <string>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::airtime {
namespace {

constexpr std::array known{
    Network{"standard", "as the region sets it", 0.0},
    Network{"ttn", "The Things Network", 30.0},
};

/// RX2 where a network differs from the region.
struct OwnWindow {
  std::string_view network;
  std::string_view region;  ///< with which a radio's id begins
  LoraRate rate;
};

constexpr std::array own_windows{OwnWindow{"ttn", "lorawan-eu868-", {9, 125'000.0}}};

}  // namespace

std::span<const Network> networks() {
  return known;
}

const Network& standard_network() {
  return known.front();
}

const Network& network_of(std::string_view name) {
  const auto* found = std::ranges::find(known, name, &Network::name);
  if (found != known.end()) return *found;
  std::string names;
  for (const Network& network : known) {
    names += std::string(names.empty() ? "" : " ") + std::string(network.name);
  }
  throw base::OptionError("network", "", text::in_quotes(name) + " is not known",
                          "the networks are " + names);
}

LoraRate second_window(const Network& network, const Radio& radio) {
  for (const OwnWindow& own : own_windows) {
    if (own.network == network.name && radio.id.starts_with(own.region)) return own.rate;
  }
  return radio.second_window;
}

}  // namespace terse::airtime
