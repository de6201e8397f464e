// The table of training options, one row each: name, values, range, documentation, how it is read
// from Options and set there. The command line, the checks of validate(), the record in a model,
// study plans and other languages read it; nothing else lists the options again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "terse/train/options.h"

namespace terse::train {

/// A whole number, a number, or a word.
using OptionValue = std::variant<std::uint64_t, double, std::string>;

/// Bounds of a number, themselves allowed unless said otherwise.
struct OptionRange {
  double low = 0.0;
  double high = 0.0;
  bool above_low = false;      ///< low itself is out of range
  bool below_high = false;     ///< high itself is out of range
  std::string_view noun = {};  ///< "a probability", for messages
};

/// When the record of a training names an option.
enum class Recorded : std::uint8_t { always, unless_default, never };

/// One row of the table.
struct TrainingOption {
  std::string_view name;                       ///< in records, plans and errors: "learning_rate"
  std::string_view text;                       ///< one line of documentation
  OptionRange range = {};                      ///< of a number
  std::vector<std::string_view> choices = {};  ///< of a word that is one of a few
  Recorded recorded = Recorded::always;
  OptionValue (*get)(const Options& options) = nullptr;
  /// Takes the alternative that get() gives. Throws OptionError for a word that is not a choice or
  /// cannot be read; numbers are checked by validate().
  void (*set)(Options& options, const OptionValue& value) = nullptr;
  /// For what is neither a number nor a choice: throws OptionError if its value is out of range.
  void (*check)(const Options& options) = nullptr;

  /// What it is in Options{}.
  OptionValue default_value() const { return get(Options{}); }
  bool is_number() const { return !std::holds_alternative<std::string>(default_value()); }
};

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
