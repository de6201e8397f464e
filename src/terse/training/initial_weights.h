// The initial weights of a network.
#pragma once

#include <cstddef>
#include <span>

#include "terse/base/random.h"

namespace terse::training {

/// Draws the weights of a layer, in their order, then its biases: uniform in +-1/sqrt(inputs), the
/// published protocol and PyTorch's default for a linear layer. inputs: what each output sums over;
/// 0 counts as 1.
void draw_layer(base::Random& random, std::size_t inputs, std::span<float> weights,
                std::span<float> bias);

}  // namespace terse::training
