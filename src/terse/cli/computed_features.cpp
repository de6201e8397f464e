#include "terse/cli/computed_features.h"

#include <fmt/core.h>

#include "terse/model/forest.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::cli {

void print_computed_features(const model::Model& model) {
  for (std::size_t f = model.readings(); f < model.features.size(); ++f) {
    const model::Forest& forest = *model.features[f].forest;
    fmt::print(
        "\n{} is computed on the device: the sum of {} of depth {} on {}, {} bytes of tables\n",
        text::printable(model.features[f].name), text::counted(forest.trees(), "tree"),
        forest.depth, text::counted(forest.inputs.size(), "reading"),
        model::forest_table_bytes(forest));
  }
}

}  // namespace terse::cli
