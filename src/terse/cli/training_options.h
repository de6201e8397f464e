// Options of a training on the command line, taken from the library's table of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "terse/cli/command_line.h"
#include "terse/train/option_table.h"
#include "terse/train/protocol.h"

namespace terse::cli {

/// "--lr" of "learning_rate": how the program spells an option of the library.
std::string flag_of(std::string_view option);
/// A message of the library with every `option` in backquotes spelled that way.
std::string with_flags(std::string_view message);

/// The document line of --threshold-rate, which names --lr.
inline constexpr const char* threshold_rate_text =
    "learning rate of the thresholds, as a multiple of --lr";

/// The options of the table that the user gave. Lives as long as the command.
class TrainingOptions {
 public:
  /// What holds where neither the user nor a protocol says otherwise.
  train::Options defaults = {};

  /// Adds the option of this name; its help shows the default. text: in place of the table's.
  Option add(Command command, std::string_view name, const std::string& text = {});
  /// The same for options whose default is not one value: the text has to say it.
  Option add_without_default(Command command, std::string_view name, const std::string& text);
  /// --protocol, --start, --average, --tau-end: defaults that depend on protocol and method.
  void add_protocol(Command command);

  /// What the user gave, else the protocol's for the method (if there is a protocol), else
  /// `defaults`. Throws OptionError for a word that does not fit; ranges are train::validate's.
  train::Options resolved() const;
  bool given(std::string_view name) const;
  bool has_protocol() const { return !protocol_.empty(); }
  train::Protocol protocol() const;

 private:
  template <class T>
  Option add_as(Command command, const train::TrainingOption& option, const std::string& text);
  void take(const train::TrainingOption& option, train::OptionValue value);

  std::vector<train::GivenOption> given_;
  std::string protocol_;  ///< empty: there is none
};

}  // namespace terse::cli
