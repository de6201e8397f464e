#include "terse/serve/core/isolated_writes.h"

namespace terse::serve::core {

void write_isolated(store::Store& store, std::span<const store::Row> rows,
                    std::span<store::Refusal> refusals, const RowSettled& settled,
                    const std::function<void(const std::string&)>& dropped) {
  if (rows.empty() && refusals.empty()) return;
  try {
    const std::vector<store::Outcome> outcomes = store.write(rows, refusals);
    for (std::size_t row = 0; row < rows.size(); ++row) settled(row, &outcomes[row], "");
    return;
  } catch (const store::DataError& error) {
    if (rows.size() + refusals.size() == 1) {
      if (rows.empty()) return dropped(error.what());
      return settled(0, nullptr, error.what());
    }
  }
  const std::size_t row_half = refusals.empty() ? rows.size() / 2 : rows.size();
  const std::size_t refusal_half = rows.empty() ? refusals.size() / 2 : 0;
  write_isolated(store, rows.first(row_half), refusals.first(refusal_half), settled, dropped);
  const auto settled_later = [&](std::size_t row, const store::Outcome* outcome,
                                 const std::string& problem) {
    settled(row_half + row, outcome, problem);
  };
  write_isolated(store, rows.subspan(row_half), refusals.subspan(refusal_half), settled_later,
                 dropped);
}

}  // namespace terse::serve::core
