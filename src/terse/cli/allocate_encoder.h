// terse allocate --encoder: nothing is left to allocate but the decoder of the messages, which
// folds choose.
#pragma once

#include "terse/cli/allocate_options.h"

namespace terse::cli {

/// Trains every decoder that is asked for without each fold, and the best one on all rows. Writes
/// the model and says what it chose.
void allocate_decoder(AllocateArguments& arguments);

}  // namespace terse::cli
