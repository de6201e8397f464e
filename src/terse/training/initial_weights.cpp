#include "terse/training/initial_weights.h"

#include <algorithm>
#include <cmath>

namespace terse::training {

void draw_layer(base::Random& random, std::size_t inputs, std::span<float> weights,
                std::span<float> bias) {
  const double bound = 1.0 / std::sqrt(static_cast<double>(std::max<std::size_t>(1, inputs)));
  const auto draw = [&] { return static_cast<float>((2.0 * random.uniform() - 1.0) * bound); };
  for (float& weight : weights) weight = draw();
  for (float& value : bias) value = draw();
}

}  // namespace terse::training
