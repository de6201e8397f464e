#include "terse/cli/order_note.h"

#include <fmt/core.h>

#include "terse/cli/terminal.h"
#include "terse/cli/training_options.h"

namespace terse::cli {

std::optional<train::OrderCheck> checked_order(const data::Table& table,
                                               const train::Options& options,
                                               const data::Split& split) {
  const auto check = train::order_check(table, options, split, &stop_request());
  if (check && check->order_matters) {
    fmt::print(stderr, "warning: {}\n", with_flags(train::order_warning(*check)));
  }
  return check;
}

nlohmann::ordered_json order_json(const train::OrderCheck& check) {
  return {{"matters", check.order_matters},
          {"loss_ratio", check.ratio()},
          {"loss_ratio_at_least", check.at_least},
          {"rows", check.rows}};
}

}  // namespace terse::cli
