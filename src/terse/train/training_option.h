// One training option as data: what it is called, what it may be, and how Options hold it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
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

}  // namespace terse::train
