#include "terse/cli/curve_view.h"

namespace terse::cli {

std::string_view decoder_name(train::Decoder decoder) {
  return decoder == train::Decoder::boosted ? "boosted" : "network";
}

std::string_view loss_name(const data::Table& table, const train::Objective& objective) {
  if (!table.classes.empty()) return "log loss";
  return objective == train::Objective{} ? "MSE" : "loss";
}

}  // namespace terse::cli
