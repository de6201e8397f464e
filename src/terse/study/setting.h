// The settings of a training by name, as train::settings() writes them: read back, and varied.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "terse/train/option_table.h"
#include "terse/train/options.h"

namespace terse::study {

/// Name and value, in order.
using Settings = std::vector<std::pair<std::string, std::string>>;

/// Sets one option. Names are those of train::settings(), and also hidden_layers and units, which
/// change one side of equal hidden layers. Throws InputError naming `source`, the setting and its
/// value.
void apply_setting(train::Options& options, const std::string& name, const std::string& value,
                   const std::string& source);

/// All of them on top of `base`, checked by train::validate. Throws InputError.
train::Options with_settings(train::Options base, const Settings& settings,
                             const std::string& source);

}  // namespace terse::study
