#include "terse/cli/curve_view.h"

namespace terse::cli {

std::string_view decoder_name(train::Decoder decoder) {
  return decoder == train::Decoder::boosted ? "boosted" : "network";
}

std::string_view loss_name(const data::Table& table) {
  return table.classes.empty() ? "MSE" : "log loss";
}

}  // namespace terse::cli
