// The candidates of a search: settings from the portfolio, a file or a random draw.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "terse/quantize/method.h"
#include "terse/study/setting.h"
#include "terse/train/protocol.h"

namespace terse::study {

/// Eight settings of at most 512 units that differ in size, dropout and the thresholds' rate.
std::vector<Settings> default_portfolio();

/// A JSON list of objects, setting to number or text: [{"hidden": "5x128", "dropout": 0.2}, ...].
/// Throws InputError naming `source` for anything else and for settings out of range.
std::vector<Settings> read_portfolio(const std::string& json, const std::string& source);

/// The space of a random search: per setting the values it may take. {"hidden_layers": [5, 6],
/// "units": [32, 64], "dropout": [0, 0.2]}. At most 1000 values each.
struct Space {
  std::vector<std::pair<std::string, std::vector<std::string>>> choices;
};
/// Throws InputError naming `source`.
Space read_space(const std::string& json, const std::string& source);
/// That of the paper, section 4.1.
Space paper_space();

/// `count` independent draws, uniform in every setting; the same seed gives the same draws.
std::vector<Settings> draw(const Space& space, std::size_t count, std::uint64_t seed);

/// Settings for single methods: the last temperature, where the protocol gives a method its own.
std::vector<std::pair<quantize::Method, Settings>> settings_of_methods(
    train::Protocol protocol, const std::vector<quantize::Method>& methods);

}  // namespace terse::study
