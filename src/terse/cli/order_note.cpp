#include "terse/cli/order_note.h"

#include <fmt/core.h>

#include "terse/cli/terminal.h"

namespace terse::cli {

std::optional<train::OrderCheck> checked_order(const data::Table& table,
                                               const train::Options& options,
                                               const data::Split& split) {
  if (options.split.kind != data::SplitKind::random || split.test.empty()) return std::nullopt;
  const auto check = train::order_check(table, options.seed, &stop_request());
  if (!check || !check->order_matters) return check;
  fmt::print(stderr,
             "warning: the order of the rows matters: small trees have {:.2g} times the loss (at "
             "least {:.2g} times, 99 %) on the last fifth of the rows if they learn from the rows "
             "before it alone; a random test part hides that: use --split last if new rows come "
             "after these\n",
             check->ratio(), check->at_least);
  return check;
}

nlohmann::ordered_json order_json(const train::OrderCheck& check) {
  return {{"matters", check.order_matters},
          {"loss_ratio", check.ratio()},
          {"loss_ratio_at_least", check.at_least},
          {"rows", check.rows}};
}

}  // namespace terse::cli
