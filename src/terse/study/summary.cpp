#include "terse/study/summary.h"

#include <algorithm>

namespace terse::study {
namespace {

// Cells and comparisons are known by these three.
template <typename Entry>
const Entry* find_entry(const std::vector<Entry>& entries, std::string_view data,
                        std::string_view method, unsigned bits) {
  const auto found = std::ranges::find_if(entries, [&](const Entry& entry) {
    return entry.data == data && entry.method == method && entry.bits == bits;
  });
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

const Cell* find_cell(const Summary& summary, std::string_view data, std::string_view method,
                      unsigned bits) {
  return find_entry(summary.cells, data, method, bits);
}

const Comparison* find_comparison(const Summary& summary, const Cell& cell) {
  return find_entry(summary.comparisons, cell.data, cell.method, cell.bits);
}

}  // namespace terse::study
