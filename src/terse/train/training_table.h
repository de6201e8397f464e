// The table that a training reads: which column is the target and of what kind, which are features,
// categories, dates, and how many passes it takes to know. The caller brings the reader, of a
// file or of what is in memory.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "terse/data/dates.h"
#include "terse/data/frame.h"
#include "terse/data/table.h"
#include "terse/train/options.h"

namespace terse::train {

/// Reads the columns anew, as asked for; the same rows whenever it is called alike.
using FrameReader = std::function<data::Frame(const data::ReadOptions&)>;

/// What the user says of the columns.
struct TableWishes {
  std::string target;                             ///< empty: the one that the data name
  std::vector<std::string> further_targets = {};  ///< besides `target`, which is then given
  std::vector<std::string> features;              ///< empty: every column
  std::vector<std::string> ignored;               ///< never features
  std::string task;                      ///< regression, classification; empty: by the values
  bool gaps_are_levels = false;          ///< otherwise a gap in a feature is an error
  std::vector<std::string> categorical;  ///< numbers that are names
  data::Dates dates = data::Dates::ignore;
};

/// A target of text, or of 0 and 1 alone, is classified, each by itself, unless wishes.task says
/// what all are; columns of text are categories; columns of
/// the split and of weights are not features. reading: how the text is written, if it is one.
/// Throws InputError, OptionError naming `target`, `categorical`, `task`.
data::Table training_table(const FrameReader& reader, const data::ReadOptions& reading,
                           const TableWishes& wishes, const Options& options);

}  // namespace terse::train
