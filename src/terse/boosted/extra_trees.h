// Extremely randomised trees on codes (Geurts, Ernst and Wehenkel, "Extremely randomized trees",
// Machine Learning 63, 2006): every tree sees all rows, splits at random thresholds of random
// features, and only chooses the best of these.
#pragma once

#include <cstdint>
#include <functional>

#include "terse/boosted/boosting.h"
#include "terse/model/decoder/trees.h"

namespace terse::boosted {

/// What a leaf says of its rows.
enum class Leaf : std::uint8_t {
  mean,             ///< of the targets
  logarithm,        ///< of the mean of targets of at least 0, drawn a little towards 1
  share_of_classes  ///< of each class; of two classes only the second says it, from -1 to 1
};

struct ExtraTreesOptions {
  std::size_t classes = 0;  ///< 0: the target is a number
  Leaf leaf = Leaf::mean;
  std::size_t trees = 100;
  double feature_share = 0.6;  ///< of the features that vary, tried at each split
  std::uint64_t seed = 0;
  unsigned threads = 1;
  std::function<void(unsigned tree)> on_tree = {};  ///< may be empty; may throw to stop
};

/// The sum of the trees is the mean of what their leaves say; with classes tree t adds to output
/// t mod classes, and each output has options.trees. inputs: codes, whole numbers from 0 to 255.
/// The same bits for the same options, whatever the number of threads.
model::decoder::Trees extra_trees(const Examples& training, const ExtraTreesOptions& options);

/// The first `trees` of each output; their sum is again a mean. grown: of `of` trees each.
model::decoder::Trees first_of_mean(const model::decoder::Trees& grown, std::size_t of,
                                    std::size_t trees);

/// Adds the trees of `more`, each leaf times `weight`, behind those of `trees`.
void append_trees(model::decoder::Trees& trees, const model::decoder::Trees& more, float weight);

}  // namespace terse::boosted
