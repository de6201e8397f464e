// The table of training options, one row each: name, values, range, documentation, how it is read
// from Options and set there. The command line, the checks of validate(), the record in a model,
// study plans and other languages read it; nothing else lists the options again.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "terse/train/training_option.h"

namespace terse::train {

/// Every option, in the order of records.
std::span<const TrainingOption> training_options();

/// The row of a name, or null.
const TrainingOption* find_training_option(std::string_view name);

/// As records write it: the shortest digits that give the same number.
std::string text_of(const OptionValue& value);

/// The value that `text` says, of the option's kind; nothing if it has to be a number and is not.
std::optional<OptionValue> parse_value(const TrainingOption& option, std::string_view text);

/// Throws OptionError naming the option that is out of range, and its bounds, or two that do not go
/// together.
void validate(const Options& options);

/// Name and value of every option that the record of a training names, in order; a feature of its
/// own levels as "levels NAME".
std::vector<std::pair<std::string, std::string>> settings(const Options& options);

/// "1 to 8", "a probability from 0 to below 1", "a number above 0, at most 1".
std::string bounds_text(const OptionRange& range);

}  // namespace terse::train
