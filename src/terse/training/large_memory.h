// Memory for weights: a step walks through all of it, so how it is mapped matters.
#pragma once

#include <cstddef>

#include "terse/base/matrix.h"

namespace terse::training {

/// `count` zeros, in huge pages where the system grants them: the small pages' translations cost a
/// fiftieth of a step at 1024 units.
base::AlignedVector<float> large_zeros(std::size_t count);

}  // namespace terse::training
