// The rows of the table of training options: how each is got from Options and set in them.
#pragma once

#include <vector>

#include "terse/train/training_option.h"

namespace terse::train {

/// In the order in which models record them.
std::vector<TrainingOption> option_rows();

}  // namespace terse::train
