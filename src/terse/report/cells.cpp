#include "terse/report/cells.h"

#include <algorithm>

#include "terse/report/pareto.h"

namespace terse::report {

void add_new(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

std::vector<std::string> data_names(const study::Summary& summary) {
  std::vector<std::string> names;
  for (const study::Cell& cell : summary.cells) add_new(names, cell.data);
  return names;
}

std::vector<std::string> method_names(const study::Summary& summary, const std::string& data) {
  std::vector<std::string> names;
  for (const study::Cell& cell : summary.cells) {
    if (cell.data == data) add_new(names, cell.method);
  }
  return names;
}

std::vector<unsigned> bit_widths(const study::Summary& summary, const std::string& data) {
  std::vector<unsigned> widths;
  for (const study::Cell& cell : summary.cells) {
    if (cell.data == data && cell.bits > 0) widths.push_back(cell.bits);
  }
  std::sort(widths.begin(), widths.end());
  widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
  return widths;
}

const study::Cell* reference_cell(const study::Summary& summary, const std::string& data) {
  return find_cell(summary, data, "fp", 0);
}

std::vector<const study::Cell*> pareto_front(const study::Summary& summary,
                                             const std::string& data) {
  std::vector<const study::Cell*> cells;
  for (const study::Cell& cell : summary.cells) {
    if (cell.data == data) cells.push_back(&cell);
  }
  std::vector<SizedLoss> sized;
  for (const study::Cell* cell : cells) sized.push_back({cell->payload_bits, cell->loss.mean});
  std::vector<const study::Cell*> front;
  for (const std::size_t index : pareto_front(sized)) front.push_back(cells[index]);
  return front;
}

}  // namespace terse::report
